"""
Which changes of a refused batch do not fit, found out by reading.

A store that learns only that a batch was refused, as SQL databases do, calls this
after it has rolled back. It needs nothing but the storage port's reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol, TypeAlias

from aicmo_core.storage.collection import Collection
from aicmo_core.storage.errors import ConflictItem, ConflictKind
from aicmo_core.storage.query import Condition, Op, Query, values_by_column
from aicmo_core.storage.rows import Batch, Change, Insert, Key, Remove, Replace, Row, Scalar

_Place: TypeAlias = tuple[str, tuple[str, ...], tuple[Scalar, ...]]
"""A collection's name, a unique group, and the values that a row has there."""


class Reads(Protocol):
    """The storage port's two reads: a `Backend`, or one transaction of one."""

    def get(self, collection: Collection[Any], key: Key) -> Row | None: ...

    def find(self, collection: Collection[Any], query: Query) -> list[Row]: ...


def diagnose(reads: Reads, changes: Batch) -> tuple[ConflictItem, ...]:
    """
    Return what `Conflict` lists for *changes* by the rows as they are now.

    Nothing, if the batch fits meanwhile: then it may be tried again.
    """
    leaving = {
        (change.collection.name, change.key)
        for change in changes
        if isinstance(change, Replace | Remove)
    }
    taken: set[_Place] = set()
    items: list[ConflictItem] = []
    for position, change in enumerate(changes):
        constraint = _unfit(reads, change) or _collision(reads, change, leaving, taken)
        if isinstance(change, Insert | Replace):
            taken.update(place for place, _ in _places(change.collection, change.row))
        if constraint is not None:
            kind = _kind(change, constraint)
            name = change.collection.name
            items.append(ConflictItem(kind, name, change.key, constraint, position))
    return tuple(items)


def _unfit(reads: Reads, change: Change) -> str | None:
    stored = reads.get(change.collection, change.key)
    if isinstance(change, Insert):
        return None if stored is None else "key"
    return None if stored is not None and stored.token == change.expected else "key"


def _collision(
    reads: Reads, change: Change, leaving: set[tuple[str, Key]], taken: set[_Place]
) -> str | None:
    if not isinstance(change, Insert | Replace):
        return None
    for place, conditions in _places(change.collection, change.row):
        if place in taken:
            return ",".join(place[1])
        found = reads.find(change.collection, Query(conditions))
        if any((change.collection.name, row.key) not in leaving for row in found):
            return ",".join(place[1])
    return None


def _places(
    collection: Collection[Any], row: Row
) -> Iterator[tuple[_Place, tuple[Condition, ...]]]:
    """Return the row's place in each unique group in which it has one: None equals nothing."""
    if not collection.unique:
        return
    by_column = values_by_column(collection, row)
    for group in collection.unique:
        values = tuple(by_column[name] for name in group)
        if None not in values:
            conditions = tuple(
                Condition(name, Op.EQ, value) for name, value in zip(group, values, strict=True)
            )
            yield (collection.name, group, values), conditions


def _kind(change: Change, constraint: str) -> ConflictKind:
    if change.collection.fence:
        return ConflictKind.FENCE
    if constraint != "key" or isinstance(change, Insert):
        return ConflictKind.UNIQUE
    return ConflictKind.STALE
