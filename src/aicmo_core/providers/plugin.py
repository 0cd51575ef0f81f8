"""The embedded providers, as a plugin like any other."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from aicmo_core.hooks import ArtifactStore, ArtifactStoreProvider, Provides, hookimpl, provides
from aicmo_core.kernel.clock import Clock, Ids


@hookimpl
def aicmo_artifact_stores() -> Sequence[ArtifactStoreProvider]:
    return [
        ArtifactStoreProvider("file", _open_folder),
        ArtifactStoreProvider("memory", _open_memory),
    ]


@hookimpl
def aicmo_providers() -> Sequence[Provides[Any]]:
    return [
        provides(Clock).by_default(lambda _: _clock()),
        provides(Ids).by_default(lambda _: _ids()),
    ]


def _open_folder(url: str) -> ArtifactStore:
    from aicmo_core.providers.folder_artifacts import FolderArtifactStore

    return FolderArtifactStore.open(url)


def _open_memory(url: str) -> ArtifactStore:
    from aicmo_core.providers.memory_artifacts import MemoryArtifactStore

    return MemoryArtifactStore.open(url)


@cache
def _clock() -> Clock:
    from aicmo_core.providers.clock import SystemClock

    return SystemClock()


@cache
def _ids() -> Ids:
    """Return the one source of this process: only a shared one rises across units of work."""
    from aicmo_core.providers.ids import Uuid7Ids

    return Uuid7Ids()
