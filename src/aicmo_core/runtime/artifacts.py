"""The part of an artifact store that belongs to one run."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from aicmo_core.hooks import Artifact, Artifacts, ArtifactStore, ArtifactUnavailable

_log = logging.getLogger("aicmo_core.artifacts")


class RunArtifacts(Artifacts):
    """
    Writes under the run's own prefix, and remembers what this attempt wrote.

    Args:
        before: Called before each file is written; it may refuse by raising.
    """

    def __init__(
        self, store: ArtifactStore, prefix: str, before: Callable[[], None] = lambda: None
    ) -> None:
        self._store = store
        self._prefix = prefix
        self._before = before
        self.written: list[str] = []

    def put(self, name: str, data: bytes) -> Artifact:
        path = f"{self._prefix}/{name}"
        self._before()
        self.written.append(path)
        return self._store.put(path, data)

    def get(self, path: str) -> bytes:
        return self._store.get(path)

    def remove_written(self, before: Callable[[], None] = lambda: None) -> None:
        """Remove what was written; *before* is called before each file, and may refuse."""
        for path in self.written:
            before()
            try:
                self._store.remove(path)
            except ArtifactUnavailable as error:
                _log.warning("%s is not wanted, and is still there: %s", path, error)


class ArtifactStores:
    """Opens artifact stores by address, each once; a recovered run brings its own address."""

    def __init__(self, opener: Callable[[str], ArtifactStore]) -> None:
        self._opener = opener
        self._lock = threading.Lock()
        self._opened: dict[str, ArtifactStore] = {}

    def open(self, url: str) -> ArtifactStore:
        with self._lock:
            if url not in self._opened:
                self._opened[url] = self._opener(url)
            return self._opened[url]

    def add(self, store: ArtifactStore) -> None:
        """Use *store* for its own address."""
        with self._lock:
            self._opened[store.url] = store
