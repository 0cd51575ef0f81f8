"""
What a journal must look like (S1, S5), judged from its stored rows alone.

It shares no code with what decides: it knows the kinds of entries and how paths are
written, and keeps a list of open effects of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from attrs import define, field, frozen

from aicmo_core.runtime.records import JournalRecord
from aicmo_core.saga import Step, StepKind, Workflow

_ROUND = re.compile(r"#\d+")
_HEAD = re.compile(r"[^/|#]+")
_QUIET = {"voided", "parked", "signalled", "waiting", "locked", "expired"}


@frozen
class Declared:
    """
    What of a workflow the rules need.

    Attributes:
        order: The names at the top, in order.
        plain: Those of them that are steps.
        steps: The places of all steps.
        taken_back: The places of external steps that have a compensation.
    """

    order: Sequence[str]
    plain: frozenset[str]
    steps: frozenset[str]
    taken_back: frozenset[str]

    @classmethod
    def of(cls, workflow: Workflow[Any]) -> Declared:
        steps = {p: n for p, n in workflow.places.items() if isinstance(n, Step)}
        return cls(
            [node.name for node in workflow.steps],
            frozenset(node.name for node in workflow.steps if isinstance(node, Step)),
            frozenset(steps),
            frozenset(
                place
                for place, node in steps.items()
                if node.kind is StepKind.EXTERNAL and node.compensation is not None
            ),
        )


def broken_rules(journal: Iterable[JournalRecord], declared: Declared, state: str) -> Sequence[str]:
    """
    Return every rule that a run's journal breaks, a sentence each.

    Args:
        journal: Its entries, in any order.
        state: The state in the run's row.
    """
    reading = _Reading(declared)
    entries = sorted(journal, key=lambda entry: entry.seq)
    if [entry.seq for entry in entries] != list(range(1, len(entries) + 1)):
        reading.broken.append("S5: the journal's numbers have a gap")
    for entry in entries:
        reading.take(entry)
    reading.end(state)
    return reading.broken


@define
class _Reading:
    """A journal, as far as it was read."""

    declared: Declared
    broken: list[str] = field(factory=list)
    done: set[str] = field(factory=set)
    intents: dict[str, int] = field(factory=dict)
    external: set[str] = field(factory=set)
    wrote: set[str] = field(factory=set)
    open: list[str] = field(factory=list)
    named: set[tuple[str, int, str]] = field(factory=set)
    turned_by: str = ""
    cancelled: bool = False
    reached: int = -1

    def take(self, entry: JournalRecord) -> None:
        name = (entry.step, entry.attempt, entry.kind)
        if name in self.named:
            self.broken.append(f"S5: {entry.kind} {entry.step} of one attempt is there twice")
        self.named.add(name)
        if entry.kind not in _QUIET:
            getattr(self, f"_{entry.kind}", self._unknown)(entry)

    def _unknown(self, entry: JournalRecord) -> None:
        self.broken.append(f"S1: entry {entry.seq} is of an unknown kind, {entry.kind}")

    # -- forward -----------------------------------------------------------------------------

    def _intended(self, entry: JournalRecord) -> None:
        self._forward(entry)
        if entry.step in self.intents:
            self.broken.append(f"S5: {entry.step} is intended while an attempt is open")
        self.intents[entry.step] = entry.attempt
        self.external.add(entry.step)

    def _completed(self, entry: JournalRecord) -> None:
        if entry.step not in self.external:
            self._forward(entry)
        elif self.intents.pop(entry.step, None) != entry.attempt:
            self.broken.append(f"S5: {entry.step} completed an attempt that was not intended")
        self.done.add(entry.step)
        if entry.undo is not None:
            self.wrote.add(entry.step)
        grouped = "grouped" in (entry.details or {})  # it has its undo with the one that follows
        if _ROUND.sub("", entry.step) in self.declared.steps and not grouped:
            self._opens(entry.step)

    def _decided(self, entry: JournalRecord) -> None:
        self._forward(entry)

    def _forward(self, entry: JournalRecord) -> None:
        """A run goes forward in the declared order, and not after it has turned."""
        if self.turned_by:
            self.broken.append(
                f"S1: entry {entry.seq}, {entry.kind} {entry.step}, after {self.turned_by}"
            )
        head = _HEAD.match(entry.step)
        place = self.declared.order.index(head.group()) if head else -1
        missing = [
            name
            for name in self.declared.order[:place]
            if name in self.declared.plain and name not in self.done
        ]
        if place < self.reached or missing:
            self.broken.append(f"S1: {entry.step} out of turn; not done are {missing}")
        self.reached = max(place, self.reached)

    def _failed(self, entry: JournalRecord) -> None:
        intended = self.intents.pop(entry.step, None) == entry.attempt
        if (entry.details or {}).get("acted"):
            if not intended:
                self.broken.append(f"S5: {entry.step} acted in an attempt that was not intended")
            self._opens(entry.step)

    # -- backward ----------------------------------------------------------------------------

    def _opens(self, step: str) -> None:
        if step not in self.open:
            self.open.append(step)

    def _late_effect(self, entry: JournalRecord) -> None:
        self._opens(entry.step)

    def _compensated(self, entry: JournalRecord) -> None:
        self.turned_by = self.turned_by or f"entry {entry.seq}, compensated {entry.step}"
        if entry.step not in self.open:
            self.broken.append(f"S1: {entry.step} is compensated, and nothing of it was open")
            return
        later = self.open[self.open.index(entry.step) + 1 :]
        depending = [one for one in later if not apart(one, entry.step)]
        if depending:
            self.broken.append(f"S1: {entry.step} is compensated before {', '.join(depending)}")
        self.open.remove(entry.step)

    def _compensation_failed(self, entry: JournalRecord) -> None:
        self.turned_by = self.turned_by or f"entry {entry.seq}, compensating {entry.step}"
        if entry.step not in self.open:
            self.broken.append(f"S9: {entry.step} failed to be compensated, but is not open")

    def _cancelled(self, entry: JournalRecord) -> None:
        self.cancelled = True
        self.turned_by = self.turned_by or f"entry {entry.seq}, cancelled"

    def _repaired(self, entry: JournalRecord) -> None:
        match (entry.details or {}).get("action"):
            case "compensate":
                self.turned_by = self.turned_by or f"entry {entry.seq}, taken back by a person"
            case "waive":
                self.open = [step for step in self.open if step != entry.step]
            case "skip":
                self.done.add(entry.step)

    # -- the end -----------------------------------------------------------------------------

    def end(self, state: str) -> None:
        """Judge how the run stands when nothing follows."""
        if state == "completed":
            missing = [n for n in self.declared.order if n in self.declared.plain - self.done]
            if self.turned_by or missing:
                self.broken.append(f"S1: completed, after {self.turned_by}; missing {missing}")
        if state in ("compensated", "cancelled"):
            left = [step for step in self.open if self._must_close(step)]
            if left:
                self.broken.append(f"S9: {state}, but open are {', '.join(left)}")
        if state == "cancelled" and not self.cancelled:
            self.broken.append("S11: cancelled, but nobody said so")

    def _must_close(self, step: str) -> bool:
        return step in self.wrote or _ROUND.sub("", step) in self.declared.taken_back


def apart(one: str, other: str) -> bool:
    """Return whether two paths part in the branches of one parallel node."""
    for mine, theirs in zip(one.split("/"), other.split("/"), strict=False):
        if mine != theirs:
            return "|" in mine and "|" in theirs and mine.split("|")[0] == theirs.split("|")[0]
    return False
