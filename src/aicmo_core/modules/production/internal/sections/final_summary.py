"""The final summary: the plan in a minute, and the first things to do."""

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
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.wording import clip, series, short
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import ChannelPlanDTO, StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: one paragraph of plan, one of money, and the next steps."""
    page = context.page(125, 235, "do social media consistently", "post regularly", most_bullets=7)
    f = spared(context.facts, page.avoidance)
    plan(page, f, context)
    shares(page, f)
    next_steps(page, f, context)
    return page.render()


def plan(page: Page, f: Facts, context: Context) -> None:
    """Write the goal, its measure, and the way there."""
    choose = context.phrasing.choose
    posts = len(context.calendar)
    page.paragraph(
        choose(
            "opening",
            f"{f.brand} has a clear task for the coming 30 days: {f.goal}",
            f"Thirty days, one task for {f.brand}: {f.goal}",
            f"All {posts} entries of the calendar serve one wish of {f.brand}: {f.goal}",
        ),
        _measure(f),
        choose(
            "way",
            f"The way there is steady: teach first, show proof, and invite people to "
            f"{short(f.product)} only then.",
            f"Useful posts open the door, proof keeps it open, and an invitation to "
            f"{short(f.product)} follows.",
            f"Readers learn something about {short(f.product)}, see it confirmed, and are then "
            "asked to act.",
        ),
        fact(
            f"Throughout, the plan keeps what {f.brand} asked for: {f.limits[0]}"
            if f.limits
            else ""
        ),
        fill(
            choose(
                "fill plan",
                f"Nothing in it depends on luck; each week {f.brand} can see what moved.",
                f"It asks little of a day and adds up over four weeks, which suits a team like "
                f"that of {f.brand}.",
                f"It is small enough for {f.brand} to finish, and complete enough to learn from.",
            )
        ),
        fill(
            f"Whatever the figures say after the first two weeks, {f.brand} changes one thing at a "
            "time and notes the reason."
        ),
    )


def _measure(f: Facts) -> str:
    if not f.kpis:
        return ""
    day = long_day(due(f.kpis[0], f.start))
    return f"{f.brand} watches {series([stated(k) for k in f.kpis[:2]])}, the first by {day}."


def shares(page: Page, f: Facts) -> None:
    """Write how the money, or else the effort, is divided."""
    divided = series([_share(c) for c in f.channels[:6]])
    page.paragraph(
        f"The money is divided so: {divided}; {f.brand} plans with {f.budget_total}."
        if f.budget_total and len(f.channels) <= 6
        else f"The effort of {f.brand} is divided so: {divided}."
    )


def _first_hook(context: Context) -> str:
    return clip(context.calendar[0].hook, 14)


def _share(plan: ChannelPlanDTO) -> str:
    amount = f" ({money(plan.budget)})" if plan.budget else ""
    return f"{clip(plan.channel, 4)} {plain_number(plan.budget_allocation_pct)}%{amount}"


def next_steps(page: Page, f: Facts, context: Context) -> None:
    """Write what the client does first."""
    choose = context.phrasing.choose
    page.heading("Next Steps")
    report = f.last + timedelta(days=1)
    ready = max(f.start - timedelta(days=3), min(f.made_on, f.start))
    page.bullet(
        choose(
            "approve",
            f"Read the calendar and approve it by {near_day(ready)}, or name what to change.",
            f"By {near_day(ready)}, say yes to the calendar or name what to change.",
        ),
        label="Approve",
    )
    page.bullet(
        choose(
            "supply",
            f"Hand over pictures of {short(f.product)} and the access to "
            f"{clip(f.publishers[0].channel, 4)}.",
            f"Pictures of {short(f.product)} and access to {clip(f.publishers[0].channel, 4)} are "
            "handed over.",
        ),
        label="Supply",
    )
    page.bullet(
        choose(
            "start",
            f"The first entry goes out on {near_day(f.start)}: “{_first_hook(context)}”",
            f"On {near_day(f.start)} the calendar opens with this: “{_first_hook(context)}”",
        ),
        label="Start",
    )
    page.bullet(
        choose(
            "look",
            f"On {near_day(report)} {f.brand} decides, on its own figures, what to continue.",
            f"Look back on {near_day(report)} and keep what the figures of {f.brand} support.",
        ),
        label="Look back",
    )
    words = {"brand": f.brand, "product": short(f.product)}
    for text in f.rules.phrases.said("final_summary.habits", **words):
        page.paragraph(fill(text))
