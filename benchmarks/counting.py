"""
Counts what reaches a store: commits and reads at its port, statements at its driver.

The hot path is left as it is. What counts stands around a backend's methods, and around
the connections that it opens: SQLite's cursors, the messages that libpq traces, and
PyMySQL's commands. So it sees whatever is sent, by whichever layer.
"""

from __future__ import annotations

import re
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any, TypeAlias
from unittest import mock

from attrs import define

from aicmo_core.storage import Backend, Batch

_BRACKET = re.compile(r"\s*(begin|start transaction|commit|rollback|end)\b", re.IGNORECASE)
_COM_QUERY = 3

Connect: TypeAlias = Callable[[], Any]


@define
class Counts:
    """
    What was asked of a store, and what its driver was given.

    Attributes:
        commits: Batches that were committed.
        reads: Questions to the port: `get`, `find`, `count`.
        statements: What was executed, apart from what begins and ends a transaction.
            SQLite's `executemany` is one, however many rows it is given.
        brackets: What begins and ends a transaction.
        round_trips: How often the driver waited for a server. None for SQLite.
    """

    commits: int = 0
    reads: int = 0
    statements: int = 0
    brackets: int = 0
    round_trips: int = 0

    def sent(self, statement: str) -> None:
        """Count a statement by what it begins with."""
        if _BRACKET.match(statement):
            self.brackets += 1
        else:
            self.statements += 1


class Counter:
    """
    Counts what all threads ask of a backend, which must not have connected yet.

    Args:
        backend: Of any kind; statements are counted on the SQL backends only.
    """

    def __init__(self, backend: Backend) -> None:
        self._counts = Counts()
        self._sessions: list[Any] = []
        for name in ("get", "find", "count"):
            self._watch(backend, name, self._read)
        self._watch(backend, "commit", self._committed)
        if type(backend).commit_many is not Backend.commit_many:  # which calls commit
            self._watch(backend, "commit_many", self._committed_many)
        database = getattr(backend, "_database", None)
        if database is not None:
            watched = {"Sqlite": self._sqlite, "Postgres": self._postgres, "MariaDb": self._mariadb}
            connect = watched[type(database).__name__]
            database.connect = partial(connect, database.connect)

    @contextmanager
    def counting(self) -> Iterator[Counts]:
        """Yield what is counted until the block ends; it is complete then."""
        self._counts = Counts()
        with ExitStack() as traced:
            for session in self._sessions:
                traced.enter_context(self._traced(session))
            yield self._counts
        self._counts = Counts()

    def _watch(self, owner: Any, name: str, count: Callable[..., None]) -> None:
        method = getattr(owner, name)

        def watched(*arguments: Any, **options: Any) -> Any:
            count(*arguments)
            return method(*arguments, **options)

        setattr(owner, name, watched)

    def _read(self, *_: Any) -> None:
        self._counts.reads += 1

    def _committed(self, *_: Any) -> None:
        self._counts.commits += 1

    def _committed_many(self, batches: Sequence[Batch]) -> None:
        self._counts.commits += len(batches)

    # -- drivers

    def _sqlite(self, connect: Connect) -> Any:
        counter = self

        class Cursor(sqlite3.Cursor):
            def execute(self, sql: str, *arguments: Any) -> Any:
                counter._counts.sent(sql)
                return super().execute(sql, *arguments)

            def executemany(self, sql: str, *arguments: Any) -> Any:
                counter._counts.sent(sql)
                return super().executemany(sql, *arguments)

        class Connection(sqlite3.Connection):
            def cursor(self, factory: Any = Cursor) -> Any:
                return super().cursor(factory)

            def execute(self, sql: str, *arguments: Any) -> Any:
                return self.cursor().execute(sql, *arguments)

            def executemany(self, sql: str, *arguments: Any) -> Any:
                return self.cursor().executemany(sql, *arguments)

        opened = partial(sqlite3.connect, factory=Connection)
        with mock.patch.object(sqlite3, "connect", opened):
            return connect()

    def _postgres(self, connect: Connect) -> Any:
        session = connect()
        self._sessions.append(session)
        return session

    @contextmanager
    def _traced(self, session: Any) -> Iterator[None]:
        """Let libpq write down its messages, and count them at the end."""
        wire = session.connection.pgconn
        with tempfile.TemporaryFile() as file:
            wire.trace(file.fileno())
            try:
                yield
            finally:
                wire.untrace()
            file.seek(0)
            for line in file:
                self._message(line.strip().split(b"\t")[1:])

    def _message(self, parts: list[bytes]) -> None:
        match parts:
            case [b"F", _, b"Sync" | b"Query", *_]:
                self._counts.round_trips += 1
            case [b"B", _, b"CommandComplete", tag, *_]:
                self._counts.sent(tag.decode().strip(' "'))
            case _:
                pass

    def _mariadb(self, connect: Connect) -> Any:
        connection = connect()
        self._watch(connection, "_execute_command", self._command)
        self._watch(connection, "next_result", self._further)
        return connection

    def _further(self) -> None:
        """Count what came in a packet behind its first statement, none of which is a bracket."""
        self._counts.statements += 1

    def _command(self, kind: int, statement: str | bytes = "") -> None:
        self._counts.round_trips += 1
        if kind == _COM_QUERY:
            text = statement if isinstance(statement, str) else statement.decode(errors="replace")
            self._counts.sent(text)
