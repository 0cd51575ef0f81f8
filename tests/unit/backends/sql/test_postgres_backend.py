"""What is particular about PostgreSQL: round trips, lost connections, locks, its errors."""

import tempfile
import threading
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from aicmo_core.backends.sql import postgres_session
from aicmo_core.backends.sql.address import read_address
from aicmo_core.backends.sql.backend import SqlBackend
from aicmo_core.backends.sql.postgres import Postgres
from aicmo_core.kernel.errors import AicmoError
from aicmo_core.storage import (
    BackendUnavailable,
    Batch,
    Change,
    Conflict,
    DatabaseLocked,
    DatabaseMissing,
    DatabaseReadOnly,
    DatabaseUnmigrated,
    Insert,
    OutcomeUnknown,
    Remove,
    Replace,
    Require,
)
from aicmo_core.testing.databases import fresh_postgres
from aicmo_core.testing.samples import (
    ACCOUNTS,
    BASKETS,
    CARDS,
    ENTRIES,
    KIT,
    TICKETS,
    Account,
    Basket,
    Card,
    Entry,
    Line,
    Note,
    Ticket,
)


@pytest.fixture
def url() -> Iterator[str]:
    with fresh_postgres() as fresh:
        yield fresh


@pytest.fixture
def backend(url: str) -> Iterator[SqlBackend]:
    with _open(url) as backend:
        with pytest.raises(DatabaseUnmigrated):
            backend.prepare([KIT])
        backend.upgrade()
        yield backend


@pytest.fixture
def other(url: str) -> Iterator[psycopg.Connection[Any]]:
    """Somebody else on the same database."""
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


def _open(url: str, **options: str) -> SqlBackend:
    return SqlBackend(Postgres(read_address(url).update_query_dict(options)))


def _ticket(number: int, text: str = "") -> Insert:
    return Insert(TICKETS, TICKETS.encode(Ticket(number, text), f"token-{number}"))


def _stale(number: int) -> Replace:
    return Replace(
        TICKETS, TICKETS.encode(Ticket(number, "new"), f"new-{number}"), f"token-{number}"
    )


def _end_other_sessions(other: psycopg.Connection[Any]) -> None:
    """Do to all other connections what a restart of the server does."""
    other.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )


def _wait_until_blocked(other: psycopg.Connection[Any], number: int = 1) -> None:
    """Return when so many other sessions wait for a lock."""
    blocked = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND wait_event_type = 'Lock'"
    )
    for _ in range(100_000):
        if other.execute(blocked).fetchall() == [(number,)]:
            return
    raise AssertionError(f"{number} sessions should wait for a lock")


class Trying(threading.Thread):
    """A commit in a thread of its own, and the error that it met."""

    def __init__(self, backend: SqlBackend, changes: Batch) -> None:
        super().__init__()
        self._backend = backend
        self._changes = changes
        self.error: AicmoError | None = None
        self.start()

    def run(self) -> None:
        try:
            self._backend.commit(self._changes)
        except AicmoError as error:
            self.error = error


def _round_trips(backend: SqlBackend, commit: Callable[[], None]) -> int:
    """Return how often the driver asked the server for an answer."""
    connection = backend._connections.get().connection
    with tempfile.TemporaryFile() as file:
        connection.pgconn.trace(file.fileno())
        commit()
        connection.pgconn.untrace()
        file.seek(0)
        return sum(b"\tSync" in line for line in file.readlines())


def _furnish(backend: SqlBackend) -> None:
    backend.commit(
        [
            Insert(BASKETS, BASKETS.encode(Basket("b", lines=[Line("one")]), "basket-1")),
            Insert(ACCOUNTS, ACCOUNTS.encode(Account("1", owner="ann"), "account-1")),
            Insert(ACCOUNTS, ACCOUNTS.encode(Account("2", owner="bob"), "account-2")),
            Insert(CARDS, CARDS.encode(Card(card_id="c"), "card-1")),
            *map(_ticket, range(9)),
        ]
    )


