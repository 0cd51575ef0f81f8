"""Batches that wait for SQLite's one writer, in one transaction."""

from __future__ import annotations

import copy
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing

from aicmo_core.backends.sql.database import Refused
from aicmo_core.backends.sql.sequence import Prepared
from aicmo_core.storage import OutcomeUnknown

_COLLISIONS = (sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_UNIQUE)


class Writing:
    """
    Batches that one thread wants written, in their order, up to the first that cannot be.

    Attributes:
        batches: The batches.
        verdicts: Of each that was tried: None, or why it is not written.
        settled: Whether the verdicts stand. If an interruption left batches behind them
            untried, whoever wants those written asks again.
    """

    __slots__ = ("batches", "settled", "verdicts")

    def __init__(self, batches: Sequence[Prepared]) -> None:
        self.batches = batches
        self.verdicts: list[Exception | None] = []
        self.settled = False


class SqliteCommits:
    """
    Commits several writings in one transaction, each as if it had been alone.

    A batch that does not fit is taken back to its savepoint, and the others stand. If
    SQLite gives up the transaction as a whole, as it may when the disk is full, each batch
    is tried in one of its own: what one needs too much is no matter of the others'.

    Args:
        name: Of the database, for what is raised.
        note: Told how many rows were changed, after a transaction.
    """

    def __init__(self, name: str, note: Callable[[int], None]) -> None:
        self._name = name
        self._note = note

    def commit(self, connection: sqlite3.Connection, writings: Sequence[Writing]) -> None:
        """Write in the order given, and note in each what came of it."""
        is_one = len(writings) == 1 and len(writings[0].batches) == 1
        before = connection.total_changes
        try:
            self._transact(connection, writings, has_savepoints=not is_one)
        except OutcomeUnknown as error:
            for writing in writings:
                writing.verdicts = [v or _own(error) for v in writing.verdicts]
        except Exception as error:  # noqa: BLE001 - each thread raises its own verdict
            if is_one or _is_busy(error):  # trying singly, each would wait as long again
                for writing in writings:
                    writing.verdicts = [_own(error)]
            else:
                self._commit_singly(connection, writings)
        _settle(writings)
        self._note(connection.total_changes - before)

    def _commit_singly(self, connection: sqlite3.Connection, writings: Sequence[Writing]) -> None:
        for writing in writings:
            writing.verdicts = []
            for batch in writing.batches:
                single = Writing([batch])
                try:
                    self.commit(connection, [single])
                finally:
                    if single.settled:  # also if interrupted right behind it
                        writing.verdicts += single.verdicts
                        writing.settled = True
                if single.verdicts != [None]:
                    break

    def _transact(
        self, connection: sqlite3.Connection, writings: Sequence[Writing], *, has_savepoints: bool
    ) -> None:
        # Closed here, since an error keeps its frames, and they their cursor: a thread that
        # came to collect it would wait for this connection, which may wait for its commit.
        with closing(connection.cursor()) as cursor:
            self._transact_with(cursor, writings, has_savepoints=has_savepoints)

    def _transact_with(
        self, cursor: sqlite3.Cursor, writings: Sequence[Writing], *, has_savepoints: bool
    ) -> None:
        connection = cursor.connection
        is_ending = False
        try:
            cursor.execute("BEGIN IMMEDIATE")
            for writing in writings:
                if has_savepoints:
                    writing.verdicts = _write_to_first_error(connection, cursor, writing.batches)
                else:
                    _write(cursor, writing.batches[0])
                    writing.verdicts = [None]
            is_ending = True
            self._end(cursor)
            _settle(writings)  # here, for whoever is interrupted from now on has written
        except BaseException as error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            elif is_ending and not isinstance(error, Exception):
                _settle(writings)  # interrupted right behind the commit
            raise

    def _end(self, cursor: sqlite3.Cursor) -> None:
        try:
            cursor.execute("COMMIT")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_IOERR:
                # The log may hold the commit although the disk did not confirm it.
                raise OutcomeUnknown(self._name, error.sqlite_errorname) from error
            raise


def _write_to_first_error(
    connection: sqlite3.Connection, cursor: sqlite3.Cursor, batches: Sequence[Prepared]
) -> list[Exception | None]:
    verdicts: list[Exception | None] = []
    for batch in batches:
        cursor.execute("SAVEPOINT batch")
        try:
            _write(cursor, batch)
        except Exception as error:
            if not connection.in_transaction:
                raise  # SQLite has undone what came before, too
            cursor.execute("ROLLBACK TO batch")
            cursor.execute("RELEASE batch")
            return [*verdicts, error]
        cursor.execute("RELEASE batch")
        verdicts.append(None)
    return verdicts


def _write(cursor: sqlite3.Cursor, batch: Prepared) -> None:
    try:
        for statement, parameters in batch.requirements:
            if cursor.execute(statement, parameters).fetchone() is None:
                raise Refused
        for statement, many, expected in batch.steps:
            if len(many) == 1:
                cursor.execute(statement, many[0])
            else:
                cursor.executemany(statement, many)
            if expected is not None and cursor.rowcount != expected:
                raise Refused
    except sqlite3.IntegrityError as error:
        if error.sqlite_errorcode in _COLLISIONS:
            raise Refused from error
        raise


def _settle(writings: Sequence[Writing]) -> None:
    for writing in writings:
        writing.settled = True


def _is_busy(error: Exception) -> bool:
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF == sqlite3.SQLITE_BUSY


def _own(error: Exception) -> Exception:
    """Return *error* for one thread: another may raise the same one, with its own traceback."""
    own = copy.copy(error)
    own.__cause__ = error.__cause__
    return own
