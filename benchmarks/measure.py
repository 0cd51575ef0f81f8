"""Interleaved rounds: A B C, A B C, … so that the machine's moods hit all alike."""

from __future__ import annotations

import gc
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial

from attrs import frozen

Figures = Mapping[str, float]
"""What one round of one variant came to, by name and unit."""

RATE, P99, CPU = "runs/s", "p99 ms", "CPU µs/run"
_ENOUGH = 0.1
"""Seconds after which the first round knows how fast a variant is."""


@frozen
class Took:
    """
    What doing the work some times took, in seconds.

    Attributes:
        cpu: Of the process that did it.
        p99: What 99 of 100 times stayed within.
    """

    times: int
    wall: float
    cpu: float
    p99: float


class Variant(ABC):
    """One way to do the work."""

    durability = ""
    """What has happened when a commit returns. Known once the variant has been opened."""

    threads = 1
    """How many threads share the work."""

    each = 1
    """How many runs `one` does."""

    @abstractmethod
    def open(self) -> None:
        """Begin with an empty store."""

    @abstractmethod
    def one(self) -> None:
        """Do the work once, or *each* times at once. Called from all *threads*."""

    @abstractmethod
    def counts(self) -> int:
        """Return how many rows are stored."""

    @abstractmethod
    def close(self) -> None:
        """Leave nothing behind."""

    def repeat(self, times: int) -> Took:
        """Call `one` so many times, which the threads can share evenly."""
        return repeat(self.one, times, self.threads)


def interleave(
    ways: Mapping[str, Callable[[], Figures]], rounds: int
) -> dict[str, dict[str, tuple[float, ...]]]:
    """
    Take each way once a round, *rounds* times.

    Returns:
        By way and figure, a value for each round, as `Row.figures` wants them.
    """
    taken: dict[str, list[Figures]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            taken[name].append(way())
    return {
        name: {figure: tuple(one[figure] for one in found) for figure in found[0]}
        for name, found in taken.items()
    }


def measure(
    variants: Mapping[str, Variant], *, rows: int | Mapping[str, int], rounds: int, seconds: float
) -> dict[str, dict[str, tuple[float, ...]]]:
    """
    Measure all variants, interleaved; a round begins with an empty store.

    Args:
        rows: How many rows one run stores; by variant, if they differ.
        seconds: About how long a variant is measured in a round.

    Returns:
        By variant, the figures runs/s, p99 ms (of one call of `one`) and CPU µs/run.

    Raises:
        AssertionError: A variant stored another number of rows than its runs have.
    """
    stored = {
        name: (rows if isinstance(rows, int) else rows[name]) * variant.each
        for name, variant in variants.items()
    }
    sizes = {name: _size(name, v, stored[name], seconds) for name, v in variants.items()}

    def take(name: str, variant: Variant) -> Figures:
        warm = _shared(min(20 * variant.threads, sizes[name] // 5), variant)
        variant.open()
        try:
            variant.repeat(warm)
            took = variant.repeat(sizes[name])
            _check(name, variant, (warm + took.times) * stored[name])
        finally:
            variant.close()
        runs = took.times * variant.each
        return {RATE: runs / took.wall, P99: took.p99 * 1e3, CPU: took.cpu / runs * 1e6}

    return interleave({name: partial(take, name, v) for name, v in variants.items()}, rounds)


def _size(name: str, variant: Variant, rows: int, seconds: float) -> int:
    """Return how many times take about *seconds*: a round that is not counted."""
    variant.open()
    try:
        times = done = 4 * variant.threads
        took = variant.repeat(times)
        while took.wall < _ENOUGH:
            times *= 4
            done += times
            took = variant.repeat(times)
        _check(name, variant, done * rows)
    finally:
        variant.close()
    return _shared(int(times / took.wall * seconds), variant)


def _shared(times: int, variant: Variant) -> int:
    """Return about so many times: at least one for each thread, and as many for each."""
    return max(1, times // variant.threads) * variant.threads


def _check(name: str, variant: Variant, expected: int) -> None:
    found = variant.counts()
    assert found == expected, f"{name} stored {found} rows, not {expected}"


def repeat(one: Callable[[], None], times: int, threads: int) -> Took:
    """Call *one* so many times, from so many threads; the clocks run while they do."""
    gc.collect()
    each: list[float] = []
    barrier = threading.Barrier(threads + 1)

    def body() -> None:
        barrier.wait()
        _timed(one, times // threads, each)

    if threads == 1:
        cpu, wall = time.process_time(), time.perf_counter()
        _timed(one, times, each)
    else:
        bodies = [_pool(threads).submit(body) for _ in range(threads)]
        cpu, wall = time.process_time(), time.perf_counter()
        barrier.wait()
        for future in bodies:
            future.result()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return Took(len(each), wall, cpu, sorted(each)[int(0.99 * (len(each) - 1))])


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    """Return threads that outlive a round, so that what they keep is warm when it counts."""
    return ThreadPoolExecutor(threads)


def _timed(one: Callable[[], None], times: int, each: list[float]) -> None:
    clock = time.perf_counter
    before = clock()
    for _ in range(times):
        one()
        now = clock()
        each.append(now - before)
        before = now
