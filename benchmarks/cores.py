"""
Question: what does it cost threads that their process has more than one core?

    python -m benchmarks.cores [--rounds 5] [--seconds 0.6] [--only NAME]

Eight threads, with every core that the process may use, and kept to one of them. Python runs
one thread at a time: another core can only take over what the first one has warm. Measured
on Linux only, where a process can be kept to a core.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Set
from contextlib import contextmanager, suppress
from pathlib import Path

from benchmarks.against_hand import BY_HAND, FULL, NORMAL, ROWS_PER_RUN, sqlite_url
from benchmarks.answers import Row, Table
from benchmarks.asking import Effort, ask
from benchmarks.floors import MemoryFloor, SqliteFloor
from benchmarks.library import Library
from benchmarks.measure import Took, Variant, measure

THREADS = 8
ONE = ", one core"
_TASKS = Path("/proc/self/task")


def can_choose() -> bool:
    """Return whether the process has more than one core, and can be kept to one."""
    return hasattr(os, "sched_getaffinity") and len(os.sched_getaffinity(0)) > 1


def _keep_to(cores: Set[int]) -> None:
    for task in _TASKS.iterdir():
        with suppress(ProcessLookupError):  # it has ended since
            os.sched_setaffinity(int(task.name), cores)


@contextmanager
def on_one_core() -> Iterator[None]:
    """Keep all threads of the process, and those that they start, to one core."""
    every = os.sched_getaffinity(0)
    _keep_to({min(every)})
    try:
        yield
    finally:
        _keep_to(every)


class OnOneCore(Variant):
    """Another variant, by a process that is kept to one core."""

    def __init__(self, variant: Variant) -> None:
        self._variant = variant
        self.threads = variant.threads

    def open(self) -> None:
        self._variant.open()
        self.durability = self._variant.durability

    def one(self) -> None:
        self._variant.one()

    def counts(self) -> int:
        return self._variant.counts()

    def close(self) -> None:
        self._variant.close()

    def repeat(self, times: int) -> Took:
        with on_one_core():
            return self._variant.repeat(times)


def variants(folder: Path) -> dict[str, Variant]:
    """Return what is measured, with all cores: the stores that are embedded."""
    found: dict[str, Variant] = {
        "memory" + BY_HAND: MemoryFloor(THREADS),
        "memory": Library("memory:", threads=THREADS),
    }
    for name, level in ((NORMAL, "NORMAL"), (FULL, "FULL")):
        found[name + BY_HAND] = SqliteFloor(folder, level, THREADS)
        found[name] = Library(sqlite_url(level), folder, threads=THREADS)
    return found


def answer(effort: Effort) -> list[Table]:
    """Measure each store with all cores and with one, interleaved."""
    if not can_choose():
        return []
    with tempfile.TemporaryDirectory() as folder:
        every = {n: v for n, v in variants(Path(folder)).items() if effort.only in n}
        pairs = {n: {n: v, n + ONE: OnOneCore(v)} for n, v in every.items()}
        ways = {name: way for pair in pairs.values() for name, way in pair.items()}
        found = measure(ways, rows=ROWS_PER_RUN, rounds=effort.rounds, seconds=effort.seconds)
    rows = [
        Row(name, found[name], against=(base,) if name != base else ())
        for base, pair in pairs.items()
        for name in pair
    ]
    return [Table(f"{THREADS} threads", tuple(rows))]


if __name__ == "__main__":
    ask("cores", __doc__, answer)
