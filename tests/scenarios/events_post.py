"""
A post office: boxes whose events somebody reads, and the ledger of what each reader took.

The ledger is written by the readers' handlers, through their unit of work. So it says
how often, and in which order, an event had its effect, however often a handler ran.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, ClassVar, TypeAlias

from attrs import evolve, frozen

from aicmo_core import Event, RetryPolicy, StepContext, StepRejected, Workflow, step
from aicmo_core.app import App, open_app, schemas
from aicmo_core.hooks import (
    AnySubscriber,
    DurableSubscriber,
    EventContext,
    EventTarget,
    EventTypes,
    Module,
    Scope,
    provides,
)
from aicmo_core.kernel.clock import Waiter
from aicmo_core.kernel.event import Release, Retracted
from aicmo_core.runtime.plugins import Plugins
from aicmo_core.storage import Backend, Collection, SchemaMismatch, Store
from aicmo_core.testing.fixtures import FixedClock
from scenarios.errands import WatchedWaiter
from scenarios.stores import Oracle


@frozen
class Box:
    box_id: str
    count: int


@frozen
class Ledger:
    reader: str
    about: str
    took: tuple[str, ...]


@frozen
class Posted(Event):
    box_id: str


@frozen
class Weighed(Event):
    box_id: str


@frozen
class Sealed(Event):
    """Nobody is to act on it before its run has completed."""

    release: ClassVar[Release] = Release.AT_END

    box_id: str


@frozen
class Echoed(Event):
    """A reader took a letter."""

    of: str


Kind: TypeAlias = type[Posted] | type[Weighed] | type[Sealed]
"""What can happen to a box."""

BOXES = Collection("post_boxes", Box, key="box_id")
LEDGERS = Collection("post_ledgers", Ledger, key=("reader", "about"))


class Post(ABC):
    """Keeps boxes, and the readers' ledgers."""

    @abstractmethod
    def post(self, box_id: str, kind: Kind = Posted) -> Box:
        """Put a letter into a box, which need not be there yet."""

    @abstractmethod
    def add(self, box_id: str) -> Box:
        """Add a box without looking whether it is there."""

    @abstractmethod
    def note(self, reader: str, about: str, event: Event, *, echo: bool) -> Ledger:
        """Write down that *reader* took *event*; tell others so if *echo*."""


class StoredPost(Post):
    def __init__(self, store: Store) -> None:
        self._store = store

    def post(self, box_id: str, kind: Kind = Posted) -> Box:
        boxes = self._store.open(BOXES)
        found = boxes.get(box_id)
        if found is None:
            box = boxes.add(Box(box_id, 1))
        else:
            box = boxes.replace(evolve(found, count=found.count + 1))
        self._store.emit(kind(box_id=box_id), BOXES, box_id)
        return box

    def add(self, box_id: str) -> Box:
        return self._store.open(BOXES).add(Box(box_id, 0))

    def note(self, reader: str, about: str, event: Event, *, echo: bool) -> Ledger:
        ledgers = self._store.open(LEDGERS)
        found = ledgers.get((reader, about))
        if found is None:
            ledger = ledgers.add(Ledger(reader, about, (event.event_id,)))
        else:
            ledger = ledgers.replace(evolve(found, took=(*found.took, event.event_id)))
        if echo:
            self._store.emit(Echoed(of=event.event_id), LEDGERS, (reader, about))
        return ledger


def _post(scope: Scope) -> Post:
    return StoredPost(scope.store)


POST = Module(
    "post", [BOXES, LEDGERS], [provides(Post).by(_post)], "scenarios.events_post_migrations"
)

AT_ONCE = RetryPolicy(max_attempts=1000, initial=timedelta(0), factor=1)


