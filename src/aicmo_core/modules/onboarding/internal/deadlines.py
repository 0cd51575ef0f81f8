"""Deadlines in running text: "in Q1", "in 90 days", "by 31.12.2026" become dates."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from datetime import date as Day
from decimal import Decimal

from attrs import frozen

from aicmo_core.modules.onboarding.internal.amounts import western_digits
from aicmo_core.modules.onboarding.internal.date_patterns import (
    BY,
    COUNT,
    HALF,
    LEAD,
    MONTH,
    NAMED_SEASON,
    NEXT,
    SEASON,
    TO_END,
    UNIT,
    UPPER,
    YEAR,
)
from aicmo_core.modules.onboarding.internal.date_words import (
    MONTHS,
    NUMBER_WORDS,
    ORDINALS,
    SEASONS,
    UNITS,
    WEEKDAYS,
)
from aicmo_core.modules.onboarding.internal.feasts import FEASTS, eve_of
from aicmo_core.modules.onboarding.internal.seasons import Season

MOST_YEARS = 50
"""A span of more years than this is no deadline."""

_YEARS_BACK = 15

MOST_TEXT = 4000
"""How many characters of an answer are read; whatever follows is no date or number."""


@frozen
class Today:
    """
    From where deadlines are counted.

    Attributes:
        date: The day of the brief.
        month_first: Whether 03/04/2027 is the fourth of March, as in the United States.
        launch: From where "90 days after launch" is counted, where the client named it.
        southern: Whether spring begins in September there.
    """

    date: Day
    month_first: bool = False
    launch: Day | None = None
    southern: bool = False


@frozen
class Mention:
    """
    A date that a text names, and where.

    Attributes:
        day: The last day that counts; None where the words name no day of the calendar.
        start: Where the words begin.
        end: Where they end.
        is_deadline: False where the date is only what to compare with ("than in Q4 2024").
    """

    day: date | None
    start: int
    end: int
    is_deadline: bool = True


_Resolve = Callable[[re.Match[str], Today], date | None]


def find_dates(text: str, today: Today, *, bare: bool = False) -> list[Mention]:
    """
    Return the dates that *text* names, in order, none overlapping another.

    Only the first 4000 characters are looked at.

    Args:
        bare: Whether the whole text says by when, so that "24 months" needs no "in".
    """
    spoken = _lowered(western_digits(text[:MOST_TEXT]))
    found: list[Mention] = []
    for pattern, resolve in _RULES_BARE if bare else _RULES:
        for match in pattern.finditer(spoken):
            if resolve is _whole_year and not _is_near(match, today):
                continue
            if not any(match.start() < other.end and other.start < match.end() for other in found):
                compared = resolve not in (_span, _span_after_launch) and _is_compared(
                    spoken, match.start()
                )
                found.append(Mention(resolve(match, today), *match.span(), not compared))
    return sorted(found, key=lambda mention: mention.start)


def _lowered(text: str) -> str:
    """Return *text* in lower case with straight apostrophes, character for character."""
    text = text.replace("’", "'")
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else "".join(c.lower()[0] for c in text)


_COMPARISON = re.compile(
    r"\b(?:than|versus|vs\.?|compared (?:to|with)|over|since|from|like|seit|als|gegenüber|que|"
    r"depuis|desde)\s(?:in\s)?$"
)


def _is_compared(text: str, start: int) -> bool:
    """Return whether the words before say that the date is what to compare with."""
    return _COMPARISON.search(text[max(0, start - 20) : start]) is not None


# -- spans of time --------------------------------------------------------------------------------


def add_months(day: date, months: int) -> date | None:
    """Return the same day so many months later, or that month's last; None beyond the calendar."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if year > date.max.year:
        return None
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


_MONTHS_IN = {"month": 1, "quarter": 3, "year": 12}


_DAYS_IN = {"day": 1, "week": 7, "fortnight": 14}


def _span_after_launch(match: re.Match[str], today: Today) -> date | None:
    return _span(match, Today(today.launch or today.date))


def _launch_day(_: re.Match[str], today: Today) -> date | None:
    return today.launch


def _span(match: re.Match[str], today: Today) -> date | None:
    written = match["count"]
    count = int(written) if written.isdigit() else NUMBER_WORDS[written]
    return _later(today.date, Decimal(count), match)


def _part_span(match: re.Match[str], today: Today) -> date | None:
    """Read "half a year", "1.5 years" and "a year and a half"."""
    whole = Decimal((match["count"] or "0").replace(",", "."))
    return _later(today.date, whole if "." in str(whole) else whole + Decimal("0.5"), match)


