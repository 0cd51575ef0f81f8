"""A batch as packets of statements: MariaDB answers all of a packet in one round trip."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from aicmo_core.backends.sql.database import Refused
from aicmo_core.backends.sql.sequence import Prepared
from aicmo_core.backends.sql.statements import Parameters

Piece: TypeAlias = tuple[str, int | None]
"""A statement with its values written into it, and how many rows it must find, if that matters."""

WriteDown: TypeAlias = Callable[[str, Parameters], str]
"""The driver's own: it writes values into a statement, quoted."""

_MOST = 1_000_000
"""Characters of a packet, unless one row has more. The server's own limit is 16 MB, or less."""


def packets(write_down: WriteDown, batch: Prepared) -> Iterator[list[Piece]]:
    """
    Return the transaction of *batch*, but for its COMMIT.

    Of a packet the server runs nothing behind a statement that failed. So whatever was
    undone by the failure, nothing is written outside of the transaction.
    """
    packet: list[Piece] = [("START TRANSACTION", None)]
    size = 0
    for piece in _pieces(write_down, batch):
        size += len(piece[0])
        if size > _MOST:
            yield packet
            packet, size = [], len(piece[0])
        packet.append(piece)
    yield packet


def send(cursor: Any, packet: list[Piece]) -> None:
    """
    Run a packet to its end.

    Raises:
        Refused: A statement found another number of rows than it must.
    """
    cursor.execute(";".join([text for text, _ in packet]))
    found = [cursor.rowcount]
    while cursor.nextset():
        found.append(cursor.rowcount)
    if any(e not in (None, n) for (_, e), n in zip(packet, found, strict=True)):
        raise Refused


def _pieces(write_down: WriteDown, batch: Prepared) -> Iterator[Piece]:
    for statement, parameters in batch.requirements:
        yield write_down(statement, parameters), 1
    for statement, many, expected in batch.steps:
        if statement.startswith("INSERT"):
            yield from _inserts(write_down, statement, many)
        else:
            each = None if expected is None else 1
            yield from ((write_down(statement, parameters), each) for parameters in many)


def _inserts(write_down: WriteDown, insert: str, many: list[Parameters]) -> Iterator[Piece]:
    """Return one statement for all rows, or as many as keep it short enough."""
    head, _, row = insert.rpartition(" VALUES ")
    head = write_down(f"{head} VALUES ", ())
    rows: list[str] = []
    size = 0
    for parameters in many:
        text = write_down(row, parameters)
        size += len(text)
        if rows and size > _MOST:
            yield head + ",".join(rows), None
            rows, size = [], len(text)
        rows.append(text)
    yield head + ",".join(rows), None