class Reader:
    """
    A durable subscriber that keeps a ledger.

    Attributes:
        refuses: How many of the next calls to refuse, after writing.
        calls: How often it was called.
    """

    def __init__(
        self,
        name: str,
        event: EventTypes,
        *,
        echo: bool = False,
        retry: RetryPolicy = AT_ONCE,
        unordered: bool = False,
    ) -> None:
        self.name = name
        self.event = event
        self.echo = echo
        self.refuses = 0
        self.refused_ids: set[str] = set()
        self.calls = 0
        self.subscriber = DurableSubscriber(name, event, self.take, retry, unordered)

    def take(self, context: EventContext, event: Event) -> None:
        self.calls += 1
        about = getattr(event, "box_id", type(event).__name__)
        if isinstance(event, Retracted):
            about = "retracted"
        echo = self.echo and isinstance(event, Posted)
        context.port(Post).note(self.name, about, event, echo=echo)
        if self.refuses or event.event_id in self.refused_ids:
            self.refuses = max(0, self.refuses - 1)
            raise RuntimeError("not today")


# -- workflows over boxes ---------------------------------------------------------------------


@frozen
class Parcel:
    box_id: str
    fails: bool = False


@step
def put_in(context: StepContext[Parcel]) -> None:
    context.port(Post).post(context.input.box_id)


@step
def seal(context: StepContext[Parcel]) -> None:
    context.port(Post).post(context.input.box_id, Sealed)


@step
def weigh(context: StepContext[Parcel]) -> None:
    context.port(Post).post(context.input.box_id, Weighed)


@step
def send(context: StepContext[Parcel]) -> None:
    if context.input.fails:
        raise StepRejected("no stamp")


parcel = Workflow("parcel", 1, Parcel, [put_in, seal, weigh, send])
"""Emits Posted, Sealed, which is held until it completes, and Weighed, which waits behind it."""

sending = Workflow("sending", 1, Parcel, [put_in, weigh, send])
"""Emits Posted and Weighed, and nothing that is held."""


# -- processes, and the oracle ----------------------------------------------------------------


class PostOffice:
    """One store, on whichever backend, and the processes on it."""

    def __init__(self, oracle: Oracle) -> None:
        self.oracle = oracle
        self.clock = FixedClock()
        self.waiter: Waiter = WatchedWaiter(self.clock)
        backend = oracle.backend()
        try:
            backend.prepare(schemas([POST]))
        except SchemaMismatch:
            backend.upgrade()
        backend.close()

    def open(
        self,
        subscribers: Sequence[AnySubscriber] = (),
        backend: Backend | None = None,
        targets: Sequence[EventTarget] = (),
    ) -> App:
        """Return an application, for the caller to close."""
        return open_app(
            backend or self.oracle.backend(),
            modules=[POST],
            workflows=[parcel, sending],
            subscribers=subscribers,
            targets=targets,
            plugins=Plugins(),
            clock=self.clock,
            waiter=self.waiter,
        )

    def rows(self, table: str) -> list[tuple[Any, ...]]:
        """Return the rows of a table; what a driver gives as bytes, as the text that it is."""
        return [
            tuple(value.decode() if isinstance(value, bytes) else value for value in row)
            for row in self.oracle.rows(table)
        ]

    def events(self, *kinds: type[Event]) -> dict[tuple[str, str], list[str]]:
        """Return the ids of the stored events of these classes, in order, by aggregate."""
        names = {kind.__name__ for kind in kinds}
        found: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
        for collection, key, n, event_id, kind, *_ in self.rows("aicmo_outbox"):
            if kind.rpartition(".")[2] in names:
                found[collection, key].append((n, event_id))
        return {place: [i for _, i in sorted(ids)] for place, ids in found.items()}

    def took(self, reader: str) -> dict[str, list[str]]:
        """Return what *reader* took, in order, by what it was about; as written by its commits."""
        return {
            about: json.loads(took)
            for name, about, took, *_ in self.rows("post_ledgers")
            if name == reader
        }

    def inbox(self) -> list[dict[str, Any]]:
        """Return the rows of the inbox, as they are stored."""
        names = ("subscriber", "aggregate", "alone", "collection", "key", "done", "upto", "state")
        return [dict(zip(names, row, strict=False)) for row in self.rows("aicmo_inbox")]


def post(app: App, box_id: str, kind: Kind = Posted) -> None:
    """Put a letter into a box, in a unit of work of its own."""

    def work(unit: Any) -> None:
        unit.port(Post).post(box_id, kind)

    app.transact(work)
