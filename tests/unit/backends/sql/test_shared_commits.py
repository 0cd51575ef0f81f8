"""Batches of several threads in one transaction of SQLite, each as if it were alone."""

from __future__ import annotations

import inspect
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicmo_core.backends.sql import sqlite_commits
from aicmo_core.backends.sql.address import read_address
from aicmo_core.backends.sql.backend import SqlBackend
from aicmo_core.backends.sql.grouping import grouped
from aicmo_core.backends.sql.sqlite import Sqlite
from aicmo_core.backends.sql.sqlite_commits import SqliteCommits, Writing
from aicmo_core.storage import (
    BackendUnavailable,
    Batch,
    Change,
    Conflict,
    DatabaseFull,
    DatabaseLocked,
    Insert,
    OutcomeUnknown,
    Remove,
    Replace,
    Require,
)
from aicmo_core.testing.conformance.base import everything, examples
from aicmo_core.testing.samples import (
    ACCOUNTS,
    BASKETS,
    ENTRIES,
    KIT,
    TICKETS,
    Account,
    Basket,
    Line,
    Ticket,
)
from unit.backends.sql.lining_up import holding
from unit.backends.sql.watched_sqlite import WatchedSqlite, failing_commit


@pytest.fixture
def database(tmp_path: Path) -> WatchedSqlite:
    return WatchedSqlite(tmp_path / "shared.db", "timeout=5")


@pytest.fixture
def backend(database: WatchedSqlite) -> Iterator[SqlBackend]:
    with SqlBackend(database) as backend:
        backend.prepare([KIT])
        yield backend


def _ticket(number: int, text: str = "") -> Batch:
    return [Insert(TICKETS, TICKETS.encode(Ticket(number, text), f"token-{number}"))]


def _together(backend: SqlBackend, *batches: Batch) -> list[Future[None]]:
    """Commit batches by a thread each, all in one transaction; return what came of them."""
    database = backend._database
    assert isinstance(database, Sqlite)
    with holding(database._turns) as line_up:
        return [line_up(lambda batch=batch: backend.commit(batch)) for batch in batches]  # type: ignore[misc]


def _numbers(backend: SqlBackend) -> list[Any]:
    return [row.key[0] for row in everything(backend, TICKETS)["kit_tickets"]]


# -- as if each were alone

_KEYS = st.sampled_from("abc")
_CHANGES = st.tuples(
    st.sampled_from([Insert, Replace, Remove, Require]),
    st.sampled_from([ACCOUNTS, BASKETS]),
    _KEYS,
    st.integers(0, 3),
    st.integers(0, 5),
)
_BATCHES = st.lists(
    st.lists(_CHANGES, min_size=1, max_size=4, unique_by=lambda c: c[1:3]),
    min_size=1,
    max_size=6,
)


def _change(drawn: Any, number: int) -> Change:
    """Return a change of batch *number*: tokens are named after the batch that wrote them."""
    kind, collection, key, content, earlier = drawn
    expected = f"{key}-{earlier}"
    if kind in (Remove, Require):
        return kind(collection, (key,), expected)  # type: ignore[no-any-return]
    item: Any = Account(key, owner=f"{content}" if content else None)
    if collection is BASKETS:
        item = Basket(key, content, [Line(f"{n}") for n in range(content)])
    row = collection.encode(item, f"{key}-{number}")
    return Insert(collection, row) if kind is Insert else Replace(collection, row, expected)


def _batches(drawn: Any) -> list[list[Change]]:
    return [[_change(one, number) for one in batch] for number, batch in enumerate(drawn)]


def _is_fit(backend: SqlBackend, batch: Batch) -> bool:
    try:
        backend.commit(batch)
    except Conflict:
        return False
    return True


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SqlBackend, SqlBackend]]:
    folder = tmp_path_factory.mktemp("pair")
    pair = [SqlBackend(Sqlite(read_address(f"sqlite:///{folder}/{n}.db"))) for n in range(2)]
    for backend in pair:
        backend.prepare([KIT])
    yield pair[0], pair[1]
    for backend in pair:
        backend.close()


def _emptied(files: tuple[SqlBackend, SqlBackend]) -> tuple[SqlBackend, SqlBackend]:
    for backend in files:
        for collection in (ACCOUNTS, BASKETS):
            rows = everything(backend, collection)[collection.name]
            backend.commit([Remove(collection, row.key, row.token) for row in rows])
    return files


