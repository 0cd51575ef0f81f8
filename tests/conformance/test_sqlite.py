"""SQLite keeps the storage port's promises."""

from pathlib import Path

import pytest

from aicmo_core.backends.sql.plugin import open_sqlite
from aicmo_core.testing import BackendConformance, OpenStore


class TestSqlite(BackendConformance):
    """A file of its own for each test."""

    @pytest.fixture
    def open_store(self, tmp_path: Path) -> OpenStore:
        return lambda: open_sqlite(f"sqlite:///{tmp_path}/kit.db")
