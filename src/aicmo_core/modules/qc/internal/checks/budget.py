"""Whether the money is divided once, wholly, and as the strategy divided it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from aicmo_core.modules.qc.internal.evidence import Evidence, Finding, Rule
from aicmo_core.modules.qc.internal.terms import fold

_WHOLE = Decimal(100)


def budget_sum(evidence: Evidence) -> Iterator[Finding]:
    lines = evidence.facts.draft.budget
    total = sum((line.share_pct for line in lines), Decimal())
    if lines and total != _WHOLE:
        yield Finding("budget_sum", "", f"found shares that sum to {total}, expected 100")
    for line in lines:
        if line.share_pct < 0:
            reason = f"found a share of {line.share_pct} for {line.channel!r}, expected 0 or more"
            yield Finding("budget_sum", "", reason)


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
            yield Finding("budget_channels", "", reason)
    for name in sorted(found):
        yield Finding("budget_channels", "", f"found a share for {name!r}, which is not planned")


def budget_amounts(evidence: Evidence) -> Iterator[Finding]:
    strategy = evidence.facts.strategy
    amounts = [line.amount for line in evidence.facts.draft.budget if line.amount]
    if not strategy or not strategy.budget_total or not evidence.facts.draft.budget:
        return
    total = strategy.budget_total
    currencies = sorted({amount.currency for amount in amounts} - {total.currency})
    if currencies:
        reason = f"found amounts in {', '.join(currencies)}, expected {total.currency}"
        yield Finding("budget_amounts", "", reason)
        return
    found = sum((amount.amount for amount in amounts), Decimal())
    if found != total.amount:
        reason = f"found amounts that sum to {total.currency} {found:,}, expected {total}"
        yield Finding("budget_amounts", "", reason)
    planned = {fold(c.channel): c.budget for c in strategy.channels if c.budget}
    for line in evidence.facts.draft.budget:
        amount = planned.get(fold(line.channel))
        if amount and line.amount != amount:
            reason = f"found {line.amount or 'no amount'} for {line.channel!r}, planned is {amount}"
            yield Finding("budget_amounts", "", reason)


RULES: tuple[Rule, ...] = (budget_sum, budget_channels, budget_amounts)
