"""What the backend asks of one kind of SQL database."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

import sqlalchemy as sa

from aicmo_core.kernel.errors import AicmoError
from aicmo_core.storage import Column, Row

if TYPE_CHECKING:
    from aicmo_core.backends.sql.grouping import Group
    from aicmo_core.backends.sql.stored import Stored

Pack: TypeAlias = Callable[[list[Any]], list[Any]]
"""Makes a statement's parameters out of the values that they stand for."""

Restore: TypeAlias = Callable[[Any], Any]
"""Makes a row's scalar out of what the driver returned for it."""


def parameter(column: sa.ColumnElement[Any]) -> sa.BindParameter[Any]:
    """Return a parameter of the type of *column*, of which a statement may hold many."""
    return sa.bindparam("parameter", unique=True, type_=column.type)


def padded(size: int) -> int:
    """Return a power of two that is not less, so that few statements serve all sizes."""
    return 1 << (size - 1).bit_length()


def pad(values: list[Any], size: int) -> list[Any]:
    """Return *values* with the last one repeated, so that they are *size*."""
    return values + values[-1:] * (size - len(values))


class Refused(Exception):
    """
    A batch did not fit the rows that it met, or got in the way of another. It is undone.

    Which change does not fit is found out by reading; if none is left that does not,
    the batch is tried again.
    """


class Database(ABC):
    """
    One kind of SQL database: how it connects, reads and writes, and what its errors mean.

    Drivers' own errors leave every method but `translate` as they are.

    Attributes:
        name: Its address without a password.
        url: Its address.
        dialect: Compiles statements for its driver, with parameters by position.
        errors: The driver's base class of errors.
        is_embedded: Whether the library itself makes the database when it is missing.
        undoes_migrations: Whether a migration that fails leaves nothing behind.
        sorts_none_first: Whether None sorts first, ascending, without being asked to.
        merges_choices: Whether a page of rows that have one of a few values is put together
            from those of each value, since it would not be read by an index otherwise.
        catalogue: Selects table, column, and whether a row must be given a value for it.
    """

    name: str
    url: sa.URL
    dialect: sa.Dialect
    errors: type[Exception]
    is_embedded: bool = False
    undoes_migrations: bool = True
    sorts_none_first: bool = True
    merges_choices: bool = False
    catalogue: str

    @abstractmethod
    def connect(self) -> Any:
        """
        Return a new connection of the driver, in autocommit mode.

        Raises:
            BackendUnavailable: The database cannot be reached.
        """

    @abstractmethod
    def disconnect(self, connection: Any) -> None:
        """Close *connection*, broken or not."""

    @abstractmethod
    def is_alive(self, connection: Any) -> bool:
        """Return whether *connection* was not lost while nobody used it, at no great cost."""

    @abstractmethod
    def after_fork(self) -> None:
        """Forget, in a child process, the locks that its parent's threads hold for ever."""

    @abstractmethod
    def finish(self) -> None:
        """Wait for what this does in threads of its own, before the connections are closed."""

    @abstractmethod
    def restore(self, column: Column) -> Restore | None:
        """Return how to restore a scalar of *column*, or None if the driver returns it as it is."""

    def restore_child(self, column: Column) -> Restore | None:
        """Return the same for a scalar of a child table."""
        return self.restore(column)

    def place(self, number: int) -> str:
        """Return how a statement's parameter with this number, from 1, is written."""
        return "?"

    def selection(self, stored: Stored) -> sa.Select[Any]:
        """Return what selects all that `rows` makes rows of: the values, then the token."""
        return sa.select(*stored.table.columns)

    def membership(
        self, column: sa.ColumnElement[Any], kind: Column, size: int
    ) -> tuple[sa.ColumnElement[bool], Pack]:
        """Return a test for being one of *size* values, and what makes its parameters of them."""
        room = padded(size)
        return column.in_([parameter(column) for _ in range(room)]), lambda v: pad(v, room)

    @abstractmethod
    def fetch(self, connection: Any, statement: str, parameters: Sequence[Any]) -> list[Any]:
        """Return all records that *statement* selects."""

    @abstractmethod
    def rows(
        self, connection: Any, stored: Stored, statement: str, parameters: Sequence[Any]
    ) -> list[Row]:
        """Return the rows that *statement* selects, with the children of that same moment."""

    @abstractmethod
    def write(self, connection: Any, groups: Sequence[Group]) -> None:
        """
        Write a grouped batch in one transaction, or nothing.

        Raises:
            Refused: The batch does not fit.
            OutcomeUnknown: The answer was lost.
        """

    def write_many(
        self, connection: Any, batches: Sequence[Sequence[Group]]
    ) -> list[Exception | None]:
        """
        Write batches one after the other, each in a transaction of its own or as if it were.

        Returns:
            Of each that was tried: None, or what `write` raises. None is tried behind one
            that could not be written.
        """
        verdicts: list[Exception | None] = []
        for groups in batches:
            try:
                if groups:
                    self.write(connection, groups)
            except Exception as error:  # noqa: BLE001 - it is the batch's verdict
                return [*verdicts, error]
            verdicts.append(None)
        return verdicts

    def is_empty(self, connection: Any) -> bool:
        """Return whether there is no table at all. Asked of embedded databases only."""
        return False

    @abstractmethod
    def now(self, connection: Any) -> datetime:
        """Return the database's time, in UTC."""

    @abstractmethod
    def translate(self, error: Exception, connection: Any) -> AicmoError:
        """
        Return what a driver's *error* means, without any value in its words.

        The driver's error becomes its cause, and is hushed.
        """

    def hushed(self, error: BaseException | None) -> BaseException | None:
        """
        Return *error* with nothing left in its words that quotes a value or a password.

        It is kept as a cause, which every traceback prints, and drivers quote what they
        were given: `Key (email)=(ann@example.org) already exists`. Its class stays, its
        code, and whatever the driver keeps as attributes.
        """
        waiting, seen = [error], set[int]()
        while waiting:
            one = waiting.pop()
            if one is not None and id(one) not in seen:
                seen.add(id(one))
                waiting += [one.__cause__, one.__context__]
                if isinstance(one, self.errors):
                    one.args = self.discreet(one)
        return error

    def discreet(self, error: Exception) -> tuple[Any, ...]:
        """Return the arguments of a driver's error as they may be shown."""
        return error.args

    @abstractmethod
    def engine(self) -> sa.Engine:
        """Return a new engine, for migrations and for looking at the tables."""

    @abstractmethod
    def lock_for_migration(self, connection: sa.Connection) -> None:
        """Keep everybody else from migrating until the transaction of *connection* ends."""
