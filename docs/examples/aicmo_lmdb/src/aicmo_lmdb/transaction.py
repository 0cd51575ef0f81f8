"""One transaction of LMDB, as the storage layout wants to see it."""

from __future__ import annotations

from collections.abc import Iterator

import lmdb

from aicmo_core.storage import Pairs, Writes


class LmdbPairs(Pairs):
    """
    What a transaction sees.

    Attributes:
        is_changed: Whether anything was written in it.
    """

    def __init__(self, transaction: lmdb.Transaction[bytes]) -> None:
        self._transaction = transaction
        self.is_changed = False

    def get(self, key: bytes) -> bytes | None:
        return self._transaction.get(key)

    def scan(
        self, low: bytes, high: bytes, backwards: bool = False
    ) -> Iterator[tuple[bytes, bytes]]:
        cursor = self._transaction.cursor()
        if backwards:
            if not (cursor.prev() if cursor.set_range(high) else cursor.last()):
                return
            for key, value in cursor.iterprev():
                if key < low:
                    return
                yield key, value
        elif cursor.set_range(low):
            for key, value in cursor.iternext():
                if key >= high:
                    return
                yield key, value

    def is_empty(self) -> bool:
        """Return whether there is nothing at all in the store."""
        return not self._transaction.cursor().first()

    def apply(self, writes: Writes) -> None:
        """Write in the order of the keys, which is the order of LMDB's pages."""
        for key in sorted(writes):
            value = writes[key]
            if value is None:
                self._transaction.delete(key)
            else:
                self._transaction.put(key, value)
            self.is_changed = True
