"""MariaDB: rows locked in order, text kept as bytes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pymysql
import sqlalchemy as sa
from pymysql.constants import CLIENT, CR, ER

from aicmo_core.backends.sql.address import (
    check_command,
    passwords,
    refuse_option,
    shown,
    upgrade_command,
)
from aicmo_core.backends.sql.children import ChildReader
from aicmo_core.backends.sql.database import Database, Refused, Restore
from aicmo_core.backends.sql.grouping import Group
from aicmo_core.backends.sql.liveness import has_input
from aicmo_core.backends.sql.mariadb_packets import packets, send
from aicmo_core.backends.sql.mariadb_types import make_repeatable, use_byte_order
from aicmo_core.backends.sql.sequence import Sequencer
from aicmo_core.backends.sql.stored import Stored
from aicmo_core.kernel.errors import AicmoError
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
    OutcomeUnknown,
    Row,
)

_IN_THE_WAY = {ER.DUP_ENTRY, ER.LOCK_DEADLOCK, ER.CHECKREAD}
_NOT_THERE = {ER.NO_SUCH_TABLE, ER.BAD_FIELD_ERROR}
_NOT_DECLARED = {ER.NO_DEFAULT_FOR_FIELD, ER.BAD_NULL_ERROR, 4025}
_READ_ONLY = {ER.OPTION_PREVENTS_STATEMENT, ER.TABLEACCESS_DENIED_ERROR, 1792}
_FULL = {ER.DISK_FULL, ER.RECORD_FILE_FULL}
_QUOTES_NOTHING = frozenset(
    {
        ER.CON_COUNT_ERROR,
        ER.DBACCESS_DENIED_ERROR,
        ER.ACCESS_DENIED_ERROR,
        ER.NO_DB_ERROR,
        ER.BAD_DB_ERROR,
        ER.SERVER_SHUTDOWN,
        ER.OUT_OF_RESOURCES,
        ER.HANDSHAKE_ERROR,
        ER.HOST_IS_BLOCKED,
        ER.HOST_NOT_PRIVILEGED,
        ER.TABLE_EXISTS_ERROR,
        ER.NET_PACKET_TOO_LARGE,
        ER.LOCK_WAIT_TIMEOUT,
        ER.LOCK_DEADLOCK,
        ER.CHECKREAD,
        ER.QUERY_INTERRUPTED,
        1927,  # the connection was killed
        1969,  # max_statement_time
        *_NOT_THERE,
        *_READ_ONLY,
        *_FULL,
    }
)
"""
Codes of errors whose words are about the server, tables, columns and users.

