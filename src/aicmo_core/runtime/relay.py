"""
The relay: hands committed events to subscribers, at least once, in order per aggregate.

Right after a commit its events are handed over in the committing thread. An event
that was not marked as relayed, because a process died or a subscriber raised, is
handed over again by `relay_pending`, and the aggregate's later events after it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from attrs import evolve, frozen

from aicmo_core.hooks import Subscriber
from aicmo_core.kernel.event import Event
from aicmo_core.kernel.ids import EventId
from aicmo_core.kernel.structuring import from_json
from aicmo_core.runtime.outbox import Committed, event_type
from aicmo_core.runtime.records import OUTBOX, OutboxRecord
from aicmo_core.storage import (
    Backend,
    BackendUnavailable,
    Change,
    Conflict,
    Key,
    OutcomeUnknown,
    Range,
    Replace,
    Row,
    compile_query,
)

_log = logging.getLogger("aicmo_core.relay")

MARK_AFTER = 200
"""How many handed-over events are marked in one commit at the latest."""

PAGE = 500

Aggregate: TypeAlias = tuple[str, str]


@frozen
class _Pending:
    """A stored event that is not marked; its event is decoded when somebody wants it."""

    row: Row
    record: OutboxRecord
    event: Event | None = None

    @property
    def aggregate(self) -> Aggregate:
        return self.record.collection, self.record.key


class Relay:
    """
    Hands events to the subscribers of one application.

    An event is handed over only when the one before it in its aggregate was, here or
    by another process. What has to wait stays pending in the store.
    """

    def __init__(self, backend: Backend, subscribers: Iterable[Subscriber]) -> None:
        self._backend = backend
        self._subscribers = list(subscribers)
        self._lock = threading.RLock()
        self._handed: dict[Key, _Pending] = {}
        self._behind: set[Aggregate] = set()

    @property
    def idle(self) -> bool:
        """Whether nobody listens; events then wait in the outbox."""
        return not self._subscribers

    def subscribe(self, subscriber: Subscriber) -> None:
        """Hand events to one more subscriber, from now on."""
        with self._lock:
            self._subscribers.append(subscriber)

    def committed(self, events: Sequence[Committed]) -> None:
        """Hand over events that were just committed."""
        if not self._subscribers or not events:
            return
        with self._lock:
            for one in events:
                try:
                    self._take(_Pending(one.row, one.record, one.event))
                except BackendUnavailable as error:
                    # The commit stands, whatever becomes of its events here.
                    _log.warning("event %s waits in the outbox: %s", one.record.event_id, error)
        if len(self._handed) >= MARK_AFTER:
            self.mark()

    def relay_pending(self) -> int:
        """Hand over every event that is not marked yet; return how many were handed over."""
        if not self._subscribers:
            return 0
        self.mark()
        with self._lock:
            self._behind.clear()
            refused: set[Aggregate] = set()
            handed = 0
            last: EventId | None = None
            while True:
                rows = self._unmarked(last)
                for row in rows:
                    handed += self._relay_one(_Pending(row, OUTBOX.decode(row)), refused)
                self.mark()
                if len(rows) < PAGE:
                    return handed
                last = OUTBOX.decode(rows[-1]).event_id

    def _relay_one(self, pending: _Pending, refused: set[Aggregate]) -> int:
        if pending.aggregate in refused or pending.row.key in self._handed:
            return 0
        if not self._is_next(pending):
            # Ids do not order an aggregate's events: one before it comes on a later page.
            handed, complete = self._drain(pending.aggregate)
        else:
            complete = self._hand_over(pending)
            handed = int(complete)
        if not complete:
            refused.add(pending.aggregate)
        return handed

    def _unmarked(self, after: EventId | None) -> list[Row]:
        where: dict[str, object] = {"relayed": False}
        if after is not None:
            where["event_id"] = Range(gt=after)
        return self._backend.find(OUTBOX, compile_query(OUTBOX, where, "event_id", PAGE))

    def _take(self, pending: _Pending) -> None:
        """Hand one event over if its turn has come, and then those that waited for it."""
        if pending.row.key in self._handed:
            return  # `relay_pending` found it first
        if not self._is_next(pending):
            self._behind.add(pending.aggregate)
        elif self._hand_over(pending) and pending.aggregate in self._behind:
            self._behind.discard(pending.aggregate)
            self._drain(pending.aggregate)

    def _is_next(self, pending: _Pending) -> bool:
        """Return whether the aggregate's event before this one was handed over."""
        collection, key, n = pending.row.key
        if n == 1:
            return True
        before = (collection, key, n - 1)
        if before in self._handed:
            return True
        row = self._backend.get(OUTBOX, before)
        return row is None or OUTBOX.decode(row).relayed

    def _drain(self, aggregate: Aggregate) -> tuple[int, bool]:
        """Hand over an aggregate's pending events in order; return how many, and whether all."""
        collection, key = aggregate
        query = compile_query(OUTBOX, {"collection": collection, "key": key}, "n")
        handed = 0
        for row in self._backend.find(OUTBOX, query):
            record = OUTBOX.decode(row)
            if record.relayed or row.key in self._handed:
                continue
            if not self._hand_over(_Pending(row, record)):
                return handed, False
            handed += 1
        return handed, True

    def _hand_over(self, pending: _Pending) -> bool:
        """Hand one event to everybody whom it concerns; return whether all took it."""
        record, event = pending.record, pending.event
        name = "none"
        try:
            if event is None:
                event = self._decode(record)
            for subscriber in self._subscribers:
                if event is not None and isinstance(event, subscriber.event):
                    name = subscriber.name
                    subscriber.handle(event)
        except Exception:  # noqa: BLE001 - a subscriber is a stranger; logged below
            # The event stays pending, and so does what follows it; the next relay
            # hands both over again. The run that caused it is committed already.
            _log.exception("event %s was not taken; subscriber: %s", record.event_id, name)
            return False
        self._handed[pending.row.key] = pending
        return True

    def _decode(self, record: OutboxRecord) -> Event | None:
        """Return the stored event, or None if no subscriber can know its class."""
        waiting = [s.event for s in self._subscribers]
        while waiting:
            one = waiting.pop()
            if event_type(one) == record.type:
                return from_json(record.payload, one)
            waiting += one.__subclasses__()
        return None

    def mark(self) -> None:
        """Mark what was handed over, in one commit, so that it is not handed over again."""
        with self._lock:
            waiting = dict(self._handed)
            while waiting:
                changes = [_marked(pending) for pending in waiting.values()]
                try:
                    self._backend.commit(changes)
                except Conflict as conflict:
                    # Another process marked these as well, which is its right.
                    for item in conflict.items:
                        self._handed.pop(item.key, None)
                        waiting.pop(item.key, None)
                except (BackendUnavailable, OutcomeUnknown) as error:
                    # They are marked the next time, unless the process ends before.
                    _log.warning("%d events may be handed over again: %s", len(waiting), error)
                    return
                else:
                    for key in waiting:
                        del self._handed[key]
                    return


def _marked(pending: _Pending) -> Change:
    row = OUTBOX.encode(evolve(pending.record, relayed=True), pending.row.token + "r")
    return Replace(OUTBOX, row, pending.row.token)
