"""
Collections in an ordered map of bytes: what a backend on a key-value store is made of.

The author of such a backend brings a transaction as `Pairs` and writes down what
`KeyValueLayout.changes` returns. Encoding, order, indexes, unique fields, conflicts
and changed declarations are the same for all of them, and are here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import merge, nsmallest
from itertools import islice
from typing import Any, TypeAlias

from aicmo_core.storage.backend import ModuleSchema
from aicmo_core.storage.collection import Collection
from aicmo_core.storage.diagnosis import diagnose
from aicmo_core.storage.errors import Conflict, DeclarationError
from aicmo_core.storage.keyspace import Keyspace, Pairs
from aicmo_core.storage.query import Condition, Query, matches, order_key
from aicmo_core.storage.rows import Batch, Change, Insert, Key, Remove, Replace, Row
from aicmo_core.storage.stretches import AFTER, Plan, Stretch, entry_of, plan_query

Writes: TypeAlias = Mapping[bytes, bytes | None]
"""What to put under each key; None to delete it."""


class KeyValueLayout:
    """
    How the rows of declared collections lie in an ordered map.

    Every method works on `Pairs` of the caller's own transaction and writes nothing.

    Args:
        longest_key: How many bytes a key of the store may have, at least 64; None for
            any number. Longer ones are cut and searched with care.
    """

    def __init__(self, longest_key: int | None = None) -> None:
        self._longest = longest_key
        self._spaces: dict[str, Keyspace] = {}

    def declare(self, schemas: Iterable[ModuleSchema]) -> None:
        """
        Make the collections known.

        Raises:
            DeclarationError: Two have one name, or one cannot be stored.
        """
        spaces: dict[str, Keyspace] = {}
        for collection in (c for schema in schemas for c in schema.collections):
            if collection.name in spaces:
                raise DeclarationError(collection.name, "two collections have this name")
            spaces[collection.name] = Keyspace(collection, self._longest)
        self._spaces = spaces

    @property
    def spaces(self) -> Sequence[Keyspace]:
        """The parts of the map, one for each declared collection."""
        return tuple(self._spaces.values())

    # -- reading

    def get(self, pairs: Pairs, collection: Collection[Any], key: Key) -> Row | None:
        """Return the row with this key, or None; see `Backend.get`."""
        return self._space(collection).get(pairs, key)

    def find(self, pairs: Pairs, collection: Collection[Any], query: Query) -> list[Row]:
        """Return the rows that meet the query, in its order; see `Backend.find`."""
        space = self._space(collection)
        plan = plan_query(space.indexes, query)

        def place(row: Row) -> bytes:
            return _place(space, query, row)

        streams = [_stream(pairs, space, plan, s, query) for s in plan.stretches(query)]
        if plan.ordered:
            in_order = streams[0] if len(streams) == 1 else merge(*streams, key=place)
            return list(islice(in_order, query.limit))
        found = (row for stream in streams for row in stream)
        if query.limit is None:
            return sorted(found, key=place)
        return nsmallest(query.limit, found, key=place)

    def count(
        self, pairs: Pairs, collection: Collection[Any], where: Sequence[Condition] = ()
    ) -> int:
        """Return how many rows meet all conditions; see `Backend.count`."""
        space = self._space(collection)
        query = Query(tuple(where))
        plan = plan_query(space.indexes, query)
        if not plan.rest:
            return sum(space.count(pairs, plan.columns, s) for s in plan.stretches(query))
        return sum(1 for s in plan.stretches(query) for _ in _stream(pairs, space, plan, s, query))

    # -- writing

    def changes(self, pairs: Pairs, batch: Batch) -> Writes:
        """
        Return what makes *batch* true; see `Backend.commit`.

        What is read here and what is written then must be one serializable
        transaction, or a lost update and a unique value taken twice are possible.

        Raises:
            Conflict: Some change does not fit. Write nothing.
            ValueError: The batch names one row twice. Write nothing.
        """
        stored = self._stored(pairs, batch)
        if not self._fits(pairs, batch, stored):
            raise Conflict(diagnose(_Reads(self, pairs), batch))
        before: dict[bytes, bytes] = {}
        after: dict[bytes, bytes] = {}
        for change, old in zip(batch, stored, strict=True):
            space = self._space(change.collection)
            if isinstance(change, Replace | Remove) and old is not None:
                before |= space.pairs_of(old)
            if isinstance(change, Insert | Replace):
                after |= space.pairs_of(change.row)
        writes: dict[bytes, bytes | None] = dict.fromkeys(before.keys() - after.keys())
        writes.update((key, value) for key, value in after.items() if before.get(key) != value)
        return writes

    def _stored(self, pairs: Pairs, batch: Batch) -> list[Row | None]:
        """Return the row that each change names, as it is before the batch."""
        named = set()
        rows = []
        for change in batch:
            place = (change.collection.name, change.key)
            if place in named:
                raise ValueError(f"the batch names {place[0]}{list(place[1])!r} more than once")
            named.add(place)
            rows.append(self._space(change.collection).get(pairs, change.key))
        return rows

    def _fits(self, pairs: Pairs, batch: Batch, stored: Sequence[Row | None]) -> bool:
        leaving = {
            (change.collection.name, change.key)
            for change in batch
            if isinstance(change, Replace | Remove)
        }
        taken: set[tuple[str, tuple[str, ...], bytes]] = set()
        for change, old in zip(batch, stored, strict=True):
            if not _is_as_expected(change, old):
                return False
            if not isinstance(change, Insert | Replace):
                continue
            space = self._space(change.collection)
            for group, values in _claims(space, change.row):
                claim = (change.collection.name, group, values)
                if claim in taken:
                    return False
                taken.add(claim)
                holders = space.rows(pairs, _index(space, group), Stretch(values, values + AFTER))
                if any((change.collection.name, row.key) not in leaving for row in holders):
                    return False
        return True

    def _space(self, collection: Collection[Any]) -> Keyspace:
        try:
            return self._spaces[collection.name]
        except KeyError:
            reason = "it was not handed to prepare before it was used"
            raise DeclarationError(collection.name, reason) from None


class _Reads:
    """A layout and the transaction that it reads in."""

    def __init__(self, layout: KeyValueLayout, pairs: Pairs) -> None:
        self._layout = layout
        self._pairs = pairs

    def get(self, collection: Collection[Any], key: Key) -> Row | None:
        return self._layout.get(self._pairs, collection, key)

    def find(self, collection: Collection[Any], query: Query) -> list[Row]:
        return self._layout.find(self._pairs, collection, query)


def _place(space: Keyspace, query: Query, row: Row) -> bytes:
    return order_key(query.order_by, [space.value(row, o.column) for o in query.order_by])


def _stream(
    pairs: Pairs, space: Keyspace, plan: Plan, stretch: Stretch, query: Query
) -> Iterator[Row]:
    """Yield the rows of one stretch that meet the query, in the order of the index."""
    after = None if query.after is None else order_key(query.order_by, query.after)
    for row in space.rows(pairs, plan.columns, stretch, plan.descending):
        if plan.rest and not matches(plan.rest, space.values(row)):
            continue
        if after is None or _place(space, query, row) > after:
            yield row


def _is_as_expected(change: Change, stored: Row | None) -> bool:
    if isinstance(change, Insert):
        return stored is None
    return stored is not None and stored.token == change.expected


def _claims(space: Keyspace, row: Row) -> Iterator[tuple[tuple[str, ...], bytes]]:
    """Yield the unique groups in which the row has a place, and the place: None equals nothing."""
    for group in space.collection.unique:
        values = [space.value(row, name) for name in group]
        if None not in values:
            yield group, entry_of(values)


def _index(space: Keyspace, group: tuple[str, ...]) -> tuple[str, ...]:
    """Return the columns of the index that begins with *group*."""
    return next(columns for columns in space.indexes if columns[: len(group)] == group)
