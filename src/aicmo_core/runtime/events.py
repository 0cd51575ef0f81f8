"""Looking at events that durable subscribers have not taken, and deciding about those refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from attrs import evolve, frozen

from aicmo_core.kernel.errors import InvalidValue, NotFound, Problem
from aicmo_core.kernel.ids import CorrelationId, EventId
from aicmo_core.runtime.errors import NothingRefused
from aicmo_core.runtime.inbox import Cursor, read_cursor, set_aside, taken
from aicmo_core.runtime.outbox import Aggregate
from aicmo_core.runtime.records import INBOX, OUTBOX, SUBSCRIBERS, InboxRecord, InboxState
from aicmo_core.storage import (
    Backend,
    Change,
    Conflict,
    Insert,
    OneOf,
    Page,
    Range,
    Remove,
    Token,
    compile_query,
    new_token,
)
from aicmo_core.storage.query import cursor_of, values_by_column

_SHOWN = 20


@frozen
class Backlog:
    """
    Where a durable subscriber stands with the events of one aggregate.

    Attributes:
        subscriber: The subscriber's name.
        collection: With *key*, what the events are about.
        key: Text; a key of several fields as JSON.
        alone: The place of the only event that this is about, if that was set aside;
            None if it is about all of the aggregate.
        state: Pending: it goes on by itself. Dead: it waits for a person.
        waiting: How many events are known to wait, those included that do not concern it.
        failures: How often the first of them was refused.
        reason: Why, the last time.
        next_at: When it is tried again, by the store's clock, if that is not now.
        decided_by: Who redrove it or gave it up last.
        decided_why: For what reason.
    """

    subscriber: str
    collection: str
    key: str
    alone: int | None
    state: InboxState
    waiting: int
    failures: int
    reason: str | None
    next_at: datetime | None
    decided_by: str | None
    decided_why: str | None


@frozen
class StoredEvent:
    """
    An event as the outbox keeps it.

    Attributes:
        n: Its place among its aggregate's events, from 1.
        type: The full name of its class.
        payload: JSON, the envelope included.
    """

    n: int
    event_id: EventId
    type: str
    payload: str
    occurred_at: datetime
    correlation_id: CorrelationId


class Events:
    """
    The events that wait for durable subscribers, whichever process runs those.

    Args:
        redeliver: Called with subscriber, aggregate and place of what was redriven.
    """

    def __init__(self, backend: Backend, redeliver: Callable[[str, Aggregate, int], None]) -> None:
        self._backend = backend
        self._redeliver = redeliver

    def list(
        self,
        *,
        subscriber: str | None = None,
        state: InboxState | Sequence[InboxState] = (InboxState.PENDING, InboxState.DEAD),
        limit: int = 50,
        after: str | None = None,
    ) -> Page[Backlog]:
        """
        Return what waits and what is dead, a page at a time, by subscriber.

        Args:
            subscriber: Only what waits for the durable subscriber of this name.
            state: Only what is in this state, or in one of these.
            limit: How many at most.
            after: The `next` of the page before.

        Raises:
            QueryRefused: *limit* is not positive, or *after* is not such a cursor.
        """
        where: dict[str, Any] = {
            "state": OneOf((state,) if isinstance(state, InboxState) else state)
        }
        if subscriber is not None:
            where["subscriber"] = subscriber
        query = compile_query(INBOX, where, "subscriber", limit, after)
        rows = self._backend.find(INBOX, evolve(query, limit=limit + 1))
        cursor = None
        if len(rows) > limit:
            rows = rows[:limit]
            cursor = cursor_of(query.order_by, values_by_column(INBOX, rows[-1]))
        return Page(tuple(_view(INBOX.decode(row)) for row in rows), cursor)

    def get(
        self, subscriber: str, collection: str, key: str, alone: int | None = None
    ) -> Backlog | None:
        """Return where *subscriber* stands with an aggregate, or None if it has not met it."""
        cursor = read_cursor(self._backend, subscriber, (collection, key), alone or 0)
        return None if cursor is None else _view(cursor.record)

    def waiting(
        self,
        subscriber: str,
        collection: str,
        key: str,
        alone: int | None = None,
        limit: int = _SHOWN,
    ) -> tuple[StoredEvent, ...]:
        """
        Return the first events that wait, in order; those included that do not concern it.

        Raises:
            NotFound: The subscriber has not met such an aggregate.
        """
        record = self._require(subscriber, (collection, key), alone).record
        if record.upto <= record.done or record.state is InboxState.GIVEN_UP:
            return ()
        n = Range(gt=record.done, le=record.upto)
        where = {"collection": collection, "key": key, "n": n}
        rows = self._backend.find(OUTBOX, compile_query(OUTBOX, where, "n", limit))
        return tuple(
            StoredEvent(e.n, e.event_id, e.type, e.payload, e.occurred_at, e.correlation_id)
            for e in map(OUTBOX.decode, rows)
        )

    def not_handed_out(self) -> int:
        """Return how many events were handed to nobody yet."""
        return self._backend.count(OUTBOX, compile_query(OUTBOX, {"relayed": False}).where)

    def subscribers(self) -> tuple[str, ...]:
        """Return the names of the durable subscribers that events are kept for."""
        rows = self._backend.find(SUBSCRIBERS, compile_query(SUBSCRIBERS))
        return tuple(SUBSCRIBERS.decode(row).name for row in rows)

    # -- what a person decides -----------------------------------------------------------------

    def redrive(
        self,
        subscriber: str,
        collection: str,
        key: str,
        alone: int | None = None,
        *,
        by: str,
        why: str,
    ) -> Backlog:
        """
        Deliver a refused event again, and what waits behind it in order; return what remains.

        It is delivered at once if this application runs the subscriber, and otherwise by
        the next relay of one that does. It counts as not refused so far.

        Args:
            alone: The place of an event that was set aside, or given up.
            by: Who decided.
            why: The reason. Both are kept with where the subscriber stands.

        Raises:
            NotFound: The subscriber has not met such an aggregate.
            NothingRefused: No event of it was refused.
            InvalidValue: *by* or *why* is empty.
        """
        aggregate = (collection, key)

        def again(record: InboxRecord) -> tuple[InboxRecord, Sequence[Change]]:
            record = evolve(
                record,
                state=InboxState.PENDING,
                failures=0,
                next_at=None,
                decided_by=by,
                decided_why=why,
            )
            return record, []

        self._decide(subscriber, aggregate, alone, by, why, again)
        self._redeliver(subscriber, aggregate, alone or 0)
        return _view(self._require(subscriber, aggregate, alone).record)

    def give_up(
        self,
        subscriber: str,
        collection: str,
        key: str,
        alone: int | None = None,
        *,
        by: str,
        why: str,
    ) -> Backlog:
        """
        Let *subscriber* do without the event that it refused; return what remains.

        The later events of the aggregate go on. The one given up is kept, with who
        decided that and why, under its place: it can still be redriven, alone.

        Raises:
            NotFound: The subscriber has not met such an aggregate.
            NothingRefused: No event of it was refused, or it was given up already.
            InvalidValue: *by* or *why* is empty.
        """
        aggregate = (collection, key)

        def without(record: InboxRecord) -> tuple[InboxRecord, Sequence[Change]]:
            letter = evolve(
                record, state=InboxState.GIVEN_UP, next_at=None, decided_by=by, decided_why=why
            )
            if record.alone:
                return letter, []
            n = record.done + 1
            row = INBOX.encode(set_aside(letter, n), new_token())
            return taken(record, n), [Insert(INBOX, row)]

        self._decide(subscriber, aggregate, alone, by, why, without, final=True)
        self._redeliver(subscriber, aggregate, alone or 0)
        return _view(self._require(subscriber, aggregate, alone).record)

    def retire(self, subscriber: str) -> None:
        """
        Keep no more events for a durable subscriber that nobody runs any more.

        What waits for it stays visible. An application that is opened with it registers
        it again.

        Raises:
            NotFound: No subscriber of this name is registered.
        """
        row = self._backend.get(SUBSCRIBERS, SUBSCRIBERS.encode_key(subscriber))
        if row is None:
            raise NotFound("durable subscriber", subscriber)
        with suppress(Conflict):  # a row that is written once was retired by somebody else
            self._backend.commit([Remove(SUBSCRIBERS, row.key, row.token)])

    def _decide(
        self,
        subscriber: str,
        aggregate: Aggregate,
        alone: int | None,
        by: str,
        why: str,
        change: Callable[[InboxRecord], tuple[InboxRecord, Sequence[Change]]],
        *,
        final: bool = False,
    ) -> None:
        problems = [
            Problem(f"$.{name}", "expected text")
            for name, text in (("by", by), ("why", why))
            if not text.strip()
        ]
        if problems:
            raise InvalidValue("a decision about an event", tuple(problems))
        sent: set[Token] = set()
        while True:
            cursor = self._require(subscriber, aggregate, alone)
            if cursor.token in sent:
                return  # the batch was delivered twice, and met itself
            if not _refused(cursor.record, final):
                state = cursor.record.state.value
                raise NothingRefused(subscriber, *aggregate, state)
            record, more = change(cursor.record)
            token = new_token()
            sent.add(token)
            try:
                self._backend.commit([cursor.change(record, token), *more])
            except Conflict:
                continue  # it was delivered meanwhile, or another person was faster
            return

    def _require(self, subscriber: str, aggregate: Aggregate, alone: int | None) -> Cursor:
        cursor = read_cursor(self._backend, subscriber, aggregate, alone or 0)
        if cursor is None:
            place = f", event {alone}" if alone else ""
            collection, key = aggregate
            raise NotFound(f"inbox of {subscriber}", f"{collection}[{key}]{place}")
        return cursor


def _refused(record: InboxRecord, final: bool) -> bool:
    if record.state is InboxState.GIVEN_UP:
        return not final
    return record.state is InboxState.DEAD or record.failures > 0


def _view(record: InboxRecord) -> Backlog:
    return Backlog(
        record.subscriber,
        record.collection,
        record.key,
        record.alone or None,
        record.state,
        0 if record.state is InboxState.GIVEN_UP else record.upto - record.done,
        record.failures,
        record.reason,
        record.next_at,
        record.decided_by,
        record.decided_why,
    )
