"""An artifact store that lives as long as its process."""

from __future__ import annotations

import secrets
import threading
from hashlib import sha256
from weakref import WeakValueDictionary

from aicmo_core.hooks import Artifact, ArtifactRefused, ArtifactStore
from aicmo_core.kernel.errors import NotFound
from aicmo_core.providers.artifact_path import path_parts

_living: WeakValueDictionary[str, MemoryArtifactStore] = WeakValueDictionary()
_opening = threading.Lock()


class MemoryArtifactStore(ArtifactStore):
    """
    Objects in this process's memory. They are gone when nobody holds the store any more.

    Each has a URL of its own, by which `open` finds the same object again.
    """

    def __init__(self) -> None:
        self._name = secrets.token_hex(8)
        self._objects: dict[str, bytes] = {}
        self._lock = threading.Lock()
        with _opening:
            _living[self._name] = self

    @classmethod
    def open(cls, url: str) -> MemoryArtifactStore:
        """
        Return the store of this URL, or a new and empty one.

        `memory:` is always a new one, and so is the URL of a store that is gone: none
        of its objects is there any more.
        """
        with _opening:
            found = _living.get(url.removeprefix("memory:"))
        return found if found is not None else cls()

    @property
    def url(self) -> str:
        return f"memory:{self._name}"

    def put(self, path: str, data: bytes) -> Artifact:
        parts = path_parts(path)
        above = {"/".join(parts[:n]) for n in range(1, len(parts))}
        with self._lock:
            if above & self._objects.keys() or any(p.startswith(path + "/") for p in self._objects):
                raise ArtifactRefused(
                    f"cannot write {path!r} in {self.url}: a path is an object or a folder of "
                    "objects, never both"
                )
            self._objects[path] = bytes(data)
        return Artifact(path, len(data), sha256(data).hexdigest())

    def get(self, path: str) -> bytes:
        path_parts(path)
        with self._lock:
            data = self._objects.get(path)
        if data is None:
            raise NotFound("artifact", path)
        return data

    def list(self, prefix: str) -> list[str]:
        folder = "/".join(path_parts(prefix)) + "/" if prefix else ""
        with self._lock:
            return sorted(path for path in self._objects if path.startswith(folder))

    def remove(self, prefix: str) -> None:
        path_parts(prefix)
        with self._lock:
            gone = [p for p in self._objects if p == prefix or p.startswith(prefix + "/")]
            for path in gone:
                del self._objects[path]

    def locate(self, path: str) -> str:
        if path:
            path_parts(path)
        return f"{self.url}/{path}"
