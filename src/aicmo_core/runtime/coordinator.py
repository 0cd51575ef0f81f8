"""
The coordinator: performs what the saga decides, one commit at a time.

It holds no state of a run between calls but what the caller's `LiveRun` carries, and
that is always a prefix of the journal. Everything that makes a run true happens in
`_append`: the step's changes, its events, its journal entries and the run's own row
are one batch, fenced by the entry's number and by the run's row.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NoReturn, TypeAlias, TypeVar

from attrs import evolve, frozen

from aicmo_core.kernel.clock import Clock, Ids, Waiter
from aicmo_core.kernel.errors import AlreadyExists, InvalidValue, UnknownName
from aicmo_core.kernel.event import Event, Retracted
from aicmo_core.kernel.ids import CorrelationId, EventId, ExecutorId, RunId
from aicmo_core.kernel.structuring import to_json
from aicmo_core.runtime import undo
from aicmo_core.runtime.artifacts import ArtifactStores, RunArtifacts
from aicmo_core.runtime.committing import Committer, Lost, write_row
from aicmo_core.runtime.context import attempt_of, preparation, undo_of
from aicmo_core.runtime.entries import to_entry, to_record
from aicmo_core.runtime.errors import RunGone
from aicmo_core.runtime.executor import Executor
from aicmo_core.runtime.failures import classify, explain, say
from aicmo_core.runtime.live import LiveRun
from aicmo_core.runtime.outbox import Committed, outbox_changes, place_taken
from aicmo_core.runtime.records import JOURNAL, OUTBOX, RUNS, RunRecord, RunState
from aicmo_core.runtime.relay import Relay
from aicmo_core.runtime.services import Services
from aicmo_core.runtime.subjects import Subjects
from aicmo_core.runtime.tombstones import not_purged, same_input
from aicmo_core.runtime.wiring import try_rest
from aicmo_core.saga import (
    Compensate,
    Compensated,
    CompensationFailed,
    Completed,
    End,
    Entry,
    Execute,
    Failed,
    FailureKind,
    Intended,
    LateEffect,
    Outcome,
    Parked,
    Reading,
    SettleUnknown,
    Step,
    StepKind,
    StepRejected,
    Voided,
    Workflow,
)
from aicmo_core.storage import (
    Backend,
    Change,
    Collection,
    Conflict,
    ConflictKind,
    Emitted,
    Insert,
    Key,
    Replace,
    Require,
    StaleItem,
    Token,
    UnitOfWork,
    compile_query,
)

_log = logging.getLogger("aicmo_core.coordinator")

In = TypeVar("In")

CONTENTION = 50
"""How often a step is run again because rows that it read were saved by others meanwhile."""


Observer: TypeAlias = Callable[[RunRecord, Sequence[Entry]], None]
"""Called after a commit with the run's record and the entries that were just added."""


class Fenced(Exception):
    """Somebody else wrote this run. What this thread knows of it is out of date."""


@frozen
class Existing:
    """A run that a key names already."""

    record: RunRecord


