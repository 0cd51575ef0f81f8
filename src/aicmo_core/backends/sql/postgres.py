"""PostgreSQL: one round trip a commit, whatever the commit holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import errors, pq
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.dialects.postgresql.psycopg import dialect as psycopg_dialect

from aicmo_core.backends.sql.address import (
    check_command,
    passwords,
    refuse_option,
    shown,
    upgrade_command,
)
from aicmo_core.backends.sql.database import Database, Pack, Refused, Restore
from aicmo_core.backends.sql.grouping import Group
from aicmo_core.backends.sql.liveness import has_input
from aicmo_core.backends.sql.postgres_batches import Batches
from aicmo_core.backends.sql.postgres_session import Session
from aicmo_core.backends.sql.postgres_tables import array
from aicmo_core.backends.sql.postgres_types import use_byte_order
from aicmo_core.backends.sql.stored import Stored
from aicmo_core.backends.sql.tables import POSITION
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

_QUOTING = ("22", "P0", "XX")
"""Classes of errors that quote values: of wrong data, of triggers, and of bugs in the server."""
_MIGRATION_LOCK = 0x41_49_43_4D_4F  # "AICMO"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Postgres(Database):
    """
    A server. Options of the URL go to the driver (`?options=…`, `?sslmode=…`).

    Its own are `prepare_threshold`: after how many times a statement is prepared; `none`
    for a pooler that does not keep prepared statements.
    """

    errors = psycopg.Error
    sorts_none_first = False
    catalogue = """
        SELECT c.relname, a.attname, a.attnotnull AND NOT a.atthasdef AND a.attidentity = ''
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
        AND c.relnamespace <> 'pg_catalog'::regnamespace AND pg_table_is_visible(c.oid)
    """

    def __init__(self, url: sa.URL) -> None:
        self.url = url
        self.name = shown(url)
        self.dialect = psycopg_dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
        self._arguments = _arguments(url)
        self._batches = Batches(self.dialect)

    # -- connections

    def connect(self) -> Session:
        threshold = _prepare_threshold(self.url)
        return Session(self._connect(autocommit=True), threshold)

    def _connect(self, **arguments: Any) -> psycopg.Connection[Any]:
        try:
            return psycopg.connect(**self._arguments, **arguments)
        except psycopg.ProgrammingError as error:
            name = str(error).partition('"')[2].partition('"')[0]
            raise refuse_option(name, "it", "an option of PostgreSQL's libpq") from error
        except psycopg.Error as error:
            raise self.translate(error, None) from error

    def disconnect(self, connection: Session) -> None:
        connection.connection.close()

    def is_alive(self, connection: Session) -> bool:
        driver = connection.connection
        return not driver.closed and not has_input(driver.fileno())

    def after_fork(self) -> None:
        """There are none."""

    def finish(self) -> None:
        """There is nothing."""

    # -- reading

    def restore(self, column: Column) -> Restore | None:
        return None

    def restore_child(self, column: Column) -> Restore | None:
        return float if column.type is ColumnType.FLOAT else None

    def place(self, number: int) -> str:
        return f"${number}"

    def selection(self, stored: Stored) -> sa.Select[Any]:
        """Select the children as JSON, so that one statement sees parent and children at once."""
        return sa.select(*stored.table.columns, *(_children(stored, t) for t in stored.children))

    def membership(
        self, column: sa.ColumnElement[Any], kind: Column, size: int
    ) -> tuple[sa.ColumnElement[bool], Pack]:
        values = sa.bindparam("parameter", unique=True, type_=ARRAY(column.type))
        return column == sa.func.any(values), lambda values: [array(values)]

    def fetch(self, connection: Session, statement: str, parameters: Sequence[Any]) -> list[Any]:
        connection.run(statement, parameters)
        return connection.cursor.fetchall()

    def rows(
        self, connection: Session, stored: Stored, statement: str, parameters: Sequence[Any]
    ) -> list[Row]:
        records = self.fetch(connection, statement, parameters)
        if not stored.children:
            return [stored.row(record) for record in records]
        first = len(stored.table.columns)
        return [stored.row(r, [children or () for children in r[first:]]) for r in records]

    def now(self, connection: Session) -> datetime:
        statement = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
        ((microseconds,),) = self.fetch(connection, statement, ())
        return _EPOCH + timedelta(microseconds=microseconds)

    # -- writing

    def write(self, connection: Session, groups: Sequence[Group]) -> None:
        try:
            if Batches.fits_one_statement(groups):
                connection.write(*self._batches.statement(groups))
            else:
                self._write_pipeline(connection, groups)
        except (errors.UniqueViolation, errors.DeadlockDetected, errors.SerializationFailure) as e:
            raise Refused from e
        except errors.InvalidTextRepresentation as error:
            if Batches.is_guard(error.diag.message_primary):
                raise Refused from error
            raise
        except psycopg.Error as error:
            if connection.connection.closed or (error.sqlstate or "").startswith("57P"):
                raise OutcomeUnknown(self.name, self._reason(error)) from self.hushed(error)
            raise

    def _write_pipeline(self, session: Session, groups: Sequence[Group]) -> None:
        try:
            with session.connection.pipeline():
                session.run("BEGIN")
                for statement, parameters in self._batches.statements(groups):
                    session.run(statement, parameters)
                session.run("COMMIT")
        finally:
            status = session.connection.info.transaction_status
            if status is pq.TransactionStatus.ACTIVE:  # interrupted: its answers are yet to come
                session.connection.close()
            elif status not in (pq.TransactionStatus.IDLE, pq.TransactionStatus.UNKNOWN):
                session.connection.rollback()

    # -- errors

    def translate(self, error: Exception, connection: Any) -> AicmoError:
        reason = self._reason(error)
        self.hushed(error)
        match getattr(error, "sqlstate", None):
            case "55P03":
                return DatabaseLocked(self.name, reason)
            case "53100":
                return DatabaseFull(self.name, reason)
            case "25006" | "42501":
                return DatabaseReadOnly(self.name, reason)
            case "3D000":
                return DatabaseMissing(self.name, reason)
            case "42P01" | "42703" | "3F000":
                return DatabaseUnmigrated(self.name, reason, upgrade_command(self.url))
            case "23502" | "23514":  # a value or a test that no declaration asks for
                return DatabaseDiffers(self.name, reason, check_command(self.url))
            case None if f'database "{self.url.database}" does not exist' in reason:
                return DatabaseMissing(self.name, reason)  # a refused login carries no code
        return BackendUnavailable(self.name, reason)

    def discreet(self, error: Exception) -> tuple[Any, ...]:
        return (self._reason(error),)

    def _reason(self, error: Exception) -> str:
        """
        Return what the server said in the first place, unless it may quote a value.

        Its details do: the key of a unique constraint, the row that fails a check.
        """
        state = getattr(error, "sqlstate", None)
        if state and state[:2] in _QUOTING:
            return f"it refused the statement ({type(error).__name__}, {state})"
        diag = getattr(error, "diag", None)
        reason = str((diag and diag.message_primary) or error).strip()
        for password in passwords(self.url):
            reason = reason.replace(password, "***")
        return reason

    # -- migrations

    def engine(self) -> sa.Engine:
        engine = sa.create_engine(
            "postgresql+psycopg://",
            creator=self._connect,
            poolclass=sa.pool.NullPool,
            hide_parameters=True,
        )
        use_byte_order(engine.dialect)
        return engine

    def lock_for_migration(self, connection: sa.Connection) -> None:
        # Where the server's default is stricter, a snapshot from before the wait would do:
        # who waited would not see what the other one has applied.
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATION_LOCK)))


def _children(stored: Stored, table: sa.Table) -> sa.Label[Any]:
    width = len(stored.key)
    parents, values = list(table.columns)[:width], list(table.columns)[width + 1 :]
    # JSON would print a float such as 1.0 as an int, and minus zero without its sign.
    scalars = [sa.cast(c, sa.Text()) if isinstance(c.type, sa.Double) else c for c in values]
    ordered = aggregate_order_by(sa.func.json_build_array(*scalars), table.c[POSITION])
    is_child = [c == key for c, key in zip(parents, stored.key_columns, strict=True)]
    statement = sa.select(sa.func.json_agg(ordered)).where(*is_child)
    return statement.correlate(stored.table).scalar_subquery().label(f"_{table.name}")


def _arguments(url: sa.URL) -> dict[str, Any]:
    named = {
        "host": url.host,
        "port": url.port,
        "user": url.username,
        "password": url.password,
        "dbname": url.database,
        "client_encoding": "utf8",  # which the environment may set as well
    }
    if "client_encoding" in url.query:
        found = url.query["client_encoding"]
        raise refuse_option("client_encoding", found, "nothing: text of any script is stored")
    options = {k: v for k, v in url.query.items() if k != "prepare_threshold"}
    return {**{name: value for name, value in named.items() if value is not None}, **options}


def _prepare_threshold(url: sa.URL) -> int | None:
    found = str(url.query.get("prepare_threshold", "1"))
    if found.casefold() == "none":
        return None
    if not found.isdecimal():
        raise refuse_option("prepare_threshold", found, "a number, or none")
    return int(found)
