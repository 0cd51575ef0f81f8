"""
A ferry: the smallest workflow that has every kind of effect, for many rounds on any store.

A passage sells a ticket under an id drawn anew, so that a step done twice is two rows; it
sounds a horn outside, whose log outlives every process; and it counts the passenger on
board, so that an update done twice is a number too high. The passenger's name is the
key of the run.
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from attrs import evolve, frozen

from aicmo_core import (
    App,
    Event,
    RetryPolicy,
    StepContext,
    StepRejected,
    UndoContext,
    Workflow,
    step,
)
from aicmo_core import external_step as acting_outside
from aicmo_core.app import open_app, schemas
from aicmo_core.hooks import Artifacts, ArtifactStore, Module, Scope, Subscriber, provides
from aicmo_core.kernel.clock import Clock, Ids, Waiter
from aicmo_core.runtime.plugins import Plugins
from aicmo_core.saga import TransientFailure
from aicmo_core.storage import Backend, Collection, SchemaMismatch, Store

# -- the module ------------------------------------------------------------------------------


@frozen
class Ticket:
    ticket_id: str
    passenger: str


@frozen
class Manifest:
    passenger: str
    marks: int


@frozen
class TicketSold(Event):
    passenger: str


@frozen
class Boarded(Event):
    passenger: str


TICKETS = Collection("ferry_tickets", Ticket, key="ticket_id")
MANIFESTS = Collection("ferry_manifests", Manifest, key="passenger")


class Ferry(ABC):
    """Sells tickets and takes passengers on board."""

    @abstractmethod
    def sell(self, passenger: str) -> Ticket:
        """Sell a ticket, and mark the passenger on the manifest."""

    @abstractmethod
    def board(self, passenger: str) -> Manifest:
        """Mark the passenger once more."""


class StoredFerry(Ferry):
    def __init__(self, store: Store, ids: Ids) -> None:
        self._store = store
        self._ids = ids

    def sell(self, passenger: str) -> Ticket:
        ticket = self._store.open(TICKETS).add(Ticket(self._ids.new(), passenger))
        self._store.open(MANIFESTS).add(Manifest(passenger, 1))
        self._store.emit(TicketSold(passenger), MANIFESTS, passenger)
        return ticket

    def board(self, passenger: str) -> Manifest:
        manifests = self._store.open(MANIFESTS)
        found = manifests.require(passenger)
        boarded = evolve(found, marks=found.marks + 1)
        manifests.replace(boarded)
        self._store.emit(Boarded(passenger), MANIFESTS, passenger)
        return boarded


def _ferry(scope: Scope) -> Ferry:
    return StoredFerry(scope.store, scope.get(Ids))


FERRY = Module(
    "ferry", [TICKETS, MANIFESTS], [provides(Ferry).by(_ferry)], "scenarios.ferry_migrations"
)

# -- outside ---------------------------------------------------------------------------------


class Horn:
    """
    Sounds once per key, in whichever process, and keeps a log of what was asked of it.

    Attributes:
        while_sounding: Called after a sound and before its answer.
    """

    def __init__(self, log: Path) -> None:
        self.log = log
        self.while_sounding: Callable[[], None] = lambda: None

    def sound(self, key: str) -> str:
        self._write("sound", key)
        self.while_sounding()
        return key

    def take_back(self, key: str) -> None:
        self._write("take_back", key)

    def _write(self, verb: str, key: str) -> None:
        # One write to a file opened for appending is whole, also among processes.
        file = os.open(self.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        try:
            os.write(file, f"{verb} {key}\n".encode())
        finally:
            os.close(file)

    def asked(self) -> list[tuple[str, str]]:
        """Return every call as (verb, key), in order."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [(verb, key) for verb, _, key in (line.partition(" ") for line in lines)]

    def standing(self) -> set[str]:
        """Return the keys whose sound was not taken back."""
        keys: set[str] = set()
        for verb, key in self.asked():
            if verb == "sound":
                keys.add(key)
            else:
                keys.discard(key)
        return keys


# -- the workflows ---------------------------------------------------------------------------


@frozen
class Passenger:
    """
    Attributes:
        refused: Whether the last step rejects, so that everything is taken back.
        flaky: How many attempts of the last step fail first.
    """

    name: str
    refused: bool = False
    flaky: int = 0


@step
def sell(context: StepContext[Passenger]) -> Ticket:
    return context.port(Ferry).sell(context.input.name)


def _take_back(context: UndoContext[Passenger, str]) -> None:
    context.port(Horn).take_back(context.idempotency_key)


_AGAIN = RetryPolicy(max_attempts=3, initial=timedelta(milliseconds=1))


@acting_outside(compensation=_take_back, retry=_AGAIN, compensation_retry=_AGAIN)
def sound(context: StepContext[Passenger]) -> str:
    return context.port(Horn).sound(context.idempotency_key)


@step
def write_ticket(context: StepContext[Passenger]) -> str:
    return context.port(Artifacts).put("ticket.txt", context.input.name.encode() * 1000).path


@step(retry=RetryPolicy(max_attempts=5, initial=timedelta(seconds=30)))
def board(context: StepContext[Passenger]) -> Manifest:
    boarded = context.port(Ferry).board(context.input.name)
    if context.input.refused:
        raise StepRejected("no room")
    if context.attempt <= context.input.flaky:
        raise TransientFailure("the gangway is up")
    return boarded


sale = Workflow("sale", 1, Passenger, [sell])
"""One commit."""

passage = Workflow("passage", 1, Passenger, [sell, sound, board])
"""Every kind of effect."""

lettered = Workflow("lettered", 1, Passenger, [sell, write_ticket, sound, board])
"""A file as well."""

WORKFLOWS = {w.name: w for w in (sale, passage, lettered)}
STEPS = {name: [s.name for s in w.steps] for name, w in WORKFLOWS.items()}
MARKS = {"sale": 1, "passage": 2, "lettered": 2}

# -- processes -------------------------------------------------------------------------------


def ready(backend: Backend) -> None:
    """Make the tables, where a server does not make them by itself."""
    with suppress(SchemaMismatch):
        backend.prepare(schemas([FERRY]))
        backend.close()
        return
    backend.upgrade()
    backend.close()


def open_ferry(
    backend: Backend,
    horn: Horn,
    *,
    artifacts: ArtifactStore | None = None,
    clock: Clock | None = None,
    waiter: Waiter | None = None,
    ids: Ids | None = None,
    subscribers: Iterable[Subscriber] = (),
) -> App:
    """Return an application on *backend*, for the caller to close."""
    return open_app(
        backend,
        artifacts=artifacts,
        modules=[FERRY],
        workflows=list(WORKFLOWS.values()),
        providers=[provides(Horn).by(lambda _: horn)],
        subscribers=list(subscribers),
        plugins=Plugins(),
        clock=clock,
        waiter=waiter,
        ids=ids,
    )


def text(row: Iterable[Any]) -> tuple[Any, ...]:
    """Return *row* with what a driver gives as bytes as the text that it is."""
    return tuple(value.decode() if isinstance(value, bytes) else value for value in row)
