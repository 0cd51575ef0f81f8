"""
How much a run calls, and how much memory it takes and keeps.

Calls and blocks are counted, nothing is timed: a path that grows by a few calls with every
change is seen here before a benchmark on a shared machine could tell. Each is a limit with
some room, for versions of Python and of libraries differ: whoever gets far below one writes
down the lower number.
"""

from __future__ import annotations

import gc
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from benchmarks.work import MODULE, Order, five_steps

from aicmo_core import App, RunState, open_app
from aicmo_core.runtime.plugins import Plugins, load_plugins
from aicmo_core.testing.databases import fresh_sqlite
from aicmo_core.testing.fixtures import SequentialIds

WARM = 30
"""Runs after which what is built once has been built."""

CALLS = {"memory": 1250, "sqlite": 1520}
"""Calls of Python functions by a run of five steps; CPython 3.11 made 1,138 and 1,382."""

IN_FLIGHT = 50_000
"""Bytes that a run may take at once, its 30 rows included; in memory it keeps these."""

SETTLED = 300
"""Runs after which caches of the interpreter and of libraries have stopped growing."""

MANY = 500
"""So many that one block for each stands out: the caches go up and down by 200."""


@pytest.fixture(params=["memory", "sqlite"])
def kind(request: pytest.FixtureRequest) -> str:
    """Which kind of store."""
    return str(request.param)


def opened(url: str) -> App:
    """Return an application of the benchmarks' module alone, without a heartbeat."""
    everything = load_plugins(allow=[])
    plugins = Plugins(backends=everything.backends)
    app = open_app(url, modules=[MODULE], workflows=[five_steps], plugins=plugins)
    app._executor.beat_by_hand(SequentialIds("by-hand").new)
    return app


@pytest.fixture
def app(kind: str, tmp_path: Path) -> Iterator[App]:
    """An application that has done the work often."""
    with opened("memory:" if kind == "memory" else fresh_sqlite(tmp_path)) as found:
        work(found, WARM)
        yield found


def work(app: App, times: int = 1) -> None:
    """Take the work of the benchmarks through its five steps."""
    for _ in range(times):
        assert app.run(five_steps, Order()).state is RunState.COMPLETED


def calls_of(action: Callable[[], object]) -> int:
    """Return how many Python functions are called, generators' resumptions included."""
    count = 0

    def note(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        action()
    finally:
        sys.setprofile(before)
    return count


def peak_of(action: Callable[[], object]) -> int:
    """Return how many bytes more than before are in use when *action* uses most."""
    tracemalloc.start()
    try:
        action()
        gc.collect()
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        action()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return peak - before


def blocks_left_by(action: Callable[[], object]) -> int:
    """Return how many blocks of memory more are in use after *action*."""
    gc.collect()
    before = sys.getallocatedblocks()
    action()
    gc.collect()
    return sys.getallocatedblocks() - before


def test_calls_of_a_run(app: App, kind: str) -> None:
    """Journal, undo, outbox, checks of values and five steps, in so many calls."""
    assert calls_of(lambda: work(app)) <= CALLS[kind]


def test_run_in_flight_is_small(app: App, kind: str) -> None:
    """A worker may have thousands of them."""
    assert peak_of(lambda: work(app)) <= IN_FLIGHT


def test_run_that_ended_leaves_nothing(tmp_path: Path) -> None:
    """A worker may live for years: less than a block for each run is none."""
    with opened(fresh_sqlite(tmp_path)) as app:
        work(app, SETTLED)

        assert blocks_left_by(lambda: work(app, MANY)) < MANY


def test_what_is_called_and_kept_would_be_seen() -> None:
    """The limits above can be passed."""
    kept: list[bytearray] = []

    def leak() -> None:
        kept.extend(map(bytearray, range(1000, 1000 + MANY)))

    assert calls_of(lambda: leak()) == 2
    assert peak_of(lambda: bytearray(100_000)) >= 100_000
    assert blocks_left_by(leak) >= MANY
