"""What is particular about SQLite: its file, its lock, its errors, its statements."""

import gc
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from attrs import evolve

from aicmo_core.backends.sql.address import read_address
from aicmo_core.backends.sql.backend import SqlBackend
from aicmo_core.backends.sql.sqlite import Sqlite
from aicmo_core.runtime.records import RUNS, SCHEMA, RunState
from aicmo_core.storage import (
    BackendUnavailable,
    Batch,
    Condition,
    Conflict,
    DatabaseFull,
    DatabaseLocked,
    DatabaseMissing,
    DatabaseReadOnly,
    DatabaseUnmigrated,
    Insert,
    OneOf,
    Op,
    OutcomeUnknown,
    Replace,
    Require,
    compile_query,
)
from aicmo_core.testing.conformance.base import opened
from aicmo_core.testing.samples import (
    ACCOUNTS,
    BASKETS,
    CARDS,
    KIT,
    TICKETS,
    Account,
    Basket,
    Card,
    Line,
    Note,
    Ticket,
)
from unit.backends.sql.watched_sqlite import WatchedSqlite, failing_commit


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "agency.db"


@pytest.fixture
def backend(path: Path) -> Iterator[SqlBackend]:
    with _open(path, "timeout=0.02") as backend:
        backend.prepare([KIT])
        yield backend


def _open(path: Path, options: str = "") -> SqlBackend:
    return SqlBackend(Sqlite(read_address(f"sqlite:///{path}?{options}")))


def _ticket(number: int, text: str = "") -> Batch:
    return [Insert(TICKETS, TICKETS.encode(Ticket(number, text), f"token-{number}"))]


def _connection(backend: SqlBackend) -> sqlite3.Connection:
    connection: sqlite3.Connection = backend._connections.get()
    return connection


