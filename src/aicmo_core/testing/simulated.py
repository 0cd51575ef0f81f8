"""
A process as a simulation plays it: its store, its time, and how it dies.

Control is handed over before and after each call of the store and at each wait, and there
the process may meet a fault. Its heart beats in virtual time, in the thread of the process,
and stands still when that does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random
from typing import Any, NoReturn, TypeVar

from attrs import define, field

from aicmo_core.kernel.clock import Clock, Ids, Waiter
from aicmo_core.runtime.executor import BEAT, Executor
from aicmo_core.runtime.records import JOURNAL
from aicmo_core.storage import (
    Backend,
    BackendUnavailable,
    Batch,
    Collection,
    Condition,
    Conflict,
    Insert,
    Key,
    ModuleSchema,
    OutcomeUnknown,
    Query,
    Row,
    SchemaState,
)
from aicmo_core.testing.faulty import Crash
from aicmo_core.testing.fixtures import MONDAY_MORNING, SequentialIds
from aicmo_core.testing.ill_fate import IllFate, Kind, SimulatedFault
from aicmo_core.testing.scheduler import Scheduler

T = TypeVar("T")

STORE = "simulated:"


@define(eq=False)
class Shared:
    """
    What the processes of one simulation share.

    Attributes:
        open_store: Returns another backend object on the one store.
        watch: Called with the process and a batch before it is written; what it returns is
            called once the batch is.
    """

    scheduler: Scheduler
    fate: IllFate
    random: Random
    open_store: Callable[[], Backend]
    watch: Callable[[Process, Batch], Callable[[], None]]
    schemas: Sequence[ModuleSchema] = ()
    deliveries: int = 0
    opened: list[Backend] = field(factory=list)

    def store(self) -> Backend:
        """Return another backend object on the store, to be closed with the simulation."""
        self.opened.append(self.open_store())
        return self.opened[-1]


class Process:
    """
    What an application is opened with in a simulation.

    Attributes:
        name: Which process it is, in the schedule.
        backend: The shared store, with faults.
        clock: Virtual time.
        waiter: Virtual time.
        ids: Draws ids that no other process of the simulation draws.
    """

    def __init__(self, name: str, shared: Shared) -> None:
        self.name = name
        self.dead = False
        self.shared = shared
        self.clock: Clock = VirtualClock(shared.scheduler)
        self.waiter: Waiter = VirtualWaiter(self)
        self.ids: Ids = SequentialIds(f"{name}-id")
        self.backend = SimulatedBackend(self, shared.store())
        self._executor: Executor | None = None
        self._next_beat = timedelta(0)

    def keep_alive(self, executor: Executor) -> None:
        """Let the heart of *executor* beat by virtual time."""
        executor.beat_by_hand(SequentialIds(f"{self.name}-executor").new)
        self._executor, self._next_beat = executor, self.shared.scheduler.elapsed + BEAT

    def moment(self, what: str, kind: Kind = Kind.OUTSIDE) -> SimulatedFault | None:
        """
        Hand over, and meet what comes; return what is left for the caller to do about it.

        Raises:
            Crash: The process died here, or had before.
        """
        self._alive()
        self.shared.scheduler.point(what)
        self._beat()
        fault = self.shared.fate.strikes(kind, f"{what} of {self.name}")
        if fault is not None:
            self.shared.scheduler.note(f"** {fault.value} **")
        if fault is SimulatedFault.CRASH_BEFORE:
            self.die()
        if fault is SimulatedFault.PAUSE_BEFORE:
            self.stand_still()
        return fault

    def answered(self) -> None:
        """Hand over before the answer is seen."""
        self.shared.scheduler.point("answered")
        self._beat()

    def sleep(self, duration: timedelta) -> None:
        """Let *duration* pass, while the heart beats on."""
        scheduler = self.shared.scheduler
        until = scheduler.elapsed + duration
        self._alive()
        while True:
            wakes = until
            if self._executor is not None and not self._executor.busy:
                wakes = min(until, max(self._next_beat, scheduler.elapsed))
            scheduler.sleep(wakes - scheduler.elapsed)
            self._beat()
            if scheduler.elapsed >= until:
                return

    def stand_still(self) -> None:
        """Let time pass without a heartbeat. Who wakes first, the heart or the run, is drawn."""
        scheduler = self.shared.scheduler
        scheduler.sleep(self.shared.fate.pause())
        scheduler.note("wakes")
        self._next_beat = scheduler.elapsed + BEAT * self.shared.random.choice([0, 0.5, 1])

    def die(self) -> NoReturn:
        """
        Be gone.

        Raises:
            Crash: Always.
        """
        self.dead = True
        raise Crash(f"{self.name} died")

    def _alive(self) -> None:
        if self.dead:
            raise Crash(f"{self.name} is dead")

    def _beat(self) -> None:
        """Beat, if it is time."""
        executor, now = self._executor, self.shared.scheduler.elapsed
        if executor is None or executor.busy or now < self._next_beat:
            return
        self._next_beat = now + BEAT
        with suppress(BackendUnavailable, OutcomeUnknown, Conflict):
            executor.beat()  # as the heart's own thread, it tries again at its next beat


class VirtualClock(Clock):
    """The time of day, as a scheduler has it."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler

    def now(self) -> datetime:
        return MONDAY_MORNING + self._scheduler.elapsed


