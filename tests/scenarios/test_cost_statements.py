"""
How much reaches a store for a piece of work: commits, reads, statements, round trips.

Counts do not depend on the machine, so that they guard the speed here, where times cannot.
Each is a limit: whoever gets below one writes down the lower number.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
import pytest
from benchmarks.counting import Counter, Counts
from benchmarks.work import MODULE, Brief, Order, five_steps
from benchmarks.work.module import BRIEFS

from aicmo_core import App, RunState, client_to_delivery, open_app
from aicmo_core.app import open_backend, schemas
from aicmo_core.kernel.ids import CorrelationId
from aicmo_core.providers.clock import SystemClock
from aicmo_core.providers.ids import Uuid7Ids
from aicmo_core.runtime.plugins import load_plugins
from aicmo_core.storage import Backend, SchemaMismatch, UnitOfWork
from aicmo_core.testing.databases import fresh_mariadb, fresh_postgres, fresh_sqlite
from aicmo_core.testing.fixtures import SequentialIds
from scenarios.stores import BACKENDS, order

WARM = 8
"""Runs after which every statement is prepared, and the executor registered."""

BRIEF = Brief("b", "run", "client", "goal", "audience", "tone", 1)


@contextmanager
def address(kind: str, folder: Path) -> Iterator[str]:
    """Yield the URL of a fresh store with the tables of all modules."""
    match kind:
        case "memory":
            yield "memory:"
        case "sqlite":
            yield migrated(fresh_sqlite(folder))
        case "postgres":
            with fresh_postgres() as url:
                yield migrated(url)
        case "mariadb":
            with fresh_mariadb() as url:
                yield migrated(url)


def migrated(url: str) -> str:
    """Return *url*, whose database now has the tables of the plugins and of the benchmarks."""
    plugins = load_plugins()
    with open_backend(url, plugins) as backend:
        try:
            backend.prepare(schemas([*plugins.module_list(), MODULE]))
        except SchemaMismatch:
            backend.upgrade()
    return url


@pytest.fixture(params=BACKENDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Which kind of store."""
    return str(request.param)


@pytest.fixture
def backend(kind: str, tmp_path: Path) -> Iterator[Backend]:
    """A backend on a fresh store, not yet prepared."""
    with address(kind, tmp_path) as url, open_backend(url, load_plugins()) as opened:
        yield opened


@pytest.fixture
def counter(backend: Backend) -> Counter:
    """Counts what *backend* is asked."""
    return Counter(backend)


@pytest.fixture
def app(backend: Backend, counter: Counter, tmp_path: Path) -> Iterator[App]:
    """An application of the shipped modules and the benchmarks', without a heartbeat."""
    with open_app(
        backend, modules=[MODULE], workflows=[five_steps], artifacts=tmp_path / "out"
    ) as opened:
        opened._executor.beat_by_hand(SequentialIds("by-hand").new)
        yield opened


def counted(counter: Counter, work: Callable[[], Any]) -> Counts:
    """Return what *work* costs when it is done once more, after it was done often."""
    for _ in range(WARM):
        work()
    with counter.counting() as counts:
        work()
    return counts


def above(found: Counts, limit: Counts) -> dict[str, tuple[int, int]]:
    """Return by name what is above its limit: what was found, and the limit."""
    pairs = {name: (getattr(found, name), getattr(limit, name)) for name in attrs.asdict(found)}
    return {name: pair for name, pair in pairs.items() if pair[0] > pair[1]}


FIVE_STEPS = {
    "memory": Counts(commits=5),
    "sqlite": Counts(commits=5, statements=24, brackets=10),  # to be: statements=22
    "postgres": Counts(commits=5, statements=5, round_trips=5),
    "mariadb": Counts(commits=5, statements=24, brackets=10, round_trips=34),
}
"""
For 30 rows: 1 run, 5 parents, 14 children, 5 journal entries, 5 events.

5 commits, because there are 5 steps; no read, because the run is new. PostgreSQL is given
a commit at once. The statements of SQLite and MariaDB are one for each table that a
commit writes (4 for a step with children, 3 without), 1 for a new run, 1 for its end,
and 1 that requires its row in each commit between.
"""


def test_five_steps(app: App, counter: Counter, kind: str) -> None:
    """A run costs its commits, and nothing beside them."""

    def run() -> None:
        assert app.run(five_steps, Order()).state is RunState.COMPLETED

    assert above(counted(counter, run), FIVE_STEPS[kind]) == {}


