"""
Worlds for the simulator: what outlives a process, and an oracle for each.

The oracles look at rows and at the ledgers of services, and know nothing of journals.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from typing import Any

from attrs import frozen

from aicmo_core import (
    App,
    RetryPolicy,
    RunState,
    StepContext,
    StepRejected,
    UndoContext,
    Workflow,
    step,
)
from aicmo_core import external_step as acting_outside
from aicmo_core.app import open_app
from aicmo_core.backends.memory.backend import MemoryBackend
from aicmo_core.hooks import Subscriber, provides
from aicmo_core.kernel.event import Event
from aicmo_core.runtime.plugins import Plugins
from aicmo_core.runtime.runs import Run
from aicmo_core.saga import Signal, TransientFailure, parallel, repeat, sleep, wait_for
from aicmo_core.testing import Process, Simulated, simulate
from scenarios.errands import (
    DESK,
    Account,
    Desk,
    Ending,
    Errand,
    Hotel,
    World,
    errand,
    hasty_errand,
)

TAKEN_BACK = (RunState.COMPENSATED, RunState.CANCELLED)


class Telephone(Hotel):
    """The hotel, as one process reaches it: it may die, or stand still, at the telephone."""

    def __init__(self, hotel: Hotel, process: Process) -> None:
        self._hotel = hotel
        self._process = process

    @property
    def results_given_back(self) -> list[Any]:  # type: ignore[override]
        return self._hotel.results_given_back

    def book(self, key: str) -> str:
        self._process.moment("calls the hotel")
        answer = self._hotel.book(key)
        self._process.moment("has booked")
        return answer

    def cancel(self, key: str) -> None:
        self._process.moment("calls the hotel off")
        self._hotel.cancel(key)
        self._process.moment("has called off")


class SimulatedWorld(World):
    """A world whose processes a simulation plays."""

    def open_process(self, process: Process, *workflows: Workflow[Any]) -> App:
        return open_app(
            process.backend,
            artifacts=self.artifacts,
            modules=[DESK],
            workflows=workflows,
            providers=[provides(Hotel).by(lambda _: Telephone(self.hotel, process))],
            subscribers=[Subscriber("recorder", Event, self.told.append)],
            plugins=Plugins(),
            clock=process.clock,
            ids=process.ids,
            waiter=process.waiter,
        )

    def simulate(
        self, workflow: Workflow[Any], run_input: Any, seed: int, **more: Any
    ) -> Simulated:
        """Simulate *workflow* in this world."""
        return simulate(
            lambda process: self.open_process(process, workflow),
            workflow,
            run_input,
            seed=seed,
            store=lambda: MemoryBackend(self.memory),
            **more,
        )

    def events(self) -> Iterable[str]:
        """An event exists if its step is there, is retracted with it, and was handed over."""
        stored = {row[3]: (row[4], json.loads(row[5]), row[7]) for row in self.rows("aicmo_outbox")}
        retracted = [
            i
            for kind, p, _ in stored.values()
            if kind.endswith("Retracted")
            for i in p["event_ids"]
        ]
        if len(set(retracted)) != len(retracted):
            yield "an event is retracted twice"
        if untold := set(stored) - {event.event_id for event in self.told}:
            yield f"nobody was told of {sorted(stored[i][0] for i in untold)}"
        states = {row[0]: row[7] for row in self.rows("aicmo_runs")}
        for i, (kind, _, run_id) in stored.items():
            if kind.endswith(("Retracted", "ErrandRefused")):
                continue
            back = states[run_id] in ("compensated", "cancelled")
            if states[run_id] != "parked" and (i in retracted) != back:
                yield f"{kind} of a run that is {states[run_id]}: retracted is {i in retracted}"


# -- the errand ------------------------------------------------------------------------------

ERRANDS: tuple[Workflow[Errand], ...] = (errand, hasty_errand)


def run_errand(seed: int, without: Collection[int] = ()) -> Simulated:
    """One errand, whose workflow and ending the seed chooses."""
    world = SimulatedWorld()
    workflow = ERRANDS[seed % 2]
    ending = list(Ending)[seed // 2 % 4]

    def wrong(app: App, runs: Sequence[Run]) -> Iterable[str]:
        yield from errand_complaints(world, runs[0])
        yield from world.events()

    return world.simulate(workflow, Errand("anna", ending), seed, oracle=wrong, without=without)


def errand_complaints(world: World, run: Run) -> Iterable[str]:
    """Return what an errand has left, or lacks."""
    key = f"{run.id}/book"
    if asked := {k for _, k in world.hotel.asked} - {key}:
        yield f"S7: the hotel was asked with other keys, {asked}"
    found = (
        world.hotel.booked,
        world.files(),
        [row[1] for row in world.rows("desk_accounts")],
        len(world.rows("desk_letters")),
    )
    if run.state is RunState.COMPLETED and found != ({key}, [f"{run.id}/letter.md"], [50], 1):
        yield f"S2: it completed, and there are {found}"
    if run.state in TAKEN_BACK and found != (set(), [], [], 0):
        yield f"S3: it is {run.state.value}, and there are {found}"
    if run.state not in (RunState.COMPLETED, *TAKEN_BACK):
        yield f"L1: it is {run.state.value}: {run.failure}"


# -- a tour: branches, rounds, a signal, and a lock --------------------------------------------


@frozen
class Tour:
    """
    Attributes:
        city: What it is locked by: tours of one city go one after the other.
        refused: Whether its last step rejects.
    """

    name: str
    city: str
    refused: bool = False


GO_AHEAD = Signal("go_ahead", str)


@step
def open_purse(context: StepContext[Tour]) -> Account:
    return context.port(Desk).open_account(context.input.name)


def _call_off(context: UndoContext[Tour, str]) -> None:
    context.port(Hotel).cancel(context.idempotency_key)


_AGAIN = RetryPolicy(max_attempts=3, initial=timedelta(seconds=1))


@acting_outside(compensation=_call_off, retry=_AGAIN, compensation_retry=_AGAIN)
def reserve(context: StepContext[Tour]) -> str:
    return context.port(Hotel).book(context.idempotency_key)


@step
def pack(context: StepContext[Tour]) -> Account:
    return context.port(Desk).deposit(context.input.name, 1, "pack")


@step(retry=_AGAIN)
def walk(context: StepContext[Tour]) -> Account:
    walked = context.port(Desk).deposit(context.input.name, 10, "walk")
    if context.attempt == 1 and walked.balance > 20:
        raise TransientFailure("it rains")
    return walked


@step
def come_home(context: StepContext[Tour]) -> Account:
    home = context.port(Desk).deposit(context.input.name, 100, context.result(go_ahead))
    if context.input.refused:
        raise StepRejected("lost the way")
    return home


go_ahead = wait_for(GO_AHEAD)

tour = Workflow(
    "tour",
    1,
    Tour,
    [
        open_purse,
        parallel("prepare", room=[reserve], bags=[pack]),
        repeat("walking", [walk], until=lambda view: view.result(walk).balance > 20, at_most=3),
        go_ahead,
        come_home,
    ],
    lock=lambda run_input: run_input.city,
    lock_timeout=timedelta(hours=1),
)


def run_tours(seed: int, without: Collection[int] = ()) -> Simulated:
    """Two tours of one city at once, of which one may be refused."""
    world = SimulatedWorld()

    def wrong(app: App, runs: Sequence[Run]) -> Iterable[str]:
        yield from tour_complaints(world, runs)
        yield from world.events()

    return world.simulate(
        tour,
        Tour("anna", "rome", seed % 3 == 0),
        seed,
        others=[Tour("bert", "rome", seed % 5 == 0)],
        signals=[(GO_AHEAD, "go")],
        oracle=wrong,
        without=without,
    )


def tour_complaints(world: World, runs: Sequence[Run]) -> Iterable[str]:
    """Return what tours have left, or lack."""
    purses = {row[0]: row[1] for row in world.rows("desk_accounts")}
    for run, name in zip(runs, ("anna", "bert"), strict=True):
        booked = [k for k in world.hotel.booked if k.startswith(f"{run.id}/")]
        found = (len(booked), purses.get(name))
        if run.state is RunState.COMPLETED and found != (1, 121):
            yield f"S2: {name} completed, and there are {found}"
        if run.state in TAKEN_BACK and found != (0, None):
            yield f"S3: {name} is {run.state.value}, and there are {found}"
        if run.state not in (RunState.COMPLETED, *TAKEN_BACK):
            yield f"L1: {name} is {run.state.value}: {run.failure}"


# -- a kitty: runs that write one row, without a lock -------------------------------------------

KITTY = "kitty"


@step(retry=_AGAIN)
def chip_in(context: StepContext[Tour]) -> Account:
    desk = context.port(Desk)
    if desk.account(KITTY) is None:
        desk.open_account(KITTY)
    return desk.deposit(KITTY, 1, context.input.name)


@step
def agree(context: StepContext[Tour]) -> None:
    if context.input.refused:
        raise StepRejected("not with us")


kitty = Workflow("kitty", 1, Tour, [chip_in, reserve, sleep("think", timedelta(seconds=2)), agree])


def run_kitty(seed: int, without: Collection[int] = ()) -> Simulated:
    """Two runs that chip in; what one has added since, the other's undo must not touch."""
    world = SimulatedWorld()

    def wrong(app: App, runs: Sequence[Run]) -> Iterable[str]:
        chips = [line[1] for row in world.rows("desk_accounts") for line in row[2]]
        for run, name in zip(runs, ("anna", "bert"), strict=True):
            if run.state is RunState.COMPLETED and chips.count(name) != 1:
                yield f"S9: {name} completed, and there are {chips}"
            if run.state in TAKEN_BACK and name in chips:
                yield f"S3: {name} is {run.state.value}, and there are {chips}"

    refused = seed % 2 == 0
    return world.simulate(
        kitty,
        Tour("anna", "rome", refused),
        seed,
        others=[Tour("bert", "rome")],
        oracle=wrong,
        without=without,
        cancels=False,
    )