BATCHES: dict[str, Batch] = {
    "a step's rows": [
        Insert(BASKETS, BASKETS.encode(Basket("n", lines=[Line("a")], notes=(Note("x"),)), "t-1")),
        Insert(ENTRIES, ENTRIES.encode(Entry("run", 1), "t-2")),
        Replace(CARDS, CARDS.encode(Card(card_id="c", size=3), "card-2"), "card-1"),
        Require(TICKETS, (1,), "token-1"),
    ],
    "many rows of a table": [
        *map(_stale, range(4)),
        Remove(TICKETS, (4,), "token-4"),
        Remove(TICKETS, (5,), "token-5"),
        Require(TICKETS, (6,), "token-6"),
        _ticket(50),
        _ticket(51),
    ],
    "children that are replaced": [
        Replace(BASKETS, BASKETS.encode(Basket("b", lines=[Line("two")]), "basket-2"), "basket-1")
    ],
    "unique values that are swapped": [
        Replace(ACCOUNTS, ACCOUNTS.encode(Account("1", owner="bob"), "account-3"), "account-1"),
        Replace(ACCOUNTS, ACCOUNTS.encode(Account("2", owner="ann"), "account-4"), "account-2"),
    ],
}


@pytest.mark.parametrize("batch", BATCHES.values(), ids=BATCHES.keys())
def test_commit_is_one_round_trip(backend: SqlBackend, batch: Batch) -> None:
    """Whatever a batch holds, it is sent at once and answered at once."""
    _furnish(backend)

    assert _round_trips(backend, lambda: backend.commit(batch)) == 1


def test_statement_is_prepared_once_for_all_values(backend: SqlBackend) -> None:
    """Numbers of any width, text and None are of one statement."""
    for n, size in enumerate([1, None, 2**20, -(2**40), 2**63 - 1, None, 7]):
        card = Card(card_id=str(n), size=size, weight=None if size is None else size / 3)
        backend.commit([Insert(CARDS, CARDS.encode(card, f"token-{n}"))])

    connection = backend._connections.get().connection
    names = "SELECT statement FROM pg_prepared_statements"
    prepared = [s for (s,) in connection.execute(names).fetchall() if "kit_cards" in s]
    assert len(prepared) == 1


def test_read_survives_a_restart_of_the_server(
    backend: SqlBackend, other: psycopg.Connection[Any]
) -> None:
    """A connection that was lost while idle is replaced without a word."""
    backend.commit([_ticket(1)])
    _end_other_sessions(other)

    found = backend.get(TICKETS, (1,))

    assert found is not None


def test_commit_survives_a_restart_of_the_server(
    backend: SqlBackend, other: psycopg.Connection[Any]
) -> None:
    """The loss is noticed before anything is sent, so that nothing is in doubt."""
    backend.commit([_ticket(1)])
    _end_other_sessions(other)

    backend.commit([_ticket(2)])

    assert backend.count(TICKETS) == 2


@pytest.mark.parametrize("batch", ["many rows of a table", "children that are replaced"])
def test_connection_lost_during_a_commit_leaves_the_outcome_unknown(
    backend: SqlBackend, other: psycopg.Connection[Any], url: str, batch: str
) -> None:
    """The answer did not come; nobody can say from here what became of the batch."""
    _furnish(backend)
    with psycopg.connect(url) as holder:
        holder.execute("SELECT 1 FROM kit_tickets FOR UPDATE")
        holder.execute("SELECT 1 FROM kit_baskets FOR UPDATE")
        commit = Trying(backend, BATCHES[batch])
        _wait_until_blocked(other)
        other.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        commit.join()

    assert isinstance(commit.error, OutcomeUnknown)
    assert backend.count(TICKETS) == 9


