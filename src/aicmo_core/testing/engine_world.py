"""What the suite of engines works on: a store whose time stands still, notes, and a ledger."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from attrs import frozen

from aicmo_core.app import App, open_app
from aicmo_core.backends.memory.backend import MemoryBackend
from aicmo_core.backends.memory.memory import Memory
from aicmo_core.hooks import Module, Scope, Subscriber, provides
from aicmo_core.kernel.clock import Waiter
from aicmo_core.kernel.event import Event
from aicmo_core.runtime.plugins import Plugins
from aicmo_core.runtime.records import JOURNAL
from aicmo_core.saga import (
    RetryPolicy,
    Signal,
    StepContext,
    StepRejected,
    TransientFailure,
    UndoContext,
    Workflow,
    external_step,
    sleep,
    step,
    wait_for,
)
from aicmo_core.storage import Backend, Batch, Collection, Store
from aicmo_core.testing.faulty import Crash, FaultyBackend
from aicmo_core.testing.fixtures import FixedClock

HOUR = timedelta(hours=1)


@frozen
class Task:
    """The input of the suite's workflows."""

    name: str


@frozen
class Note:
    """A row for each time that a run took notes."""

    note_id: str
    name: str


@frozen
class _Noted(Event):
    """A note was taken."""

    name: str


NOTES = Collection("kit_engine_notes", Note, key="note_id")


class Notes(ABC):
    """Takes notes."""

    @abstractmethod
    def take(self, note_id: str, name: str) -> None:
        """Write a note, and announce it."""


class StoredNotes(Notes):
    """Notes in the store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def take(self, note_id: str, name: str) -> None:
        self._store.open(NOTES).add(Note(note_id, name))
        self._store.emit(_Noted(name), NOTES, note_id)


def _notes(scope: Scope) -> Notes:
    return StoredNotes(scope.store)


MODULE = Module("kit_engine", [NOTES], [provides(Notes).by(_notes)])


class PassingTime(Waiter):
    """
    Time that passes only while somebody waits, and moves the clock with it.

    Attributes:
        meanwhile: Called during each wait.
    """

    def __init__(self, clock: FixedClock) -> None:
        self.clock = clock
        self.meanwhile: Callable[[], None] = lambda: None
        self._elapsed = timedelta(0)
        self._lock = Lock()

    def elapsed(self) -> timedelta:
        return self._elapsed

    def wait(self, duration: timedelta) -> None:
        self.go_on(max(duration, timedelta(0)))
        self.meanwhile()

    def go_on(self, duration: timedelta) -> None:
        """Let *duration* pass."""
        with self._lock:
            self._elapsed += duration
            self.clock.advance(duration)


class TimedBackend(MemoryBackend):
    """A store in memory whose time is the suite's."""

    def __init__(self, memory: Memory, clock: FixedClock) -> None:
        super().__init__(memory)
        self._clock = clock

    def now(self) -> datetime:
        return self._clock.now()


class Dying(FaultyBackend):
    """A backend whose process dies right before it journals for the *number*th time."""

    def __init__(self, inner: Backend, number: int) -> None:
        super().__init__(inner)
        self._left = number

    def commit(self, changes: Batch) -> None:
        self._left -= any(change.collection is JOURNAL for change in changes)
        if self._left == 0:
            self.dead = True
        super().commit(changes)


class EngineWorld:
    """
    A store, its time, and somebody outside who keeps a ledger.

    Attributes:
        begun: The names of the runs whose first step began, in that order, by `two_steps`.
        acted: How often `outside` acted, by its idempotency key.
        told: The names that subscribers heard of.
        during: By the name of a run, what happens during the first step of `two_steps`.
    """

    def __init__(self) -> None:
        self.memory = Memory()
        self.clock = FixedClock()
        self.time = PassingTime(self.clock)
        self.begun: list[str] = []
        self.acted: Counter[str] = Counter()
        self.told: list[str] = []
        self.during: dict[str, Callable[[], None]] = {}
        self.two_steps = Workflow(
            "two_steps", 1, Task, [step(name="first")(self._first), take_note]
        )
        acting = external_step(compensation=leave, name="act", retry=RetryPolicy(max_attempts=2))
        self.outside = Workflow("outside", 1, Task, [acting(self._act), take_note])
        self.workflows: Sequence[Workflow[Any]] = (
            *(plain, refused, asking, asking_briefly, resting, trying),
            *(self.two_steps, self.outside),
        )

    def _first(self, context: StepContext[Task]) -> None:
        self.begun.append(context.input.name)
        self.during.get(context.input.name, lambda: None)()

    def _act(self, context: StepContext[Task]) -> None:
        self.acted[context.idempotency_key] += 1

    def backend(self) -> Backend:
        """Return a new backend on the store: another process, as it were."""
        return TimedBackend(self.memory, self.clock)

    def open(
        self, backend: Backend | None = None, workflows: Sequence[Workflow[Any]] | None = None
    ) -> App:
        """Return an application on the store."""
        return open_app(
            backend or self.backend(),
            modules=[MODULE],
            workflows=self.workflows if workflows is None else workflows,
            subscribers=[Subscriber("kit", _Noted, lambda event: self.told.append(event.name))],
            plugins=Plugins(),
            clock=self.clock,
            waiter=self.time,
        )

    def notes(self) -> Counter[str]:
        """Return how many notes there are of each run's name, read without an application."""
        rows = [row for (name, _), row in list(self.memory.rows.items()) if name == NOTES.name]
        return Counter(NOTES.decode(row).name for row in rows if row is not None)

    def abandon(self, workflow: Workflow[Task], name: str, entry: int) -> App:
        """
        Leave a run behind as a process does that dies before its journal's entry of a number.

        Return its application, whose heartbeat has stopped.
        """
        dying = Dying(self.backend(), entry)
        app = self.open(dying)
        with suppress(Crash):
            app.run(workflow, Task(name), key=name)
        if not dying.dead:
            raise AssertionError(f"{workflow.name} has fewer than {entry} entries")
        return app


@step
def take_note(context: StepContext[Task]) -> None:
    context.port(Notes).take(f"{context.run_id}/{context.idempotency_key}", context.input.name)


@step
def refuse(context: StepContext[Task]) -> None:
    raise StepRejected("the suite says no")


@step(retry=RetryPolicy(max_attempts=3, initial=HOUR, factor=1, maximum=HOUR))
def third_time(context: StepContext[Task]) -> int:
    if context.attempt < 3:
        raise TransientFailure("not yet")
    return context.attempt


def leave(context: UndoContext[Task, None]) -> None:
    """Take nothing back: what was done outside is counted, and not judged."""


go = Signal("go", int)
heard = wait_for(go)
plain = Workflow("plain", 1, Task, [take_note])
refused = Workflow("refused", 1, Task, [take_note, refuse])
asking = Workflow("asking", 1, Task, [take_note, heard])
asking_briefly = Workflow("asking_briefly", 1, Task, [take_note, wait_for(go, timeout=HOUR)])
resting = Workflow("resting", 1, Task, [sleep("rest", HOUR), take_note])
trying = Workflow("trying", 1, Task, [third_time, take_note])
