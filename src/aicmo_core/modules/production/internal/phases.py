"""Phases: the three stretches of a calendar, and what each is for."""

from __future__ import annotations

from datetime import date, timedelta

from attrs import frozen

from aicmo_core.modules.onboarding.api import BusinessType
from aicmo_core.modules.production.internal.facts import Facts
from aicmo_core.modules.production.internal.figures import CALENDAR_DAYS, near_day


@frozen
class Phase:
    """
    Attributes:
        number: From 1.
        name: What it is for: "Attention".
        first: Its first day.
        last: Its last day.
    """

    number: int
    name: str
    first: date
    last: date

    @property
    def span(self) -> str:
        """ "Monday 23 November to Wednesday 2 December"."""
        return f"{near_day(self.first)} to {near_day(self.last)}"

    @property
    def title(self) -> str:
        """ "Phase 1: Attention"."""
        return f"Phase {self.number}: {self.name}"


def open_day(facts: Facts, day: date) -> date:
    """Return *day*, or the next on which this client publishes and its buyers are at work."""
    for ahead in range(7):
        found = day + timedelta(days=ahead)
        at_work = facts.business is not BusinessType.B2B or found.weekday() < 5
        if at_work and found.weekday() not in facts.quiet:
            return found
    return day


def work_day(facts: Facts, day: date) -> date:
    """Return *day*, or the next from Monday to Friday on which this client publishes."""
    for ahead in range(7):
        found = day + timedelta(days=ahead)
        if found.weekday() < 5 and found.weekday() not in facts.quiet:
            return found
    return day


def phases(facts: Facts) -> tuple[Phase, ...]:
    """Return the three phases; together they are the days of the calendar."""
    names = facts.rules.phrases.said("phases.names")
    length = CALENDAR_DAYS // len(names)
    return tuple(
        Phase(n, name, facts.on((n - 1) * length + 1), facts.on(n * length))
        for n, name in enumerate(names, 1)
    )
