"""
Targets: places outside that events are sent to, in order per aggregate, at least once.

A target is registered like a durable subscriber, and has an inbox row for each aggregate:
the commit that marks events as handed out notes them there as due. So nothing that
commits waits for a target, and nothing is held in memory for one that is down. A row
moves after the target has acknowledged: a crash in between sends the events again, with
the same ids.

Two processes may send the same events. Each sends an aggregate's events in order, behind
what the row says was acknowledged, so that a first arrival is always in order.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from attrs import define, field

from aicmo_core.hooks import EventMessage, EventTarget, TargetUnavailable
from aicmo_core.kernel.clock import Waiter
from aicmo_core.kernel.ids import EventId
from aicmo_core.runtime.inbox import Cursor, due_pages, failures_of, refused, taken
from aicmo_core.runtime.outbox import Hold, hold_of
from aicmo_core.runtime.records import OUTBOX, InboxRecord, InboxState, OutboxRecord
from aicmo_core.saga.retry import RetryPolicy
from aicmo_core.storage import (
    Backend,
    BackendUnavailable,
    Conflict,
    OutcomeUnknown,
    Range,
    compile_query,
    new_token,
)

_log = logging.getLogger("aicmo_core.targets")

BATCH = 200
"""How many events are read and sent at once."""

ROWS = 100
"""How many aggregates a batch is made of, and how many rows one commit moves, at most."""

TURNS = 50
"""How often a move is tried again because others move the same rows."""

BACK_OFF = RetryPolicy(initial=timedelta(seconds=1), maximum=timedelta(minutes=1))
"""How long a target that failed is left alone, by the number of failures in a row."""

_LOST_WAITS = tuple(timedelta(milliseconds=ms) for ms in (0, 50, 200, 1000, 3000))


@define
class _Part:
    """
    What a batch has of one aggregate.

    Attributes:
        through: The last place that this settles.
        refusal: Why the event at *through* was refused, if it was.
    """

    cursor: Cursor
    messages: list[EventMessage]
    through: int
    refusal: str | None = None

    def settle(self, refusals: Mapping[EventId, str]) -> None:
        """Keep what the target stored: what stands before its refusal, if there is one."""
        for index, message in enumerate(self.messages):
            if message.event_id in refusals:
                self.through, self.refusal = message.n, refusals[message.event_id]
                del self.messages[index:]
                return

    def following(self) -> InboxRecord | None:
        """Return the row as it is to be stored, or None if it is as far already."""
        record = self.cursor.record
        if record.state is not InboxState.PENDING or record.done >= self.through:
            return None
        if self.refusal is None:
            return taken(record, self.through)
        failures = failures_of(record, self.through) + 1
        return refused(record, self.through, failures, self.refusal, None)


@define
class _Done:
    """What sending came to: events stored outside, and how often a row moved."""

    sent: int = 0
    moved: int = 0


@define
class Sender:
    """Sends to one target what is due to it; one thread of this process at a time."""

    backend: Backend
    waiter: Waiter
    target: EventTarget
    _lock: threading.Lock = field(factory=threading.Lock, init=False)
    _failures: int = field(default=0, init=False)
    _rests_until: timedelta | None = field(default=None, init=False)

    def send_due(self, *, rested: bool = False) -> int:
        """
        Send until nothing is due, or the target fails; return how many events it stored.

        Args:
            rested: Send also to a target that failed a moment ago.
        """
        with self._lock:
            if self._rests() and not rested:
                return 0
            done = _Done()
            try:
                self._send_all(done)
            except TargetUnavailable as error:
                self._rest()
                _log.warning("%s; events wait in the outbox", error)
            except (BackendUnavailable, OutcomeUnknown) as error:
                _log.warning("events wait for target %s: %s", self.target.name, error)
            except Exception:  # noqa: BLE001 - a target is a stranger; logged below
                self._rest()
                _log.exception("target %s broke its contract; events wait", self.target.name)
            return done.sent

    def _send_all(self, done: _Done) -> None:
        """Send one batch for each page of rows in turn, so that no long aggregate is in the way."""
        while True:
            before = done.moved
            for cursors in due_pages(self.backend, self.target.name, ROWS):
                self._send(cursors, done)
            if done.moved == before:
                return

    def _send(self, cursors: Sequence[Cursor], done: _Done) -> None:
        share = max(1, BATCH // len(cursors))
        parts = [self._part(cursor, share) for cursor in cursors]
        batch = [message for part in parts for message in part.messages]
        refusals = {r.event_id: r.reason for r in self.target.publish(batch)} if batch else {}
        self._failures, self._rests_until = 0, None
        for part in parts:
            part.settle(refusals)
        for event_id, reason in refusals.items():
            _log.error("target %s refused event %s: %s", self.target.name, event_id, reason)
        done.moved += self._move(parts)
        done.sent += sum(len(part.messages) for part in parts)

    def _part(self, cursor: Cursor, share: int) -> _Part:
        """Return the first events behind the row's place; withdrawn ones are passed over."""
        record = cursor.record
        where = {"collection": record.collection, "key": record.key}
        n = Range(gt=record.done, le=record.upto)
        query = compile_query(OUTBOX, {**where, "n": n}, "n", share)
        rows = self.backend.find(OUTBOX, query)
        part = _Part(cursor, [], record.done if rows else record.upto)
        for stored in map(OUTBOX.decode, rows):
            hold = hold_of(self.backend, stored)
            if hold is Hold.WAITING:
                break
            if hold is Hold.RELEASED:
                part.messages.append(_message(stored))
            part.through = stored.n
        return part

    # -- the rows ------------------------------------------------------------------------------

    def _move(self, parts: Sequence[_Part]) -> int:
        """
        Move the rows to where the target's answer says; return how many moved, by whomever.

        What others moved meanwhile stays as they left it, if that is as far.

        Raises:
            BackendUnavailable: The store failed. The events are sent again.
            OutcomeUnknown: The answer was lost each time. They are perhaps sent again.
        """
        cursors = {part.cursor.key: part.cursor for part in parts}
        before = {key: cursor.token for key, cursor in cursors.items()}
        lost = 0
        for _ in range(TURNS):
            moves = [(part.cursor, row) for part in parts if (row := part.following())]
            if not moves:
                break
            token = new_token()
            try:
                self.backend.commit([cursor.change(row, token) for cursor, row in moves])
            except Conflict as conflict:
                for item in conflict.items:
                    cursors[item.key].look_again(self.backend)
            except OutcomeUnknown as error:
                self._wait(lost, error)
                lost += 1
                for cursor, _row in moves:
                    cursor.look_again(self.backend)
            else:
                for cursor, row in moves:
                    cursor.become(row, token)
        return sum(cursor.token != before[key] for key, cursor in cursors.items())

    def _wait(self, turn: int, lost: OutcomeUnknown) -> None:
        if turn >= len(_LOST_WAITS):
            raise lost
        _log.warning("%s; reading where the target stands", lost)
        self.waiter.wait(_LOST_WAITS[turn])

    # -- a target that is down -----------------------------------------------------------------

    def _rests(self) -> bool:
        return self._rests_until is not None and self.waiter.elapsed() < self._rests_until

    def _rest(self) -> None:
        self._failures += 1
        self._rests_until = self.waiter.elapsed() + BACK_OFF.delay(self._failures)


