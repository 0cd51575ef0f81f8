"""Numbers and dates, read out of text and gathered from facts."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum

import attrs

from aicmo_core.modules.qc.internal.terms import fold

_CURRENCIES = "eur|usd|gbp|chf|inr|jpy|cad|aud|sek|nok|dkk|pln|czk"
_NUMBER = re.compile(
    rf"(?P<before>[€$£¥₹]\s?|\b(?:{_CURRENCIES})\s)?"
    r"(?<![\w.,])(?P<digits>\d{1,3}(?:,\d{3}){1,5}(?!\d)|\d{1,15})(?P<fraction>\.\d{1,9})?"
    r"(?P<scale>k|m|bn|x)?(?![\w])"
    rf"(?P<after>\s?%|\spercent\b|\s?[€£¥₹]|\s(?:{_CURRENCIES})\b)?"
)
_SCALES = {"k": 1_000, "m": 1_000_000, "bn": 1_000_000_000}
_UNITS = {"%": "%", "percent": "%", "€": "eur", "$": "usd", "£": "gbp", "¥": "jpy", "₹": "inr"}

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sept", "sep"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}
MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_ISO = re.compile(r"(?<![\d/.-])(?P<year>\d{4})([-/.])(?P<month>\d{2})\2(?P<day>\d{2})(?![\d/])")
_DAY_MONTH = re.compile(
    rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\.? (?:of )?(?P<month>{MONTH})\.?,? "
    r"(?P<year>\d{4})(?!\d)"
)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAY = (
    "mon(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:r|rs|rsday)?|fri(?:day)?|sat(?:urday)?"
    "|sun(?:day)?"
)
_NEAR_DAY = re.compile(
    rf"(?:\b(?P<weekday>{WEEKDAY})\.?,? )?(?<![\d.,])(?P<day>[12]\d|3[01]|0?[1-9])"
    rf"(?:st|nd|rd|th)?\.? (?P<month>{MONTH})\b(?!\.?,? \d{{4}})"
)
_IN_FIGURES = re.compile(
    r"(?<![\d./-])(?P<one>\d{1,2})(?P<mark>[./-])(?P<other>\d{1,2})(?P=mark)(?P<year>20\d\d)(?![\d./-]\d|\d)"
)
_PERIOD = re.compile(
    rf"(?<![\d.] )(?<!\d)\b(?:(?P<month>{MONTH})|q(?P<quarter>[1-4])) (?P<year>20\d\d)(?!\d)"
)
_ANY_DAY = re.compile(rf"(?<![\d.,])(?P<day>\d{{2}}) (?P<month>{MONTH})(?<!may)\b")
_MONTH_DAY = re.compile(
    rf"\b(?P<month>{MONTH})\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}})(?!\d)"
)


@attrs.frozen
class Figure:
    """
    A number as it stands in a text.

    Attributes:
        unit: "%", "x", a currency's code in lower case, or empty.
        start: Where it begins in the folded text.
    """

    value: Decimal
    text: str
    unit: str
    start: int

    @property
    def weighty(self) -> bool:
        """Whether it is money, a percentage or a multiple: what a client acts on."""
        return bool(self.unit)

    @property
    def is_money(self) -> bool:
        return self.unit not in ("", "%", "x")

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def figures(folded: str) -> Iterator[Figure]:
    """Return the numbers of a folded text; those that are part of a name are left out."""
    for found in _NUMBER.finditer(folded):
        value = Decimal(found["digits"].replace(",", "") + (found["fraction"] or ""))
        value *= _SCALES.get(found["scale"] or "", 1)
        mark = (found["before"] or found["after"] or "").strip()
        unit = _UNITS.get(mark, mark) or ("x" if found["scale"] == "x" else "")
        yield Figure(value, found[0].rstrip(), unit, found.start())


def dates(folded: str) -> Iterator[tuple[date, int]]:
    """Return the full dates of a folded text, each with the place where it begins."""
    for pattern in (_ISO, _DAY_MONTH, _MONTH_DAY):
        for found in pattern.finditer(folded):
            month = MONTHS.get(found["month"]) or int(found["month"])
            try:
                yield date(int(found["year"]), month, int(found["day"])), found.start()
            except ValueError:  # the 31st of June is no date, so it is not outside a plan
                continue


@attrs.frozen
class LooseDate:
    """
    A date that may be more than one day: "03/02/2028", "February 2028", "Q3 2028".

    Attributes:
        days: The days that it may be; of a period, its first and its last.
        start: Where it begins in the folded text.
    """

    days: tuple[date, ...]
    text: str
    start: int


def loose_dates(folded: str) -> Iterator[LooseDate]:
    """Return the dates of a folded text that are written in figures, and months and quarters."""
    for found in _IN_FIGURES.finditer(folded):
        one, other, year = int(found["one"]), int(found["other"]), int(found["year"])
        days = tuple(_existing(year, month, day) for day, month in ((one, other), (other, one)))
        if known := tuple(day for day in days if day):
            yield LooseDate(known, found[0], found.start())
    for found in _PERIOD.finditer(folded):
        last = MONTHS[found["month"]] if found["month"] else 3 * int(found["quarter"])
        year, first = int(found["year"]), last if found["month"] else last - 2
        ends = date(year, first, 1), date(year, last, monthrange(year, last)[1])
        yield LooseDate(ends, found[0], found.start())


def _existing(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


@attrs.frozen
class NearDay:
    """
    A day as it is named where the year is clear: "Mon 2 Mar".

    Attributes:
        weekday: 0 for Monday; None where none is named.
        start: Where it begins in the folded text.
    """

    month: int
    day: int
    weekday: int | None
    start: int
    text: str

    def within(self, first: date, last: date) -> Iterator[date]:
        """Return the days of this name between two days, both included."""
        for year in range(first.year, last.year + 1):
            try:
                day = date(year, self.month, self.day)
            except ValueError:
                continue
            if first <= day <= last:
                yield day


def near_days(folded: str) -> Iterator[NearDay]:
    """Return the days of a folded text that are named without a year."""
    for found in _NEAR_DAY.finditer(folded):
        weekday = found["weekday"]
        if found["month"] == "may" and not weekday:
            continue  # "those 3 may come"
        number = WEEKDAYS.index(weekday[:3]) if weekday else None
        month, day = MONTHS[found["month"]], int(found["day"])
        yield NearDay(month, day, number, found.start(), found[0])


def impossible_days(folded: str) -> Iterator[tuple[str, int]]:
    """Return what looks like a day of a month that has no such day: "41 March"."""
    for found in _ANY_DAY.finditer(folded):
        if int(found["day"]) > monthrange(2024, MONTHS[found["month"]])[1]:
            yield found[0], found.start()


def texts_of(value: object) -> Iterator[str]:
    """Return every text in a DTO, however deep."""
    if isinstance(value, str):
        yield value
    elif not isinstance(value, Enum):
        for part in _parts(value):
            yield from texts_of(part)


def values_of(value: object) -> Iterator[Decimal]:
    """Return every number in a DTO: its own, and those that its texts name."""
    if isinstance(value, str):
        yield from (figure.value for figure in figures(fold(value)))
    elif isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        yield Decimal(str(value))
    elif not isinstance(value, Enum):
        for part in _parts(value):
            yield from values_of(part)


def dates_of(value: object) -> Iterator[date]:
    """Return every date in a DTO: its own, and those that its texts name."""
    if isinstance(value, datetime):
        yield value.date()
    elif isinstance(value, date):
        yield value
    elif isinstance(value, str):
        yield from (day for day, _ in dates(fold(value)))
    elif not isinstance(value, Enum):
        for part in _parts(value):
            yield from dates_of(part)


def _parts(value: object) -> Iterable[object]:
    cls = type(value)
    if attrs.has(cls):
        return (getattr(value, a.name) for a in attrs.fields(cls))
    if isinstance(value, Mapping):
        return value.values()
    return value if isinstance(value, (list, tuple)) else ()
