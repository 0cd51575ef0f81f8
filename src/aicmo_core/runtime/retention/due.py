"""Whether events are settled: handed out, and taken by every durable subscriber."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from aicmo_core.kernel.ids import CorrelationId, RunId
from aicmo_core.runtime.inbox import digest, registered
from aicmo_core.runtime.outbox import Aggregate, aggregate_key
from aicmo_core.runtime.records import (
    INBOX,
    JOURNAL,
    OUTBOX,
    RUNS,
    InboxState,
    JournalRecord,
    OutboxRecord,
)
from aicmo_core.runtime.undo import announced
from aicmo_core.storage import Backend, Range, Row, compile_query

_WAITING = (InboxState.PENDING, InboxState.DEAD)


@frozen
class Stretch:
    """Places of an aggregate's events that some durable subscriber has not taken."""

    after: int
    upto: int

    def __contains__(self, n: object) -> bool:
        return isinstance(n, int) and self.after < n <= self.upto


class Due:
    """
    What waits for the durable subscribers that are registered in a store, as it was read.

    What a retired subscriber had not taken waits for nobody.
    """

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._subscribers = registered(backend)
        self._known: dict[Aggregate, list[Stretch]] = {}

    def stretches(self, aggregate: Aggregate) -> list[Stretch]:
        """Return what waits of one aggregate, read once."""
        if aggregate not in self._known:
            self._known[aggregate] = [
                Stretch(record.done, record.upto)
                for name in self._subscribers
                for row in self._inbox(name, aggregate)
                if (record := INBOX.decode(row)).state in _WAITING
            ]
        return self._known[aggregate]

    def waits(self, record: OutboxRecord) -> bool:
        """Return whether some subscriber has not taken the event of *record*."""
        places = self.stretches((record.collection, record.key))
        return any(record.n in place for place in places)

    def _inbox(self, name: str, aggregate: Aggregate) -> list[Row]:
        where = {"subscriber": name, "aggregate": digest(aggregate)}
        return self._backend.find(INBOX, compile_query(INBOX, where))


def aggregates_of(run_id: RunId, journal: Iterable[JournalRecord]) -> set[Aggregate]:
    """Return what the events of a run are about: its steps', and those of its refusals."""
    found = {(RUNS.name, aggregate_key((run_id,)))}
    for entry in journal:
        if entry.undo is not None:
            found |= {(a.collection, aggregate_key(a.key)) for a in announced(entry.undo)}
    return found


def journal_rows(backend: Backend, run_id: RunId) -> list[Row]:
    """Return the rows of a run's journal, in order."""
    return backend.find(JOURNAL, compile_query(JOURNAL, {"run_id": run_id}, "seq"))


def settled(backend: Backend, due: Due, run_id: RunId, aggregates: Iterable[Aggregate]) -> bool:
    """Return whether every event of a run was handed out, and taken by whom it is for."""
    for aggregate in aggregates:
        if _any_of(backend, run_id, aggregate, relayed=False):
            return False
        for place in due.stretches(aggregate):
            n = Range(gt=place.after, le=place.upto)
            if _any_of(backend, run_id, aggregate, n=n):
                return False
    return True


def _any_of(backend: Backend, run_id: RunId, aggregate: Aggregate, **where: object) -> bool:
    collection, key = aggregate
    query = compile_query(OUTBOX, {"collection": collection, "key": key, **where})
    found = map(OUTBOX.decode, backend.find(OUTBOX, query))
    return any(record.correlation_id == CorrelationId(run_id) for record in found)
