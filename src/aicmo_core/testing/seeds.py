"""
Many seeds of one simulation; of one that fails, the fewest faults that still make it fail.

```python
def sale(seed, without=()):
    shop = Shop()
    return simulate(shop.open, sell, Sale("a book"), seed=seed, without=without)

def test_sales_survive():
    simulate_seeds(sale, range(300))
```
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Iterable
from typing import Protocol

from attrs import define, field

from aicmo_core.runtime.records import RunState
from aicmo_core.testing.simulation import PromiseBroken, Simulated

SEED = "AICMO_SIMULATE"


class Attempt(Protocol):
    """Simulates once, in a world that is made anew; passes what it is given to `simulate`."""

    def __call__(self, seed: int, without: Collection[int] = ()) -> Simulated:
        """Return what `simulate` does."""


@define
class Tally:
    """
    What many seeds came to.

    Attributes:
        seeds: How many were tried.
        points: At how many points another process might have gone on.
        faults: How often each kind of fault was met.
        states: In how many runs each state was the last.
    """

    seeds: int = 0
    points: int = 0
    faults: Counter[str] = field(factory=Counter)
    states: Counter[RunState] = field(factory=Counter)

    def add(self, one: Simulated) -> None:
        """Count one simulation."""
        self.seeds += 1
        self.points += len(one.schedule)
        self.faults.update(fault.value for fault, _ in one.faults.values())
        self.states.update(one.states)

    def __str__(self) -> str:
        ends = ", ".join(f"{n} {state.value}" for state, n in self.states.most_common())
        return (
            f"{self.seeds} seeds, {self.points:,} points, {self.faults.total():,} faults of "
            f"{len(self.faults)} kinds; {ends}"
        )


def simulate_seeds(attempt: Attempt, seeds: Iterable[int]) -> Tally:
    """
    Simulate once with each seed; with that of `AICMO_SIMULATE` alone, if it is set.

    Raises:
        PromiseBroken: A seed breaks promises. The faults that are not needed for it are
            left out.
        ValueError: `AICMO_SIMULATE` is not a number.
    """
    tally = Tally()
    for seed in _chosen(seeds):
        try:
            tally.add(attempt(seed))
        except PromiseBroken as broken:
            raise shrink(attempt, broken) from None
    return tally


def _chosen(seeds: Iterable[int]) -> Iterable[int]:
    chosen = os.environ.get(SEED)
    if chosen is None:
        return seeds
    if not chosen.isdecimal():
        raise ValueError(f"{SEED} is {chosen!r}; expected the number of a seed, such as 4711")
    return [int(chosen)]


def shrink(attempt: Attempt, broken: PromiseBroken) -> PromiseBroken:
    """Return the failure without the faults that it does not need: each that is left, it does."""
    while (smaller := _smaller(attempt, broken)) is not None:
        broken = smaller
    return broken


def _smaller(attempt: Attempt, broken: PromiseBroken) -> PromiseBroken | None:
    """Return the failure with one more fault left out; None if it needs each of them."""
    for number in sorted(broken.faults, reverse=True):
        try:
            attempt(broken.seed, broken.without | {number})
        except PromiseBroken as still:
            return still
    return None
