"""Batches as packets of statements: few, short enough, and nothing runs behind a failure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pymysql
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicmo_core.backends.sql.address import read_address
from aicmo_core.backends.sql.backend import SqlBackend
from aicmo_core.backends.sql.database import Refused
from aicmo_core.backends.sql.mariadb import MariaDb
from aicmo_core.backends.sql.mariadb_packets import _MOST, packets, send
from aicmo_core.backends.sql.sequence import Prepared
from aicmo_core.storage import Insert, Remove
from aicmo_core.testing.conformance.base import everything, examples, opened
from aicmo_core.testing.databases import fresh_mariadb
from aicmo_core.testing.samples import TICKETS, Ticket


@pytest.fixture
def backend() -> Iterator[SqlBackend]:
    with fresh_mariadb() as url:
        backend = opened(lambda: SqlBackend(MariaDb(read_address(url))))
        assert isinstance(backend, SqlBackend)
        with backend:
            yield backend


def _write_down(statement: str, parameters: tuple[Any, ...]) -> str:
    return statement % tuple(f"'{p}'" if isinstance(p, str) else p for p in parameters)


def test_batch_is_one_packet() -> None:
    """What is required first, rows of one table in one statement, the rest one by one."""
    batch = Prepared(
        [("SELECT a FROM t WHERE k = %s", ("x",))],
        [
            ("DELETE FROM t WHERE k = %s", [("y",), ("z",)], 2),
            ("INSERT INTO `100%%` (k, n) VALUES (%s, %s)", [("a", 1), ("b", 2)], None),
            ("DELETE FROM u WHERE k = %s", [("a",)], None),
        ],
    )

    (packet,) = packets(_write_down, batch)

    assert packet == [
        ("START TRANSACTION", None),
        ("SELECT a FROM t WHERE k = 'x'", 1),
        ("DELETE FROM t WHERE k = 'y'", 1),
        ("DELETE FROM t WHERE k = 'z'", 1),
        ("INSERT INTO `100%` (k, n) VALUES ('a', 1),('b', 2)", None),
        ("DELETE FROM u WHERE k = 'a'", None),
    ]


_SIZES = st.lists(st.sampled_from([1, _MOST // 3, _MOST - 50, 2 * _MOST]), min_size=1, max_size=9)


@given(inserted=_SIZES, removed=_SIZES)
@examples(40)
def test_packets_are_short_and_keep_all_in_order(inserted: list[int], removed: list[int]) -> None:
    """A packet is longer than the bound only if one statement is, and that if one row is."""
    rows = [(f"{n}" * size,) for n, size in enumerate(inserted)]
    keys = [(f"{n}" * size,) for n, size in enumerate(removed)]
    steps: Any = [("INSERT INTO t (a) VALUES (%s)", rows, None), ("DELETE %s", keys, None)]

    made = list(packets(_write_down, Prepared([], steps)))

    texts = [text for packet in made for text, _ in packet]
    assert texts[0] == "START TRANSACTION"
    inserts = [t.removeprefix("INSERT INTO t (a) VALUES ") for t in texts if t[0] == "I"]
    assert ",".join(inserts) == ",".join(f"('{a}')" for (a,) in rows)
    assert texts[1 + len(inserts) :] == [f"DELETE '{a}'" for (a,) in keys]
    for packet in made:
        work = [text for text, _ in packet if text != "START TRANSACTION"]
        assert sum(map(len, work)) <= _MOST + 50 or len(work) == 1
    assert all(len(text) <= _MOST + 50 or "," not in text for text in texts)


def test_batch_of_many_packets_is_one_commit(backend: SqlBackend) -> None:
    """Larger than what the server takes at once, and refused or written as a whole."""
    rows = [TICKETS.encode(Ticket(n, "x" * 200_000), f"token-{n}") for n in range(120)]
    inserts = [Insert(TICKETS, row) for row in rows]

    backend.commit(inserts)

    assert everything(backend, TICKETS)["kit_tickets"] == rows
    backend.commit([Remove(TICKETS, row.key, row.token) for row in rows])
    assert backend.count(TICKETS) == 0


def test_nothing_runs_behind_a_statement_that_failed(backend: SqlBackend) -> None:
    """Not even where the failure has ended the transaction, as a deadlock does."""
    insert = "INSERT INTO kit_tickets (number, text, _token) VALUES ({0}, 'x', 't{0}')"
    connection = backend._connections.get()
    texts = ["START TRANSACTION", insert.format(1), "ROLLBACK", "nonsense", insert.format(2)]

    with connection.cursor() as cursor, pytest.raises(pymysql.err.ProgrammingError):
        send(cursor, [(text, None) for text in texts])

    assert backend.count(TICKETS) == 0


def test_wrong_number_of_rows_is_refused_after_the_packet_was_read(backend: SqlBackend) -> None:
    """The connection is ready for the next statement."""
    connection = backend._connections.get()

    with connection.cursor() as cursor:
        with pytest.raises(Refused):
            send(cursor, [("SELECT 1 FROM kit_tickets", 1), ("SELECT 5", 1)])
        cursor.execute("SELECT 7")

        assert cursor.fetchall() == ((7,),)
