"""The floor on PostgreSQL."""

from __future__ import annotations

import threading
from functools import cache
from typing import Any

from benchmarks.floors.rows import LAST, Rows, new_id, now, run_row, steps
from benchmarks.floors.tables import NATIVE, TABLES, count_sql, ddl
from benchmarks.measure import Variant
from benchmarks.postgres import drop_database, durability, make_database


class PostgresFloor(Variant):
    """psycopg: a kept connection for each thread, autocommit, a commit in one statement of CTEs."""

    def __init__(self, server: str, threads: int = 1) -> None:
        self._server = server
        self._kept = threading.local()
        self._connections: list[Any] = []
        self.threads = threads

    def open(self) -> None:
        self._url = make_database(self._server)
        self.durability = durability(self._url)
        for statement in ddl("postgres"):
            self._connection().execute(statement.encode())

    def _connection(self) -> Any:
        import psycopg

        kept = getattr(self._kept, "connection", None)
        if kept is None or kept.closed:
            kept = psycopg.connect(self._url, autocommit=True, prepare_threshold=1)
            self._kept.connection = kept
            self._connections.append(kept)
        return kept

    def one(self) -> None:
        run, token = new_id(), new_id()
        for number, written in steps(run):
            if number == 0:
                written.append(("aicmo_runs", [run_row(run, token)]))
            self.commit(written, (run, token) if number == LAST else None)

    def commit(self, written: Rows, completed: tuple[str, str] | None = None) -> None:
        """Write rows, and that a run has completed, whose id and token are given."""
        values = _parameters(written)
        if completed is not None:
            values += (now(), new_id(), *completed)
        shape = tuple((table, len(rows) > 1) for table, rows in written)
        self._connection().execute(_statement(shape, completed is not None), values)

    def counts(self) -> int:
        return int(self._connection().execute(count_sql()).fetchone()[0])

    def close(self) -> None:
        for connection in self._connections:
            connection.close()
        self._connections.clear()
        drop_database(self._url)


def _parameters(written: Rows) -> list[Any]:
    """Return the values that `_statement` asks for: of several rows, a list for each column."""
    values: list[Any] = []
    for _, rows in written:
        values += map(list, zip(*rows, strict=True)) if len(rows) > 1 else rows[0]
    return values


@cache
def _statement(shape: tuple[tuple[str, bool], ...], completes: bool) -> bytes:
    """
    Return the one statement that writes all rows of a commit.

    Args:
        shape: The tables, and whether several rows go into each.
        completes: Whether the run's row is marked as completed, too.
    """
    parts = [_insert(table, several) for table, several in shape]
    if completes:
        parts.append(
            "update aicmo_runs set state = 'completed', executor = '', updated_at = %s, "
            "_token = %s where run_id = %s and _token = %s"
        )
    *ctes, last = parts
    named = ", ".join(f"c{i} as ({part})" for i, part in enumerate(ctes))
    return (f"with {named} {last}" if named else last).encode()


def _insert(table: str, several: bool) -> str:
    kinds = [kind.rstrip("?") for kind in TABLES[table].columns.values()]
    types = [NATIVE["postgres"][kind].partition(" collate")[0] for kind in kinds]
    if several:
        arrays = ", ".join(f"%s::{kind}[]" for kind in types)
        return f"insert into {table} select * from unnest({arrays})"
    return f"insert into {table} values ({', '.join(f'%s::{kind}' for kind in types)})"
