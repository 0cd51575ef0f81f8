"""The recovery calendar: thirty dated days, from answering to inviting again."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.api import CalendarEntryDTO
from aicmo_core.modules.production.internal.figures import brief_day, long_day
from aicmo_core.modules.production.internal.page import fact
from aicmo_core.modules.production.internal.pauses import pauses
from aicmo_core.modules.production.internal.weeks import mix, weeks, write_week
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO

HEADER = ("Day", "Platform", "Kind", "Hook")


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: a table for each week, with its theme and its check."""
    f = context.facts
    page = context.page(300, 890)
    page.paragraph(
        context.phrasing.choose(
            "span",
            f"The recovery of {f.brand} is in public view from {long_day(f.start)} to "
            f"{long_day(f.last)}.",
            f"From {long_day(f.start)} to {long_day(f.last)}, people watch what "
            f"{f.short_brand} does.",
        ),
        "An open complaint goes before any entry of its day.",
        *map(fact, pauses(f).told()),
    )
    phrases = f.rules.phrases
    themes = phrases.pairs("recovery_calendar.themes")
    for week in weeks(f, context.calendar):
        theme, task = themes[week.number - 1]
        points = {
            "Task": task,
            "Mix": mix(week),
            "Check": context.phrasing.choose(
                "check", *phrases.said(f"recovery_calendar.checks.week_{week.number}")
            ),
        }
        rows = [_row(entry) for entry in week.entries]
        write_week(page, f"Week {week.number}: {theme}", points, HEADER, rows)
    return page.render()


def _row(entry: CalendarEntryDTO) -> tuple[str, ...]:
    return brief_day(entry.day), entry.channel, entry.bucket, entry.hook
