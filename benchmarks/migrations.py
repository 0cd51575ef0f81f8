"""
Question: how long do migrations take?

    python -m benchmarks.migrations [--rounds 5] [--scale 1]

To open a database that has nothing, where the tables of this library and its modules are
made; to open it again, where there is nothing to do; and to upgrade one in which a table of
1,000,000 rows gets a column, filled from another one, and an index. Alembic has been
imported already. Servers are asked where AICMO_TEST_POSTGRES and AICMO_TEST_MARIADB name
them.
"""

from __future__ import annotations

import tempfile
import time
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from aicmo_core.app import open_backend
from aicmo_core.storage import Backend, ModuleSchema, SchemaMismatch, SchemaStatus
from benchmarks.answers import Row, Table
from benchmarks.asking import Effort, ask
from benchmarks.library import plugins
from benchmarks.measure import Figures, interleave
from benchmarks.stores import databases, empty, upgrade

ROWS = 1_000_000
ROUNDS = 3
"""Of the large table, at most: to fill it takes longer than to upgrade it."""

LEDGER = ModuleSchema("ledger", (), "benchmarks.work.ledger")
_SERIES = {
    "sqlite": "(WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < {rows})"
    " SELECT i FROM s)",
    "postgresql": "(SELECT i FROM generate_series(1, {rows}) AS s(i))",
    "mysql": "(SELECT seq AS i FROM seq_1_to_{rows})",
}
_TEXT = {
    "sqlite": "CAST({} AS TEXT)",
    "postgresql": "CAST({} AS text)",
    "mysql": "CAST({} AS char)",
}


def make_tables(database: str, folder: Path) -> Figures:
    """Make all tables in a database that has none, and open it again."""
    with empty(database, folder) as url:
        began = time.perf_counter()
        upgrade(url)
        made = time.perf_counter()
        upgrade(url)
        return {"s": made - began, "s once it is up to date": time.perf_counter() - made}


def change_table(database: str, folder: Path, rows: int) -> Figures:
    """Upgrade a database with a large table."""
    with empty(database, folder) as url, open_backend(url, plugins()) as backend:
        prepare(backend)
        backend.downgrade("ledger", "ledger_0001")
        fill(url, rows)
        began = time.perf_counter()
        backend.upgrade()
        wall = time.perf_counter() - began
        assert backend.schema().status is SchemaStatus.CURRENT
    return {"s": wall}


def prepare(backend: Backend) -> None:
    """Bring an empty database up to the ledger's last migration."""
    try:
        backend.prepare([LEDGER])
    except SchemaMismatch:
        backend.upgrade()


def fill(url: str, rows: int) -> None:
    """Write so many entries of a thousand clients."""
    engine = sa.create_engine(
        url.replace("postgresql:", "postgresql+psycopg:").replace("mysql:", "mysql+pymysql:")
    )
    kind = engine.dialect.name
    entry, client = (_TEXT[kind].format(of) for of in ("i", "i % 1000"))
    chosen = f"SELECT {entry}, {client}, i FROM {_SERIES[kind].format(rows=rows)} AS n"
    with engine.begin() as connection:
        connection.execute(sa.text(f"INSERT INTO ledger_entries {chosen}"))
    engine.dispose()


def answer(effort: Effort) -> list[Table]:
    """Measure each database, after a round that is not counted, and imports what it takes."""
    rows = effort.size(ROWS)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        making = {name: partial(make_tables, name, folder) for name in databases(effort)}
        changing = {name: partial(change_table, name, folder, rows) for name in databases(effort)}
        for way in making.values():
            way()
        return [
            _table("A database that has no tables", making, effort.rounds),
            _table(f"A table of {rows:,} rows", changing, min(effort.rounds, ROUNDS)),
        ]


def _table(title: str, ways: dict[str, partial[Figures]], rounds: int) -> Table:
    found = interleave(ways, rounds)
    return Table(title, tuple(Row(n, figures) for n, figures in found.items()), less_is_better=True)


if __name__ == "__main__":
    ask("migrations", __doc__, answer)
