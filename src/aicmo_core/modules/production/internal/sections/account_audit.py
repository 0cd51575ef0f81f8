"""The account audit: how accounts are built, where money goes, which figures are the baseline."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.api.markdown import table
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import (
    due,
    long_day,
    money,
    near_day,
    plain_number,
    target,
)
from aicmo_core.modules.production.internal.funnel import buys_reach, offer, pursuit
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.phases import open_day
from aicmo_core.modules.production.internal.wording import capital, clip, series
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import ChannelPlanDTO, StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: what is known, the structure, the money, and the baseline."""
    page = context.page(
        320, 580, "everything is fine", "no major issues", least_bullets=10, most_bullets=16
    )
    f = spared(context.facts, page.avoidance)
    _known(page, f, context)
    _structure(page, f, context, paid=buys_reach(context.facts, brief))
    _money(page, f, context, context.facts.channels[:6])
    _baseline(page, f, context)
    return page.render()


def _known(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("What Is Known")
    page.paragraph(
        choose(
            "order",
            f"{f.brand} ordered this audit with a goal that is a finding in itself: {f.goal}.",
            f"The reason for this audit, as {f.brand} puts it: {f.goal}.",
        ),
        choose(
            "access",
            "No account has been opened for this report. What follows is what the brief says, and "
            "the list by which the accounts are read.",
            f"The accounts of {f.brand} have not been read yet, so this page holds no figures from "
            "them; it says which figures to take and what each would mean.",
        ),
        fact(f"On record as having worked: {series(f.worked)}" if f.worked else ""),
        fact(f"On record as having failed: {series(f.failed)}" if f.failed else ""),
    )


def _structure(page: Page, f: Facts, context: Context, *, paid: bool) -> None:
    choose = context.phrasing.choose
    page.heading("Account Structure")
    page.bullet(
        choose(
            "goals",
            f"Each campaign of {f.brand} has one goal, and its name says which; campaigns with two "
            "goals are split or closed.",
            f"Is there one goal to a campaign? Where {f.brand} finds two, the figures of both mean "
            "nothing.",
        )
        if paid
        else f"{f.brand} buys no reach, so the structure is that of its own profiles: one purpose "
        "to each, and a link that counts.",
        label="Goals",
    )
    page.bullet(
        choose(
            "overlap",
            f"Two groups that contain the same people bid against each other; {f.brand} looks for "
            "overlaps first.",
            f"People who already chose {f.brand} are taken out of groups meant for new ones.",
        ),
        label="Overlap",
    )
    page.bullet(
        choose(
            "names",
            "Names carry channel, audience, piece and month. Without that, no table can be sorted.",
            f"A stranger should read from a name what {f.brand} is running; where not, names are "
            "changed before anything else.",
        ),
        label="Names",
    )
    page.bullet(
        choose(
            "rights",
            f"Who may spend, who may publish, and whose login still works after leaving {f.brand}?",
            f"{f.brand} owns its accounts itself; agencies and former staff have no more rights "
            "than they need.",
        ),
        label="Rights",
    )
    page.bullet(
        choose(
            "counting",
            f"Three trial entries are made on a telephone; for each, {pursuit(f).event} has to "
            "turn up once and only once.",
            f"A week of {pursuit(f).events} is counted by hand and laid beside the reports.",
        ),
        label="Counting",
    )


def _money(page: Page, f: Facts, context: Context, channels: tuple[ChannelPlanDTO, ...]) -> None:
    choose = context.phrasing.choose
    page.heading("Budget & Spend Patterns")
    page.paragraph(
        f"What was spent so far is not in the brief. What the plan provides from now on is this: "
        f"{f.budget_total}, divided as follows."
        if f.budget_total
        else f"{f.brand} has stated neither past spending nor a budget, so the plan divides effort "
        "as follows."
    )
    rows = [
        (
            clip(plan.channel, 4),
            f"{plain_number(plan.budget_allocation_pct)}%",
            money(plan.budget) if plan.budget else "–",
        )
        for plan in channels
    ]
    page.block(table(("Channel", "Share", "Money"), rows))
    page.paragraph(
        choose(
            "pattern",
            "Three patterns are looked for in the past quarter: days on which the money ran out by "
            "noon, hours in which nobody answers, and pieces that take most and bring least.",
            f"Past invoices show {f.brand} where money went by day, by hour and by piece; what "
            "brought nothing in a month is stopped first.",
        )
    )


def _baseline(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Performance Baseline")
    for kpi in f.kpis[:3]:
        day = long_day(due(kpi, f.start))
        known = kpi.baseline is not None
        page.bullet(
            f"{capital(kpi.name)} is to go {target(kpi)} by {day}; the start is the client’s word."
            if known
            else f"The level of {kpi.name} is taken in the first week; the target is {target(kpi)} "
            f"by {day}.",
            label="Stated" if known else "To be taken",
        )
    page.paragraph(
        choose(
            "freeze",
            f"All figures are frozen on {near_day(open_day(f, f.on(8)))}. Whatever {f.brand} "
            "changes later is measured against that day.",
            f"The baseline of {f.brand} is written down on {near_day(open_day(f, f.on(8)))} and "
            "not touched again.",
        ),
        fact(f"The audit respects this: {f.limits[0]}" if f.limits else ""),
        fill(
            f"Four weeks before the start are read as well, since one week with a holiday would "
            f"mislead {f.brand}."
        ),
        fill(
            f"A figure that two reports give differently is not averaged; {f.brand} finds out "
            "which one is wrong."
        ),
        fill(
            f"The cost of delivering {offer(f)} belongs beside the cost of selling, or results "
            "look cheap that are not."
        ),
        fill(
            f"Screens are kept with date and time, so that {f.short_brand} can show later what "
            "was seen."
        ),
        fill(f"Nothing is switched off at {f.short_brand} before the baseline is taken."),
    )
