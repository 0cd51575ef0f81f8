"""Occasions: the days that a client's own words name."""

from __future__ import annotations

import re
from datetime import date

from attrs import frozen

from aicmo_core.kernel.movable_days import nth_weekday
from aicmo_core.kernel.patterns import matches
from aicmo_core.modules.production.internal.figures import MONTHS, WEEKDAYS
from aicmo_core.modules.production.internal.holidays import OccasionRules

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
_UNTIL_AT_END = re.compile(
    r"\s+(?:until|till|through|to|ending|ends|from|bis|vom|du|del?|jusqu[’']au|hasta)$", re.I
)
_NTH = ("first", "second", "third", "fourth")
_EACH_MONTH = re.compile(
    rf"\b({'|'.join(_NTH)}|last) ({'|'.join(WEEKDAYS)})s? (?:of|in) (?:each|every|the) month",
    re.IGNORECASE,
)
_EACH_MONTH_AT_END = re.compile(
    rf"[\s,:–—-]*\b(?:on |at )?(?:the )?{_EACH_MONTH.pattern}\W*$", re.IGNORECASE
)


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
        bare = _UNTIL_AT_END.sub("", bare) if bare != self.text else bare
        return bare if any(c.isalpha() for c in bare) else self.text

    @property
    def returns(self) -> bool:
        """Whether it comes back: "on the first Sunday of each month"."""
        return _EACH_MONTH.search(self.text) is not None


def occasion(text: str, start: date, rules: OccasionRules) -> Occasion:
    """Read the first day at or after *start* that *text* names."""
    return Occasion(text, _named_day(text, start, rules), matches(rules.closing, text))


def _named_day(text: str, start: date, rules: OccasionRules) -> date | None:
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
        for name, holiday in rules.holidays.items():
            if name in plain and (day := holiday.on(year)) >= start:
                return day
    return None


def _monthly(nth: str, weekday: str, start: date) -> date:
    """Return the next such weekday: the first Sunday of a month, or its last Thursday."""
    place = next(n for n, name in enumerate(WEEKDAYS) if name.lower() == weekday)
    for ahead in range(3):
        month = start.month + ahead
        year, month = start.year + (month - 1) // 12, (month - 1) % 12 + 1
        day = nth_weekday(year, month, place, -1 if nth == "last" else _NTH.index(nth) + 1)
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
