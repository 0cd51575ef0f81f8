"""Occasions: the days that a client's own words name, and the days on which it is quiet."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta

from attrs import frozen

from aicmo_core.modules.production.internal.figures import MONTHS, WEEKDAYS

_MONTH = "|".join(f"{m[:3]}(?:{m[3:]})?" if len(m) > 3 else m for m in MONTHS)
_ELSEWHERE_MONTHS = {
    "januar": 1, "jänner": 1, "februar": 2, "märz": 3, "mai": 5, "juni": 6, "juli": 7,
    "oktober": 10, "okt": 10, "dezember": 12, "dez": 12, "janvier": 1, "février": 2, "mars": 3,
    "avril": 4, "juin": 6, "juillet": 7, "août": 8, "septembre": 9, "octobre": 10,
    "novembre": 11, "décembre": 12, "enero": 1, "febrero": 2, "marzo": 3, "abril": 4, "mayo": 5,
    "junio": 6, "julio": 7, "agosto": 8, "septiembre": 9, "octubre": 10, "noviembre": 11,
    "diciembre": 12,
}  # fmt: skip
"""Months that German, French and Spanish spell otherwise, by their number."""
_MONTH += "|" + "|".join(sorted(_ELSEWHERE_MONTHS, key=len, reverse=True))
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_DAY_MONTH = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th|\.)?(?:\s*(?:-|–|to|bis|au|al)\s*\d{{1,2}}(?:st|nd|rd|th|\.)?)?"
    rf"\s+(?:of\s+|de\s+)?({_MONTH})\b(?:,?\s+(\d{{4}}))?",
    re.IGNORECASE,
)
_MONTH_DAY = re.compile(
    rf"\b({_MONTH})\s+(\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(\d{{4}}))?", re.IGNORECASE
)
_DAY_AT_END = re.compile(
    r"[\s,:–—-]*\b(?:on |at |from )?"
    rf"(?:{_DAY_MONTH.pattern}|{_MONTH_DAY.pattern}|{_ISO.pattern})\W*$",
    re.IGNORECASE,
)
_NTH = ("first", "second", "third", "fourth")
_EACH_MONTH = re.compile(
    rf"\b({'|'.join(_NTH)}|last) ({'|'.join(WEEKDAYS)})s? (?:of|in) (?:each|every|the) month",
    re.IGNORECASE,
)
_EACH_MONTH_AT_END = re.compile(
    rf"[\s,:–—-]*\b(?:on |at )?(?:the )?{_EACH_MONTH.pattern}\W*$", re.IGNORECASE
)
_ENDS = re.compile(r"\b(until|till|through|ends?|ending|bis|before)\b", re.IGNORECASE)
_REFUSAL = re.compile(
    r"\b(no|not|never|nothing|without|avoid|don['’]t|keine?|nichts?|nie|ohne|pas|rien|jamais|sans"
    r"|nada|nunca|sin)\b",
    re.IGNORECASE,
)
_PUBLISHING = re.compile(
    r"\b(posts?|posting|publish\w*|content|updates?|campaigns?|mailings?|e-?mails?|sent"
    r"|veröffentlich\w*|beiträge|gepostet|publi\w*|publier)\b",
    re.IGNORECASE,
)
_ELSEWHERE = (
    ("montag", "lundi", "lunes"),
    ("dienstag", "mardi", "martes"),
    ("mittwoch", "mercredi", "miércoles"),
    ("donnerstag", "jeudi", "jueves"),
    ("freitag", "vendredi", "viernes"),
    ("samstag", "samedi", "sábado"),
    ("sonntag", "dimanche", "domingo"),
)
"""The weekdays in German, French and Spanish, Monday first."""


def _nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


def _easter(year: int) -> date:
    """Easter Sunday by the anonymous Gregorian computus (Meeus, Astronomical Algorithms, 8)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 19 * m) // 433
    month = (h + m - 7 * n + 90) // 25
    return date(year, month, (h + m - 7 * n + 33 * month + 19) % 32)


