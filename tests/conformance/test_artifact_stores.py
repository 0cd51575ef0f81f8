"""The built-in artifact stores keep what the port promises."""

from pathlib import Path

import pytest

from aicmo_core.hooks import ArtifactStore
from aicmo_core.providers.folder_artifacts import FolderArtifactStore
from aicmo_core.providers.memory_artifacts import MemoryArtifactStore
from aicmo_core.testing.artifacts import ArtifactStoreConformance


class TestFolderArtifactStore(ArtifactStoreConformance):
    """A folder of files."""

    @pytest.fixture
    def store(self, tmp_path: Path) -> ArtifactStore:
        return FolderArtifactStore(tmp_path / "with space & ünïcode" / "artifacts")

    def reopen(self, url: str) -> ArtifactStore:
        return FolderArtifactStore.open(url)


class TestMemoryArtifactStore(ArtifactStoreConformance):
    """A dictionary."""

    @pytest.fixture
    def store(self) -> ArtifactStore:
        return MemoryArtifactStore()

    def reopen(self, url: str) -> ArtifactStore:
        return MemoryArtifactStore.open(url)
