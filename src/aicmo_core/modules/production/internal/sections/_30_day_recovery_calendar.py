"""The recovery calendar: thirty dated days, from answering to inviting again."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.api import CalendarEntryDTO
from aicmo_core.modules.production.internal.figures import brief_day, long_day
from aicmo_core.modules.production.internal.weeks import mix, quiet_days, weeks, write_week
from aicmo_core.modules.production.internal.wording import clip
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO

HEADER = ("Day", "Platform", "Kind", "Hook")
_THEMES = (
    ("Listen and Answer", "Answer before publishing. Old questions first."),
    ("Show the Repair", "Show the change. Name who made it."),
    ("Let Others Speak", "Voices move forward. Praise stays out."),
    ("Invite Again", "Ask people back. One step each."),
)
_CHECKS = (
    ("Which question is still open? Close it.", "Who still waits? Call today."),
    ("Did the page hold? Ask a critic.", "What is doubted most? Show that."),
    ("Which voice was believed? Thank it.", "Are new reviews better? Count them."),
    ("Count open cases. Publish the number.", "What was mended? Say so, and go on."),
)


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
            f"{clip(f.brand, 4)} does.",
        ),
        "An open complaint goes before any entry of its day.",
        quiet_days(f),
    )
    for week in weeks(f, context.calendar):
        theme, task = _THEMES[week.number - 1]
        points = {
            "Task": task,
            "Mix": mix(week),
            "Check": context.phrasing.choose("check", *_CHECKS[week.number - 1]),
        }
        rows = [_row(entry) for entry in week.entries]
        write_week(page, f"Week {week.number}: {theme}", points, HEADER, rows)
    return page.render()


def _row(entry: CalendarEntryDTO) -> tuple[str, ...]:
    return brief_day(entry.day), entry.channel, entry.bucket, entry.hook
