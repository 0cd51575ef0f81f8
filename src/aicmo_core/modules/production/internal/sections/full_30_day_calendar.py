"""The full calendar: thirty dated days in four weeks, each entry with its stage and its words."""

from __future__ import annotations

from collections import Counter
from datetime import date

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.api import CalendarEntryDTO
from aicmo_core.modules.production.internal.calendar import QUIET_DAY
from aicmo_core.modules.production.internal.facts import Facts
from aicmo_core.modules.production.internal.figures import WEEKDAYS, brief_day, long_day
from aicmo_core.modules.production.internal.funnel import STAGE_OF_BUCKET, Stage
from aicmo_core.modules.production.internal.markdown import table
from aicmo_core.modules.production.internal.page import Page
from aicmo_core.modules.production.internal.wording import capital, clip, counted, series
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO

HEADER = ("Day", "Platform", "Stage", "Hook")
_WEEKS = ((1, 7), (8, 14), (15, 21), (22, 30))
"""The last week takes the two days that are left, so that no fifth one begins."""

_PURPOSES = (
    ("Be recognised. One look, one voice.", "Open doors. Little is asked yet."),
    ("Be understood. Questions come first.", "Explain. The best question leads."),
    ("Be believed. Proof moves forward.", "Show proof. Praise stays out."),
    ("Be chosen. Requests become direct.", "Invite. Each piece names one step."),
)
_CHECKS = (
    ("Are all figures there? Mend today.", "Can each figure be read? Mend it."),
    ("Which opening held people? Repeat it.", "Two best hooks? They return."),
    ("Half is over. Drop the weakest kind.", "One kind goes. One is doubled."),
    ("All targets, side by side. Then decide.", "What was reached? Write it down."),
)


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
        _quiet(f),
    )
    for number, (first, last) in enumerate(_WEEKS):
        _week(page, f, context, number, f.on(first), f.on(last))
    return page.render()


def _week(page: Page, f: Facts, context: Context, number: int, first: date, last: date) -> None:
    entries = [e for e in context.calendar if first <= e.day <= last]
    page.heading(f"Week {number + 1}")
    choose = context.phrasing.choose
    page.bullet(choose("purpose", *_PURPOSES[number]), label="Purpose")
    page.bullet(_mix(entries, number), label="Mix")
    page.bullet(choose("check", *_CHECKS[number]), label="Check")
    rows = [(brief_day(e.day), e.channel, _stage(e), e.hook) for e in entries]
    page.block(table(HEADER, rows))


def _stage(entry: CalendarEntryDTO) -> str:
    return "–" if entry.format == QUIET_DAY else STAGE_OF_BUCKET[entry.bucket].value


def _mix(entries: list[CalendarEntryDTO], number: int) -> str:
    live = [e for e in entries if e.format != QUIET_DAY]
    counts = Counter(STAGE_OF_BUCKET[e.bucket] for e in live)
    said = [f"{s.value.lower()} {counts[s]}" for s in Stage if counts[s]]
    ordinal = ("first", "second", "third", "last")[number]
    if not said:
        return f"No entry goes out in the {ordinal} week."
    entries_said = "entry" if len(live) == 1 else "entries"
    return f"{capital(counted(len(live)))} {entries_said}. In the {ordinal} week: {series(said)}"


def _quiet(f: Facts) -> str:
    if not f.quiet:
        return ""
    days = series([f"{WEEKDAYS[day]}s" for day in sorted(f.quiet)])
    return f"Nothing goes out on {days}, as {clip(f.brand, 4)} asks."
