"""What is stored: rows by place, and the one operation that changes them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from aicmo_core.backends.memory.table import Table
from aicmo_core.kernel.latch import Latch
from aicmo_core.storage import (
    Batch,
    Collection,
    Conflict,
    ConflictItem,
    ConflictKind,
    DeclarationError,
    Insert,
    Key,
    Remove,
    Replace,
    Row,
    Token,
)


class Memory:
    """
    The rows of all collections, and which row holds which unique value.

    A batch becomes true in a single call of `dict.update`, which no other thread and
    no signal can divide: a reader without the latch sees all of a batch or nothing.

    Attributes:
        rows: By (collection's name, key) the row; by a claim's place the key of the
            row that holds the unique value. None stands for nothing, and is swept.
        latch: Held by whoever writes, or reads through an index.
    """

    def __init__(self) -> None:
        self.rows: dict[Any, Any] = {}
        self.tables: dict[str, Table] = {}
        self.latch = Latch()
        self._last = datetime.min.replace(tzinfo=UTC)

    def declare(self, collections: Iterable[Collection[Any]]) -> None:
        """
        Make the collections known.

        Raises:
            DeclarationError: Two have one name, or one cannot be stored.
        """
        with self.latch:
            for collection in collections:
                known = self.tables.get(collection.name)
                if known is None:
                    self.tables[collection.name] = Table(collection)
                elif known.collection is not collection:
                    raise DeclarationError(collection.name, "two collections have this name")

    def table(self, collection: Collection[Any]) -> Table:
        try:
            return self.tables[collection.name]
        except KeyError:
            raise _undeclared(collection) from None

    def now(self) -> datetime:
        with self.latch:
            self._last = max(self._last, datetime.now(UTC))
            return self._last

    def apply(self, changes: Batch) -> None:
        """Make all changes true, or raise; see `Backend.commit`. The caller holds the latch."""
        rows, tables = self.rows, self.tables
        row: Row | None
        staged: dict[Any, Any] = {}
        gone: list[Any] = []
        written: list[tuple[int, Table, Row]] = []
        refused: dict[int, ConflictItem] = {}
        change: Any
        for position, change in enumerate(changes):
            collection = change[0]  # by position: named access to a tuple costs twice as much
            name = collection.name
            table = tables.get(name)
            if table is None:
                raise _undeclared(collection)
            kind = change.__class__
            if kind is Insert or kind is Replace:
                row = change[1]
                key: Key = row[0]
            else:
                row, key = None, change[1]
            place = (name, key)
            if place in staged:
                raise ValueError(f"the batch names {name}{key!r} twice")
            stored: Row | None = rows.get(place)
            if kind is Insert:
                if stored is not None:
                    refused[position] = _refusal(table, key, "key", position, taken=True)
            else:
                expected: Token = change[2]
                if stored is None or stored[1] != expected:
                    refused[position] = _refusal(table, key, "key", position, taken=False)
            if row is not None:
                staged[place] = row
                table.dirty.add(key)
            elif kind is Remove:
                staged[place] = None
                gone.append(place)
                table.dirty.add(key)
            else:
                staged[place] = stored
                continue
            if table.uniques:
                if row is not None:
                    written.append((position, table, row))
                if stored is not None and kind is not Insert:
                    for unique in table.uniques:
                        claim = unique.claim(stored)
                        if claim is not None:
                            staged[claim] = None
                            gone.append(claim)
        if written:
            self._claim(written, staged, refused)
        if refused:
            raise Conflict(tuple(refused[position] for position in sorted(refused)))
        rows.update(staged)
        for place in gone:
            if rows[place] is None:
                del rows[place]

    def _claim(
        self,
        written: list[tuple[int, Table, Row]],
        staged: dict[Any, Any],
        refused: dict[int, ConflictItem],
    ) -> None:
        """
        Claim the unique values of the written rows, in batch order.

        Every other change is taken to fit, so that what is reported does not depend
        on the order in which a store happens to look.
        """
        for position, table, row in written:
            for unique in table.uniques:
                claim = unique.claim(row)
                if claim is None:
                    continue
                holder = staged[claim] if claim in staged else self.rows.get(claim)
                if holder is None:
                    staged[claim] = row.key
                elif position not in refused:
                    refused[position] = _refusal(
                        table, row.key, unique.constraint, position, taken=True
                    )


def _refusal(
    table: Table, key: Key, constraint: str, position: int, *, taken: bool
) -> ConflictItem:
    kind = ConflictKind.UNIQUE if taken else ConflictKind.STALE
    if table.fence:
        kind = ConflictKind.FENCE
    return ConflictItem(kind, table.collection.name, key, constraint, position)


def _undeclared(collection: Collection[Any]) -> DeclarationError:
    return DeclarationError(collection.name, "it was not handed to prepare before it was used")
