"""SQLite: an embedded file in WAL mode, one writer at a time."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect

from aicmo_core.backends.sql.address import check_command, refuse_option, shown, upgrade_command
from aicmo_core.backends.sql.children import ChildReader
from aicmo_core.backends.sql.database import Database, Pack, Restore
from aicmo_core.backends.sql.grouping import Group
from aicmo_core.backends.sql.sequence import Sequencer
from aicmo_core.backends.sql.sqlite_checkpoints import Checkpoints
from aicmo_core.backends.sql.sqlite_commits import SqliteCommits, Writing
from aicmo_core.backends.sql.stored import Stored
from aicmo_core.backends.sql.turns import Turns
from aicmo_core.kernel.errors import AicmoError, InvalidValue, Problem
from aicmo_core.storage import (
    BackendUnavailable,
    Column,
    ColumnType,
    DatabaseDiffers,
    DatabaseFull,
    DatabaseLocked,
    DatabaseMissing,
    DatabaseReadOnly,
    DatabaseUnmigrated,
    Row,
)

_SYNCHRONOUS = ("OFF", "NORMAL", "FULL", "EXTRA")
_MODES = ("rwc", "rw", "ro")
_NOT_DECLARED = (sqlite3.SQLITE_CONSTRAINT_NOTNULL, sqlite3.SQLITE_CONSTRAINT_CHECK)
_NOT_THERE = ("no such table", "no such column", "has no column named")
_MOST_REPEATED = 64
_LONGEST_WAIT = 86_400
_PAGE = 2048
_OPTIONS = {"timeout", "synchronous", "mode"}


class Sqlite(Database):
    """
    A file, made when it is missing.

    Options of the URL: `timeout`, seconds to wait for another process's lock (30);
    `synchronous`, how a commit reaches the disk (NORMAL: survives the process; FULL:
    survives the machine); `mode`, `ro` to open the file for reading only.
    """

    errors = sqlite3.Error
    is_embedded = True
    merges_choices = True
    catalogue = """
        SELECT m.name, c.name, c."notnull" AND c.dflt_value IS NULL AND NOT c.pk
        FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'
    """

    def __init__(self, url: sa.URL) -> None:
        self.url = url
        self.name = shown(url)
        self.dialect = sqlite_dialect(paramstyle="qmark")
        self._path = _path(url)
        for name in sorted(set(url.query) - _OPTIONS):
            raise refuse_option(name, url.query[name], f"one of {', '.join(sorted(_OPTIONS))}")
        self._timeout = _seconds(url)
        self._synchronous = _choice(url, "synchronous", _SYNCHRONOUS, "NORMAL")
        self._mode = _choice(url, "mode", _MODES, "rwc")
        self._sequencer = Sequencer(self.dialect)
        self._children = ChildReader(self)
        waits = self._synchronous in ("FULL", "EXTRA")
        self._checkpoints = Checkpoints(self.connect, commits_wait_for_the_disk=waits)
        self._commits = SqliteCommits(self.name, self._checkpoints.note)
        # SQLite's own waiting is unfair and polls: threads of one process queue here.
        self._turns: Turns[Writing] = Turns()

    # -- connections

    def connect(self) -> sqlite3.Connection:
        if not self._path.parent.is_dir():
            raise DatabaseMissing(self.name, f"there is no folder {str(self._path.parent)!r}")
        try:
            connection = sqlite3.connect(
                f"file:{quote(str(self._path))}?mode={self._mode}",
                uri=True,
                timeout=self._timeout,
                isolation_level=None,
                check_same_thread=False,
                cached_statements=512,
            )
        except sqlite3.Error as error:
            raise self.translate(error, None) from error
        try:
            self._configure(connection)
        except sqlite3.Error as error:
            connection.close()
            raise self.translate(error, None) from error
        return connection

    def _configure(self, connection: sqlite3.Connection) -> None:
        (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
        if mode != "wal" and self._mode != "ro":
            _use_write_ahead_log(connection)
        connection.execute(f"PRAGMA synchronous={self._synchronous}")
        connection.execute(f"PRAGMA wal_autocheckpoint={self._checkpoints.most_pages}")

    def disconnect(self, connection: sqlite3.Connection) -> None:
        connection.close()

    def is_alive(self, connection: sqlite3.Connection) -> bool:
        return True

    def after_fork(self) -> None:
        self._turns = Turns()

    def finish(self) -> None:
        self._checkpoints.finish()

    # -- reading

    def restore(self, column: Column) -> Restore | None:
        return bool if column.type is ColumnType.BOOLEAN else None

    def fetch(
        self, connection: sqlite3.Connection, statement: str, parameters: Sequence[Any]
    ) -> list[Any]:
        return connection.execute(statement, parameters).fetchall()

    def rows(
        self,
        connection: sqlite3.Connection,
        stored: Stored,
        statement: str,
        parameters: Sequence[Any],
    ) -> list[Row]:
        if not stored.children:
            return [stored.row(r) for r in connection.execute(statement, parameters).fetchall()]
        # Children are read by statements of their own: the transaction makes that one moment.
        connection.execute("BEGIN")
        try:
            records = connection.execute(statement, parameters).fetchall()
            return self._children.rows(connection, stored, records)
        finally:
            if connection.in_transaction:
                connection.execute("COMMIT")

    # -- writing

    def write(self, connection: sqlite3.Connection, groups: Sequence[Group]) -> None:
        (verdict,) = self.write_many(connection, [groups])
        if verdict is not None:
            raise verdict

    def write_many(
        self, connection: sqlite3.Connection, batches: Sequence[Sequence[Group]]
    ) -> list[Exception | None]:
        writing = Writing([self._sequencer.prepared(groups) for groups in batches])
        if not self._turns.take(writing, partial(self._commits.commit, connection), self._timeout):
            raise DatabaseLocked(self.name, "other threads kept it busy")
        return writing.verdicts

    # -- the rest

    def is_empty(self, connection: sqlite3.Connection) -> bool:
        return not connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()

    def now(self, connection: sqlite3.Connection) -> datetime:
        """Return this machine's time: its users share it with the file, and SQL gives only ms."""
        return datetime.now(UTC)

    def translate(self, error: Exception, connection: Any) -> AicmoError:
        code = getattr(error, "sqlite_errorcode", None)
        reason = str(error)  # SQLite names tables and columns, never values
        match code if code is None else code & 0xFF:
            case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
                return DatabaseLocked(self.name, reason)
            case sqlite3.SQLITE_FULL:
                return DatabaseFull(self.name, reason)
            case sqlite3.SQLITE_IOERR if code == sqlite3.SQLITE_IOERR_SHMSIZE:
                return DatabaseFull(self.name, f"{reason}: no room for its shared memory")
            case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
                return DatabaseReadOnly(self.name, reason)
            case sqlite3.SQLITE_CONSTRAINT if code in _NOT_DECLARED:
                return DatabaseDiffers(self.name, reason, check_command(self.url))
            case sqlite3.SQLITE_CANTOPEN if not self._path.exists():
                return DatabaseMissing(self.name, reason)
            case sqlite3.SQLITE_CANTOPEN if not os.access(self._path.parent, os.W_OK):
                return DatabaseReadOnly(self.name, f"{reason}; its folder cannot be written")
            case sqlite3.SQLITE_CANTOPEN:
                return BackendUnavailable(self.name, f"{reason}; check its permissions")
            case sqlite3.SQLITE_ERROR if any(words in reason for words in _NOT_THERE):
                return DatabaseUnmigrated(self.name, reason, upgrade_command(self.url))
        return BackendUnavailable(self.name, reason)

    def engine(self) -> sa.Engine:
        return sa.create_engine(
            "sqlite://", creator=self.connect, poolclass=sa.pool.NullPool, hide_parameters=True
        )

    def lock_for_migration(self, connection: sa.Connection) -> None:
        # Left to itself, the driver would begin no transaction for the statements of a migration.
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    def membership(
        self, column: sa.ColumnElement[Any], kind: Column, size: int
    ) -> tuple[sa.ColumnElement[bool], Pack]:
        if size <= _MOST_REPEATED or kind.type is ColumnType.FLOAT:
            return super().membership(column, kind, size)
        # One parameter, for SQLite limits their number; its JSON keeps text and int exactly.
        values = sa.text("SELECT value FROM json_each(:parameter)").columns(value=column.type)
        return column.in_(values.scalar_subquery()), lambda values: [json.dumps(values)]


def _path(url: sa.URL) -> Path:
    if url.host or not url.database or url.database == ":memory:":
        expected = "expected sqlite:///relative.db or sqlite:////absolute.db"
        message = f"{expected} (or memory: for no file), found {shown(url)}"
        raise InvalidValue("database URL", (Problem("$", message),))
    return Path(url.database).absolute()


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    # Of a file that is new: a commit writes whole pages, and touches many for a few bytes.
    connection.execute(f"PRAGMA page_size={_PAGE}")
    try:
        connection.execute("PRAGMA journal_mode=WAL")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        # Another process makes the same change, and this pragma does not wait: wait for it
        # as a writer does, then find the change made, or make it.
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode=WAL")


def _choice(url: sa.URL, name: str, choices: tuple[str, ...], default: str) -> str:
    found = url.query.get(name, default)
    for choice in choices:
        if isinstance(found, str) and found.casefold() == choice.casefold():
            return choice
    raise refuse_option(name, found, " or ".join(choices))


def _seconds(url: sa.URL) -> float:
    found = url.query.get("timeout", "30")
    try:
        seconds = float(str(found))
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= _LONGEST_WAIT:
        raise refuse_option("timeout", found, f"seconds from 0 to {_LONGEST_WAIT}")
    return seconds
