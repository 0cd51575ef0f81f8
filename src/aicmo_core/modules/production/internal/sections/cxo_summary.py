"""The summary for whoever decides: context, strategy and outcome in three minutes."""

from __future__ import annotations

from datetime import timedelta

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import (
    due,
    long_day,
    money,
    near_day,
    plain_number,
    stated,
)
from aicmo_core.modules.production.internal.funnel import offer, pursuit
from aicmo_core.modules.production.internal.ideas import campaign_idea
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.wording import clip
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import ChannelPlanDTO, StrategyDocDTO

_MOST_KPIS = 3
"""Whoever has three minutes keeps three figures in mind."""


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: context, core strategy, expected outcomes, and what is asked."""
    page = context.page(
        270, 400, "in today's digital age", "in today’s digital age", "in today's digital world",
        "in today’s digital world", "content is king", "as a leading brand", "your business",
        "this report will help you", least_bullets=4, most_bullets=8,
    )  # fmt: skip
    f = spared(context.facts, page.avoidance)
    _context(page, f, context)
    _strategy(page, f, context)
    _outcomes(page, f, context)
    _asked(page, f, context)
    return page.render()


def _context(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Context")
    page.paragraph(
        choose(
            "wants",
            f"{f.brand} has set itself this goal: {f.goal}.",
            f"One sentence stands above this plan of {f.brand}: {f.goal}.",
        ),
        choose(
            "who",
            f"It is decided by people outside the house: {f.audience}.",
            f"Whether it is reached lies with these people: {f.audience}.",
        ),
        fact(f"What stands in the way, in the words of the brief: {f.pains[0]}" if f.pains else ""),
        label="Context",
    )


def _strategy(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    lead = max(f.channels, key=lambda c: c.budget_allocation_pct)
    page.heading("Core Strategy")
    page.paragraph(
        choose(
            "idea",
            f"One idea, “{campaign_idea(context, f).name}”, is carried from {long_day(f.start)} "
            f"to {long_day(f.last)} in three phases: attention, trust, decision.",
            f"From {long_day(f.start)} to {long_day(f.last)} all work follows one idea, "
            f"“{campaign_idea(context, f).name}”, in three phases.",
        ),
        choose(
            "lead",
            f"{_share(lead)} goes to {clip(lead.channel, 4)}, which leads; the others support it, "
            f"and {f.brand} opens no further one.",
            f"{clip(lead.channel, 4)} leads with {_share(lead)}; each other channel of {f.brand} "
            "has a task of its own.",
        )
        if len(f.channels) > 1
        else f"{clip(lead.channel, 4)} is the only channel, so {f.brand} can do it well.",
        choose(
            "sober",
            f"Evidence comes before praise: nothing is claimed about {offer(f)} that {f.brand} "
            "could not show.",
            f"The plan spends on showing {offer(f)}, and saves on announcements; {f.brand} has to "
            "hold out that calm.",
        ),
        label="Core Strategy",
    )
    page.bullet(
        fact(f"{f.budget_total}, divided by channel to the last unit" if f.budget_total else ""),
        label="Means",
    )
    page.bullet(
        fact(f"{f.brand} has set this bound itself: {f.limits[0]}" if f.limits else ""),
        label="Limit that binds",
    )


def _share(plan: ChannelPlanDTO) -> str:
    amount = f" ({money(plan.budget)})" if plan.budget else ""
    return f"{plain_number(plan.budget_allocation_pct)}%{amount}"


def _outcomes(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Expected Outcomes")
    page.paragraph(
        choose(
            "judge",
            f"Success is read from {want.events}, and from nothing that only looks like them.",
            f"The outcome is counted in {want.events}; applause is noted and not added.",
        ),
        choose(
            "early",
            f"After thirty days {f.brand} will know which of its messages hold, which is worth "
            "more than the first figures.",
            f"The first month of {f.brand} is for learning at small cost; what holds is then done "
            "at full strength.",
        ),
        label="Expected Outcomes",
    )
    for number, kpi in enumerate(f.kpis[:_MOST_KPIS], 1):
        note = f"; a starting value until {f.brand} names one" if kpi.assumed else ""
        page.bullet(
            f"{stated(kpi)} by {long_day(due(kpi, f.start))}{note}", label=f"Figure {number}"
        )


def _asked(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    report = f.last + timedelta(days=1)
    page.heading("What Is Asked of You")
    page.bullet(
        choose(
            "yes",
            f"A yes to goal, limits and means before {near_day(f.start)}, and one name at "
            f"{f.brand} that stands for each.",
            f"By {near_day(f.start)}: a yes, and a person at {f.brand} who may decide without "
            "asking back.",
        ),
        label="Now",
    )
    page.bullet(
        choose(
            "then",
            f"Half an hour for the results, and a decision on what {f.brand} continues.",
            f"Thirty minutes with all figures of {f.brand} on one sheet, and one decision.",
        ),
        label=f"On {near_day(report)}",
    )
    page.paragraph(
        fill(
            f"The largest risk is not money but attention: {f.brand} has to stay with one message "
            "for weeks."
        ),
        fill(
            f"If circumstances change, the goal of {f.brand} is changed openly, and not the way "
            "in which it is counted."
        ),
        fill(
            f"All else in this report is there for those at {f.brand} who carry it out, and can "
            "be looked up when needed."
        ),
        fill(
            f"Numbers in it come from the brief or are named as starting values; {f.brand} may "
            "ask for the origin of each."
        ),
        fill(
            f"Nothing in the plan binds {f.brand} beyond thirty days, apart from the targets that "
            "it set itself."
        ),
        fill(
            f"What rests on an assumption is marked as such; a short word from {f.brand} replaces "
            "it."
        ),
    )