def _stored(backend: SqlBackend) -> object:
    return everything(backend, ACCOUNTS, BASKETS)


@given(drawn=_BATCHES, alone=st.lists(st.booleans(), min_size=6, max_size=6))
@examples(150)
def test_batches_that_share_a_transaction_end_as_they_would_one_by_one(
    files: tuple[SqlBackend, SqlBackend], drawn: Any, alone: list[bool]
) -> None:
    """The same ones are refused, the same rows are there: for threads, and within one's own."""
    serial, shared = _emptied(files)
    batches = _batches(drawn)
    prepare = shared._database._sequencer.prepared  # type: ignore[attr-defined]
    writings: list[Writing] = []
    expected: list[list[bool]] = []
    for batch, begins in zip(batches, alone, strict=False):
        if begins or not writings:
            writings.append(Writing([]))
            expected.append([])
        writings[-1].batches = [*writings[-1].batches, prepare(grouped(batch, shared._shelf))]
        if False not in expected[-1]:  # behind one that is refused, none is tried
            expected[-1].append(_is_fit(serial, batch))

    shared._database._commits.commit(shared._connections.get(), writings)  # type: ignore[attr-defined]

    assert [[v is None for v in w.verdicts] for w in writings] == expected
    assert all(writing.settled for writing in writings)
    assert _stored(shared) == _stored(serial)


@given(drawn=_BATCHES)
@examples(100)
def test_many_batches_of_one_thread_end_as_they_would_one_by_one(
    files: tuple[SqlBackend, SqlBackend], drawn: Any
) -> None:
    """The same verdicts, word for word, and the same rows."""
    serial, shared = _emptied(files)
    batches = _batches(drawn)
    expected = [serial.commit_many([batch])[0] for batch in batches]

    verdicts = shared.commit_many(batches)

    assert [_items(verdict) for verdict in verdicts] == [_items(one) for one in expected]
    assert _stored(shared) == _stored(serial)


def _items(verdict: object) -> object:
    assert verdict is None or isinstance(verdict, Conflict)
    return verdict and verdict.items


def test_threads_that_wait_share_one_transaction(
    backend: SqlBackend, database: WatchedSqlite
) -> None:
    """One BEGIN and one COMMIT for all; who is refused is told so, and nobody else."""
    backend.commit(_ticket(2))
    seen: list[str] = []
    database.hook = lambda when, s: seen.append(s.split(" (")[0]) if when == "before" else None

    answers = _together(backend, _ticket(1), _ticket(2), _ticket(3))

    assert answers[0].result() is answers[2].result() is None
    with pytest.raises(Conflict, match=r"kit_tickets\[2\]"):
        answers[1].result()
    wrote = ["SAVEPOINT batch", "INSERT INTO kit_tickets", "RELEASE batch"]
    refused = [*wrote[:2], "ROLLBACK TO batch", "RELEASE batch"]
    assert seen == ["BEGIN IMMEDIATE", *wrote, *refused, *wrote, "COMMIT"]
    assert _numbers(backend) == [1, 2, 3]


def test_many_batches_are_one_transaction(backend: SqlBackend, database: WatchedSqlite) -> None:
    """As long as they fit; one that is refused ends it, and the rest is another."""
    seen: list[str] = []
    database.hook = lambda when, s: seen.append(s) if when == "before" else None

    backend.commit_many([_ticket(n) for n in range(50)])

    assert [seen.count(s) for s in ("BEGIN IMMEDIATE", "COMMIT")] == [1, 1]


# -- when something goes wrong


def test_batch_for_which_there_is_no_room_fails_alone(backend: SqlBackend) -> None:
    """SQLite may give up what the others wrote as well: they are tried again without it."""
    big = [change for n in range(100, 200) for change in _ticket(n, "x" * 40_000)]
    backend.commit(_ticket(0))
    for connection in backend._connections._leased.values():
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
    database = backend._database
    assert isinstance(database, WatchedSqlite)
    database.hook = lambda when, s: _bound(backend, pages + 4) if s == "BEGIN IMMEDIATE" else None

    answers = _together(backend, _ticket(1), big, _ticket(2))

    assert answers[0].result() is answers[2].result() is None
    with pytest.raises(DatabaseFull):
        answers[1].result()
    assert _numbers(backend) == [0, 1, 2]


