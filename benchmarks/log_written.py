"""
Question: how much does a run write to SQLite's log?

    python -m benchmarks.log_written

A commit of SQLite's is what it appends to its log: whole pages, each with a header. How many
they are depends on the rows, the indexes and the size of a page, and on no machine. There are
as few runs here as the log holds before it is moved into the file.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.against_hand import BY_HAND, PRAGMAS, TUNED, sqlite_url
from benchmarks.answers import Row, Table
from benchmarks.asking import Effort, ask
from benchmarks.floors import SqliteFloor
from benchmarks.library import Library
from benchmarks.measure import Variant

STORE = "SQLite"
KILOBYTES, PAGES = "kB/run", "pages/run"
_FRAME_HEADER = 24
_WARM, _RUNS = 10, 30
"""Together less than what the library moves its log after."""


def answer(effort: Effort) -> list[Table]:
    """Measure runs of five steps by hand, with pages of both sizes, and by the library."""
    with tempfile.TemporaryDirectory() as temporary:
        hand, tuned, library = (_made(Path(temporary), i) for i in range(3))
        found = {
            STORE + BY_HAND: _written(
                SqliteFloor(hand, "NORMAL", pragmas=PRAGMAS[1:]), hand, effort
            ),
            STORE + BY_HAND + TUNED: _written(
                SqliteFloor(tuned, "NORMAL", pragmas=PRAGMAS), tuned, effort
            ),
            STORE: _written(Library(sqlite_url("NORMAL"), library), library, effort),
        }
    floors = tuple(found)[:2]
    rows = [
        Row(name, figures, against=() if name in floors else floors)
        for name, figures in found.items()
    ]
    return [Table("A run of five steps", tuple(rows), less_is_better=True)]


def _made(parent: Path, number: int) -> Path:
    folder = parent / str(number)
    folder.mkdir()
    return folder


def _written(variant: Variant, folder: Path, effort: Effort) -> dict[str, tuple[float, ...]]:
    """Return what a run appends to the log of the one database in *folder*."""
    runs = effort.size(_RUNS)
    variant.open()
    try:
        variant.repeat(_WARM)
        before = _log_size(folder)
        variant.repeat(runs)
        size = _log_size(folder) - before
        frame = _page_size(folder) + _FRAME_HEADER
    finally:
        variant.close()
    return {KILOBYTES: (size / runs / 1000,), PAGES: (size / frame / runs,)}


def _log_size(folder: Path) -> int:
    (log,) = folder.glob("*-wal")
    return log.stat().st_size


def _page_size(folder: Path) -> int:
    (log,) = folder.glob("*-wal")
    return int.from_bytes(log.read_bytes()[8:12], "big")


if __name__ == "__main__":
    ask("log_written", __doc__, answer)
