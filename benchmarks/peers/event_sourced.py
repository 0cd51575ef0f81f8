"""
eventsourcing: an aggregate for each run, saved after each of its five steps.

The rows of the documents are written in the transaction that records the step's event, by
a recorder of one's own, as its documentation proposes. Its log of events is its outbox: a
run is five rows less.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

import cattrs
import sqlalchemy as sa

from benchmarks.floors.rows import Rows, new_id, step_rows
from benchmarks.floors.tables import TABLES, count_sql
from benchmarks.measure import Variant
from benchmarks.peers.serving import serve
from benchmarks.peers.store import MODULE_TABLES, Store
from benchmarks.work import STEPS

application: Any = import_module("eventsourcing.application")
domain: Any = import_module("eventsourcing.domain")
sqlite: Any = import_module("eventsourcing.sqlite")
postgres: Any = import_module("eventsourcing.postgres")
_converter = cattrs.Converter(unstruct_collection_overrides={tuple: list})


def _statement(table: str, mark: str) -> str:
    return f"insert into {table} values ({', '.join([mark] * len(TABLES[table].columns))})"


class SqliteRecorder(sqlite.SQLiteApplicationRecorder):  # type: ignore[misc]
    """Writes the documents' rows with the events."""

    def _insert_events(self, c: Any, stored_events: Any, **kwargs: Any) -> Any:
        rows: Rows = kwargs.pop("rows")
        for table, several in rows:
            c.executemany(_statement(table, "?"), several)
        return super()._insert_events(c, stored_events, **kwargs)


class PostgresRecorder(postgres.PostgresApplicationRecorder):  # type: ignore[misc]
    """Writes the documents' rows with the events."""

    def _insert_events(self, curs: Any, stored_events: Any, **kwargs: Any) -> None:
        rows: Rows = kwargs.pop("rows")
        for table, several in rows:
            curs.executemany(_statement(table, "%s").encode(), several)
        super()._insert_events(curs, stored_events, **kwargs)


class Run(domain.Aggregate):  # type: ignore[misc]
    """A run, and what its steps made."""

    @domain.event("Started")  # type: ignore[untyped-decorator]
    def __init__(self, run: str) -> None:
        self.run = run
        self.made: list[str] = []

    @domain.event("StepCompleted")  # type: ignore[untyped-decorator]
    def complete(self, number: int, document: dict[str, Any]) -> None:
        self.made.append(str(number))


class EventSourced(Variant):
    def __init__(self, url: str, threads: int) -> None:
        self.threads = threads
        self._store = Store(url)

    def open(self) -> None:
        self._store.make(MODULE_TABLES)
        self.durability = self._store.durability
        self._app = application.Application(env=self._environment())

    def _environment(self) -> dict[str, str]:
        here = "benchmarks.peers.event_sourced"
        if self._store.is_sqlite:
            assert self._store.synchronous == "FULL", "it leaves SQLite's default"
            return {
                "PERSISTENCE_MODULE": "eventsourcing.sqlite",
                "APPLICATION_RECORDER_TOPIC": f"{here}:SqliteRecorder",
                "SQLITE_DBNAME": self._store.file,
                "SQLITE_LOCK_TIMEOUT": "30",
            }
        url = urlsplit(self._store.sqlalchemy_url())
        return {
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "APPLICATION_RECORDER_TOPIC": f"{here}:PostgresRecorder",
            "POSTGRES_DBNAME": url.path.lstrip("/"),
            "POSTGRES_HOST": url.hostname or "",
            "POSTGRES_PORT": str(url.port or 5432),
            "POSTGRES_USER": url.username or "",
            "POSTGRES_PASSWORD": url.password or "none",
        }

    def one(self) -> None:
        aggregate, made = Run(run=new_id()), list[Any]()
        for number in range(len(STEPS)):
            written = step_rows(number, aggregate.run, made)
            aggregate.complete(number, _converter.unstructure(made[-1]))
            own = [one for one in written if one[0] in MODULE_TABLES]
            self._app.save(aggregate, rows=own)

    def counts(self) -> int:
        engine = self._store.engine()
        with engine.connect() as connection:
            counted = count_sql([*MODULE_TABLES, self._app.recorder.events_table_name])
            found = int(connection.execute(sa.text(counted)).scalar_one())
        engine.dispose()
        return found

    def close(self) -> None:
        self._app.close()


if __name__ == "__main__":
    serve("eventsourcing", EventSourced(sys.argv[1], int(sys.argv[2])))
