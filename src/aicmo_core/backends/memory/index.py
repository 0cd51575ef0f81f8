"""An ordered index: entries as bytes that sort as the rows do."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence

from aicmo_core.storage.rows import Key, Row
from aicmo_core.storage.stretches import entry_of

_BLOCK = 512


class SortedEntries:
    """
    Pairs of (entry, key) in ascending order.

    They lie in blocks, so that a change moves a few hundred of them at most,
    however many there are.
    """

    def __init__(self, pairs: Iterable[tuple[bytes, Key]] = ()) -> None:
        ordered = sorted(pairs)
        self._blocks = [ordered[i : i + _BLOCK] for i in range(0, len(ordered), _BLOCK)] or [[]]
        self._firsts: list[tuple[bytes, Key]] = [block[0] for block in self._blocks if block]

    def _block(self, place: tuple[bytes, Key]) -> int:
        """Return the number of the last block that begins before *place*, or 0."""
        return max(bisect_left(self._firsts, place) - 1, 0)

    def add(self, entry: bytes, key: Key) -> None:
        number = self._block((entry, ()))
        block = self._blocks[number]
        insort(block, (entry, key))
        if len(block) > 2 * _BLOCK:
            self._blocks[number : number + 1] = [block[:_BLOCK], block[_BLOCK:]]
            self._firsts.insert(number + 1, block[_BLOCK])
        self._firsts[number : number + 1] = [self._blocks[number][0]]

    def remove(self, entry: bytes) -> None:
        number, offset = self._locate(entry)
        block = self._blocks[number]
        del block[offset]
        if block:
            self._firsts[number] = block[0]
        elif len(self._blocks) > 1:
            del self._blocks[number], self._firsts[number]
        else:
            self._firsts.clear()

    def _locate(self, bound: bytes) -> tuple[int, int]:
        """Return the block and offset of the first pair that is not before *bound*."""
        number = self._block((bound, ()))
        offset = bisect_left(self._blocks[number], (bound, ()))
        if offset == len(self._blocks[number]) and number + 1 < len(self._blocks):
            return number + 1, 0
        return number, offset

    def between(self, low: bytes, high: bytes, descending: bool) -> Iterator[Key]:
        """Yield the keys of entries from *low* up to, not including, *high*."""
        (first, start), (last, stop) = self._locate(low), self._locate(max(low, high))
        numbers: Sequence[int] = range(first, last + 1)
        for number in reversed(numbers) if descending else numbers:
            block = self._blocks[number]
            part = block[start if number == first else 0 : stop if number == last else len(block)]
            for _, key in reversed(part) if descending else part:
                yield key

    def count(self, low: bytes, high: bytes) -> int:
        """Return how many entries there are from *low* up to, not including, *high*."""
        (first, start), (last, stop) = self._locate(low), self._locate(max(low, high))
        return sum(len(self._blocks[n]) for n in range(first, last)) + stop - start


class Index:
    """
    The rows of one table in the order of some columns, the key's columns last.

    Args:
        columns: The columns' names.
        positions: Where each lies in a row's values.
        rows: What is there to begin with.
    """

    def __init__(
        self, columns: tuple[str, ...], positions: tuple[int, ...], rows: Iterable[Row]
    ) -> None:
        self.columns = columns
        self._positions = positions
        self._entry_by_key = {row.key: self._entry(row) for row in rows}
        self.entries = SortedEntries((entry, key) for key, entry in self._entry_by_key.items())

    def _entry(self, row: Row) -> bytes:
        values = row.values
        return entry_of([values[p] for p in self._positions])

    def set(self, key: Key, row: Row | None) -> None:
        """Note that the row with this key is now *row*, or gone."""
        old = self._entry_by_key.get(key)
        new = None if row is None else self._entry(row)
        if old == new:
            return
        if old is not None:
            del self._entry_by_key[key]
            self.entries.remove(old)
        if new is not None:
            self._entry_by_key[key] = new
            self.entries.add(new, key)
