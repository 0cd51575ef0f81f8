"""The floor in memory."""

from __future__ import annotations

from typing import Any

from benchmarks.floors.rows import LAST, new_id, run_row, steps
from benchmarks.floors.tables import TABLES
from benchmarks.measure import Variant


class MemoryFloor(Variant):
    """Dicts by key: no copies, no locks, no constraints."""

    def __init__(self, threads: int = 1) -> None:
        self.threads = threads

    def open(self) -> None:
        self._tables: dict[str, dict[Any, Any]] = {name: {} for name in TABLES}

    def one(self) -> None:
        tables, run = self._tables, new_id()
        for number, written in steps(run):
            for table, rows in written:
                width = _WIDTHS[table]
                tables[table].update({row[:width]: row for row in rows})
            if number == 0:
                tables["aicmo_runs"][(run,)] = run_row(run, run)
            elif number == LAST:
                tables["aicmo_runs"][(run,)] = run_row(run, run, "completed")

    def counts(self) -> int:
        return sum(len(rows) for rows in self._tables.values())

    def close(self) -> None:
        self._tables.clear()


_WIDTHS = {name: len(table.key) for name, table in TABLES.items()}
