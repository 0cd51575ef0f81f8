"""
What a journal amounts to: a fold of its entries, one at a time.

It knows what happened, and where. What is to be done about it, `decide` says.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import Any

from attrs import define, field

from aicmo_core.saga.combinators import WaitFor
from aicmo_core.saga.commands import Command
from aicmo_core.saga.definition import Workflow
from aicmo_core.saga.journal import (
    Cancelled,
    Compensated,
    CompensationFailed,
    Completed,
    Decided,
    Entry,
    Expired,
    Failed,
    FailureKind,
    Intended,
    LateEffect,
    Locked,
    Parked,
    RepairAction,
    Repaired,
    Signalled,
    Voided,
    Waiting,
)
from aicmo_core.saga.paths import independent, place_of
from aicmo_core.saga.step import Step

OF_THE_RUN = (Cancelled, Expired, Failed, Locked, Parked, Repaired, Signalled, Voided, Waiting)
"""Entries that may be of the run as a whole. Those of a step that does not exist are not."""


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
        step: The step's path.
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
    What a journal amounts to. Everything in it is by path.

    Attributes:
        length: How many entries were read.
        effects: The ledger.
        completed: What has completed, in that order.
        attempts: The number of the last attempt.
        failures: The last failure of what is neither completed nor tried again.
        compensations: The number of the last attempt to compensate.
        intents: Those that have no outcome.
        decisions: What choices, rounds and calls came to.
        waits: What has begun to wait.
        signals: Those that were not taken yet, in the order in which they came.
        signal_keys: The keys of all that came.
        locks: The names of the locks that it holds.
        group: What completed without a commit of its own, and waits for the end of it.
        groups: What completed in one commit with a step, and is taken back with it.
        turned: Whether the run compensates.
        cancelled: What turned it, if that was a person who cancelled it.
        overdue: Whether its deadline has passed. While the pivot's intent is open, that
            turns nothing yet: the pivot may have happened.
        past_pivot: Whether it only goes forward.
        kept: Whether the run has completed, which is final.
        parked: Why it was parked from outside.
        stranger: What the journal names and the workflow lacks.
        ahead: What can be done for the run to complete, where it was worked out already.
    """

    length: int = 0
    effects: dict[str, Effect] = field(factory=dict)
    completed: dict[str, Completed] = field(factory=dict)
    attempts: dict[str, int] = field(factory=dict)
    failures: dict[str, Failed] = field(factory=dict)
    compensations: dict[str, int] = field(factory=dict)
    intents: dict[str, Intended] = field(factory=dict)
    decisions: dict[str, str] = field(factory=dict)
    waits: dict[str, Waiting] = field(factory=dict)
    signals: list[Signalled] = field(factory=list)
    signal_keys: set[str] = field(factory=set)
    locks: dict[str, str] = field(factory=dict)
    group: list[str] = field(factory=list)
    groups: dict[str, list[str]] = field(factory=dict)
    turned: bool = False
    cancelled: Cancelled | None = None
    overdue: bool = False
    past_pivot: bool = False
    kept: bool = False
    parked: str | None = None
    stranger: str | None = None
    ahead: Sequence[Command] | None = None

    def take(self, workflow: Workflow[Any], entry: Entry) -> None:
        """Take the next entry of the journal into account."""
        step = getattr(entry, "step", "")
        of_the_run = step == "" and isinstance(entry, OF_THE_RUN)
        if of_the_run or place_of(step) in workflow.places:
            _take(workflow, self, self.length, entry)
        elif self.stranger is None:
            self.stranger = step
        if self.overdue and not self.bound(workflow):
            self.turned = True
        self.length += 1

    def keep(self) -> None:
        """Take note that nothing is left to be done: what was done stays."""
        self.kept = True
        for effect in self.effects.values():
            if effect.closing is Closing.OPEN:
                effect.closing = Closing.KEPT

    def bound(self, workflow: Workflow[Any]) -> bool:
        """Return whether the run cannot be taken back any more, or nobody knows yet."""
        return (
            self.past_pivot or self.kept or any(_is_pivot(workflow, path) for path in self.intents)
        )

    def apart(self, one: str, other: str) -> bool:
        """Return whether neither of two effects can have been built on the other."""
        return all(
            independent(mine, theirs)
            for mine in (one, *self.groups.get(one, ()))
            for theirs in (other, *self.groups.get(other, ()))
        )

    def pending(self, signal: str) -> Signalled | None:
        """Return the earliest signal of this name that was not taken yet."""
        return next((s for s in self.signals if s.signal == signal), None)


