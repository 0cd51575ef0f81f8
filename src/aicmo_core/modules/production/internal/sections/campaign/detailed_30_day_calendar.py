"""The thirty-day calendar of a campaign: its three phases, and every entry day by day."""

from __future__ import annotations

from collections import Counter

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.api import CalendarEntryDTO
from aicmo_core.modules.production.api.markdown import table
from aicmo_core.modules.production.internal.calendar import QUIET_DAY
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import brief_day, long_day
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.pauses import pauses
from aicmo_core.modules.production.internal.phases import Phase, phases
from aicmo_core.modules.production.internal.wording import clip, longest_count, series
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO

HEADER = ("Day", "Date", "Platform", "Bucket", "Format", "Hook", "Call to action")
_MOST_WORDS = 1110


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: each phase with its task, and one table of all entries."""
    table_words = longest_count(_table(context))
    page = context.page(
        380, max(_MOST_WORDS, table_words), "do this whenever possible", "run as needed"
    )
    f = spared(context.facts, page.avoidance)
    page.paragraph(
        fact(
            f"{f.brand} publishes from {long_day(f.start)} to {long_day(f.last)}, in three phases."
        ),
        *map(fact, pauses(f).told()),
    )
    for phase in phases(f):
        _phase(page, f, context, phase)
    page.heading("Day by Day, Week by Week")
    page.block(_table(context))
    return page.render()


def _phase(page: Page, f: Facts, context: Context, phase: Phase) -> None:
    page.heading(phase.title)
    within = [e for e in context.calendar if phase.first <= e.day <= phase.last]
    counts = Counter(clip(e.channel, 3) for e in within if e.format != QUIET_DAY)
    entries = series([f"{name} {number}" for name, number in counts.items()])
    words = {"brand": f.brand, "thing": f.thing, "readers": f.readers}
    tasks = f.rules.phrases.said(f"campaign.calendar.tasks.phase_{phase.number}", **words)
    page.bullet(f"{brief_day(phase.first)} to {brief_day(phase.last)}: {entries}", label="Entries")
    page.bullet(tasks[0], label="Task")
    page.bullet(fact(tasks[1]), label="Content")
    page.bullet(fill(tasks[2]), label="At its end")


def _table(context: Context) -> str:
    rows: list[tuple[str, ...]] = [_row(entry, context.facts) for entry in context.calendar]
    return table(HEADER, rows)


def _row(entry: CalendarEntryDTO, f: Facts) -> tuple[str, ...]:
    return (
        str((entry.day - f.start).days + 1),
        brief_day(entry.day),
        entry.channel,
        entry.bucket,
        entry.format,
        entry.hook,
        entry.call_to_action,
    )
