"""The built-in artifact stores keep what the port promises."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from aicmo_core.hooks import ArtifactStore
from aicmo_core.providers.folder_artifacts import FolderArtifactStore
from aicmo_core.providers.memory_artifacts import MemoryArtifactStore
from aicmo_core.providers.s3_artifacts import S3ArtifactStore
from aicmo_core.testing.artifacts import ArtifactStoreConformance
from scenarios.s3_server import CREDENTIALS, S3Server


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


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    server = S3Server(tmp_path_factory.mktemp("s3"))
    server.start()
    yield server
    server.stop()


class TestS3ArtifactStore(ArtifactStoreConformance):
    """A folder of a bucket, on a server of the test's own."""

    @pytest.fixture
    def store(self, server: S3Server, monkeypatch: pytest.MonkeyPatch) -> ArtifactStore:
        for name, value in CREDENTIALS.items():
            monkeypatch.setenv(name, value)
        bucket = server.new_bucket()
        return S3ArtifactStore.open(f"s3://{bucket}/agency/out?endpoint={server.endpoint}")

    def reopen(self, url: str) -> ArtifactStore:
        return S3ArtifactStore.open(url)
