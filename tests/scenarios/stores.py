"""
Stores for scenarios, and an oracle for each that does not go through the library.

For databases the oracle is the driver and SQL; for memory it is the dict of rows.
"""

from __future__ import annotations

import os
import sqlite3
from abc import ABC, abstractmethod
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aicmo_core import ClientToDeliveryInput, structure
from aicmo_core.app import open_backend, schemas
from aicmo_core.backends.memory.backend import MemoryBackend
from aicmo_core.backends.memory.memory import Memory
from aicmo_core.cli.input_file import read_input
from aicmo_core.runtime.plugins import Plugins, load_plugins
from aicmo_core.storage import Backend, SchemaMismatch
from aicmo_core.testing.databases import fresh_sqlite

BACKENDS = os.environ.get("AICMO_BACKENDS", "memory,sqlite,postgres,mariadb").split(",")

KEPT = ("onboarding_intakes",)
"""What a failed run may leave: the client's raw answers."""

TAKEN_BACK = (
    "onboarding_briefs",
    "strategy_documents",
    "tactic_assignments",
    "production_drafts",
    "production_bundles",
    "production_bundle_assets",
    "production_assets",
    "production_rewordings",
    "qc_results",
    "qc_issues",
    "delivery_packages",
    "delivery_artifacts",
    "delivery_jobs",
)
"""Every table, children included, of which a failed run leaves no row."""


class Oracle(ABC):
    """Reads a store without the library."""

    url: str

    @abstractmethod
    def backend(self) -> Backend:
        """Return a new backend object on the store: another process, as it were."""

    @abstractmethod
    def rows(self, table: str) -> list[tuple[Any, ...]]:
        """Return all rows of a table, sorted."""

    def count(self, table: str) -> int:
        return len(self.rows(table))

    def orphans(self) -> dict[str, int]:
        """Return the tables in which there is anything that a failed run must not leave."""
        return {t: n for t in TAKEN_BACK if (n := self.count(t))}

    def everything(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return every row that a run is allowed to write, bit for bit."""
        return {t: self.rows(t) for t in (*KEPT, *TAKEN_BACK)}


class MemoryOracle(Oracle):
    url = "memory:"

    def __init__(self) -> None:
        self.memory = Memory()

    def backend(self) -> Backend:
        return MemoryBackend(self.memory)

    def rows(self, table: str) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = []
        for (name, _), row in list(self.memory.rows.items()):
            if not isinstance(name, str) or not hasattr(row, "values"):
                continue
            if name == table:
                found.append((*row.values, row.token))
            collection = self.memory.tables[name].collection
            for child, elements in zip(collection.child_tables, row.children, strict=True):
                if child.table == table:
                    found += [(*row.key, i, *e) for i, e in enumerate(elements)]
        return sorted(found, key=repr)


class SqliteOracle(Oracle):
    def __init__(self, folder: Path) -> None:
        self.url = fresh_sqlite(folder)
        self.path = self.url.removeprefix("sqlite:///")

    def backend(self) -> Backend:
        return open_backend(self.url, load_plugins())

    def rows(self, table: str) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(self.path)
        try:
            return sorted(connection.execute(f"select * from {table}").fetchall(), key=repr)
        finally:
            connection.close()


class ServerOracle(Oracle):
    """A database of its own on a server, migrated."""

    def __init__(self, url: str, plugins: Plugins) -> None:
        self.url = url
        backend = open_backend(url, plugins)
        try:
            backend.prepare(schemas(plugins.module_list()))
        except SchemaMismatch:
            backend.upgrade()
        backend.close()

    def backend(self) -> Backend:
        return open_backend(self.url, load_plugins())


class PostgresOracle(ServerOracle):
    def rows(self, table: str) -> list[tuple[Any, ...]]:
        import psycopg

        with psycopg.connect(self.url) as connection:
            rows = connection.execute(f"select * from {table}".encode()).fetchall()
        return sorted(rows, key=repr)


class MariaDbOracle(ServerOracle):
    def rows(self, table: str) -> list[tuple[Any, ...]]:
        import pymysql

        parts = urlsplit(self.url)
        connection = pymysql.connect(
            host=parts.hostname or "",
            port=parts.port or 3306,
            user=parts.username,
            password=parts.password or "",
            database=parts.path.lstrip("/"),
        )
        with connection, connection.cursor() as cursor:
            cursor.execute(f"select * from {table}")
            return sorted(cursor.fetchall(), key=repr)


def sample(name: str = "coffee_roastery.json") -> Path:
    """Return the path of a sample brief that the library ships."""
    return Path(str(files("aicmo_core.samples") / name))


def order(name: str = "coffee_roastery.json", **changes: Any) -> ClientToDeliveryInput:
    """Return a sample order, with some of its fields changed."""
    return structure(read_input(str(sample(name))) | changes, ClientToDeliveryInput)


def failing_order(**changes: Any) -> ClientToDeliveryInput:
    """Return an order whose draft cannot pass quality control."""
    return order(acceptance={"required_terms": ["a term that nobody writes"]}, **changes)
