"""
The fair: one workflow that uses every combinator at once, over the ferry's module.

A visit takes a lock, sells a ticket, takes a choice, shares a commit, goes on in three
branches (one acts outside and waits to be told, one goes round until it suffices, one
pauses), calls another workflow, and passes its pivot. Time passes when the driver says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Self

from attrs import frozen

from aicmo_core import App, RunState, StepContext, StepRejected, Workflow, step
from aicmo_core.app import open_app, open_backend
from aicmo_core.hooks import Subscriber, provides
from aicmo_core.kernel.event import Event
from aicmo_core.runtime.errors import CancelRefused, SignalRefused
from aicmo_core.runtime.plugins import Plugins, load_plugins
from aicmo_core.runtime.runs import Run
from aicmo_core.saga import (
    Node,
    RunView,
    Signal,
    call,
    choice,
    otherwise,
    parallel,
    repeat,
    sleep,
    wait_for,
    when,
)
from aicmo_core.storage import Backend, BackendUnavailable, OutcomeUnknown
from aicmo_core.testing.faulty import Crash, FaultyBackend, Plan
from aicmo_core.testing.fixtures import FixedClock
from scenarios.errands import WatchedWaiter
from scenarios.ferry import FERRY, Ferry, Horn, Manifest, Passenger, sell, sound
from scenarios.stores import Oracle

HOUR = timedelta(hours=1)
approval = Signal("approval", str)


def marking(name: str, *, checkpoint: bool = True, pivot: bool = False) -> Node[Passenger]:
    """Return a step that marks the visitor once more."""

    def mark(context: StepContext[Passenger]) -> Manifest:
        return context.port(Ferry).board(context.input.name)

    return step(name=name, checkpoint=checkpoint, pivot=pivot)(mark)


@step
def ride(context: StepContext[Passenger]) -> Manifest:
    return context.port(Ferry).board(context.input.name)


@frozen
class Gift:
    name: str


@step
def wrap(context: StepContext[Gift]) -> Manifest:
    return context.port(Ferry).board(context.input.name)


@step
def pay(context: StepContext[Passenger]) -> None:
    context.port(Ferry).board(context.input.name)
    if context.input.refused:
        raise StepRejected("no money")


def enough(view: RunView[Passenger]) -> bool:
    return view.result(ride).marks >= 5


def brave(view: RunView[Passenger]) -> bool:
    return not view.input.name.startswith("timid")


def gift(view: RunView[Passenger]) -> Gift:
    return Gift(view.input.name)


def visitor(passenger: Passenger) -> str:
    return f"visitor:{passenger.name}"


_told: list[Node[Passenger]] = [sound, wait_for(approval)]
_pause: list[Node[Passenger]] = [sleep("rest", HOUR)]
_wheels: list[Node[Passenger]] = [marking("queue", checkpoint=False), marking("wheel")]

fair = Workflow(
    "fair",
    1,
    Passenger,
    [
        sell,
        choice("dare", when("brave", brave, _wheels), otherwise([marking("look")])),
        parallel(
            "booths",
            told=_told,
            rides=[repeat("rides", [ride], until=enough, at_most=5)],
            pause=_pause,
        ),
        call(Workflow("gifts", 1, Gift, [wrap]), gift),
        pay,
        marking("leave", pivot=True),
        marking("remember"),
    ],
    lock=visitor,
    deadline=100 * HOUR,
)

EFFECTS = (
    *("sell", "dare/brave/wheel", "booths|told/sound"),
    *("booths|rides/rides#1/ride", "booths|rides/rides#2/ride"),
    *("gifts/wrap", "pay", "leave", "remember"),
)
"""The effects of a visit that is completed, of which those of the booths come in any order."""

MARKS = 9
"""One by the ticket, two by the wheel, two by the rides, and one by each of the last four."""


class Clocked(FaultyBackend):
    """A store of any kind whose time a test decides."""

    def __init__(self, inner: Backend, clock: FixedClock, plan: Plan | None = None) -> None:
        super().__init__(inner, plan)
        self.clock = clock

    def now(self) -> datetime:
        super().now()
        return self.clock.now()


class Ground:
    """
    A store with everything around it, on which one visit comes after the other.

    Use it as a context. The guard is a process that outlives all the others, and goes on
    with what they leave.
    """

    def __init__(self, oracle: Oracle, horn: Horn) -> None:
        self.oracle = oracle
        self.plugins = load_plugins()
        self.horn = horn
        self.clock = FixedClock()
        self.waiter = WatchedWaiter(self.clock)
        self.told: list[Event] = []

    def __enter__(self) -> Self:
        self.guard = self.open(self.backend())
        return self

    def __exit__(self, *_: object) -> None:
        self.guard.close()

    def backend(self, plan: Plan | None = None) -> Clocked:
        """Return a new backend on the store, with faults."""
        in_memory = self.oracle.url == "memory:"
        inner = self.oracle.backend() if in_memory else open_backend(self.oracle.url, self.plugins)
        return Clocked(inner, self.clock, plan)

    def open(self, backend: Backend) -> App:
        """Return an application on *backend*."""
        return open_app(
            backend,
            modules=[FERRY],
            workflows=[fair],
            providers=[provides(Horn).by(lambda _: self.horn)],
            subscribers=[Subscriber("recorder", Event, self.told.append)],
            plugins=Plugins(),
            clock=self.clock,
            waiter=self.waiter,
        )

    def visit(self, app: App, passenger: Passenger, *, cancel: bool = False) -> Run:
        """Begin a visit or go on with it, tell it what it waits for, and let time pass."""
        run = app.run(fair, passenger, key=passenger.name)
        with suppress(SignalRefused):
            app.runs.signal(run.id, approval, "go on", by="guard", key="ticket")
        if cancel:
            with suppress(CancelRefused):
                app.runs.cancel(run.id, by="guard", why="it rains")
        self.waiter.pass_time(HOUR)
        app.recover()
        return app.run(fair, passenger, key=passenger.name)

    def visit_under(
        self, plan: Plan, passenger: Passenger, *, cancel: bool = False
    ) -> tuple[Clocked, Run]:
        """Visit with faults; where that does not come to an end, another process goes on."""
        faulty = self.backend(plan)
        with suppress(Crash, BackendUnavailable, OutcomeUnknown):
            app = self.open(faulty)
            try:
                self.visit(app, passenger, cancel=cancel)
            finally:
                reached = faulty.commits
                faulty.plan.clear()
                with suppress(Crash):
                    app.close()
                if faulty.dead:
                    faulty.inner.close()  # as the system does for a process that dies
        assert max(plan, default=0) <= reached, "the fault was not reached"
        self.guard.recover(now=True)
        run = self.visit(self.guard, passenger, cancel=cancel)
        assert self.guard.runs.audit(run.id).balanced, "its ledger does not balance"
        return faulty, run


def endings() -> Sequence[tuple[str, dict[str, Any], bool, RunState]]:
    """Return how a visit may end: its name, its input, whether it is cancelled, its state."""
    return (
        ("completed", {}, False, RunState.COMPLETED),
        ("refused", {"refused": True}, False, RunState.COMPENSATED),
        ("cancelled", {}, True, RunState.CANCELLED),
    )
