"""Deadlines in running text: "in Q1", "in 90 days", "by 31.12.2026" become dates."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from datetime import date as Day

from attrs import frozen

from aicmo_core.modules.onboarding.internal.amounts import western_digits
from aicmo_core.modules.onboarding.internal.feasts import FEASTS

MOST_YEARS = 50
"""A span of more years than this is no deadline."""

_YEARS_BACK = 15

MOST_TEXT = 4000
"""How many characters of an answer are read; whatever follows is no date or number."""

_NUMBER_WORDS = {
    word: number
    for number, words in {
        1: "a an one ein eine einem einer un une uno una",
        2: "two zwei deux dos",
        3: "three drei trois tres",
        4: "four vier quatre cuatro",
        5: "five fünf cinq cinco",
        6: "six sechs seis",
        7: "seven sieben sept siete",
        8: "eight acht huit ocho",
        9: "nine neun neuf nueve",
        10: "ten zehn dix diez",
        12: "twelve zwölf douze doce",
        18: "eighteen achtzehn",
        24: "twenty-four vierundzwanzig",
        30: "thirty dreißig trente treinta",
        60: "sixty sechzig soixante sesenta",
        90: "ninety neunzig noventa",
    }.items()
    for word in words.split()
}

_UNITS = {
    "day": r"days?|tag(?:e|en)?|jours?|días?",
    "week": r"weeks?|wks?|wochen?|semaines?|semanas?",
    "month": r"months?|mos?|monat(?:e|en)?|mois|mes(?:es)?",
    "quarter": r"quarters?|quartal(?:e|en)?|trimestres?",
    "year": r"years?|yrs?|jahr(?:e|en)?|ans?|années?|años?",
}

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jänner janvier enero",
            "february feb februar février febrero",
            "march mar märz maerz mars marzo",
            "april apr avril abril",
            "may mai mayo",
            "june jun juni juin junio",
            "july jul juli juillet julio",
            "august aug août agosto",
            "september sept sep septembre septiembre",
            "october oct oktober okt octobre octubre",
            "november nov novembre noviembre",
            "december dec dezember dez décembre diciembre",
        ),
        1,
    )
    for name in names.split()
}

_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4,
    "1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "1.": 1, "2.": 2, "3.": 3, "4.": 4,
    "erstes": 1, "zweites": 2, "drittes": 3, "viertes": 4,
}  # fmt: skip

_COUNT = r"(?P<count>\d{1,6}|" + "|".join(sorted(_NUMBER_WORDS, key=len, reverse=True)) + ")"
_UPPER = r"(?:\d{1,6}\s?(?:-|–|to|bis|à|a|or)\s?)?"
_UNIT = "|".join(f"(?P<{name}>{words})" for name, words in _UNITS.items())
_LEAD = (
    r"(?:within|in|over|during|inside|innerhalb von|innerhalb|binnen|dans|en|d'ici|under)\s"
    r"(?:less than\s|about\s|around\s|roughly\s)?"
    r"(?:the\s|our\s|den\s|die\s|das\s|les\s|los\s|las\s|der\s)?"
    r"(?:next|first|coming|following|nächsten|kommenden|ersten|prochains|próximos)?\s?"
)
_NEXT = r"(?:the\s)?(?:next|coming|nächsten|kommenden|prochains|próximos)\s"
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_YEAR = r"(?P<year>(?:19|20|21)\d\d)"
_BY = (
    r"(?:by|before|until|till|no later than|bis(?:\s(?:zum|ende|spätestens))?|spätestens|"
    r"avant(?:\sle)?|d'ici|antes de|para|hasta|vor)"
)
_TO_END = (
    r"(?:(?:(?:at\s|by\s|before\s|until\s)?(?:the\s)?end of(?:\sthe)?|ende(?:\sdes)?|"
    r"(?:la\s)?fin(?:\sde)?|finales de|late|mid[- ]?|early)\s?)?"
)


@frozen
class Today:
    """
    From where deadlines are counted.

    Attributes:
        date: The day of the brief.
        month_first: Whether 03/04/2027 is the fourth of March, as in the United States.
        launch: From where "90 days after launch" is counted, where the client named it.
    """

    date: Day
    month_first: bool = False
    launch: Day | None = None


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


def _span_after_launch(match: re.Match[str], today: Today) -> date | None:
    return _span(match, Today(today.launch or today.date))


def _span(match: re.Match[str], today: Today) -> date | None:
    written = match["count"]
    count = int(written) if written.isdigit() else _NUMBER_WORDS[written]
    unit = next(name for name in _UNITS if match[name])
    if unit in _MONTHS_IN:
        months = count * _MONTHS_IN[unit]
        return add_months(today.date, months) if months <= MOST_YEARS * 12 else None
    days = count * (7 if unit == "week" else 1)
    return today.date + timedelta(days=days) if days <= MOST_YEARS * 365 else None


def _unspaced_span(match: re.Match[str], today: Today) -> date | None:
    count = int(match["count"])
    unit = next(name for name in _UNITS if name in match.groupdict())
    if unit in _MONTHS_IN:
        return add_months(today.date, min(count * _MONTHS_IN[unit], MOST_YEARS * 12))
    return today.date + timedelta(days=count * (7 if unit == "week" else 1))


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
    month, day = _MONTHS[match["month"]], int(match["day"])
    if match["year"]:
        return _day(int(match["year"]), month, day)
    coming = _day(today.date.year, month, day)
    if coming and coming < today.date:
        coming = _day(today.date.year + 1, month, day)
    return coming


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
    month = _MONTHS[match["month"]]
    return _end_of_period(match, today, month)


def _quarter(match: re.Match[str], today: Today) -> date | None:
    return _end_of_period(match, today, int(match["quarter"]) * 3)


def _half(match: re.Match[str], today: Today) -> date | None:
    return _end_of_period(match, today, int(match["half"]) * 6)


def _ordinal_quarter(match: re.Match[str], today: Today) -> date | None:
    return _end_of_period(match, today, _ORDINALS[match["ordinal"]] * 3)


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
    unit = next(name for name in _UNITS if match.groupdict().get(name))
    if unit == "week":
        return day + timedelta(days=6 - day.weekday() + 7 * later)
    if unit == "day":
        return day + timedelta(days=later)
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
    """Return the last day before a feast: the next to come, or that of the year."""
    day_of = FEASTS[next(name for name in FEASTS if match[name])].day
    if match["year"]:
        day = day_of(int(match["year"]))
        return day - timedelta(days=1) if day else None
    for year in (today.date.year, today.date.year + 1):
        day = day_of(year)
        if day and day > today.date:
            return day - timedelta(days=1)
    return None


_FEAST = "|".join(f"(?P<{name}>{feast.words})" for name, feast in FEASTS.items())
_LATER = frozenset({"next", "coming", "following", "nächstes", "nächsten", "nächste", "kommenden"})

# -- the rules, the most exact first: what one has read, a later one does not read again


def _compiled(rules: Iterable[tuple[str, _Resolve]]) -> Iterator[tuple[re.Pattern[str], _Resolve]]:
    for pattern, resolve in rules:
        yield re.compile(rf"(?<!\w)(?:{pattern})(?!\w)"), resolve


_PRE = rf"(?:{_BY}\s|on\s|in\s|am\s|im\s|during\s|le\s|el\s|en\s|this\s|for\s)?(?:the\s|dem\s)?"

_DATES: tuple[tuple[str, _Resolve], ...] = (
    (rf"{_PRE}{_YEAR}-(?P<month>\d\d)-(?P<day>\d\d)", _iso),
    (_PRE + r"(?P<first>\d{1,2})\.\s?(?P<second>\d{1,2})\.\s?(?P<year>\d{4}|\d\d)", _dotted),
    (_PRE + r"(?P<first>\d{1,2})[/-](?P<second>\d{1,2})[/-](?P<year>\d{4}|\d\d)", _slashed),
    (
        rf"{_PRE}(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.|er)?\s(?:of\s|de\s)?(?P<month>{_MONTH})\.?"
        rf"(?:,?\s(?:de\s|del\s)?{_YEAR})?",
        _named_day,
    ),
    (
        rf"{_PRE}(?P<month>{_MONTH})\.?\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\d.,]\d)(?:,?\s{_YEAR})?",
        _named_day,
    ),
)

_PERIODS: tuple[tuple[str, _Resolve], ...] = (
    (
        rf"{_PRE}{_TO_END}(?:(?P<year_before>20\d\d)[\s/-]?)?q(?P<quarter>[1-4])"
        r"(?:[\s/-]{0,3}(?P<year>20\d\d|['’]\d\d))?",
        _quarter,
    ),
    (
        rf"{_PRE}{_TO_END}(?:(?P<year_before>20\d\d)[\s/-]?)?h(?P<half>[12])"
        r"(?:[\s/-]{0,3}(?P<year>20\d\d|['’]\d\d))?",
        _half,
    ),
    (
        rf"{_PRE}{_TO_END}(?P<ordinal>{'|'.join(map(re.escape, _ORDINALS))})\s(?:quarter|quartal)"
        rf"(?:\s(?:of\s|in\s)?{_YEAR})?",
        _ordinal_quarter,
    ),
    (rf"{_PRE}{_TO_END}(?P<month>{_MONTH})\.?,?\s(?:of\s|de\s)?{_YEAR}", _month),
    (
        rf"(?:{_BY}|in|im|during|en|this|ende|end of|late|mid|early)[\s-]{_TO_END}"
        rf"(?P<month>{_MONTH})\b",
        _month,
    ),
    (rf"(?:{_BY}\s|at\s)?(?:the\s)?(?:year[- ]end|end of (?:the )?year|eoy|jahresende|"
     r"ende des jahres|fin d'année|fin de año)", _this_year),
    (rf"(?:{_BY}\s|at\s)?(?:the\s)?(?:month[- ]end|end of (?:the )?month|eom|monatsende)",
     _this_month),
    (
        rf"(?:{_BY}\s|in\s|during\s|within\s)?(?:the\s)?(?:end of\s)?(?:the\s)?"
        rf"(?P<which>this|next|coming|following|dieses|diesen|nächstes|nächsten|nächste|current)\s"
        rf"(?:{_UNIT})",
        _named_period,
    ),
    (rf"(?:{_BY}|in time for|ahead of|for|this|next)\s(?:the\s)?(?:{_FEAST})(?:\s{_YEAR})?", _eve),
    (rf"(?:{_BY}\s|in\s|during\s)?(?:the\s)?(?:end of\s)?(?:fy|fiscal(?:\s|-)year|financial year)"
     r"\s?(?P<year>20\d\d|['’]?\d\d)", _fiscal_year),
    (rf"(?:{_BY}\s)?(?:in\s|during\s)?{_TO_END}(?<=\s)(?<!by\s){_YEAR}(?!\s[^\W\d_]{{4}})",
     _whole_year),
    (rf"(?:by|in|until|till|bis|before|during|end of|ende|im jahr)\s(?:the year\s)?{_YEAR}"
     r"(?=$|[\s.,;:!?)]*$|[.,;:!?)]|\s(?:and|und|with|while|through|via)\b)", _whole_year),
)  # fmt: skip

_LAUNCH = r"(?:the\s|our\s|its\s)?(?:product\s)?(?:launch|release|opening|go-live)"
_SPANS: tuple[tuple[str, _Resolve], ...] = (
    (
        rf"(?:{_LEAD})?{_UPPER}{_COUNT}[\s-]?(?:{_UNIT})\s(?:after|from|of|following|post)[\s-]{_LAUNCH}",
        _span_after_launch,
    ),
    (rf"{_LEAD}{_UPPER}{_COUNT}[\s-]?(?:{_UNIT})(?:['’]? time)?", _span),
    (rf"{_NEXT}{_UPPER}{_COUNT}[\s-]?(?:{_UNIT})", _span),
    (rf"(?:a\s|the\s|our\s)?{_COUNT}-(?:{_UNIT})(?=\s|$|[.,;])", _span),
    (rf"{_COUNT}\s(?:{_UNIT})\s(?:from now|ab jetzt)", _span),
)

_BARE: tuple[tuple[str, _Resolve], ...] = (
    (rf"(?:{_FEAST})(?:\s{_YEAR})?", _eve),
    (rf"{_UPPER}{_COUNT}[\s-]?(?:{_UNIT})\s(?:after|later|on)", _span_after_launch),
    (rf"{_UPPER}{_COUNT}[\s-]?(?:{_UNIT})", _span),
    (rf"{_TO_END}(?P<month>{_MONTH})", _month),
    (_YEAR, _whole_year),
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
