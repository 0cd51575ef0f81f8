"""PostgreSQL keeps the storage port's promises."""

from collections.abc import Iterator

import pytest

from aicmo_core.backends.sql.plugin import open_postgres
from aicmo_core.testing import BackendConformance, OpenStore
from aicmo_core.testing.databases import fresh_postgres


class TestPostgres(BackendConformance):
    """A database of its own for each test."""

    @pytest.fixture
    def open_store(self) -> Iterator[OpenStore]:
        with fresh_postgres() as url:
            yield lambda: open_postgres(url)
