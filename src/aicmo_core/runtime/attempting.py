"""Attempting steps: what completed, what failed, and what nobody knows of."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from attrs import evolve

from aicmo_core.kernel.errors import AlreadyExists, InvalidValue
from aicmo_core.kernel.generated import evolver
from aicmo_core.kernel.ids import RunId
from aicmo_core.kernel.structuring import to_json
from aicmo_core.runtime import undo
from aicmo_core.runtime.artifacts import RunArtifacts
from aicmo_core.runtime.context import attempt_of
from aicmo_core.runtime.failures import classify, explain, say
from aicmo_core.runtime.live import LiveRun
from aicmo_core.runtime.records import OUTBOX, RUNS
from aicmo_core.runtime.surroundings import Surroundings
from aicmo_core.runtime.writing import CONTENTION, Fenced, run_key
from aicmo_core.saga import (
    Answer,
    Completed,
    Done,
    Execute,
    Failed,
    FailureKind,
    LateEffect,
    NotDone,
    Reading,
    Step,
    StepKind,
    StepRejected,
)
from aicmo_core.storage import Collection, Conflict, ConflictKind, StaleItem, UnitOfWork

_log = logging.getLogger("aicmo_core.coordinator")


_undone_by = evolver(Completed, "undo")


class Attempts:
    """
    Attempts steps, and settles attempts that were cut off.

    Args:
        load: Loads a run as it is stored.
    """

    def __init__(self, around: Surroundings, load: Callable[[RunId], LiveRun[Any]]) -> None:
        self._around = around
        self._load = load

    def make(self, run: LiveRun[Any], command: Execute) -> None:
        """Run a step, again where rows that it read were saved by others, and journal it."""
        contended: StaleItem | None = None
        artifacts = self._around.files(run)
        step = run.step_at(command.step)
        for turn in range(CONTENTION):
            work = self._around.work(run, checked=step.reading is Reading.CHECKED)
            if step.kind is StepKind.EXTERNAL:
                try:
                    self._around.assure(run)
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
                taken = _taken_for_good(conflict, self._around.collections)
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
        assert contended is not None  # each turn gave way to others
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
        ports = self._around.services.open(work, artifacts)
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
        if not isinstance(following, Execute):
            return None
        if following.not_before is not None and following.not_before > self._around.backend.now():
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
            changes, events = work.changes(), work.emitted
            undoing = undo.to_undo(work, changes, events)
            if undoing != entries[-1].undo:
                entries[-1] = _undone_by(entries[-1], undoing)
            try:
                self._around.writer.append(run, entries, changes, events, wanted)
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
                    self._around.writer.append(run, [completed], wanted=lambda: True)
                    return
                case NotDone():
                    acted = False
        retry_at = None
        if kind is not FailureKind.BUSINESS:
            retry_at = self._around.next_attempt(step.retry.next_attempt, attempt)
        events = error.events if isinstance(error, StepRejected) else ()
        try:
            emitted = [self._around.emitted(run, e, RUNS, run_key(run)) for e in events]
        except InvalidValue as refused:
            self._fail(run, command, refused, artifacts)
            return
        entry = Failed(path, attempt, kind, say(error), retry_at, acted, explain(error))
        external = step.kind is StepKind.EXTERNAL
        try:
            self._around.writer.append(run, [entry], events=emitted, wanted=lambda: external)
        except Conflict as conflict:
            if acted and conflict.has(ConflictKind.FENCE):
                self._fenced_off(run, command, None, conflict)
            raise
        if artifacts is not None and not run.standing.turned:
            # Another attempt follows; if the run fails in the end, its end removes the rest.
            artifacts.remove_written(lambda: self._around.writer.look_again(run))

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
                run.record = evolve(run.record, executor=self._around.executor.ensure())
            try:
                self._around.writer.append(run, [late])
                return
            except Conflict:
                if turn + 1 == CONTENTION:
                    raise

    # -- unknown outcomes --------------------------------------------------------------------

    def settle_unknown(self, run: LiveRun[Any], path: str, attempt: int) -> None:
        """An attempt was cut off after its intent: it may have acted, or may not."""
        answer = self._ask(run, path, attempt)
        if isinstance(answer, Completed):
            self._around.writer.append(run, [answer], wanted=lambda: True)
            return
        error = "cut off after its intent; whether it acted is not known"
        if isinstance(answer, NotDone):
            error = "cut off after its intent; it has not acted"
        retry_at = self._around.next_attempt(run.step_at(path).retry.next_attempt, attempt)
        acted = not isinstance(answer, NotDone)
        self._around.writer.append(
            run, [Failed(path, attempt, FailureKind.UNKNOWN, error, retry_at, acted=acted)]
        )

    def _ask(self, run: LiveRun[Any], path: str, attempt: int) -> Completed | NotDone | None:
        """Ask a step's service what became of an attempt; None if it cannot be known."""
        step = run.step_at(path)
        if step.was_done is None:
            return None
        try:
            ports = self._around.services.open(self._around.work(run), self._around.files(run))
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
