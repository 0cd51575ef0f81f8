"""
Question: how much memory does a worker hold, and a run that is in flight?

    python -m benchmarks.memory_held [--scale 1]

A worker of two threads advances runs of five empty steps that are stored in a SQLite file:
what its process holds (the resident set, as Linux tells it) after 1,000 of them, and after
100,000. Runs in flight are the same with a last step that waits: what Python allocated for
each, apart from what the driver did, while all are at that step.
"""

from __future__ import annotations

import gc
import os
import tempfile
import threading
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from aicmo_core import App, RunState, StepContext, Workflow, open_app, step
from benchmarks.answers import Row, Table
from benchmarks.asking import Effort, ask
from benchmarks.library import plugins
from benchmarks.stores import SQLITE, migrated
from benchmarks.work import MODULE, Order, empty_steps

HELD = (1_000, 10_000, 100_000)
"""After how many runs it is looked what the worker holds."""

PORTION = 500
IN_FLIGHT = 50
THREADS = 2


class Finished:
    """Counts runs as they end: an observer of an application."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._count = 0

    def __call__(self, record: object, entries: object) -> None:
        if getattr(record, "state", None) is RunState.COMPLETED:
            with self._changed:
                self._count += 1
                self._changed.notify()

    def wait_for(self, count: int) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._count >= count)


@contextmanager
def opened(workflow: Workflow[Order]) -> Iterator[App]:
    """Yield an application on a fresh file."""
    with (
        tempfile.TemporaryDirectory() as folder,
        migrated(SQLITE, Path(folder), MODULE) as url,
        open_app(url, modules=[MODULE], workflows=[workflow], plugins=plugins()) as app,
    ):
        yield app


def resident() -> float:
    """Return the megabytes that this process holds."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def held(effort: Effort) -> list[Row]:
    """Return what the worker holds after so many runs."""
    rows: list[Row] = []
    finished = Finished()
    done, first = 0, 0.0
    with opened(empty_steps) as app, app.worker(THREADS):
        app.observe(finished)
        for runs in map(effort.size, HELD):
            while done < runs:
                portion = min(PORTION, runs - done)
                app.start_many(empty_steps, [Order()] * portion)
                done += portion
                finished.wait_for(done)
            now = resident()
            first = first or now
            figures = {"MB held": (now,), "MB more than at first": (now - first,)}
            goals = {"MB more than at first": "≤ 5"} if rows else {}
            rows.append(Row(f"after {runs:,} runs", figures, goals=goals))
    return rows


def in_flight() -> Row:
    """Return what a run takes that has done four steps and is at its fifth."""
    arrived, go_on = threading.Barrier(IN_FLIGHT + 1), threading.Event()

    @step
    def waits(context: StepContext[Order]) -> None:
        arrived.wait()
        go_on.wait()

    steps = (*empty_steps.all_steps[:-1], waits)
    workflow = Workflow("in_flight", version=1, input=Order, steps=steps)
    with opened(workflow) as app, ThreadPoolExecutor(IN_FLIGHT) as pool:
        tracemalloc.start()
        gc.collect()
        before, _ = tracemalloc.get_traced_memory()
        runs = [pool.submit(app.run, workflow, Order()) for _ in range(IN_FLIGHT)]
        arrived.wait()
        gc.collect()
        now, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        go_on.set()
        assert {run.result().state for run in runs} == {RunState.COMPLETED}
    kilobytes = (now - before) / IN_FLIGHT / 1e3
    return Row(f"each of {IN_FLIGHT} runs", {"kB": (kilobytes,)}, goals={"kB": "≤ 50"})


def answer(effort: Effort) -> list[Table]:
    """Look once: what is held is no matter of the machine's moods."""
    return [
        Table("What a run takes that is in flight", (in_flight(),), less_is_better=True),
        Table("What a worker holds", tuple(held(effort)), less_is_better=True),
    ]


if __name__ == "__main__":
    ask("memory_held", __doc__, answer)
