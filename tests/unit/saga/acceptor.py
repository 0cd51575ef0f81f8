"""
An acceptor of journals, written from the properties and not from the code.

It reads entries as plain data, keeps its own ledger, and names each promise that a
journal breaks. It shares no code with the decision that it judges.
"""

from __future__ import annotations

from datetime import datetime

from attrs import define, field

from aicmo_core.saga import (
    Cancelled,
    Compensated,
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
    Waiting,
)

from .plan import Plan
from .promises import BOUNDS, PROMISES


@define
class Line:
    """One line of the ledger: an effect, what is known of it, and what became of it."""

    known: bool
    result: str | None = None
    undo: str | None = None
    closing: str = "open"


@define
class Acceptor:
    """
    Reads one journal, entry by entry.

    Attributes:
        plan: The definition, written out, and how far the run has come in it.
        pivot: The path past which nothing is taken back unless a person says so.
        open: The effects that wait to be closed, in the order in which they were opened.
        units: What is taken back together with an effect, because it was one commit.
        queue: The signals that were not taken yet.
        over: Whether the run has a reason to compensate.
        kept: Whether the run has completed.
        broken: The promises that were broken.
    """

    plan: Plan
    pivot: str | None
    open: list[str] = field(factory=list)
    ledger: dict[str, Line] = field(factory=dict)
    units: dict[str, list[str]] = field(factory=dict)
    group: list[str] = field(factory=list)
    intents: dict[str, int] = field(factory=dict)
    queue: list[Signalled] = field(factory=list)
    keys: set[str] = field(factory=set)
    begun: dict[str, tuple[int, datetime | None]] = field(factory=dict)
    parked: str | None = None
    over: bool = False
    cancelled: bool = False
    overdue: bool = False
    past_pivot: bool = False
    kept: bool = False
    broken: set[str] = field(factory=set)

    def require(self, holds: bool, promise: str) -> None:
        if not holds:
            assert promise in PROMISES or promise in BOUNDS, promise
            self.broken.add(promise)

    @property
    def bound(self) -> bool:
        """Whether the run cannot be taken back, or nobody knows yet."""
        return self.past_pivot or self.kept or self.pivot in self.intents

    def take(self, entry: Entry) -> None:
        """Judge the next entry."""
        match entry:
            case Intended(step, attempt):
                self._goes_forward(step)
                self.intents[step] = attempt
            case Completed():
                self._take_completed(entry)
            case Failed():
                self._take_failure(entry)
            case Decided(step, _, value):
                self._goes_forward(step)
                self.plan.decisions[step] = value
            case Waiting(step, attempt, until):
                self.require(step not in self.begun, "a wait that has begun is not begun again")
                self.begun[step] = attempt, until
            case Expired():
                self._take_expired(entry)
            case Locked(step):
                self.require(self.plan.may_lock(step), "a lock is taken once, when it is needed")
                self.begun.pop(step, None)
                self.plan.locks.add(step)
            case Signalled(key=key):
                if not key or key not in self.keys:
                    self.queue.append(entry)
                self.keys |= {key} - {""}
            case Cancelled():
                if not self.over and not self.bound:
                    self.over, self.cancelled, self.parked = True, True, None
            case LateEffect(step, _, result):
                self._take_late(step, result)
            case Compensated(step):
                self._take_compensated(step)
            case Parked(reason):
                self.parked = reason
            case Repaired():
                self._take_repaired(entry)
        self._conclude()

    def end(self, outcome: str) -> None:
        """Judge that the run ended here."""
        if outcome == "completed":
            self.require(self.kept, "a completed run did every step")
        else:
            self.require(self.over, "only a failed run compensates")
            self.require(not self.open, "a compensated run leaves no effect open")
            told = outcome == ("cancelled" if self.cancelled else "compensated")
            self.require(told, "a run ends as what turned it")

    def first_signal(self, name: str) -> Signalled | None:
        """Return the earliest signal of this name that was not taken yet."""
        return next((s for s in self.queue if s.signal == name), None)

    def built_upon(self, step: str) -> bool:
        """Return whether an open effect that came later, or an intent, may depend on *step*."""
        later = [*self.open[self.open.index(step) + 1 :], *self.intents]
        return any(not self._apart(step, other) for other in later)

    def _conclude(self) -> None:
        """See whether the run has come to its end, or its deadline turns it now."""
        if self.overdue and not self.bound:
            self.over = True
        if not (self.over or self.kept or self.intents) and self.plan.complete:
            self.kept = True
            for step in list(self.open):
                self._close(step, "kept")

    def _goes_forward(self, step: str) -> None:
        """Each after all that comes before it, and none after the turn."""
        if step in self.intents:
            return
        self.require(not self.over, "no step starts after the turn")
        self.require(self.plan.may_start(step), "steps run in their order")

    def _take_completed(self, entry: Completed) -> None:
        step = entry.step
        self._goes_forward(step)
        self.intents.pop(step, None)
        self.plan.done.add(step)
        spot = self.plan.spots.get(step)
        if spot is None:
            return
        if spot.kind == "waitfor":
            first = self.first_signal(spot.node.signal.name)
            self.require(
                first is not None and first.payload == entry.result,
                "each signal is taken once, the earliest first",
            )
            if first is not None:
                self.queue.remove(first)
            return
        if entry.grouped:
            self.group.append(step)
            return
        self.units[step], self.group = [step, *self.group], []
        self._open(step, Line(True, entry.result, entry.undo))
        self.past_pivot = self.past_pivot or step == self.pivot

    def _take_failure(self, failed: Failed) -> None:
        if failed.step not in self.intents:
            self.require(not self.over, "no step starts after the turn")
            self.require(self.plan.may_fail(failed.step), "steps run in their order")
        self.intents.pop(failed.step, None)
        if failed.acted and self._lacks_line(failed.step):
            self._open(failed.step, Line(False))
        if failed.kind is FailureKind.BUSINESS or failed.retry_at is None:
            self._turn()

    def _take_expired(self, expired: Expired) -> None:
        step = expired.step
        if step == "":
            self.overdue = True
            return
        self._goes_forward(step)
        self.require(step in self.begun, "a timer keeps its moment")
        self.begun.pop(step, None)
        spot = self.plan.spots[step]
        if spot.kind == "waitfor" and not spot.node.optional:
            self._turn()
        else:
            self.plan.done.add(step)

    def _take_repaired(self, repaired: Repaired) -> None:
        self.parked = None
        match repaired.action:
            case RepairAction.RETRY:
                locks = {p for p in self.begun if self.plan.may_lock(p)}
                self.begun = {p: b for p, b in self.begun.items() if p not in locks}
            case RepairAction.COMPENSATE:
                self.over = self.over or not self.kept
            case RepairAction.WAIVE:
                if repaired.step in self.open:
                    self._close(repaired.step, "waived")
            case RepairAction.SKIP:
                self.plan.done.add(repaired.step)

    def _take_late(self, step: str, result: str | None) -> None:
        if self._lacks_line(step):
            self._open(step, Line(result is not None, result))
            return
        line = self.ledger[step]
        if not line.known and result is not None:
            line.known, line.result = True, result

    def _take_compensated(self, step: str) -> None:
        reason = "pivot" if self.past_pivot else "reason"
        self.require(self.over, f"nothing is compensated without its {reason}")
        self.require(step in self.open, "an effect is closed once")
        if step in self.open:
            self.require(not self.built_upon(step), "what was built on it is taken back first")
            self._close(step, "compensated")

    def _turn(self) -> None:
        if not self.past_pivot and not self.kept:
            self.over = True

    def _apart(self, one: str, other: str) -> bool:
        mine, theirs = self.units.get(one, [one]), self.units.get(other, [other])
        return all(self.plan.apart(m, t) for m in mine for t in theirs)

    def _lacks_line(self, step: str) -> bool:
        return step not in self.ledger or self.ledger[step].closing in ("compensated", "waived")

    def _open(self, step: str, line: Line) -> None:
        if step in self.open:
            self.open.remove(step)
        self.ledger[step] = line
        if self.kept:
            line.closing = "kept"
        else:
            self.open.append(step)

    def _close(self, step: str, closing: str) -> None:
        self.open.remove(step)
        self.ledger[step].closing = closing
        if closing == "compensated":
            self.units.pop(step, None)
