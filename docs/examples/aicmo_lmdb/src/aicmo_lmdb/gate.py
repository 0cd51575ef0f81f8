"""Many may use the map at once; who replaces it must be alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Gate:
    """
    A lock that is shared by transactions and exclusive to whoever replaces the map.

    LMDB does not check that no transaction is open while its map is replaced: a
    thread that still read from the old one would crash the process.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._closed = False

    @contextmanager
    def shared(self) -> Iterator[None]:
        """Hold the map as it is."""
        with self._changed:
            while self._closed:
                self._changed.wait()
            self._inside += 1
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1
                if not self._inside:
                    self._changed.notify_all()

    def close(self) -> None:
        """Let nobody in, and return when all have left."""
        with self._changed:
            while self._closed:
                self._changed.wait()
            self._closed = True
            while self._inside:
                self._changed.wait()

    def open(self) -> None:
        """Let them in again."""
        with self._changed:
            self._closed = False
            self._changed.notify_all()

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Be alone. The caller must not be inside."""
        self.close()
        try:
            yield
        finally:
            self.open()
