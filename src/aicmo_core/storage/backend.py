"""
The storage port: reads, and one atomic commit.

A backend stores encoded rows of declared collections. It knows nothing of modules,
sagas or events, which all reach it through a unit of work.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from attrs import frozen

from aicmo_core.kernel.errors import AicmoError
from aicmo_core.storage.collection import Collection
from aicmo_core.storage.errors import NoMigrations
from aicmo_core.storage.query import Condition, Query
from aicmo_core.storage.rows import Batch, Key, Row


@frozen
class ModuleSchema:
    """
    The collections of one module and where the migrations of its tables lie.

    Attributes:
        module: The module's name, which labels its migration branch.
        collections: What it declared.
        migrations: The dotted name of the package that holds its migrations, or None
            for a module that works only on backends without migrations.
    """

    module: str
    collections: Sequence[Collection[Any]]
    migrations: str | None = None


class SchemaStatus(Enum):
    """How a store's tables compare with what the code declares."""

    CURRENT = "current"
    MISSING = "missing"
    OLDER = "older"
    NEWER = "newer"


@frozen
class SchemaState:
    """
    A store's schema, and the command that mends it.

    Attributes:
        status: How it compares with the code.
        detail: Which modules differ, in words; empty when current.
        command: The command that mends it; empty when there is nothing to mend.
    """

    status: SchemaStatus
    detail: str = ""
    command: str = ""


@frozen
class ModuleRevision:
    """
    Where the tables of one module are.

    Attributes:
        module: The module's name.
        applied: The revisions that its tables are at.
        heads: The revisions that the code has last; none for a module that is not
            installed here, whose tables are left alone.
    """

    module: str
    applied: tuple[str, ...]
    heads: tuple[str, ...]

    @property
    def current(self) -> bool:
        return set(self.heads) <= set(self.applied)

    @property
    def installed(self) -> bool:
        return bool(self.heads)


class Backend(ABC):
    """
    A place for rows, with one way to change them.

    Every method may be called from any thread, at the same time as any other.
    Reads see committed rows only, and every row that was committed before the read
    began; they hold no lock when they return. Text is compared and ordered by code
    point: two ids are equal when their bytes are.
    """

    @abstractmethod
    def prepare(self, schemas: Sequence[ModuleSchema]) -> None:
        """
        Declare the collections that will be used; called once, before any other method.

        An embedded store that holds nothing yet is made ready. A server, or a store
        that holds tables already, is never altered here.

        Raises:
            DatabaseUnmigrated: Tables are missing or older than the declarations.
            DatabaseNewer: Tables were made by newer code.
            DatabaseDiffers: Tables lack what is declared, although they are current.
            BackendUnavailable: The store cannot be reached, read or written.
            DeclarationError: A collection cannot be stored, or a module's migrations
                are missing or do not follow one another.
        """

    @abstractmethod
    def schema(self) -> SchemaState:
        """Return how the store's tables compare with the prepared collections."""

    @abstractmethod
    def upgrade(self) -> Sequence[str]:
        """
        Bring the tables up to the declarations; return one line per applied migration.

        Doing it twice is harmless: the second call returns nothing. It may be called
        although `prepare` raised DatabaseUnmigrated.

        Raises:
            DatabaseNewer: The tables were made by newer code; nothing was changed.
            BackendUnavailable: The store cannot be reached or written.
        """

    def check(self) -> Sequence[str]:
        """
        Return how the tables differ from the prepared collections, in words; empty if nowhere.

        Looks closer than `schema`, which compares versions. A store without tables of
        its own has nothing to compare.
        """
        return ()

    def revisions(self) -> Sequence[ModuleRevision]:
        """
        Return where each module's tables are; nothing for a store without migrations.

        Modules that were not prepared, but have left tables here, come last.
        """
        return ()

    def downgrade(self, module: str, revision: str) -> Sequence[str]:
        """
        Take back a module's migrations down to *revision*; return one line for each.

        Args:
            revision: The revision to be left at; `base` for none of the module's tables.

        Raises:
            NoMigrations: This kind of store has none.
            UnknownName: There is no such module or revision, or the tables are below it.
            DatabaseNewer: The tables were made by newer code; nothing was changed.
            BackendUnavailable: The store cannot be reached or written.
        """
        raise NoMigrations(type(self).__name__)

    def draft_migration(self, module: str, message: str) -> Path:
        """
        Write a module's next migration, from how its tables differ from its declarations.

        Raises:
            NoMigrations: This kind of store has none.
            UnknownName: There is no such module.
            NothingToMigrate: Its tables agree with its declarations.
            BackendUnavailable: The store cannot be reached.
        """
        raise NoMigrations(type(self).__name__)

    @abstractmethod
    def get(self, collection: Collection[Any], key: Key) -> Row | None:
        """
        Return the row with this encoded key, children included, or None.

        Raises:
            BackendUnavailable: The store cannot be read.
        """

    @abstractmethod
    def find(self, collection: Collection[Any], query: Query) -> list[Row]:
        """
        Return the rows that meet the query, in its order, children included.

        Raises:
            BackendUnavailable: The store cannot be read.
        """

    @abstractmethod
    def count(self, collection: Collection[Any], where: Sequence[Condition] = ()) -> int:
        """
        Return how many rows meet all conditions.

        Raises:
            BackendUnavailable: The store cannot be read.
        """

    @abstractmethod
    def commit(self, changes: Batch) -> None:
        """
        Make all *changes* true at once and durably, or none of them.

        Keys and tokens are judged by the rows as they were before the batch: an
        Insert needs its key free; Replace, Remove and Require need a row with the
        token that they expect. Unique constraints are judged by the rows as they
        are after the batch, so values may be swapped within it; None equals nothing.
        Each change is judged as if the others fitted: a Remove or Replace that is
        refused frees its row's values all the same, and a refused Insert takes its own.
        A batch names each row at most once. An empty batch does nothing.

        Commits are serializable with respect to the rows that they name: of two
        batches that name one row, one is judged by the outcome of the other.

        Raises:
            Conflict: Some change does not fit; nothing was written. The items name
                every such change, in batch order and once each: its key or token if
                that does not fit, else the first unique constraint, in declared
                order, that it collides with (against a stored row that stays, or an
                earlier change). A collection that is a fence reports FENCE;
                otherwise a taken key or unique value is UNIQUE, and a row that is
                gone or has another token is STALE.
            ValueError: The batch names one row twice; nothing was written.
            BackendUnavailable: The store refused; nothing was written.
            OutcomeUnknown: The answer was lost; the batch is or will be written
                wholly or not at all.
        """

    def commit_many(self, batches: Sequence[Batch]) -> list[AicmoError | None]:
        """
        Commit each batch by itself; return, in order, None or the error it met.

        One batch's conflict does not affect another's outcome.
        """
        verdicts: list[AicmoError | None] = []
        for batch in batches:
            try:
                self.commit(batch)
            except AicmoError as error:
                verdicts.append(error)
            else:
                verdicts.append(None)
        return verdicts

    @abstractmethod
    def now(self) -> datetime:
        """
        Return the store's own time, aware and in UTC, which all its users share.

        Raises:
            BackendUnavailable: The store cannot be reached.
        """

    @abstractmethod
    def close(self) -> None:
        """Release what this object holds. Committed rows stay. Closing twice is harmless."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
