"""Whether the money is divided once, wholly, and as the strategy divided it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import TypeAlias

from aicmo_core.modules.production.api import BudgetLineDTO
from aicmo_core.modules.qc.internal import measures
from aicmo_core.modules.qc.internal.denials import is_denied
from aicmo_core.modules.qc.internal.evidence import Evidence, Finding, Rule, excerpt
from aicmo_core.modules.qc.internal.numbers import Figure, figures
from aicmo_core.modules.qc.internal.passages import Block, BlockKind
from aicmo_core.modules.qc.internal.terms import fold, places, stands_in

_WHOLE = Decimal(100)
_SHARE = re.compile(r"\b(?:share|split|allocation|budget|money|amount)\b")
"""Heads of columns that divide the money."""


def budget_sum(evidence: Evidence) -> Iterator[Finding]:
    lines = evidence.facts.draft.budget
    total = sum((line.share_pct for line in lines), Decimal())
    if lines and total != _WHOLE:
        reason = f"found shares that sum to {total}, expected 100"
        yield Finding("budget_sum", "", reason, f"budget, {_named(lines)}")
    for line in lines:
        if line.share_pct < 0:
            reason = f"found a share of {line.share_pct} for {line.channel!r}, expected 0 or more"
            yield Finding("budget_sum", "", reason, f"budget, {line.channel}")


def budget_channels(evidence: Evidence) -> Iterator[Finding]:
    strategy, lines = evidence.facts.strategy, evidence.facts.draft.budget
    if not strategy or not lines:
        return
    found = {fold(line.channel): line.share_pct for line in lines}
    for channel in strategy.channels:
        share = found.pop(fold(channel.channel), None)
        if share != channel.budget_allocation_pct:
            shown = "no share" if share is None else f"{share} %"
            reason = (
                f"found {shown} for {channel.channel!r}; the strategy gives it "
                f"{channel.budget_allocation_pct} %"
            )
            yield Finding("budget_channels", "", reason, f"budget, {channel.channel}")
    for name in sorted(found):
        reason = f"found a share for {name!r}, which is not planned"
        yield Finding("budget_channels", "", reason, f"budget, {name}")


def budget_amounts(evidence: Evidence) -> Iterator[Finding]:
    strategy = evidence.facts.strategy
    amounts = [line.amount for line in evidence.facts.draft.budget if line.amount]
    if not strategy or not strategy.budget_total or not evidence.facts.draft.budget:
        return
    total = strategy.budget_total
    currencies = sorted({amount.currency for amount in amounts} - {total.currency})
    if currencies:
        reason = f"found amounts in {', '.join(currencies)}, expected {total.currency}"
        yield Finding("budget_amounts", "", reason, "budget")
        return
    found = sum((amount.amount for amount in amounts), Decimal())
    if found != total.amount:
        reason = f"found amounts that sum to {total.currency} {found:,}, expected {total}"
        yield Finding("budget_amounts", "", reason, "budget")
    planned = {fold(c.channel): c.budget for c in strategy.channels if c.budget}
    for line in evidence.facts.draft.budget:
        amount = planned.get(fold(line.channel))
        if amount and line.amount != amount:
            reason = f"found {line.amount or 'no amount'} for {line.channel!r}, planned is {amount}"
            yield Finding("budget_amounts", "", reason, f"budget, {line.channel}")


def budget_statements(evidence: Evidence) -> Iterator[Finding]:
    """Where the report says what a channel gets, it says what the draft's budget says."""
    lines = {fold(line.channel): line for line in evidence.facts.draft.budget}
    for passage in evidence.report:
        stated = [found for cells in passage.tables for found in _in_cells(cells, lines)]
        stated += [found for block in passage.blocks for found in _beside(block, lines)]
        for line, block, figure in stated:
            if planned := _contradicted(figure, line):
                reason = f"found {figure.text!r} for {line.channel!r}, planned is {planned}"
                place = excerpt(block, figure.start, len(figure.text))
                yield Finding("budget_statements", passage.section_id, reason, place)
    yield from _other_period(evidence)
    yield from _other_part(evidence)


def _other_period(evidence: Evidence) -> Iterator[Finding]:
    """The whole sum is said with the time that it is for, and no other."""
    strategy = evidence.facts.strategy
    total, period = (strategy.budget_total, strategy.budget_period) if strategy else (None, None)
    if total is None or period is None:
        return
    for passage in evidence.report:
        for block in passage.blocks:
            for figure in figures(block.folded):
                said = _EVERY.match(block.folded, figure.end)
                whole = figure.value == total.amount and figure.unit == total.currency.lower()
                if said and whole and said[1] != period.value:
                    reason = f"found {figure.text + said[0]!r}, stated is {total}, {period.value}"
                    place = excerpt(block, figure.start, len(figure.text))
                    yield Finding("budget_statements", passage.section_id, reason, place)


