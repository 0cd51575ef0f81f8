"""
The one commit: how a run's journal grows.

Everything that makes a run true happens in `RunWriter.append`: a step's changes, its
events, its journal entries and the run's own row are one batch, fenced by the entry's
number and by the run's row.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from aicmo_core.kernel.clock import Clock, Waiter
from aicmo_core.kernel.generated import evolver
from aicmo_core.runtime.committing import Committer, Lost, write_row
from aicmo_core.runtime.entries import to_entry, to_record
from aicmo_core.runtime.live import LiveRun
from aicmo_core.runtime.outbox import Committed, outbox_changes, place_taken
from aicmo_core.runtime.records import JOURNAL, LOCKS, NOBODY, RUNS, RunRecord, RunState
from aicmo_core.runtime.relay import Relay
from aicmo_core.runtime.subjects import Subjects
from aicmo_core.saga import Entry, LateEffect, Voided, Wait
from aicmo_core.saga.commands import is_now
from aicmo_core.saga.journal import FROM_OUTSIDE
from aicmo_core.storage import (
    Backend,
    Change,
    Conflict,
    ConflictKind,
    Emitted,
    Insert,
    Key,
    Remove,
    Replace,
    Require,
    Token,
    UnitOfWork,
    compile_query,
    new_token,
)

_log = logging.getLogger("aicmo_core.coordinator")

_moved = evolver(RunRecord, "state", "reason", "next_at", "executor", "updated_at")

CONTENTION = 50
"""How often something is done again because others saved the same rows meanwhile."""

Observer: TypeAlias = Callable[[RunRecord, Sequence[Entry]], None]
"""Called after a commit with the run's record and the entries that were just added."""


class Fenced(Exception):
    """Somebody else wrote this run. What this thread knows of it is out of date."""


def _in_no_case() -> bool:
    return False


