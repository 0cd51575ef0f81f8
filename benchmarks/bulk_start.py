"""
Question: how fast are many runs started, fifty to a commit?

    python -m benchmarks.bulk_start [--rounds 5] [--seconds 0.6]

`app.start_many` writes a row for each run, and a worker advances them later. By hand the
same rows are inserted, fifty to a commit. PostgreSQL is measured where AICMO_TEST_POSTGRES
names a server.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from benchmarks.against_hand import BY_HAND, FULL, NORMAL, sqlite_url
from benchmarks.answers import Row, Table
from benchmarks.asking import Effort, ask
from benchmarks.floors import PostgresFloor, SqliteFloor
from benchmarks.floors.rows import new_id, run_row
from benchmarks.library import Library
from benchmarks.measure import CPU, RATE, Variant, measure
from benchmarks.postgres import postgres_url
from benchmarks.work import Order, five_steps

BATCH = 50
AT_ONCE = 10 * BATCH
"""How many runs one call starts."""

GOALS: Mapping[str, Mapping[str, str]] = {
    NORMAL: {RATE: "≥ 6,000"},
    FULL: {RATE: "≥ 6,000"},
    "PostgreSQL": {RATE: "≥ 1,800"},
}


class BulkLibrary(Library):
    """`app.start_many`, with all that `app.start` promises."""

    each = AT_ONCE

    def one(self) -> None:
        started = self.app.start_many(five_steps, [Order()] * AT_ONCE, batch=BATCH)
        assert len(started.new) == AT_ONCE


class BulkSqlite(SqliteFloor):
    """One `executemany` a commit."""

    each = AT_ONCE

    def one(self) -> None:
        for _ in range(AT_ONCE // BATCH):
            self.commit([("aicmo_runs", _rows())])


class BulkPostgres(PostgresFloor):
    """One statement a commit, which takes a list for each column."""

    each = AT_ONCE

    def one(self) -> None:
        for _ in range(AT_ONCE // BATCH):
            self.commit([("aicmo_runs", _rows())])


def _rows() -> list[tuple[object, ...]]:
    return [run_row(new_id(), new_id()) for _ in range(BATCH)]


def answer(effort: Effort) -> list[Table]:
    """Measure each store by hand, and by the library."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        variants: dict[str, Variant] = {"memory": BulkLibrary("memory:")}
        for name, level in ((NORMAL, "NORMAL"), (FULL, "FULL")):
            variants[name + BY_HAND] = BulkSqlite(folder, level)
            variants[name] = BulkLibrary(sqlite_url(level), folder)
        server = postgres_url()
        if server is not None:
            variants["PostgreSQL" + BY_HAND] = BulkPostgres(server)
            variants["PostgreSQL"] = BulkLibrary(server)
        chosen = {name: v for name, v in variants.items() if effort.only in name}
        found = measure(chosen, rows=1, rounds=effort.rounds, seconds=effort.seconds)
    rows = []
    for name, one in chosen.items():
        figures = {figure: found[name][figure] for figure in (RATE, CPU)}
        against = (name + BY_HAND,) if name + BY_HAND in chosen else ()
        rows.append(Row(name, figures, one.durability, against, GOALS.get(name, {})))
    return [Table(f"{BATCH} runs to a commit", tuple(rows))]


if __name__ == "__main__":
    ask("bulk_start", __doc__, answer)
