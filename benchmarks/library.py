"""The library on the same work, through its public face."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from secrets import token_hex
from typing import Any

import sqlalchemy as sa

from aicmo_core import App, RunState, Workflow, open_app
from aicmo_core.app import open_backend, schemas
from aicmo_core.runtime.plugins import Plugins, load_plugins
from aicmo_core.runtime.records import JOURNAL, OUTBOX, RUNS
from aicmo_core.storage import Backend, Collection, SchemaMismatch, compile_query
from benchmarks.floors.sqlite import sqlite_durability
from benchmarks.measure import Variant
from benchmarks.postgres import drop_database, durability, make_database
from benchmarks.work import COLLECTIONS, MODULE, Order, five_steps

COUNTED: tuple[Collection[Any], ...] = (*COLLECTIONS, RUNS, JOURNAL, OUTBOX)


@cache
def plugins() -> Plugins:
    """Return this distribution's plugins, and no other's that happens to be installed."""
    return load_plugins(allow=())


class Library(Variant):
    """
    `app.run` with everything on: journal, undo, outbox, strict structuring, migrations.

    Args:
        url: `memory:`, `sqlite:///{file}` with options, or of a PostgreSQL server.
        folder: Where SQLite's files go.
    """

    def __init__(
        self,
        url: str,
        folder: Path | None = None,
        workflow: Workflow[Order] = five_steps,
        threads: int = 1,
    ) -> None:
        self.threads = threads
        self._template = url
        self._folder = folder
        self._workflow = workflow
        self._app: App | None = None

    def open(self) -> None:
        self._url = fresh(self._template, self._folder)
        self._app = open_app(
            self._url, modules=[MODULE], workflows=[self._workflow], plugins=plugins()
        )
        self.durability = promised(self._app.backend, self._url)

    @property
    def app(self) -> App:
        assert self._app is not None
        return self._app

    def one(self) -> None:
        run = self.app.run(self._workflow, Order())
        assert run.state is RunState.COMPLETED

    def counts(self) -> int:
        return count(self.app.backend, self._url, COUNTED)

    def close(self) -> None:
        if self._app is not None:
            self._app.close()
            self._app = None
        remove(self._url)


def fresh(template: str, folder: Path | None = None) -> str:
    """Return the URL of an empty database, migrated where that is not done by itself."""
    if template.startswith("sqlite"):
        assert folder is not None
        return template.format(file=folder / f"library-{token_hex(8)}.db")
    if template.startswith("postgres"):
        url = make_database(template)
        with open_backend(url, plugins()) as backend:
            try:
                backend.prepare(schemas([*plugins().module_list(), MODULE]))
            except SchemaMismatch:
                backend.upgrade()
        return url
    return template


def remove(url: str) -> None:
    """Remove what `fresh` made."""
    if url.startswith("sqlite"):
        for suffix in ("", "-wal", "-shm"):
            Path(f"{_file(url)}{suffix}").unlink(missing_ok=True)
    elif url.startswith("postgres"):
        drop_database(url)


def promised(backend: Backend, url: str) -> str:
    """Return what has happened when a commit to *backend*, which is at *url*, returns."""
    if url.startswith("sqlite"):
        # As the backend sets its own connections: no other connection is asked.
        connection: sqlite3.Connection = getattr(backend, "_database").connect()  # noqa: B009
        try:
            ((level,),) = connection.execute("pragma synchronous")
            # Where each commit waits for the disk, SQLite itself moves the log.
            return sqlite_durability(connection, by="by a thread" if level < 2 else "")
        finally:
            connection.close()
    return durability(url) if url.startswith("postgres") else ""


def count(backend: Backend, url: str, collections: Sequence[Collection[Any]]) -> int:
    """Return how many rows are stored, children included: in a database, asked past the library."""
    if url.startswith("memory"):
        rows = [row for c in collections for row in backend.find(c, compile_query(c))]
        return len(rows) + sum(len(children) for row in rows for children in row.children)
    names = [c.name for c in collections]
    names += [child.table for c in collections for child in c.child_tables]
    counted = "select " + " + ".join(f"(select count(*) from {name})" for name in names)
    engine = sa.create_engine(url.partition("?")[0].replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as connection:
        found = int(connection.execute(sa.text(counted)).scalar_one())
    engine.dispose()
    return found


def _file(url: str) -> str:
    return url.partition("?")[0].removeprefix("sqlite:///")
