"""
Performing what the saga decides: one command, one commit.

It holds no state of a run between calls but what the caller's `LiveRun` carries, and
that is always a prefix of the journal.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NoReturn

from attrs import evolve

from aicmo_core.kernel.clock import Clock, Ids
from aicmo_core.kernel.errors import AlreadyExists, InvalidValue, Problem
from aicmo_core.kernel.event import Event, Retracted
from aicmo_core.kernel.ids import CorrelationId, EventId, RunId
from aicmo_core.kernel.structuring import describe, to_json
from aicmo_core.runtime import undo
from aicmo_core.runtime.artifacts import ArtifactStores, RunArtifacts
from aicmo_core.runtime.context import attempt_of, undo_of, view_from
from aicmo_core.runtime.executor import Executor
from aicmo_core.runtime.failures import classify, explain, say
from aicmo_core.runtime.live import LiveRun
from aicmo_core.runtime.locking import Locking
from aicmo_core.runtime.records import OUTBOX, RUNS
from aicmo_core.runtime.services import Services
from aicmo_core.runtime.writing import CONTENTION, Fenced, RunWriter, run_key
from aicmo_core.saga import (
    Answer,
    BeginWait,
    Call,
    Choice,
    Compensate,
    Compensated,
    CompensationFailed,
    Completed,
    Decided,
    Done,
    End,
    Entry,
    Evaluate,
    Execute,
    Expired,
    Failed,
    FailureKind,
    Intended,
    LateEffect,
    Lock,
    NotDone,
    Outcome,
    Reading,
    Receive,
    Repeat,
    SettleUnknown,
    Sleep,
    Step,
    StepKind,
    StepRejected,
    Wait,
    WaitFor,
    Waiting,
)
from aicmo_core.storage import (
    Backend,
    Collection,
    Conflict,
    ConflictKind,
    Emitted,
    Key,
    StaleItem,
    UnitOfWork,
)

_log = logging.getLogger("aicmo_core.coordinator")


class Performer:
    """
    Performs commands.

    Args:
        collections: All registered collections by name, for undo.
        stores: Opens the artifact store that a run was started with.
        load: Loads a run as it is stored.
    """

    def __init__(
        self,
        *,
        backend: Backend,
        writer: RunWriter,
        services: Services,
        collections: Mapping[str, Collection[Any]],
        clock: Clock,
        ids: Ids,
        executor: Executor,
        stores: ArtifactStores,
        load: Callable[[RunId], LiveRun[Any]],
    ) -> None:
        self._backend = backend
        self._writer = writer
        self._services = services
        self._collections = collections
        self._clock = clock
        self._ids = ids
        self._executor = executor
        self._stores = stores
        self._load = load
        self._locking = Locking(backend, writer, clock)

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
            if self._is_too_late(run):
                self._writer.append(run, [Expired("", 1)])
            else:
                self._perform(run)
        except Conflict as conflict:
            if conflict.has(ConflictKind.FENCE):
                raise Fenced from conflict
            raise

    def _is_too_late(self, run: LiveRun[Any]) -> bool:
        deadline = run.record.deadline
        if deadline is None or run.bound or run.over:
            return False
        return self._backend.now() >= deadline

    def _perform(self, run: LiveRun[Any]) -> None:
        match run.next:
            case Execute() as command:
                if run.step_at(command.step).kind is StepKind.EXTERNAL:
                    self._writer.append(run, [Intended(command.step, command.attempt)])
                self._execute(run, command)
            case Evaluate(path, attempt):
                self._evaluate(run, path, attempt)
            case Lock(path, attempt, until):
                self._locking.take(run, path, attempt, until)
            case BeginWait(path, attempt):
                self._begin_wait(run, path, attempt)
            case Wait(path, attempt):
                self._end_wait(run, path, attempt)
            case Receive(path, attempt, payload):
                self._writer.append(run, [Completed(path, attempt, payload)])
            case SettleUnknown(path, attempt):
                self._settle_unknown(run, path, attempt)
            case Compensate(path, attempt):
                self._compensate(run, path, attempt)
            case End():
                self._finish(run)

    def _finish(self, run: LiveRun[Any]) -> None:
        """
        Remove the files of a run that is compensated, and then let its row say so.

        The row comes last: a process that dies in between leaves a run to recover. And
        files are removed only when the journal says that they are not wanted: an
        attempt that is fenced off may not touch those of the attempt that won.
        """
        if run.next != End(Outcome.COMPLETED) and run.record.artifacts is not None:
            self._stores.open(run.record.artifacts).remove(run.record.run_id)
        self._writer.finish(run)

    # -- waits and conditions --------------------------------------------------------------

    def _begin_wait(self, run: LiveRun[Any], path: str, attempt: int) -> None:
        node = run.node_at(path)
        assert isinstance(node, WaitFor | Sleep)
        duration = node.duration if isinstance(node, Sleep) else node.timeout
        until = None if duration is None else self._backend.now() + duration
        self._writer.append(run, [Waiting(path, attempt, until)])

    def _end_wait(self, run: LiveRun[Any], path: str, attempt: int) -> None:
        """End a wait whose time is up: a sleep has done its work, a wait was in vain."""
        slept = isinstance(run.node_at(path), Sleep)
        self._writer.append(run, [Completed(path, attempt) if slept else Expired(path, attempt)])

    def _evaluate(self, run: LiveRun[Any], path: str, attempt: int) -> None:
        try:
            entry = self._decision(run, path, attempt)
        except Exception as error:  # noqa: BLE001 - journaled: a condition is code of a stranger
            entry = Failed(path, attempt, FailureKind.BUG, say(error), details=explain(error))
        self._writer.append(run, [entry])

    def _decision(self, run: LiveRun[Any], path: str, attempt: int) -> Entry:
        node, view = run.node_at(path), view_from(run, path)
        match node:
            case Choice():
                return Decided(path, attempt, node.choose(view))
            case Call(_, child, make_input):
                made = make_input(view)
                if type(made) is not child.input:
                    found = f"expected a {child.input.__name__}, found {describe(made)}"
                    raise InvalidValue(f"input of {child.name}", (Problem("$", found),))
                return Decided(path, attempt, to_json(made, child.input))
        assert isinstance(node, Repeat)
        if node.until(view):
            return Decided(path, attempt, "true")
        if path.endswith(f"#{node.at_most}"):
            error = f"what it is repeated for does not hold after {node.at_most} rounds"
            return Failed(path, attempt, FailureKind.BUSINESS, error)
        return Decided(path, attempt, "false")

    # -- forward ---------------------------------------------------------------------------

    def _execute(self, run: LiveRun[Any], command: Execute) -> None:
        """Run a step, again where rows that it read were saved by others, and journal it."""
        contended = StaleItem(())
        artifacts = self._run_artifacts(run)
        step = run.step_at(command.step)
        for turn in range(CONTENTION):
            work = self._work(run, checked=step.reading is Reading.CHECKED)
            if step.kind is StepKind.EXTERNAL:
                try:
                    self._assure(run)
                except Fenced as fenced:
                    if turn:  # it has acted before
                        self._fenced_off(run, command, None, fenced)
                    raise
            tried: list[Execute] = []
            try:
                entries = self._act(run, command, work, artifacts, tried)
            except Fenced as fenced:
                self._fenced_off(run, command, None, fenced)
            except Exception as error:  # noqa: BLE001 - journaled as this attempt's failure
                self._fail(run, tried[-1], error, artifacts)
                return
            try:
                self._complete(run, entries, work)
            except Conflict as conflict:
                if conflict.has(ConflictKind.FENCE):
                    self._fenced_off(run, command, entries[-1].result, conflict)
                taken = _taken_for_good(conflict, self._collections)
                if taken is not None:
                    self._fail(run, tried[-1], taken, artifacts)
                    return
                _log.debug("running %s again: %s", command.step, conflict)
                contended = StaleItem(conflict.items)
                continue
            except InvalidValue as error:
                self._fail(run, tried[-1], error, artifacts)
                return
            return
        self._fail(run, command, contended, artifacts)

    def _act(
        self,
        run: LiveRun[Any],
        command: Execute,
        work: UnitOfWork,
        artifacts: RunArtifacts | None,
        tried: list[Execute],
    ) -> list[Completed]:
        """Run a step, and those that share its commit; return what completed, in order."""
        ports = self._services.open(work, artifacts)
        entries: list[Completed] = []
        expected = 0
        try:
            while True:
                tried.append(command)
                step = run.step_at(command.step)
                result = step.run(attempt_of(run, command.step, command.attempt, ports))
                text = to_json(result, step.result_type)
                run.keep_result(command.step, result)
                if step.checkpoint:
                    entries.append(Completed(command.step, command.attempt, text))
                    return entries
                entries.append(Completed(command.step, command.attempt, text, grouped=True))
                run.expect(entries[-1])
                expected += 1
                following = self._shares_commit(run, step)
                if following is None:
                    entries[-1] = evolve(entries[-1], grouped=False)
                    return entries
                command = following
        finally:
            if expected:
                run.forget(expected)

    def _shares_commit(self, run: LiveRun[Any], step: Step[Any, Any]) -> Execute | None:
        """Return what comes next, if it may be one commit with *step*."""
        following = run.next
        if not isinstance(following, Execute) or following.not_before is not None:
            return None
        other = run.step_at(following.step)
        plain = other.kind is StepKind.TRANSACTIONAL and not other.pivot
        alike = other.compensation is None and other.reading is step.reading
        return following if plain and alike else None

    def _complete(self, run: LiveRun[Any], entries: list[Completed], work: UnitOfWork) -> None:
        """Commit a step; a blind write is settled again where another writer came between."""
        first = entries[0]

        def wanted() -> bool:
            if run.step_at(first.step).kind is StepKind.EXTERNAL:
                return True  # it has acted, whatever was decided meanwhile
            return any(
                isinstance(c, Execute) and (c.step, c.attempt) == (first.step, first.attempt)
                for c in run.commands
            )

        while True:
            changes = work.changes()
            undoing = undo.to_undo(work, changes, work.emitted)
            if undoing != entries[-1].undo:
                entries[-1] = evolve(entries[-1], undo=undoing)
            try:
                self._writer.append(run, entries, changes, work.emitted, wanted)
                return
            except Conflict as conflict:
                if not work.resolve_again(conflict):
                    raise

    def _fail(
        self,
        run: LiveRun[Any],
        command: Execute,
        error: Exception,
        artifacts: RunArtifacts | None,
    ) -> None:
        path, attempt, step = command.step, command.attempt, run.step_at(command.step)
        kind = classify(error)
        # Only the step itself may say that nothing happened outside, by rejecting.
        acted = step.kind is StepKind.EXTERNAL and not isinstance(error, StepRejected)
        _log.info("step %s of run %s failed: %s", path, run.record.run_id, say(error))
        if acted:
            match self._ask(run, path, attempt):
                case Completed() as completed:
                    self._writer.append(run, [completed], wanted=lambda: True)
                    return
                case NotDone():
                    acted = False
        retry_at = None
        if kind is not FailureKind.BUSINESS:
            retry_at = self._next(step.retry.next_attempt, attempt)
        events = error.events if isinstance(error, StepRejected) else ()
        try:
            emitted = [self._emitted(run, e, RUNS, run_key(run)) for e in events]
        except InvalidValue as refused:
            self._fail(run, command, refused, artifacts)
            return
        entry = Failed(path, attempt, kind, say(error), retry_at, acted, explain(error))
        external = step.kind is StepKind.EXTERNAL
        try:
            self._writer.append(run, [entry], events=emitted, wanted=lambda: external)
        except Conflict as conflict:
            if acted and conflict.has(ConflictKind.FENCE):
                self._fenced_off(run, command, None, conflict)
            raise
        if artifacts is not None and not run.standing.turned:
            # Another attempt follows; if the run fails in the end, its end removes the rest.
            artifacts.remove_written(lambda: self._writer.look_again(run))

    def _fenced_off(
        self, run: LiveRun[Any], command: Execute, text: str | None, cause: Exception
    ) -> NoReturn:
        """Nothing of a transactional step happened; what an external one did is journaled."""
        if run.step_at(command.step).kind is StepKind.EXTERNAL:
            late = LateEffect(command.step, command.attempt, text)
            self._journal_late(run.record.run_id, late)
        raise Fenced from cause

    def _journal_late(self, run_id: RunId, late: LateEffect) -> None:
        """Append what was done outside, whoever has the run now, and even if it has ended."""
        for turn in range(CONTENTION):
            run = self._load(run_id)
            if run.record.state.ended:  # nobody has it: whoever reopens it takes it on
                run.record = evolve(run.record, executor=self._executor.ensure())
            try:
                self._writer.append(run, [late])
                return
            except Conflict:
                if turn + 1 == CONTENTION:
                    raise

    # -- unknown outcomes --------------------------------------------------------------------

    def _settle_unknown(self, run: LiveRun[Any], path: str, attempt: int) -> None:
        """An attempt was cut off after its intent: it may have acted, or may not."""
        answer = self._ask(run, path, attempt)
        if isinstance(answer, Completed):
            self._writer.append(run, [answer], wanted=lambda: True)
            return
        error = "cut off after its intent; whether it acted is not known"
        if isinstance(answer, NotDone):
            error = "cut off after its intent; it has not acted"
        retry_at = self._next(run.step_at(path).retry.next_attempt, attempt)
        acted = not isinstance(answer, NotDone)
        self._writer.append(
            run, [Failed(path, attempt, FailureKind.UNKNOWN, error, retry_at, acted=acted)]
        )

    def _ask(self, run: LiveRun[Any], path: str, attempt: int) -> Completed | NotDone | None:
        """Ask a step's service what became of an attempt; None if it cannot be known."""
        step = run.step_at(path)
        if step.was_done is None:
            return None
        try:
            ports = self._services.open(self._work(run), self._run_artifacts(run))
            answer: Answer[Any] = step.was_done(attempt_of(run, path, attempt, ports))
            if isinstance(answer, Done):
                return Completed(path, attempt, to_json(answer.result, step.result_type))
        except Exception:  # noqa: BLE001 - a service that cannot be asked leaves the outcome unknown
            _log.warning(
                "what became of step %s of run %s could not be asked",
                path,
                run.record.run_id,
                exc_info=True,
            )
            return None
        return answer

    # -- backward ----------------------------------------------------------------------------

    def _compensate(self, run: LiveRun[Any], path: str, attempt: int) -> None:
        """Take back what a step did: its declared compensation, then its rows, in one commit."""
        step, effect = run.step_at(path), run.standing.effects[path]
        work = self._work(run)
        try:
            if step.compensation is not None:
                self._assure(run)
                ports = self._services.open(work, self._run_artifacts(run))
                step.compensation(undo_of(run, path, effect.result, ports))
            if effect.undo is not None:
                undo.revert(work, effect.undo, self._collections)
            emitted = [*work.emitted, *self._retractions(run, effect.undo)]
            entry = Compensated(path, attempt)
            self._writer.append(run, [entry], work.changes(), emitted)
        except Conflict as conflict:
            if conflict.has(ConflictKind.FENCE):
                raise Fenced from conflict
            self._compensation_failed(run, path, attempt, conflict)
        except Fenced:
            raise
        except Exception as error:  # noqa: BLE001 - journaled; the run parks in the end
            self._compensation_failed(run, path, attempt, error)

    def _compensation_failed(
        self, run: LiveRun[Any], path: str, attempt: int, error: Exception
    ) -> None:
        retry_at = None
        if not isinstance(error, StaleItem):  # trying again would not bring the row back
            failed = run.standing.effects[path].attempts + 1
            retry_at = self._next(run.step_at(path).compensation_retry.next_attempt, failed)
        _log.warning(
            "step %s of run %s was not compensated: %s", path, run.record.run_id, say(error)
        )
        entry = CompensationFailed(path, attempt, say(error), retry_at, explain(error))
        self._writer.append(run, [entry])

    # -- small things --------------------------------------------------------------------------

    def _assure(self, run: LiveRun[Any]) -> None:
        """
        Make sure that nobody takes the run over while this thread acts outside.

        Raises:
            Fenced: Somebody has, while this process stood still for a lapse.
        """
        if not self._executor.assure():
            self._writer.look_again(run)

    def _work(self, run: LiveRun[Any], *, checked: bool = False) -> UnitOfWork:
        correlation = CorrelationId(run.record.run_id)
        return UnitOfWork(self._backend, self._ids, self._clock, correlation, checked=checked)

    def _run_artifacts(self, run: LiveRun[Any]) -> RunArtifacts | None:
        if run.record.artifacts is None:
            return None
        store = self._stores.open(run.record.artifacts)
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
            self._writer.save(run, run.record)
        else:
            self._writer.look_again(run)
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
        return policy(attempt, self._backend.now())


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