@pytest.mark.parametrize(("option", "number"), [("", 1), ("synchronous=full", 2)])
def test_durability_is_what_the_address_says(path: Path, option: str, number: int) -> None:
    """NORMAL unless asked otherwise; the log is written ahead in both."""
    with _open(path, option) as backend:
        backend.prepare([KIT])
        connection = _connection(backend)

        assert connection.execute("PRAGMA synchronous").fetchone() == (number,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_new_file_has_small_pages_and_an_old_one_keeps_its_own(path: Path) -> None:
    """A commit writes whole pages to the log."""
    old = path.with_name("old.db")
    with sqlite3.connect(old) as connection:
        connection.execute("PRAGMA page_size=8192")
        connection.execute("CREATE TABLE somebody_elses (name)")
    connection.close()

    for place, size in ((path, 2048), (old, 8192)):
        with opened(lambda place=place: _open(place)) as backend:  # type: ignore[misc]
            backend.commit(_ticket(1))

            assert isinstance(backend, SqlBackend)
            assert _connection(backend).execute("PRAGMA page_size").fetchone() == (size,)


def _all_moved(backend: SqlBackend, path: Path) -> bool:
    """Return whether the file holds as many pages as the database has."""
    backend._database.finish()
    (pages,) = _connection(backend).execute("PRAGMA page_count").fetchone()
    return bool(path.stat().st_size == pages * 2048)


def test_log_is_moved_into_the_file_beside_the_commits(path: Path) -> None:
    """After so many rows, and after as many again; no commit does it itself."""
    with _open(path) as backend:
        backend.prepare([KIT])
        for start in (0, 2_000):
            backend.commit([c for n in range(start, start + 700) for c in _ticket(n, "x" * 99)])
            assert not _all_moved(backend, path)
            backend.commit([c for n in range(start + 1000, start + 1900) for c in _ticket(n)])

            assert _all_moved(backend, path)


def test_log_is_moved_by_commits_that_wait_for_the_disk(path: Path) -> None:
    """No thread waits for it beside them, and the log stays short."""
    with _open(path, "synchronous=FULL") as backend:
        backend.prepare([KIT])
        threads = threading.active_count()
        for start in (0, 2_000, 4_000):
            backend.commit([c for n in range(start, start + 2_000) for c in _ticket(n, "x" * 999)])

        assert threading.active_count() == threads
        assert Path(f"{path}-wal").stat().st_size < 16_000_000
        assert path.stat().st_size > 4_000 * 999


def test_log_that_cannot_be_moved_is_told_in_the_log_of_the_host(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The commits are made all the same; the next time it is tried again."""
    with _open(path) as backend:
        backend.prepare([KIT])
        checkpoints = backend._database._checkpoints  # type: ignore[attr-defined]
        connect = checkpoints._connect
        missing = DatabaseMissing("sqlite:///agency.db", "its folder is gone")
        monkeypatch.setattr(checkpoints, "_connect", Mock(side_effect=missing))
        backend.commit([c for n in range(2_000) for c in _ticket(n)])

        assert not _all_moved(backend, path)
        assert "its folder is gone" in caplog.text
        monkeypatch.setattr(checkpoints, "_connect", connect)
        backend.commit([c for n in range(2_000, 4_000) for c in _ticket(n)])
        assert _all_moved(backend, path)


def test_commit_that_gets_no_thread_to_move_the_log_is_made(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There may be no more threads. SQLite bounds the log, then, by a commit that waits."""
    with _open(path) as backend:
        backend.prepare([KIT])
        connection = _connection(backend)
        monkeypatch.setattr(threading.Thread, "start", Mock(side_effect=RuntimeError("no more")))

        backend.commit([c for n in range(2_000) for c in _ticket(n)])

        assert backend.count(TICKETS) == 2_000
        assert connection.execute("PRAGMA wal_autocheckpoint").fetchone() == (32_768,)


def test_lock_of_another_process_is_waited_for_and_then_told(
    backend: SqlBackend, path: Path
) -> None:
    """Nothing is written, and the next try succeeds when the other has ended."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(DatabaseLocked, match="is locked by another process"):
        backend.commit(_ticket(1))

    other.execute("ROLLBACK")
    other.close()
    backend.commit(_ticket(1))
    assert backend.count(TICKETS) == 1


def test_lock_of_another_process_does_not_stop_readers(backend: SqlBackend, path: Path) -> None:
    """They see what was committed before."""
    backend.commit(_ticket(1))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    other.execute("DELETE FROM kit_tickets")

    found = backend.get(TICKETS, (1,))

    other.close()
    assert found is not None


def test_threads_wait_for_one_another(path: Path) -> None:
    """Without SQLite's own unfair waiting: a short timeout is no trouble among threads."""
    with _open(path, "timeout=20") as backend:
        backend.prepare([KIT])
        start = threading.Barrier(8)

        def write(first: int) -> None:
            start.wait()
            for number in range(first, first + 25):
                backend.commit(_ticket(number))

        threads = [threading.Thread(target=write, args=[n * 100]) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert backend.count(TICKETS) == 200


def test_full_disk_is_told_and_leaves_nothing(backend: SqlBackend) -> None:
    """All of the batch is undone, and commits succeed again once there is room."""
    connection = _connection(backend)
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count={pages}")
    batch = [c for n in range(50) for c in _ticket(n, "x" * 4_000)]

    with pytest.raises(DatabaseFull):
        backend.commit(batch)

    assert backend.count(TICKETS) == 0
    connection.execute("PRAGMA max_page_count=1000000")
    backend.commit(batch)
    assert backend.count(TICKETS) == 50


def test_read_only_database_can_be_read(backend: SqlBackend, path: Path) -> None:
    """A commit to it says so."""
    backend.commit(_ticket(1))

    with _open(path, "mode=ro") as reader:
        reader.prepare([KIT])
        with pytest.raises(DatabaseReadOnly):
            reader.commit(_ticket(2))

        assert reader.count(TICKETS) == 1
        assert reader.check() == []


def test_missing_folder_is_told(tmp_path: Path) -> None:
    """The library makes a file, but no folder that may be misspelt."""
    with (
        _open(tmp_path / "no" / "agency.db") as backend,
        pytest.raises(DatabaseMissing, match=r"there is no folder .*/no'"),
    ):
        backend.prepare([KIT])


def test_missing_file_is_told_where_it_may_not_be_made(path: Path) -> None:
    """Opened for reading only, a file that is not there is an error."""
    with _open(path, "mode=ro") as backend, pytest.raises(DatabaseMissing):
        backend.prepare([KIT])

    assert not path.exists()


def test_file_that_is_no_database_is_told(path: Path) -> None:
    """It is left as it is."""
    path.write_text("Dear diary, " * 100)

    with _open(path) as backend, pytest.raises(BackendUnavailable, match="not a database"):
        backend.prepare([KIT])

    assert path.read_text().startswith("Dear diary")


def test_folder_in_the_place_of_the_file_is_told(path: Path) -> None:
    """It exists, so that it is not missing."""
    path.mkdir()

    with _open(path) as backend, pytest.raises(BackendUnavailable, match="permissions") as caught:
        backend.prepare([KIT])

    assert not isinstance(caught.value, DatabaseMissing)


@pytest.mark.parametrize(
    "statement", ["DROP TABLE kit_tickets", "ALTER TABLE kit_tickets RENAME text TO texts"]
)
def test_table_that_went_missing_is_told_with_the_command(
    backend: SqlBackend, statement: str
) -> None:
    """Reads and commits both say that the database is not migrated."""
    _connection(backend).execute(statement)

    with pytest.raises(DatabaseUnmigrated, match="run: aicmo db upgrade --db"):
        backend.get(TICKETS, (1,))
    with pytest.raises(DatabaseUnmigrated):
        backend.commit(_ticket(1))


def test_error_shows_no_value(backend: SqlBackend) -> None:
    """What the driver says names tables and columns only."""
    row = TICKETS.encode(Ticket(7, "a secret"), "token")
    broken = row._replace(token=None)  # type: ignore[arg-type]

    with pytest.raises(BackendUnavailable, match=r"kit_tickets\._token") as caught:
        backend.commit([Insert(TICKETS, broken)])

    assert "secret" not in f"{caught.value} {caught.value.__cause__}"
    backend.commit([Insert(TICKETS, row)])


def test_path_may_hold_what_addresses_give_a_meaning(tmp_path: Path) -> None:
    """The file is the one that was named."""
    path = tmp_path / "50% #1" / "a b.db"
    path.parent.mkdir()

    with SqlBackend(Sqlite(read_address(f"sqlite:///{path}"))) as backend:
        backend.prepare([KIT])

        assert path.exists()


def test_commit_is_one_transaction_of_few_statements(backend: SqlBackend) -> None:
    """Rows of one table go in one statement, run once for each."""
    seen: list[str] = []
    basket = Basket("b", lines=[Line("one"), Line("two")], notes=(Note("n"),))
    changes = [Insert(BASKETS, BASKETS.encode(basket, "token-b")), *_ticket(1), *_ticket(2)]
    _connection(backend).set_trace_callback(seen.append)

    backend.commit(changes)

    _connection(backend).set_trace_callback(None)
    assert [statement.split("(")[0].strip() for statement in seen] == [
        "BEGIN IMMEDIATE",
        "INSERT INTO kit_baskets",
        "INSERT INTO kit_basket_lines",
        "INSERT INTO kit_basket_lines",
        "INSERT INTO kit_basket_notes",
        "INSERT INTO kit_tickets",
        "INSERT INTO kit_tickets",
        "COMMIT",
    ]


def test_page_of_a_choice_is_read_in_the_order_of_an_index(path: Path) -> None:
    """Nothing is sorted for it: a page costs the same however many rows there are."""
    backend = _open(path)
    backend.prepare([SCHEMA])
    where = {"state": OneOf([state for state in RunState if state is not RunState.PURGED])}
    for order_by, after in (("-run_id", "a run"), ("updated_at", None)):
        query = compile_query(RUNS, where, order_by, 50)
        page = evolve(query, after=(after,) if after else None)

        statement, parameters = backend._selector.find(backend._shelf[RUNS], page)

        plan = _connection(backend).execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
        steps = [step for *_, step in plan]
        assert any("SEARCH aicmo_runs USING INDEX ix_aicmo_runs_state" in s for s in steps)
        assert not any("TEMP B-TREE FOR ORDER BY" in step for step in steps)
    backend.close()


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ([5], ["INSERT INTO kit_tickets … WHERE EXISTS AND EXISTS"]),
        ([5, 6], ["SELECT", "SELECT", "INSERT INTO kit_tickets", "INSERT INTO kit_tickets"]),
        ([], ["SELECT", "SELECT"]),
    ],
    ids=["one row", "rows of one table", "no row"],
)
def test_what_is_required_is_asked_by_the_insert_of_one_row(
    backend: SqlBackend, others: list[int], expected: list[str]
) -> None:
    """Otherwise by a question for each. Either way the batch is refused if it is not so."""
    accounts = [Account(name) for name in "ab"]
    rows = [ACCOUNTS.encode(a, f"token-{a.account_id}") for a in accounts]
    backend.commit([Insert(ACCOUNTS, row) for row in rows])
    requires: Batch = [Require(ACCOUNTS, row.key, row.token) for row in rows]
    changes = [*requires, *(change for n in others for change in _ticket(n))]
    seen: list[str] = []
    _connection(backend).set_trace_callback(seen.append)

    backend.commit(changes)

    _connection(backend).set_trace_callback(None)
    assert [_gist(statement) for statement in seen[1:-1]] == expected
    stale = [Require(ACCOUNTS, rows[1].key, "another"), *_ticket(9)]
    with pytest.raises(Conflict, match=r"kit_accounts\[b\]"):
        backend.commit([*requires[:1], *stale])
    assert backend.get(TICKETS, (9,)) is None


def _gist(statement: str) -> str:
    table, _, rest = statement.partition(" (")
    if not table.startswith("INSERT"):
        return table.split()[0]
    tests = rest.count("EXISTS")
    return f"{table} … WHERE {' AND '.join(['EXISTS'] * tests)}" if tests else table


@pytest.mark.parametrize("name", ["title", "size"])
def test_choice_of_more_values_than_sqlite_has_parameters(backend: SqlBackend, name: str) -> None:
    """The number of values in a finder is not bounded."""
    cards = [
        Card(card_id="a", title="é", size=2**53 + 1),
        Card(card_id="b"),
        Card(card_id="c", title="x", size=5),
    ]
    backend.commit([Insert(CARDS, CARDS.encode(c, f"token-{c.card_id}")) for c in cards])
    many: list[Any] = (
        [f"nr {n}" for n in range(40_000)] if name == "title" else list(range(9, 40_000))
    )
    wanted = OneOf([*many, None, "é" if name == "title" else 2**53 + 1])

    found = backend.find(CARDS, compile_query(CARDS, {name: wanted}))

    assert [row.key for row in found] == [("a",), ("b",)]


def test_disk_that_fails_the_commit_itself_leaves_the_outcome_unknown(path: Path) -> None:
    """The log may hold the commit although the disk did not confirm it."""
    database = WatchedSqlite(path)
    with SqlBackend(database) as backend:
        backend.prepare([KIT])
        database.hook = failing_commit(sqlite3.SQLITE_IOERR_FSYNC, "SQLITE_IOERR_FSYNC")

        with pytest.raises(OutcomeUnknown, match="SQLITE_IOERR_FSYNC"):
            backend.commit(_ticket(1))


def test_swapped_unique_values_are_one_commit(backend: SqlBackend) -> None:
    """A value may be taken on the way, as long as it is free in the end."""
    ann = ACCOUNTS.encode(Account("1", owner="ann"), "token-1")
    bob = ACCOUNTS.encode(Account("2", owner="bob"), "token-2")
    backend.commit([Insert(ACCOUNTS, ann), Insert(ACCOUNTS, bob)])

    backend.commit(
        [
            Replace(ACCOUNTS, ACCOUNTS.encode(Account("1", owner="bob"), "token-3"), "token-1"),
            Replace(ACCOUNTS, ACCOUNTS.encode(Account("2", owner="ann"), "token-4"), "token-2"),
        ]
    )

    owned = backend.find(ACCOUNTS, compile_query(ACCOUNTS, order_by="owner"))
    assert [row.key for row in owned] == [("2",), ("1",)]
    assert backend.count(ACCOUNTS, [Condition("owner", Op.EQ, "ann")]) == 1


def test_no_error_keeps_a_statement_open(backend: SqlBackend) -> None:
    """
    Its cursor is closed by the thread that opened it, not by one that collects garbage.

    That one would wait for the connection; and the connection, for the lock of a commit that
    the collecting thread has begun.
    """
    row = TICKETS.encode(Ticket(1, "first"), "a")
    backend.commit([Insert(TICKETS, row)])

    with pytest.raises(Conflict) as refused:
        backend.commit([Insert(TICKETS, row)])

    connection = backend._connections.get()
    kept = [o for o in gc.get_objects() if isinstance(o, sqlite3.Cursor)]
    own = [cursor for cursor in kept if cursor.connection is connection]
    assert refused.value.__cause__ is not None
    assert own, "the error's frames should hold it"
    for cursor in own:
        with pytest.raises(sqlite3.ProgrammingError, match="closed cursor"):
            cursor.execute("SELECT 1")
