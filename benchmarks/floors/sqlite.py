"""The floor on SQLite."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path

from benchmarks.floors.rows import LAST, Rows, new_id, now, run_row, steps
from benchmarks.floors.tables import TABLES, count_sql, ddl
from benchmarks.measure import Variant


def sqlite_durability(connection: sqlite3.Connection, by: str = "") -> str:
    """
    Return how *connection* waits for the disk, and when it moves its log to the file.

    Args:
        by: Who does that before, so that commits find the log short.
    """
    settings = ("journal_mode", "synchronous", "wal_autocheckpoint", "page_size")
    mode, level, pages, size = (connection.execute(f"pragma {s}").fetchone()[0] for s in settings)
    waits = ("OFF", "NORMAL", "FULL", "EXTRA")[level]
    sooner = f"{by}, or " if by else ""
    checkpoint = f"checkpoint {sooner}at {pages:,} pages of {size // 1024} kB"
    return f"{mode.upper()}, synchronous={waits}, {checkpoint}"


class SqliteFloor(Variant):
    """
    sqlite3: one kept connection behind a lock, BEGIN IMMEDIATE to COMMIT for each step.

    Args:
        folder: Where its files go.
        synchronous: `NORMAL` or `FULL`.
        at_once: Whether all steps of a run are one transaction.
        pragmas: Settings other than SQLite's own, to be made before there are tables.
    """

    def __init__(
        self,
        folder: Path,
        synchronous: str,
        threads: int = 1,
        at_once: bool = False,
        pragmas: Sequence[str] = (),
    ) -> None:
        self._folder = folder
        self._synchronous = synchronous
        self._at_once = at_once
        self._pragmas = pragmas
        self._lock = threading.Lock()
        self.threads = threads

    def open(self) -> None:
        self._path = self._folder / f"floor-{new_id()}.db"
        self._connection = sqlite3.connect(
            self._path, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        execute = self._connection.execute
        for pragma in self._pragmas:
            execute(f"pragma {pragma}")
        execute("pragma journal_mode=wal")
        execute(f"pragma synchronous={self._synchronous}")
        self.durability = sqlite_durability(self._connection)
        for statement in ddl("sqlite"):
            execute(statement)

    def one(self) -> None:
        run, token = new_id(), new_id()
        if self._at_once:
            rows = [one for _, written in steps(run) for one in written]
            self.commit([*rows, ("aicmo_runs", [run_row(run, token, "completed")])])
            return
        for number, written in steps(run):
            if number == 0:
                written.append(("aicmo_runs", [run_row(run, token)]))
            self.commit(written, (run, token) if number == LAST else None)

    def commit(self, written: Rows, completed: tuple[str, str] | None = None) -> None:
        """Write rows, and that a run has completed, whose id and token are given."""
        execute, executemany = self._connection.execute, self._connection.executemany
        with self._lock:
            execute("begin immediate")
            for table, rows in written:
                if len(rows) == 1:
                    execute(_INSERT[table], rows[0])
                else:
                    executemany(_INSERT[table], rows)
            if completed is not None:
                assert execute(_COMPLETE, (now(), new_id(), *completed)).rowcount == 1
            execute("commit")

    def counts(self) -> int:
        return int(self._connection.execute(count_sql()).fetchone()[0])

    def close(self) -> None:
        self._connection.close()
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self._path}{suffix}").unlink(missing_ok=True)


_INSERT = {
    name: f"insert into {name} values ({', '.join('?' * len(table.columns))})"
    for name, table in TABLES.items()
}
_COMPLETE = (
    "update aicmo_runs set state = 'completed', executor = '', updated_at = ?, _token = ? "
    "where run_id = ? and _token = ?"
)
