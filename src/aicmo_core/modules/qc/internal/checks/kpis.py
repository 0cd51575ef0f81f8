"""Whether every measure has its target, its baseline and its day wherever it is named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from aicmo_core.modules.qc.internal import measures
from aicmo_core.modules.qc.internal.evidence import Evidence, Finding, Rule, excerpt
from aicmo_core.modules.qc.internal.numbers import Figure, dates, figures, near_days
from aicmo_core.modules.qc.internal.passages import Block
from aicmo_core.modules.qc.internal.terms import fold, places
from aicmo_core.modules.strategy.api import DEFAULT_SOURCE, KpiDTO, StrategyDocDTO

_LOOKED_AT = (7, 14, 21, 28, 30, 31, 35)
"""The days of a plan on which a measure is read: ends of weeks, and of a month."""
_JOINED = re.compile(r"(?: (?:\w+ ){0,3}target)?[^\w.!?]{0,4}(?:(?:is|of|from|at) )?")
"""What may stand between a measure and its number: "Reach: 5", "reach beside its target of 5"."""
_SPAN = re.compile(r"[- ](?:hours?|days?|weeks?|months?|minutes?|times?)\b")
_LONGEST_DATE = 15
"""Characters from the start of a date to its year: "30 September 2026"."""
_DUE = re.compile(r"\b(?:by|until|due|due on|due by)\W{1,3}$")


def kpi_targets(evidence: Evidence) -> Iterator[Finding]:
    strategy = evidence.facts.strategy
    found = {figure.value for passage in evidence.report for figure in figures(passage.folded)}
    for kpi in strategy.kpis if strategy else ():
        if abs(kpi.target_value) not in found:
            reason = f"the target of {kpi.name!r}, {kpi.target_value} {kpi.unit}, is nowhere"
            rule = "default_targets" if kpi.source == DEFAULT_SOURCE else "kpi_targets"
            named = ((s, block) for s, block, kpis in _named(evidence) if kpi in kpis)
            section, block = next(named, ("", None))
            place = f"named in {section}, {excerpt(block, 0, 60)}" if block else ""
            yield Finding(rule, "", reason, place)


def kpi_numbers(evidence: Evidence) -> Iterator[Finding]:
    """A number that stands at a measure's name is its target, its baseline, or on the way."""
    strategy = evidence.facts.strategy
    for section, block, kpis in _named(evidence):
        found = _outside_names(block.folded, kpis)
        for kpi in kpis:
            beside = list(_beside(block.folded, fold(kpi.name), found))
            for figure in filter(None, (_turned_round(block.folded, kpi, beside),)):
                reason = f"found {kpi.name!r} the wrong way round, planned is {_planned(kpi)}"
                place = excerpt(block, figure.start, len(figure.text))
                yield Finding("kpi_numbers", section, reason, place)
            for figure in beside:
                stated = (figure.value, figure.unit) in evidence.client_figures
                if stated or not strategy or _is_of(figure, strategy, kpi.name):
                    continue
                reason = f"found {figure.text!r} for {kpi.name!r}, planned is {_planned(kpi)}"
                place = excerpt(block, figure.start, len(figure.text))
                yield Finding("kpi_numbers", section, reason, place)


def _turned_round(folded: str, kpi: KpiDTO, found: list[Figure]) -> Figure | None:
    """Return the first figure of "from 260 to 140", where 140 to 260 is planned."""
    if kpi.baseline in (None, kpi.target_value):
        return None
    for one, other in pairwise(found):
        joined = folded[one.end : other.start] == " to "
        if joined and (one.value, other.value) == (kpi.target_value, kpi.baseline):
            return one
    return None


def kpi_dates(evidence: Evidence) -> Iterator[Finding]:
    """A day by which a measure is due is its own, or one that client or strategy stated."""
    strategy = evidence.facts.strategy
    if not strategy:
        return
    start = strategy.timeline.start
    agreed = {(d.month, d.day) for kpi in strategy.kpis for d in _due_days(kpi, start)}
    agreed |= evidence.known_days
    for section, block, kpis in _named(evidence):
        named = [(d.month, d.day, at, d.isoformat()) for d, at in dates(block.folded)]
        named += [(n.month, n.day, n.start, n.text) for n in near_days(block.folded)]
        for month, day, at, text in named:
            if (month, day) in agreed or not _DUE.search(block.folded[:at]):
                continue
            if _is_about(evidence, kpis, block.folded, at):
                reason = f"found {text!r} as the day of a measure; nobody agreed on it"
                yield Finding("kpi_dates", section, reason, excerpt(block, at, len(text)))


