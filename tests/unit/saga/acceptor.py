"""
An acceptor of journals, written from the properties and not from the code.

It reads entries as plain data, keeps its own ledger, and names each promise that a
journal breaks. It shares no code with the decision that it judges.
"""

from __future__ import annotations

from attrs import define, field

from aicmo_core.saga import (
    Compensated,
    Completed,
    Entry,
    Failed,
    FailureKind,
    Intended,
    LateEffect,
    RepairAction,
    Repaired,
)


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
        names: The steps in their declared order.
        pivot: The step past which nothing is taken back unless a person says so.
        done: T1..Tk, in commit order.
        open: The steps whose effect waits to be closed, in the order they were opened.
        over: Whether the run has a reason to compensate.
        broken: The promises that were broken.
    """

    names: list[str]
    pivot: str | None
    done: list[str] = field(factory=list)
    open: list[str] = field(factory=list)
    ledger: dict[str, Line] = field(factory=dict)
    intent: str | None = None
    over: bool = False
    broken: set[str] = field(factory=set)

    def require(self, holds: bool, promise: str) -> None:
        if not holds:
            self.broken.add(promise)

    @property
    def completed(self) -> bool:
        return not self.over and self.done == self.names

    @property
    def past_pivot(self) -> bool:
        return self.pivot in self.done

    def take(self, entry: Entry) -> None:
        """Judge the next entry."""
        match entry:
            case Intended(step):
                self._goes_forward(step)
                self.intent = step
            case Completed(step, _, result, undo):
                self._goes_forward(step)
                self.intent = None
                self.done.append(step)
                self._open(step, Line(True, result, undo))
                if self.completed:
                    self._keep_all()
            case Failed():
                self._goes_forward(entry.step)
                self.intent = None
                self._take_failure(entry)
            case LateEffect(step, _, result):
                self._take_late(step, result)
            case Compensated(step):
                self._take_compensated(step)
            case Repaired(action, _, _, step):
                if action is RepairAction.COMPENSATE and not self.completed:
                    self.over = True
                if action is RepairAction.WAIVE and step in self.open:
                    self._close(step, "waived")

    def end(self, outcome: str) -> None:
        """Judge that the run ended here."""
        if outcome == "completed":
            self.require(self.completed, "a completed run did every step")
        else:
            self.require(self.over, "only a failed run compensates")
            self.require(not self.open, "a compensated run leaves no effect open")

    def _goes_forward(self, step: str) -> None:
        """T1..Tn, each after the one before it, and none after the turn."""
        self.require(not self.over or self.intent == step, "no step starts after the turn")
        place = len(self.done)
        in_order = place < len(self.names) and self.names[place] == step
        self.require(in_order, "steps run in their order")

    def _take_failure(self, failed: Failed) -> None:
        if failed.acted and failed.step not in self.open:
            self._open(failed.step, Line(False))
        final = failed.kind is FailureKind.BUSINESS or failed.retry_at is None
        if final and not self.past_pivot:
            self.over = True

    def _take_late(self, step: str, result: str | None) -> None:
        line = self.ledger.get(step)
        if line is None or line.closing in ("compensated", "waived"):
            self._open(step, Line(result is not None, result))
        elif not line.known and result is not None:
            line.known, line.result = True, result

    def _take_compensated(self, step: str) -> None:
        reason = "pivot" if self.past_pivot else "reason"
        self.require(self.over, f"nothing is compensated without its {reason}")
        self.require(step in self.open, "an effect is closed once")
        self.require(self.open[-1:] == [step], "the last effect is taken back first")
        if step in self.open:
            self._close(step, "compensated")

    def _open(self, step: str, line: Line) -> None:
        if step in self.open:
            self.open.remove(step)
        self.open.append(step)
        self.ledger[step] = line

    def _close(self, step: str, closing: str) -> None:
        self.open.remove(step)
        self.ledger[step].closing = closing

    def _keep_all(self) -> None:
        for step in list(self.open):
            self._close(step, "kept")