class VirtualWaiter(Waiter):
    """Waits in virtual time; others go on meanwhile."""

    def __init__(self, process: Process) -> None:
        self._process = process

    def elapsed(self) -> timedelta:
        return self._process.shared.scheduler.elapsed

    def wait(self, duration: timedelta) -> None:
        self._process.sleep(max(duration, timedelta(0)))


class SimulatedBackend(Backend):
    """*inner*, as one process of a simulation reaches it."""

    def __init__(self, process: Process, inner: Backend) -> None:
        self.inner = inner
        self._process = process

    def get(self, collection: Collection[Any], key: Key) -> Row | None:
        return self._read(f"get {collection.name}", lambda: self.inner.get(collection, key))

    def find(self, collection: Collection[Any], query: Query) -> list[Row]:
        return self._read(f"find {collection.name}", lambda: self.inner.find(collection, query))

    def count(self, collection: Collection[Any], where: Sequence[Condition] = ()) -> int:
        return self._read(f"count {collection.name}", lambda: self.inner.count(collection, where))

    def now(self) -> datetime:
        return self._read("now", self._process.clock.now)

    def _read(self, what: str, read: Callable[[], T]) -> T:
        if self._process.moment(what, Kind.READ) is SimulatedFault.ERROR_BEFORE:
            raise BackendUnavailable(STORE, "the seed says so")
        found = read()
        self._process.answered()
        return found

    def commit(self, changes: Batch) -> None:
        fault = self._process.moment(f"commit {said(changes)}", Kind.COMMIT)
        match fault:
            case SimulatedFault.ERROR_BEFORE:
                raise BackendUnavailable(STORE, "the seed says so")
            case SimulatedFault.LOST_BEFORE:
                raise OutcomeUnknown(STORE, "the seed says so, and nothing was written")
            case SimulatedFault.LOST_LATE:
                self._deliver_later(changes)
                raise OutcomeUnknown(STORE, "the seed says so, and the batch is on its way")
            case SimulatedFault.LOST_AFTER:
                with suppress(Conflict):
                    self._write(changes)
                self._process.answered()
                raise OutcomeUnknown(STORE, "the seed says so, and the batch was delivered")
            case SimulatedFault.DUPLICATE:
                self._write(changes)
        self._write(changes)
        if fault is SimulatedFault.CRASH_AFTER:
            self._process.die()
        if fault is SimulatedFault.PAUSE_AFTER:
            self._process.stand_still()
        self._process.answered()

    def _write(self, changes: Batch) -> None:
        written = self._process.shared.watch(self._process, changes)
        self.inner.commit(changes)
        written()

    def _deliver_later(self, changes: Batch) -> None:
        """Write a batch when its process has long been told that nobody knows about it."""
        shared = self._process.shared
        delay = shared.fate.delay()
        shared.deliveries += 1

        def deliver() -> None:
            shared.scheduler.sleep(delay)
            shared.scheduler.point(f"commit {said(changes)}")
            try:
                self._write(changes)
            except Conflict:
                shared.scheduler.note("refused")

        shared.scheduler.spawn(f"{self._process.name}>{shared.deliveries}", deliver)

    def prepare(self, schemas: Sequence[ModuleSchema]) -> None:
        self._process.shared.schemas = schemas
        self.inner.prepare(schemas)

    def schema(self) -> SchemaState:
        return self.inner.schema()

    def upgrade(self) -> Sequence[str]:
        return self.inner.upgrade()

    def close(self) -> None:
        """Leave the store open: a batch may be on its way. The simulation closes it."""


def said(changes: Batch) -> str:
    """Return what a batch is about, in a few words."""
    entries = [c.row.values for c in changes if isinstance(c, Insert) and c.collection is JOURNAL]
    if entries:
        return ", ".join(f"{entry[1]} {entry[2]} {entry[3]}".rstrip() for entry in entries)
    return ", ".join(dict.fromkeys(f"{type(c).__name__} {c.collection.name}" for c in changes))
