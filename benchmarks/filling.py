"""
Large stores in little time: what is stored is copied within the database, under other ids.

The ids of a run, its documents and its events begin with the digits of the moment. A copy
has its number in their place, wherever they stand: in keys, in references, in the journal.
So copies are older than whatever comes later, as the runs of years are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from aicmo_core.storage import Collection
from benchmarks.library import COUNTED

_DIGITS = 8
_SERIES = {
    "sqlite": "(WITH RECURSIVE s(i) AS (SELECT 1 WHERE {copies} > 0 UNION ALL"
    " SELECT i + 1 FROM s WHERE i < {copies}) SELECT i FROM s)",
    "postgresql": "(SELECT i FROM generate_series(1, {copies}) AS s(i))",
}
_NUMBER = {"sqlite": "printf('%08x', i)", "postgresql": "lpad(to_hex(i), 8, '0')"}
_SETTLE = {
    "sqlite": ("PRAGMA wal_checkpoint(TRUNCATE)",),
    "postgresql": ("VACUUM ANALYZE", "CHECKPOINT"),
}


def multiply(url: str, copies: int, collections: Sequence[Collection[Any]] = COUNTED) -> None:
    """
    Add so many copies of all rows of *collections*, of one run and what it stored.

    Raises:
        ValueError: There is another number of runs.
    """
    engine = sa.create_engine(
        url.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT"
    )
    kind = engine.dialect.name
    with engine.connect() as connection:
        digits = _moments(connection)
        connection.exec_driver_sql("BEGIN")
        for table in _tables(collections):
            columns = sa.inspect(connection).get_columns(table)
            number = _NUMBER[kind]
            chosen = ", ".join(_copied(column, digits, number) for column in columns)
            series = _SERIES[kind].format(copies=copies)
            source = f"{series} AS n, {table} AS t ORDER BY i"
            connection.exec_driver_sql(f"INSERT INTO {table} SELECT {chosen} FROM {source}")
        connection.exec_driver_sql("COMMIT")
        for statement in _SETTLE[kind]:
            connection.exec_driver_sql(statement)
    engine.dispose()


def _tables(collections: Sequence[Collection[Any]]) -> list[str]:
    return [name for c in collections for name in (c.name, *(t.table for t in c.child_tables))]


def _moments(connection: sa.Connection) -> list[str]:
    """Return the first digits of all ids: one text, or more if the run took long enough."""
    runs = connection.exec_driver_sql("SELECT count(*) FROM aicmo_runs").scalar_one()
    if runs != 1:
        raise ValueError(f"expected one run, to be copied, found {runs}")
    columns = {"run_id": "aicmo_runs", '"key"': "aicmo_outbox", "event_id": "aicmo_outbox"}
    union = " UNION ".join(f"SELECT {name} FROM {table}" for name, table in columns.items())
    ids = connection.exec_driver_sql(union).scalars()
    return sorted({one[:_DIGITS] for one in ids})


def _copied(column: Any, digits: Sequence[str], number: str) -> str:
    copied = f't."{column["name"]}"'
    if isinstance(column["type"], sa.String):
        for one in digits:
            copied = f"replace({copied}, '{one}-', {number} || '-')"
    return copied
