"""Kept connections that a server ended: for idleness, with a restart, or beneath a fork."""

from __future__ import annotations

import select
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from aicmo_core.backends.sql.address import read_address
from aicmo_core.backends.sql.backend import SqlBackend
from aicmo_core.backends.sql.database import Database
from aicmo_core.backends.sql.mariadb import MariaDb
from aicmo_core.backends.sql.postgres import Postgres
from aicmo_core.storage import BackendUnavailable, Insert
from aicmo_core.testing.conformance.base import forking, opened
from aicmo_core.testing.conformance.forks import Say
from aicmo_core.testing.databases import fresh_mariadb, fresh_postgres
from aicmo_core.testing.samples import TICKETS, Ticket
from scenarios.own_postgres import own_postgres

PATIENCE = 60
IDLE = {
    "postgres": "SELECT set_config('idle_session_timeout', '1ms', false)",
    "mariadb": "SET SESSION wait_timeout = 1",
}
"""What makes a server end a session that is idle, as soon as it can."""


class Counting:
    """Counts the connections that a database opens."""

    def __init__(self, database: Database) -> None:
        self.number = 0
        self._connect = database.connect
        database.connect = self.connect  # type: ignore[method-assign]

    def connect(self) -> Any:
        self.number += 1
        return self._connect()


@pytest.fixture(params=["postgres", "mariadb"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def url(kind: str) -> Iterator[str]:
    with {"postgres": fresh_postgres, "mariadb": fresh_mariadb}[kind]() as fresh:
        yield fresh


def _open(url: str) -> SqlBackend:
    database = Postgres if url.startswith("postgres") else MariaDb
    backend = opened(lambda: SqlBackend(database(read_address(url))))
    assert isinstance(backend, SqlBackend)
    return backend


@pytest.fixture
def backend(url: str) -> Iterator[SqlBackend]:
    with _open(url) as backend:
        yield backend


def _write(backend: SqlBackend, number: int) -> None:
    backend.commit([Insert(TICKETS, TICKETS.encode(Ticket(number), f"token-{number}"))])


def _end_by_idling(backend: SqlBackend, kind: str) -> None:
    """Return when the server has said good-bye to this thread's connection."""
    connection = backend._connections.get()
    backend._database.fetch(connection, IDLE[kind], ())
    socket = connection.connection if kind == "postgres" else connection._sock
    readable, _, _ = select.select([socket], [], [], PATIENCE)
    assert readable


QUESTIONS: dict[str, Callable[[SqlBackend], object]] = {
    "get": lambda backend: backend.get(TICKETS, (1,)),
    "count": lambda backend: backend.count(TICKETS),
    "commit": lambda backend: _write(backend, 2),
    "now": lambda backend: backend.now(),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_session_that_the_server_ended_for_idleness_is_replaced(
    backend: SqlBackend, kind: str, question: str
) -> None:
    """Whatever is asked first is answered, over one new connection, and nothing is in doubt."""
    _write(backend, 1)
    counting = Counting(backend._database)
    _end_by_idling(backend, kind)

    QUESTIONS[question](backend)

    assert counting.number == 1
    assert backend.count(TICKETS) == (2 if question == "commit" else 1)


def test_session_of_an_ended_thread_that_the_server_ended_is_replaced(
    backend: SqlBackend, kind: str
) -> None:
    """It lay among those for new threads."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(_write, backend, 1).result(PATIENCE)
        pool.submit(_end_by_idling, backend, kind).result(PATIENCE)

    with ThreadPoolExecutor(1) as pool:
        pool.submit(_write, backend, 2).result(PATIENCE)

    assert backend.count(TICKETS) == 2


def test_child_of_a_process_with_many_threads_takes_nothing_of_theirs(
    backend: SqlBackend,
) -> None:
    """The child has connections of its own, and the threads' go on while it lives."""
    meeting = threading.Barrier(4, timeout=PATIENCE)

    def live(first: int) -> list[bool]:
        mine = backend._connections.get()
        kept = []
        for number in range(first, first + 10):
            meeting.wait()  # all hold a connection; then the process forks, or has forked
            _write(backend, number)
            kept.append(backend._connections.get() is mine)
        return kept

    def beget(say: Say) -> None:
        inherited = [*backend._connections._leased.values()]
        for number in range(900, 910):
            _write(backend, number)
        assert all(backend._connections.get() is not one for one in inherited)
        backend.close()

    with ThreadPoolExecutor(3) as pool, forking() as fork:
        threads = [pool.submit(live, n * 100) for n in range(3)]
        for turn in range(10):
            meeting.wait()
            if turn == 5:
                fork(beget).join()

        assert [thread.result(PATIENCE) for thread in threads] == [[True] * 10] * 3
    assert backend.count(TICKETS) == 40


def test_all_threads_survive_a_server_that_is_down_for_a_while() -> None:
    """While it is down each is told so, and that nothing was written; then all go on."""
    with own_postgres() as server, _open(server.url) as backend, ThreadPoolExecutor(6) as pool:
        together = threading.Barrier(6, timeout=PATIENCE)

        def write(number: int) -> str:
            together.wait()
            try:
                _write(backend, number)
            except BackendUnavailable as error:
                return type(error).__name__
            finally:
                together.wait()
            return "written"

        def all_write(first: int) -> set[str]:
            return set(pool.map(write, range(first, first + 6)))

        assert all_write(0) == {"written"}
        server.stop("fast")
        assert all_write(10) == {"BackendUnavailable"}
        server.start()
        counting = Counting(backend._database)
        assert all_write(20) == {"written"}
        assert all_write(30) == {"written"}
        assert counting.number == 6
        server.stop("immediate")
        server.start()
        assert all_write(40) == {"written"}

        assert backend.count(TICKETS) == 24


def test_no_more_connections_than_threads_are_open(backend: SqlBackend) -> None:
    """However many threads have come and gone."""
    counting = Counting(backend._database)
    for start in range(5):
        with ThreadPoolExecutor(4) as pool:
            meeting = threading.Barrier(4, timeout=PATIENCE)

            def write(number: int, meeting: threading.Barrier = meeting) -> None:
                meeting.wait()
                _write(backend, number)
                meeting.wait()

            list(pool.map(write, range(start * 10, start * 10 + 4)))

    assert counting.number == 4
