"""
What must not cost more because more is stored, in steps of SQLite's virtual machine.

SQLite compiles a statement to a program and can count the instructions that it runs: the
same number on every machine, and many more of them as soon as rows are passed over, or
sorted, that were not asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from benchmarks.growth import abandoned, holding, pages, run
from benchmarks.stores import SQLITE
from benchmarks.work import five_steps

from aicmo_core import App
from aicmo_core.runtime.recovery import owners
from aicmo_core.testing.fixtures import SequentialIds

FEW, MANY = 100, 2_000
"""Runs that have completed: 3,000 rows and 60,000."""

Store = tuple[App, int]


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Store]]:
    """Two applications, whose stores hold few runs and many."""
    folder: Path = tmp_path_factory.mktemp("growth")
    with ExitStack() as stack:
        few, many = (stack.enter_context(holding(SQLITE, folder, n)) for n in (FEW, MANY))
        for app in (few, many):
            app._executor.beat_by_hand(SequentialIds("by-hand").new)
        yield (few, FEW), (many, MANY)


def steps_of(app: App, action: Callable[[], Any], *, before: bool = True) -> int:
    """Return how many instructions SQLite runs for *action*, done once *before* or not."""
    if before:
        action()
    count = 0

    def note() -> int:
        nonlocal count
        count += 1
        return 0

    connection = app.backend._connections.get()  # type: ignore[attr-defined]
    connection.set_progress_handler(note, 1)
    try:
        action()
    finally:
        connection.set_progress_handler(None, 0)
    return count


def compared(
    stores: tuple[Store, Store], actions: Callable[[App, int], Mapping[str, Callable[[], Any]]]
) -> dict[str, tuple[int, int]]:
    """Return by action how many steps it takes where little is stored, and where much is."""
    few, many = (
        {name: steps_of(app, action) for name, action in actions(app, size).items()}
        for app, size in stores
    )
    return {name: (few[name], many[name]) for name in few}


def _actions(app: App, size: int) -> dict[str, Callable[[], Any]]:
    newest = app.runs.list(limit=1)[0]
    return {
        "a run": partial(run, app),
        "a run that is looked at": partial(app.runs.get, newest.id),
        "a run that is found by its key": partial(app.runs.find, five_steps.name, newest.id),
        "a run's audit": partial(app.runs.audit, newest.id),
        "a worker's look for what is due": app.worker(threads=2)._due.look,
        "a look at whose runs there are": partial(owners, app.backend),
        "a recovery that finds nothing": partial(app.recover, now=True),
        "a purge that finds nothing": partial(app.retention.purge, timedelta(days=10_000)),
        "a page of events that wait": partial(app.events.list, limit=20),
        **{f"a page of runs, {what}": action for what, action in pages(app, size).items()},
    }


def test_steps_are_as_many_beside_much_as_beside_little(stores: tuple[Store, Store]) -> None:
    """What is asked for is found by an index, and nothing else is read."""
    found = compared(stores, _actions)

    grown = {name: pair for name, pair in found.items() if pair[1] > 1.1 * pair[0] + 5}
    assert len(found) == 14
    assert grown == {}


def _all_of_it(app: App, size: int) -> dict[str, Callable[[], Any]]:
    return {"a sweep": app.retention.sweep, "a count": app.events.not_handed_out}


def test_what_reads_everything_takes_steps_in_proportion(stores: tuple[Store, Store]) -> None:
    """A page begins where the one before it ended: no row is passed over again for each."""
    found = compared(stores, _all_of_it)

    growth = {name: many / few / (MANY / FEW) for name, (few, many) in found.items()}
    assert all(0.5 < one < 1.2 for one in growth.values()), growth


def test_recovery_takes_steps_in_proportion(tmp_path: Path) -> None:
    """Each run that was abandoned is found and finished by itself, however many there are."""
    each = {}
    for number in (50, 500):
        with abandoned(SQLITE, tmp_path, number) as app:
            app._executor.beat_by_hand(SequentialIds("by-hand").new)
            recover = partial(app.recover, now=True)
            each[number] = steps_of(app, recover, before=False) / number

    assert each[500] < 1.2 * each[50]
