"""
The relay: hands committed events to subscribers, in order per aggregate.

Right after a commit its events are handed over in the committing thread. What nobody
could take then, because a process died or a subscriber raised, is handed over by
`relay_pending`, and the aggregate's later events after it.

An event is marked when it was handed out: to the subscribers of this process, and for
every durable subscriber, wherever it runs, it was taken or is noted in the inbox. So a
process that does not run a durable subscriber cannot make it miss an event.
"""

from __future__ import annotations

import logging
import threading
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from typing import Any

from attrs import evolve, frozen

from aicmo_core.hooks import Subscriber
from aicmo_core.kernel.event import Event
from aicmo_core.kernel.ids import CorrelationId, EventId, RunId
from aicmo_core.kernel.structuring import from_json
from aicmo_core.runtime.delivery import AT_A_COMMIT, Delivery, Taken
from aicmo_core.runtime.inbox import due_pages, new_cursor, noted, read_cursor, registered
from aicmo_core.runtime.live import LiveRun
from aicmo_core.runtime.outbox import Aggregate, Committed, Hold, class_named, hold_of
from aicmo_core.runtime.records import OUTBOX, OutboxRecord
from aicmo_core.runtime.targets import Targets
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
    new_token,
)

_log = logging.getLogger("aicmo_core.relay")

MARK_AFTER = 200
"""How many handed-over events are marked in one commit at the latest."""

PAGE = 500

BEHIND = 10_000
"""Of how many aggregates it is remembered that an event waits for another; the store knows all."""

