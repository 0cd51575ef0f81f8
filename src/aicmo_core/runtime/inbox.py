"""
The inbox: where each durable subscriber stands with each aggregate.

A row moves only forward, and every move gives it a token that nobody else has. The
commit that moves it past an event is the commit of what the subscriber did for that
event, so that the token decides which of several attempts took effect.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime

from attrs import define, evolve

from aicmo_core.kernel.clock import Clock, Waiter
from aicmo_core.runtime.committing import write_row
from aicmo_core.runtime.outbox import Aggregate
from aicmo_core.runtime.records import INBOX, SUBSCRIBERS, InboxRecord, InboxState, SubscriberRecord
from aicmo_core.storage import (
    Backend,
    Change,
    Conflict,
    Insert,
    Key,
    Replace,
    Token,
    compile_query,
    new_token,
)


def digest(aggregate: Aggregate) -> str:
    """Return what an inbox row is found by; NUL is in no stored text, so it separates."""
    return hashlib.sha256("\x00".join(aggregate).encode()).hexdigest()


@define
class Cursor:
    """
    An inbox row in the hands of one thread, as it was read or written last.

    Attributes:
        token: Of the stored row; None while there is none.
    """

    record: InboxRecord
    token: Token | None

    @property
    def key(self) -> Key:
        return INBOX.key_of(self.record)

    def change(self, record: InboxRecord, token: Token) -> Change:
        """Return the change that makes *record* of the row, if it is still as it was read."""
        row = INBOX.encode(record, token)
        return Insert(INBOX, row) if self.token is None else Replace(INBOX, row, self.token)

    def become(self, record: InboxRecord, token: Token) -> None:
        """Take *record* for stored."""
        self.record, self.token = record, token

    def look_again(self, backend: Backend) -> None:
        """Read the row as it is now; it stays as it was if it is not there yet."""
        row = backend.get(INBOX, self.key)
        if row is not None:
            self.become(INBOX.decode(row), row.token)


def read_cursor(
    backend: Backend, subscriber: str, aggregate: Aggregate, alone: int = 0
) -> Cursor | None:
    """Return where *subscriber* stands, or None if it has not met the aggregate."""
    row = backend.get(INBOX, (subscriber, digest(aggregate), alone))
    return None if row is None else Cursor(INBOX.decode(row), row.token)


def new_cursor(subscriber: str, aggregate: Aggregate, done: int) -> Cursor:
    """Return the row of a subscriber that meets an aggregate behind its event *done*."""
    collection, key = aggregate
    record = InboxRecord(
        subscriber, digest(aggregate), 0, collection, key, done, done, InboxState.IDLE
    )
    return Cursor(record, None)


def due_pages(backend: Backend, subscriber: str, size: int) -> Iterator[list[Cursor]]:
    """
    Yield the rows of *subscriber* with events that are due now, at most *size* at a time.

    Rows may move while the pages are read; each is seen once.
    """
    where = {"subscriber": subscriber, "state": InboxState.PENDING}
    query = compile_query(INBOX, where, ("aggregate", "alone"), size)
    while True:
        rows = backend.find(INBOX, query)
        cursors = [Cursor(INBOX.decode(row), row.token) for row in rows]
        waits = any(c.record.next_at is not None for c in cursors)
        now = backend.now() if waits else None
        if due := [c for c in cursors if now is None or (c.record.next_at or now) <= now]:
            yield due
        if len(rows) < size:
            return
        last = cursors[-1].record
        query = evolve(query, after=(last.aggregate, last.alone, subscriber))


# -- how a row goes on ------------------------------------------------------------------------


def taken(record: InboxRecord, through: int) -> InboxRecord:
    """Return the row when every event up to *through* was taken or passed over."""
    upto = max(record.upto, through)
    state = InboxState.IDLE if through >= upto else InboxState.PENDING
    return evolve(
        record, done=through, upto=upto, state=state, failures=0, reason=None, next_at=None
    )


def noted(record: InboxRecord, upto: int) -> InboxRecord:
    """Return the row when events up to *upto* are due."""
    state = InboxState.PENDING if record.state is InboxState.IDLE else record.state
    return evolve(record, upto=max(upto, record.upto), state=state)


def failures_of(record: InboxRecord, n: int) -> int:
    """Return how often event *n* was refused."""
    return record.failures if record.done == n - 1 else 0


def refused(
    record: InboxRecord, n: int, failures: int, reason: str, next_at: datetime | None
) -> InboxRecord:
    """Return the row when event *n* was refused; without a next time it is a dead letter."""
    return evolve(
        record,
        done=n - 1,
        upto=max(n, record.upto),
        state=InboxState.DEAD if next_at is None else InboxState.PENDING,
        failures=failures,
        reason=reason,
        next_at=next_at,
    )


def set_aside(record: InboxRecord, n: int) -> InboxRecord:
    """Return a row of its own for the event *n* that was refused, as *record* says."""
    return evolve(record, alone=n, done=n - 1, upto=n, next_at=None)


# -- who is registered ------------------------------------------------------------------------


def register(backend: Backend, clock: Clock, waiter: Waiter, names: Iterable[str]) -> None:
    """
    Store which durable subscribers there are. One that is stored already costs one read.

    Raises:
        BackendUnavailable: The store cannot be read or written.
        OutcomeUnknown: The answer was lost each time.
    """
    for name in names:
        if backend.get(SUBSCRIBERS, SUBSCRIBERS.encode_key(name)) is not None:
            continue
        row = SUBSCRIBERS.encode(SubscriberRecord(name, clock.now()), new_token())
        try:
            write_row(backend, waiter, Insert(SUBSCRIBERS, row))
        except Conflict:
            continue  # another process was faster, to the same end


def registered(backend: Backend) -> list[str]:
    """Return the names of all durable subscribers, whichever process runs them."""
    rows = backend.find(SUBSCRIBERS, compile_query(SUBSCRIBERS))
    return [SUBSCRIBERS.decode(row).name for row in rows]
