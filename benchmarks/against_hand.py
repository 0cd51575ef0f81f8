"""
Question: what does the library cost beside the same rows written by hand?

    python -m benchmarks.against_hand [--rounds 5] [--seconds 0.6] [--only NAME]

PostgreSQL is measured where AICMO_TEST_POSTGRES names a server.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from benchmarks.answers import Row, Table
from benchmarks.asking import Effort, ask
from benchmarks.floors import MemoryFloor, PostgresFloor, SqliteFloor
from benchmarks.library import Library
from benchmarks.measure import P99, RATE, Variant, measure
from benchmarks.postgres import postgres_url

ROWS_PER_RUN = 30
"""1 run, 5 parents, 14 children, 5 journal entries, 5 events."""

GOALS: Mapping[int, Mapping[str, Mapping[str, str]]] = {
    1: {
        "memory": {RATE: "≥ 12,000"},
        "SQLite NORMAL": {"SQLite NORMAL by hand": "≥ 0.75"},
        "SQLite FULL": {"SQLite FULL by hand": "≥ 0.85"},
        "PostgreSQL": {"PostgreSQL by hand": "≥ 0.90"},
    },
    8: {
        "SQLite NORMAL": {"SQLite NORMAL by hand": "≥ 0.85", P99: "≤ 15"},
        "SQLite FULL": {"SQLite FULL by hand": "≥ 1.5", P99: "≤ 15"},
        "PostgreSQL": {"PostgreSQL by hand": "≥ 0.85"},
    },
}
"""By the number of threads and the variant."""


def variants(folder: Path) -> dict[str, Variant]:
    """Return what is measured: each store by hand, and by the library."""
    found: dict[str, Variant] = {
        "memory by hand": MemoryFloor(),
        "memory": Library("memory:"),
    }
    for level in ("NORMAL", "FULL"):
        found[f"SQLite {level} by hand"] = SqliteFloor(folder, level)
        url = "sqlite:///{file}?synchronous=" + level
        found[f"SQLite {level}"] = Library(url, folder)
    server = postgres_url()
    if server is not None:
        found["PostgreSQL by hand"] = PostgresFloor(server)
        found["PostgreSQL"] = Library(server)
    return found


def answer(effort: Effort) -> list[Table]:
    """Measure with one thread and with eight."""
    tables = []
    with tempfile.TemporaryDirectory() as folder:
        for threads in (1, 8):
            chosen = {n: v for n, v in variants(Path(folder)).items() if effort.only in n}
            figures = measure(
                chosen,
                rows=ROWS_PER_RUN,
                threads=threads,
                rounds=effort.rounds,
                seconds=effort.seconds,
            )
            rows = tuple(_row(name, v, figures[name], threads) for name, v in chosen.items())
            tables.append(Table(f"{threads} thread{'s' * (threads > 1)}", rows))
    return tables


def _row(
    name: str, variant: Variant, figures: Mapping[str, tuple[float, ...]], threads: int
) -> Row:
    against = () if name.endswith(" by hand") else (f"{name} by hand",)
    return Row(name, figures, variant.durability, against, GOALS[threads].get(name, {}))


if __name__ == "__main__":
    ask("against_hand", __doc__, answer)
