"""The stores that can be reached here, fresh ones, by the names that tables show."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aicmo_core.app import open_backend, schemas
from aicmo_core.hooks import Module
from aicmo_core.storage import SchemaMismatch
from aicmo_core.testing.databases import MARIADB, fresh_mariadb
from benchmarks.asking import Effort
from benchmarks.floors.rows import new_id
from benchmarks.library import plugins, remove
from benchmarks.postgres import drop_database, make_database, postgres_url

MEMORY, SQLITE, POSTGRES, MARIA = "memory", "SQLite", "PostgreSQL", "MariaDB"


def databases(effort: Effort) -> list[str]:
    """Return the databases that are to be measured: servers where the environment names them."""
    found = [SQLITE]
    found += [POSTGRES] * (postgres_url() is not None)
    found += [MARIA] * (os.environ.get(MARIADB) is not None)
    return [name for name in found if effort.only in name]


@contextmanager
def empty(name: str, folder: Path) -> Iterator[str]:
    """Yield the URL of a store without tables; it is removed afterwards."""
    match name:
        case "SQLite":
            url = f"sqlite:///{folder}/{new_id()}.db"
            try:
                yield url
            finally:
                remove(url)
        case "PostgreSQL":
            server = postgres_url()
            assert server is not None
            url = make_database(server)
            try:
                yield url
            finally:
                drop_database(url)
        case "MariaDB":
            with fresh_mariadb() as url:
                yield url
        case _:
            yield "memory:"


@contextmanager
def migrated(name: str, folder: Path, *modules: Module) -> Iterator[str]:
    """Yield the URL of a store with the tables of *modules* and of this library's own."""
    with empty(name, folder) as url:
        upgrade(url, *modules)
        yield url


def upgrade(url: str, *modules: Module) -> None:
    """Bring the tables up to what *modules* and this library's own declare."""
    with open_backend(url, plugins()) as backend:
        try:
            backend.prepare(schemas([*plugins().module_list(), *modules]))
        except SchemaMismatch:
            backend.upgrade()
