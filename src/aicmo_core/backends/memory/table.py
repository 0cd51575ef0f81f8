"""One collection in memory: its unique constraints, and its indexes, made when first searched."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any

from aicmo_core.backends.memory.index import Index
from aicmo_core.storage import Collection, Key, Row, Scalar, index_columns

_FEW = 1000


class Unique:
    """
    One unique constraint: where its values lie, and under what name they are claimed.

    Attributes:
        constraint: How a conflict names it.
        name: The first part of a claim's place; no collection can be called so.
        values_of: Takes the group's values, or the one value, out of a row's.
    """

    __slots__ = ("_single", "constraint", "name", "values_of")

    def __init__(self, collection: Collection[Any], group: tuple[str, ...]) -> None:
        self.constraint = ",".join(group)
        self.name = (collection.name, self.constraint)
        names = [column.name for column in collection.columns]
        self._single = len(group) == 1
        self.values_of: Callable[[Any], Any] = itemgetter(*map(names.index, group))

    def claim(self, row: Row) -> tuple[Any, Any] | None:
        """Return the place that *row* claims, or None: None equals nothing."""
        values = self.values_of(row.values)
        if values is None if self._single else None in values:
            return None
        return self.name, values


class Table:
    """
    What is known of one collection beside its rows.

    Attributes:
        dirty: Keys that were written since the indexes were last brought up to date.
    """

    def __init__(self, collection: Collection[Any]) -> None:
        self.collection = collection
        self.fence = collection.fence
        self.uniques = tuple(Unique(collection, group) for group in collection.unique)
        self.dirty: set[Key] = set()
        self.indexes: dict[tuple[str, ...], Index] = {}
        self.keys: set[Key] = set()
        self._positions = {column.name: i for i, column in enumerate(collection.columns)}
        self.orders = index_columns(collection)

    def refresh(self, rows: Mapping[Any, Any]) -> None:
        """Bring the indexes up to date with *rows*."""
        if not self.dirty:
            return
        name = self.collection.name
        if len(self.dirty) > len(self.keys) + _FEW:
            self.indexes.clear()  # to make them anew is cheaper than to change most of them
        for key in self.dirty:
            row = rows.get((name, key))
            if row is None:
                self.keys.discard(key)
            else:
                self.keys.add(key)
            for index in self.indexes.values():
                index.set(key, row)
        self.dirty.clear()

    def index(self, columns: tuple[str, ...], rows: Mapping[Any, Any]) -> Index:
        """Return the index over *columns*, one of `orders`; the table is up to date."""
        found = self.indexes.get(columns)
        if found is None:
            name = self.collection.name
            positions = tuple(self._positions[column] for column in columns)
            present = (rows[name, key] for key in self.keys)
            found = self.indexes[columns] = Index(columns, positions, present)
        return found

    def value(self, row: Row, column: str) -> Scalar:
        return row.values[self._positions[column]]

    def values(self, row: Row) -> dict[str, Scalar]:
        """Return the row's scalars by column name."""
        return dict(zip(self._positions, row.values, strict=True))