SHIPPED = {
    "memory": Counts(commits=6, reads=29),
    "sqlite": Counts(commits=6, reads=29, statements=62, brackets=24),
    "postgres": Counts(commits=6, reads=29, statements=35, round_trips=35),
    "mariadb": Counts(commits=6, reads=29, statements=68, brackets=24, round_trips=92),
}
"""
5 steps and a preparation. Of the reads, 11 are of the run's row, one before each file is
written, and 4 ask whether the client's data is being erased; the rest is what the
adapters ask for. MariaDB and SQLite read a row and its children in a transaction.
"""


def test_client_to_delivery(app: App, counter: Counter, kind: str) -> None:
    """The workflow that ships, with its real adapters, from a brief to a package."""
    ids = SequentialIds("client")

    def run() -> None:
        assert app.run(client_to_delivery, order(client_id=ids.new())).state is RunState.COMPLETED

    assert above(counted(counter, run), SHIPPED[kind]) == {}


ONE_ROW = {
    "memory": Counts(commits=1, reads=1),
    "sqlite": Counts(commits=1, reads=1, statements=2, brackets=2),
    "postgres": Counts(commits=1, reads=1, statements=2, round_trips=2),
    "mariadb": Counts(commits=1, reads=1, statements=2, brackets=2, round_trips=4),
}
"""One question for the row that is there, and one statement that writes."""


def _unit(app: App) -> UnitOfWork:
    return UnitOfWork(app.backend, Uuid7Ids(), SystemClock(), CorrelationId("by-hand"))


def _put(app: App) -> None:
    unit = _unit(app)
    unit.repository(BRIEFS).put(BRIEF)
    app.backend.commit(unit.changes())


def _save(app: App) -> None:
    unit = _unit(app)
    briefs = unit.repository(BRIEFS)
    found = briefs.get(BRIEF.brief_id) or briefs.add(BRIEF)
    briefs.replace(attrs.evolve(found, budget=found.budget + 1))
    app.backend.commit(unit.changes())


@pytest.mark.parametrize("write", [_put, _save])
def test_row_that_is_replaced(
    app: App, counter: Counter, kind: str, write: Callable[[App], None]
) -> None:
    """To put, or to read and save, is one read and one commit."""
    assert above(counted(counter, lambda: write(app)), ONE_ROW[kind]) == {}


PAGE = {
    "memory": Counts(reads=1),
    "sqlite": Counts(reads=1, statements=1),
    "postgres": Counts(reads=1, statements=1, round_trips=1),
    "mariadb": Counts(reads=1, statements=1, round_trips=1),
}


def test_page_of_a_list(app: App, counter: Counter, kind: str) -> None:
    """A page of runs is one statement, however many runs are on it."""
    for _ in range(12):
        app.run(five_steps, Order())

    counts = counted(counter, lambda: app.runs.list(limit=10))

    assert above(counts, PAGE[kind]) == {}


def test_statement_more_would_be_seen(tmp_path: Path) -> None:
    """The limits above can be passed: whatever a driver is given is counted."""
    with open_backend(fresh_sqlite(tmp_path), load_plugins()) as backend:
        counter = Counter(backend)
        connection: sqlite3.Connection = backend._connections.get()  # type: ignore[attr-defined]
        with counter.counting() as counts:
            connection.execute("CREATE TABLE boats (name)")
            connection.execute(" begin immediate")
            connection.executemany("INSERT INTO boats VALUES (?)", [("Ann",), ("Bob",)])
            connection.cursor().execute("COMMIT")

    assert counts == Counts(statements=2, brackets=2)
    assert above(counts, Counts(statements=1, brackets=2)) == {"statements": (2, 1)}


def test_message_more_would_be_seen() -> None:
    """Servers are asked once for what is sent at once, and as often as it is not."""
    with fresh_postgres() as url, open_backend(url, load_plugins()) as backend:
        counter = Counter(backend)
        session = backend._connections.get()  # type: ignore[attr-defined]
        with counter.counting() as counts:
            session.run("SELECT 1")
            with session.connection.pipeline():
                session.run("BEGIN")
                session.run("SELECT 2")
                session.run("COMMIT")

    assert counts == Counts(statements=2, brackets=2, round_trips=2)
