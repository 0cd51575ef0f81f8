"""The thirty-day calendar: every entry with its day, place, purpose and words."""

from __future__ import annotations

from collections import Counter

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.api.markdown import table
from aicmo_core.modules.production.internal.calendar import QUIET_DAY, planned_posts, rate
from aicmo_core.modules.production.internal.facts import Facts
from aicmo_core.modules.production.internal.figures import (
    brief_day,
    long_day,
)
from aicmo_core.modules.production.internal.page import fact
from aicmo_core.modules.production.internal.pauses import pauses
from aicmo_core.modules.production.internal.wording import series
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO

HEADER = ("Day", "Date", "Platform", "Bucket", "Format", "Hook", "Call to action")


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: how to read the calendar, and its table."""
    f = context.facts
    page = context.page(230, 1080)
    page.heading("Day by Day, Platform by Platform")
    counts = Counter(e.channel for e in context.calendar if e.format != QUIET_DAY)
    spread = series([f"{name} {number}" for name, number in counts.items()])
    page.paragraph(
        context.phrasing.choose(
            "span",
            f"The calendar of {f.brand} runs from {long_day(f.start)} to {long_day(f.last)}.",
            f"{f.brand} publishes by this table from {long_day(f.start)} to {long_day(f.last)}.",
            f"From {long_day(f.start)} to {long_day(f.last)}, each day of {f.brand} has its line.",
        ),
        f"Entries by platform: {spread}.",
        fact(_rhythm(f, sum(counts.values()))),
        *map(fact, pauses(f).told()),
    )
    rows: list[tuple[str, ...]] = [
        (
            str((entry.day - f.start).days + 1),
            brief_day(entry.day),
            entry.channel,
            entry.bucket,
            entry.format,
            entry.hook,
            entry.call_to_action,
        )
        for entry in context.calendar
    ]
    page.block(table(HEADER, rows))
    return page.render()


def _rhythm(f: Facts, entries: int) -> str:
    posts = sum(planned_posts(f).values())
    if posts > entries or posts < sum(rate(c, f.rules.calendar) for c in f.publishers):
        return (
            f"Further posts of {f.brand} repeat these subjects; the table shows the leading ones."
        )
    if posts == entries:
        return f"That is the rate which the strategy sets for {f.brand}."
    return (
        f"{posts} of them are full posts, as often as the strategy asks; the days between carry "
        f"a light entry that {f.brand} can make in minutes."
    )
