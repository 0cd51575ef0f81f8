"""
DBOS Transact: a workflow of five transactions of its datasource.

A transaction commits its rows, an event and DBOS's record of the step together; DBOS moves
the record to its own database afterwards. Called with `apart`, the steps are DBOS's plain
ones, with transactions of their own: what they wrote may be written again. SQLite is set to
the library's durability; DBOS's own default is a rollback journal.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import sqlalchemy as sa

from benchmarks.floors.rows import step_rows
from benchmarks.floors.tables import count_sql
from benchmarks.measure import Variant
from benchmarks.peers.serving import serve
from benchmarks.peers.store import MODULE_TABLES, Store, insert
from benchmarks.work import STEPS

OUTBOX = "aicmo_outbox"
WRITTEN = (*MODULE_TABLES, OUTBOX)


class DbosTransact(Variant):
    def __init__(self, url: str, threads: int, *, apart: bool = False) -> None:
        self.threads = threads
        self._apart = apart
        self._store = Store(url)

    def open(self) -> None:
        dbos = self._dbos = import_module("dbos")
        engines = self._store.engine(), self._store.engine("-system")
        self._app, self._system = engines
        self._store.make(WRITTEN)
        self.durability = self._store.durability
        config = {
            "name": "benchmark",
            "system_database_url": self._store.sqlalchemy_url("-system"),
            "system_database_engine": self._system,
            "log_level": "ERROR",
        }
        dbos.DBOS(config=config)
        url = self._store.sqlalchemy_url()
        self._source = dbos.SQLAlchemyDatasource.create(url, engine=self._app)
        self._steps = [self._step(number) for number in range(len(STEPS))]
        self._workflow = dbos.DBOS.workflow(name="five_steps")(self._five_steps())
        dbos.DBOS.launch()

    def _step(self, number: int) -> Any:
        name = f"step_{number}"

        def write(session: Any, run: str, made: list[Any]) -> Any:
            for table, rows in step_rows(number, run, made):
                if table in WRITTEN:
                    session.execute(*insert(table, rows))
            return made[-1]

        def together(run: str, made: list[Any]) -> Any:
            return write(self._source.sql_session(), run, made)

        def apart(run: str, made: list[Any]) -> Any:
            with self._app.begin() as connection:
                return write(connection, run, made)

        if self._apart:
            return self._dbos.DBOS.step(name=name)(apart)
        return self._source.transaction(name=name)(together)

    def _five_steps(self) -> Any:
        def five_steps() -> str:
            run, made = self._dbos.DBOS.workflow_id, list[Any]()
            for step in self._steps:
                step(run, made)
            return str(made[-1].package_id)

        return five_steps

    def one(self) -> None:
        self._workflow()

    def counts(self) -> int:
        """Its runs and steps count. What it keeps beside them (inputs, outputs) does not."""
        schema = "" if self._store.is_sqlite else "dbos."
        own = [f"{schema}workflow_status", f"{schema}operation_outputs"]
        found = 0
        for engine, names in ((self._app, WRITTEN), (self._system, own)):
            with engine.connect() as connection:
                found += connection.execute(sa.text(count_sql(names))).scalar_one()
        return found

    def close(self) -> None:
        self._dbos.DBOS.destroy()
        self._app.dispose()
        self._system.dispose()


if __name__ == "__main__":
    *words, url, threads = sys.argv[1:]
    serve("dbos", DbosTransact(url, int(threads), apart="apart" in words))