def _take(workflow: Workflow[Any], now: Standing, index: int, entry: Entry) -> None:
    match entry:
        case Intended(step, attempt):
            now.intents[step] = entry
            now.attempts[step] = attempt
            now.failures.pop(step, None)
        case Completed():
            _take_completed(workflow, now, index, entry)
        case Failed():
            _take_failure(now, index, entry)
        case Compensated(step, attempt):
            now.compensations[step] = attempt
            for path in (step, *now.groups.pop(step, ())):
                now.completed.pop(path, None)
            _close(now, step, Closing.COMPENSATED)
        case CompensationFailed(step, attempt, error, retry_at):
            now.compensations[step] = attempt
            effect = now.effects.get(step)
            if effect is not None:
                effect.attempts += 1
                effect.error, effect.retry_at = error, retry_at
        case LateEffect():
            _take_late_effect(now, index, entry)
        case Parked(reason):
            now.parked = reason
        case Repaired():
            _take_repair(now, entry)
        case Decided(step, attempt, value):
            now.attempts[step] = attempt
            now.failures.pop(step, None)
            now.decisions[step] = value
        case Waiting(step):
            now.waits[step] = entry
        case Signalled(_, _, _, key):
            if not key or key not in now.signal_keys:
                now.signals.append(entry)
            now.signal_keys |= {key} - {""}
        case Expired():
            _take_expired(workflow, now, entry)
        case Locked(step, _, lock):
            now.waits.pop(step, None)
            now.locks[step] = lock
        case Cancelled():
            if not now.turned and not now.bound(workflow):
                now.turned, now.parked, now.cancelled = True, None, entry


def _take_completed(workflow: Workflow[Any], now: Standing, index: int, entry: Completed) -> None:
    now.intents.pop(entry.step, None)
    now.attempts[entry.step] = entry.attempt
    now.failures.pop(entry.step, None)
    now.completed.pop(entry.step, None)  # the order is that of the last completion
    now.completed[entry.step] = entry
    node = workflow.places.get(place_of(entry.step))
    if not isinstance(node, Step):
        if isinstance(node, WaitFor) and (taken := now.pending(node.signal.name)) is not None:
            now.signals.remove(taken)
        return
    if entry.grouped:
        now.group.append(entry.step)
        return
    now.groups[entry.step], now.group = now.group, []
    now.effects[entry.step] = Effect(entry.step, True, index, entry.result, entry.undo)
    if now.kept:
        now.effects[entry.step].closing = Closing.KEPT
    now.past_pivot = now.past_pivot or node.pivot


def _take_failure(now: Standing, index: int, failed: Failed) -> None:
    now.intents.pop(failed.step, None)
    now.attempts[failed.step] = failed.attempt
    now.failures[failed.step] = failed
    if failed.acted and _lacks_effect(now, failed.step):
        now.effects[failed.step] = Effect(failed.step, False, index, closing=_opened(now))
    if failed.retry_at is None or failed.kind is FailureKind.BUSINESS:
        _turn(now)


def _take_late_effect(now: Standing, index: int, late: LateEffect) -> None:
    """
    An effect that came late is one more effect, unless the step's own is open or kept.

    An open one keeps its place and its undo: the rows of the step are still there, and
    what later steps built on them is taken back first.
    """
    if _lacks_effect(now, late.step):
        known = late.result is not None
        effect = Effect(late.step, known, index, late.result, closing=_opened(now))
        now.effects[late.step] = effect
        return
    effect = now.effects[late.step]
    if not effect.known and late.result is not None:
        effect.known, effect.result = True, late.result


def _take_repair(now: Standing, repaired: Repaired) -> None:
    now.parked = None
    match repaired.action:
        case RepairAction.RETRY:
            for effect in now.effects.values():
                effect.error = effect.retry_at = None
            now.failures.clear()
            for path in [p for p in now.waits if p == "" or p in now.decisions]:
                del now.waits[path]  # the waits for locks, which begin anew
        case RepairAction.COMPENSATE:
            now.turned = now.turned or not now.kept
        case RepairAction.WAIVE:
            _close(now, repaired.step, Closing.WAIVED)
        case RepairAction.SKIP:
            now.failures.pop(repaired.step, None)
            attempt = now.attempts.get(repaired.step, 0) + 1
            now.completed[repaired.step] = Completed(repaired.step, attempt, repaired.result)


def _take_expired(workflow: Workflow[Any], now: Standing, expired: Expired) -> None:
    step, attempt = expired.step, expired.attempt
    if step == "":
        now.overdue = True
        return
    now.waits.pop(step, None)
    now.attempts[step] = attempt
    node = workflow.places.get(place_of(step))
    if isinstance(node, WaitFor) and not node.optional:
        error = f"signal {node.signal.name!r} did not come in time"
        now.failures[step] = Failed(step, attempt, FailureKind.BUSINESS, error)
        _turn(now)
    else:
        now.completed[step] = Completed(step, attempt)


def _turn(now: Standing) -> None:
    if not now.past_pivot and not now.kept:
        now.turned = True


def _opened(now: Standing) -> Closing:
    return Closing.KEPT if now.kept else Closing.OPEN


def _lacks_effect(now: Standing, step: str) -> bool:
    """Return whether *step* has no effect that is open or kept."""
    effect = now.effects.get(step)
    return effect is None or effect.closing in (Closing.COMPENSATED, Closing.WAIVED)


def _close(now: Standing, step: str, closing: Closing) -> None:
    effect = now.effects.get(step)
    if effect is not None:
        effect.closing = closing
        effect.error = effect.retry_at = None


def _is_pivot(workflow: Workflow[Any], path: str) -> bool:
    return bool(getattr(workflow.places.get(place_of(path)), "pivot", False))