def test_commit_waits_for_the_one_before_it_and_is_judged_by_it(
    backend: SqlBackend, other: psycopg.Connection[Any], url: str
) -> None:
    """The row had the expected token when the commit began, and another when it came to it."""
    _furnish(backend)
    with psycopg.connect(url) as holder:
        holder.execute("UPDATE kit_tickets SET _token = 'theirs' WHERE number = 1")
        commit = Trying(backend, [_stale(1), _ticket(70)])
        _wait_until_blocked(other)
        holder.commit()
        commit.join()

    assert isinstance(commit.error, Conflict)
    assert [(item.key, item.position) for item in commit.error.items] == [((1,), 0)]
    assert backend.get(TICKETS, (70,)) is None


def test_row_that_is_back_as_it_was_is_no_conflict(
    backend: SqlBackend, other: psycopg.Connection[Any], url: str
) -> None:
    """What was in the way is gone when it is looked for: the commit is tried again."""
    _furnish(backend)
    with psycopg.connect(url) as holder:
        holder.execute("DELETE FROM kit_tickets WHERE number = 1")
        holder.execute("INSERT INTO kit_tickets VALUES (1, '', 'token-1')")
        commit = Trying(backend, [_stale(1)])
        _wait_until_blocked(other)
        holder.commit()
        commit.join()

    assert commit.error is None
    found = backend.get(TICKETS, (1,))
    assert found is not None
    assert found.token == "new-1"


def test_insert_waits_for_another_of_the_same_key(
    backend: SqlBackend, other: psycopg.Connection[Any], url: str
) -> None:
    """If the other is taken back, this one goes through."""
    with psycopg.connect(url) as holder:
        holder.execute("INSERT INTO kit_tickets VALUES (1, '', 'theirs')")
        commit = Trying(backend, [_ticket(1)])
        _wait_until_blocked(other)
        holder.rollback()
        commit.join()

    assert commit.error is None


def test_require_keeps_the_row_until_the_commit(
    backend: SqlBackend, other: psycopg.Connection[Any], url: str
) -> None:
    """A batch that requires a row waits for who changes it, and is judged by that."""
    _furnish(backend)
    with psycopg.connect(url) as holder:
        holder.execute("UPDATE kit_tickets SET _token = 'theirs' WHERE number = 1")
        commit = Trying(backend, [Require(TICKETS, (1,), "token-1"), _ticket(70)])
        _wait_until_blocked(other)
        holder.commit()
        commit.join()

    assert isinstance(commit.error, Conflict)
    assert backend.get(TICKETS, (70,)) is None


def test_deadlock_is_tried_again(
    backend: SqlBackend, other: psycopg.Connection[Any], url: str
) -> None:
    """The server ends one of two that wait for each other; that one begins again."""
    _furnish(backend)
    with (
        _open(url, options="-c deadlock_timeout=20ms") as victim,
        psycopg.connect(url, options="-c deadlock_timeout=60s") as holder,
    ):
        holder.execute("SELECT 1 FROM kit_tickets WHERE number = 2 FOR UPDATE")
        commit = Trying(victim, [_stale(1), _stale(2)])
        _wait_until_blocked(other)
        holder.execute("SELECT 1 FROM kit_tickets WHERE number = 1 FOR UPDATE")
        holder.commit()
        commit.join()

    assert commit.error is None
    found = backend.get(TICKETS, (2,))
    assert found is not None
    assert found.token == "new-2"