def _bound(backend: SqlBackend, pages: int) -> None:
    for connection in backend._connections._leased.values():
        connection.execute(f"PRAGMA max_page_count={pages}")


def test_transaction_that_sqlite_gave_up_is_made_again_one_by_one(
    backend: SqlBackend, database: WatchedSqlite
) -> None:
    """Whose batch it was is told; the others are written."""

    def give_up(when: str, statement: str) -> None:
        if (when, statement[:6]) == ("before", "DELETE"):
            for connection in backend._connections._leased.values():
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
            raise sqlite3.OperationalError("disk I/O error")

    database.hook = give_up

    answers = _together(backend, _ticket(1), [Remove(TICKETS, (9,), "token-9")], _ticket(2))

    assert answers[0].result() is answers[2].result() is None
    with pytest.raises(BackendUnavailable, match="disk I/O error"):
        answers[1].result()
    assert _numbers(backend) == [1, 2]


def test_disk_that_fails_a_commit_leaves_the_outcome_of_all_unknown(
    backend: SqlBackend, database: WatchedSqlite
) -> None:
    """Each thread raises an error of its own; who was refused before knows it."""
    backend.commit(_ticket(2))
    database.hook = failing_commit(sqlite3.SQLITE_IOERR_FSYNC, "SQLITE_IOERR_FSYNC")

    answers = _together(backend, _ticket(1), _ticket(2), _ticket(3))

    errors = [answer.exception() for answer in answers]
    assert [type(error) for error in errors] == [OutcomeUnknown, Conflict, OutcomeUnknown]
    assert errors[0] is not errors[2]
    assert errors[0] is not None
    assert isinstance(errors[0].__cause__, sqlite3.OperationalError)


