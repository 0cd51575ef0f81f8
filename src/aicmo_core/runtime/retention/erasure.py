"""
Erasing one person's data, in commits that a process may die between.

First the subject is barred, so that no new run is about them; then their open runs are
taken back, and what cannot be taken back is waived. Only then content goes. A pass over
journals, rows, runs and events is made until one finds nothing: another run may bring a
row back, from its undo, behind the pass that removed it.

Every commit replaces the subject's own row. So its counts are exact wherever the process
dies, and two erasures at once do not undo one another's work.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, groupby, islice
from typing import Any, TypeAlias

from attrs import evolve, frozen

from aicmo_core.kernel.clock import Clock, Waiter
from aicmo_core.kernel.errors import InvalidValue, Problem
from aicmo_core.kernel.ids import CorrelationId, RunId
from aicmo_core.runtime.committing import Committer
from aicmo_core.runtime.coordinator import Coordinator
from aicmo_core.runtime.errors import ErasureUnfinished
from aicmo_core.runtime.outbox import Aggregate
from aicmo_core.runtime.records import (
    INBOX,
    JOURNAL,
    OUTBOX,
    RUNS,
    SUBJECTS,
    InboxRecord,
    JournalRecord,
    OutboxRecord,
    RunRecord,
    RunState,
    SubjectRecord,
    SubjectState,
)
from aicmo_core.runtime.recovery import LeftAlone
from aicmo_core.runtime.retention.batches import MOST, Group, pages
from aicmo_core.runtime.retention.due import aggregates_of, journal_rows
from aicmo_core.runtime.retention.purge import redacted
from aicmo_core.runtime.retention.redaction import (
    ERASED,
    Line,
    redacted_entry,
    redacted_run,
    without_rows,
)
from aicmo_core.runtime.runs import Runs
from aicmo_core.runtime.subjects import subject_digest
from aicmo_core.saga import Closing, Parked
from aicmo_core.storage import (
    Change,
    Collection,
    Conflict,
    Insert,
    OneOf,
    Remove,
    Replace,
    Row,
    new_token,
)
from aicmo_core.storage import compile_query as query

PASSES = 20
"""How often what others wrote meanwhile is erased as well."""

RUNS_AT_ONCE = 100
"""Of how many runs the undo is held at once, so that they are read together."""

Kept: TypeAlias = Sequence[tuple[Row, JournalRecord]]
"""Entries of one run that keep what their steps changed, as stored and as read."""

_REASON = "its subject is to be erased"


@frozen
class Erased:
    """
    How far an erasure is.

    Attributes:
        finished: Whether nothing is left.
        counts: What was erased, by kind: `rows` of collections, `runs` and `entries` of
            their journals, `undo` for entries of others that kept a row, `events`,
            `notes` about them, and `files`, of which a crash may leave some uncounted.
        left: Runs that could not be ended, and why. While there are any, no content goes.
    """

    finished: bool
    counts: Mapping[str, int]
    left: tuple[LeftAlone, ...] = ()


class Erasure:
    """The erasure of one subject, by one person, for one reason."""

    def __init__(
        self,
        coordinator: Coordinator,
        runs: Runs,
        collections: Mapping[str, Collection[Any]],
        clock: Clock,
        waiter: Waiter,
        *,
        subject: str,
        by: str,
        why: str,
    ) -> None:
        self._backend = coordinator.backend
        self._coordinator = coordinator
        self._runs = runs
        self._collections = {n: c for n, c in collections.items() if c.subject is not None}
        self._clock = clock
        self._committer = Committer(coordinator.backend, clock, waiter)
        self._subject = subject
        self._digest = subject_digest(subject)
        self._by = by
        self._why = why
        self._record: SubjectRecord
        self._token: str | None

    def run(self) -> Erased:
        """
        Erase, from wherever an earlier call stopped.

        Raises:
            ErasureUnfinished: Others keep writing, or what a collection's `redact` makes
                of an item is still about the subject.
        """
        self._look()
        if self._record.state is SubjectState.ADMITTED:
            self._bar()
        left = tuple(one for record in self._open_runs() if (one := self._end(record)))
        if left:
            return Erased(False, self._record.counts, left)
        for _ in range(PASSES):
            if not self._pass():
                break
        else:
            raise ErasureUnfinished(f"after {PASSES} passes there is still something new")
        while self._record.state is not SubjectState.ERASED:
            now = self._clock.now()
            self._advance(evolve(self._record, state=SubjectState.ERASED, finished_at=now))
        return Erased(True, self._record.counts)

    # -- the subject's row ---------------------------------------------------------------------

    def _look(self) -> None:
        row = self._backend.get(SUBJECTS, (self._digest,))
        self._token = None if row is None else row.token
        admitted = SubjectRecord(self._digest, SubjectState.ADMITTED, self._clock.now(), {})
        self._record = admitted if row is None else SUBJECTS.decode(row)

    def _bar(self) -> None:
        while self._record.state is SubjectState.ADMITTED:
            self._advance(
                evolve(
                    self._record,
                    state=SubjectState.BARRED,
                    since=self._clock.now(),
                    barred_by=self._by,
                    barred_why=self._why,
                )
            )

    def _advance(self, record: SubjectRecord, changes: Sequence[Change] = ()) -> bool:
        """Commit *changes* with the subject's row; return False, and look again, if refused."""
        row = SUBJECTS.encode(record, new_token())
        own: Change = (
            Insert(SUBJECTS, row) if self._token is None else Replace(SUBJECTS, row, self._token)
        )
        mark = new_token()
        try:
            self._committer.commit_marked([own, *changes], mark, mark)
        except Conflict:
            self._look()
            return False
        self._record, self._token = record, row.token
        return True

    def _erase(self, groups: Iterable[tuple[Group, Mapping[str, int]]]) -> int:
        """Commit groups of changes with what they count for; return how many were found."""
        found = 0
        batch: list[tuple[Group, Mapping[str, int]]] = []
        for group in groups:
            found += 1
            if batch and sum(len(g) for g, _ in batch) + len(group[0]) > MOST:
                self._commit(batch)
                batch = []
            batch.append(group)
        if batch:
            self._commit(batch)
        return found

    def _commit(self, batch: Sequence[tuple[Group, Mapping[str, int]]]) -> None:
        """What is refused, because somebody else wrote it, is found by the next pass."""
        counts = dict(self._record.counts)
        for _, more in batch:
            for kind, n in more.items():
                counts[kind] = counts.get(kind, 0) + n
        changes = [change for group, _ in batch for change in group]
        if not self._advance(evolve(self._record, counts=counts), changes) and len(batch) > 1:
            for one in batch:
                self._commit([one])

    # -- open runs -----------------------------------------------------------------------------

    def _records(self) -> Iterator[tuple[Row, RunRecord]]:
        asked = query(RUNS, {"subject": self._digest}, "run_id")
        for page in pages(self._backend, RUNS, asked):
            for row in page:
                yield row, RUNS.decode(row)

    def _open_runs(self) -> list[RunRecord]:
        return [record for _, record in self._records() if not record.state.ended]

    def _end(self, record: RunRecord) -> LeftAlone | None:
        """Take an open run back, and waive what cannot be; return why it is open, if it is."""
        run_id = record.run_id
        try:
            if record.state is not RunState.PARKED and not self._park(run_id):
                return LeftAlone(run_id, "somebody else advances it; ask again")
            run = self._runs.get(run_id)
            if run is not None and run.state is RunState.PARKED:
                run = self._runs.compensate(run_id, by=self._by, why=self._why)
            while run is not None and run.state is RunState.PARKED:
                lines = self._runs.audit(run_id).ledger
                still_open = [x.step for x in lines if x.closing is Closing.OPEN and x.error]
                if not still_open:
                    return LeftAlone(run_id, run.failure or "it is parked")
                run = self._runs.waive(run_id, still_open[-1], by=self._by, why=ERASED)
        except Exception as error:  # noqa: BLE001 - reported; the other runs are not to wait
            return LeftAlone(run_id, f"{type(error).__name__}: {error}")
        return None

    def _park(self, run_id: RunId) -> bool:
        """Take a run from its executor, and stop it; return whether it stands still now."""
        with self._coordinator.executor.at_work.on(run_id):
            run = self._coordinator.claim(run_id)
            if run is not None and run.record.state.live:
                self._coordinator.append(run, Parked(_REASON))
        return run is not None

    # -- one pass ------------------------------------------------------------------------------

    def _pass(self) -> int:
        """Erase what is there now; return how much that was."""
        found = self._erase(self._undo_images())
        for collection in self._collections.values():
            found += self._erase(self._rows(collection))
        # Events first: which ones are a run's is said by its journal.
        found += self._erase(self._events())
        return found + self._erase(self._contents())

    def _rows(self, collection: Collection[Any]) -> Iterator[tuple[Group, Mapping[str, int]]]:
        assert collection.subject is not None
        asked = query(collection, {collection.subject: self._subject})
        for page in pages(self._backend, collection, asked):
            for row in page:
                yield [self._without_content(collection, row)], {"rows": 1}

    def _without_content(self, collection: Collection[Any], row: Row) -> Change:
        if collection.redact is None:
            return Remove(collection, row.key, row.token)
        kept = collection.encode(collection.redact(collection.decode(row)), new_token())
        if kept.key != row.key or self._is_about(collection, kept.values):
            raise ErasureUnfinished(
                f"what `redact` of {collection.name} makes of {row.key} has another key, or "
                "the same subject"
            )
        return Replace(collection, kept, row.token)

    def _is_about(self, collection: Collection[Any], values: Sequence[Any]) -> bool:
        at = [column.name for column in collection.columns].index(collection.subject or "")
        return bool(values[at] == self._subject)

    def _undo_images(self) -> Iterator[tuple[Group, Mapping[str, int]]]:
        """Yield what takes the subject's rows out of the undo of runs about others."""
        if not self._collections:
            return
        for run, kept in self._undone():
            is_open = run is not None and not RUNS.decode(run).state.ended
            changes = [c for one in kept if (c := self._without_images(*one, is_open)) is not None]
            if changes:
                yield [*self._bump(run), *changes], {"undo": len(changes)}

    def _undone(self) -> Iterator[tuple[Row | None, Kept]]:
        """Yield each run that could be undone, if it is there, with its entries that say how."""
        rows = chain.from_iterable(pages(self._backend, JOURNAL, query(JOURNAL)))
        entries = ((row, JOURNAL.decode(row)) for row in rows)
        with_undo = ((row, entry) for row, entry in entries if entry.undo is not None)
        runs = ((key, list(kept)) for key, kept in groupby(with_undo, lambda one: one[0].key[0]))
        while some := list(islice(runs, RUNS_AT_ONCE)):
            # Behind their entries: a run that is open when it is read may have ended, and
            # the tokens tell; one that has ended stays so.
            asked = query(RUNS, {"run_id": OneOf([run_id for run_id, _ in some])})
            found = {row.key[0]: row for row in self._backend.find(RUNS, asked)}
            yield from ((found.get(run_id), kept) for run_id, kept in some)

    def _without_images(self, row: Row, entry: JournalRecord, is_open: bool) -> Change | None:
        undo = without_rows(entry.undo or "", lambda line: self._is_kept(line, is_open))
        if undo == entry.undo:
            return None
        return Replace(JOURNAL, JOURNAL.encode(evolve(entry, undo=undo), new_token()), row.token)

    def _bump(self, run: Row | None) -> list[Change]:
        """Give an open run's row another token: whoever holds its undo in memory reads again."""
        if run is None or RUNS.decode(run).state.ended:
            return []
        return [Replace(RUNS, run._replace(token=new_token()), run.token)]

    def _is_kept(self, line: Line, is_open: bool) -> bool:
        """Return whether an undo holds a row of the subject, or would act on one."""
        name, key, values = line
        collection = self._collections.get(name)
        if collection is None:
            return False
        if values is not None and self._is_about(collection, values):
            return True
        row = self._backend.get(collection, key) if is_open else None
        return row is not None and self._is_about(collection, row.values)

    def _contents(self) -> Iterator[tuple[Group, Mapping[str, int]]]:
        """Yield what takes the content out of the subject's runs; their files go before."""
        for row, record in self._records():
            if not record.state.ended:
                continue  # reopened by a late effect; the next call ends it again
            files = self._remove_files(record)
            entries: list[Change] = []
            for stored in journal_rows(self._backend, record.run_id):
                kept = redacted_entry(entry := JOURNAL.decode(stored))
                if kept != entry:
                    new = JOURNAL.encode(kept, new_token())
                    entries.append(Replace(JOURNAL, new, stored.token))
            kept_run = redacted_run(record)
            if kept_run != record or entries or files:
                changed = Replace(RUNS, RUNS.encode(kept_run, new_token()), row.token)
                runs = int(kept_run != record)
                counts = {"runs": runs, "entries": len(entries), "files": files}
                yield [changed, *entries], counts

    def _remove_files(self, record: RunRecord) -> int:
        if record.artifacts is None:
            return 0
        store = self._coordinator.stores.open(record.artifacts)
        files = len(store.list(record.run_id))
        if files:
            store.remove(record.run_id)
        return files

    # -- events --------------------------------------------------------------------------------

    def _events(self) -> Iterator[tuple[Group, Mapping[str, int]]]:
        found: dict[Aggregate, dict[Any, Change]] = defaultdict(dict)
        for row in self._own_events():
            record = OUTBOX.decode(row)
            kept = evolve(redacted(record), subject=None)
            if kept != record:
                change = Replace(OUTBOX, OUTBOX.encode(kept, new_token()), row.token)
                found[record.collection, record.key][row.key] = change
        notes = self._notes(found) if found else {}
        for aggregate, changes in found.items():
            said = notes.get(aggregate, [])
            yield [*changes.values(), *said], {"events": len(changes), "notes": len(said)}

    def _own_events(self) -> Iterator[Row]:
        """Yield the rows of events that name the subject, and of those of the subject's runs."""
        for page in pages(self._backend, OUTBOX, query(OUTBOX, {"subject": self._digest})):
            yield from page
        for _, run in self._records():
            journal = map(JOURNAL.decode, journal_rows(self._backend, run.run_id))
            for collection, key in aggregates_of(run.run_id, journal):
                asked = query(OUTBOX, {"collection": collection, "key": key})
                for row in self._backend.find(OUTBOX, asked):
                    record: OutboxRecord = OUTBOX.decode(row)
                    if record.correlation_id == CorrelationId(run.run_id):
                        yield row

    def _notes(self, about: Iterable[Aggregate]) -> dict[Aggregate, list[Change]]:
        """Return what takes reasons out of the inbox rows about these aggregates."""
        wanted, changes = set(about), defaultdict(list)
        for page in pages(self._backend, INBOX, query(INBOX)):
            for row in page:
                record: InboxRecord = INBOX.decode(row)
                place = (record.collection, record.key)
                if place not in wanted:
                    continue
                kept = evolve(
                    record,
                    reason=record.reason and ERASED,
                    decided_why=record.decided_why and ERASED,
                )
                if kept != record:
                    new = INBOX.encode(kept, new_token())
                    changes[place].append(Replace(INBOX, new, row.token))
        return dict(changes)


def check_decision(subject: str, by: str, why: str) -> None:
    """
    Refuse a decision about nobody, by nobody, or without a reason.

    Raises:
        InvalidValue: One of them is empty.
    """
    given = {"subject": subject, "by": by, "why": why}
    missing = [name for name, text in given.items() if not text.strip()]
    if missing:
        problems = tuple(Problem(f"$.{name}", "expected text") for name in missing)
        raise InvalidValue("an erasure", problems)
