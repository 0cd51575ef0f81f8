"""Feasts that clients count to: "before Diwali", "by Thanksgiving", "until Easter"."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from attrs import frozen


@frozen
class Feast:
    """
    A day of the year that has a name.

    Attributes:
        words: How it is called, as a regular expression in lower case.
        day: Its day in a year; None for a year that is not known.
    """

    words: str
    day: Callable[[int], date | None]


def _fixed(month: int, day: int) -> Callable[[int], date]:
    return lambda year: date(year, month, day)


def easter(year: int) -> date:
    """Return Easter Sunday by the anonymous Gregorian computus (Meeus, Astronomical Algorithms)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 19 * m) // 433
    month = (h + m - 7 * n + 90) // 25
    return date(year, month, (h + m - 7 * n + 33 * month + 19) % 32)


def _thanksgiving(year: int) -> date:
    """Return the fourth Thursday of November, as in the United States."""
    first = date(year, 11, 1)
    return first + timedelta(days=(3 - first.weekday()) % 7 + 21)


_DIWALI = {
    2025: date(2025, 10, 20),
    2026: date(2026, 11, 8),
    2027: date(2027, 10, 29),
    2028: date(2028, 10, 17),
    2029: date(2029, 11, 5),
    2030: date(2030, 10, 26),
}
"""Lakshmi Puja as India's calendars have it: it follows the moon."""

FEASTS = {
    "christmas": Feast("christmas|xmas|weihnachten|noël|navidad|o natal", _fixed(12, 25)),
    "newyear": Feast(
        "new year(?:'s(?: day| eve)?)?|silvester|neujahr|nouvel an|año nuevo", _fixed(1, 1)
    ),
    "valentine": Feast("valentine(?:'s)?(?: day)?|valentinstag|saint-valentin", _fixed(2, 14)),
    "halloween": Feast("halloween", _fixed(10, 31)),
    "thanksgiving": Feast("thanksgiving", _thanksgiving),
    "blackfriday": Feast("black friday", lambda year: _thanksgiving(year) + timedelta(days=1)),
    "easter": Feast("easter|ostern|pâques|pascua|páscoa", easter),
    "diwali": Feast("diwali|deepavali|दिवाली|दीपावली", _DIWALI.get),
}
"""By a name for each; a feast of the moon only for the years that are listed."""
