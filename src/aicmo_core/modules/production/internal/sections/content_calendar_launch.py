"""The launch calendar: thirty dated days, each counted from the day of the launch."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.api import CalendarEntryDTO
from aicmo_core.modules.production.internal.figures import brief_day, long_day, near_day
from aicmo_core.modules.production.internal.launch import Launch, launch
from aicmo_core.modules.production.internal.page import Page, fact
from aicmo_core.modules.production.internal.pauses import pauses
from aicmo_core.modules.production.internal.phases import phases
from aicmo_core.modules.production.internal.weeks import Week, mix, weeks, write_week
from aicmo_core.modules.production.internal.wording import capital, counted
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO

HEADER = ("Day", "Launch", "Platform", "Hook")


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: a table for each week, with its phases, its task and its check."""
    f = context.facts
    day = launch(f)
    page = context.page(360, 990)
    page.paragraph(
        f"L is the day of the launch, {long_day(day.day)}; L-1 is its eve and L+1 the day after.",
        context.phrasing.choose(
            "whole",
            f"Formats and requests of {f.short_brand} are in the calendar file.",
            f"The calendar file of {f.short_brand} adds format and request to each line.",
        ),
        *map(fact, pauses(f).told()),
    )
    for week in weeks(f, context.calendar):
        _week(page, context, week, day)
    return page.render()


def _week(page: Page, context: Context, week: Week, day: Launch) -> None:
    parts = [p for p in phases(context.facts) if p.first <= week.last and p.last >= week.first]
    points = {
        "Task": _task(context, week, day),
        "Distance": _distance(week, day),
        "Mix": mix(week),
        "Check": context.phrasing.choose("check", *_said(context, f"checks.week_{week.number}")),
    }
    heading = f"Week {week.number}: {' and '.join(f'Phase {p.number}' for p in parts)}"
    write_week(page, heading, points, HEADER, [_row(entry, day) for entry in week.entries])


def _task(context: Context, week: Week, day: Launch) -> str:
    if week.last < day.day:
        bank = "tasks.before"
    elif week.first > day.day:
        bank = "tasks.after"
    else:
        bank = "tasks.with"
    found = context.phrasing.order("task", _said(context, bank))
    return found[week.number % len(found)] if found else ""


def _said(context: Context, bank: str) -> tuple[str, ...]:
    return context.facts.rules.phrases.said(f"content_calendar_launch.{bank}")


def _distance(week: Week, day: Launch) -> str:
    span = f"From {day.distance(week.first)} to {day.distance(week.last)}."
    if week.last < day.day:
        return f"{span} {_days((day.day - week.last).days)} left at its end."
    if week.first > day.day:
        return f"{span} The launch is {_days((week.first - day.day).days).lower()} past."
    return f"{span} {near_day(day.day)} is the day."


def _days(number: int) -> str:
    return f"{capital(counted(number))} {'day' if number == 1 else 'days'}"


def _row(entry: CalendarEntryDTO, day: Launch) -> tuple[str, ...]:
    return brief_day(entry.day), day.distance(entry.day), entry.channel, entry.hook
