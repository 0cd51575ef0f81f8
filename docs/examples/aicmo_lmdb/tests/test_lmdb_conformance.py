"""LMDB keeps the storage port's promises."""

from pathlib import Path

import pytest
from aicmo_lmdb.plugin import open_lmdb

from aicmo_core.testing import BackendConformance, Level, OpenStore


class TestLmdb(BackendConformance):
    """A folder of its own for each test."""

    level = Level.HARDENED

    @pytest.fixture
    def open_store(self, tmp_path: Path) -> OpenStore:
        return lambda: open_lmdb(f"lmdb:///{tmp_path}/store")