def _is_about(evidence: Evidence, kpis: list[KpiDTO], folded: str, at: int) -> bool:
    """Return whether the sentence at a place names a measure, or its block is headed by one."""
    sentence = measures.sentence_at(folded, at)
    names = [fold(kpi.name) for kpi in kpis]
    return any(
        folded.startswith(f"{name}:") or _is_named(evidence, name, sentence) for name in names
    )


def is_on_course(figure: Figure, kpi: KpiDTO) -> bool:
    """Return whether a measure stands there, rounded, on a day on which it is read."""
    if figure.unit and not fold(kpi.unit).startswith(figure.unit):
        return False
    begin = kpi.baseline or Decimal()
    digits = Decimal(1).scaleb(min(0, int(figure.value.as_tuple().exponent)))
    for days in _LOOKED_AT:
        if days <= kpi.timeframe_days:
            stands = begin + (kpi.target_value - begin) * days / kpi.timeframe_days
            if stands.quantize(digits, ROUND_HALF_UP) == figure.value:
                return True
    return False


def _named(evidence: Evidence) -> Iterator[tuple[str, Block, list[KpiDTO]]]:
    """Return the blocks that name a measure; the longest name that fits is the one meant."""
    strategy = evidence.facts.strategy
    kpis = sorted(strategy.kpis, key=lambda k: -len(k.name)) if strategy else []
    names = [(kpi, fold(kpi.name)) for kpi in kpis]
    for passage in evidence.report:
        for block in passage.blocks:
            named = [kpi for kpi, name in names if _is_named(evidence, name, block.folded)]
            if named:
                yield passage.section_id, block, named


def _is_named(evidence: Evidence, name: str, folded: str) -> bool:
    """Return whether a text names a measure, and not a brand that is called like it."""
    found = list(places(name, folded))
    if not found or evidence.brand is None:
        return bool(found)
    brand = list(evidence.brand.spans(folded))
    return any(not any(b <= at and at + len(name) <= e for b, e in brand) for at in found)


def _outside_names(folded: str, kpis: list[KpiDTO]) -> list[Figure]:
    """Return the figures that are not part of a measure's own name."""
    names = [fold(kpi.name) for kpi in kpis]
    spans = [(at, at + len(name)) for name in names for at in places(name, folded)]
    return [f for f in figures(folded) if not any(a <= f.start < b for a, b in spans)]


def _beside(folded: str, name: str, found: list[Figure]) -> Iterator[Figure]:
    """
    Return the figures that belong to a name.

    They stand directly before or after it ("40 orders", "orders from 40 to 65"), or
    anywhere in a block that it heads ("Orders: …").
    """
    if folded.startswith(f"{name}:"):
        yield from (f for f in found if not _is_day(folded, f) and not _is_part(folded, f))
        return
    for at in places(name, folded):
        after = _JOINED.match(folded, at + len(name))
        position = after.end() if after else at + len(name)
        for figure in found:
            if figure.start == position and not _is_day(folded, figure):
                yield figure
                position = figure.end + len(" to ")
                if not folded.startswith(" to ", figure.end):
                    break
            elif figure.end == at - 1 and not _is_day(folded, figure):
                yield figure


def _is_day(folded: str, figure: Figure) -> bool:
    """Return whether the figure is part of a date, as in "2 March 2026" and "day 30"."""
    if folded.startswith("day ", figure.start - 4):
        return True
    begin = max(0, figure.start - _LONGEST_DATE)
    around = folded[begin : figure.end + _LONGEST_DATE]
    starts = [near.start for near in near_days(around)] + [at for _, at in dates(around)]
    return any(0 <= figure.start - begin - at < _LONGEST_DATE for at in starts)


def _is_part(folded: str, figure: Figure) -> bool:
    """Return whether the figure is a span of something, as in "24 hours"."""
    return bool(_SPAN.match(folded, figure.end))


def _is_of(figure: Figure, strategy: StrategyDocDTO, name: str) -> bool:
    """Two measures may have one name: a total and a week's part of it."""
    for kpi in strategy.kpis:
        if fold(name) in fold(kpi.name) or fold(kpi.name) in fold(name):
            stated = {abs(kpi.target_value), abs(kpi.baseline or kpi.target_value)}
            if figure.value in stated or is_on_course(figure, kpi):
                return True
    return False


def _planned(kpi: KpiDTO) -> str:
    return " to ".join(str(n) for n in (kpi.baseline, kpi.target_value) if n is not None)


def _due_days(kpi: KpiDTO, start: date) -> Iterator[date]:
    if kpi.deadline:
        yield kpi.deadline
    else:  # a plan of 30 days ends on the thirtieth, or the day after
        due = start + timedelta(days=kpi.timeframe_days)
        yield from (due - timedelta(days=1), due)


RULES: tuple[Rule, ...] = (kpi_targets, kpi_numbers, kpi_dates)
