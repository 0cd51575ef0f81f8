"""Every test of a migration runs on every database that migrations are for."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest
import sqlalchemy as sa

from aicmo_core.backends.sql.address import read_address
from aicmo_core.backends.sql.backend import SqlBackend
from aicmo_core.backends.sql.database import Database
from aicmo_core.backends.sql.mariadb import MariaDb
from aicmo_core.backends.sql.postgres import Postgres
from aicmo_core.backends.sql.sqlite import Sqlite
from aicmo_core.testing.databases import fresh_mariadb, fresh_postgres, fresh_sqlite

KINDS: dict[str, Callable[[sa.URL], Database]] = {
    "sqlite": Sqlite,
    "postgresql": Postgres,
    "mysql": MariaDb,
}

OpenBackend: TypeAlias = Callable[[], SqlBackend]


@pytest.fixture(params=list(KINDS))
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database."""
    if request.param == "sqlite":
        yield fresh_sqlite(tmp_path)
    else:
        server = fresh_postgres if request.param == "postgresql" else fresh_mariadb
        with server() as fresh:
            yield fresh


@pytest.fixture
def database(url: str) -> Database:
    address = read_address(url)
    return KINDS[address.get_backend_name()](address)


@pytest.fixture
def open_backend(database: Database) -> Iterator[OpenBackend]:
    """Open a backend on the database; all are closed at the end."""
    opened: list[SqlBackend] = []

    def another() -> SqlBackend:
        opened.append(SqlBackend(database))
        return opened[-1]

    yield another
    for backend in opened:
        backend.close()