class RunWriter:
    """Writes runs: their journals, their rows, and what goes with an entry."""

    def __init__(
        self, backend: Backend, clock: Clock, waiter: Waiter, relay: Relay, subjects: Subjects
    ) -> None:
        self.observers: list[Observer] = []
        self._backend = backend
        self._clock = clock
        self._waiter = waiter
        self._relay = relay
        self._subjects = subjects
        self._committer = Committer(backend, clock, waiter)

    def journal(self, run_id: str) -> list[Any]:
        """Return the stored entries of a run, in order."""
        rows = self._backend.find(JOURNAL, compile_query(JOURNAL, {"run_id": run_id}, "seq"))
        return [JOURNAL.decode(row) for row in rows]

    def append(
        self,
        run: LiveRun[Any],
        entries: Sequence[Entry],
        changes: Sequence[Change] = (),
        events: Sequence[Emitted] = (),
        wanted: Callable[[], bool] = _in_no_case,
    ) -> None:
        """
        Commit *entries* with the changes and events that they stand for.

        Args:
            wanted: Asked where persons or senders of signals have added entries
                meanwhile: whether *entries* are to be added behind theirs.

        Raises:
            Conflict: Nothing was written; a FENCE among its items says that somebody
                else wrote the run.
            Fenced: The run was begun by somebody else with the same key.
        """
        refused = 0
        while True:
            now = self._clock.now()
            first = run.seq
            for entry in entries:
                run.expect(entry)
            try:
                certain = refused > 0
                committed = self._commit(run, first, entries, changes, events, now, certain)
            except Lost:
                run.forget(len(entries))
                run.expect(Voided())
                continue
            except Conflict as conflict:
                run.forget(len(entries))
                if refused < CONTENTION and (
                    place_taken(conflict)
                    or (conflict.has(ConflictKind.FENCE) and self._catch_up(run) and wanted())
                ):
                    refused += 1
                    continue
                raise
            except BaseException:
                run.forget(len(entries))
                raise
            self._relay.committed(committed)
            self._relay.ended(run)
            self.observe(run, entries)
            return

    def _catch_up(self, run: LiveRun[Any]) -> bool:
        """
        Read what was added to a run that this executor still has.

        Return whether that is something, and all of it from outside. Somebody who advances
        the run under the same name has written what this thread was about to; and a row
        that changed without an entry may stand for a journal that was redacted.
        """
        if run.token is None:
            return False
        row = self._backend.get(RUNS, run_key(run))
        if row is None:
            return False
        record = RUNS.decode(row)
        added = [to_entry(e) for e in self.journal(record.run_id)[len(run.entries) :]]
        same = record.executor == run.record.executor and record.state.live
        if not (same and added) or not all(isinstance(e, (*FROM_OUTSIDE, Voided)) for e in added):
            return False
        for entry in added:
            run.expect(entry)
        run.record, run.token = record, row.token
        return True

    def observe(self, run: LiveRun[Any], entries: Sequence[Entry]) -> None:
        """Tell the observers what was just committed; what they raise is logged."""
        for observer in self.observers:
            try:
                observer(run.record, entries)
            except Exception:  # noqa: BLE001 - a stranger's; the commit stands
                _log.exception("an observer of run %s raised", run.record.run_id)

    def _commit(
        self,
        run: LiveRun[Any],
        first: int,
        entries: Sequence[Entry],
        changes: Sequence[Change],
        events: Sequence[Emitted],
        now: datetime,
        certain: bool,
    ) -> list[Committed]:
        run_id = run.record.run_id
        record, token = self._next_record(run, now)
        required = self._subjects.required(run.token, record)
        batch: list[Change] = [self._run_change(run, record, token), *required, *changes]
        rows = [
            JOURNAL.encode(to_record(run_id, first + i, now, entry), new_token())
            for i, entry in enumerate(entries)
        ]
        batch += [Insert(JOURNAL, row) for row in rows]
        batch += self._unlocked(run, record)
        stored = outbox_changes(
            self._backend, events, changes, new_token, certain=certain, of_run=True
        )
        batch += [change for change, _ in stored]

        kept = run.token or token + "v"

        def void() -> list[Change]:
            # With the run's row: not even a void entry belongs to a run that is not there.
            row = JOURNAL.encode(to_record(run_id, first, now, Voided()), new_token())
            return [self._run_change(run, run.record, kept), *required, Insert(JOURNAL, row)]

        try:
            self._committer.commit(batch, Insert(JOURNAL, rows[0]), void)
        except Lost:
            run.token = kept
            raise
        run.record, run.token = record, token
        return [committed for _, committed in stored]

    def finish(self, run: LiveRun[Any]) -> None:
        """
        Write that a run has ended, which its journal says already.

        Raises:
            Fenced: Somebody else has written it since.
        """
        record, _ = self._next_record(run, self._clock.now(), finished=True)
        self.save(run, record, *self._unlocked(run, record))
        self._relay.ended(run)
        self.observe(run, ())

    def _unlocked(self, run: LiveRun[Any], record: RunRecord) -> list[Change]:
        """Return what releases the run's locks, if it ends with *record*."""
        if not record.state.ended or run.record.state.ended:
            return []
        names = list(dict.fromkeys(run.standing.locks.values()))
        if any(isinstance(entry, LateEffect) for entry in run.entries):
            # It may have ended before, and released them: another run may have them now.
            names = [name for name in names if self._holds(run, name)]
        return [Remove(LOCKS, (name,), record.run_id) for name in names]

    def _holds(self, run: LiveRun[Any], name: str) -> bool:
        row = self._backend.get(LOCKS, LOCKS.encode_key(name))
        return row is not None and row.token == run.record.run_id

    def save(self, run: LiveRun[Any], record: RunRecord, *others: Change) -> None:
        """
        Write the run's row by itself, or with *others*.

        Raises:
            Fenced: Somebody else has written it since, or its key names another run.
        """
        token = new_token()
        row = RUNS.encode(record, token)
        change = Insert(RUNS, row) if run.token is None else Replace(RUNS, row, run.token)
        try:
            required = self._subjects.required(run.token, record)
            write_row(self._backend, self._waiter, change, *required, *others)
        except Conflict as conflict:
            raise Fenced from conflict
        run.record, run.token = record, token

    def look_again(self, run: LiveRun[Any]) -> None:
        """
        Make sure that the run is still this executor's.

        Raises:
            Fenced: It is not, or its row is gone.
        """
        row = self._backend.get(RUNS, run_key(run))
        if row is None:
            raise Fenced
        if row.token != run.token and RUNS.decode(row).executor != run.record.executor:
            raise Fenced

    def _next_record(
        self, run: LiveRun[Any], now: datetime, *, finished: bool = False
    ) -> tuple[RunRecord, Token]:
        """Return the run's record as it follows from the journal, and its token."""
        record = run.record
        state, reason, executor = run.state(), run.reason(), record.executor
        undone = state in (RunState.COMPENSATED, RunState.CANCELLED)
        if undone and run.may_have_files and not finished:
            state = RunState.COMPENSATING
        if isinstance(run.next, Wait) or not state.live:
            executor = NOBODY
        next_at = run.due
        if executor == NOBODY and is_now(run.next) and state.live:
            next_at = self._backend.now()
        stood = (record.state, record.reason, record.next_at, record.executor)
        if stood == (state, reason, next_at, executor):
            return record, new_token() if run.token is None else run.token
        return _moved(record, state, reason, next_at, executor, now), new_token()

    def _run_change(self, run: LiveRun[Any], record: RunRecord, token: Token) -> Change:
        """Every batch asserts the run's row: a run that is gone or taken over admits no entry."""
        if run.token is None:
            return Insert(RUNS, RUNS.encode(record, token))
        if token == run.token:
            return Require(RUNS, run_key(run), token)
        return Replace(RUNS, RUNS.encode(record, token), run.token)

    def commit_work(self, work: UnitOfWork) -> None:
        """
        Commit a unit of work that belongs to no run, with its events.

        Raises:
            Conflict: Nothing was written.
            BackendUnavailable: Nothing was written.
            OutcomeUnknown: It is not known whether it was written.
        """
        refused = 0
        while True:
            changes = work.changes()
            if not changes:
                return
            stored = outbox_changes(
                self._backend, work.emitted, changes, new_token, certain=refused > 0
            )
            token = new_token()
            try:
                batch = [*changes, *(change for change, _ in stored)]
                self._committer.commit_marked(batch, token, token)
            except Conflict as conflict:
                if place_taken(conflict) and refused < CONTENTION:
                    refused += 1
                    continue
                if work.resolve_again(conflict):
                    continue
                raise
            self._relay.committed([committed for _, committed in stored])
            return


def run_key(run: LiveRun[Any]) -> Key:
    """Return the key of the run's own row."""
    return (run.record.run_id,)
