"""
Durable subscribers under any interleaving of two processes, with faults at any commit.

Two processes with different subscribers share one store. They emit, relay, die, come
back, refuse events, and get in between one another's commits; a subscriber is registered
in the middle. Then faults stop. What each subscriber took is read from the ledger that
its own commits wrote, and compared with the outbox.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from attrs import define, frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from aicmo_core import Event
from aicmo_core.app import App
from aicmo_core.hooks import AnySubscriber, Subscriber
from aicmo_core.storage import BackendUnavailable, Batch, OutcomeUnknown
from aicmo_core.testing.faulty import Crash, Fault, FaultyBackend
from scenarios.events_post import (
    Echoed,
    Kind,
    Parcel,
    Posted,
    PostOffice,
    Reader,
    Weighed,
    parcel,
    post,
)
from scenarios.stores import MemoryOracle, Oracle, SqliteOracle

BOXES = ("b", "c")


@frozen
class Emit:
    """Somebody posts, under a fault at one of the commits that follow, or undisturbed."""

    process: int
    box: str
    kind: Kind


@frozen
class Run:
    """Somebody runs a workflow with an event that is held, on a box of its own."""

    process: int
    fails: bool


@frozen
class Relay:
    process: int


@frozen
class Restart:
    """A process ends in an orderly way, and another takes its place."""

    process: int


@frozen
class Refuse:
    """A reader refuses the next event that it is given, after having written."""

    reader: int


@frozen
class Late:
    """The late reader is registered, by the first process."""


@frozen
class Disturb:
    """A commit of *process* that is *ahead* meets a fault, or another action before it."""

    process: int
    ahead: int
    by: Any


processes = st.integers(0, 1)
simple = st.one_of(
    st.builds(Emit, processes, st.sampled_from(BOXES), st.sampled_from([Posted, Weighed])),
    st.builds(Emit, processes, st.sampled_from(BOXES), st.just(Posted)),
    st.builds(Relay, processes),
    st.builds(Restart, processes),
    st.builds(Refuse, st.integers(0, 2)),
    st.builds(Run, processes, st.booleans()),
    st.just(Late()),
)
disturbed = st.builds(
    Disturb, processes, st.integers(1, 4), st.one_of(st.sampled_from(list(Fault)), simple)
)
plans = st.lists(st.one_of(simple, disturbed, simple), min_size=4, max_size=25)


@define
class Process:
    """One of the two, as it is now; None between a crash and the next action."""

    app: App | None = None
    faulty: FaultyBackend | None = None
    busy: bool = False


class Simulation:
    """The two processes, and what they are told to do."""

    def __init__(self, oracle: Oracle) -> None:
        self.office = PostOffice(oracle)
        everything = (Posted, Weighed, Echoed)
        self.readers = [
            Reader("all", everything),
            Reader("echoing", Posted, echo=True),
            Reader("late", Event),
        ]
        self.late_from: dict[str, int] | None = None
        self.runs = 0
        self.processes = [Process(), Process()]
        for number in (0, 1):
            self.app(number)  # whoever is registered first misses nothing

    def subscribers(self, number: int) -> Sequence[AnySubscriber]:
        """The second process shares one reader with the first, and has a listener of its own."""
        everybody, echoing, late = (reader.subscriber for reader in self.readers)
        if number:
            return [echoing, Subscriber("listener", Event, lambda event: None)]
        return [everybody, echoing, *([late] if self.late_from is not None else [])]

    def app(self, number: int) -> App:
        process = self.processes[number]
        if process.app is None:
            process.faulty = FaultyBackend(self.office.oracle.backend())
            process.app = self.office.open(self.subscribers(number), process.faulty)
        return process.app

    def leave(self, number: int) -> None:
        process = self.processes[number]
        app, process.app = process.app, None
        if app is not None:
            with suppress(Crash):
                app.close()

    def act(self, action: Any) -> None:
        """Do as told; a process that dies of it is replaced with the next action."""
        number = getattr(action, "process", 0)
        process = self.processes[number]
        if process.busy:
            return  # a thread that is in a commit does nothing else meanwhile
        process.busy = True
        try:
            self._act(action, number)
        except Crash:
            self.leave(number)
        except (BackendUnavailable, OutcomeUnknown):
            pass  # told to whoever asked; what was committed is in the outbox
        finally:
            process.busy = False

    def _act(self, action: Any, number: int) -> None:
        match action:
            case Emit(_, box, kind):
                post(self.app(number), box, kind)
            case Run(_, fails):
                self.runs += 1
                self.app(number).run(parcel, Parcel(f"run-{self.runs}", fails))
            case Relay():
                self.app(number).relay()
            case Restart():
                self.leave(number)
            case Refuse(reader):
                self.readers[reader].refuses = 1
            case Late():
                self.register_late()
            case Disturb(_, ahead, by):
                self.app(number)
                faulty = self.processes[number].faulty
                assert faulty is not None
                faulty.plan[faulty.commits + ahead] = by if isinstance(by, Fault) else self.then(by)

    def then(self, action: Any) -> Any:
        def meanwhile(_: Batch) -> None:
            self.act(action)

        return meanwhile

    def register_late(self) -> None:
        if self.late_from is not None:
            return
        with suppress(BackendUnavailable):
            self.leave(0)
        self.office.open([self.readers[2].subscriber]).close()
        self.late_from = {k: len(ids) for k, ids in self.stored(Event).items()}

    def stored(self, *kinds: type[Event]) -> dict[str, list[str]]:
        """Return the stored events by what a ledger calls their aggregate."""
        if kinds == (Event,):
            kinds = (Posted, Weighed)
        found = self.office.events(*kinds)
        return {key: ids for (collection, key), ids in found.items() if collection == "post_boxes"}

    def settle(self) -> None:
        """Let faults stop, and both processes do what is left."""
        for reader in self.readers:
            reader.refuses = 0
        for number in (0, 1):
            self.leave(number)
            self.app(number).recover(now=True)
        for number in (0, 1, 0):
            self.app(number).relay()
        assert [self.app(number).relay() for number in (0, 1)] == [0, 0]
        assert self.app(0).events.list().items == ()
        assert self.app(0).events.not_handed_out() == 0
        for number in (0, 1):
            self.leave(number)

    def check(self) -> None:
        """Every event once per subscriber, in order per aggregate, and none skipped."""
        took = {reader.name: self.office.took(reader.name) for reader in self.readers}
        echoes = took["all"].pop("Echoed", [])
        assert took["all"] == self.stored(Posted, Weighed)
        assert took["echoing"] == self.stored(Posted)
        stored_echoes = [i for ids in self.office.events(Echoed).values() for i in ids]
        assert sorted(echoes) == sorted(stored_echoes)
        posted = [i for ids in self.stored(Posted).values() for i in ids]
        assert len(stored_echoes) == len(posted)
        if self.late_from is not None:
            self.check_late(took["late"])

    def check_late(self, took: dict[str, list[str]]) -> None:
        """It took a stretch up to the end, of all that was committed since, and maybe before."""
        assert self.late_from is not None
        for box, ids in self.stored(Event).items():
            mine = [i for i in took.get(box, []) if i in set(ids)]
            assert mine == ids[len(ids) - len(mine) :]
            assert len(mine) >= len(ids) - self.late_from.get(box, 0)


def explore(oracle: Oracle, plan: list[Any]) -> Simulation:
    simulation = Simulation(oracle)
    for action in plan:
        simulation.act(action)
    simulation.settle()
    simulation.check()
    return simulation


@settings(max_examples=100, deadline=None)
@given(plan=plans)
def test_any_interleaving_in_memory(plan: list[Any]) -> None:
    """Once per event, in order per aggregate, none skipped."""
    explore(MemoryOracle(), plan)


@settings(max_examples=25, deadline=None)
@given(plan=plans)
def test_any_interleaving_on_sqlite(plan: list[Any], tmp_path_factory: Any) -> None:
    """As in memory."""
    folder: Path = tmp_path_factory.mktemp("store")
    explore(SqliteOracle(folder), plan)


def test_the_simulation_reaches_what_it_is_about() -> None:
    """A plan that emits, dies, refuses and interleaves has effects to compare."""
    plan = [
        Emit(0, "b", Posted),
        Disturb(0, 2, Fault.CRASH_AFTER),
        Emit(0, "b", Posted),
        Refuse(1),
        Disturb(1, 1, Emit(0, "b", Weighed)),
        Emit(1, "b", Posted),
        Late(),
        Emit(1, "c", Posted),
        Run(1, False),
        Run(0, True),
    ]

    simulation = explore(MemoryOracle(), plan)

    assert len(simulation.office.took("all")["b"]) == 4
    assert simulation.office.took("late")["c"] == simulation.office.took("all")["c"]
