"""Feasts that clients count to: "before Diwali", "by Thanksgiving", "until Easter"."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from attrs import frozen

from aicmo_core.kernel.movable_days import easter, nth_weekday

_MONDAY, _THURSDAY, _SUNDAY = 0, 3, 6


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


def _weekday(month: int, weekday: int, nth: int, shift: int = 0) -> Callable[[int], date]:
    return lambda year: nth_weekday(year, month, weekday, nth) + timedelta(days=shift)


_DIWALI = {
    2025: date(2025, 10, 20),
    2026: date(2026, 11, 8),
    2027: date(2027, 10, 29),
    2028: date(2028, 10, 17),
    2029: date(2029, 11, 5),
    2030: date(2030, 10, 26),
}
"""Lakshmi Puja as India's calendars have it: it follows the moon."""

_RAMADAN = {
    2026: date(2026, 2, 18),
    2027: date(2027, 2, 8),
    2028: date(2028, 1, 28),
    2029: date(2029, 1, 16),
}
"""Its first day by the Umm al-Qura calendar of Saudi Arabia; elsewhere it may be a day later."""

_EID = {
    2026: date(2026, 3, 20),
    2027: date(2027, 3, 9),
    2028: date(2028, 2, 26),
    2029: date(2029, 2, 14),
}
"""The first day after Ramadan, by the same calendar."""

_LUNAR_YEAR = {
    2026: date(2026, 2, 17),
    2027: date(2027, 2, 6),
    2028: date(2028, 1, 26),
    2029: date(2029, 2, 13),
    2030: date(2030, 2, 3),
}
"""The first day of the year as the Hong Kong Observatory has it."""

FEASTS = {
    "christmas": Feast("christmas|xmas|weihnachten|noël|navidad|o natal", _fixed(12, 25)),
    "newyear": Feast(
        "new year(?:'s(?: day| eve)?)?|silvester|neujahr|nouvel an|año nuevo", _fixed(1, 1)
    ),
    "valentine": Feast("valentine(?:'s)?(?: day)?|valentinstag|saint-valentin", _fixed(2, 14)),
    "halloween": Feast("halloween", _fixed(10, 31)),
    "thanksgiving": Feast("thanksgiving", _weekday(11, _THURSDAY, 4)),
    "blackfriday": Feast("black friday", _weekday(11, _THURSDAY, 4, 1)),
    "easter": Feast("easter|ostern|pâques|pascua|páscoa", easter),
    "laborday": Feast("labor day", _weekday(9, _MONDAY, 1)),
    "memorialday": Feast("memorial day", _weekday(5, _MONDAY, -1)),
    "mothersday": Feast("mother'?s'? day|muttertag", _weekday(5, _SUNDAY, 2)),
    "diwali": Feast("diwali|deepavali|दिवाली|दीपावली", _DIWALI.get),
    "ramadan": Feast("ramadan|رمضان", _RAMADAN.get),
    "eid": Feast("eid(?: al[- ]fitr)?|عيد الفطر", _EID.get),
    "lunaryear": Feast(
        "(?:chinese|lunar) new year|spring festival|春节|春節|설날", _LUNAR_YEAR.get
    ),
}
"""By a name for each; a feast of the moon only for the years that are listed."""


def eve_of(name: str, today: date, year: int | None = None) -> date | None:
    """Return the last day before a feast: the next to come, or that of a year."""
    day_of = FEASTS[name].day
    for one in [year] if year else (today.year, today.year + 1):
        day = day_of(one)
        if day and (year or day > today):
            return day - timedelta(days=1)
    return None
