"""SQLite with something happening before or after a statement."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aicmo_core.backends.sql.address import read_address
from aicmo_core.backends.sql.sqlite import Sqlite

Hook = Callable[[str, str], None]
"""Called with `before` or `after`, and the statement."""


class WatchedSqlite(Sqlite):
    """Calls `hook` around every statement of a cursor; it may raise."""

    def __init__(self, path: Path, options: str = "") -> None:
        super().__init__(read_address(f"sqlite:///{path}?{options}"))
        self.hook: Hook = lambda when, statement: None

    def connect(self) -> Any:
        return _Connection(super().connect(), self)


class _Connection:
    def __init__(self, real: sqlite3.Connection, database: WatchedSqlite) -> None:
        self._real = real
        self._database = database

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def cursor(self) -> _Cursor:
        return _Cursor(self._real.cursor(), self._database)


class _Cursor:
    def __init__(self, real: sqlite3.Cursor, database: WatchedSqlite) -> None:
        self._real = real
        self._database = database

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def execute(self, statement: str, *parameters: Any) -> Any:
        return self._watch(self._real.execute, statement, *parameters)

    def executemany(self, statement: str, *parameters: Any) -> Any:
        return self._watch(self._real.executemany, statement, *parameters)

    def _watch(self, run: Callable[..., Any], statement: str, *parameters: Any) -> Any:
        self._database.hook("before", statement)
        answer = run(statement, *parameters)
        self._database.hook("after", statement)
        return answer


def failing_commit(code: int, name: str) -> Hook:
    """Return a hook that fails a COMMIT with one of SQLite's errors."""

    def fail(when: str, statement: str) -> None:
        if (when, statement) == ("before", "COMMIT"):
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode, error.sqlite_errorname = code, name
            raise error

    return fail
