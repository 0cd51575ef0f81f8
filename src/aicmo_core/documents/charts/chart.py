"""Charts as values: what they show, before anybody draws it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TypeAlias

from attrs import field, frozen
from attrs.validators import matches_re

from aicmo_core.documents.dates import long_date

_NAME = matches_re(r"[a-z][a-z0-9-]{0,40}")


@frozen
class Bar:
    """
    A part of a whole.

    Attributes:
        share: In percent of the whole, from 0 to 100.
        amount: The same in money or pieces, as a reader is told it; empty where nobody said.
    """

    label: str
    share: Decimal
    amount: str = ""

    @property
    def percent(self) -> str:
        """The share with no more decimals than it needs: "12.5%"."""
        text = f"{self.share:f}"
        return (text.rstrip("0").rstrip(".") if "." in text else text) + "%"


@frozen
class BarChart:
    """
    How a whole is divided, a bar a part.

    Attributes:
        name: Its file name without an ending, and its id in a page.
        parts: What a part is: "Channel".
    """

    name: str = field(validator=_NAME)
    title: str
    parts: str
    bars: tuple[Bar, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The heads of the same data as a table."""
        amounts = any(bar.amount for bar in self.bars)
        return (self.parts, "Share", "Amount") if amounts else (self.parts, "Share")

    @property
    def numeric(self) -> tuple[int, ...]:
        """The columns of that table whose cells are numbers, counted from 0."""
        return tuple(range(1, len(self.columns)))

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The same data as a table, a row a bar."""
        if len(self.columns) == 2:
            return tuple((bar.label, bar.percent) for bar in self.bars)
        return tuple((bar.label, bar.percent, bar.amount or "not stated") for bar in self.bars)

    @property
    def description(self) -> str:
        """The same data in words."""
        told = (" ".join(filter(None, (b.label, b.percent, b.amount))) for b in self.bars)
        return "; ".join(told) or "Nothing is divided"


@frozen
class Target:
    """
    A measure, where it stands and where it shall stand.

    Attributes:
        goal: The value to be reached.
        start: The value of today, in the same unit; None where nobody measured it.
        told: Both with their unit, as a reader is told them: "from 12% to 7%".
        by: The day on which it is due.
    """

    label: str
    goal: Decimal
    start: Decimal | None
    told: str
    by: date


@frozen
class TargetChart:
    """Measures beside their targets. Units differ, so that each measure has its own scale."""

    name: str = field(validator=_NAME)
    title: str
    targets: tuple[Target, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The heads of the same data as a table."""
        return ("Measure", "Target", "By")

    @property
    def numeric(self) -> tuple[int, ...]:
        """The columns of that table whose cells are numbers, counted from 0."""
        return ()

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The same data as a table, a row a measure."""
        return tuple((one.label, one.told, long_date(one.by)) for one in self.targets)

    @property
    def description(self) -> str:
        """The same data in words."""
        told = (f"{label} {target} by {day}" for label, target, day in self.rows)
        return "; ".join(told) or "No target is set"


@frozen
class Milestone:
    """A day on which something is to be reached, and why it matters."""

    label: str
    day: date
    note: str = ""


@frozen
class Timeline:
    """
    Milestones on a line of days.

    Attributes:
        start: The first day of the line.
        end: The last day of the line, not before any milestone.
    """

    name: str = field(validator=_NAME)
    title: str
    start: date
    end: date
    milestones: tuple[Milestone, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The heads of the same data as a table."""
        return ("Milestone", "Day", "What is done")

    @property
    def numeric(self) -> tuple[int, ...]:
        """The columns of that table whose cells are numbers, counted from 0."""
        return ()

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The same data as a table, a row a milestone."""
        return tuple((m.label, long_date(m.day), m.note) for m in self.milestones)

    @property
    def description(self) -> str:
        """The same data in words."""
        told = (f"{m.label} on {long_date(m.day)}" for m in self.milestones)
        return "; ".join(told) or "No milestone is set"


Chart: TypeAlias = BarChart | TargetChart | Timeline
"""Whatever `draw` can draw. Each has a name, a title, a description, and its data as a table."""
