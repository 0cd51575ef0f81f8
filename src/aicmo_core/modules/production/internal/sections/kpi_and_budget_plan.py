"""The KPI and budget plan: targets, the money by channel, and the rules for moving it."""

from __future__ import annotations

from datetime import timedelta

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.api.markdown import table
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import (
    apart,
    due,
    long_day,
    money,
    near_day,
    plain_number,
    target,
)
from aicmo_core.modules.production.internal.measures import read_in
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.wording import capital, clip, series
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import DEFAULT_SOURCE, ChannelPlanDTO, KpiDTO, StrategyDocDTO

_MOST_KPIS = 6
_MOST_CHANNELS = 6


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: KPIs, allocation, split by channel, testing, and guardrails."""
    page = context.page(
        300, 480, "track everything", "unlimited budget", "spend whatever is possible",
        "spend more on ads", least_bullets=8, most_bullets=14,
    )  # fmt: skip
    f = spared(context.facts, page.avoidance)
    _kpis(page, f, context)
    _allocation(page, f, context)
    _split(page, f, context)
    _testing(page, f, context)
    _guardrails(page, f, context)
    return page.render()


def _kpis(page: Page, f: Facts, context: Context) -> None:
    page.heading("KPIs")
    page.paragraph(
        context.phrasing.choose(
            "kpis",
            f"{f.brand} is measured by these targets, the first of them above the others.",
            f"These targets decide whether the plan of {f.brand} was a good one.",
            f"What {f.brand} wants to see at the end is listed here, with the day.",
        )
    )
    for kpi in f.kpis[:_MOST_KPIS]:
        day = long_day(due(kpi, f.start))
        page.bullet(
            f"{target(kpi)}{apart(kpi, f.kpis, f.start)} by {day}, {_origin(kpi)}",
            label=capital(kpi.name),
        )


def _allocation(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Budget Allocation")
    lead = max(f.channels, key=lambda c: c.budget_allocation_pct)
    share = plain_number(lead.budget_allocation_pct)
    page.paragraph(
        f"The planned money is {f.budget_total}; the lines below add up to exactly that."
        if f.budget_total
        else f"The brief of {f.brand} states no budget, so the lines divide effort; any sum can be "
        "put in their place.",
        choose(
            "lead",
            f"{lead.channel} takes the largest part, {share}%, because it has to carry the goal.",
            f"With {share}%, {lead.channel} comes first, and the others support it.",
        )
        if len(f.channels) > 1
        else f"{lead.channel} stands alone here, so the whole line belongs to it.",
        fill(
            f"Media, production and tools of {f.brand} are paid out of the line of the channel "
            "that needs them."
        ),
    )


def _split(page: Page, f: Facts, context: Context) -> None:
    page.heading("Budget Split by Channel")
    stated = any(plan.budget for plan in f.channels)
    header = ("Channel", "Share", *(("Amount",) if stated else ()), "Full posts a week")
    rows = [_line(plan, stated, f) for plan in f.channels[:_MOST_CHANNELS]]
    kept = [row for row in rows if not f.avoidance.concerns(" ".join(row))]
    if kept:
        page.block(table(header, kept))
    page.paragraph(
        fill(
            f"The shares are those of the strategy; whoever changes one at {f.brand} changes the "
            "others with it."
        )
    )


def _line(plan: ChannelPlanDTO, stated: bool, f: Facts) -> tuple[str, ...]:
    share = f"{plain_number(plan.budget_allocation_pct)}%"
    amount = (money(plan.budget) if plan.budget else "",) if stated else ()
    posts = plan.posts_per_week or (3 if plan in f.publishers else 0)
    return (clip(plan.channel, 4), share, *amount, str(posts))


def _testing(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Testing vs Always-On")
    small = min(f.channels, key=lambda c: c.budget_allocation_pct).channel
    page.bullet(
        choose(
            "always",
            f"Four fifths of each line pay for what is planned for {f.brand} from week to week.",
            f"Four fifths of each line are fixed: the calendar of {f.brand} runs whether or not a "
            "test succeeds.",
        ),
        label="Always-on",
    )
    page.bullet(
        choose(
            "test",
            f"One fifth of each line pays for tests about {f.thing}, one question at a time.",
            f"One fifth of each line is free for experiments; {clip(small, 4)} begins, as a "
            "mistake costs least there.",
        ),
        label="Testing",
    )
    page.bullet(
        choose(
            "first test",
            f"Two first lines for the same piece about {f.thing}, one week each.",
            f"The same request by {f.brand} in two wordings, shown to like audiences.",
            f"A piece that opens with a question about {f.thing}, against one that opens with a "
            "fact.",
        ),
        label="First test",
    )
    page.bullet(
        choose(
            "winner",
            f"What wins twice in a row moves into the fixed part on {near_day(f.on(22))}.",
            f"On {near_day(f.on(22))}, {f.brand} takes the winner into the calendar and drops the "
            "rest.",
        ),
        label="Decision",
    )


def _guardrails(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Guardrails")
    first = f.channels[0].channel
    page.bullet(
        f"No line passes its amount without a written yes from {f.brand}."
        if f.budget_total
        else f"No money is spent before {f.brand} has stated a sum in writing.",
        label="Ceiling",
    )
    page.bullet(
        choose(
            "stop",
            f"A paid piece without a single reaction after three days is stopped; {f.brand} is "
            "told the same day.",
            f"If the cost of a result on {clip(first, 4)} doubles within a week, spending pauses "
            f"until {f.brand} has looked.",
        ),
        label="Stop",
    )
    page.bullet(
        choose(
            "move",
            f"At most one tenth of the whole moves between channels at a time, and not before "
            f"{near_day(f.on(15))}.",
            f"Money moves once in two weeks, first on {near_day(f.on(15))}, never in a hurry.",
        ),
        label="Shift",
    )
    page.bullet(
        f"Figures come from {read_in(f, first)} and from the records of {f.brand}; where they "
        "differ, the latter count.",
        label="Source",
    )
    for limit in f.limits[:2]:
        page.bullet(fact(f"Money keeps to it as well: {limit}"), label="Limit")
    report = f.last + timedelta(days=1)
    page.paragraph(
        fact(
            f"{capital(series([k.name for k in f.kpis if k.assumed][:5]))} had no figure "
            f"in the brief; on {near_day(f.on(8))} the first readings replace what was assumed."
            if any(k.assumed for k in f.kpis)
            else ""
        ),
        fill(f"The full account of the first 30 days reaches {f.brand} on {near_day(report)}."),
        fill(
            f"A target that can no longer be reached is reported to {f.brand} at once, with a "
            "proposal."
        ),
        fill(
            f"Hours of the team count as money here, as unpaid work at {f.brand} hides what a "
            "channel costs."
        ),
        fill(
            "Unspent money stays in its line until the month ends and is then put to the best one."
        ),
        fill(
            f"Invoices carry the channel’s name, so that {f.brand} can set costs beside results "
            "without guessing."
        ),
    )


def _origin(kpi: KpiDTO) -> str:
    """Return whose measure and whose number it is."""
    if not kpi.assumed:
        return "a target of the brief"
    measure = "" if kpi.source == DEFAULT_SOURCE else "a measure of the brief with "
    return f"{measure}a starting value of this plan"
