"""The roadmap of an audit: a sprint of thirty days, a horizon of sixty, a view of ninety."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import (
    checkpoint,
    due,
    goal_of,
    long_day,
    near_day,
    stated,
)
from aicmo_core.modules.production.internal.funnel import offer, pursuit
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.phases import open_day
from aicmo_core.modules.production.internal.sections.campaign.execution_roadmap import milestones
from aicmo_core.modules.production.internal.sections.execution_roadmap import one_person
from aicmo_core.modules.production.internal.wording import capital
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: the sprint, the horizon, the view, and the milestones."""
    page = context.page(
        310, 620, "wait and see", "no clear roadmap", least_bullets=12, most_bullets=20
    )
    f = spared(context.facts, page.avoidance)
    _sprint(page, f, context)
    _horizon(page, f, context)
    _vision(page, f, context)
    milestones(page, f, context, strategy)
    return page.render()


def _sprint(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("30-Day Sprint")
    page.paragraph(
        choose(
            "sprint",
            f"From {near_day(f.start)} to {near_day(f.last)}, {f.brand} looks, mends and tries; "
            "the calendar file beside this report has its daily pieces.",
            f"The first thirty days end on {near_day(f.last)}. {f.brand} reads its accounts in the "
            "first week, and publishes by the calendar file meanwhile.",
        ),
        fact(one_person(f, context)),
    )
    for day, label, texts in (
        (
            3,
            "Counting",
            (
                f"In a trial, {want.event} is counted once, with its channel.",
                f"Three trial entries by {f.brand} have turned up where they should.",
            ),
        ),
        (
            8,
            "Baseline",
            (
                f"The figures of today are frozen and signed by somebody at {f.brand}.",
                f"One page with the starting figures of {f.brand} exists, and stays as it is.",
            ),
        ),
        (
            9,
            "Findings",
            (
                f"Channels, pieces, groups and pages have their verdicts, and {f.brand} has read "
                "them.",
                f"The four reviews are complete; {f.brand} decides what stops.",
            ),
        ),
        (
            16,
            "New pieces",
            (
                f"The new concepts for {offer(f)} have run for a week beside the best old ones.",
                f"Old and new pieces about {offer(f)} are compared for the first time.",
            ),
        ),
        (
            24,
            "Second walk",
            (
                f"Five outsiders have tried again to {want.act}, and more of them succeeded.",
                f"The way to {want.event} is walked once more, and the list of repairs is shorter.",
            ),
        ),
    ):
        page.bullet(
            choose(label, *texts), label=f"By {near_day(open_day(f, f.on(day)))}: {label.lower()}"
        )


def _horizon(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    lead = f.kpis[0] if f.kpis else None
    page.heading("60-Day Horizon")
    page.bullet(
        choose(
            "rebuild",
            f"The accounts of {f.brand} are rebuilt around four groups, one goal to each.",
            f"Campaigns of {f.brand} follow one structure, and names say what runs.",
        ),
        label="Structure",
    )
    page.bullet(
        choose(
            "supply",
            f"Two new pieces a week about {offer(f)}; each month the weakest two make room.",
            f"A steady supply of pieces about {offer(f)}, from one afternoon a month.",
        ),
        label="Supply",
    )
    page.bullet(
        fact(
            f"On a steady course, {lead.name} stood at about {checkpoint(lead)} after the sprint; "
            f"what is missing towards {goal_of(lead)} decides what is rebuilt first."
            if lead and checkpoint(lead)
            else ""
        ),
        label="Course",
    )
    page.bullet(
        choose(
            "shift",
            f"Money or time moves once, from the channel with the dearest result of {f.brand} to "
            "the one with the cheapest, and by a fifth at most.",
            f"{f.brand} moves a fifth of its effort to wherever a result costs least, and no more "
            "than that.",
        ),
        label="Shift",
    )


def _vision(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    lead = f.kpis[0] if f.kpis else None
    page.heading("90-Day Vision")
    page.bullet(
        f"{capital(stated(lead))} by {long_day(due(lead, f.start))}; that day holds, "
        "whether it comes before or after the ninety."
        if lead
        else f"The goal of {f.brand}, counted and not felt.",
        label="Goal",
    )
    page.bullet(
        choose(
            "state",
            f"{f.brand} knows what {want.event} costs on each channel, and can say no to a "
            "channel.",
            f"A new colleague at {f.brand} understands the accounts in an hour.",
        ),
        label="State",
    )
    page.bullet(
        choose(
            "habit",
            f"A review of one hour a month has replaced the next audit of {f.brand}.",
            f"{f.brand} audits itself: one hour a month, the same page, the same questions.",
        ),
        label="Habit",
    )
    page.bullet(
        fact(f"In force on all ninety days: {'; '.join(f.limits[:2])}" if f.limits else ""),
        label="Limits",
    )
    page.paragraph(
        fill(
            f"What is later than its day is said on that day, with a new one; {f.short_brand} "
            "should never have to ask."
        ),
        fill(
            f"If a figure jumps, {f.short_brand} looks at the counting before it looks at the "
            "market."
        ),
        fill(
            f"Holidays at {f.short_brand} are entered before the dates are promised, and not after."
        ),
    )
