"""
Question: what does the library cost beside the same rows written by hand?

    python -m benchmarks.against_hand [--rounds 5] [--seconds 0.6] [--only NAME]

PostgreSQL is measured where AICMO_TEST_POSTGRES names a server.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.answers import Row, Table
from benchmarks.asking import Effort, ask
from benchmarks.floors import MemoryFloor, PostgresFloor, SqliteFloor
from benchmarks.library import Library
from benchmarks.measure import P99, RATE, Variant, measure
from benchmarks.postgres import postgres_url
from benchmarks.work import all_at_once

ROWS_PER_RUN = 30
"""1 run, 5 parents, 14 children, 5 journal entries, 5 events."""

Goals = Mapping[str, Mapping[str, str]]
"""By the variant; see `Row.goals`."""

BY_HAND = " by hand"
TUNED = ", tuned"
PRAGMAS = ("page_size=2048", "wal_autocheckpoint=8000")
"""What makes SQLite faster for this work, and nothing less durable."""

ADDED = "µs/run added"
NORMAL, FULL = "SQLite NORMAL", "SQLite FULL"
ONE: Goals = {
    "memory": {RATE: "≥ 12,000"},
    NORMAL: {NORMAL + BY_HAND: "≥ 0.75"},
    FULL: {FULL + BY_HAND: "≥ 0.85"},
    "PostgreSQL": {"PostgreSQL" + BY_HAND: "≥ 0.90"},
}
EIGHT: Goals = {
    NORMAL: {NORMAL + BY_HAND: "≥ 0.85", P99: "≤ 15"},
    FULL: {FULL + BY_HAND: "≥ 1.5", P99: "≤ 15"},
    "PostgreSQL": {"PostgreSQL" + BY_HAND: "≥ 0.85"},
}
AT_ONCE: Goals = {NORMAL: {NORMAL + BY_HAND: "≥ 0.75"}}
THREADS: Goals = {"memory, 8 threads": {"memory, 1 thread": "≥ 0.9"}}


def sqlite_url(synchronous: str) -> str:
    """Return the URL of a new file, for `Library`."""
    return "sqlite:///{file}?synchronous=" + synchronous


def stores(folder: Path, threads: int) -> dict[str, Variant]:
    """Return each store that can be reached, by hand and by the library."""
    found: dict[str, Variant] = {
        "memory" + BY_HAND: MemoryFloor(threads),
        "memory": Library("memory:", threads=threads),
    }
    for name, level in ((NORMAL, "NORMAL"), (FULL, "FULL")):
        found[name + BY_HAND] = SqliteFloor(folder, level, threads)
        if threads == 1:
            tuned = SqliteFloor(folder, level, pragmas=PRAGMAS)
            found[name + BY_HAND + TUNED] = tuned
        found[name] = Library(sqlite_url(level), folder, threads=threads)
    server = postgres_url()
    if server is not None:
        found["PostgreSQL" + BY_HAND] = PostgresFloor(server, threads)
        found["PostgreSQL"] = Library(server, threads=threads)
    return found


def answer(effort: Effort) -> list[Table]:
    """Measure with one thread and with eight, and runs of one commit."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        at_once: dict[str, Variant] = {
            NORMAL + BY_HAND: SqliteFloor(folder, "NORMAL", at_once=True),
            NORMAL: Library(sqlite_url("NORMAL"), folder, all_at_once),
        }
        memory: dict[str, Variant] = {
            "memory, 1 thread": Library("memory:"),
            "memory, 8 threads": Library("memory:", threads=8),
        }
        one = _tables("1 thread", stores(folder, 1), ONE, effort)
        others = [
            table
            for title, variants, goals in (
                ("8 threads", stores(folder, 8), EIGHT),
                ("1 thread, one commit a run by `checkpoint=False`", at_once, AT_ONCE),
                ("1 thread beside 8", memory, THREADS),
            )
            for table in _tables(title, variants, goals, effort)
        ]
        return [*one, *others, added(one)]


def added(tables: Sequence[Table]) -> Table:
    """
    Return what the library adds to each run that is written by hand, and what its goal leaves it.

    Args:
        tables: Rows of runs by one thread, with those by hand among them.
    """
    rows = []
    for table in tables:
        for row in table.rows:
            floor = table.row(row.name + BY_HAND)
            if floor is None:
                continue
            hand, whole = _micros(floor), _micros(row)
            figures = {
                ADDED: tuple(w - h for w, h in zip(whole, hand, strict=True)),
                "µs/run by hand": hand,
            }
            bound = row.goals.get(floor.name)
            if bound is not None:
                share = float(bound.removeprefix("≥ "))
                figures["µs/run that the goal leaves"] = tuple(h / share - h for h in hand)
            rows.append(Row(row.name, figures))
    return Table("1 thread, what the library adds to a run", tuple(rows), less_is_better=True)


def _micros(row: Row) -> tuple[float, ...]:
    """Return how long a run took in each round."""
    return tuple(1e6 / rate for rate in row.figures[RATE])


def _tables(
    title: str, variants: Mapping[str, Variant], goals: Goals, effort: Effort
) -> list[Table]:
    """
    Return the tables of the variants that are asked for.

    What is in memory is measured with the others, and shown apart: no plot has room for both.
    """
    chosen = {name: v for name, v in variants.items() if effort.only in name}
    figures = measure(chosen, rows=ROWS_PER_RUN, rounds=effort.rounds, seconds=effort.seconds)
    rows = []
    for name, one in chosen.items():
        own = goals.get(name, {})
        floors = (name + BY_HAND, name + BY_HAND + TUNED)
        against = tuple(base for base in (*floors, *own) if base in variants)
        rows.append(Row(name, figures[name], one.durability, tuple(dict.fromkeys(against)), own))
    parts = {
        place: [r for r in rows if r.name.startswith("memory") == (place == "in memory")]
        for place in ("in memory", "databases")
    }
    return [Table(f"{title}, {place}", tuple(part)) for place, part in parts.items() if part]


if __name__ == "__main__":
    ask("against_hand", __doc__, answer)
