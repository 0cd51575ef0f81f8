"""
Question: what does a run spend its time on?

    python -m benchmarks.where_time_goes [--rounds 5] [--seconds 0.6]

While runs of five steps are made, one after the other, a timer of the process's CPU time
interrupts it, as often as the kernel's own clock ticks, and it is noted which part of the
library is at work: the innermost frame that belongs to one. A call of a driver counts for
the part that makes it. What the garbage collector takes is timed by itself, and is contained
in the others. PostgreSQL is measured where AICMO_TEST_POSTGRES names a server.
"""

from __future__ import annotations

import gc
import signal
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import FrameType

from benchmarks.against_hand import sqlite_url
from benchmarks.answers import Row, Table
from benchmarks.asking import Effort, ask
from benchmarks.library import Library
from benchmarks.measure import Figures, interleave
from benchmarks.postgres import postgres_url

PARTS: dict[str, tuple[str, ...]] = {
    "the store: its transaction, its driver": ("backends/",),
    "the steps' own work": ("benchmarks/work/",),
    "rows: checked and encoded": ("storage/encoding", "storage/codec", "storage/collection"),
    "JSON of results and events": ("kernel/structuring", "kernel/values", "kernel/limits"),
    "ids, tokens and times": ("providers/ids", "providers/clock", "storage/tokens"),
    "what is next: the journal's fold": ("saga/", "runtime/live"),
    "undo": ("runtime/undo",),
    "events": ("runtime/outbox", "runtime/relay", "runtime/targets", "kernel/event"),
    "unit of work, ports": ("storage/", "runtime/services", "runtime/context", "runtime/surr"),
    "the commit's entries, and its fence": ("runtime/writing", "runtime/comm", "runtime/entries"),
    "the coordinator's loop, and all else": ("aicmo_core/", "benchmarks/"),
}
"""By part, what its files' paths contain. The first that fits is meant."""

TOTAL = "a run"
COLLECTOR = "of which the garbage collector"
CPU = "CPU µs/run"
SHARE = "% of a run"

_EVERY = 0.0005
_WARM = 50


def part_of(frame: FrameType | None) -> str:
    """Return the part that is at work in *frame*, or in the nearest caller that has one."""
    while frame is not None:
        path = frame.f_code.co_filename.replace("\\", "/")
        for part, places in PARTS.items():
            if any(place in path for place in places):
                return part
        frame = frame.f_back
    return next(reversed(PARTS))


@contextmanager
def sampled(found: Counter[str]) -> Iterator[None]:
    """Count into *found*, while the block runs, which part each tick of the CPU's timer meets."""

    def tick(_: int, frame: FrameType | None) -> None:
        found[part_of(frame)] += 1

    before = signal.signal(signal.SIGPROF, tick)
    signal.setitimer(signal.ITIMER_PROF, _EVERY, _EVERY)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


class Collector:
    """Adds up the seconds that the garbage collector takes."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._began = 0.0

    def __call__(self, phase: str, info: Mapping[str, int]) -> None:
        if phase == "start":
            self._began = time.perf_counter()
        else:
            self.seconds += time.perf_counter() - self._began


def spent(library: Library, seconds: float) -> Figures:
    """Return what each part takes of a run, in microseconds of CPU time."""
    found: Counter[str] = Counter()
    collector = Collector()
    library.open()
    try:
        library.repeat(_WARM)
        gc.collect()
        gc.callbacks.append(collector)
        runs, cpu = 0, time.process_time()
        try:
            with sampled(found):
                while not runs or time.process_time() < cpu + seconds:
                    library.one()
                    runs += 1
        finally:
            gc.callbacks.remove(collector)
        cpu = (time.process_time() - cpu) / runs * 1e6
    finally:
        library.close()
    ticks = found.total() or 1
    figures = {part: cpu * found[part] / ticks for part in PARTS}
    return {TOTAL: cpu, **figures, COLLECTOR: collector.seconds / runs * 1e6}


def answer(effort: Effort) -> list[Table]:
    """Measure the stores, interleaved."""
    with tempfile.TemporaryDirectory() as folder:
        stores = {
            "memory": Library("memory:"),
            "SQLite NORMAL": Library(sqlite_url("NORMAL"), Path(folder)),
        }
        server = postgres_url()
        if server is not None:
            stores["PostgreSQL"] = Library(server)
        ways = {
            name: partial(spent, store, effort.seconds)
            for name, store in stores.items()
            if effort.only in name
        }
        found = interleave(ways, effort.rounds)
    return [Table(name, _rows(figures), less_is_better=True) for name, figures in found.items()]


def _rows(figures: Mapping[str, tuple[float, ...]]) -> tuple[Row, ...]:
    total = figures[TOTAL]
    parts = sorted(PARTS, key=lambda part: -statistics.median(figures[part]))
    return tuple(
        Row(name, {CPU: figures[name], SHARE: _shares(figures[name], total)})
        for name in (TOTAL, *parts, COLLECTOR)
    )


def _shares(values: tuple[float, ...], total: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(100 * value / whole for value, whole in zip(values, total, strict=True))


if __name__ == "__main__":
    ask("where_time_goes", __doc__, answer)
