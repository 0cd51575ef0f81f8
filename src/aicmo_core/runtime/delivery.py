"""
Delivery to durable subscribers: an event's effect and the note that it was taken are one commit.

An aggregate's events are taken in the order of their places, whose sequence has no gap,
so neither ids nor clocks have a say. The inbox row moves from before event k to k in the
commit of what the handler did for k, guarded by the row's token. Of two processes that
both handle k, or of two attempts of one, only one finds the row as it read it: the effect
happens once, whatever the races.

That holds for a lost answer too, and needs no mark of its own. Whether the lost batch
landed is not asked: the row is read again, and the event handled again, if it still seems
not taken. The lost batch and the new one expect the same token, or the same absence of a
row, and tokens never come back, for rows are never removed. Whichever lands first moves
the row, and the other, however late it arrives, finds another token and writes nothing.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from attrs import define, evolve, field, frozen

from aicmo_core.hooks import DurableSubscriber, EventContext
from aicmo_core.kernel.clock import Clock, Ids, Waiter
from aicmo_core.kernel.errors import AlreadyExists, InvalidValue
from aicmo_core.kernel.structuring import from_json
from aicmo_core.runtime.failures import say
from aicmo_core.runtime.inbox import (
    Cursor,
    failures_of,
    new_cursor,
    read_cursor,
    refused,
    set_aside,
    taken,
)
from aicmo_core.runtime.outbox import (
    Aggregate,
    Committed,
    Hold,
    class_named,
    hold_of,
    outbox_changes,
    place_taken,
)
from aicmo_core.runtime.records import INBOX, OUTBOX, InboxRecord, InboxState, OutboxRecord
from aicmo_core.runtime.services import Ports, Services
from aicmo_core.storage import (
    Backend,
    Change,
    Conflict,
    ConflictItem,
    ConflictKind,
    Insert,
    OutcomeUnknown,
    Range,
    StaleItem,
    Token,
    UnitOfWork,
    compile_query,
    new_token,
)

P = TypeVar("P")

_log = logging.getLogger("aicmo_core.delivery")

TURNS = 50
"""How often a handler is called again because rows that it read were saved by others meanwhile."""

PAGE = 500

AT_A_COMMIT = 100
"""How many events one call delivers of an aggregate at most; the relay calls again for the rest."""

_KNOWN = 10_000

_LOST_WAITS = tuple(timedelta(milliseconds=ms) for ms in (0, 50, 200, 1000, 3000))


@define
class Taken:
    """
    What a delivery did, also as far as it came.

    Attributes:
        events: How many events had their effect here.
        emitted: The events that these effects brought, committed and not yet handed over.
        left_out: Whether there are more of these, which wait in the outbox.
    """

    events: int = 0
    emitted: list[Committed] = field(factory=list)
    left_out: bool = False

    def add(self, emitted: Sequence[Committed]) -> None:
        """Count an event, and keep what its effect brought, as far as there is room."""
        self.events += 1
        if len(self.emitted) + len(emitted) <= PAGE:
            self.emitted += emitted
        else:
            self.left_out = True


@frozen
class _Part:
    """An event to hand over, and the last place before the next one: the rest is passed over."""

    record: OutboxRecord
    through: int


class _Context(EventContext):
    def __init__(self, subscriber: str, event_id: str, attempt: int, ports: Ports) -> None:
        self._key = f"{subscriber}/{event_id}"
        self._attempt = attempt
        self._ports = ports

    @property
    def attempt(self) -> int:
        return self._attempt

    @property
    def idempotency_key(self) -> str:
        return self._key

    def port(self, port: Callable[..., P]) -> P:
        return self._ports.get(port)


class Delivery:
    """Delivers events to the durable subscribers that this process runs."""

    def __init__(
        self,
        backend: Backend,
        services: Services,
        clock: Clock,
        ids: Ids,
        waiter: Waiter,
        subscribers: Iterable[DurableSubscriber],
    ) -> None:
        self.subscribers = {s.name: s for s in subscribers}
        self._backend = backend
        self._services = services
        self._clock = clock
        self._ids = ids
        self._waiter = waiter
        self._lock = threading.Lock()
        self._busy: dict[tuple[str, Aggregate, int], bool] = {}
        self._known: dict[tuple[str, Aggregate], int] = {}

    def listens(self, name: str, event_type: str) -> bool:
        """Return whether the subscriber is told of events that are stored under this name."""
        return class_named(event_type, [self.subscribers[name].event]) is not None

    def known(self, name: str, aggregate: Aggregate) -> int:
        """Return a place up to which the store is known to keep the events for the subscriber."""
        return self._known.get((name, aggregate), 0)

    def deliver(self, name: str, aggregate: Aggregate, done: Taken, *, alone: int = 0) -> None:
        """
        Deliver what is due to one subscriber about one aggregate, in order, up to a bound.

        One thread of this process does that at a time. Whoever comes meanwhile, a handler
        that itself caused an event among them, leaves it to that thread, which looks again.

        Args:
            done: Is added to, also when this raises.
            alone: The place of an event that was set aside, to deliver just that one.

        Raises:
            BackendUnavailable: The store failed. What was delivered stays.
            OutcomeUnknown: The answer was lost each time. The next delivery finds out.
        """
        place = (name, aggregate, alone)
        with self._lock:
            if place in self._busy:
                self._busy[place] = True
                return
            self._busy[place] = False
        try:
            enough = done.events + AT_A_COMMIT
            while True:
                self._catch_up(self.subscribers[name], aggregate, alone, done, enough)
                with self._lock:
                    if not self._busy[place]:
                        del self._busy[place]
                        return
                    self._busy[place] = False
        except BaseException:
            with self._lock:
                del self._busy[place]
            raise

    # -- what is due ---------------------------------------------------------------------------

    def _catch_up(
        self,
        subscriber: DurableSubscriber,
        aggregate: Aggregate,
        alone: int,
        done: Taken,
        enough: int,
    ) -> None:
        cursor = read_cursor(self._backend, subscriber.name, aggregate, alone)
        if cursor is not None and not self._due(cursor.record):
            return
        seen = None if cursor is None else cursor.record.done
        while records := self._ahead(aggregate, seen, alone):
            if cursor is None:
                # Whatever was handed out before it met the aggregate is not for it: a
                # process that knew of it would have noted that.
                cursor = new_cursor(subscriber.name, aggregate, records[0].n - 1)
            parts, seen = self._parts(subscriber, records)
            for part in parts:
                if done.events >= enough or not self._take(subscriber, cursor, part, done):
                    return
            if len(records) < PAGE or seen < records[-1].n:
                break
        if cursor is not None and seen is not None:
            self._pass_over(cursor, seen)

    def _due(self, record: InboxRecord) -> bool:
        if record.state not in (InboxState.IDLE, InboxState.PENDING):
            return False
        return record.next_at is None or record.next_at <= self._backend.now()

    def _ahead(self, aggregate: Aggregate, seen: int | None, alone: int) -> list[OutboxRecord]:
        """
        Return the next page of events behind *seen*; None stands for what was not handed out.

        The events of an aggregate are marked as handed out in order, so that those which
        are not are its last ones, without a gap.
        """
        where: dict[str, object] = {"collection": aggregate[0], "key": aggregate[1]}
        if seen is None:
            where["relayed"] = False
        else:
            where["n"] = Range(gt=seen, le=alone or None)
        query = compile_query(OUTBOX, where, "n", PAGE)
        return [OUTBOX.decode(row) for row in self._backend.find(OUTBOX, query)]

    def _parts(
        self, subscriber: DurableSubscriber, records: Sequence[OutboxRecord]
    ) -> tuple[list[_Part], int]:
        """Return what to hand over of *records*, and the last place before one that waits."""
        parts: list[_Part] = []
        seen = records[0].n - 1
        for record in records:
            hold = hold_of(self._backend, record)
            if hold is Hold.WAITING:
                break
            seen = record.n
            if hold is Hold.RELEASED and self.listens(subscriber.name, record.type):
                parts.append(_Part(record, seen))
            elif parts:
                parts[-1] = evolve(parts[-1], through=seen)
        return parts, seen

    def _pass_over(self, cursor: Cursor, through: int) -> None:
        """Note that nothing of what is due up to *through* concerns the subscriber."""
        for turn in range(TURNS):
            record = cursor.record
            if record.state is not InboxState.PENDING or record.done >= through:
                break
            following, token = taken(record, through), new_token()
            try:
                self._backend.commit([cursor.change(following, token)])
                cursor.become(following, token)
            except Conflict:
                cursor.look_again(self._backend)
            except OutcomeUnknown as lost:
                self._wait(turn, lost)
                cursor.look_again(self._backend)
        self._keep_known(cursor)

    def _keep_known(self, cursor: Cursor) -> None:
        record = cursor.record
        if cursor.token is None or record.alone:
            return
        if len(self._known) >= _KNOWN:
            self._known.clear()  # it only saves reads
        place = (record.subscriber, (record.collection, record.key))
        self._known[place] = max(record.done, record.upto)

    # -- one event -----------------------------------------------------------------------------

    def _take(
        self, subscriber: DurableSubscriber, cursor: Cursor, part: _Part, done: Taken
    ) -> bool:
        """Have one event handled and taken; return whether the next one's turn has come."""
        sent: dict[Token, list[Committed]] = {}
        n = part.record.n
        for _ in range(TURNS):
            if cursor.record.done >= n:
                return True
            if not self._due(cursor.record):
                return False
            correlation = part.record.correlation_id
            work = UnitOfWork(self._backend, self._ids, self._clock, correlation)
            try:
                self._handle(subscriber, cursor, part.record, work)
            except Exception as error:  # noqa: BLE001 - a stranger's; kept in the inbox
                return self._refuse(subscriber, cursor, n, error)
            try:
                if self._commit(cursor, part, work, sent, done):
                    return True
            except (AlreadyExists, InvalidValue) as error:
                return self._refuse(subscriber, cursor, n, error)
        return self._refuse(subscriber, cursor, n, StaleItem(()))

    def _handle(
        self, subscriber: DurableSubscriber, cursor: Cursor, record: OutboxRecord, work: UnitOfWork
    ) -> None:
        known = class_named(record.type, [subscriber.event])
        assert known is not None  # it listens to it
        event = from_json(record.payload, known)
        attempt = failures_of(cursor.record, record.n) + 1
        ports = self._services.open(work)
        context = _Context(subscriber.name, record.event_id, attempt, ports)
        subscriber.handle(context, event)

    def _commit(
        self,
        cursor: Cursor,
        part: _Part,
        work: UnitOfWork,
        sent: dict[Token, list[Committed]],
        done: Taken,
    ) -> bool:
        """
        Commit what the handler did; return False if it has to be called again.

        Args:
            sent: What was committed for this event under which token, answers being lost.

        Raises:
            AlreadyExists: What the handler wrote is taken; calling it again cannot help.
            InvalidValue: What it wrote may not be stored.
        """
        certain, lost = False, 0
        for _ in range(TURNS):
            changes = work.changes()
            stored = outbox_changes(
                self._backend, work.emitted, changes, new_token, certain=certain
            )
            following, token = taken(cursor.record, part.through), new_token()
            batch = [cursor.change(following, token), *changes, *(c for c, _ in stored)]
            sent[token] = [committed for _, committed in stored]
            conflict = None
            try:
                self._backend.commit(batch)
                cursor.become(following, token)
            except OutcomeUnknown as error:
                self._wait(lost, error)
                lost += 1
                cursor.look_again(self._backend)
            except Conflict as error:
                conflict = error
                cursor.look_again(self._backend)
            if cursor.record.done >= part.record.n:
                self._keep_known(cursor)
                if cursor.token in sent:  # not another process
                    done.add(sent[cursor.token])
                return True
            if not self._due(cursor.record):
                return False
            others = [] if conflict is None else _without_inbox(conflict)
            if not others:
                continue  # only where it stands has moved
            if place_taken(Conflict(tuple(others))):
                certain = True
            elif not work.resolve_again(Conflict(tuple(others))):
                _refuse_taken(Conflict(tuple(others)), batch)
                return False
        return False

    def _refuse(
        self, subscriber: DurableSubscriber, cursor: Cursor, n: int, error: Exception
    ) -> bool:
        """
        Count a refusal; return whether the next event's turn has come all the same.

        Where another process counted one meanwhile, or the event was taken, that stands.
        """
        before = failures_of(cursor.record, n)
        next_at = self._next(subscriber, before + 1)
        _log.log(
            logging.ERROR if next_at is None else logging.WARNING,
            "durable subscriber %s refused event %d of %s[%s], for the %d. time%s",
            subscriber.name,
            n,
            cursor.record.collection,
            cursor.record.key,
            before + 1,
            "; it is a dead letter now" if next_at is None else "",
            exc_info=error,
        )
        lost = 0
        while cursor.record.done < n and failures_of(cursor.record, n) <= before:
            if cursor.record.state in (InboxState.DEAD, InboxState.GIVEN_UP):
                break
            following = refused(cursor.record, n, before + 1, say(error), next_at)
            token = new_token()
            batch = [cursor.change(following, token)]
            if next_at is None and subscriber.unordered and not cursor.record.alone:
                letter = INBOX.encode(set_aside(following, n), new_token())
                following = taken(following, n)
                batch = [cursor.change(following, token), Insert(INBOX, letter)]
            try:
                self._backend.commit(batch)
                cursor.become(following, token)
            except Conflict:
                cursor.look_again(self._backend)
            except OutcomeUnknown as unknown:
                self._wait(lost, unknown)
                lost += 1
                cursor.look_again(self._backend)
        self._keep_known(cursor)
        return cursor.record.done >= n

    def _next(self, subscriber: DurableSubscriber, failures: int) -> datetime | None:
        """Ask the policy by the store's clock, which all who wait for the moment share."""
        if subscriber.retry.next_attempt(failures, self._clock.now()) is None:
            return None
        return subscriber.retry.next_attempt(failures, self._backend.now())

    def _wait(self, turn: int, lost: OutcomeUnknown) -> None:
        if turn >= len(_LOST_WAITS):
            raise lost
        _log.warning("%s; reading where the subscriber stands", lost)
        self._waiter.wait(_LOST_WAITS[turn])


def _without_inbox(conflict: Conflict) -> list[ConflictItem]:
    return [item for item in conflict.items if item.collection != INBOX.name]


def _refuse_taken(conflict: Conflict, batch: Sequence[Change]) -> None:
    """
    Do nothing if calling the handler again may settle the conflict.

    Raises:
        AlreadyExists: It cannot: a key or unique value is taken for good.
    """
    for item in conflict.items:
        if item.kind is not ConflictKind.UNIQUE or item.collection == OUTBOX.name:
            continue
        groups = {",".join(group) for group in batch[item.position].collection.optimistic}
        if item.constraint not in groups:
            raise AlreadyExists(item.collection, item.constraint, ", ".join(map(str, item.key)))
