"""
The simulator: several coordinators on one store, interleaved and failing as a seed says.

```python
def open_shop(process):
    return open_app(
        process.backend, workflows=[sell], clock=process.clock, ids=process.ids,
        waiter=process.waiter,
    )

def test_a_sale_survives_whatever_comes():
    simulate(open_shop, sell, Sale("a book"), seed=4711)
```

Each coordinator is a process: an application of its own, in a thread of its own, of which
one runs at a time. Errors, lost answers, crashes, pauses and duplicates hit them, and
persons cancel, send signals and repair. Then the faults stop, and every run must come to
rest with nothing lost and nothing doubled.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta
from random import Random
from typing import Any, TypeAlias, TypeVar

from attrs import frozen

from aicmo_core.app import App
from aicmo_core.backends.memory.backend import MemoryBackend
from aicmo_core.backends.memory.memory import Memory
from aicmo_core.runtime.records import RunState
from aicmo_core.saga import Signal, Workflow
from aicmo_core.storage import Backend
from aicmo_core.testing.ill_fate import IllFate, SimulatedFault
from aicmo_core.testing.scheduler import Moment, Scheduler
from aicmo_core.testing.simulated import Process, Shared
from aicmo_core.testing.simulated_lives import Lives, Persons
from aicmo_core.testing.simulated_verdict import Oracle, Ownership, Verdict

In = TypeVar("In")

OpenProcess: TypeAlias = Callable[[Process], App]
"""Opens the application of a process, with its backend, clock, ids and waiter."""

Met: TypeAlias = Mapping[int, tuple[SimulatedFault, str]]
"""The faults that were met, and what they hit, by the number under which one is left out."""

_SHOWN = 60
"""How many of the last points a failure shows."""


@frozen
class Simulated:
    """
    What a simulation tried, and what became of it.

    Attributes:
        faults: What was met.
        schedule: Who did what, in order.
        states: How each run stands, in the order of the inputs.
    """

    seed: int
    faults: Met
    schedule: tuple[Moment, ...]
    states: tuple[RunState, ...]


class PromiseBroken(AssertionError):
    """
    A simulation broke promises. It is had again by its seed.

    Attributes:
        seed: The seed.
        without: The faults that were left out.
        broken: The promises, a sentence each.
        faults: What was met.
        schedule: Who did what, in order.
    """

    def __init__(
        self,
        seed: int,
        without: Collection[int],
        broken: Sequence[str],
        faults: Met,
        schedule: Sequence[Moment],
    ) -> None:
        self.seed = seed
        self.without = frozenset(without)
        self.broken = tuple(broken)
        self.faults = faults
        self.schedule = tuple(schedule)
        super().__init__(self._text())

    def _text(self) -> str:
        left_out = f", without={sorted(self.without)}" if self.without else ""
        shown = self.schedule[-_SHOWN:]
        return "\n".join(
            [
                f"seed {self.seed} breaks {len(self.broken)} promises:",
                *(f"  {why}" for why in self.broken),
                f"again: simulate(..., seed={self.seed}{left_out}), "
                f"or AICMO_SIMULATE={self.seed} pytest",
                "faults:",
                *(f"  {number}: {f.value} {what}" for number, (f, what) in self.faults.items()),
                f"the last {len(shown)} of {len(self.schedule)} points:",
                *map(str, shown),
            ]
        )


def simulate(
    open_app: OpenProcess,
    workflow: Workflow[In],
    run_input: In,
    *,
    seed: int,
    coordinators: int = 3,
    steps: int = 2000,
    faults: int = 6,
    signals: Sequence[tuple[Signal[Any], Any]] = (),
    others: Sequence[In] = (),
    cancels: bool = True,
    store: Callable[[], Backend] | None = None,
    oracle: Oracle | None = None,
    without: Collection[int] = (),
    within: timedelta = timedelta(minutes=5),
) -> Simulated:
    """
    Run *workflow* under what *seed* draws, and hold it to what must always hold.

    When the faults are over, every run must end, be parked, or wait for a signal. Its
    journal keeps the rules of `broken_rules`, its ledger balances, each key has one run,
    a run that was taken back leaves no row that its steps wrote and no lock, events were
    handed over, a run whose cancellation was acknowledged does not complete, and what was
    answered holds.

    Args:
        open_app: Opens the application of a process. What outlives a process (fakes of
            services, a place for files) belongs outside of it, and is made anew for
            each simulation.
        workflow: Registered with that application.
        run_input: Its input.
        seed: What all is drawn from.
        coordinators: How many processes advance runs. The last is a worker; the others begin
            runs, and stay with them. At least 2.
        steps: After how many points nothing fails any more.
        faults: How many faults there are at most.
        signals: What persons send to each run, at drawn times and sometimes twice.
        others: Inputs of more runs, at the same time.
        cancels: Whether a person may cancel a run.
        store: Makes a backend object on the one store, for each process; by default in
            memory. Its time is not asked.
        oracle: Judges rows and effects, beyond what is judged anyway.
        without: Numbers of faults that are left out.
        within: How long, in virtual time, the runs may take to come to rest after the
            last fault, and after the last moment that one of them waits for.

    Raises:
        PromiseBroken: Promises were broken; it says which, and how to see it again.
        ValueError: *open_app* does not use the waiter of its process.
    """
    draws = Random(seed)
    scheduler = Scheduler(
        Random(draws.random()), switching=draws.choice([0.05, 0.3, 1]), limit=steps + 60_000
    )
    memory = Memory()
    ownership = Ownership()
    fate = IllFate(Random(draws.random()), faults, without)
    shared = Shared(
        scheduler,
        fate,
        Random(draws.random()),
        store or (lambda: MemoryBackend(memory)),
        ownership.watch,
    )
    inputs = [run_input, *others]
    lives = Lives(open_app, workflow, inputs, shared, steps=steps, within=within)
    persons = Persons(lives, Random(draws.random()), signals, cancels=cancels)
    for number in range(1, coordinators):
        lives.begin(f"c{number}", lives.coordinate)
    lives.begin("worker", lives.work)
    lives.begin("person", persons.act)
    try:
        scheduler.run()
        verdict = Verdict(lives, persons, ownership, oracle)
        verdict.reach()
    finally:
        for opened in shared.opened:
            opened.close()
    if verdict.broken:
        raise PromiseBroken(seed, without, verdict.broken, fate.met, scheduler.schedule)
    return Simulated(seed, dict(fate.met), tuple(scheduler.schedule), verdict.states)


__all__ = ["OpenProcess", "Oracle", "PromiseBroken", "Simulated", "simulate"]
