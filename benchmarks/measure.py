"""Interleaved rounds: A B C, A B C, … so that the machine's moods hit all alike."""

from __future__ import annotations

import gc
import json
import os
import platform
import statistics
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from attrs import frozen


class Variant(Protocol):
    """One way to do the work."""

    def open(self) -> None:
        """Begin with an empty store."""

    def one(self) -> None:
        """Do the work once. Called from several threads where that is measured."""

    def counts(self) -> int:
        """Return how many rows are stored; -1 if that cannot be said."""

    def close(self) -> None:
        """Leave nothing behind."""


@frozen
class Measured:
    """
    What one variant did.

    Attributes:
        rates: Runs per second, a round each.
        cpu_us: Microseconds of this process's CPU per run, the median round's.
    """

    rates: tuple[float, ...]
    cpu_us: float

    @property
    def median(self) -> float:
        return statistics.median(self.rates)


def measure(
    variants: Mapping[str, Variant],
    *,
    rows_per_run: int,
    threads: int = 1,
    rounds: int = 5,
    seconds: float = 0.6,
) -> dict[str, Measured]:
    """
    Measure all variants, interleaved; a round begins with an empty store.

    Raises:
        AssertionError: A variant stored another number of rows than the work has.
    """
    rates: dict[str, list[float]] = {name: [] for name in variants}
    cpus: dict[str, list[float]] = {name: [] for name in variants}
    sizes: dict[str, int] = {}
    for round_number in range(rounds + 1):
        for name, variant in variants.items():
            variant.open()
            try:
                warm = 20 * threads
                _work(variant, warm, threads)
                if round_number == 0:
                    n = 40 * threads
                    wall, _ = _work(variant, n, threads)
                    sizes[name] = max(threads, int(n / wall * seconds) // threads * threads)
                else:
                    n = sizes[name]
                    wall, cpu = _work(variant, n, threads)
                    rates[name].append(n / wall)
                    cpus[name].append(cpu / n * 1e6)
                _check(name, variant, (warm + n) * rows_per_run)
            finally:
                variant.close()
    return {name: Measured(tuple(rates[name]), statistics.median(cpus[name])) for name in variants}


def _check(name: str, variant: Variant, expected: int) -> None:
    found = variant.counts()
    assert found in (-1, expected), f"{name} stored {found} rows, not {expected}"


def _work(variant: Variant, n: int, threads: int) -> tuple[float, float]:
    gc.collect()
    if threads == 1:
        cpu, wall = time.process_time(), time.perf_counter()
        for _ in range(n):
            variant.one()
        return time.perf_counter() - wall, time.process_time() - cpu
    barrier = threading.Barrier(threads + 1)
    errors: list[BaseException] = []

    def body() -> None:
        barrier.wait()
        try:
            for _ in range(n // threads):
                variant.one()
        except BaseException as error:
            errors.append(error)
            raise

    workers = [threading.Thread(target=body) for _ in range(threads)]
    for worker in workers:
        worker.start()
    barrier.wait()
    cpu, wall = time.process_time(), time.perf_counter()
    for worker in workers:
        worker.join()
    if errors:
        raise errors[0]
    return time.perf_counter() - wall, time.process_time() - cpu


def table(measured: Mapping[str, Measured], base: Mapping[str, str]) -> str:
    """
    Return a table in Markdown.

    Args:
        base: Variant to the variant that it is compared with, round by round.
    """
    lines = [
        "| variant | runs/s | lowest | highest | CPU µs/run | ratio to |",
        "|---|---:|---:|---:|---:|---|",
    ]
    for name, one in measured.items():
        ratio = ""
        other = measured.get(base.get(name, ""))
        if other is not None:
            pairs = [a / b for a, b in zip(one.rates, other.rates, strict=True)]
            ratio = f"{statistics.median(pairs):.2f} × {base[name]}"
        lines.append(
            f"| {name} | {one.median:,.0f} | {min(one.rates):,.0f} | {max(one.rates):,.0f} "
            f"| {one.cpu_us:,.0f} | {ratio} |"
        )
    return "\n".join(lines)


def machine() -> str:
    """Return what was measured on, in a line."""
    return (
        f"{platform.python_implementation()} {platform.python_version()}, "
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}"
    )


def save(path: Path, results: Mapping[str, Mapping[str, Measured]]) -> None:
    """Write what was measured as JSON."""
    data: dict[str, Any] = {
        title: {name: {"rates": one.rates, "cpu_us": one.cpu_us} for name, one in group.items()}
        for title, group in results.items()
    }
    path.write_text(json.dumps({"machine": machine(), "results": data}, indent=1) + "\n")
