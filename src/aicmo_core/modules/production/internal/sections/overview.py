"""The overview: who the client is, where it works, and what this plan is for."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import due, long_day, stated
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.wording import capital, clip, series
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: brand, industry and goal, each under its own heading."""
    page = context.page(135, 235, "your business", least_bullets=3, most_bullets=8)
    f = spared(context.facts, page.avoidance)
    _brand(page, f, context)
    _industry(page, f, context)
    _goal(page, f, context)
    return page.render()


def _brand(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Brand")
    page.name("Brand", context.facts.brand)
    page.paragraph(
        f.description,
        fill(
            choose(
                "brand",
                f"Everything below is built on what {f.brand} told us, in its own terms.",
                f"The answers of {f.brand} are the ground that this plan stands on.",
                f"This plan takes {f.brand} at its word and builds on its own answers.",
            )
        ),
    )
    page.bullet(series([capital(f.products[0]), *f.products[1:]]), label="What it offers")
    page.bullet(
        capital(f.audience),
        fact(f"Next to them: {f.second_audience}" if f.second_audience else ""),
        label="Who it is for",
    )
    page.bullet(series([clip(name, 4) for name in f.channel_names]), label="Where it speaks")
    page.bullet(fact(f.together(f.selling_points)), label="Why people choose it")
    page.bullet(fact(f.together(f.pains)), label="What they struggle with")
    page.bullet(fact(series(f.voice)), label="How it sounds")
    page.bullet(fact(f"“{f.tagline}”" if f.tagline else ""), label="Tagline")


def _industry(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Industry")
    page.name("Industry", f.industry)
    first = f.channel_names[0]
    page.paragraph(
        choose(
            "trade",
            f"{f.brand} works{f.where}, where each post has a few seconds to earn attention "
            f"for {f.product}."
            if f.where
            else f"A post has a few seconds to earn attention for {f.product}, and {f.brand} plans "
            "for no more.",
            f"Readers meet {f.product} among many other offers{f.where}, so {f.brand} has to be "
            "clear within its first line.",
            f"{capital(f.product)}: that is the corner of the market{f.where} in which {f.brand} "
            "wants to be the first name to come to mind.",
        ),
        fact(
            f"Its readers spend their time on {series(f.audience_channels)}"
            if f.audience_channels
            else ""
        ),
        fact(f"On prices, the brief says: {f.pricing}" if f.pricing else ""),
        fill(
            choose(
                "fill trade",
                f"The plan therefore opens on {first}, with short answers before any offer.",
                f"That is why {first} leads, and why useful answers come before any offer.",
                f"So {first} comes first here, and each week there gives before it asks.",
            )
        ),
    )


def _goal(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Primary Goal")
    page.name("Primary Goal", f.goal)
    lead = f.kpis[0] if f.kpis else None
    channels = series(f.channel_names)
    page.paragraph(
        f"It is measured first by {stated(lead)}, due on {long_day(due(lead, f.start))}."
        if lead
        else "",
        choose(
            "work",
            f"The work runs on {channels}, from {long_day(f.start)} to {long_day(f.last)}.",
            f"Between {long_day(f.start)} and {long_day(f.last)}, the work runs on {channels}.",
            f"For 30 days from {long_day(f.start)}, everything is published on {channels}.",
        ),
        fact(f"The second goal: {f.objectives[0]}" if f.objectives else ""),
        fact(f"Success after 30 days, as {f.brand} puts it: {f.success}" if f.success else ""),
        fact(
            f"The planned money is {f.budget_total}, as read from “{f.budget_words}” in the brief."
            if f.budget_total and f.budget_words
            else f"The planned money is {f.budget_total}."
            if f.budget_total
            else f"No budget is stated, so the plan gives {f.brand} shares of effort, not sums."
        ),
        fill(
            choose(
                "fill goal",
                f"Each section that follows answers to this one line, so that {f.brand} can hold "
                "any post against it.",
                f"If a post does nothing for this line, {f.brand} can leave it out without a loss.",
                f"Whoever writes for {f.brand} in these weeks reads this line first.",
            )
        ),
        fill(
            f"The plan keeps to one idea at a time, for the sake of {f.audience} and of the "
            f"people at {f.brand} who have to carry it out."
        ),
        fill(
            f"It names dates and figures wherever {f.brand} gave any, and says so plainly "
            "wherever a figure is only a starting point."
        ),
    )
    page.bullet(
        fact(
            f"{f.brand} asks that the work keeps to this: {'; '.join(f.limits)}" if f.limits else ""
        ),
        label="Limits",
    )
