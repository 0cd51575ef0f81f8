"""
Performing what the saga decides: one command, one commit.

It holds no state of a run between calls but what the caller's `LiveRun` carries, and
that is always a prefix of the journal.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aicmo_core.kernel.ids import RunId
from aicmo_core.runtime.attempting import Attempts
from aicmo_core.runtime.compensating import Compensator
from aicmo_core.runtime.conditions import decision
from aicmo_core.runtime.live import LiveRun
from aicmo_core.runtime.locking import Locking
from aicmo_core.runtime.surroundings import Surroundings
from aicmo_core.runtime.writing import Fenced
from aicmo_core.saga import (
    BeginWait,
    Compensate,
    Completed,
    End,
    Evaluate,
    Execute,
    Expired,
    Intended,
    Lock,
    Outcome,
    Receive,
    SettleUnknown,
    Sleep,
    StepKind,
    Wait,
    WaitFor,
    Waiting,
)
from aicmo_core.storage import Conflict, ConflictKind


class Performer:
    """
    Performs commands.

    Args:
        load: Loads a run as it is stored.
    """

    def __init__(self, around: Surroundings, load: Callable[[RunId], LiveRun[Any]]) -> None:
        self._around = around
        self._attempts = Attempts(around, load)
        self._compensator = Compensator(around)
        self._locking = Locking(around.backend, around.writer, around.clock)

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
                self._around.writer.append(run, [Expired("", 1)])
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
        return self._around.backend.now() >= deadline

    def _perform(self, run: LiveRun[Any]) -> None:
        match run.next:
            case Execute() as command:
                if run.step_at(command.step).kind is StepKind.EXTERNAL:
                    self._around.writer.append(run, [Intended(command.step, command.attempt)])
                self._attempts.make(run, command)
            case Evaluate(path, attempt):
                self._around.writer.append(run, [decision(run, path, attempt)])
            case Lock(path, attempt, until):
                self._locking.take(run, path, attempt, until)
            case BeginWait(path, attempt):
                self._begin_wait(run, path, attempt)
            case Wait(path, attempt, _, until):
                # A run may be due for its deadline, and the clock jump back before it is read.
                if until is not None and self._around.backend.now() >= until:
                    self._end_wait(run, path, attempt)
            case Receive(path, attempt, payload):
                self._around.writer.append(run, [Completed(path, attempt, payload)])
            case SettleUnknown(path, attempt):
                self._attempts.settle_unknown(run, path, attempt)
            case Compensate(path, attempt):
                self._compensator.compensate(run, path, attempt)
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
            self._around.stores.open(run.record.artifacts).remove(run.record.run_id)
        self._around.writer.finish(run)

    def _begin_wait(self, run: LiveRun[Any], path: str, attempt: int) -> None:
        node = run.node_at(path)
        assert isinstance(node, WaitFor | Sleep)
        duration = node.duration if isinstance(node, Sleep) else node.timeout
        until = None if duration is None else self._around.backend.now() + duration
        self._around.writer.append(run, [Waiting(path, attempt, until)])

    def _end_wait(self, run: LiveRun[Any], path: str, attempt: int) -> None:
        """End a wait whose time is up: a sleep has done its work, a wait was in vain."""
        slept = isinstance(run.node_at(path), Sleep)
        self._around.writer.append(
            run, [Completed(path, attempt) if slept else Expired(path, attempt)]
        )
