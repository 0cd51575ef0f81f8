"""Pauses: the days of a calendar on which nothing is published, and why."""

from __future__ import annotations

from datetime import date, timedelta
from enum import Enum

from attrs import frozen

from aicmo_core.kernel.patterns import matches
from aicmo_core.modules.onboarding.api import BusinessType
from aicmo_core.modules.production.internal.facts import Facts
from aicmo_core.modules.production.internal.figures import CALENDAR_DAYS, WEEKDAYS, near_day
from aicmo_core.modules.production.internal.wording import series

_FRIDAY = 4
_LEFT_AFTER = 7
"""Days of a calendar after a goal is due, from which on they are a part of their own."""


class Why(Enum):
    """Why nothing is published on a day."""

    REFUSED = "refused"
    """The client wants nothing on this weekday."""
    HOLIDAY = "holiday"
    WEEKEND = "weekend"
    """Its buyers are not at work."""
    CAPACITY = "capacity"
    """The client has no time for more."""


@frozen
class Holiday:
    """
    Attributes:
        name: As a sentence has it: "Christmas Day".
        greeting: What is said on it; empty where nothing is.
    """

    name: str
    greeting: str = ""


@frozen
class Pauses:
    """
    Attributes:
        holidays: Those that the client's region keeps, by their day.
        capacity: The client's words for how little time it has; empty where it has none.
    """

    facts: Facts
    holidays: dict[date, Holiday]
    capacity: str

    def why(self, day: date) -> Why | None:
        """Return why nothing is published on a day; None where something is."""
        if day.weekday() in self.facts.quiet:
            return Why.REFUSED
        if day in self.holidays:
            return Why.HOLIDAY
        at_work = self.facts.business is BusinessType.B2B
        return Why.WEEKEND if at_work and day.weekday() > _FRIDAY else None

    def open_days(self) -> list[date]:
        """Return the days on which something may be published, at least one."""
        days = [self.facts.on(n) for n in range(1, CALENDAR_DAYS + 1)]
        return [d for d in days if self.why(d) is None] or days

    def told(self) -> list[str]:
        """Return a sentence for each reason."""
        f, brand = self.facts, self.facts.short_brand
        said = []
        if f.quiet:
            days = series([f"{WEEKDAYS[day]}s" for day in sorted(f.quiet)])
            said.append(f"Nothing goes out on {days}, as {brand} asks.")
        if f.business is BusinessType.B2B:
            said.append(f"Weekends stay free, as the buyers of {brand} are not at work then.")
        if self.holidays:
            names = series([f"{h.name} ({near_day(d)})" for d, h in self.holidays.items()])
            said.append(f"Nothing is sold on {names}.")
        if self.capacity:
            said.append(f"Days without a post are left free on purpose: “{self.capacity}”.")
        due = finish(f)
        if due:
            said.append(
                f"The goal is due on {near_day(due)}: until then posts ask, and after it they "
                "tell what became of it."
            )
        return said


def pauses(facts: Facts) -> Pauses:
    """Return the days on which this client publishes nothing."""
    capacity = next((t for t in facts.limits if matches(facts.rules.limits.capacity, t)), "")
    return Pauses(facts, _holidays(facts), capacity)


def finish(facts: Facts) -> date | None:
    """Return the day on which the main goal is due, where a part of the calendar comes after it."""
    deadline = facts.kpis[0].deadline if facts.kpis else None
    if deadline and facts.start <= deadline <= facts.last - timedelta(days=_LEFT_AFTER):
        return deadline
    return None


def _holidays(facts: Facts) -> dict[date, Holiday]:
    rules = facts.rules.occasions
    where = "; ".join((*facts.places, facts.budget_total, facts.brand, facts.industry))
    region = rules.region_of(where)
    found: dict[date, Holiday] = {}
    for name, one in rules.observed.items():
        for year in sorted({facts.start.year, facts.last.year}):
            day = one.holiday.on(year)
            if facts.start <= day <= facts.last and one.is_kept(region):
                found[day] = Holiday(name, one.greeting.format(brand=facts.short_brand))
    return dict(sorted(found.items()))
