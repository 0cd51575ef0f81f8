"""Whether the numbers and dates of the report are those that were agreed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal

from aicmo_core.modules.qc.internal.checks.kpis import is_on_course
from aicmo_core.modules.qc.internal.evidence import Evidence, Finding, Rule, excerpt
from aicmo_core.modules.qc.internal.numbers import (
    Figure,
    dates,
    figures,
    impossible_days,
    loose_dates,
    near_days,
    texts_of,
)
from aicmo_core.modules.qc.internal.passages import Passage
from aicmo_core.modules.qc.internal.spelled import spelled
from aicmo_core.modules.qc.internal.terms import fold, stands_in
from aicmo_core.modules.qc.internal.weekdays import dated_weekdays
from aicmo_core.modules.strategy.api import KpiDTO, StrategyDocDTO

_BEFORE = timedelta(days=14)
"""Preparation begins before the plan does."""
_AFTER = timedelta(days=31)
"""What follows a plan is agreed within a month."""
_COUNTED = 10
"""Smaller counts of a KPI's unit are common speech ("2 people") unless the KPI is named."""


_DIGITS = re.compile(r"[0-9][0-9.,]*")
_WORDS_AROUND = 3
"""So many words of the client's around a number make it a quotation."""


def stray_numbers(evidence: Evidence) -> Iterator[Finding]:
    """
    Money, percentages and counts of what is measured come from client or strategy.

    A writer may say where a measure stands on its straight way to the target.
    """
    strategy = evidence.facts.strategy
    kpis = strategy.kpis if strategy else ()
    for passage in evidence.everything:
        seen = set()
        for figure in (*figures(passage.folded), *spelled(passage.folded)):
            foreign = figure.is_money and figure.unit not in evidence.known_currencies
            if not _is_claim(passage, figure, kpis):
                continue
            known = evidence.known_values | evidence.spelled_values
            if figure.value in known and not foreign:
                continue
            if figure.value in seen or any(is_on_course(figure, kpi) for kpi in kpis):
                continue
            seen.add(figure.value)
            reason = f"found {figure.text!r}, which neither client nor strategy stated"
            place = _place(passage, figure.start, len(figure.text))
            yield Finding("stray_numbers", passage.section_id, reason, place)


def _is_claim(passage: Passage, figure: Figure, kpis: tuple[KpiDTO, ...]) -> bool:
    """Return whether a client would act on the number."""
    if figure.weighty:
        return True
    following = passage.folded[figure.end : figure.end + 60].lstrip()
    for kpi in kpis:
        unit = fold(kpi.unit)
        if unit and following.startswith(unit) and unit[:1].isalpha():
            block = passage.block_at(figure.start)
            return figure.value >= _COUNTED or stands_in(fold(kpi.name), block.folded)
    return False


def altered_quotes(evidence: Evidence) -> Iterator[Finding]:
    """Where the client's words stand, the client's number stands between them."""
    stated: dict[str, set[str]] = {}
    for text in texts_of(evidence.facts.brief):
        for context, number in _contexts(fold(text)):
            stated.setdefault(context, set()).add(number)
    for passage in evidence.report:
        for block in passage.blocks:
            for context, number in _contexts(block.folded):
                numbers = stated.get(context)
                if not numbers or number in numbers:
                    continue
                if not evidence.known_values.issuperset(_values(number)):
                    said = " or ".join(sorted(numbers))
                    reason = f"found {number!r} in words of the client, who said {said!r}"
                    place = excerpt(block, block.folded.find(number), len(number))
                    yield Finding("altered_quotes", passage.section_id, reason, place)


def _contexts(folded: str) -> Iterator[tuple[str, str]]:
    """Return each word with a number, and the words around it, numbers in them masked."""
    words = [word.strip(".,;:!?()\"'") for word in folded.split()]
    masked = [_DIGITS.sub("#", word) for word in words]
    for at, mask in enumerate(masked):
        around = masked[max(0, at - 2) : at + 3]
        if "#" in mask and sum(_is_plain(word) for word in around) >= _WORDS_AROUND:
            yield " ".join(around), words[at]


def _values(word: str) -> Iterator[Decimal]:
    for digits in _DIGITS.findall(word):
        plain = digits.replace(",", "").rstrip(".")
        if plain.count(".") <= 1:
            yield Decimal(plain)


def _is_plain(word: str) -> bool:
    return "#" not in word and any(map(str.isalpha, word))


def stray_dates(evidence: Evidence) -> Iterator[Finding]:
    strategy = evidence.facts.strategy
    if not strategy:
        return
    first, last = _span(strategy)
    named_brand = fold(evidence.facts.draft.brand_name)  # "on 8 December, 1847 opens its doors"
    for passage in evidence.report:
        named = [
            (day.isoformat(), start)
            for day, start in dates(passage.folded)
            if not (first <= day <= last or day in evidence.known_dates)
            and not stands_in(f"{day.year}", named_brand)
        ]
        named += [
            (near.text, near.start)
            for near in near_days(passage.folded)
            if (near.month, near.day) not in evidence.known_days
            and not any(near.within(first, last))
        ]
        named += [
            (loose.text, loose.start)
            for loose in loose_dates(passage.folded)
            if not any(first <= day <= last or day in evidence.known_dates for day in loose.days)
            and not stands_in(loose.text, evidence.stated_words)
        ]
        named += list(impossible_days(passage.folded))
        for text, start in dict(named).items():
            reason = f"found {text!r}, no day of the plan ({first} to {last})"
            place = _place(passage, start, len(text))
            yield Finding("stray_dates", passage.section_id, reason, place)


def weekdays(evidence: Evidence) -> Iterator[Finding]:
    """A day and its weekday belong together, in the plan's year."""
    strategy = evidence.facts.strategy
    if not strategy:
        return
    for passage in evidence.report:
        for near in near_days(passage.folded):
            days = list(near.within(*_span(strategy)))
            if near.weekday is not None and days and near.weekday not in _weekdays(days):
                reason = f"found {near.text!r}; {days[0]} is a {days[0]:%A}"
                place = _place(passage, near.start, len(near.text))
                yield Finding("weekdays", passage.section_id, reason, place)
        for dated in dated_weekdays(passage.folded):
            meant = sorted(dated.within(*_span(strategy)))
            if meant and dated.weekday not in _weekdays(meant):
                reason = f"found {dated.text!r}; {meant[0]} is a {meant[0]:%A}"
                place = _place(passage, dated.start, len(dated.text))
                yield Finding("weekdays", passage.section_id, reason, place)


def _weekdays(days: Iterable[date]) -> set[int]:
    return {day.weekday() for day in days}


def _span(strategy: StrategyDocDTO) -> tuple[date, date]:
    return strategy.timeline.start - _BEFORE, strategy.timeline.end + _AFTER


def _place(passage: Passage, start: int, length: int) -> str:
    block = passage.block_at(start)
    return excerpt(block, start - passage.folded.rfind("\n", 0, start) - 1, length)


RULES: tuple[Rule, ...] = (stray_numbers, altered_quotes, stray_dates, weekdays)