A list of the others could not be complete: the driver writes values into the statement,
so that a syntax error quotes them, and a trigger says what it likes.
"""
_NUMBERS = {"port", "connect_timeout", "read_timeout", "write_timeout"}
_MODES = "STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,NO_ENGINE_SUBSTITUTION"
_LONGEST_WAIT = 3600
_SNAPSHOT = ("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", "START TRANSACTION READ ONLY")


class MariaDb(Database):
    """A server. Options of the URL go to the driver (`?unix_socket=…`, `?connect_timeout=…`)."""

    errors = pymysql.err.Error
    catalogue = """
        SELECT table_name, column_name, is_nullable = 'NO' AND column_default IS NULL
        AND extra NOT LIKE '%%auto_increment%%'
        FROM information_schema.columns WHERE table_schema = DATABASE()
    """
    undoes_migrations = False

    def __init__(self, url: sa.URL) -> None:
        self.url = url
        self.name = shown(url)
        self.dialect = _dialect()
        self._sequencer = Sequencer(self.dialect, "LOCK IN SHARE MODE")
        self._children = ChildReader(self)

    # -- connections

    def connect(self) -> Any:
        try:
            connection = pymysql.connect(**_arguments(self.url))
            with connection.cursor() as cursor:
                cursor.execute(f"SET SESSION sql_mode = '{_MODES}'")
                cursor.execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")
        except TypeError as error:
            name = str(error).rpartition(" ")[2].strip("'")
            raise refuse_option(name, "it", "an option of pymysql") from error
        except pymysql.err.Error as error:
            raise self.translate(error, None) from error
        return connection

    def disconnect(self, connection: Any) -> None:
        if connection.open:
            connection._force_close()  # a polite good-bye would wait for a lost server

    def is_alive(self, connection: Any) -> bool:
        return bool(connection.open) and not has_input(connection._sock.fileno())

    def after_fork(self) -> None:
        """There are none."""

    def finish(self) -> None:
        """There is nothing."""

    # -- reading

    def place(self, number: int) -> str:
        return "%s"

    def restore(self, column: Column) -> Restore | None:
        if column.type is ColumnType.BOOLEAN:
            return bool
        return _text if column.indexed and column.type is ColumnType.TEXT else None

    def fetch(self, connection: Any, statement: str, parameters: Sequence[Any]) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return list(cursor.fetchall())

    def rows(
        self, connection: Any, stored: Stored, statement: str, parameters: Sequence[Any]
    ) -> list[Row]:
        if not stored.children:
            return [stored.row(r) for r in self.fetch(connection, statement, parameters)]
        for begin in _SNAPSHOT:
            self.fetch(connection, begin, ())
        try:
            records = self.fetch(connection, statement, parameters)
            return self._children.rows(connection, stored, records)
        finally:
            if connection.open:
                connection.rollback()

    # -- writing

    def write(self, connection: Any, groups: Sequence[Group]) -> None:
        for group in groups:  # row locks are taken in the order of the keys
            group.requires.sort(key=lambda change: change.key)
            group.removes.sort(key=lambda change: change.key)
            group.replaces.sort(key=lambda change: change.row.key)
        batch = self._sequencer.prepared(groups)
        is_committing = False
        try:
            with connection.cursor() as cursor:
                for packet in packets(cursor.mogrify, batch):
                    send(cursor, packet)
                is_committing = True
                cursor.execute("COMMIT")
        except BaseException as error:
            # Always rolled back: a lock timeout has undone one statement only.
            is_lost = not self._roll_back(connection)
            if is_committing and is_lost:
                raise OutcomeUnknown(self.name, self._reason(error)) from self.hushed(error)
            if isinstance(error, pymysql.err.Error) and _code(error) in _IN_THE_WAY:
                raise Refused from error
            raise

    def _roll_back(self, connection: Any) -> bool:
        """Undo what the open transaction did; return False if the connection is lost."""
        try:
            connection.rollback()
        except pymysql.err.Error:
            self.disconnect(connection)
            return False
        return True

    # -- the rest

    def now(self, connection: Any) -> datetime:
        ((moment,),) = self.fetch(connection, "SELECT UTC_TIMESTAMP(6)", ())
        found: datetime = moment
        return found.replace(tzinfo=UTC)

    def translate(self, error: Exception, connection: Any) -> AicmoError:
        code, reason = _code(error), self._reason(error)
        self.hushed(error)
        if code == ER.LOCK_WAIT_TIMEOUT:
            return DatabaseLocked(self.name, reason)
        if code in _FULL:
            return DatabaseFull(self.name, reason)
        if code in _READ_ONLY:
            return DatabaseReadOnly(self.name, reason)
        if code == ER.BAD_DB_ERROR:
            return DatabaseMissing(self.name, reason)
        if code in _NOT_THERE:
            return DatabaseUnmigrated(self.name, reason, upgrade_command(self.url))
        if code in _NOT_DECLARED:
            return DatabaseDiffers(self.name, reason, check_command(self.url))
        return BackendUnavailable(self.name, reason)

    def discreet(self, error: Exception) -> tuple[Any, ...]:
        return (_code(error), self._reason(error))

    def _reason(self, error: BaseException) -> str:
        """Return what the server said, if it is known to quote no value; never a password."""
        code = _code(error)
        is_said_by_driver = isinstance(code, int) and code >= CR.CR_ERROR_FIRST and code < 3000
        if isinstance(code, int) and code and not is_said_by_driver and code not in _QUOTES_NOTHING:
            return f"it refused the statement ({type(error).__name__}, {code})"
        reason = str(error.args[1] if len(error.args) > 1 else error) or "the connection is lost"
        for password in passwords(self.url):
            reason = reason.replace(password, "***")
        return reason

    def engine(self) -> sa.Engine:
        engine = sa.create_engine(
            "mariadb+pymysql://",
            creator=self.connect,
            poolclass=sa.pool.NullPool,
            hide_parameters=True,
        )
        use_byte_order(engine.dialect)
        make_repeatable(engine)
        return engine

    def lock_for_migration(self, connection: sa.Connection) -> None:
        # A lock of the session, which ends with it: each change of a table is a commit here.
        # Its name is one for the whole server, so that it has to hold the database's.
        lock = f"SELECT GET_LOCK(CONCAT('aicmo_migration ', MD5(DATABASE())), {_LONGEST_WAIT})"
        if connection.exec_driver_sql(lock).scalar() != 1:
            raise DatabaseLocked(self.name, "somebody else migrates it")
        # Rows are written together with the next change of a table, or with the last note.
        connection.exec_driver_sql("SET autocommit = 0")


def _dialect() -> sa.Dialect:
    dialect: Any = sa.make_url("mariadb+pymysql://").get_dialect()
    made: sa.Dialect = dialect(paramstyle="format")
    return made


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value


def _code(error: BaseException) -> object:
    return error.args[0] if error.args else None


def _arguments(url: sa.URL) -> dict[str, Any]:
    named = {
        "host": url.host,
        "port": url.port,
        "user": url.username,
        "password": url.password,
        "database": url.database,
    }
    options: dict[str, Any] = dict(url.query)
    for name in sorted(_NUMBERS & options.keys()):
        if not str(options[name]).isdecimal():
            raise refuse_option(name, options[name], "a number")
        options[name] = int(options[name])
    return {
        **{name: value for name, value in named.items() if value is not None},
        **options,
        "charset": "utf8mb4",
        "autocommit": True,
        "client_flag": CLIENT.FOUND_ROWS | CLIENT.MULTI_STATEMENTS,
    }