class Coordinator:
    """
    Advances the runs of one application.

    Args:
        workflows: By name; the only definitions that a run is ever resumed with.
        collections: All registered collections by name, for undo.
        stores: Opens the artifact store that a run was started with.
    """

    def __init__(
        self,
        *,
        backend: Backend,
        services: Services,
        workflows: Mapping[str, Workflow[Any]],
        collections: Mapping[str, Collection[Any]],
        clock: Clock,
        ids: Ids,
        keyed_ids: Callable[[str], Ids],
        waiter: Waiter,
        executor: Executor,
        relay: Relay,
        stores: ArtifactStores,
        artifacts: str | None,
    ) -> None:
        self.backend = backend
        self.executor = executor
        self.relay = relay
        self.waiter = waiter
        self.stores = stores
        self.observers: list[Observer] = []
        self._services = services
        self._workflows = workflows
        self._collections = collections
        self._clock = clock
        self._ids = ids
        self._keyed_ids = keyed_ids
        self._committer = Committer(backend, clock, waiter)
        self._subjects = Subjects(backend, clock, waiter)
        self._artifacts = artifacts

    # -- beginning and loading ---------------------------------------------------------

    def begin(
        self, workflow: Workflow[In], run_input: In, key: str | None
    ) -> LiveRun[In] | Existing:
        """
        Return a new run, which is written with its first entry, or the run that *key* names.

        Raises:
            InputRefused: The workflow's preparation refused; nothing was written.
            KeyReused: The key names a run with another input.
            RunPurged: The key names a run that was purged.
            SubjectBarred: The input is about somebody whose data is, or was, erased.
            InvalidValue: The input may not be stored.
        """
        text = to_json(run_input, workflow.input)
        digest = hashlib.sha256(text.encode()).hexdigest()
        run_id = RunId(self._ids.new())
        now = self._clock.now()
        record = RunRecord(
            run_id=run_id,
            workflow=workflow.name,
            version=workflow.version,
            fingerprint=workflow.fingerprint,
            key=run_id if key is None else key,
            input_hash=digest,
            input=text,
            state=RunState.RUNNING,
            executor=ExecutorId(""),
            created_at=now,
            updated_at=now,
            artifacts=self._artifacts,
            subject=self._subjects.admit(workflow, run_input),
        )
        RUNS.encode(record, "")  # refuse a key that may not be stored before anything is written
        if workflow.prepare is not None:
            if key is not None and (existing := self.find_key(workflow.name, key, digest)):
                return existing
            run_input = self._prepare(workflow, run_input, key)
            record = evolve(record, input=to_json(run_input, workflow.input))
        record = evolve(record, executor=self.executor.ensure())
        return LiveRun(workflow, record, None, [], run_input)

    def find_key(self, workflow: str, key: str, digest: str) -> Existing | None:
        """Return the run that *key* names, if its input has this hash; raise otherwise."""
        query = compile_query(RUNS, {"workflow": workflow, "key": key})
        rows = self.backend.find(RUNS, query)
        if not rows:
            return None
        return Existing(same_input(RUNS.decode(rows[0]), digest))

    def _prepare(self, workflow: Workflow[In], run_input: In, key: str | None) -> In:
        assert workflow.prepare is not None
        for _ in range(CONTENTION):
            ids = self._ids if key is None else self._keyed_ids(f"{workflow.name}\x1f{key}")
            correlation = CorrelationId(key if key is not None else ids.new())
            work = self._subjects.open_work(workflow, run_input, ids, correlation)
            ports = self._services.open(work, ids=ids)
            prepared = workflow.prepare(preparation(ports), run_input)
            try:
                self.commit_work(work)
            except Conflict as conflict:
                _log.debug("preparing %s again: %s", workflow.name, conflict)
                continue
            return prepared
        raise AlreadyExists(workflow.name, "preparation", key or "")

    def load(self, run_id: RunId, *, recovered: bool = False) -> LiveRun[Any]:
        """
        Return a run as it is stored.

        Raises:
            RunGone: There is no such run, or it was purged.
            UnknownName: Its workflow is not installed.
        """
        row = self.backend.get(RUNS, RUNS.encode_key(run_id))
        if row is None:
            raise RunGone(run_id)
        record = not_purged(RUNS.decode(row))
        if record.workflow not in self._workflows:
            raise UnknownName("workflow", record.workflow, self._workflows)
        workflow = self._workflows[record.workflow]
        entries = [to_entry(e) for e in self.journal(run_id)]
        return LiveRun(workflow, record, row.token, entries, recovered=recovered)

    def journal(self, run_id: RunId) -> list[Any]:
        """Return the stored entries of a run, in order."""
        rows = self.backend.find(JOURNAL, compile_query(JOURNAL, {"run_id": run_id}, "seq"))
        return [JOURNAL.decode(row) for row in rows]

    def refresh(self, run: LiveRun[In]) -> LiveRun[In] | None:
        """Return the run as it is stored now, or None if another executor has it."""
        fresh = self.load(run.record.run_id, recovered=run.recovered)
        return fresh if fresh.record.executor == self.executor.ensure() else None

    def claim(self, run_id: RunId, known: LiveRun[Any] | None = None) -> LiveRun[Any] | None:
        """
        Take a run over from its executor; return None if somebody else was faster.

        From here on the former executor is fenced off: whatever it commits expects
        the run's row as it was. A run that has ended or is parked meanwhile is not
        written to; it is returned as it is.

        Args:
            known: A parked run as it was just loaded; it is claimed only if it is still so.
        """
        run = known or self.load(run_id, recovered=True)
        if known is None and not run.record.state.live:
            return run if run.over else None
        record = evolve(run.record, executor=self.executor.ensure(), updated_at=self._clock.now())
        try:
            self._save(run, record)
            if record.fingerprint != run.workflow.fingerprint:
                self._park_changed(run)
        except (Conflict, Fenced):
            return None
        return run

    def rehearse(self, record: RunRecord) -> None:
        """
        Build what a stored run may still ask for, with its own place for files, and drop it.

        Nothing, if its workflow is not installed or has changed: to claim it tells that.

        Raises:
            PortMissing: A port has no adapter here.
            Exception: Whatever a build raises, such as for a setting that is missing here.
        """
        workflow = self._workflows.get(record.workflow)
        if workflow is None or workflow.fingerprint != record.fingerprint:
            return
        correlation = CorrelationId(record.run_id)
        work = UnitOfWork(self.backend, self._ids, self._clock, correlation)
        files = None
        if record.artifacts is not None:
            files = RunArtifacts(self.stores.open(record.artifacts), record.run_id)
        compensating = record.state is RunState.COMPENSATING
        ports = self._services.open(work, files)
        try_rest(workflow, self._services, ports, compensating=compensating)

    def _save(self, run: LiveRun[Any], record: RunRecord) -> None:
        """
        Write the run's row by itself.

        Raises:
            Fenced: Somebody else has written it since, or its key names another run.
        """
        token = self._token()
        row = RUNS.encode(record, token)
        change = Insert(RUNS, row) if run.token is None else Replace(RUNS, row, run.token)
        try:
            required = self._subjects.required(run.token, record)
            write_row(self.backend, self.waiter, change, required)
        except Conflict as conflict:
            raise Fenced from conflict
        run.record, run.token = record, token

    def _park_changed(self, run: LiveRun[Any]) -> None:
        record = run.record
        self.park(
            run,
            f"workflow {record.workflow!r} has changed since the run began: version "
            f"{record.version}, shape {record.fingerprint[:8]} then, version "
            f"{run.workflow.version}, shape {run.workflow.fingerprint[:8]} now; install "
            "the former definition, or give the new one a name of its own",
        )

    # -- performing ----------------------------------------------------------------------

    def perform(self, run: LiveRun[Any]) -> None:
        """
        Do what the run needs next, and commit it; nothing if it has ended or is parked.

        Raises:
            Fenced: Somebody else wrote the run; nothing of this was committed, or it
                was journaled as a late effect.
            BackendUnavailable: Nothing was committed; the same call may succeed later.
            OutcomeUnknown: It is not known what was committed; load the run again.
        """
        try:
            self._perform(run)
        except Conflict as conflict:
            if conflict.has(ConflictKind.FENCE):
                raise Fenced from conflict
            raise

    def _perform(self, run: LiveRun[Any]) -> None:
        match run.next:
            case Execute(name, attempt):
                step = run.workflow.by_name[name]
                if step.kind is StepKind.EXTERNAL:
                    self._append(run, [Intended(name, attempt)])
                self._execute(run, step, attempt)
            case SettleUnknown(name, attempt):
                self._settle_unknown(run, run.workflow.by_name[name], attempt)
            case Compensate(name, attempt):
                self._compensate(run, run.workflow.by_name[name], attempt)
            case End():
                self._finish(run)

    def _finish(self, run: LiveRun[Any]) -> None:
        """
        Remove the files of a run that is compensated, and then let its row say so.

        The row comes last: a process that dies in between leaves a run to recover. And
        files are removed only when the journal says that they are not wanted: an
        attempt that is fenced off may not touch those of the attempt that won.
        """
        if run.next == End(Outcome.COMPENSATED) and run.record.artifacts is not None:
            self.stores.open(run.record.artifacts).remove(run.record.run_id)
        record, _ = self._next_record(run, self._clock.now(), finished=True)
        self._save(run, record)
        self.relay.ended(run)
        self._observe(run, ())

    def _execute(self, run: LiveRun[Any], step: Step[Any, Any], attempt: int) -> None:
        """Run a step, again where rows that it read were saved by others, and journal it."""
        contended = StaleItem(())
        artifacts = self._run_artifacts(run)
        for turn in range(CONTENTION):
            work = self._work(run, checked=step.reading is Reading.CHECKED)
            if step.kind is StepKind.EXTERNAL:
                try:
                    self._assure(run)
                except Fenced as fenced:
                    if turn:  # it has acted before
                        self._fenced_off(run, step, attempt, None, fenced)
                    raise
            try:
                ports = self._services.open(work, artifacts)
                result = step.run(attempt_of(run, step, attempt, ports))
                text = to_json(result, step.result_type)
            except Fenced as fenced:
                self._fenced_off(run, step, attempt, None, fenced)
            except Exception as error:  # noqa: BLE001 - journaled as this attempt's failure
                self._fail(run, step, attempt, error, artifacts)
                return
            try:
                self._complete(run, step, attempt, text, work)
            except Conflict as conflict:
                if conflict.has(ConflictKind.FENCE):
                    self._fenced_off(run, step, attempt, text, conflict)
                taken = _taken_for_good(conflict, self._collections)
                if taken is not None:
                    self._fail(run, step, attempt, taken, artifacts)
                    return
                _log.debug("running %s again: %s", step.name, conflict)
                contended = StaleItem(conflict.items)
                continue
            except InvalidValue as error:
                self._fail(run, step, attempt, error, artifacts)
                return
            run.keep_result(step.name, result)
            return
        self._fail(run, step, attempt, contended, artifacts)

    def _complete(
        self, run: LiveRun[Any], step: Step[Any, Any], attempt: int, text: str, work: UnitOfWork
    ) -> None:
        """Commit a step; a blind write is settled again where another writer came between."""
        while True:
            changes = work.changes()
            undoing = undo.to_undo(work, changes, work.emitted)
            entry = Completed(step.name, attempt, text, undoing)
            try:
                self._append(run, [entry], changes, work.emitted)
                return
            except Conflict as conflict:
                if not work.resolve_again(conflict):
                    raise

    def _fail(
        self,
        run: LiveRun[Any],
        step: Step[Any, Any],
        attempt: int,
        error: Exception,
        artifacts: RunArtifacts | None,
    ) -> None:
        kind = classify(error)
        retry_at = None
        if kind is not FailureKind.BUSINESS:
            retry_at = self._next(step.retry.next_attempt, attempt)
        # Only the step itself may say that nothing happened outside, by rejecting.
        acted = step.kind is StepKind.EXTERNAL and not isinstance(error, StepRejected)
        events = error.events if isinstance(error, StepRejected) else ()
        _log.info("step %s of run %s failed: %s", step.name, run.record.run_id, say(error))
        try:
            emitted = [self._emitted(run, e, RUNS, _run_key(run)) for e in events]
        except InvalidValue as refused:
            self._fail(run, step, attempt, refused, artifacts)
            return
        entry = Failed(step.name, attempt, kind, say(error), retry_at, acted, explain(error))
        try:
            self._append(run, [entry], events=emitted)
        except Conflict as conflict:
            if acted and conflict.has(ConflictKind.FENCE):
                self._fenced_off(run, step, attempt, None, conflict)
            raise
        if artifacts is not None and not run.standing.turned:
            # Another attempt follows; if the run fails in the end, its end removes the rest.
            artifacts.remove_written(lambda: self._look_again(run))

    def _fenced_off(
        self,
        run: LiveRun[Any],
        step: Step[Any, Any],
        attempt: int,
        text: str | None,
        cause: Exception,
    ) -> NoReturn:
        """Nothing of a transactional step happened; what an external one did is journaled."""
        if step.kind is StepKind.EXTERNAL:
            self._journal_late(run.record.run_id, LateEffect(step.name, attempt, text))
        raise Fenced from cause

    def _journal_late(self, run_id: RunId, late: LateEffect) -> None:
        """Append what was done outside, whoever has the run now, and even if it has ended."""
        for turn in range(CONTENTION):
            run = self.load(run_id)
            if run.record.state.ended:  # nobody has it: whoever reopens it takes it on
                run.record = evolve(run.record, executor=self.executor.ensure())
            try:
                self._append(run, [late])
                return
            except Conflict:
                if turn + 1 == CONTENTION:
                    raise

    def _settle_unknown(self, run: LiveRun[Any], step: Step[Any, Any], attempt: int) -> None:
        """An attempt was cut off after its intent: it may have acted, or may not."""
        retry_at = self._next(step.retry.next_attempt, attempt)
        error = "cut off after its intent; whether it acted is not known"
        self._append(
            run, [Failed(step.name, attempt, FailureKind.UNKNOWN, error, retry_at, acted=True)]
        )

    def _compensate(self, run: LiveRun[Any], step: Step[Any, Any], attempt: int) -> None:
        """Take back what a step did: its declared compensation, then its rows, in one commit."""
        effect = run.standing.effects[step.name]
        work = self._work(run)
        try:
            if step.compensation is not None:
                self._assure(run)
                ports = self._services.open(work, self._run_artifacts(run))
                step.compensation(undo_of(run, step, effect.result, ports))
            if effect.undo is not None:
                undo.revert(work, effect.undo, self._collections)
            emitted = [*work.emitted, *self._retractions(run, effect.undo)]
            self._append(run, [Compensated(step.name, attempt)], work.changes(), emitted)
        except Conflict as conflict:
            if conflict.has(ConflictKind.FENCE):
                raise Fenced from conflict
            self._compensation_failed(run, step, attempt, conflict)
        except Fenced:
            raise
        except Exception as error:  # noqa: BLE001 - journaled; the run parks in the end
            self._compensation_failed(run, step, attempt, error)

    def _compensation_failed(
        self, run: LiveRun[Any], step: Step[Any, Any], attempt: int, error: Exception
    ) -> None:
        retry_at = None
        if not isinstance(error, StaleItem):  # trying again would not bring the row back
            failed = run.standing.effects[step.name].attempts + 1
            retry_at = self._next(step.compensation_retry.next_attempt, failed)
        _log.warning(
            "step %s of run %s was not compensated: %s", step.name, run.record.run_id, say(error)
        )
        entry = CompensationFailed(step.name, attempt, say(error), retry_at, explain(error))
        self._append(run, [entry])

    def _assure(self, run: LiveRun[Any]) -> None:
        """
        Make sure that nobody takes the run over while this thread acts outside.

        Raises:
            Fenced: Somebody has, while this process stood still for a lapse.
        """
        if not self.executor.assure():
            self._look_again(run)

    def _look_again(self, run: LiveRun[Any]) -> None:
        row = self.backend.get(RUNS, _run_key(run))
        if row is None or row.token != run.token:
            raise Fenced

    def park(self, run: LiveRun[Any], reason: str) -> None:
        """Stop a run until a person has looked at it."""
        self._append(run, [Parked(reason)])

    def append(self, run: LiveRun[Any], entry: Entry) -> None:
        """Journal *entry*, which a person or the runtime decided on."""
        self._append(run, [entry])

    # -- the one commit ----------------------------------------------------------------------

    def _append(
        self,
        run: LiveRun[Any],
        entries: Sequence[Entry],
        changes: Sequence[Change] = (),
        events: Sequence[Emitted] = (),
    ) -> None:
        """
        Commit *entries* with the changes and events that they stand for.

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
                committed = self._commit(
                    run, first, entries, changes, events, now, certain=refused > 0
                )
            except Lost:
                run.forget(len(entries))
                run.entries.append(Voided())
                run.forget(0)
                continue
            except Conflict as conflict:
                run.forget(len(entries))
                if place_taken(conflict) and refused < CONTENTION:
                    refused += 1
                    continue
                raise
            except BaseException:
                run.forget(len(entries))
                raise
            self.relay.committed(committed)
            self.relay.ended(run)
            self._observe(run, entries)
            return

    def _observe(self, run: LiveRun[Any], entries: Sequence[Entry]) -> None:
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
        *,
        certain: bool,
    ) -> list[Committed]:
        run_id = run.record.run_id
        record, token = self._next_record(run, now)
        required = self._subjects.required(run.token, record)
        batch: list[Change] = [self._run_change(run, record, token), *required, *changes]
        rows = [
            JOURNAL.encode(to_record(run_id, first + i, now, entry), self._token())
            for i, entry in enumerate(entries)
        ]
        batch += [Insert(JOURNAL, row) for row in rows]
        stored = outbox_changes(
            self.backend, events, changes, self._token, certain=certain, of_run=True
        )
        batch += [change for change, _ in stored]

        kept = run.token or token + "v"

        def void() -> list[Change]:
            # With the run's row: not even a void entry belongs to a run that is not there.
            row = JOURNAL.encode(to_record(run_id, first, now, Voided()), self._token())
            return [self._run_change(run, run.record, kept), Insert(JOURNAL, row)]

        try:
            self._committer.commit(batch, Insert(JOURNAL, rows[0]), void)
        except Lost:
            run.token = kept
            raise
        run.record, run.token = record, token
        return [committed for _, committed in stored]

    def _next_record(
        self, run: LiveRun[Any], now: datetime, *, finished: bool = False
    ) -> tuple[RunRecord, Token]:
        """Return the run's record as it follows from the journal, and its token."""
        record = run.record
        state, reason = run.state(), run.reason()
        if state is RunState.COMPENSATED and run.may_have_files and not finished:
            state = RunState.COMPENSATING
        next_at = getattr(run.next, "not_before", None)
        unchanged = (state, reason, next_at) == (record.state, record.reason, record.next_at)
        if unchanged and run.token is not None:
            return record, run.token
        record = evolve(record, state=state, reason=reason, next_at=next_at, updated_at=now)
        return record, self._token()

    def _run_change(self, run: LiveRun[Any], record: RunRecord, token: Token) -> Change:
        """Every batch asserts the run's row: a run that is gone or taken over admits no entry."""
        if run.token is None:
            return Insert(RUNS, RUNS.encode(record, token))
        if token == run.token:
            return Require(RUNS, (record.run_id,), token)
        return Replace(RUNS, RUNS.encode(record, token), run.token)

    # -- units of work without a run ----------------------------------------------------------

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
                self.backend, work.emitted, changes, self._token, certain=refused > 0
            )
            token = self._token()
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
            self.relay.committed([committed for _, committed in stored])
            return

    # -- small things --------------------------------------------------------------------------

    def _work(self, run: LiveRun[Any], *, checked: bool = False) -> UnitOfWork:
        correlation = CorrelationId(run.record.run_id)
        return UnitOfWork(self.backend, self._ids, self._clock, correlation, checked=checked)

    def _run_artifacts(self, run: LiveRun[Any]) -> RunArtifacts | None:
        if run.record.artifacts is None:
            return None
        store = self.stores.open(run.record.artifacts)
        return RunArtifacts(store, run.record.run_id, lambda: self._before_writing(run))

    def _before_writing(self, run: LiveRun[Any]) -> None:
        """
        Make sure that the run's row leads to the file that is about to be written.

        A file cannot be fenced. So whoever has lost the run is told here, and a new
        run is stored first: otherwise nobody would find what a crash left behind.

        Raises:
            Fenced: Somebody else has the run.
        """
        if run.token is None:
            self._save(run, run.record)
        else:
            self._look_again(run)
        run.wrote_files = True

    def _emitted(
        self, run: LiveRun[Any], event: Event, about: Collection[Any], key: Key
    ) -> Emitted:
        correlation = CorrelationId(run.record.run_id)
        stamped = event.stamped(EventId(self._ids.new()), self._clock.now(), correlation)
        return Emitted(stamped, about, key, to_json(stamped))

    def _retractions(self, run: LiveRun[Any], undoing: str | None) -> list[Emitted]:
        return [
            self._emitted(
                run,
                Retracted(event_ids=one.event_ids),
                self._collections[one.collection],
                one.key,
            )
            for one in (undo.announced(undoing) if undoing is not None else ())
        ]

    def _next(
        self, policy: Callable[[int, datetime], datetime | None], attempt: int
    ) -> datetime | None:
        """Ask a retry policy by the store's clock, which all who wait for the moment share."""
        if policy(attempt, self._clock.now()) is None:
            return None
        return policy(attempt, self.backend.now())

    def _token(self) -> Token:
        return secrets.token_hex(16)


def _run_key(run: LiveRun[Any]) -> Key:
    return (run.record.run_id,)


def _taken_for_good(
    conflict: Conflict, collections: Mapping[str, Collection[Any]]
) -> AlreadyExists | None:
    """Return the collision that running the step again cannot settle, if there is one."""
    for item in conflict.items:
        if item.kind is not ConflictKind.UNIQUE or item.collection not in collections:
            continue
        if item.collection == OUTBOX.name:
            continue  # a place among an aggregate's events, which is counted again
        groups = {",".join(group) for group in collections[item.collection].optimistic}
        if item.constraint not in groups:
            return AlreadyExists(item.collection, item.constraint, ", ".join(map(str, item.key)))
    return None