class Targets:
    """The targets of one application."""

    def __init__(self, backend: Backend, waiter: Waiter, targets: Iterable[EventTarget]) -> None:
        self._senders = {t.name: Sender(backend, waiter, t) for t in targets}

    @property
    def names(self) -> Sequence[str]:
        return list(self._senders)

    def __bool__(self) -> bool:
        return bool(self._senders)

    def send_due(self) -> int:
        """
        Send what is due to each target, at the same time; return how many events were stored.

        A target that failed is left alone for a while, and nobody waits for it meanwhile.
        """
        if len(self._senders) < 2:
            return sum(sender.send_due() for sender in self._senders.values())
        with ThreadPoolExecutor(len(self._senders), "aicmo-target") as pool:
            return sum(pool.map(Sender.send_due, self._senders.values()))

    def send_again(self, name: str) -> None:
        """Send what is due to the target of this name, if it is one of these."""
        if name in self._senders:
            self._senders[name].send_due(rested=True)

    def close(self) -> None:
        """Close the targets. What was not sent stays in the store."""
        for sender in self._senders.values():
            try:
                sender.target.close()
            except Exception:  # noqa: BLE001 - a stranger's; the others are closed all the same
                _log.exception("target %s could not be closed", sender.target.name)


def _message(record: OutboxRecord) -> EventMessage:
    return EventMessage(
        record.event_id,
        record.type,
        record.collection,
        record.key,
        record.n,
        record.payload,
        record.occurred_at,
        record.correlation_id,
    )
