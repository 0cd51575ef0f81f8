"""
Where the rows of a collection and their index entries lie in an ordered map of bytes.

A row lies under its key, once. Each index has one entry for each row, which sorts as
its columns do and leads to the row. A group of unique fields is an index like any
other: whoever holds a value is found at its beginning.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from hashlib import blake2b
from itertools import groupby
from typing import Any

from aicmo_core.kernel.errors import InvalidValue, Problem
from aicmo_core.storage.collection import Collection
from aicmo_core.storage.packing import pack_row, unpack_row
from aicmo_core.storage.rows import Key, Row, Scalar
from aicmo_core.storage.stretches import Stretch, entry_of, index_columns

_MARK = 16


class Pairs(ABC):
    """
    An ordered map from bytes to bytes, as it is at one moment.

    Nothing in it changes while it is used: it is a read transaction, or the
    write transaction that the caller has begun and has written nothing in yet.
    """

    @abstractmethod
    def get(self, key: bytes) -> bytes | None:
        """Return the value under *key*, or None."""

    @abstractmethod
    def scan(
        self, low: bytes, high: bytes, backwards: bool = False
    ) -> Iterator[tuple[bytes, bytes]]:
        """
        Yield the pairs whose keys are not before *low* and are before *high*.

        In the order of their keys, byte by byte, or in its reverse. *low* may be
        after *high*: then there are none. Several scans may be under way at once.
        """


def fitted(key: bytes, longest: int | None) -> bytes:
    """
    Return *key* so that it is no longer than *longest* bytes.

    Different keys stay different: what is cut off is replaced by a digest of 16
    bytes. Keys stay in order unless they agree in their first *longest* - 16 bytes.
    """
    if longest is None or len(key) <= longest:
        return key
    return key[: longest - _MARK] + blake2b(key, digest_size=_MARK).digest()


class Keyspace:
    """
    The part of the map that belongs to one collection.

    Args:
        collection: Whose rows lie there.
        longest: How many bytes a key of the map may have, at least 64; None for any number.
    """

    def __init__(self, collection: Collection[Any], longest: int | None = None) -> None:
        self.collection = collection
        self.indexes = index_columns(collection)
        self._longest = longest
        self._cut = None if longest is None else longest - _MARK
        self._position = {column.name: i for i, column in enumerate(collection.columns)}
        self._spaces = {columns: space_of(collection.name, columns) for columns in self.indexes}
        self._positions = {c: tuple(self._position[n] for n in c) for c in self.indexes}

    # -- places

    def row_key(self, key: Key) -> bytes:
        """Return the place of the row with this key."""
        return fitted(self._spaces[self.collection.key] + entry_of(key), self._longest)

    def pairs_of(self, row: Row) -> dict[bytes, bytes]:
        """Return all that stands for *row* in the map: itself, and its index entries."""
        place = self.row_key(row.key)
        pairs = {place: pack_row(row)}
        for columns in self.indexes:
            if columns != self.collection.key:
                pairs[fitted(self._entry(columns, row), self._longest)] = place
        return pairs

    def _entry(self, columns: tuple[str, ...], row: Row) -> bytes:
        values = row.values
        return self._spaces[columns] + entry_of([values[p] for p in self._positions[columns]])

    # -- values

    def value(self, row: Row, column: str) -> Scalar:
        return row.values[self._position[column]]

    def values(self, row: Row) -> dict[str, Scalar]:
        """Return the row's scalars by column name."""
        return dict(zip(self._position, row.values, strict=True))

    # -- reading

    def get(self, pairs: Pairs, key: Key) -> Row | None:
        """Return the row with this key, or None."""
        data = pairs.get(self.row_key(key))
        return None if data is None else unpack_row(data)

    def rows(
        self, pairs: Pairs, columns: tuple[str, ...], stretch: Stretch, backwards: bool = False
    ) -> Iterator[Row]:
        """Yield the rows of one stretch of an index, in its order or in its reverse."""
        first, last = self._spaces[columns] + stretch.low, self._spaces[columns] + stretch.high
        low, high = self._outer(first, last)
        exact = (low, high) == (first, last)
        is_key = columns == self.collection.key
        for _, run in groupby(pairs.scan(low, high, backwards), key=self._head):
            # Entries that were cut at one place are in no order among themselves.
            rows = [unpack_row(v) if is_key else self._led_to(pairs, v) for _, v in run]
            if len(rows) > 1:
                rows.sort(key=lambda row: self._entry(columns, row), reverse=backwards)
            for row in rows:
                if exact or first <= self._entry(columns, row) < last:
                    yield row

    def count(self, pairs: Pairs, columns: tuple[str, ...], stretch: Stretch) -> int:
        """Return how many rows one stretch of an index has."""
        first, last = self._spaces[columns] + stretch.low, self._spaces[columns] + stretch.high
        if (first, last) == self._outer(first, last):
            return sum(1 for _ in pairs.scan(first, last))
        return sum(1 for _ in self.rows(pairs, columns, stretch))

    def _head(self, pair: tuple[bytes, bytes]) -> bytes:
        return pair[0] if self._cut is None else pair[0][: self._cut]

    def _outer(self, first: bytes, last: bytes) -> tuple[bytes, bytes]:
        """Return bounds, short enough, between which all entries from *first* to *last* lie."""
        cut = self._cut
        if cut is None:
            return first, last
        return first[:cut], last if len(last) <= cut else _next(last[:cut])

    def _led_to(self, pairs: Pairs, place: bytes) -> Row:
        data = pairs.get(place)
        if data is None:
            problem = Problem("$", "an index entry leads to no row")
            raise InvalidValue(f"stored {self.collection.name}", (problem,))
        return unpack_row(data)


def space_of(name: str, columns: tuple[str, ...]) -> bytes:
    """Return the eight bytes with which all keys of one index begin."""
    return b"\x01" + blake2b(f"{name}\0{','.join(columns)}".encode(), digest_size=7).digest()


def _next(prefix: bytes) -> bytes:
    """Return the first key after all that begin with *prefix*."""
    kept = prefix.rstrip(b"\xff")
    return kept[:-1] + bytes([kept[-1] + 1])
