"""The final summary of a campaign: the plan in a minute, what to remember, what to do first."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import due, long_day, near_day, stated
from aicmo_core.modules.production.internal.funnel import pursuit
from aicmo_core.modules.production.internal.measures import STATES_TARGETS, targets
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.sections.final_summary import (
    next_steps,
    plan,
    shares,
)
from aicmo_core.modules.production.internal.wording import clip
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """
    Return the section: the plan, the key takeaways, and the next steps.

    In a pack without a section of targets they stand here: nowhere else would they be said.
    """
    page = context.page(
        205, 365, "in conclusion", "to summarize", "do social media consistently",
        "post regularly", least_bullets=8, most_bullets=9,
    )  # fmt: skip
    f = spared(context.facts, page.avoidance)
    plan(page, f, context)
    shares(page, f)
    stated_here = not STATES_TARGETS.intersection(f.rules.catalogue.pack(brief.pack).sections)
    if stated_here and (rows := targets(f)):
        page.heading("Targets")
        page.block(rows)
    _takeaways(page, f, context)
    next_steps(page, f, context)
    return page.render()


def _takeaways(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    lead = max(f.channels, key=lambda c: c.budget_allocation_pct).channel
    page.heading("Key Takeaways")
    page.bullet(
        choose(
            "one",
            f"The plan for {f.brand} is judged by {want.events}, not by applause.",
            f"What counts for {f.brand} in the end is {want.name}; all other figures explain it.",
        ),
        label="One yardstick",
    )
    page.bullet(
        choose(
            "first channel",
            f"{clip(lead, 4)} leads, because that is where {f.readers} can be reached with the "
            "least detour.",
            f"{clip(lead, 4)} goes first; the other channels repeat nothing and add what it "
            "cannot do.",
        )
        if len(f.channels) > 1
        else f"{clip(lead, 4)} carries the work alone, so nothing is spread thin.",
        label="One lead channel",
    )
    page.bullet(
        f"What convinces is there already: {f.proof[0]}"
        if f.proof
        else choose(
            "proof",
            f"Proof is the scarcest material at {f.brand}; collecting it starts on the first day.",
            f"Each piece shows {f.thing} at work instead of praising, until customers can be "
            "quoted.",
        ),
        label="Proof before praise",
    )
    page.bullet(
        fact(
            f"By {long_day(due(f.kpis[1], f.start))}, {stated(f.kpis[1])} is the second thing that "
            f"{f.brand} looks at."
            if len(f.kpis) > 1
            else ""
        ),
        label="Second look",
    )
    page.bullet(
        fill(
            f"On {near_day(f.on(16))} there is enough to read, and {f.brand} may change one thing "
            "for a stated reason."
        ),
        label="One change at a time",
    )
    page.paragraph(
        fill(
            f"Where this report rests on an assumption, it says so; a short answer from {f.brand} "
            "turns it into a fact."
        ),
        fill(
            f"The files beside this report hold the calendar and the division of the work, ready "
            f"for the tools that {f.brand} uses."
        ),
    )
