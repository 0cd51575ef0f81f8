"""Seasons that clients count to: "by next spring", "before the summer"."""

from __future__ import annotations

from datetime import date, timedelta

from attrs import frozen

_MONTHS = 3
_MARCH, _SEPTEMBER = 3, 9


@frozen
class Season:
    """
    A season as weather services have it: spring begins on 1 March, or on 1 September.

    Attributes:
        place: Spring is 0, winter 3.
        southern: Whether the place lies south of the equator.
    """

    place: int
    southern: bool = False

    def end(self, today: date, year: int | None = None, *, another: bool = False) -> date | None:
        """
        Return its last day: the next to come, or that of the one that begins in *year*.

        Args:
            another: Whether the one that runs today is not meant: "next summer".
        """
        for begin in self._begins(today, year):
            last = _months_on(begin) - timedelta(days=1)
            if last > today and not (another and begin <= today):
                return last
        return None

    def eve(self, today: date, year: int | None = None) -> date | None:
        """Return the day before it begins: the next time, or in *year*."""
        eves = (begin - timedelta(days=1) for begin in self._begins(today, year))
        return next((day for day in eves if day > today), None)

    def _begins(self, today: date, year: int | None) -> list[date]:
        month = (_SEPTEMBER if self.southern else _MARCH) + _MONTHS * self.place
        years = [year] if year else [today.year + n for n in (-1, 0, 1)]
        return [date(one, (month - 1) % 12 + 1, 1) for one in years]


def _months_on(first: date) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + _MONTHS, 12)
    return date(year, month + 1, 1)
