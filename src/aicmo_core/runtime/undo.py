"""
Derived undo: what takes a step's rows back, as text in its journal entry.

A change's inverse is the row as it was, its token included, guarded by the token
that the change gave it. A row that somebody else has changed since keeps its new
token, so the guard fails, and nothing is guessed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen

from aicmo_core.kernel.errors import UnknownName
from aicmo_core.kernel.ids import EventId
from aicmo_core.kernel.structuring import dump_plain
from aicmo_core.storage import (
    Change,
    Collection,
    Emitted,
    Insert,
    Remove,
    Replace,
    Row,
    Token,
    UnitOfWork,
)


@frozen
class Announced:
    """The events that a step stored about one row."""

    collection: str
    key: tuple[Any, ...]
    event_ids: tuple[EventId, ...]


def to_undo(work: UnitOfWork, changes: Sequence[Change], emitted: Sequence[Emitted]) -> str | None:
    """Return what takes *changes* back and what retracts *emitted*; None if there is nothing."""
    rows = [line for change in changes if (line := _inverse(work, change)) is not None]
    announced: dict[tuple[str, tuple[Any, ...]], list[str]] = {}
    for one in emitted:
        announced.setdefault((one.collection.name, one.key), []).append(one.event.event_id)
    if not rows and not announced:
        return None
    events = [[name, list(key), ids] for (name, key), ids in announced.items()]
    return dump_plain([rows, events])


def _inverse(work: UnitOfWork, change: Change) -> list[Any] | None:
    name = change.collection.name
    match change:
        case Insert(_, row):
            return [name, list(row.key), row.token, None]
        case Replace(collection, row, _):
            before = work.before(collection, row.key)
            return [name, list(row.key), row.token, _plain(before)]
        case Remove(collection, key, _):
            return [name, list(key), None, _plain(work.before(collection, key))]
    return None


def _plain(row: Row | None) -> list[Any]:
    assert row is not None  # a replaced or removed row was read
    return [row.token, list(row.values), [[list(c) for c in child] for child in row.children]]


def revert(work: UnitOfWork, undo: str, collections: Mapping[str, Collection[Any]]) -> None:
    """
    Lay the inverse of a step's changes over *work*, whatever else it has changed.

    Raises:
        StaleItem: Somebody else changed a row since; it is named.
        UnknownName: A collection is no longer registered.
    """
    rows, _ = json.loads(undo)
    # Backwards, so that a row that was moved aside comes back before what took its place.
    for name, key, token, before in reversed(rows):
        collection = _known(collections, name)
        row = None
        if before is not None:
            old_token, values, children = before
            row = Row(
                tuple(key),
                old_token,
                tuple(values),
                tuple(tuple(tuple(c) for c in child) for child in children),
            )
        work.revert(collection, tuple(key), token, row)


def written(undo: str) -> list[tuple[str, tuple[Any, ...], Token]]:
    """Return collection, key and token of each row that a step wrote."""
    rows, _ = json.loads(undo)
    return [(name, tuple(key), token) for name, key, token, _ in rows if token is not None]


def announced(undo: str) -> list[Announced]:
    """Return the events that a step stored, by row."""
    _, events = json.loads(undo)
    return [Announced(name, tuple(key), tuple(ids)) for name, key, ids in events]


def _known(collections: Mapping[str, Collection[Any]], name: str) -> Collection[Any]:
    try:
        return collections[name]
    except KeyError:
        raise UnknownName("collection", name, collections) from None
