"""A connection to PostgreSQL, and how statements go over it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import pq
from psycopg.adapt import Dumper
from psycopg.errors import error_from_result
from psycopg.generators import execute

from aicmo_core.storage import Scalar

_MOST_PREPARED = 500
_MOST_COUNTED = 2_000


class Session:
    """
    A connection, and the one cursor that is used on it.

    Its statements number their parameters, as the server does: none is rewritten by
    the driver.

    Args:
        connection: In autocommit mode, its text in UTF-8; of one thread.
        threshold: After how many times a statement is prepared; None for never.
    """

    __slots__ = ("_names", "_threshold", "_uses", "connection", "cursor")

    def __init__(self, connection: psycopg.Connection[Any], threshold: int | None) -> None:
        connection.prepare_threshold = threshold
        connection.prepared_max = _MOST_PREPARED
        for kind, dumper in ((int, _PlainDumper), (float, _PlainDumper), (bool, _BoolDumper)):
            connection.adapters.register_dumper(kind, dumper)
        self.connection = connection
        self.cursor = psycopg.RawCursor(connection)
        self._threshold = threshold
        self._names: dict[str, bytes] = {}
        self._uses: dict[str, int] = {}

    def run(self, statement: str, parameters: Sequence[Any] = ()) -> None:
        """Run a statement whose rows the cursor has then; or add it to a pipeline."""
        self.cursor.execute(statement, parameters)

    def write(self, statement: str, parameters: Sequence[Scalar]) -> None:
        """
        Run a statement that answers nothing but that it was done.

        It goes over libpq's own calls, which psycopg hands on: half of what a cursor takes
        for a commit is for rows that a commit does not have.

        Raises:
            psycopg.Error: The server refused it, or was lost.
        """
        name = self._name(statement)
        values = [_text(value) for value in parameters]
        if name is None:
            self.connection.pgconn.send_query_params(statement.encode(), values)
        else:
            self.connection.pgconn.send_query_prepared(name, values)
        self._finish()

    def _name(self, statement: str) -> bytes | None:
        """Return the name under which the server has *statement*; None if it has to be sent."""
        name = self._names.get(statement)
        if name is not None or self._threshold is None or len(self._names) >= _MOST_PREPARED:
            return name
        uses = self._uses.pop(statement, 0)
        if uses < self._threshold:
            if len(self._uses) >= _MOST_COUNTED:
                self._uses.clear()
            self._uses[statement] = uses + 1
            return None
        name = f"aicmo_{len(self._names)}".encode()
        self.connection.pgconn.send_prepare(name, statement.encode())
        self._finish()
        self._names[statement] = name
        return name

    def _finish(self) -> None:
        """Wait for the server's answer. Ctrl-C cancels what it is at."""
        for result in self.connection.wait(execute(self.connection.pgconn)):
            if result.status == pq.ExecStatus.FATAL_ERROR:
                raise error_from_result(result)


def _text(value: Scalar) -> bytes | None:
    if isinstance(value, str):
        return value.encode()
    return None if value is None else _written(value)


def _written(value: Any) -> bytes:
    if isinstance(value, bool):
        return b"t" if value else b"f"
    return repr(value).encode()


class _PlainDumper(Dumper):
    """
    Hands a number over as text of no stated type.

    The driver's own states the narrowest type that holds it, and so would prepare a
    statement again for every mix of widths.
    """

    def dump(self, obj: Any) -> bytes:
        return _written(obj)


class _BoolDumper(_PlainDumper):
    """The same, of True and False."""
