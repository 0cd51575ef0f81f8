"""The posts of a draft as month sheets, with Monday first."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date

from attrs import frozen

from aicmo_core.documents.dates import MONTHS
from aicmo_core.modules.production.api import CalendarEntryDTO

COLOURS = 6
"""How many buckets have a colour of their own; further ones begin again."""

WEEKDAYS = (
    ("Mon", "Monday"),
    ("Tue", "Tuesday"),
    ("Wed", "Wednesday"),
    ("Thu", "Thursday"),
    ("Fri", "Friday"),
    ("Sat", "Saturday"),
    ("Sun", "Sunday"),
)


@frozen
class Post:
    """A post on a sheet; *colour* is its bucket's, counted from 0."""

    entry: CalendarEntryDTO
    colour: int


@frozen
class Day:
    """A day of a sheet; days of the months before and after are blank."""

    day: date
    blank: bool
    posts: tuple[Post, ...] = ()


@frozen
class Sheet:
    """One month."""

    title: str
    weeks: tuple[tuple[Day, ...], ...]


def bucket_colours(entries: Sequence[CalendarEntryDTO]) -> dict[str, int]:
    """Return a colour for each bucket, in the order of their first posts."""
    names = dict.fromkeys(entry.bucket for entry in entries)
    return {name: number % COLOURS for number, name in enumerate(names)}


def month_sheets(entries: Sequence[CalendarEntryDTO]) -> tuple[Sheet, ...]:
    """Return a sheet for each month from the first post's to the last's; weeks without posts go."""
    colours = bucket_colours(entries)
    by_day: dict[date, list[Post]] = {}
    for entry in entries:
        by_day.setdefault(entry.day, []).append(Post(entry, colours[entry.bucket]))
    months = sorted({(day.year, day.month) for day in by_day})
    return tuple(_sheet(year, month, by_day) for year, month in months)


def _sheet(year: int, month: int, by_day: dict[date, list[Post]]) -> Sheet:
    weeks = calendar.Calendar(calendar.MONDAY).monthdatescalendar(year, month)
    return Sheet(
        f"{MONTHS[month - 1]} {year}",
        tuple(
            tuple(_day(day, month, by_day) for day in week)
            for week in weeks
            if any(day.month == month and day in by_day for day in week)
        ),
    )


def _day(day: date, month: int, by_day: dict[date, list[Post]]) -> Day:
    if day.month != month:
        return Day(day, blank=True)
    return Day(day, blank=False, posts=tuple(by_day.get(day, ())))