def _later(day: date, count: Decimal, match: re.Match[str]) -> date | None:
    """Return the day so many of the units later that *match* names, in whole days."""
    unit = next(name for name in UNITS if match[name])
    if unit in _MONTHS_IN:
        months = count * _MONTHS_IN[unit]
        if months > MOST_YEARS * 12:
            return None
        whole = add_months(day, int(months))
        return whole and whole + timedelta(days=int(30 * (months % 1)))
    days = int(count * _DAYS_IN[unit])
    return day + timedelta(days=days) if days <= MOST_YEARS * 365 else None


def _unspaced_span(match: re.Match[str], today: Today) -> date | None:
    count = int(match["count"])
    unit = next(name for name in UNITS if name in match.groupdict())
    if unit in _MONTHS_IN:
        return add_months(today.date, min(count * _MONTHS_IN[unit], MOST_YEARS * 12))
    return today.date + timedelta(days=count * _DAYS_IN[unit])


# -- days -----------------------------------------------------------------------------------------


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _iso(match: re.Match[str], today: Today) -> date | None:
    return _day(int(match["year"]), int(match["month"]), int(match["day"]))


def _dotted(match: re.Match[str], today: Today) -> date | None:
    return _day(_full_year(match["year"]), int(match["second"]), int(match["first"]))


def _slashed(match: re.Match[str], today: Today) -> date | None:
    first, second, year = int(match["first"]), int(match["second"]), _full_year(match["year"])
    month_first = (today.month_first and first <= 12) or second > 12
    return _day(year, first, second) if month_first else _day(year, second, first)


def _full_year(written: str) -> int:
    return int(written) + (2000 if len(written) == 2 else 0)


def _named_day(match: re.Match[str], today: Today) -> date | None:
    month, day = MONTHS[match["month"]], int(match["day"])
    if match["year"]:
        return _day(int(match["year"]), month, day)
    coming = _day(today.date.year, month, day)
    if coming and coming < today.date:
        coming = _day(today.date.year + 1, month, day)
    return coming


def seasons_named(text: str, today: Today, *, bare: bool = False) -> list[tuple[str, date]]:
    """Return the dates of *text* that are told by a season, and as which day each is read."""
    return [
        (text[m.start : m.end].strip(), m.day)
        for m in find_dates(text, today, bare=bare)
        if m.day and m.is_deadline and _ANY_SEASON.search(_lowered(text[m.start : m.end]))
    ]


_ANY_SEASON = re.compile(rf"(?<!\w)(?:{'|'.join(SEASONS)})(?!\w)")
_SLASHED = re.compile(r"(?<![\d/-])(\d{1,2})[/-](\d{1,2})[/-](?:\d{4}|\d\d)(?![\d/-])")


def two_way_dates(text: str, today: Today) -> list[tuple[str, date]]:
    """Return the dates of *text* that are another day elsewhere, and as which day each is read."""
    found = []
    for match in _SLASHED.finditer(western_digits(text[:MOST_TEXT])):
        first, second = int(match[1]), int(match[2])
        mentions = find_dates(match[0], today)
        if first <= 12 and second <= 12 and first != second and mentions and mentions[0].day:
            found.append((match[0], mentions[0].day))
    return found


# -- months, quarters, years ----------------------------------------------------------------------


