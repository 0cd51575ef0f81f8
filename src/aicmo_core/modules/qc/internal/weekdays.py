"""Weekdays beside a date, in the notations that people use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from attrs import frozen

from aicmo_core.modules.qc.internal.numbers import MONTH, MONTHS, WEEKDAY, WEEKDAYS

_DATE = (
    r"(?:(?P<year>20\d\d)[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)"
    r"|(?P<one>\d{1,2})(?P<mark>[./])(?P<other>\d{1,2})(?:(?P=mark)(?P<late>20\d\d)(?!\d)"
    r"|(?<=\.\d)\.|(?<=\.\d\d)\.)"
    rf"|(?P<name>{MONTH})\.? (?P<after>\d{{1,2}})(?:st|nd|rd|th)?(?!\w)"
    r"(?:,? (?P<its>20\d\d)(?!\d))?"
    rf"|(?P<before>\d{{1,2}})(?:st|nd|rd|th)?\.? (?:of )?"
    rf"(?P<named>{MONTH})\.?,? (?P<in>20\d\d)(?!\d))"
)
_DATED = re.compile(rf"\b(?P<weekday>{WEEKDAY})\b\.?,? (?:the |on )?{_DATE}")


@frozen
class DatedWeekday:
    """
    A weekday with a date: "Tuesday, December 9th", "Tue 9.12.", "Tuesday, 2026/12/09".

    Attributes:
        weekday: 0 for Monday.
        days: Month, day and year that are meant, each way that figures can be read; the year is
            None where none is named.
        start: Where it begins in the folded text.
    """

    weekday: int
    days: tuple[tuple[int, int, int | None], ...]
    text: str
    start: int

    def within(self, first: date, last: date) -> set[date]:
        """Return the days that it may be; without a year, those between two days."""
        found = set()
        for month, day, named in self.days:
            for year in [named] if named else range(first.year, last.year + 1):
                if (one := _existing(year, month, day)) and (named or first <= one <= last):
                    found.add(one)
        return found


def dated_weekdays(folded: str) -> Iterator[DatedWeekday]:
    """Return the weekdays of a folded text that stand before a date."""
    if "day" not in folded and not any(map(str.isdigit, folded)):
        return
    for found in _DATED.finditer(folded):
        number = WEEKDAYS.index(found["weekday"][:3])
        yield DatedWeekday(number, tuple(_days(found)), found[0], found.start())


def _days(found: re.Match[str]) -> Iterator[tuple[int, int, int | None]]:
    if found["year"]:
        yield int(found["month"]), int(found["day"]), int(found["year"])
    elif found["one"]:
        year = int(found["late"]) if found["late"] else None
        yield int(found["other"]), int(found["one"]), year
        if found["mark"] == "/":
            yield int(found["one"]), int(found["other"]), year
    elif found["name"]:
        yield MONTHS[found["name"]], int(found["after"]), int(found["its"] or 0) or None
    else:
        yield MONTHS[found["named"]], int(found["before"]), int(found["in"])


def _existing(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
