"""The backend that keeps its rows in this process."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from aicmo_core.backends.memory import search
from aicmo_core.backends.memory.memory import Memory
from aicmo_core.storage import (
    Backend,
    Batch,
    Collection,
    Condition,
    Key,
    ModuleSchema,
    Query,
    Row,
    SchemaState,
    SchemaStatus,
)


class MemoryBackend(Backend):
    """
    Rows in a `Memory`, which ends with the process.

    Two objects on one `Memory` are two users of one store, as two processes are of a
    database: that is how a test restarts an application.

    Args:
        memory: Where the rows are; a new and empty one if none is given.
    """

    def __init__(self, memory: Memory | None = None) -> None:
        self.memory = memory or Memory()

    def prepare(self, schemas: Sequence[ModuleSchema]) -> None:
        self.memory.declare(c for schema in schemas for c in schema.collections)

    def schema(self) -> SchemaState:
        return SchemaState(SchemaStatus.CURRENT)

    def upgrade(self) -> Sequence[str]:
        return ()

    def get(self, collection: Collection[Any], key: Key) -> Row | None:
        row: Row | None = self.memory.rows.get((collection.name, key))
        if row is None:
            self.memory.table(collection)
        return row

    def find(self, collection: Collection[Any], query: Query) -> list[Row]:
        table = self.memory.table(collection)
        with self.memory.latch:
            table.refresh(self.memory.rows)
            return search.find(table, self.memory.rows, query)

    def count(self, collection: Collection[Any], where: Sequence[Condition] = ()) -> int:
        table = self.memory.table(collection)
        with self.memory.latch:
            table.refresh(self.memory.rows)
            return search.count(table, self.memory.rows, where)

    def commit(self, changes: Batch) -> None:
        memory = self.memory
        lock = memory.latch.lock
        if not lock.acquire(False):
            memory.latch.wait()
        try:
            memory.apply(changes)
        finally:
            lock.release()

    def now(self) -> datetime:
        return self.memory.now()

    def close(self) -> None:
        """Do nothing: the rows belong to the `Memory`, and a closed object still works."""
