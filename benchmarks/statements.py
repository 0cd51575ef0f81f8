"""
Question: how much reaches a store for a piece of work?

    python -m benchmarks.statements

Counted are commits and reads at the port, and what the driver is given: so these numbers
are the same on every machine, and the tests limit them (tests/scenarios/test_cost_statements.py).
Servers are asked where AICMO_TEST_POSTGRES and AICMO_TEST_MARIADB name them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from attrs import evolve

from aicmo_core import App, RunState, client_to_delivery, open_app
from aicmo_core.app import open_backend
from aicmo_core.kernel.ids import ClientId, CorrelationId
from aicmo_core.storage import UnitOfWork
from benchmarks.answers import Row, Table
from benchmarks.asking import Effort, ask
from benchmarks.counting import Counter, Counts
from benchmarks.floors.rows import new_id
from benchmarks.library import plugins
from benchmarks.memory_vs_database import sample_order
from benchmarks.stores import MEMORY, POSTGRES, SQLITE, databases, migrated
from benchmarks.work import MODULE, Brief, Order, five_steps
from benchmarks.work.module import BRIEFS

WARM = 8
"""Times after which every statement is prepared, and the executor registered."""

BRIEF = Brief("b", "run", "client", "goal", "audience", "tone", 1)
GOALS: Mapping[str, Mapping[str, str]] = {
    MEMORY: {"commits": "≤ 5", "reads": "≤ 0"},
    SQLITE: {"statements": "≤ 22"},
    POSTGRES: {"statements": "≤ 5", "round trips": "≤ 5"},
}
"""Of a run of five steps."""


def five(app: App) -> None:
    assert app.run(five_steps, Order()).state is RunState.COMPLETED


def shipped(app: App) -> None:
    order = evolve(sample_order(), client_id=ClientId(new_id()))
    assert app.run(client_to_delivery, order).state is RunState.COMPLETED


def start_fifty(app: App) -> None:
    app.start_many(five_steps, [Order()] * 50)


def put(app: App) -> None:
    unit = UnitOfWork(app.backend, app.ids, app.clock, CorrelationId("by-hand"))
    unit.repository(BRIEFS).put(BRIEF)
    app.backend.commit(unit.changes())


def save(app: App) -> None:
    unit = UnitOfWork(app.backend, app.ids, app.clock, CorrelationId("by-hand"))
    briefs = unit.repository(BRIEFS)
    found = briefs.require(BRIEF.brief_id)
    briefs.replace(evolve(found, budget=found.budget + 1))
    app.backend.commit(unit.changes())


def page(app: App) -> None:
    app.runs.list(limit=10)


Work: TypeAlias = Callable[[App], None]

WORK: Mapping[str, Work] = {
    "A run of five steps that store": five,
    "A run of `client_to_delivery`, for a new client": shipped,
    "50 runs that are started together": start_fifty,
    "A row that is put, where there was one": put,
    "A row that is read, changed and saved": save,
    "A page of runs": page,
}


@contextmanager
def watched(url: str, folder: Path) -> Iterator[tuple[App, Counter]]:
    """Yield an application that has no heartbeat, and what counts for it."""
    backend = open_backend(url, plugins())
    counter = Counter(backend)
    with (
        backend,
        open_app(
            backend,
            modules=[MODULE],
            workflows=[five_steps],
            artifacts=folder / new_id(),
            plugins=plugins(),
        ) as app,
    ):
        app._executor.beat_by_hand(new_id)
        yield app, counter


def counted(app: App, counter: Counter, work: Work) -> Counts:
    """Return what *work* costs when it is done once more, after it was done often."""
    for _ in range(WARM):
        work(app)
    with counter.counting() as counts:
        work(app)
    return counts


def answer(effort: Effort) -> list[Table]:
    """Count each piece of work on each store."""
    rows: dict[str, list[Row]] = {title: [] for title in WORK}
    for name in [MEMORY, *databases(effort)]:
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            with migrated(name, folder, MODULE) as url, watched(url, folder) as (app, counter):
                for title, work in WORK.items():
                    goals = GOALS.get(name, {}) if work is five else {}
                    rows[title].append(_row(name, counted(app, counter, work), goals))
    return [Table(title, tuple(found), less_is_better=True) for title, found in rows.items()]


def _row(name: str, counts: Counts, goals: Mapping[str, str]) -> Row:
    named = {
        "statements": counts.statements,
        "begin and commit": counts.brackets,
        "round trips": counts.round_trips,
        "commits": counts.commits,
        "reads": counts.reads,
    }
    return Row(name, {figure: (float(value),) for figure, value in named.items()}, goals=goals)


if __name__ == "__main__":
    ask("statements", __doc__, answer)
