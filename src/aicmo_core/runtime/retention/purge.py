"""
Purging what has ended: runs become tombstones, and old events go.

An event leaves the outbox only when nobody waits for it. Of each aggregate the first
place and the last one stay, without what they said: the last place is where counting
goes on, and the first is what a row that comes back under a former key meets, which
makes its writer look where counting goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from attrs import evolve, frozen

from aicmo_core.kernel.clock import Clock, Waiter
from aicmo_core.kernel.errors import InvalidValue, Problem
from aicmo_core.kernel.event import Redacted
from aicmo_core.kernel.structuring import to_json
from aicmo_core.runtime.committing import Committer
from aicmo_core.runtime.outbox import event_type, last_place
from aicmo_core.runtime.records import (
    ENDED,
    JOURNAL,
    OUTBOX,
    RUNS,
    JournalRecord,
    OutboxRecord,
    RunState,
)
from aicmo_core.runtime.retention.batches import Group, commit_groups, pages
from aicmo_core.runtime.retention.due import Due, aggregates_of, journal_rows, settled
from aicmo_core.runtime.tombstones import tombstone
from aicmo_core.storage import Backend, OneOf, Range, Remove, Replace, Row, compile_query, new_token


@frozen
class Purged:
    """
    What a purge removed, or would remove.

    Attributes:
        runs: How many runs became tombstones.
        entries: How many entries their journals had.
        events: How many events are not kept any more.
        waiting: How many runs are old enough, and stay until their events were taken.
    """

    runs: int
    entries: int
    events: int
    waiting: int


class Purge:
    """
    One purge of one store.

    Args:
        cutoff: What ended, or happened, before this moment is old enough.
        states: In which states runs are purged.
        unrelayed: Whether events that were never handed out go as well.
        dry: Whether to count, and to write nothing.

    Raises:
        InvalidValue: A state is not one in which a run has ended.
    """

    def __init__(
        self,
        backend: Backend,
        clock: Clock,
        waiter: Waiter,
        *,
        cutoff: datetime,
        states: Sequence[RunState],
        unrelayed: bool,
        dry: bool,
    ) -> None:
        wrong = [state.value for state in states if state not in ENDED]
        if wrong or not states:
            known = ", ".join(state.value for state in ENDED)
            found = ", ".join(wrong) or "none"
            problem = Problem("$.states", f"expected some of {known}, found {found}")
            raise InvalidValue("what to purge", (problem,))
        self._backend = backend
        self._committer = Committer(backend, clock, waiter)
        self._cutoff = cutoff
        self._states = states
        self._unrelayed = unrelayed
        self._dry = dry
        self._open: dict[str, bool] = {}

    def run(self) -> Purged:
        """Purge runs first, and then events: a run's events are looked for by its journal."""
        runs = entries = waiting = 0
        where = {"state": OneOf(self._states), "updated_at": Range(lt=self._cutoff)}
        query = compile_query(RUNS, where, ("state", "updated_at"))
        for page in pages(self._backend, RUNS, query):
            groups = self._tombstones(page)
            waiting += len(page) - len(groups)
            for group, made in zip(groups, self._commit(groups), strict=True):
                runs += made
                entries += made * (len(group) - 1)
        return Purged(runs, entries, self._purge_events(), waiting)

    def _commit(self, groups: Sequence[Group]) -> list[bool]:
        return [True] * len(groups) if self._dry else commit_groups(self._committer, groups)

    # -- runs ----------------------------------------------------------------------------------

    def _tombstones(self, page: Iterable[Row]) -> list[Group]:
        """Return what purges each run of the page whose events are settled."""
        due = Due(self._backend)
        groups: list[Group] = []
        for row in page:
            record = RUNS.decode(row)
            journal = journal_rows(self._backend, record.run_id)
            entries: list[JournalRecord] = [JOURNAL.decode(entry) for entry in journal]
            about = aggregates_of(record.run_id, entries)
            if self._unrelayed or settled(self._backend, due, record.run_id, about):
                stays = Replace(RUNS, RUNS.encode(tombstone(record), new_token()), row.token)
                groups.append([stays, *(Remove(JOURNAL, r.key, r.token) for r in journal)])
        return groups

    # -- events --------------------------------------------------------------------------------

    def _purge_events(self) -> int:
        purged = 0
        for relayed in (True, False) if self._unrelayed else (True,):
            query = compile_query(OUTBOX, {"relayed": relayed}, ("relayed", "event_id"))
            for page in pages(self._backend, OUTBOX, query):
                found = list(self._removals(page))
                made = self._commit([[change] for change, _ in found])
                purged += sum(told and ok for ok, (_, told) in zip(made, found, strict=True))
        return purged

    def _removals(self, page: Iterable[Row]) -> Iterator[tuple[Remove | Replace, bool]]:
        """Yield the change that purges each event of the page, and whether it said anything."""
        due = Due(self._backend)
        last: dict[tuple[str, str], int] = {}
        for row in page:
            record = OUTBOX.decode(row)
            if record.occurred_at >= self._cutoff or self._is_needed(record, due):
                continue
            aggregate = (record.collection, record.key)
            if aggregate not in last:
                last[aggregate] = last_place(self._backend, *aggregate)
            said = record.type != _REDACTED
            if record.n not in (1, last[aggregate]):
                yield Remove(OUTBOX, row.key, row.token), said
            elif said:
                yield Replace(OUTBOX, OUTBOX.encode(redacted(record), new_token()), row.token), True

    def _is_needed(self, record: OutboxRecord, due: Due) -> bool:
        if not self._unrelayed and due.waits(record):
            return True
        run_id = record.correlation_id
        if run_id not in self._open:
            row = self._backend.get(RUNS, RUNS.encode_key(run_id))
            self._open[run_id] = row is not None and not RUNS.decode(row).state.ended
        return self._open[run_id]


_REDACTED = event_type(Redacted)


def redacted(record: OutboxRecord) -> OutboxRecord:
    """Return what stands in the place of an event that is not kept."""
    if record.type == _REDACTED:
        return record
    event = Redacted(
        event_id=record.event_id,
        occurred_at=record.occurred_at,
        correlation_id=record.correlation_id,
        was=record.type,
    )
    return evolve(record, type=_REDACTED, payload=to_json(event))


def older_than(clock: Clock, age: timedelta) -> datetime:
    """
    Return the moment that lies *age* back.

    Raises:
        InvalidValue: *age* is negative.
    """
    if age < timedelta(0):
        raise InvalidValue("what to purge", (Problem("$.older_than", "expected 0 or more"),))
    return clock.now() - age