def test_lock_of_another_process_is_told_to_all_who_shared_the_wait(tmp_path: Path) -> None:
    """They have waited together: none waits as long again."""
    database = WatchedSqlite(tmp_path / "locked.db", "timeout=0.02")
    with SqlBackend(database) as backend:
        backend.prepare([KIT])
        other = sqlite3.connect(tmp_path / "locked.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        begun: list[str] = []
        database.hook = lambda when, s: begun.append(s) if when == "before" else None

        writings = [
            Writing([database._sequencer.prepared(grouped(_ticket(n), backend._shelf))])
            for n in range(3)
        ]
        database._commits.commit(backend._connections.get(), writings)

        other.close()
        errors = [verdict for writing in writings for verdict in writing.verdicts]
        assert [type(error) for error in errors] == [sqlite3.OperationalError] * 3
        assert len(set(map(id, errors))) == 3
        translated = [database.translate(e, None) for e in errors if e is not None]
        assert {type(error) for error in translated} == {DatabaseLocked}
        assert begun == ["BEGIN IMMEDIATE"]


_STATEMENTS = 1 + 3 * 3 + 1


@pytest.mark.parametrize("place", range(_STATEMENTS))
@pytest.mark.parametrize("moment", ["before", "after"])
def test_interrupted_thread_keeps_nobody_from_their_commit(
    backend: SqlBackend, database: WatchedSqlite, place: int, moment: str
) -> None:
    """Wherever Ctrl-C meets who writes for all: the others are written once, and told so."""
    passed: list[str] = []

    def interrupt(when: str, statement: str) -> None:
        if when == moment:
            passed.append(statement)
            if len(passed) == place + 1:
                raise KeyboardInterrupt

    database.hook = interrupt

    answers = _together(backend, _ticket(1), _ticket(2), _ticket(3))

    with pytest.raises(KeyboardInterrupt):
        answers[0].result()
    assert answers[1].result() is answers[2].result() is None
    is_behind_commit = (moment, place) == ("after", _STATEMENTS - 1)
    assert _numbers(backend) == ([1, 2, 3] if is_behind_commit else [2, 3])


def _lines() -> list[int]:
    """Return the lines in which a transaction is made and its writings are settled."""
    found: list[int] = []
    its = SqliteCommits
    for method in (its.commit, its._transact, its._transact_with, its._end):
        source, first = inspect.getsourcelines(method)
        found += range(first, first + len(source))
    return found


def test_writings_are_settled_whenever_they_are_written(
    backend: SqlBackend, database: WatchedSqlite
) -> None:
    """Ctrl-C in any line of who writes for all: what is not settled is done again by another."""
    connection, number, met = backend._connections.get(), 0, 0
    for line in _lines():

        def interrupt(frame: FrameType, event: str, argument: object, line: int = line) -> Any:
            if frame.f_code.co_filename != sqlite_commits.__file__:
                return None
            if event == "line" and frame.f_lineno == line:
                raise KeyboardInterrupt
            return interrupt

        writings = []
        for _ in range(2):
            number += 1
            batch = database._sequencer.prepared(grouped(_ticket(number), backend._shelf))
            writings.append(Writing([batch]))
        sys.settrace(interrupt)
        try:
            database._commits.commit(connection, writings)
        except KeyboardInterrupt:
            met += 1
        finally:
            sys.settrace(None)

        written = {number - 1, number} & set(_numbers(backend))
        assert len(written) == sum(writing.settled for writing in writings), line
    assert met > 10


@pytest.mark.parametrize("moment", ["before", "after"])
def test_many_batches_are_written_once_though_who_wrote_them_singly_was_interrupted(
    backend: SqlBackend, database: WatchedSqlite, moment: str
) -> None:
    """SQLite gives up the transaction, and Ctrl-C meets the second of those made instead."""
    many = [_ticket(1), _ticket(2), _ticket(3)]
    commits: list[str] = []

    def spoil(when: str, statement: str) -> None:
        if (when, statement[:6]) == ("before", "DELETE") and not commits:
            commits.append("given up")
            for connection in backend._connections._leased.values():
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
            raise sqlite3.OperationalError("disk I/O error")
        if (when, statement) == (moment, "COMMIT"):
            commits.append(statement)
            if len(commits) == 4:
                raise KeyboardInterrupt

    database.hook = spoil
    with holding(database._turns) as line_up:
        first = line_up(lambda: backend.commit(_ticket(0)))
        second = line_up(lambda: backend.commit_many(many))
        third = line_up(lambda: _is_fit(backend, [Remove(TICKETS, (9,), "token-9")]))

    with pytest.raises(KeyboardInterrupt):
        first.result()
    assert second.result() == [None, None, None]
    assert third.result() is False
    assert _numbers(backend) == [0, 1, 2, 3]


_WRITER = """
import os, threading
from aicmo_core.backends.sql.plugin import open_sqlite
from aicmo_core.storage import Insert
from aicmo_core.testing.samples import ENTRIES, BASKETS, Basket, Entry, KIT, Line

backend = open_sqlite("sqlite:///{path}?synchronous=FULL")
backend.prepare([KIT])

def write(thread):
    for n in range(100_000):
        basket = Basket(f"{{thread}}-{{n:06}}", n % 5, [Line("x")] * (n % 5))
        entry = Entry(f"{{thread}}", n)
        backend.commit(
            [
                Insert(BASKETS, BASKETS.encode(basket, f"b{{thread}}-{{n}}")),
                Insert(ENTRIES, ENTRIES.encode(entry, f"e{{thread}}-{{n}}")),
            ]
        )
        os.write(1, f"{{thread}} {{n}}\\n".encode())

for thread in range(6):
    threading.Thread(target=write, args=[thread]).start()
"""


def test_answers_of_all_threads_outlive_a_killed_process(tmp_path: Path) -> None:
    """After `kill -9`: what was answered is there, each batch is whole, none is torn apart."""
    path = tmp_path / "killed.db"
    writer = subprocess.Popen(
        [sys.executable, "-c", _WRITER.format(path=path)], stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    heard = [writer.stdout.readline() for _ in range(60)]
    os.kill(writer.pid, signal.SIGKILL)
    heard += writer.stdout.readlines()
    writer.stdout.close()
    writer.wait()

    with SqlBackend(Sqlite(read_address(f"sqlite:///{path}"))) as backend:
        backend.prepare([KIT])
        found = everything(backend, BASKETS, ENTRIES)
    entries = {row.key for row in found["kit_entries"]}
    baskets = {row.key[0]: row for row in found["kit_baskets"]}
    answered = {tuple(line.split()) for line in heard if line.endswith("\n")}
    assert {(thread, int(n)) for thread, n in answered} <= entries
    assert {f"{thread}-{n:06}" for thread, n in entries} == baskets.keys()
    assert all(len(row.children[0]) == int(key[-6:]) % 5 for key, row in baskets.items())
