"""
What a run does next: a pure function of its definition and its journal.

No clock, no ids, no I/O. Every engine is a loop around this function.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import Any, TypeAlias

from attrs import define, field, frozen

from aicmo_core.saga.definition import Workflow
from aicmo_core.saga.journal import (
    Compensated,
    CompensationFailed,
    Completed,
    Entry,
    Failed,
    FailureKind,
    Intended,
    LateEffect,
    Parked,
    RepairAction,
    Repaired,
    Voided,
)


class Outcome(Enum):
    """How a run ended."""

    COMPLETED = "completed"
    COMPENSATED = "compensated"


@frozen
class Execute:
    """Attempt a step, not before the moment given, if one is."""

    step: str
    attempt: int
    not_before: datetime | None = None


@frozen
class SettleUnknown:
    """An intent has no outcome: journal the attempt as failed with its effect unknown."""

    step: str
    attempt: int


@frozen
class Compensate:
    """Take back what a step did, or may have done."""

    step: str
    attempt: int
    not_before: datetime | None = None


@frozen
class Park:
    """Wait for a person."""

    step: str
    reason: str


@frozen
class End:
    """Nothing is left to do."""

    outcome: Outcome


Command: TypeAlias = Execute | SettleUnknown | Compensate | Park | End


class Closing(Enum):
    """What became of an effect."""

    KEPT = "kept"
    COMPENSATED = "compensated"
    WAIVED = "waived"
    OPEN = "open"


@define
class Effect:
    """
    What one step did, or may have done: a line of the undo ledger.

    Attributes:
        known: Whether it is known to have happened.
        opened_at: The index in the journal of the entry that last opened it.
        result: What the step returned, as opaque text; None where it is not known.
        undo: What takes its rows back, as opaque text.
        closing: What became of it.
        attempts: How many attempts to compensate have failed since.
        retry_at: When the next is due, if one is.
        error: What the last one met.
    """

    step: str
    known: bool
    opened_at: int
    result: str | None = None
    undo: str | None = None
    closing: Closing = Closing.OPEN
    attempts: int = 0
    retry_at: datetime | None = None
    error: str | None = None

    @property
    def exhausted(self) -> bool:
        return self.error is not None and self.retry_at is None


@define
class Standing:
    """
    What a journal amounts to: a fold of its entries, one at a time.

    Attributes:
        length: How many entries were read.
        effects: The ledger, by step.
        completed: What has completed, by step.
        attempts: The number of the last attempt, by step.
        failures: The last failure of a step that is neither completed nor tried again.
        compensations: The number of the last attempt to compensate, by step.
        intent: An intent that has no outcome.
        turned: Whether the run compensates.
        past_pivot: Whether it only goes forward.
        parked: Why it was parked from outside.
        stranger: A step that the journal names and the workflow lacks.
    """

    length: int = 0
    effects: dict[str, Effect] = field(factory=dict)
    completed: dict[str, Completed] = field(factory=dict)
    attempts: dict[str, int] = field(factory=dict)
    failures: dict[str, Failed] = field(factory=dict)
    compensations: dict[str, int] = field(factory=dict)
    intent: Intended | None = None
    turned: bool = False
    past_pivot: bool = False
    parked: str | None = None
    stranger: str | None = None

    @property
    def kept(self) -> bool:
        """Whether the run has completed, which is final."""
        return any(e.closing is Closing.KEPT for e in self.effects.values())

    def read(self, workflow: Workflow[Any], entry: Entry) -> None:
        """Take the next entry of the journal into account."""
        step = getattr(entry, "step", "")
        of_the_run = step == "" and isinstance(entry, Parked | Repaired | Voided)
        if of_the_run or step in workflow.by_name:
            _read(workflow, self, self.length, entry)
        elif self.stranger is None:
            self.stranger = step
        self.length += 1


def decide(workflow: Workflow[Any], journal: Sequence[Entry]) -> Command:
    """
    Return what the run does next. The same arguments always give the same command.

    Total: any sequence of entries gets an answer. One that names a step that the
    workflow lacks is parked.
    """
    return next_command(workflow, standing(workflow, journal))


def standing(workflow: Workflow[Any], journal: Sequence[Entry]) -> Standing:
    """Return what *journal* amounts to."""
    now = Standing()
    for entry in journal:
        now.read(workflow, entry)
    return now


def next_command(workflow: Workflow[Any], now: Standing) -> Command:
    """Return what `decide` returns, for a journal that was read already."""
    if now.stranger is not None:
        return Park(now.stranger, f"the journal names step {now.stranger!r}, which is not declared")
    if now.parked is not None:
        return Park("", now.parked)
    if now.intent is not None:
        return SettleUnknown(now.intent.step, now.intent.attempt)
    return _backward(now) if now.turned else _forward(workflow, now)


def _forward(workflow: Workflow[Any], now: Standing) -> Command:
    for step in workflow.steps:
        if step.name in now.completed:
            continue
        failure = now.failures.get(step.name)
        attempt = now.attempts.get(step.name, 0) + 1
        if failure is None:
            return Execute(step.name, attempt)
        if failure.retry_at is not None:
            return Execute(step.name, attempt, failure.retry_at)
        return Park(step.name, f"step {step.name!r} failed past the pivot: {failure.error}")
    return End(Outcome.COMPLETED)


def _backward(now: Standing) -> Command:
    """Take the open effects back, the last one first."""
    still_open = [e for e in now.effects.values() if e.closing is Closing.OPEN]
    if not still_open:
        return End(Outcome.COMPENSATED)
    last = max(still_open, key=lambda e: e.opened_at)
    if last.exhausted:
        return Park(last.step, f"step {last.step!r} cannot be compensated: {last.error}")
    attempt = now.compensations.get(last.step, 0) + 1
    return Compensate(last.step, attempt, last.retry_at)


def _read(workflow: Workflow[Any], now: Standing, index: int, entry: Entry) -> None:
    match entry:
        case Intended(step, attempt):
            now.intent = entry
            now.attempts[step] = attempt
            now.failures.pop(step, None)
        case Completed():
            _read_completed(workflow, now, index, entry)
        case Failed():
            _read_failure(now, index, entry)
        case Compensated(step, attempt):
            now.compensations[step] = attempt
            now.completed.pop(step, None)
            _close(now, step, Closing.COMPENSATED)
        case CompensationFailed(step, attempt, error, retry_at):
            now.compensations[step] = attempt
            effect = now.effects.get(step)
            if effect is not None:
                effect.attempts += 1
                effect.error, effect.retry_at = error, retry_at
        case LateEffect():
            _read_late_effect(now, index, entry)
        case Parked(reason):
            now.parked = reason
        case Repaired():
            _read_repair(now, entry)


def _read_completed(workflow: Workflow[Any], now: Standing, index: int, entry: Completed) -> None:
    now.intent = None
    now.attempts[entry.step] = entry.attempt
    now.failures.pop(entry.step, None)
    now.completed[entry.step] = entry
    now.effects[entry.step] = Effect(entry.step, True, index, entry.result, entry.undo)
    now.past_pivot = now.past_pivot or workflow.by_name[entry.step].pivot
    if not now.turned and len(now.completed) == len(workflow.steps):
        for effect in now.effects.values():
            effect.closing = Closing.KEPT


def _read_failure(now: Standing, index: int, failed: Failed) -> None:
    now.intent = None
    now.attempts[failed.step] = failed.attempt
    now.failures[failed.step] = failed
    if failed.acted and _lacks_effect(now, failed.step):
        now.effects[failed.step] = Effect(failed.step, False, index)
    final = failed.retry_at is None or failed.kind is FailureKind.BUSINESS
    if final and not now.past_pivot and not now.kept:
        now.turned = True


def _read_late_effect(now: Standing, index: int, late: LateEffect) -> None:
    """
    An effect that came late is one more effect, unless the step's own is open or kept.

    An open one keeps its place and its undo: the rows of the step are still there, and
    what later steps built on them is taken back first.
    """
    if _lacks_effect(now, late.step):
        known = late.result is not None
        now.effects[late.step] = Effect(late.step, known, index, late.result)
        return
    effect = now.effects[late.step]
    if not effect.known and late.result is not None:
        effect.known, effect.result = True, late.result


def _read_repair(now: Standing, repaired: Repaired) -> None:
    now.parked = None
    match repaired.action:
        case RepairAction.RETRY:
            for effect in now.effects.values():
                effect.error = effect.retry_at = None
            now.failures.clear()
        case RepairAction.COMPENSATE:
            now.turned = not now.kept
        case RepairAction.WAIVE:
            _close(now, repaired.step, Closing.WAIVED)


def _lacks_effect(now: Standing, step: str) -> bool:
    """Return whether *step* has no effect that is open or kept."""
    effect = now.effects.get(step)
    return effect is None or effect.closing in (Closing.COMPENSATED, Closing.WAIVED)


def _close(now: Standing, step: str, closing: Closing) -> None:
    effect = now.effects.get(step)
    if effect is not None:
        effect.closing = closing
        effect.error = effect.retry_at = None
