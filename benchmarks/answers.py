"""What a benchmark found: tables of rows, kept as JSON, and compared with an earlier run's."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
import cattrs
from attrs import field, frozen

from aicmo_core import __version__


@frozen
class Row:
    """
    What one variant came to.

    Attributes:
        name: Of the variant; unique in its table.
        figures: By name and unit, one value a round. The first is what the question is
            about: its spread is shown, and ratios are of it.
        durability: What has happened when a commit returns; empty if nothing is kept.
        against: The rows that this one is compared with, round by round.
        goals: By the name of a row in *against* (then of the ratio) or of a figure (then
            of its median): the bound, as in `≥ 0.75`.
    """

    name: str
    figures: Mapping[str, tuple[float, ...]]
    durability: str = ""
    against: tuple[str, ...] = ()
    goals: Mapping[str, str] = field(factory=dict)

    @property
    def values(self) -> tuple[float, ...]:
        """The first figure's values."""
        return next(iter(self.figures.values()))

    @property
    def median(self) -> float:
        return statistics.median(self.values)


@frozen
class Table:
    """
    Rows that were measured interleaved.

    Attributes:
        less_is_better: Of the first figure.
        notes: What a reader has to know beside it: what was left out, and why.
    """

    title: str
    rows: tuple[Row, ...]
    less_is_better: bool = False
    notes: tuple[str, ...] = ()

    def row(self, name: str) -> Row | None:
        return next((row for row in self.rows if row.name == name), None)

    def ratio(self, row: Row, base: str) -> float | None:
        """Return the median of the rounds' ratios of *row* to *base*; None if it was left out."""
        other = self.row(base)
        if other is None:
            return None
        return statistics.median(a / b for a, b in zip(row.values, other.values, strict=True))

    def reached(self, row: Row, goal: str) -> bool | None:
        """Return whether *row* keeps its goal of this name; None if that was not measured."""
        sign, _, bound = row.goals[goal].partition(" ")
        if goal in row.figures:
            found: float | None = statistics.median(row.figures[goal])
        else:
            found = self.ratio(row, goal)
        if found is None:
            return None
        return {"≥": found >= _number(bound), "≤": found <= _number(bound)}[sign]


@frozen
class Answers:
    """
    What was found, and on which machine.

    Attributes:
        tables: By the benchmark's name.
    """

    machine: str
    tables: Mapping[str, tuple[Table, ...]]

    def save(self, path: Path) -> None:
        """Write this as JSON."""
        path.write_text(json.dumps(attrs.asdict(self), ensure_ascii=False, indent=1) + "\n")


def load(path: Path) -> Answers:
    """Read what `Answers.save` wrote."""
    data: Any = json.loads(path.read_text())
    return cattrs.structure(data, Answers)


def machine() -> str:
    """Return what was measured on, in a line."""
    return (
        f"aicmo_core {__version__}, {platform.python_implementation()} "
        f"{platform.python_version()}, {os.cpu_count()} cores, "
        f"{platform.system()} {platform.machine()}"
    )


@frozen
class Change:
    """
    How a row's first figure differs from an earlier run's.

    Attributes:
        ratio: The median to the earlier one.
        verdict: `slower` or `faster` if the two spreads do not meet; else empty.
    """

    table: str
    name: str
    before: float
    now: float
    verdict: str

    @property
    def ratio(self) -> float:
        return self.now / self.before


def changes(before: Sequence[Table], now: Sequence[Table]) -> list[Change]:
    """Return how the rows that both runs have differ. The spread is from lowest to highest."""
    earlier = {(table.title, row.name): row for table in before for row in table.rows}
    found = []
    for table in now:
        for row in table.rows:
            old = earlier.get((table.title, row.name))
            if old is not None:
                verdict = _verdict(old.values, row.values, table.less_is_better)
                found.append(Change(table.title, row.name, old.median, row.median, verdict))
    return found


def _verdict(before: Sequence[float], now: Sequence[float], less_is_better: bool) -> str:
    above, below = min(now) > max(before), max(now) < min(before)
    if not above and not below:
        return ""
    return "faster" if above != less_is_better else "slower"


def _number(text: str) -> float:
    return float(text.replace(",", ""))
