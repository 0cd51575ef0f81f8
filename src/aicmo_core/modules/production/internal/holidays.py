"""Holidays: days that have a name, and the words by which days are told, as data has them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from attrs import frozen

from aicmo_core.kernel import Problem
from aicmo_core.kernel.movable_days import easter, nth_weekday
from aicmo_core.kernel.patterns import matches, pattern_problems
from aicmo_core.kernel.reasons import known_names, within
from aicmo_core.modules.production.internal.catalogue import line_problems
from aicmo_core.modules.production.internal.templates import phrase_problems

_LEAP_YEAR = 2024
_LEAST_MONTH_DAYS = 28
_LARGEST_SHIFT = 70
"""Days within which the feasts that move with Easter lie, Ascension and Pentecost included."""


@frozen
class Holiday:
    """
    A day that comes back: by its date, by its weekday in a month, or by Easter.

    Attributes:
        source: Who says that it is on this day.
        month: Its month, from 1.
        day: Its day in the month, from 1.
        weekday: Its weekday, Monday being 0, where it has no fixed date.
        nth: Which such weekday of the month it is, from 1; -1 for the last.
        easter: Whether it is counted from Easter Sunday.
        shift: Days that it lies after the day so found, or before it.
    """

    source: str
    month: int = 0
    day: int = 0
    weekday: int | None = None
    nth: int = 0
    easter: bool = False
    shift: int = 0

    def on(self, year: int) -> date:
        """Return its day in a year."""
        if self.easter:
            found = easter(year)
        elif self.weekday is not None:
            found = nth_weekday(year, self.month, self.weekday, self.nth)
        else:
            found = date(year, self.month, self.day)
        return found + timedelta(days=self.shift)


@frozen
class Observance:
    """
    A holiday on which people are not at work, and nobody is sold anything.

    Attributes:
        kept_in: Regions that keep it; empty for all but those of `not_kept_in`.
        not_kept_in: Regions that do not.
        greeting: What is said to consumers on the day; empty where nothing is. `{brand}` is
            the client's name.
    """

    holiday: Holiday
    kept_in: tuple[str, ...] = ()
    not_kept_in: tuple[str, ...] = ()
    greeting: str = ""

    def is_kept(self, region: str) -> bool:
        """Return whether a region keeps it; the empty name is that of a place nobody knows."""
        return region in self.kept_in if self.kept_in else region not in self.not_kept_in


@frozen
class OccasionRules:
    """
    By which words a client's occasions are told.

    Attributes:
        holidays: By the words that name them, in lower case; the first that is named is taken.
        closing: A pattern of words by which a day is the last one: "until".
        launching: A pattern of words by which something is new on a day: "opening".
        regions: Patterns of places, and of currencies, by the region that they are in; the
            first that fits.
        observed: Holidays by their names, as a sentence has them.
    """

    holidays: dict[str, Holiday]
    closing: str
    launching: str
    regions: dict[str, str]
    observed: dict[str, Observance]

    def region_of(self, text: str) -> str:
        """Return the region that a client's own words name; empty where they name none."""
        return next((name for name, words in self.regions.items() if matches(words, text)), "")


def occasion_problems(rules: OccasionRules) -> Iterator[Problem]:
    """Yield holidays that are on no day of every year, and patterns that are none."""
    for name, holiday in rules.holidays.items():
        path = f"$.holidays[{name!r}]"
        yield from line_problems(path, name)
        if name != name.lower():
            yield Problem(path, "expected a name in lower case")
        yield from line_problems(f"{path}.source", holiday.source)
        yield from _day_problems(path, holiday)
    yield from _observed_problems(rules)
    yield from pattern_problems("$.closing", rules.closing)
    yield from pattern_problems("$.launching", rules.launching)


def _observed_problems(rules: OccasionRules) -> Iterator[Problem]:
    for region, words in rules.regions.items():
        yield from pattern_problems(f"$.regions[{region!r}]", words)
    for name, one in rules.observed.items():
        path = f"$.observed[{name!r}]"
        yield from line_problems(path, name)
        yield from line_problems(f"{path}.holiday.source", one.holiday.source)
        yield from _day_problems(f"{path}.holiday", one.holiday)
        for field in ("kept_in", "not_kept_in"):
            names = getattr(one, field)
            yield from known_names(f"{path}.{field}", "region", names, rules.regions)
        if one.greeting:
            yield from phrase_problems(f"{path}.greeting", one.greeting, ("brand",))


def _day_problems(path: str, holiday: Holiday) -> Iterator[Problem]:
    """Yield what keeps a holiday from being one day of each year."""
    yield from within(f"{path}.shift", holiday.shift, -_LARGEST_SHIFT, _LARGEST_SHIFT)
    ways = (holiday.easter, holiday.weekday is not None, holiday.day != 0)
    if sum(ways) != 1 or holiday.easter == (holiday.month != 0):
        yield Problem(path, "expected a month with a day or with a weekday, or Easter")
        return
    if holiday.easter:
        return
    yield from within(f"{path}.month", holiday.month, 1, 12)
    if holiday.weekday is not None:
        yield from within(f"{path}.weekday", holiday.weekday, 0, 6)
        if holiday.nth != -1:
            yield from within(f"{path}.nth", holiday.nth, 1, 4)
    elif 1 <= holiday.month <= 12:
        longest = _days_of(holiday.month)
        yield from within(f"{path}.day", holiday.day, 1, longest)


def _days_of(month: int) -> int:
    """Return the days that a month has in every year."""
    if month == 2:
        return _LEAST_MONTH_DAYS
    following = date(_LEAP_YEAR, month, _LEAST_MONTH_DAYS) + timedelta(days=4)
    return (following - timedelta(days=following.day)).day