@pytest.mark.parametrize("operation", ["require", "replace", "remove"])
def test_rows_are_locked_in_the_order_of_their_keys(
    backend: SqlBackend, other: psycopg.Connection[Any], url: str, operation: str
) -> None:
    """Whatever their order in the batch: so two batches cannot wait for each other."""
    _furnish(backend)
    change: dict[str, Callable[[int], Change]] = {
        "require": lambda n: Require(TICKETS, (n,), f"token-{n}"),
        "replace": _stale,
        "remove": lambda n: Remove(TICKETS, (n,), f"token-{n}"),
    }
    with psycopg.connect(url) as holder:
        holder.execute("SELECT 1 FROM kit_tickets WHERE number = 3 FOR UPDATE")
        commit = Trying(backend, [change[operation](n) for n in (8, 5, 3, 1)])
        _wait_until_blocked(other)

        free = "SELECT number FROM kit_tickets WHERE number > 0 FOR UPDATE SKIP LOCKED"
        assert sorted(other.execute(free).fetchall()) == [(2,), (4,), (5,), (6,), (7,), (8,)]

        holder.commit()
        commit.join()
    assert commit.error is None


@pytest.mark.parametrize("isolation", ["repeatable read", "serializable"])
def test_stricter_isolation_is_tried_again(
    backend: SqlBackend, other: psycopg.Connection[Any], url: str, isolation: str
) -> None:
    """What the server cannot put into an order is a conflict, or goes through in the end."""
    _furnish(backend)
    option = f"-c default_transaction_isolation={isolation.replace(' ', chr(92) + ' ')}"
    with _open(url, options=option) as strict, psycopg.connect(url) as holder:
        holder.execute("UPDATE kit_tickets SET text = 'same token' WHERE number = 1")
        commit = Trying(strict, [_stale(1)])
        _wait_until_blocked(other)
        holder.commit()
        commit.join()

    assert commit.error is None
    found = backend.get(TICKETS, (1,))
    assert found is not None
    assert found.token == "new-1"


def test_read_only_server_can_be_read(backend: SqlBackend, url: str) -> None:
    """A commit to it says so."""
    backend.commit([_ticket(1)])

    with _open(url, options="-c default_transaction_read_only=on") as reader:
        reader.prepare([KIT])
        with pytest.raises(DatabaseReadOnly):
            reader.commit([_ticket(2)])
        with pytest.raises(DatabaseReadOnly):
            reader.commit(BATCHES["children that are replaced"])

        assert reader.count(TICKETS) == 1


def test_lock_timeout_is_told(backend: SqlBackend, url: str) -> None:
    """Nothing is written."""
    _furnish(backend)

    with (
        _open(url, options="-c lock_timeout=10ms") as hasty,
        psycopg.connect(url) as holder,
    ):
        holder.execute("SELECT 1 FROM kit_tickets WHERE number = 1 FOR UPDATE")
        with pytest.raises(DatabaseLocked):
            hasty.commit([_stale(1), _ticket(70)])

    assert backend.get(TICKETS, (70,)) is None


def test_missing_database_is_told(url: str) -> None:
    """It is named, and not made."""
    address = sa.make_url(url).set(database="no_such_database")

    with (
        _open(address.render_as_string(hide_password=False)) as backend,
        pytest.raises(DatabaseMissing, match="no_such_database"),
    ):
        backend.prepare([KIT])


def test_server_that_does_not_answer_is_told() -> None:
    """The address is named, and nothing was written."""
    with (
        _open("postgresql://127.0.0.1:1/agency") as backend,
        pytest.raises(BackendUnavailable, match=r"127\.0\.0\.1:1/agency is not available"),
    ):
        backend.commit([_ticket(1)])


def test_table_that_went_missing_is_told_with_the_command(
    backend: SqlBackend, other: psycopg.Connection[Any]
) -> None:
    """Reads and commits both say that the database is not migrated."""
    other.execute("DROP TABLE kit_tickets")

    with pytest.raises(DatabaseUnmigrated, match="run: aicmo db upgrade --db"):
        backend.get(TICKETS, (1,))
    with pytest.raises(DatabaseUnmigrated):
        backend.commit([_ticket(1)])


