"""Identifiers: drawn by time and chance, or derived from a key."""

import hashlib
import os
import time
import weakref
from itertools import count

from aicmo_core.kernel.clock import Ids
from aicmo_core.kernel.latch import Latch

_TAIL_BITS = 74
_TAIL_END = 1 << _TAIL_BITS
_LOW_BITS = 62
_LOW_MASK = (1 << _LOW_BITS) - 1
_TIME_MASK = _NODE_MASK = (1 << 48) - 1
_VERSION_8 = 0x8 << 76
_VARIANT = 0x2 << 62
_POOL_BYTES = 4096


def _text(value: int) -> str:
    digits = f"{value:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


class Uuid7Ids(Ids):
    """
    UUIDv7 text (RFC 9562, section 5.7), rising from one id to the next.

    Within a millisecond, or while the clock is behind the last id, the 74 bits after
    the time go up by a random amount (section 6.2, method 2). One object may be used
    by any number of threads; a forked child starts with its own random bits.

    Tables that are clustered by these keys are appended to, not scattered over.
    """

    def __init__(self) -> None:
        self._latch = Latch()
        self._millisecond = 0
        self._text = ""  # of the millisecond and the version, as they stand in an id
        self._tail = 0
        self._pool = b""
        self._used = 0
        if hasattr(os, "register_at_fork"):
            mine = weakref.ref(self)
            os.register_at_fork(after_in_child=lambda: _forget(mine()))

    def new(self) -> str:
        latch = self._latch
        if not latch.lock.acquire(False):
            latch.wait()
        try:
            now = time.time_ns() // 1_000_000
            if now > self._millisecond:
                self._begin(now)
            else:
                self._tail += 1 + int.from_bytes(self._random(4), "big")
                if self._tail >= _TAIL_END:
                    self._begin(self._millisecond + 1)
            begin, tail = self._text, self._tail
        finally:
            latch.lock.release()
        low = tail & _LOW_MASK | _VARIANT
        return f"{begin}{tail >> _LOW_BITS:03x}-{low >> 48:04x}-{low & _NODE_MASK:012x}"

    def _begin(self, millisecond: int) -> None:
        self._millisecond = millisecond
        digits = f"{millisecond & _TIME_MASK:012x}"
        self._text = f"{digits[:8]}-{digits[8:]}-7"
        # The top bit stays clear, so that a busy millisecond has room to count.
        self._tail = int.from_bytes(self._random(10), "big") & ((_TAIL_END >> 1) - 1)

    def _random(self, size: int) -> bytes:
        """Return fresh random bytes; asking the kernel for many at once is cheaper."""
        if self._used + size > len(self._pool):
            self._pool, self._used = os.urandom(_POOL_BYTES), 0
        self._used += size
        return self._pool[self._used - size : self._used]


def _forget(ids: Uuid7Ids | None) -> None:
    """Leave to the parent what a fork copied: its random bytes, and a lock that may be held."""
    if ids is not None:
        ids._latch = Latch()
        ids._pool, ids._used, ids._millisecond = b"", 0, 0


class KeyedIds(Ids):
    """
    The same ids again for the same key, so that work that is repeated finds its own rows.

    The n-th id is UUIDv8 text (RFC 9562, section 5.8) over SHA-256 of the seed and n.

    Args:
        seed: What the work is known by. Different seeds share no id.
    """

    def __init__(self, seed: str) -> None:
        self._seed = hashlib.sha256(seed.encode())
        self._numbers = count()

    def new(self) -> str:
        digest = hashlib.sha256(self._seed.digest() + next(self._numbers).to_bytes(8, "big"))
        value = int.from_bytes(digest.digest()[:16], "big")
        value &= ~(0xF << 76 | 0x3 << 62)
        return _text(value | _VERSION_8 | _VARIANT)
