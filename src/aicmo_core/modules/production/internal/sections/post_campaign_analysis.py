"""The post-campaign analysis: how results are read, and what is learned from them."""

from __future__ import annotations

from datetime import timedelta

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.internal.calendar import by_bucket
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import (
    apart,
    checkpoint,
    due,
    goal_of,
    long_day,
    near_day,
    target,
)
from aicmo_core.modules.production.internal.measures import read_in
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.wording import capital, clip, series
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import KpiDTO, StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: what is read, what is asked, and what is decided."""
    page = context.page(
        290, 560, "everything worked great", "no issues", least_bullets=10, most_bullets=18
    )
    f = spared(context.facts, page.avoidance)
    _results(page, f, context, strategy)
    _learnings(page, f, context)
    _decisions(page, f, context)
    return page.render()


def _results(page: Page, f: Facts, context: Context, strategy: StrategyDocDTO) -> None:
    choose = context.phrasing.choose
    report = f.last + timedelta(days=1)
    end = strategy.timeline.end - timedelta(days=1)
    page.heading("Results")
    page.paragraph(
        choose(
            "when",
            f"The first analysis is made on {near_day(report)}, a day after the calendar of "
            f"{f.brand} ends.",
            f"On {near_day(report)}, {f.brand} sits down with the figures of the 30 days.",
        ),
        fact(
            f"The last one follows when the strategy ends, on {long_day(end)}"
            if end > report
            else ""
        ),
        choose(
            "beside",
            "Each figure is set beside its target and beside the first week, which is the fairer "
            "judge of the two.",
            f"Figures without a comparison are left out, whatever they seem to say for {f.brand}.",
        ),
    )
    for kpi in f.kpis[:5]:
        page.bullet(*_reading(kpi, f), label=capital(kpi.name))
    first = f.publishers[0].channel
    page.bullet(
        f"Figures from {read_in(f, first)} are set beside the records that {f.brand} keeps, and "
        "differences are named.",
        label="Sources",
    )
    counts = by_bucket(context.calendar)
    kinds = series([f"{name} {number}" for name, number in counts.items()])
    page.bullet(
        fact(f"Results are sorted by kind of entry as well; planned are {kinds}"),
        label="By kind",
    )


def _reading(kpi: KpiDTO, f: Facts) -> tuple[str, ...]:
    day = due(kpi, f.start)
    other = apart(kpi, f.kpis, f.start)
    if day <= f.last + timedelta(days=1):
        return (f"The final value against {goal_of(kpi)}{other}, due by {long_day(day)}.",)
    half = checkpoint(kpi)
    if half:
        return (
            f"On course with about {half} after the calendar, towards {goal_of(kpi)}{other} by "
            f"{long_day(day)}.",
        )
    return (f"The direction counts first; the target stays {target(kpi)} for {kpi.name}.",)


def _learnings(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Learnings")
    page.paragraph(
        choose(
            "learn",
            f"Five questions are answered in writing, each with two pieces of {f.brand} as "
            "evidence.",
            f"{f.brand} answers five questions, and an answer without an example does not count.",
        )
    )
    page.bullet(
        choose(
            "idea",
            f"Could people retell the thought of the campaign, and did they name {f.brand} with "
            "it?",
            f"Which sentence about {f.brand} came back in comments and talks?",
        ),
        label="Idea",
    )
    page.bullet(
        choose(
            "audience",
            f"Were those who answered really {f.readers}, or somebody else?",
            f"Who reacted that nobody had expected, and would {f.thing} suit them?",
        ),
        label="Audience",
    )
    page.bullet(
        choose(
            "channel",
            f"Did {clip(f.channel_names[0], 4)} deserve its share, and which channel brought more "
            "than its part?",
            f"What did an hour of work on {clip(f.channel_names[0], 4)} bring, compared with the "
            "others?",
        ),
        label="Channels",
    )
    page.bullet(
        choose(
            "offer",
            f"Where did people stop on the way to {f.thing}, and what did they ask there?",
            f"Which step towards {f.thing} took longer than planned, and for whom?",
        ),
        label="Way",
    )
    page.bullet(
        choose(
            "work",
            f"What cost the team of {f.brand} more than it brought, and will be left out?",
            f"Which pieces took a day and which an hour, and could {f.brand} see the difference?",
        ),
        label="Work",
    )
    page.bullet(
        fact(
            f"Was this reached, as {f.brand} wished for the first 30 days? {f.success}"
            if f.success
            else ""
        ),
        label="Wish",
    )


def _decisions(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    report = f.last + timedelta(days=1)
    page.heading("Decisions")
    page.bullet(
        choose(
            "keep",
            f"Two things that {f.brand} will do again in the same way, with the reason.",
            f"What stays: the two series and the one channel that helped {f.brand} most.",
        ),
        label="Keep",
    )
    page.bullet(
        choose(
            "stop",
            f"One thing that {f.brand} stops, even if somebody is fond of it.",
            f"What goes: whatever two reviews in a row found weak at {f.brand}.",
        ),
        label="Stop",
    )
    page.bullet(
        choose(
            "try",
            f"One thing about {f.thing} that nobody has tried yet, with a date and a measure.",
            f"What is new: one experiment around {f.thing}, small enough to fail cheaply.",
        ),
        label="Try",
    )
    page.paragraph(
        choose(
            "who",
            f"The three decisions are taken within a week of {near_day(report)} by those at "
            f"{f.brand} who carry them out.",
            f"{f.brand} takes the three decisions within a week, while memories are fresh.",
        ),
        fact(f"Also in the next plan, this limit stands: {f.limits[0]}" if f.limits else ""),
        fill(
            f"Luck is named as such: a mention in the news or a week of rain is noted beside the "
            f"figures of {f.brand}."
        ),
        fill(
            f"Failures are described like successes, with what was expected, what came, and what "
            f"{f.brand} believes to be the reason."
        ),
        fill(
            f"The analysis has four pages at most; what {f.brand} wants to look up later is kept "
            "in the sheet behind it."
        ),
        fill(
            f"Two customers and one person who said no to {f.thing} are asked for ten minutes "
            "each, before anything is concluded."
        ),
        fill(
            f"Results that rest on few cases are marked, so that {f.brand} does not build a year "
            "on a good Tuesday."
        ),
        fill(
            f"The pictures, texts and figures of these weeks are filed by day, and {f.brand} owns "
            "all of them."
        ),
        fill(
            f"Whoever writes the next plan for {f.brand} reads this analysis first, and quotes "
            "from it."
        ),
    )
