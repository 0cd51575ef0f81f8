"""
How much reaches a store for a piece of work: commits, reads, statements, round trips.

Counts do not depend on the machine, so that they guard the speed here, where times cannot.
Each is a limit: whoever gets below one writes down the lower number.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import attrs
import pytest
from benchmarks.counting import Counter, Counts
from benchmarks.statements import (
    WORK,
    Work,
    counted,
    five,
    page,
    put,
    save,
    shipped,
    start_fifty,
    watched,
)
from benchmarks.stores import upgrade
from benchmarks.work import MODULE

from aicmo_core.app import open_backend
from aicmo_core.runtime.plugins import load_plugins
from aicmo_core.testing.databases import fresh_mariadb, fresh_postgres, fresh_sqlite
from scenarios.stores import BACKENDS

FIVE_STEPS = {
    "memory": Counts(commits=5),
    "sqlite": Counts(commits=5, statements=21, brackets=10),
    "postgres": Counts(commits=5, statements=5, round_trips=5),
    "mariadb": Counts(commits=5, statements=24, brackets=10, round_trips=10),
}
"""
For 30 rows: 1 run, 5 parents, 14 children, 5 journal entries, 5 events.

5 commits, because there are 5 steps; no read, because the run is new. PostgreSQL is given
a commit at once. The statements of SQLite and MariaDB are one for each table that a
commit writes (4 for a step with children, 3 without), 1 for a new run and 1 for its end.
MariaDB is given 1 more in each commit between, which requires the run's row; on SQLite an
insert asks for it. MariaDB answers a commit twice: all but its COMMIT, and that.
"""

SHIPPED = {
    "memory": Counts(commits=6, reads=35),
    "sqlite": Counts(commits=6, reads=35, statements=65, brackets=26),
    "postgres": Counts(commits=6, reads=35, statements=41, round_trips=41),
    "mariadb": Counts(commits=6, reads=35, statements=76, brackets=26, round_trips=72),
}
"""
5 steps and a preparation. Of the reads, 15 are of the run's row, one before each file is
written, and 4 ask whether the client's data is being erased; the rest is what the
adapters ask for. MariaDB and SQLite read a row and its children in a transaction.
"""

FIFTY = {
    "memory": Counts(commits=1),
    "sqlite": Counts(commits=1, statements=1, brackets=2),
    "postgres": Counts(commits=1, statements=2, round_trips=2),
    "mariadb": Counts(commits=1, statements=2, brackets=2, round_trips=3),
}
"""One commit, in which their rows are one statement. A server is asked what time it is."""

ONE_ROW = {
    "memory": Counts(commits=1, reads=1),
    "sqlite": Counts(commits=1, reads=1, statements=2, brackets=2),
    "postgres": Counts(commits=1, reads=1, statements=2, round_trips=2),
    "mariadb": Counts(commits=1, reads=1, statements=2, brackets=2, round_trips=3),
}
"""One question for the row that is there, and one statement that writes."""

PAGE = {
    "memory": Counts(reads=1),
    "sqlite": Counts(reads=1, statements=1),
    "postgres": Counts(reads=1, statements=1, round_trips=1),
    "mariadb": Counts(reads=1, statements=1, round_trips=1),
}
"""However many runs are on it."""

LIMITS: Mapping[Work, Mapping[str, Counts]] = {
    five: FIVE_STEPS,
    shipped: SHIPPED,
    start_fifty: FIFTY,
    put: ONE_ROW,
    save: ONE_ROW,
    page: PAGE,
}


@contextmanager
def store(kind: str, folder: Path) -> Iterator[str]:
    """Yield the URL of a fresh store with the tables of all modules."""
    match kind:
        case "memory":
            yield "memory:"
        case "sqlite":
            url = fresh_sqlite(folder)
            upgrade(url, MODULE)
            yield url
        case _:
            fresh = {"postgres": fresh_postgres, "mariadb": fresh_mariadb}[kind]
            with fresh() as url:
                upgrade(url, MODULE)
                yield url


def above(found: Counts, limit: Counts) -> dict[str, tuple[int, int]]:
    """Return by name what is above its limit: what was found, and the limit."""
    pairs = {name: (getattr(found, name), getattr(limit, name)) for name in attrs.asdict(found)}
    return {name: pair for name, pair in pairs.items() if pair[0] > pair[1]}


@pytest.mark.parametrize("kind", BACKENDS)
def test_work_reaches_the_store_no_oftener_than_it_must(kind: str, tmp_path: Path) -> None:
    """A run costs its commits, and the questions of its adapters; a page costs one."""
    with store(kind, tmp_path) as url, watched(url, tmp_path) as (app, counter):
        found = {work: counted(app, counter, work) for work in WORK.values()}

    excess = {work.__name__: above(counts, LIMITS[work][kind]) for work, counts in found.items()}
    assert excess == {work.__name__: {} for work in LIMITS}


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
