"""A peer's store: SQLAlchemy engines on a file or a server, as durable as the library's."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from benchmarks.floors.sqlite import sqlite_durability
from benchmarks.floors.tables import TABLES, ddl
from benchmarks.postgres import durability

MODULE_TABLES = tuple(name for name in TABLES if name.startswith("bench_"))
"""What the steps themselves store."""


class Store:
    """
    Where a peer stores.

    Args:
        url: `sqlite:////path?synchronous=LEVEL`, or of a PostgreSQL database.
    """

    def __init__(self, url: str) -> None:
        self._plain, _, options = url.partition("?")
        self.is_sqlite = url.startswith("sqlite")
        self.synchronous = options.rpartition("=")[2]

    @property
    def durability(self) -> str:
        if not self.is_sqlite:
            return durability(self._plain)
        engine = self.engine()
        with engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            said = sqlite_durability(driver)
        engine.dispose()
        return said

    @property
    def file(self) -> str:
        return self._plain.removeprefix("sqlite:///")

    def sqlalchemy_url(self, suffix: str = "", driver: str = "psycopg") -> str:
        """Return the URL for SQLAlchemy; *suffix* is of another file beside the first."""
        if self.is_sqlite:
            return f"{self._plain}{suffix}"
        return self._plain.replace("postgresql:", f"postgresql+{driver}:")

    def engine(self, suffix: str = "") -> sa.Engine:
        """Return an engine whose connections write ahead, and wait for the disk as told."""
        engine = sa.create_engine(self.sqlalchemy_url(suffix), pool_size=10)
        if self.is_sqlite:
            sa.event.listen(engine, "connect", self._configure)
        return engine

    def _configure(self, connection: Any, _: Any) -> None:
        connection.isolation_level = None
        connection.execute("pragma journal_mode=wal")
        connection.execute(f"pragma synchronous={self.synchronous}")
        connection.execute("pragma busy_timeout=30000")
        connection.isolation_level = "IMMEDIATE"

    def make(self, names: Sequence[str]) -> None:
        """Make the tables of these names."""
        engine = self.engine()
        with engine.begin() as connection:
            for statement in ddl("sqlite" if self.is_sqlite else "postgres", names):
                connection.execute(sa.text(statement))
        engine.dispose()


def insert(table: str, rows: Sequence[Sequence[Any]]) -> tuple[sa.Insert, list[dict[str, Any]]]:
    """Return what an SQLAlchemy session executes to insert *rows*."""
    columns = TABLES[table].columns
    return _insert(table), [dict(zip(columns, row, strict=True)) for row in rows]


@cache
def _insert(table: str) -> sa.Insert:
    return sa.insert(sa.table(table, *(sa.column(name) for name in TABLES[table].columns)))
