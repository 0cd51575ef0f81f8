"""Weeks: the four stretches in which a calendar section shows its days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from attrs import frozen

from aicmo_core.modules.production.api import CalendarEntryDTO
from aicmo_core.modules.production.api.markdown import table
from aicmo_core.modules.production.internal.calendar import QUIET_DAY
from aicmo_core.modules.production.internal.facts import Facts
from aicmo_core.modules.production.internal.funnel import STAGE_OF_BUCKET, Stage
from aicmo_core.modules.production.internal.page import Page
from aicmo_core.modules.production.internal.wording import capital, counted, series

_SPANS = ((1, 7), (8, 14), (15, 21), (22, 30))
"""The last week takes the two days that are left, so that no fifth one begins."""
_ORDINALS = ("first", "second", "third", "last")


@frozen
class Week:
    """
    Attributes:
        number: From 1.
        first: Its first day.
        last: Its last day.
        entries: What the calendar has on its days.
    """

    number: int
    first: date
    last: date
    entries: tuple[CalendarEntryDTO, ...]

    @property
    def ordinal(self) -> str:
        """ "first" to "last"."""
        return _ORDINALS[self.number - 1]

    @property
    def posts(self) -> tuple[CalendarEntryDTO, ...]:
        """The entries that are published."""
        return tuple(e for e in self.entries if e.format != QUIET_DAY)


def weeks(facts: Facts, calendar: tuple[CalendarEntryDTO, ...]) -> tuple[Week, ...]:
    """Return the four weeks; together they are the days of the calendar."""
    found = []
    for number, (start, end) in enumerate(_SPANS, 1):
        first, last = facts.on(start), facts.on(end)
        within = tuple(e for e in calendar if first <= e.day <= last)
        found.append(Week(number, first, last, within))
    return tuple(found)


def mix(week: Week) -> str:
    """Return how many posts of a week serve which stage of the funnel."""
    counts = Counter(STAGE_OF_BUCKET[e.bucket] for e in week.posts)
    said = [f"{s.value.lower()} {counts[s]}" for s in Stage if counts[s]]
    if not said:
        return f"No entry goes out in the {week.ordinal} week."
    entries = "entry" if len(week.posts) == 1 else "entries"
    return (
        f"{capital(counted(len(week.posts)))} {entries}. In the {week.ordinal} week: {series(said)}"
    )


def write_week(
    page: Page,
    heading: str,
    points: Mapping[str, str],
    header: tuple[str, ...],
    rows: Sequence[tuple[str, ...]],
) -> None:
    """
    Write one week of a calendar section.

    Args:
        points: What is said of the week before its table, by label.
        rows: A row for each entry, under *header*.
    """
    page.heading(heading)
    for label, text in points.items():
        page.bullet(text, label=label)
    page.block(table(header, rows))