@pytest.mark.parametrize("wrong", [("a secret", ""), (1, "x" * 70)])
def test_error_shows_no_value(backend: SqlBackend, wrong: tuple[Any, str]) -> None:
    """A value that the server refuses is not repeated."""
    number, token = wrong
    row = _ticket(1).row._replace(values=(number, "a secret"), token=token)

    with pytest.raises(BackendUnavailable, match="refused the statement") as caught:
        backend.commit([Insert(TICKETS, row)])

    assert "secret" not in str(caught.value)
    backend.commit([_ticket(1)])


def test_clock_is_the_servers(backend: SqlBackend, other: psycopg.Connection[Any]) -> None:
    """In UTC and to the microsecond, whatever the session's time zone."""
    (before,), *_ = other.execute("SELECT clock_timestamp()").fetchall()

    now = backend.now()

    (after,), *_ = other.execute("SELECT clock_timestamp()").fetchall()
    assert before <= now <= after
    assert str(now.tzinfo) == "UTC"


def test_tables_may_lie_in_a_schema_of_their_own(url: str, other: psycopg.Connection[Any]) -> None:
    """The search path of the address decides, for migrations too."""
    other.execute("CREATE SCHEMA agency")

    with _open(url, options="-c search_path=agency") as backend:
        with pytest.raises(DatabaseUnmigrated):
            backend.prepare([KIT])
        backend.upgrade()
        backend.commit([_ticket(1)])

        assert backend.check() == []
    assert other.execute("SELECT count(*) FROM agency.kit_tickets").fetchall() == [(1,)]


def test_without_prepared_statements_it_works_the_same(backend: SqlBackend, url: str) -> None:
    """A pooler that gives each transaction another connection cannot keep them."""
    with _open(url, prepare_threshold="none") as unprepared:
        unprepared.commit([_ticket(1)])
        unprepared.commit([_ticket(2)])
        unprepared.commit([_ticket(3)])

        names = unprepared._connections.get().connection.execute(
            "SELECT count(*) FROM pg_prepared_statements"
        )
        assert names.fetchall() == [(0,)]
    assert backend.count(TICKETS) == 3


def test_encoding_that_the_environment_sets_is_not_taken(
    backend: SqlBackend, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Text of any script is stored, whatever the host's other programs speak."""
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    with _open(url) as other_host:
        other_host.commit([_ticket(1, "журнал 日誌")])

    row = backend.get(TICKETS, (1,))
    assert row is not None
    assert TICKETS.decode(row).text == "журнал 日誌"


def _prepared(backend: SqlBackend) -> int:
    """Return how many statements that write are prepared on this thread's connection."""
    names = backend._connections.get().connection.execute(
        "SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'aicmo%'"
    )
    ((number,),) = names.fetchall()
    return int(number)


def test_statement_is_prepared_when_it_comes_again(backend: SqlBackend) -> None:
    """The first time is cheaper without; from the second one on the server knows it."""
    backend.commit([_ticket(1)])
    assert _prepared(backend) == 0
    backend.commit([_ticket(2)])
    backend.commit([_ticket(3)])

    assert _prepared(backend) == 1


def test_statements_beyond_what_a_server_should_keep_are_sent_each_time(
    backend: SqlBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is counted until it is prepared is bounded as well."""
    monkeypatch.setattr(postgres_session, "_MOST_PREPARED", 1)
    monkeypatch.setattr(postgres_session, "_MOST_COUNTED", 1)
    for start in range(0, 30, 10):
        for width in (1, 2, 3):
            backend.commit([_ticket(start + n * 3 + width) for n in range(width)])

    assert _prepared(backend) <= 1
    assert backend.count(TICKETS) == 18


def test_refused_statement_that_is_prepared_says_why(backend: SqlBackend) -> None:
    """And the next one finds the connection as it was."""
    for n in range(3):
        backend.commit([_ticket(n)])

    with pytest.raises(Conflict):
        backend.commit([_ticket(2)])
    backend.commit([_ticket(3)])

    assert backend.count(TICKETS) == 4
