"""What is particular about MariaDB: half-undone transactions, lost connections, its errors."""

import threading
from collections.abc import Iterator
from typing import Any

import pymysql
import pytest
import sqlalchemy as sa

from aicmo_core.backends.sql.address import read_address
from aicmo_core.backends.sql.backend import SqlBackend
from aicmo_core.backends.sql.mariadb import MariaDb
from aicmo_core.kernel.errors import AicmoError
from aicmo_core.storage import (
    BackendUnavailable,
    Batch,
    DatabaseLocked,
    DatabaseMissing,
    DatabaseReadOnly,
    DatabaseUnmigrated,
    Insert,
    Replace,
)
from aicmo_core.testing.databases import fresh_mariadb
from aicmo_core.testing.samples import KIT, TICKETS, Ticket


@pytest.fixture
def url() -> Iterator[str]:
    with fresh_mariadb() as fresh:
        yield fresh


@pytest.fixture
def backend(url: str) -> Iterator[SqlBackend]:
    with SqlBackend(MariaDb(read_address(url))) as backend:
        with pytest.raises(DatabaseUnmigrated):
            backend.prepare([KIT])
        backend.upgrade()
        yield backend


@pytest.fixture
def other(url: str) -> Iterator[Any]:
    """Somebody else on the same database: a function that runs a statement."""
    connection = MariaDb(read_address(url)).connect()

    def run(statement: str) -> Any:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()

    yield run
    connection.close()


def _ticket(number: int, text: str = "") -> Insert:
    return Insert(TICKETS, TICKETS.encode(Ticket(number, text), f"token-{number}"))


def _replace(number: int) -> Replace:
    row = TICKETS.encode(Ticket(number, "new"), f"new-{number}")
    return Replace(TICKETS, row, f"token-{number}")


def _session(backend: SqlBackend) -> int:
    return int(backend._connections.get().thread_id())


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


def test_lock_timeout_leaves_nothing(backend: SqlBackend, other: Any) -> None:
    """The server undoes one statement only; what the batch wrote before it is undone too."""
    backend.commit([_ticket(1), _ticket(2)])
    backend._database.fetch(backend._connections.get(), "SET innodb_lock_wait_timeout = 0", ())
    other("START TRANSACTION")
    other("SELECT 1 FROM kit_tickets WHERE number = 2 FOR UPDATE")

    with pytest.raises(DatabaseLocked):
        backend.commit([_replace(1), _replace(2)])

    other("ROLLBACK")
    found = backend.get(TICKETS, (1,))
    assert found is not None
    assert found.token == "token-1"
    backend.commit([_replace(1), _replace(2)])


@pytest.mark.parametrize("kind", ["read", "commit"])
def test_restart_of_the_server_is_survived(backend: SqlBackend, other: Any, kind: str) -> None:
    """A connection that was lost while idle is replaced without a word."""
    backend.commit([_ticket(1)])
    other(f"KILL CONNECTION {_session(backend)}")

    if kind == "commit":
        backend.commit([_ticket(2)])

    assert backend.count(TICKETS) == (2 if kind == "commit" else 1)


def test_connection_lost_before_the_commit_has_written_nothing(
    backend: SqlBackend, other: Any
) -> None:
    """Only a lost answer to COMMIT itself leaves the outcome in doubt."""
    backend.commit([_ticket(1)])
    other("START TRANSACTION")
    other("SELECT 1 FROM kit_tickets WHERE number = 1 FOR UPDATE")
    commit = Trying(backend, [_ticket(5), _replace(1)])
    waiting = (
        "SELECT id FROM information_schema.processlist "
        "WHERE db = DATABASE() AND info LIKE 'UPDATE kit_tickets%'"
    )
    for _ in range(100_000):
        if sessions := other(waiting):
            break

    ((session,),) = sessions
    other(f"KILL CONNECTION {session}")
    commit.join()
    other("ROLLBACK")

    assert type(commit.error) is BackendUnavailable
    assert backend.count(TICKETS) == 1


def test_missing_database_is_told(url: str) -> None:
    """It is named, and not made."""
    address = sa.make_url(url).set(database="no_such_database")

    with (
        SqlBackend(MariaDb(address)) as backend,
        pytest.raises(DatabaseMissing, match="no_such_database"),
    ):
        backend.prepare([KIT])


def test_read_only_session_is_told(backend: SqlBackend) -> None:
    """Reading goes on."""
    connection = backend._connections.get()
    backend._database.fetch(connection, "SET SESSION TRANSACTION READ ONLY", ())

    with pytest.raises(DatabaseReadOnly):
        backend.commit([_ticket(1)])

    assert backend.count(TICKETS) == 0


def test_table_that_went_missing_is_told_with_the_command(backend: SqlBackend, other: Any) -> None:
    """Reads and commits both say that the database is not migrated."""
    other("DROP TABLE kit_tickets")

    with pytest.raises(DatabaseUnmigrated, match="run: aicmo db upgrade --db"):
        backend.get(TICKETS, (1,))
    with pytest.raises(DatabaseUnmigrated):
        backend.commit([_ticket(1)])


def test_error_shows_no_value(backend: SqlBackend) -> None:
    """A value that the server refuses is not repeated."""
    row = _ticket(1).row._replace(values=("a secret", ""))

    with pytest.raises(BackendUnavailable, match=r"refused the statement") as caught:
        backend.commit([Insert(TICKETS, row)])

    assert "secret" not in str(caught.value)
    backend.commit([_ticket(0)])
    assert backend.get(TICKETS, (0,)) is not None


def test_lost_connection_is_an_error_of_the_driver(backend: SqlBackend) -> None:
    """What a closed connection raises is translated like the rest."""
    connection = backend._connections.get()
    connection.close()

    translated = backend._database.translate(pymysql.err.InterfaceError(0, ""), connection)

    assert "the connection is lost" in str(translated)
