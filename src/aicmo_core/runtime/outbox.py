"""
The outbox: events become rows of the batch whose change caused them.

An event's place is (aggregate, n). n is counted from what is stored, and the key of
the row keeps two writers from using one place; so order comes from neither ids nor
clocks. The places of an aggregate have no gap: n + 1 is given only by a writer who saw
n committed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from typing import Any, NamedTuple, TypeAlias

from aicmo_core.hooks import EventTypes
from aicmo_core.kernel.event import Event, Release
from aicmo_core.runtime.records import OUTBOX, RUNS, OutboxRecord, RunState
from aicmo_core.runtime.subjects import subject_of_event
from aicmo_core.storage import (
    Backend,
    Change,
    Conflict,
    ConflictKind,
    Emitted,
    Insert,
    Key,
    Row,
    Token,
)
from aicmo_core.storage.query import compile_query

Aggregate: TypeAlias = tuple[str, str]
"""What events are about: a collection's name, and a key in it as text."""


def event_type(event: type[Event]) -> str:
    """Return the name under which events of this class are stored."""
    return f"{event.__module__}.{event.__qualname__}"


def class_named(name: str, wanted: Iterable[EventTypes]) -> type[Event] | None:
    """Return the class stored under *name*, if it is one of *wanted* or a subclass of one."""
    waiting: list[type[Event]] = []
    for one in wanted:
        waiting += one if isinstance(one, tuple) else (one,)
    while waiting:
        known = waiting.pop()
        if event_type(known) == name:
            return known
        waiting += known.__subclasses__()
    return None


def aggregate_key(key: tuple[Any, ...]) -> str:
    """Return the key of an aggregate as text; distinct keys of one collection stay distinct."""
    if len(key) == 1 and isinstance(key[0], str):
        return key[0]
    return json.dumps(key, ensure_ascii=False, separators=(",", ":"))


class Committed(NamedTuple):
    """An event as it is stored."""

    row: Row
    record: OutboxRecord
    event: Event


def outbox_changes(
    backend: Backend,
    emitted: Sequence[Emitted],
    changes: Sequence[Change],
    draw: Callable[[], Token],
    *,
    certain: bool = False,
    of_run: bool = False,
) -> list[tuple[Change, Committed]]:
    """
    Give each event its place; return the changes that store them.

    An aggregate that is inserted by the same batch is taken to have no events yet,
    without a read. If that is wrong, because its key was used before, the commit
    conflicts on the outbox; the caller then asks again with *certain*.

    Args:
        of_run: Whether the correlation id names a run that these events are steps of, and
            that they are held for if their class says so.
    """
    if not emitted:
        return []
    new = {(c.collection.name, c.key) for c in changes if isinstance(c, Insert)}
    places: dict[tuple[str, Key], int] = {}
    stored: list[tuple[Change, Committed]] = []
    for one in emitted:
        aggregate = (one.collection.name, one.key)
        text = aggregate_key(one.key)
        if aggregate not in places:
            known_new = aggregate in new and not certain
            places[aggregate] = 0 if known_new else last_place(backend, one.collection.name, text)
        places[aggregate] += 1
        event = one.event
        record = OutboxRecord(
            one.collection.name,
            text,
            places[aggregate],
            event.event_id,
            event_type(type(event)),
            one.payload,
            event.occurred_at,
            event.correlation_id,
            held=of_run and type(event).release is Release.AT_END,
            subject=subject_of_event(event),
        )
        row = OUTBOX.encode(record, draw())
        stored.append((Insert(OUTBOX, row), Committed(row, record, event)))
    return stored


def last_place(backend: Backend, collection: str, key: str) -> int:
    """Return the place of the aggregate's last event, or 0."""
    query = compile_query(OUTBOX, {"collection": collection, "key": key}, order_by="-n", limit=1)
    rows = backend.find(OUTBOX, query)
    return OUTBOX.decode(rows[0]).n if rows else 0


def place_taken(conflict: Conflict) -> bool:
    """Return whether the batch met nothing but a place that another event has."""
    return all(
        item.collection == OUTBOX.name and item.kind is ConflictKind.UNIQUE
        for item in conflict.items
    )


class Hold(Enum):
    """Whether an event may be handed over."""

    RELEASED = "released"
    WAITING = "waiting"
    WITHDRAWN = "withdrawn"


def hold_of(backend: Backend, record: OutboxRecord) -> Hold:
    """Return whether *record* waits for its run. The run is read only if the event is held."""
    if not record.held:
        return Hold.RELEASED
    row = backend.get(RUNS, RUNS.encode_key(record.correlation_id))
    run = None if row is None else RUNS.decode(row)
    state = None if run is None else run.ended_as or run.state
    if state is RunState.COMPLETED:
        return Hold.RELEASED
    # A run that is not there says nothing about its end, so nothing is made of it.
    return Hold.WAITING if state is None or not state.ended else Hold.WITHDRAWN