def _holidays(year: int) -> dict[str, date]:
    friday = _nth_weekday(year, 11, 3, 4) + timedelta(days=1)
    return {
        "black friday": friday,
        "cyber monday": friday + timedelta(days=3),
        "thanksgiving": friday - timedelta(days=1),
        "christmas eve": date(year, 12, 24),
        "christmas": date(year, 12, 25),
        "new year": date(year, 1, 1),
        "valentine": date(year, 2, 14),
        "halloween": date(year, 10, 31),
        "good friday": _easter(year) - timedelta(days=2),
        "easter": _easter(year),
        "mother's day": _nth_weekday(year, 5, 6, 2),
        "women's day": date(year, 3, 8),
        "independence day": date(year, 7, 4),
        "earth day": date(year, 4, 22),
        "labor day": _nth_weekday(year, 9, 0, 1),
    }


@frozen
class Occasion:
    """
    Something of the client's that has a day.

    Attributes:
        text: The client's words.
        day: The day that they name; None where they name none.
        closes: Whether that day is the last one: "until 30 November".
    """

    text: str
    day: date | None
    closes: bool = False

    @property
    def name(self) -> str:
        """The words without the day, where it stands at their end: "Advent market"."""
        bare = _EACH_MONTH_AT_END.sub("", _DAY_AT_END.sub("", self.text))
        return bare if any(c.isalpha() for c in bare) else self.text

    @property
    def returns(self) -> bool:
        """Whether it comes back: "on the first Sunday of each month"."""
        return _EACH_MONTH.search(self.text) is not None


def occasion(text: str, start: date) -> Occasion:
    """Read the first day at or after *start* that *text* names."""
    return Occasion(text, _named_day(text, start), bool(_ENDS.search(text)))


def _named_day(text: str, start: date) -> date | None:
    iso = _ISO.search(text)
    if iso:
        return _valid(*map(int, iso.groups()))
    for pattern, day_first in ((_DAY_MONTH, True), (_MONTH_DAY, False)):
        match = pattern.search(text)
        if match:
            one, two, year = match.groups()
            number, name = (one, two) if day_first else (two, one)
            return _next(int(number), _month(name), int(year) if year else None, start)
    repeated = _EACH_MONTH.search(text)
    if repeated:
        return _monthly(repeated[1].lower(), repeated[2].lower(), start)
    plain = text.lower().replace("’", "'")
    for year in (start.year, start.year + 1):
        for name, day in _holidays(year).items():
            if name in plain and day >= start:
                return day
    return None


def _monthly(nth: str, weekday: str, start: date) -> date:
    """Return the next such weekday: the first Sunday of a month, or its last Thursday."""
    place = next(n for n, name in enumerate(WEEKDAYS) if name.lower() == weekday)
    for ahead in range(3):
        month = start.month + ahead
        year, month = start.year + (month - 1) // 12, (month - 1) % 12 + 1
        if nth == "last":
            following = _nth_weekday(year + month // 12, month % 12 + 1, place, 1)
            day = following - timedelta(days=7)
        else:
            day = _nth_weekday(year, month, place, _NTH.index(nth) + 1)
        if day >= start:
            return day
    return day


def _month(name: str) -> int:
    elsewhere = _ELSEWHERE_MONTHS.get(name.lower())
    return elsewhere or next(
        n for n, m in enumerate(MONTHS, 1) if m[:3].lower() == name[:3].lower()
    )


def _next(number: int, month: int, year: int | None, start: date) -> date | None:
    years = [year] if year else [start.year, start.year + 1]
    days = [d for d in (_valid(y, month, number) for y in years) if d]
    return next((d for d in days if d >= start), days[0] if year and days else None)


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def lasting(texts: Iterable[str], start: date, day: date) -> list[str]:
    """Return those of the texts that name no last day before *day*."""
    found = [(text, occasion(text, start)) for text in texts]
    return [text for text, o in found if not (o.closes and o.day and o.day < day)]


def quiet_weekdays(limits: Iterable[str]) -> frozenset[int]:
    """Return the weekdays (Monday is 0) on which the limits forbid to publish."""
    quiet: set[int] = set()
    for limit in limits:
        if _REFUSAL.search(limit) and _PUBLISHING.search(limit):
            found = limit.lower()
            names = [
                (day.lower(), *others) for day, others in zip(WEEKDAYS, _ELSEWHERE, strict=True)
            ]
            quiet |= {n for n, spelled in enumerate(names) if any(s in found for s in spelled)}
            if re.search(r"\bweek-?ends?\b|\bwochenende", found):
                quiet |= {5, 6}
    return frozenset(quiet) if len(quiet) < 6 else frozenset()
