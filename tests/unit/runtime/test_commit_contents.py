"""What each commit of a run holds, and how many the shipped workflow needs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from benchmarks.work import MODULE, Order, five_steps

from aicmo_core import App, RunState, client_to_delivery, open_app
from aicmo_core.backends.memory.backend import MemoryBackend
from aicmo_core.runtime.plugins import Plugins
from aicmo_core.runtime.records import EXECUTORS, JOURNAL, OUTBOX, RUNS
from aicmo_core.storage import Insert, Replace, Require
from aicmo_core.testing.faulty import FaultyBackend
from aicmo_core.testing.fixtures import SequentialIds
from scenarios.stores import failing_order, order


@pytest.fixture
def backend() -> FaultyBackend:
    return FaultyBackend(MemoryBackend())


def without_heart(app: App) -> App:
    """Return *app*, which makes no commit of its own while others are counted."""
    app._executor.beat_by_hand(SequentialIds("by-hand").new)
    return app


@pytest.fixture
def app(backend: FaultyBackend) -> Iterator[App]:
    with open_app(backend, modules=[MODULE], workflows=[five_steps], plugins=Plugins()) as opened:
        without_heart(opened).run(five_steps, Order())  # registers its executor
        yield opened


def test_each_commit_holds_all_that_the_step_did(app: App, backend: FaultyBackend) -> None:
    """The document, its event, the journal entry, and the run's own row."""
    before = backend.commits

    app.run(five_steps, Order())

    first, *middle, last = backend.batches[before:]
    for batch in (first, *middle, last):
        inserted = [c.collection.name for c in batch if isinstance(c, Insert)]
        assert inserted.count(JOURNAL.name) == inserted.count(OUTBOX.name) == 1
        assert sum(name.startswith("bench_") for name in inserted) == 1
    assert [type(c) for c in first if c.collection is RUNS] == [Insert]
    assert [type(c) for b in middle for c in b if c.collection is RUNS] == [Require] * 3
    assert [type(c) for c in last if c.collection is RUNS] == [Replace]


def test_the_executor_registers_once(backend: FaultyBackend) -> None:
    """A process says that it is there with its first run, and not again."""
    with open_app(backend, modules=[MODULE], workflows=[five_steps], plugins=Plugins()) as app:
        for _ in range(3):
            app.run(five_steps, Order())

        registered = [
            c
            for batch in backend.batches
            for c in batch
            if c.collection is EXECUTORS and isinstance(c, Insert)
        ]

    assert len(registered) == 1


def test_the_shipped_workflow(backend: FaultyBackend, tmp_path: Path) -> None:
    """One commit keeps the raw answers; then one for each of the five steps."""
    with open_app(backend, artifacts=tmp_path) as app:
        without_heart(app).run(client_to_delivery, order("kayak_tours.json"))
        before = backend.commits

        run = app.run(client_to_delivery, order("kayak_tours.json"))

        assert run.state is RunState.COMPLETED
        assert backend.commits - before == 1 + 5


def test_the_first_order_of_a_client(backend: FaultyBackend, tmp_path: Path) -> None:
    """No commit more: with it the client becomes somebody whose data may be erased."""
    with open_app(backend, artifacts=tmp_path) as app:
        without_heart(app).run(client_to_delivery, order("kayak_tours.json"))
        before = backend.commits

        app.run(client_to_delivery, order())

        assert backend.commits - before == 1 + 5


def test_a_failed_run(backend: FaultyBackend, tmp_path: Path) -> None:
    """Three steps, the failure, and one commit for each step that is taken back."""
    with open_app(backend, artifacts=tmp_path) as app:
        without_heart(app).run(client_to_delivery, order())
        before = backend.commits

        run = app.run(client_to_delivery, failing_order())

        assert run.state is RunState.COMPENSATED
        assert backend.commits - before == 1 + 3 + 1 + 3
