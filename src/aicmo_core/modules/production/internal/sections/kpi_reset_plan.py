"""The KPI reset: what is measured today, what is missing, and which few figures steer from now."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import checkpoint, near_day
from aicmo_core.modules.production.internal.funnel import Stage, kpis_for, offer, pursuit
from aicmo_core.modules.production.internal.measures import targets
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.phases import open_day
from aicmo_core.modules.production.internal.wording import capital, series
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: measures of today, gaps, the recommended few, and how they are read."""
    page = context.page(
        270, 500, "KPIs look fine", "no changes needed", least_bullets=8, most_bullets=15
    )
    f = spared(context.facts, page.avoidance)
    _current(page, f, context)
    _missing(page, f, context)
    _stack(page, f, context)
    _reading(page, f, context)
    return page.render()


def _current(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Current KPIs")
    page.paragraph(
        choose(
            "current",
            f"{f.brand} came with a goal and not with a list of measures: {f.goal}. From it follow "
            "these targets.",
            f"What {f.brand} wants is clear enough to be counted: {f.goal}. The plan counts it so.",
        )
    )
    page.block(targets(f))
    page.paragraph(
        fact(f"Success in thirty days, by the brief: {f.success}" if f.success else ""),
        choose(
            "vanity",
            f"Whatever else is reported at {f.brand} is kept for a month and then asked: has "
            "anybody decided something by it?",
            f"Other figures that {f.brand} collects are not deleted; they leave the first page of "
            "the report.",
        ),
    )


def _missing(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Missing Metrics")
    page.bullet(
        choose(
            "cost",
            f"What {want.event} costs, by channel, with the hours of the people at {f.brand} "
            "counted in.",
            f"The full cost of {want.event}: money and hours, divided by what really happened.",
        ),
        label="Cost of a result",
    )
    page.bullet(
        choose(
            "quality",
            f"How many of the {want.events} are still worth something to {f.brand} after a month.",
            f"What becomes of {want.events}: returned, cancelled, renewed. A cheap result that "
            "comes back is dear.",
        ),
        label="Quality of a result",
    )
    page.bullet(
        choose(
            "new",
            f"The share of new people among all {want.won}; without it, {f.brand} may be paying "
            "for those who would come anyway.",
            f"How many of those who {want.act} had never heard of {f.brand} a month before.",
        ),
        label="Share of new people",
    )
    page.bullet(
        choose(
            "time",
            f"The days between the first look at {offer(f)} and the decision, because they say "
            "how soon a change can be judged.",
            f"How long people take to decide on {offer(f)}; a test that is shorter proves nothing.",
        ),
        label="Time to decide",
    )


def _stack(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    lead = f.kpis[0] if f.kpis else None
    page.heading("Recommended KPI Stack")
    page.bullet(
        f"{capital(lead.name)}: {f.brand} decides by this one, and all others explain it."
        if lead
        else f"The goal itself, counted once a week at {f.brand}.",
        fact(
            f"On a straight line it would stand at {checkpoint(lead)} when the thirty days end"
            if lead and checkpoint(lead)
            else ""
        ),
        label="At the top",
    )
    for stage, label in (
        (Stage.CONVERSION, "Below it, decisions"),
        (Stage.CONSIDERATION, "Below that, interest"),
        (Stage.AWARENESS, "At the base, reach"),
    ):
        phrases = f.rules.phrases
        bases = phrases.said(f"kpi_reset_plan.bases.{stage.value}")
        rhythm = phrases.one(f"kpi_reset_plan.rhythms.{stage.value}")
        names = [k.name for k in kpis_for(f, stage) if lead is None or k.name != lead.name][:2]
        page.bullet(
            fact(f"{capital(series(names))}, read {rhythm}")
            if names
            else choose(f"base {stage.value}", *bases),
            label=label,
        )
    page.bullet(
        choose(
            "brake",
            f"If complaints about {offer(f)} rise, no other figure counts as a success.",
            f"The cost of a result may not rise above what {f.brand} earns by it.",
        ),
        label="The brake",
    )


def _reading(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("How the Reset Is Made")
    page.paragraph(
        choose(
            "reset",
            f"The new sheet of {f.brand} begins on {near_day(open_day(f, f.on(8)))}, with the "
            "baseline in its first line.",
            f"From {near_day(open_day(f, f.on(8)))} on, {f.brand} reads one page with these "
            "figures and no other.",
        ),
        choose(
            "owner",
            f"Each figure has an owner at {f.brand} who may say that it is wrong.",
            f"Who reads a figure at {f.brand} also writes down what was done about it.",
        ),
        fill(
            f"Old and new sheet run side by side for two weeks, so that nobody at {f.brand} has to "
            "believe in the change."
        ),
        fill(
            f"A target of {f.short_brand} is changed only at the end of a month, in writing, "
            "and with the reason."
        ),
        fill(
            f"Figures come with their number of cases; below thirty, {f.short_brand} shows the "
            "cases themselves."
        ),
        fill(
            f"Whoever reads the page for the first time should understand it without somebody from "
            f"{f.short_brand} beside them."
        ),
    )
