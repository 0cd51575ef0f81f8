"""How PostgreSQL is asked: in one round trip, and by prepared statements."""

import tempfile
from collections.abc import Callable

import pytest

from aicmo_core.backends.sql import postgres_session
from aicmo_core.backends.sql.backend import SqlBackend
from aicmo_core.storage import (
    Batch,
    Conflict,
    Insert,
)
from aicmo_core.testing.samples import (
    CARDS,
    TICKETS,
    Card,
)
from unit.backends.sql.postgres.furnishing import (
    BATCHES,
    furnish,
    opened,
    ticket,
)


def _round_trips(backend: SqlBackend, commit: Callable[[], None]) -> int:
    """Return how often the driver asked the server for an answer."""
    connection = backend._connections.get().connection
    with tempfile.TemporaryFile() as file:
        connection.pgconn.trace(file.fileno())
        commit()
        connection.pgconn.untrace()
        file.seek(0)
        return sum(b"\tSync" in line for line in file.readlines())


def _prepared(backend: SqlBackend) -> int:
    """Return how many statements that write are prepared on this thread's connection."""
    names = backend._connections.get().connection.execute(
        "SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'aicmo%'"
    )
    ((number,),) = names.fetchall()
    return int(number)


@pytest.mark.parametrize("batch", BATCHES.values(), ids=BATCHES.keys())
def test_commit_is_one_round_trip(backend: SqlBackend, batch: Batch) -> None:
    """Whatever a batch holds, it is sent at once and answered at once."""
    furnish(backend)

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


def test_without_prepared_statements_it_works_the_same(backend: SqlBackend, url: str) -> None:
    """A pooler that gives each transaction another connection cannot keep them."""
    with opened(url, prepare_threshold="none") as unprepared:
        unprepared.commit([ticket(1)])
        unprepared.commit([ticket(2)])
        unprepared.commit([ticket(3)])

        names = unprepared._connections.get().connection.execute(
            "SELECT count(*) FROM pg_prepared_statements"
        )
        assert names.fetchall() == [(0,)]
    assert backend.count(TICKETS) == 3


def test_statement_is_prepared_when_it_comes_again(backend: SqlBackend) -> None:
    """The first time is cheaper without; from the second one on the server knows it."""
    backend.commit([ticket(1)])
    assert _prepared(backend) == 0
    backend.commit([ticket(2)])
    backend.commit([ticket(3)])

    assert _prepared(backend) == 1


def test_statements_beyond_what_a_server_should_keep_are_sent_each_time(
    backend: SqlBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is counted until it is prepared is bounded as well."""
    monkeypatch.setattr(postgres_session, "_MOST_PREPARED", 1)
    monkeypatch.setattr(postgres_session, "_MOST_COUNTED", 1)
    for start in range(0, 30, 10):
        for width in (1, 2, 3):
            backend.commit([ticket(start + n * 3 + width) for n in range(width)])

    assert _prepared(backend) <= 1
    assert backend.count(TICKETS) == 18


def test_refused_statement_that_is_prepared_says_why(backend: SqlBackend) -> None:
    """And the next one finds the connection as it was."""
    for n in range(3):
        backend.commit([ticket(n)])

    with pytest.raises(Conflict):
        backend.commit([ticket(2)])
    backend.commit([ticket(3)])

    assert backend.count(TICKETS) == 4