def _other_part(evidence: Evidence) -> Iterator[Finding]:
    """A part of the money that is said in words, or a multiple of it, is a channel's share."""
    lines = {fold(line.channel): line for line in evidence.facts.draft.budget}
    if not lines:
        return
    for passage in evidence.report:
        for block in passage.blocks:
            for found in _PART.finditer(block.folded) if _MONEY.search(block.folded) else ():
                sentence = measures.sentence_at(block.folded, found.start())
                named = [line for name, line in lines.items() if stands_in(name, sentence)]
                if not (named or found["multiple"] or _GOES.match(block.folded, found.end())):
                    continue
                shares = {line.share_pct for line in named or lines.values()}
                shares |= set() if named else {_WHOLE - share for share in shares}
                if any(abs(share - _part(found)) <= _ROUNDED for share in shares):
                    continue
                if not evidence.is_quoted(found[0]) and not is_denied(block.folded, found.start()):
                    reason = f"found {found[0]!r}, planned are {_planned_shares(shares)} %"
                    place = excerpt(block, found.start(), len(found[0]))
                    yield Finding("budget_statements", passage.section_id, reason, place)


def _part(found: re.Match[str]) -> Decimal:
    """Return the percentage that a fraction or a multiple is."""
    if found["multiple"]:
        return 2 * _WHOLE
    count = Decimal(_COUNTS.get(found["count"] or "", 1))
    return _WHOLE * count / _FRACTIONS[found["fraction"]]


def _planned_shares(shares: set[Decimal]) -> str:
    return ", ".join(f"{share:f}" for share in sorted(shares))


_COUNTS = {"two": 2, "three": 3, "four": 4}
_FRACTIONS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10}
_ROUNDED = Decimal(2)
"""Percent by which a share may differ from the fraction that it is called by."""
_MONEY = re.compile(r"\b(?:budget|money|spend)\b")
_GOES = re.compile(r" (?:goes|go|flows?|stays?|(?:is|are) (?:for|kept|spent|planned|given))\b")
"""Behind a part of the money, that it is one of the plan's and not any such part."""
_PART = re.compile(
    rf"\b(?:(?:(?P<count>a|one|two|three|four|the)[ -])?(?P<fraction>{'|'.join(_FRACTIONS)})s? "
    "(?:of )?"
    r"|(?P<multiple>twice|double|triple|(?:two|three|four|five|ten) times) )"
    r"(?:the |its |this |all )(?:(?:whole|total|full|monthly|stated|planned) )?"
    r"(?:budget|money|spend)\b"
)
_EVERY = re.compile(r" (?:a|per|each|every) (week|month|quarter|year)\b")
_Stated: TypeAlias = tuple[BudgetLineDTO, Block, Figure]


def _in_cells(cells: tuple[Block, ...], lines: dict[str, BudgetLineDTO]) -> Iterator[_Stated]:
    """Return the figures in a table's cells that say what a channel gets."""
    for line, cell in _shares(cells, lines):
        found = list(figures(cell.folded))
        if len(found) == 1 and found[0].text == cell.folded:
            yield line, cell, found[0]


def _beside(block: Block, lines: dict[str, BudgetLineDTO]) -> Iterator[_Stated]:
    """Return the figures that stand so beside a channel: "Instagram 49% (EUR 147)"."""
    if "%" not in block.folded:
        return
    found = {figure.start: figure for figure in figures(block.folded)}
    for name, line in lines.items():
        for at in places(name, block.folded):
            share = found.get(at + len(name) + 1)
            if share and share.unit == "%":
                yield line, block, share
                amount = found.get(share.end + len(" ("))
                if amount and block.folded.startswith(" (", share.end):
                    yield line, block, amount


def _shares(
    cells: tuple[Block, ...], lines: dict[str, BudgetLineDTO]
) -> Iterator[tuple[BudgetLineDTO, Block]]:
    """Return each cell of a table that says what a channel gets, with that channel's line."""
    heads = {c.level: c.folded for c in cells if c.kind is BlockKind.COLUMN}
    line = None
    for cell in cells:
        if cell.kind is BlockKind.CELL and cell.level == 1:
            line = lines.get(cell.folded)
        elif cell.kind is BlockKind.CELL and line and _SHARE.search(heads.get(cell.level, "")):
            yield line, cell


def _contradicted(figure: Figure, line: BudgetLineDTO) -> str:
    """Return what is planned, where a cell says something else; else nothing."""
    if figure.unit == "%":
        return "" if figure.value == line.share_pct else f"{line.share_pct} %"
    if not line.amount or figure.unit != line.amount.currency.lower():
        return ""
    return "" if figure.value == line.amount.amount else str(line.amount)


def _named(lines: tuple[BudgetLineDTO, ...]) -> str:
    return ", ".join(line.channel for line in lines)[:120]


RULES: tuple[Rule, ...] = (
    budget_sum,
    budget_channels,
    budget_amounts,
    budget_statements,
)
