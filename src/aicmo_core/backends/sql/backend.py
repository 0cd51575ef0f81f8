"""The storage port on top of a SQL database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from aicmo_core.backends.sql.connections import Connections
from aicmo_core.backends.sql.database import Database, Refused
from aicmo_core.backends.sql.grouping import grouped
from aicmo_core.backends.sql.queries import Selector
from aicmo_core.backends.sql.schema import Schema
from aicmo_core.backends.sql.stored import Shelf
from aicmo_core.kernel.errors import AicmoError
from aicmo_core.storage import (
    Backend,
    BackendUnavailable,
    Batch,
    Collection,
    Condition,
    Conflict,
    Key,
    ModuleRevision,
    ModuleSchema,
    Query,
    Row,
    SchemaMismatch,
    SchemaState,
)
from aicmo_core.storage.diagnosis import diagnose

T = TypeVar("T")

_MOST_TRIES = 20


class SqlBackend(Backend):
    """
    Collections as tables of a SQL database.

    Each thread keeps a connection. Reads are single statements, or one snapshot. A
    commit is one transaction; a refused one is undone, then explained by reading.

    Args:
        database: Which one, and what is particular about its kind.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connections = Connections(database)
        self._shelf = Shelf(database)
        self._selector = Selector(database)
        self._schema = Schema(database, self._ask)

    def __repr__(self) -> str:
        return f"<SqlBackend {self._database.name}>"

    # -- the schema

    def prepare(self, schemas: Sequence[ModuleSchema]) -> None:
        for schema in schemas:
            for collection in schema.collections:
                self._shelf.add(collection)
        self._schema.declare(schemas)
        if self._schema.may_be_made:
            self.upgrade()
        self._schema.require_current()
        self._schema.require_columns()

    def schema(self) -> SchemaState:
        return self._schema.state()

    def upgrade(self) -> Sequence[str]:
        return self._schema.upgrade()

    def revisions(self) -> Sequence[ModuleRevision]:
        return self._schema.revisions()

    def downgrade(self, module: str, revision: str = "base") -> Sequence[str]:
        return self._schema.downgrade(module, revision)

    def draft_migration(self, module: str, message: str) -> Path:
        return self._schema.draft(module, message)

    def check(self) -> list[str]:
        """Return how the tables differ from the declarations, in words; nothing if they agree."""
        return self._schema.differences()

    # -- reading

    def get(self, collection: Collection[Any], key: Key) -> Row | None:
        stored = self._shelf[collection]
        statement = self._selector.get(stored)
        found = self._read(lambda c: self._database.rows(c, stored, statement, key))
        return found[0] if found else None

    def find(self, collection: Collection[Any], query: Query) -> list[Row]:
        stored = self._shelf[collection]
        statement, parameters = self._selector.find(stored, query)
        return self._read(lambda c: self._database.rows(c, stored, statement, parameters))

    def count(self, collection: Collection[Any], where: Sequence[Condition] = ()) -> int:
        statement, parameters = self._selector.count(self._shelf[collection], where)
        ((number,),) = self._read(lambda c: self._database.fetch(c, statement, parameters))
        return int(number)

    def now(self) -> datetime:
        return self._read(self._database.now)

    def _read(self, question: Callable[[Any], T]) -> T:
        """Return the answer to *question*; tables that newer code changed are named as such."""
        try:
            return self._ask(question)
        except SchemaMismatch as error:
            raise self._explained(error) from error.__cause__

    def _ask(self, question: Callable[[Any], T]) -> T:
        """Return the answer to *question*, asked a second time if the connection was lost."""
        connection = self._connections.get()
        try:
            return question(connection)
        except self._database.errors as error:
            if self._database.is_alive(connection):
                raise self._database.translate(error, connection) from error
            self._connections.discard()
        connection = self._connections.get()
        try:
            return question(connection)
        except self._database.errors as error:
            raise self._database.translate(error, connection) from error

    # -- writing

    def commit(self, changes: Batch) -> None:
        if not changes:
            return
        groups = grouped(changes, self._shelf)
        for _ in range(_MOST_TRIES):
            connection = self._connections.get()
            try:
                self._database.write(connection, groups)
            except Refused as refusal:
                cause = self._database.hushed(refusal.__cause__)
                items = diagnose(self, changes)
                if items:
                    raise Conflict(items) from cause
                # Whatever was in the way has gone: the batch fits now.
            except self._database.errors as error:
                raise self._explained(self._database.translate(error, connection)) from error
            else:
                return
        reason = f"other commits got in the way {_MOST_TRIES} times"
        # Or a newer release has made something unique, of which this code cannot know.
        newer = self._schema.newer()
        raise newer or BackendUnavailable(self._database.name, reason)

    def commit_many(self, batches: Sequence[Batch]) -> list[AicmoError | None]:
        grouped_batches = [grouped(batch, self._shelf) for batch in batches]
        verdicts: list[AicmoError | None] = []
        while len(verdicts) < len(batches):
            rest = len(verdicts)
            try:
                connection = self._connections.get()
                tried = self._database.write_many(connection, grouped_batches[rest:])
            except AicmoError as error:
                verdicts.append(error)
                continue
            verdicts += [
                None if error is None else self._verdict(batch, error, connection)
                for batch, error in zip(batches[rest:], tried, strict=False)
            ]
        return verdicts

    def _verdict(self, batch: Batch, error: Exception, connection: Any) -> AicmoError | None:
        """Return what *error* means for a batch that was committed with others."""
        try:
            if isinstance(error, Refused):
                self.commit(batch)  # by itself, to be explained, or to fit meanwhile
                return None
            raise error
        except self._database.errors as refusal:
            found = self._explained(self._database.translate(refusal, connection))
            found.__cause__ = refusal
            return found
        except AicmoError as known:
            return known

    def _explained(self, error: AicmoError) -> AicmoError:
        """
        Return *error*, or what it comes from: tables that newer code changed meanwhile.

        A database is judged when it is opened, and may be migrated while it is open.
        """
        if not isinstance(error, SchemaMismatch):
            return error
        try:
            return self._schema.newer() or error
        except BackendUnavailable:
            return error  # the first error is the one to know

    def close(self) -> None:
        self._database.finish()
        self._connections.close()
