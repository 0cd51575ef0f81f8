"""A database of PostgreSQL, the backend on it, and somebody else who uses it."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from aicmo_core.backends.sql.backend import SqlBackend
from aicmo_core.storage import (
    DatabaseUnmigrated,
)
from aicmo_core.testing.databases import fresh_postgres
from aicmo_core.testing.samples import (
    KIT,
)
from unit.backends.sql.postgres.furnishing import (
    opened,
)


@pytest.fixture
def url() -> Iterator[str]:
    with fresh_postgres() as fresh:
        yield fresh


@pytest.fixture
def backend(url: str) -> Iterator[SqlBackend]:
    with opened(url) as backend:
        with pytest.raises(DatabaseUnmigrated):
            backend.prepare([KIT])
        backend.upgrade()
        yield backend


@pytest.fixture
def other(url: str) -> Iterator[psycopg.Connection[Any]]:
    """Somebody else on the same database."""
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection
