"""
The outbox: events become rows of the batch whose change caused them.

An event's place is (aggregate, n). n is counted from what is stored, and the key of
the row keeps two writers from using one place; so order comes from neither ids nor
clocks.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from attrs import frozen

from aicmo_core.kernel.event import Event
from aicmo_core.runtime.records import OUTBOX, OutboxRecord
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


def event_type(event: type[Event]) -> str:
    """Return the name under which events of this class are stored."""
    return f"{event.__module__}.{event.__qualname__}"


def aggregate_key(key: tuple[Any, ...]) -> str:
    """Return the key of an aggregate as text; distinct keys of one collection stay distinct."""
    if len(key) == 1 and isinstance(key[0], str):
        return key[0]
    return json.dumps(key, ensure_ascii=False, separators=(",", ":"))


@frozen
class Committed:
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
) -> list[tuple[Change, Committed]]:
    """
    Give each event its place; return the changes that store them.

    An aggregate that is inserted by the same batch is taken to have no events yet,
    without a read. If that is wrong, because its key was used before, the commit
    conflicts on the outbox; the caller then asks again with *certain*.
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
