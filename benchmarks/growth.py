"""
Question: what costs more when more is stored?

    python -m benchmarks.growth [--rounds 5] [--seconds 0.6] [--scale 1]

A run of five steps beside nothing and beside 1,000,000 rows; a page of a list of runs;
and the recovery of 1,000 and of 10,000 runs whose process was killed after their first
step. PostgreSQL is measured where AICMO_TEST_POSTGRES names a server.
"""

from __future__ import annotations

import gc
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path

from aicmo_core import App, RunState, open_app
from aicmo_core.app import open_backend
from aicmo_core.runtime.records import RUNS
from aicmo_core.storage import compile_query
from aicmo_core.testing.faulty import Crash, Fault, FaultyBackend
from benchmarks.answers import Row, Table
from benchmarks.asking import Effort, ask
from benchmarks.filling import multiply
from benchmarks.floors.rows import new_id
from benchmarks.library import plugins
from benchmarks.measure import Figures, interleave
from benchmarks.stores import MARIA, databases, migrated
from benchmarks.work import MODULE, Order, five_steps

ROWS_PER_RUN = 30
PAGE = 50
FEW, MANY = 100, 33_333
"""Runs that are stored: enough for pages, and 1,000,000 rows."""

ABANDONED = (1_000, 10_000)
RECOVERIES = 3
"""Rounds at most: one by itself says more of the machine's moment than of the number of runs."""

GOAL = "≤ 1.15"


def opened(url: str) -> App:
    return open_app(url, modules=[MODULE], workflows=[five_steps], plugins=plugins())


def run(app: App) -> None:
    assert app.run(five_steps, Order()).state is RunState.COMPLETED


@contextmanager
def holding(database: str, folder: Path, runs: int) -> Iterator[App]:
    """Yield an application whose store holds so many runs that have completed."""
    with migrated(database, folder, MODULE) as url:
        with opened(url) as app:
            run(app)
        multiply(url, runs - 1)
        with opened(url) as app:
            yield app


def timed(action: Callable[[], object], times: int, unit: str) -> Figures:
    """Return the milliseconds that *action* takes, the mean of so many *times*."""
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(times):
        action()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return {f"ms/{unit}": wall / times * 1e3, f"CPU µs/{unit}": cpu / times * 1e6}


def times_in(action: Callable[[], object], seconds: float) -> int:
    """Return how often *action* can be done in about so many seconds; do it, to warm up."""
    for _ in range(20):
        action()
    began = time.perf_counter()
    for _ in range(20):
        action()
    return max(1, int(seconds * 20 / (time.perf_counter() - began)))


def compared(
    ways: Mapping[str, Callable[[], Figures]], pairs: Mapping[str, str], rounds: int
) -> list[Row]:
    """
    Return the rows of all *ways*, taken in turns.

    Args:
        pairs: By way, the one that it is to cost no more than.
    """
    rows = []
    for name, figures in interleave(ways, rounds).items():
        base = pairs.get(name)
        goals = {base: GOAL} if base else {}
        rows.append(Row(name, figures, against=tuple(goals), goals=goals))
    return rows


def run_rows(database: str, folder: Path, effort: Effort) -> list[Row]:
    """A run, beside another one and beside many."""
    sizes = {f"{database}, {n * ROWS_PER_RUN:,} rows": n for n in (1, effort.size(MANY))}
    with ExitStack() as stack:
        apps = {
            name: stack.enter_context(holding(database, folder, size))
            for name, size in sizes.items()
        }
        ways = {
            name: partial(timed, action, times_in(action, effort.seconds), "run")
            for name, action in ((name, partial(run, app)) for name, app in apps.items())
        }
        little, much = ways
        return compared(ways, {much: little}, effort.rounds)


def pages(app: App, runs: int) -> dict[str, Callable[[], object]]:
    """Return how pages of a list are asked for, by what they show."""
    half = app.runs.list(limit=runs // 2).next
    full = {
        "the newest": partial(app.runs.list, limit=PAGE),
        "from the middle": partial(app.runs.list, limit=PAGE, after=half),
        "of one state": partial(app.runs.list, limit=PAGE, state=RunState.COMPLETED),
        "of one workflow": partial(app.runs.list, limit=PAGE, workflow=five_steps.name),
    }
    for action in full.values():
        assert len(action()) == PAGE
    return {**full, "of a state that none is in": partial(app.runs.list, state=RunState.PARKED)}


def page_rows(database: str, folder: Path, effort: Effort) -> list[Row]:
    """Pages of a list, where there are some runs and where there are many."""
    sizes = (FEW, max(FEW + 1, effort.size(MANY)))
    ways: dict[str, Callable[[], Figures]] = {}
    pairs = {}
    with ExitStack() as stack:
        apps = [stack.enter_context(holding(database, folder, size)) for size in sizes]
        few, many = (pages(app, size) for app, size in zip(apps, sizes, strict=True))
        for what in few:
            little, much = (f"{database}, {what}, of {size:,}" for size in sizes)
            for name, action in ((little, few[what]), (much, many[what])):
                ways[name] = partial(timed, action, times_in(action, effort.seconds / 5), "page")
            pairs[much] = little
        return compared(ways, pairs, effort.rounds)


@contextmanager
def abandoned(database: str, folder: Path, runs: int) -> Iterator[App]:
    """Yield an application whose store holds runs whose process was killed after a step."""
    with migrated(database, folder, MODULE) as url:
        with open_backend(url, plugins()) as backend:
            # After those that make the workflow and the executor known, that of the first step.
            dying = FaultyBackend(backend, {3: Fault.CRASH_AFTER})
            app = open_app(dying, modules=[MODULE], workflows=[five_steps], plugins=plugins())
            app._executor.beat_by_hand(new_id)
            with suppress(Crash):
                app.run(five_steps, Order())
        multiply(url, runs - 1)
        with opened(url) as app:
            yield app


def recover(database: str, folder: Path, runs: int) -> Figures:
    """Return the milliseconds that it takes to finish one of so many abandoned runs."""
    with abandoned(database, folder, runs) as app:
        took = timed(partial(app.recover, now=True), 1, "run")
        completed = compile_query(RUNS, {"state": RunState.COMPLETED})
        assert app.backend.count(RUNS, completed.where) == runs
    return {unit: value / runs for unit, value in took.items()}


def recovery_rows(database: str, folder: Path, effort: Effort) -> list[Row]:
    """Recovery, in few rounds: it takes long."""
    ways = {
        f"{database}, {size:,} runs": partial(recover, database, folder, size)
        for size in map(effort.size, ABANDONED)
    }
    few, many = ways
    return compared(ways, {many: few}, min(effort.rounds, RECOVERIES))


QUESTIONS = {
    "A run of five steps": run_rows,
    f"A page of {PAGE} runs": page_rows,
    "Recovery, for each run that was abandoned": recovery_rows,
}


def answer(effort: Effort) -> list[Table]:
    """Ask everything of SQLite, and of PostgreSQL if it is there."""
    tables = []
    with tempfile.TemporaryDirectory() as folder:
        for title, question in QUESTIONS.items():
            rows = [
                row
                for database in databases(effort)
                if database != MARIA
                for row in question(database, Path(folder), effort)
            ]
            tables.append(Table(title, tuple(rows), less_is_better=True))
    return tables


if __name__ == "__main__":
    ask("growth", __doc__, answer)
