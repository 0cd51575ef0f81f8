"""The library on the same work, through its public face."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from aicmo_core import App, RunState, open_app
from aicmo_core.app import open_backend, schemas
from aicmo_core.hooks import Module
from aicmo_core.runtime.plugins import load_plugins
from aicmo_core.storage import SchemaMismatch
from benchmarks.floors import new_id
from benchmarks.work import MODULE, Order, five_steps

ROWS = (
    "bench_briefs",
    "bench_strategies",
    "bench_pillars",
    "bench_drafts",
    "bench_blocks",
    "bench_results",
    "bench_issues",
    "bench_packages",
    "bench_artifacts",
    "aicmo_runs",
    "aicmo_journal",
    "aicmo_outbox",
)


class Library:
    """`app.run` with everything on: journal, undo, outbox, strict structuring, migrations."""

    def __init__(self, url: str, *, fresh_file_in: Path | None = None) -> None:
        self._template = url
        self._folder = fresh_file_in
        self._app: App | None = None

    def open(self) -> None:
        url = self._template
        if self._folder is not None:
            self._file = self._folder / f"library-{new_id()}.db"
            url = url.format(file=self._file)
        self._url = url
        plugins = load_plugins()
        if url.startswith("postgres"):
            url = self._url = fresh_database(url, MODULE)
        self._app = open_app(url, modules=[MODULE], workflows=[five_steps], plugins=plugins)

    @property
    def app(self) -> App:
        assert self._app is not None
        return self._app

    def one(self) -> None:
        run = self.app.run(five_steps, Order())
        assert run.state is RunState.COMPLETED

    def counts(self) -> int:
        if self._url.startswith("memory"):
            tables = getattr(self.app.backend, "row_counts", None)
            return sum(tables().values()) if tables is not None else -1
        count = "select " + " + ".join(f"(select count(*) from {t})" for t in ROWS)
        url = self._url.partition("?")[0].replace("postgresql:", "postgresql+psycopg:")
        engine = sa.create_engine(url)
        with engine.connect() as connection:
            found = int(connection.execute(sa.text(count)).scalar_one())
        engine.dispose()
        return found

    def close(self) -> None:
        self.app.close()
        self._app = None
        if self._folder is not None:
            for suffix in ("", "-wal", "-shm"):
                Path(f"{self._file}{suffix}").unlink(missing_ok=True)


def fresh_database(server: str, *modules: Module) -> str:
    """Return the URL of the benchmark's own database on *server*, empty but migrated."""
    import psycopg

    url = f"{server.rpartition('/')[0]}/aicmo_bench"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(b"drop database if exists aicmo_bench with (force)")
        connection.execute(b"create database aicmo_bench")
    plugins = load_plugins()
    backend = open_backend(url, plugins)
    try:
        backend.prepare(schemas([*plugins.module_list(), *modules]))
    except SchemaMismatch:
        backend.upgrade()
    backend.close()
    return url
