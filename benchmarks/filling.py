"""
Large stores in little time: what is stored is copied within the database, under other ids.

The ids of a run, its documents and its events begin with the same digits, those of the
moment. A copy has its number in their place, wherever they stand: in keys, in references,
in the journal. So copies are older than whatever comes later, as the runs of years are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from aicmo_core.storage import Collection
from benchmarks.library import COUNTED

_DIGITS = 8
_SERIES = {
    "sqlite": "(WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < {copies})"
    " SELECT i FROM s)",
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
        IntegrityError: There is more than one run, or the moment changed its digits
            while it ran, as it does once a minute.
    """
    engine = sa.create_engine(
        url.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT"
    )
    kind = engine.dialect.name
    with engine.connect() as connection:
        run_id = connection.exec_driver_sql("SELECT min(run_id) FROM aicmo_runs").scalar_one()
        connection.exec_driver_sql("BEGIN")
        for table in _tables(collections):
            columns = sa.inspect(connection).get_columns(table)
            number = _NUMBER[kind]
            chosen = ", ".join(_copied(column, run_id[:_DIGITS], number) for column in columns)
            series = _SERIES[kind].format(copies=copies)
            source = f"{series} AS n, {table} AS t ORDER BY i"
            connection.exec_driver_sql(f"INSERT INTO {table} SELECT {chosen} FROM {source}")
        connection.exec_driver_sql("COMMIT")
        for statement in _SETTLE[kind]:
            connection.exec_driver_sql(statement)
    engine.dispose()


def _tables(collections: Sequence[Collection[Any]]) -> list[str]:
    return [name for c in collections for name in (c.name, *(t.table for t in c.child_tables))]


def _copied(column: Any, digits: str, number: str) -> str:
    name = f't."{column["name"]}"'
    is_text = isinstance(column["type"], sa.String)
    return f"replace({name}, '{digits}-', {number} || '-')" if is_text else name
