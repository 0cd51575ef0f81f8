"""The execution roadmap of a campaign: three phases, and the days that must not slip."""

from __future__ import annotations

from datetime import date, timedelta

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.api.markdown import table
from aicmo_core.modules.production.internal.calendar import QUIET_DAY
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import (
    checkpoint,
    due,
    goal_of,
    long_day,
    near_day,
)
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.phases import Phase, phases
from aicmo_core.modules.production.internal.sections.execution_roadmap import (
    beginning,
    closing,
    first_tactics,
    halfway,
)
from aicmo_core.modules.production.internal.wording import (
    capital,
    clip,
    closed,
    inline,
    longest_count,
)
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO

_MOST_ROWS = 9
_MOST_WORDS = 34
"""Of a milestone's description, so that a row stays a row."""


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: what each phase settles, the milestones, and what follows."""
    page = context.page(
        310, 620, "start whenever", "no clear timeline", "just start posting", "figure it out",
        least_bullets=12, most_bullets=22,
    )  # fmt: skip
    f = spared(context.facts, page.avoidance)
    first, second, third = phases(f)
    _open(page, context, first)
    beginning(page, f, context)
    _open(page, context, second)
    first_tactics(page, f, context)
    halfway(page, f, context)
    _open(page, context, third)
    closing(page, f, context)
    milestones(page, f, context, strategy)
    _after(page, f, context)
    return page.render()


def _open(page: Page, context: Context, phase: Phase) -> None:
    count = sum(
        phase.first <= e.day <= phase.last and e.format != QUIET_DAY for e in context.calendar
    )
    page.heading(phase.title)
    page.paragraph(
        context.phrasing.choose(
            f"open {phase.number}",
            f"{phase.span}: {count} entries go out.",
            f"From {phase.span}, the calendar has {count} entries.",
            f"{count} entries fall into these days, {phase.span}.",
        )
    )


def milestones(page: Page, f: Facts, context: Context, strategy: StrategyDocDTO) -> None:
    """Write the days that must not slip: those of the strategy and of the client."""
    page.heading("Key Milestones")
    rows = sorted(_days(f, strategy), key=lambda row: row[0])
    if rows:
        cells: list[tuple[str, ...]] = [(near_day(d), n, t) for d, n, t in rows[:_MOST_ROWS]]
        page.block(table(("Date", "Milestone", "Done when"), cells))
    page.paragraph(
        fill(
            context.phrasing.choose(
                "slip",
                f"If one of these days slips, {f.brand} hears of it on that day, with a new date.",
                "A milestone that slips is moved in writing, and the ones behind it are looked at "
                "again.",
            )
        )
    )


def _days(f: Facts, strategy: StrategyDocDTO) -> list[tuple[date, str, str]]:
    found = []
    told: set[str] = set()
    for stone in strategy.timeline.milestones[:6]:
        name = capital(clip(inline(stone.name, 6), 6))
        if f.avoidance.concerns(name):
            continue
        text = _whole(stone.description)
        if f.avoidance.concerns(text):
            text = ""
        if text and text in told:
            text = f"{name} makes the same comparison, on the figures of the new quarter"
        told.add(text)
        found.append((stone.due, name, closed(text) if text else "Both sides have seen it."))
    for text in (*f.events, *f.offers):
        event = f.occasion(text)
        if event.day and f.start <= event.day <= f.last and not f.avoidance.concerns(text):
            name = "Last day" if event.closes else "Day to be ready for"
            found.append((event.day, name, closed(capital(text))))
    return found


def _whole(text: str) -> str:
    """Return a description's first sentence, or its first part where it is long."""
    first = inline(text, 60)
    if longest_count(first) > _MOST_WORDS:
        first = first.partition(";")[0]
    return first if longest_count(first) <= _MOST_WORDS else ""


def _after(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    report = f.last + timedelta(days=1)
    page.heading("After Day 30")
    page.bullet(
        choose(
            "report",
            f"{near_day(report)}: {f.brand} receives each target beside what was reached, with a "
            "reason for each gap.",
            f"{near_day(report)}: the results are laid before {f.brand}, with a proposal for what "
            "comes next.",
        ),
        label="Report",
    )
    later = [k for k in f.kpis if checkpoint(k)]
    if later:
        kpi = later[0]
        page.bullet(
            f"At a steady pace, {kpi.name} will then stand at about {checkpoint(kpi)}, on the way "
            f"to {goal_of(kpi)} by {long_day(due(kpi, f.start))}.",
            label="Course",
        )
    page.bullet(
        choose(
            "keep",
            f"Two kinds of piece about {f.thing} are kept, one is dropped, one is new.",
            f"What {f.brand} keeps, drops and adds is written down in three lines.",
        ),
        label="Keep, drop, add",
    )
    page.bullet(
        fact(f"What {f.brand} ruled stays in force: {f.limits[0]}" if f.limits else ""),
        label="Limits",
    )
    for text in f.rules.phrases.said("campaign.roadmap.habits", brand=f.brand, thing=f.thing):
        page.paragraph(fill(text))
