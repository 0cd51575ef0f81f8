"""The full calendar: thirty dated days in four weeks, each entry with its stage and its words."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.api import CalendarEntryDTO
from aicmo_core.modules.production.internal.calendar import QUIET_DAY
from aicmo_core.modules.production.internal.figures import brief_day, long_day
from aicmo_core.modules.production.internal.funnel import STAGE_OF_BUCKET
from aicmo_core.modules.production.internal.page import fact
from aicmo_core.modules.production.internal.pauses import pauses
from aicmo_core.modules.production.internal.weeks import mix, weeks, write_week
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO

HEADER = ("Day", "Platform", "Stage", "Hook")


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: a table for each week, with its purpose and its check."""
    f = context.facts
    page = context.page(300, 990)
    page.paragraph(
        context.phrasing.choose(
            "span",
            f"{f.brand} publishes from {long_day(f.start)} to {long_day(f.last)}.",
            f"These are the thirty days of {f.brand}, {long_day(f.start)} to {long_day(f.last)}.",
        ),
        "Format and call to action of each entry stand in the calendar file.",
        *map(fact, pauses(f).told()),
    )
    choose, said = context.phrasing.choose, f.rules.phrases.said
    bank = "full_30_day_calendar"
    for week in weeks(f, context.calendar):
        points = {
            "Purpose": choose("purpose", *said(f"{bank}.purposes.week_{week.number}")),
            "Mix": mix(week),
            "Check": choose("check", *said(f"{bank}.checks.week_{week.number}")),
        }
        rows = [_row(entry) for entry in week.entries]
        write_week(page, f"Week {week.number}", points, HEADER, rows)
    return page.render()


def _row(entry: CalendarEntryDTO) -> tuple[str, ...]:
    stage = "–" if entry.format == QUIET_DAY else STAGE_OF_BUCKET[entry.bucket].value
    return brief_day(entry.day), entry.channel, stage, entry.hook