def _end_of_month(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _month(match: re.Match[str], today: Today) -> date | None:
    month = MONTHS[match["month"]]
    return _end_of_period(match, today, month)


def _quarter(match: re.Match[str], today: Today) -> date | None:
    return _end_of_period(match, today, int(match["quarter"]) * 3)


def _half(match: re.Match[str], today: Today) -> date | None:
    return _end_of_period(match, today, int(match["half"]) * 6)


def _ordinal_quarter(match: re.Match[str], today: Today) -> date | None:
    return _end_of_period(match, today, ORDINALS[match["ordinal"]] * 3)


def _numbered_month(match: re.Match[str], today: Today) -> date | None:
    """Return the last day of a month that is a number: "2027年3月", "来年3月"."""
    month = int(match["number"])
    if not 1 <= month <= 12:
        return None
    later = 1 if match.groupdict().get("next") else 0
    if later:
        return _end_of_month(today.date.year + later, month)
    return _end_of_period(match, today, month)


def _end_of_period(match: re.Match[str], today: Today, month: int) -> date:
    """Return the end of the period that ends with *month*: the year's, or the next to come."""
    written = match.groupdict().get("year") or match.groupdict().get("year_before")
    if written:
        return _end_of_month(_full_year(written.lstrip("'’")), month)
    end = _end_of_month(today.date.year, month)
    return end if end > today.date else _end_of_month(today.date.year + 1, month)


def _named_period(match: re.Match[str], today: Today) -> date | None:
    """Return the end of this or the next week, month, quarter or year."""
    later = 1 if match["which"] in _LATER else 0
    day = today.date
    unit = next(name for name in UNITS if match.groupdict().get(name))
    if unit == "week":
        return day + timedelta(days=6 - day.weekday() + 7 * later)
    if unit in _DAYS_IN:
        return day + timedelta(days=later * _DAYS_IN[unit])
    length = _MONTHS_IN[unit]
    ends = (day.month - 1) // length * length + length + later * length
    year, month = divmod(day.year * 12 + ends - 1, 12)
    return _end_of_month(year, month + 1)


def _this_year(match: re.Match[str], today: Today) -> date:
    return date(today.date.year, 12, 31)


def _japanese_year(match: re.Match[str], today: Today) -> date:
    """Return the end of Japan's fiscal year, 31 March."""
    day = date(today.date.year, 3, 31)
    return day if day >= today.date else date(today.date.year + 1, 3, 31)


def _this_month(match: re.Match[str], today: Today) -> date:
    return _end_of_month(today.date.year, today.date.month)


def _whole_year(match: re.Match[str], today: Today) -> date:
    return date(int(match["year"]), 12, 31)


def _fiscal_year(match: re.Match[str], today: Today) -> date:
    """Return the end of the year that a fiscal year is named after: nobody said when it ends."""
    return date(_full_year(match["year"].lstrip("'’")), 12, 31)


def _is_near(match: re.Match[str], today: Today) -> bool:
    """Return whether a bare number is a year of our days: "by 2000" may be a count."""
    return -_YEARS_BACK <= int(match["year"]) - today.date.year <= MOST_YEARS


def _eve(match: re.Match[str], today: Today) -> date | None:
    name = next(name for name in FEASTS if match[name])
    return eve_of(name, today.date, int(match["year"]) if match["year"] else None)


def _weekday(match: re.Match[str], today: Today) -> date:
    """Return the next such day after today."""
    ahead = (WEEKDAYS[match["weekday"]] - today.date.weekday() - 1) % 7 + 1
    return today.date + timedelta(days=ahead)


def _tomorrow(_: re.Match[str], today: Today) -> date:
    return today.date + timedelta(days=1)


def _month_and_day(match: re.Match[str], today: Today) -> date | None:
    """Read "by 9/30": the next such day."""
    first, second = int(match["first"]), int(match["second"])
    month, day = (first, second) if second > 12 or today.month_first else (second, first)
    years = (today.date.year, today.date.year + 1)
    return next((d for y in years if (d := _day(y, month, day)) and d >= today.date), None)


def _season(match: re.Match[str], today: Today) -> date | None:
    parts = match.groupdict()
    year = int(parts["year"]) if parts.get("year") else None
    season = Season(SEASONS[match["season"]], southern=today.southern)
    if parts.get("before"):
        return season.eve(today.date, year)
    return season.end(today.date, year, another=bool(parts.get("which")))


_FEAST = "|".join(f"(?P<{name}>{feast.words})" for name, feast in FEASTS.items())
_LATER = frozenset({"next", "coming", "following", "nächstes", "nächsten", "nächste", "kommenden"})

# -- the rules, the most exact first: what one has read, a later one does not read again


def _compiled(rules: Iterable[tuple[str, _Resolve]]) -> Iterator[tuple[re.Pattern[str], _Resolve]]:
    for pattern, resolve in rules:
        yield re.compile(rf"(?<!\w)(?:{pattern})(?!\w)"), resolve


_PRE = rf"(?:{BY}\s|on\s|in\s|am\s|im\s|during\s|le\s|el\s|en\s|this\s|for\s)?(?:the\s|dem\s)?"

_DATES: tuple[tuple[str, _Resolve], ...] = (
    (rf"{_PRE}{YEAR}-(?P<month>\d\d)-(?P<day>\d\d)", _iso),
    (_PRE + r"(?P<first>\d{1,2})\.\s?(?P<second>\d{1,2})\.\s?(?P<year>\d{4}|\d\d)", _dotted),
    (_PRE + r"(?P<first>\d{1,2})[/-](?P<second>\d{1,2})[/-](?P<year>\d{4}|\d\d)", _slashed),
    (
        rf"{_PRE}(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.|er)?\s(?:of\s|de\s)?(?P<month>{MONTH})\.?"
        rf"(?:,?\s(?:de\s|del\s)?{YEAR})?",
        _named_day,
    ),
    (
        rf"{_PRE}(?P<month>{MONTH})\.?\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\d.,]\d)(?:,?\s{YEAR})?",
        _named_day,
    ),
)

_PERIODS: tuple[tuple[str, _Resolve], ...] = (
    (
        rf"{_PRE}{TO_END}(?:(?P<year_before>20\d\d)[\s/-]?)?q(?P<quarter>[1-4])"
        r"(?:[\s/-]{0,3}(?P<year>20\d\d|['’]\d\d))?",
        _quarter,
    ),
    (
        rf"{_PRE}{TO_END}(?:(?P<year_before>20\d\d)[\s/-]?)?h(?P<half>[12])"
        r"(?:[\s/-]{0,3}(?P<year>20\d\d|['’]\d\d))?",
        _half,
    ),
    (
        rf"{_PRE}{TO_END}(?P<ordinal>{'|'.join(map(re.escape, ORDINALS))})\s(?:quarter|quartal)"
        rf"(?:\s(?:of\s|in\s)?{YEAR})?",
        _ordinal_quarter,
    ),
    (rf"{_PRE}{TO_END}(?P<month>{MONTH})\.?,?\s(?:of\s|de\s)?{YEAR}", _month),
    (
        rf"(?:{BY}|in|im|during|through|en|em|this|ende|end of|late|mid|early|końca|fine|"
        rf"f(?:im|inal) de|eind)[\s-]{TO_END}"
        rf"(?P<month>{MONTH})\b",
        _month,
    ),
    (rf"(?:{BY}\s|at\s)?(?:the\s)?(?:year[- ]end|end of (?:the )?year|eoy|jahresende|"
     r"ende des jahres|fin d'année|fin de año|końca roku|f(?:im|inal) do ano|"
     r"fine anno|eind van het jaar)", _this_year),
    (rf"(?:{BY}\s|at\s)?(?:the\s)?(?:month[- ]end|end of (?:the )?month|eom|monatsende)",
     _this_month),
    (
        rf"(?:{BY}\s|in\s|during\s|within\s)?(?:the\s)?(?:end of\s)?(?:the\s)?"
        rf"(?P<which>this|next|coming|following|dieses|diesen|nächstes|nächsten|nächste|current)\s"
        rf"(?:{UNIT})",
        _named_period,
    ),
    (rf"(?:{BY}|in time for|ahead of|for|this|next)\s(?:the\s)?(?:{_FEAST})(?:\s{YEAR})?", _eve),
    *((pattern, _season) for pattern in SEASON),
    (rf"(?:(?:{BY}|this|next)\s)(?:the\s|next\s|this\s|coming\s|nächsten\s)?(?P<weekday>{'|'.join(WEEKDAYS)})",
     _weekday),
    (rf"(?:{BY}\s)(?:tomorrow|morgen|demain|mañana|domani|amanhã|jutra)|tomorrow", _tomorrow),
    (rf"{BY}\s(?P<first>\d{{1,2}})/(?P<second>\d{{1,2}})(?![/\d])", _month_and_day),
    (rf"(?:{BY}\s|in\s|during\s)?(?:the\s)?(?:end of\s)?(?:fy|fiscal(?:\s|-)year|financial year)"
     r"\s?(?P<year>20\d\d|['’]?\d\d)", _fiscal_year),
    (rf"(?:{BY}\s)?(?:in\s|during\s)?{TO_END}(?<=\s)(?<!by\s){YEAR}(?!\s[^\W\d_]{{4}})",
     _whole_year),
    (rf"(?:by|in|until|till|bis|before|during|end of|ende|im jahr)\s(?:the year\s)?{YEAR}"
     r"(?=$|[\s.,;:!?)]*$|[.,;:!?)]|\s(?:and|und|with|while|through|via)\b)", _whole_year),
)  # fmt: skip

_LAUNCH = r"(?:the\s|our\s|its\s)?(?:product\s)?(?:launch|release|opening|go-live)"
_SPANS: tuple[tuple[str, _Resolve], ...] = (
    (rf"(?:{LEAD}|{NEXT}){HALF}", _part_span),
    (rf"(?:by|before|until|till|at|for)\s{_LAUNCH}", _launch_day),
    (
        rf"(?:{LEAD})?{UPPER}{COUNT}[\s-]?(?:{UNIT})\s(?:after|from|of|following|post)[\s-]{_LAUNCH}",
        _span_after_launch,
    ),
    (rf"{LEAD}{UPPER}{COUNT}[\s-]?(?:{UNIT})(?:['’]? time)?", _span),
    (rf"{NEXT}{UPPER}{COUNT}[\s-]?(?:{UNIT})", _span),
    (rf"(?:a\s|the\s|our\s)?{COUNT}-(?:{UNIT})(?=\s|$|[.,;])", _span),
    (rf"{COUNT}\s(?:{UNIT})\s(?:from now|ab jetzt|में|के भीतर)", _span),
)

_BARE: tuple[tuple[str, _Resolve], ...] = (
    (HALF, _part_span),
    (NAMED_SEASON, _season),
    (rf"(?:{_FEAST})(?:\s{YEAR})?", _eve),
    (rf"{UPPER}{COUNT}[\s-]?(?:{UNIT})\s(?:after|later|on)", _span_after_launch),
    (rf"{UPPER}{COUNT}[\s-]?(?:{UNIT})", _span),
    (rf"{TO_END}(?P<month>{MONTH})", _month),
    (YEAR, _whole_year),
)

_AT = r"(?:まで|末|以内|以前|中|後|内|底|까지|말|이내|안에)*(?:に|で|前)?"
"""What follows a date or a span in East Asia, where it precedes it in Europe."""

_RELATIVE_EAST_ASIAN: tuple[tuple[str, _Resolve], ...] = (
    (r"(?P<count>\d{1,3})\s?(?:[かヶカヵケ箇個个]\s?月|개월)(?P<month>)", _unspaced_span),
    (r"(?P<count>\d{1,3})\s?(?:[週周]間|[週周](?=以内|後|で)|주(?=\s?이내|\s?안))(?P<week>)",
     _unspaced_span),
    (r"(?P<count>\d{1,3})\s?(?:日間|日(?=以内|後|で)|일(?=\s?이내|\s?안))(?P<day>)",
     _unspaced_span),
    (r"(?P<count>\d)\s?(?:年間|年(?=以内|後|で)|년(?=\s?이내|\s?안))(?P<year>)", _unspaced_span),
    (r"(?P<next>来年の?|明年|내년\s?)?(?P<number>1?\d)\s?[月월](?=\s?(?:まで|末|中|底|前|까지|말))",
     _numbered_month),
    (r"(?:今年中?|年内|年末|연말|올해)(?=まで|に|の|を|、|\s|$|前|까지|안)", _this_year),
    (r"(?:今?年度[中内]?|会計年度)(?=末|まで|に|の|を|、|\s|$)", _japanese_year),
    (r"(?:今月中?|月末)(?=まで|に|、|\s|$|前)", _this_month),
)  # fmt: skip
"""Spans and months without a year, in scripts without spaces: they need nothing around them."""


def _unspaced() -> Iterator[tuple[re.Pattern[str], _Resolve]]:
    for pattern, resolve in _RELATIVE_EAST_ASIAN:
        yield re.compile(rf"(?<![\d.,/-])(?:{pattern}){_AT}"), resolve


def _east_asian(match: re.Match[str], today: Today) -> date | None:
    """Read "2027年3月", "2027년 3월 31일" and "2027年": the day, or the last of what is named."""
    year, month = int(match["year"]), int(match["month"] or 12)
    if match["day"]:
        return _day(year, month, int(match["day"]))
    return _end_of_month(year, month) if 1 <= month <= 12 else None


_UNSPACED = (
    (
        re.compile(
            r"(?<!\d)(?P<year>20\d\d)[年년]度?\s?(?:(?P<month>\d{1,2})[月월]\s?)?(?:(?P<day>\d{1,2})[日号일])?"
            r"(?:末|底)?(?:まで(?:に)?|までには|までの|前|之前|以前|까지)?"
        ),
        _east_asian,
    ),
)
"""Scripts without spaces have no edges of words."""

_RULES = (*_UNSPACED, *_unspaced(), *_compiled((*_DATES, *_PERIODS, *_SPANS)))
_RULES_BARE = (*_UNSPACED, *_unspaced(), *_compiled((*_DATES, *_PERIODS, *_SPANS, *_BARE)))