TURNS = 50
"""How often a mark is tried again because others move the same rows."""


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

    An event is handed to those of this process only when the one before it in its
    aggregate was, here or by another process. What has to wait stays pending in the store.
    """

    def __init__(
        self,
        backend: Backend,
        subscribers: Iterable[Subscriber],
        delivery: Delivery,
        targets: Targets,
    ) -> None:
        self._backend = backend
        self._subscribers = list(subscribers)
        self._delivery = delivery
        self._targets = targets
        self._lock = threading.RLock()
        self._handed: dict[Key, _Pending] = {}
        self._behind: set[Aggregate] = set()
        self._held: dict[str, set[Aggregate]] = {}

    @property
    def idle(self) -> bool:
        """Whether nobody listens; events then wait in the outbox."""
        return not (self._subscribers or self._delivery.subscribers or self._targets)

    def subscribe(self, subscriber: Subscriber) -> None:
        """Hand events to one more subscriber, from now on."""
        with self._lock:
            self._subscribers.append(subscriber)

    # -- right after a commit ------------------------------------------------------------------

    def committed(self, events: Sequence[Committed]) -> None:
        """Hand over events that were just committed, and those that their effects bring."""
        if self.idle:
            return
        waiting = deque([events])
        while waiting:
            batch = [_Pending(e.row, e.record, e.event) for e in waiting.popleft()]
            if not batch:
                continue
            with self._lock:
                for one in batch:
                    try:
                        self._take(one)
                    except BackendUnavailable as error:
                        # The commit stands, whatever becomes of its events here.
                        _log.warning("event %s waits in the outbox: %s", one.record.event_id, error)
            ready = [one for one in batch if not one.record.held]
            waiting.append(self._deliver(ready).emitted)
        if len(self._handed) >= MARK_AFTER:
            self.mark()

    def ended(self, run: LiveRun[Any]) -> None:
        """
        Hand over, or withdraw, the events that were held for a run, if it has just ended.

        Those of a run that another process began are looked for among what is not marked.
        """
        if self.idle or not run.record.state.ended:
            return
        run_id = run.record.run_id
        with self._lock:
            aggregates = self._held.pop(run_id, set())
        try:
            if not run.begun_here:
                aggregates |= self._held_for(run_id)
            self._resume(aggregates)
        except BackendUnavailable as error:
            _log.warning("events held for run %s wait in the outbox: %s", run_id, error)

    def _held_for(self, run_id: RunId) -> set[Aggregate]:
        return {
            (record.collection, record.key)
            for page in self._unmarked_pages()
            for record in map(OUTBOX.decode, page)
            if record.held and record.correlation_id == CorrelationId(run_id)
        }

    def _resume(self, aggregates: Iterable[Aggregate]) -> None:
        for aggregate in sorted(aggregates):
            with self._lock:
                self._behind.discard(aggregate)
                self._drain(aggregate)
            for name in self._delivery.subscribers:
                self.committed(self._deliver_one(name, aggregate).emitted)

    # -- what is pending -----------------------------------------------------------------------

    def relay_pending(self) -> int:
        """
        Hand over every event that is due, and send it to the targets; return how many times.

        Targets come last, so that no subscriber waits for one.
        """
        if self.idle:
            return 0
        self.mark()
        with self._lock:
            self._behind.clear()
        handed, left_out = self._relay_pages()
        while left_out:
            more, left_out = self._relay_pages()
            handed += more
        handed += self._deliver_noted()
        self.mark()  # what is not noted for a target is not sent
        return handed + self._targets.send_due()

    def _relay_pages(self) -> tuple[int, bool]:
        """Hand over what is not marked; return how much, and whether it brought too much more."""
        refused: set[Aggregate] = set()
        handed, left_out = 0, False
        for page in self._unmarked_pages():
            found = [_Pending(row, OUTBOX.decode(row)) for row in page]
            drained: set[Aggregate] = set()
            with self._lock:
                handed += sum(self._relay_one(pending, refused, drained) for pending in found)
            done = self._deliver(found)
            left_out |= done.left_out
            self.mark()
            self.committed(done.emitted)
        return handed, left_out

    def _relay_one(
        self, pending: _Pending, refused: set[Aggregate], drained: set[Aggregate]
    ) -> int:
        """
        Hand one event over, if it was not yet.

        Args:
            refused: The aggregates that wait. Is added to.
            drained: Those of whose events none that was read before is left. Is added to.
        """
        if pending.aggregate in refused or pending.aggregate in drained:
            return 0
        if pending.row.key in self._handed:
            return 0
        if not self._is_next(pending):
            # Ids do not order an aggregate's events: one before it comes on a later page.
            handed, complete = self._drain(pending.aggregate)
            drained.add(pending.aggregate)
        else:
            complete = self._hand_over(pending)
            handed = int(complete)
        if not complete:
            refused.add(pending.aggregate)
        return handed

    def _unmarked_pages(self) -> Iterable[list[Row]]:
        where: dict[str, object] = {"relayed": False}
        while True:
            rows = self._backend.find(OUTBOX, compile_query(OUTBOX, where, "event_id", PAGE))
            if rows:
                last: EventId = OUTBOX.decode(rows[-1]).event_id
                yield rows
            if len(rows) < PAGE:
                return
            where["event_id"] = Range(gt=last)

    # -- the subscribers of this process -------------------------------------------------------

    def _take(self, pending: _Pending) -> None:
        """Hand one event over if its turn has come, and then those that waited for it."""
        if pending.row.key in self._handed:
            return  # `relay_pending` found it first
        if pending.record.held:
            held = self._held.setdefault(pending.record.correlation_id, set())
            held.add(pending.aggregate)
            self._fall_behind(pending.aggregate)
        elif not self._is_next(pending):
            self._fall_behind(pending.aggregate)
        elif self._hand_over(pending) and pending.aggregate in self._behind:
            self._behind.discard(pending.aggregate)
            self._drain(pending.aggregate)

    def _fall_behind(self, aggregate: Aggregate) -> None:
        if len(self._behind) >= BEHIND:
            self._behind.clear()  # it only saves waiting: the next relay finds them all
        self._behind.add(aggregate)

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
        handed = 0
        for page in self._unmarked_of(aggregate):
            for row in page:
                if row.key in self._handed:
                    continue
                if not self._hand_over(_Pending(row, OUTBOX.decode(row))):
                    return handed, False
                handed += 1
            if len(self._handed) >= MARK_AFTER:
                self.mark()
            if len(self._handed) >= MARK_AFTER:
                return handed, False  # the store takes no marks: no more is held in memory
        return handed, True

    def _unmarked_of(self, aggregate: Aggregate) -> Iterable[list[Row]]:
        where: dict[str, object] = dict(zip(("collection", "key"), aggregate, strict=True))
        where["relayed"] = False
        while True:
            rows = self._backend.find(OUTBOX, compile_query(OUTBOX, where, "n", PAGE))
            yield rows
            if len(rows) < PAGE:
                return
            where["n"] = Range(gt=OUTBOX.decode(rows[-1]).n)

    def _hand_over(self, pending: _Pending) -> bool:
        """Hand one event to everybody whom it concerns; return whether all took it."""
        record, event = pending.record, pending.event
        hold = hold_of(self._backend, record)
        if hold is Hold.WAITING:
            return False
        name = "none"
        try:
            if hold is Hold.RELEASED:
                event = event or self._decode(record)
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
        known = class_named(record.type, [s.event for s in self._subscribers])
        return None if known is None else from_json(record.payload, known)

    # -- durable subscribers -------------------------------------------------------------------

    def _deliver(self, events: Sequence[_Pending]) -> Taken:
        """Deliver the aggregates of *events* to the durable subscribers that listen to them."""
        done = Taken()
        for name in self._delivery.subscribers:
            concerned = {
                one.aggregate: None
                for one in events
                if self._delivery.listens(name, one.record.type)
            }
            for aggregate in concerned:
                self._deliver_one(name, aggregate, done)
        return done

    def _deliver_one(
        self, name: str, aggregate: Aggregate, done: Taken | None = None, *, alone: int = 0
    ) -> Taken:
        done = done if done is not None else Taken()
        try:
            self._delivery.deliver(name, aggregate, done, alone=alone)
        except (BackendUnavailable, OutcomeUnknown) as error:
            # Not lost: the events are unmarked, or the mark notes them as due.
            _log.warning("events of %s wait for subscriber %s: %s", aggregate, name, error)
        return done

    def _deliver_noted(self) -> int:
        """Deliver what the inbox says is due; return how many events were taken."""
        events = 0
        for name in self._delivery.subscribers:
            for page in due_pages(self._backend, name, PAGE):
                for record in [cursor.record for cursor in page]:
                    aggregate = (record.collection, record.key)
                    more = AT_A_COMMIT
                    while more >= AT_A_COMMIT:
                        done = self._deliver_one(name, aggregate, alone=record.alone)
                        more = done.events
                        events += more
                        self.committed(done.emitted)
        return events

    def redeliver(self, name: str, aggregate: Aggregate, alone: int) -> None:
        """Deliver what was redriven, if this process runs the subscriber or has the target."""
        if name in self._delivery.subscribers:
            self.committed(self._deliver_one(name, aggregate, alone=alone).emitted)
        self._targets.send_again(name)

    # -- marks ---------------------------------------------------------------------------------

    def mark(self) -> None:
        """
        Mark what was handed over, in one commit, so that it is not handed over again.

        The same commit notes the events as due for every durable subscriber that did not
        take them here.
        """
        with self._lock:
            for _ in range(TURNS):
                waiting = list(self._handed.values())
                if not waiting:
                    return
                try:
                    # Who is registered is read only now: every event of the batch was
                    # committed before a registration that this read does not see. So a
                    # subscriber misses no event that is committed after its registration.
                    notes = self._notes(waiting, registered(self._backend))
                    self._backend.commit([*map(_marked, waiting), *notes])
                except Conflict as conflict:
                    # Another process marked these as well, or moved an inbox row: its right.
                    for item in conflict.items:
                        if item.collection == OUTBOX.name:
                            self._handed.pop(item.key, None)
                except (BackendUnavailable, OutcomeUnknown) as error:
                    # They are marked the next time, unless the process ends before.
                    _log.warning("%d events may be handed over again: %s", len(waiting), error)
                    return
                else:
                    for pending in waiting:
                        del self._handed[pending.row.key]
                    return

    def _notes(self, waiting: Sequence[_Pending], names: Iterable[str]) -> list[Change]:
        """Return what notes the events of *waiting* as due for whom they were not taken."""
        by_aggregate: dict[Aggregate, list[OutboxRecord]] = defaultdict(list)
        for pending in waiting:
            by_aggregate[pending.aggregate].append(pending.record)
        notes: list[Change] = []
        for name in names:
            own = name in self._delivery.subscribers
            for aggregate, records in by_aggregate.items():
                # What another process's subscriber listens to is not known here.
                due = [r.n for r in records if not own or self._delivery.listens(name, r.type)]
                if not due or (own and self._delivery.known(name, aggregate) >= max(due)):
                    continue
                note = self._note(name, aggregate, min(r.n for r in records), max(due))
                if note is not None:
                    notes.append(note)
        return notes

    def _note(self, name: str, aggregate: Aggregate, first: int, last: int) -> Change | None:
        """Return what notes events up to *last* as due, or None if they are already."""
        cursor = read_cursor(self._backend, name, aggregate)
        if cursor is None:
            # Events are marked in order, so that all before the first one were handed out
            # when the subscriber was not known, or to it.
            cursor = new_cursor(name, aggregate, first - 1)
        elif max(cursor.record.done, cursor.record.upto) >= last:
            return None
        return cursor.change(noted(cursor.record, last), new_token())


def _marked(pending: _Pending) -> Change:
    row = OUTBOX.encode(evolve(pending.record, relayed=True), pending.row.token + "r")
    return Replace(OUTBOX, row, pending.row.token)
