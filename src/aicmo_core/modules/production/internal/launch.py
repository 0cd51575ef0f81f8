"""The launch: the day from which something new can be had, as stated or as proposed."""

from __future__ import annotations

from datetime import date

from attrs import evolve, frozen

from aicmo_core.kernel.patterns import matches
from aicmo_core.modules.production.api import CalendarEntryDTO
from aicmo_core.modules.production.internal.facts import Facts
from aicmo_core.modules.production.internal.figures import MONTHS, long_day, near_day
from aicmo_core.modules.production.internal.phases import Phase, open_day, phases

BEFORE, WITH, AFTER = "before", "with", "after"
"""Where a phase lies."""


@frozen
class Launch:
    """
    Attributes:
        day: When it is.
        stated: Whether the client named the day; else it is this plan's proposal.
        near: Whether the day lies in the calendar.
    """

    day: date
    stated: bool
    near: bool

    @property
    def said(self) -> str:
        """The day as a sentence has it: "Thursday 3 December", with the year where it is far."""
        return near_day(self.day) if self.near else long_day(self.day)

    def distance(self, day: date) -> str:
        """Return how far *day* is from the launch, for a table: "L-9", "L", "L+3"."""
        days = (day - self.day).days
        return f"L{days:+d}" if days else "L"

    def side(self, phase: Phase) -> str:
        """Return where a phase lies: before the launch, with it, or after it."""
        if phase.last < self.day:
            return BEFORE
        return WITH if phase.first <= self.day else AFTER


def launch(facts: Facts) -> Launch:
    """Return the launch: the client's own day, else the first open one of the second phase."""
    for text in facts.events:
        day = facts.occasion(text).day
        if _launches(facts, text) and day and day >= facts.start:
            return Launch(day, text != _proposal(facts, day), near=day <= facts.last)
    return Launch(open_day(facts, phases(facts)[1].first), stated=False, near=True)


def opening_channel(facts: Facts, calendar: tuple[CalendarEntryDTO, ...], found: Launch) -> str:
    """Return where the calendar announces the launch, else where most is published."""
    on_the_day = [e for e in calendar if e.day == found.day]
    announcing = [e for e in on_the_day if _launches(facts, e.hook)]
    entries = announcing or on_the_day
    return entries[0].channel if entries else facts.publishers[0].channel


def announced(facts: Facts) -> Facts:
    """
    Return the facts with the launch among the days that calendar and roadmap plan around.

    A launch of which the client gives the day alone is told with what is launched.
    """
    found = launch(facts)
    if found.stated:
        named = f"{_proposal(facts, found.day)} {found.day.year}"
        told = (named if _names_nothing(facts, text) else text for text in facts.events)
        return evolve(facts, events=tuple(told))
    return evolve(facts, events=(_proposal(facts, found.day), *facts.events))


def _names_nothing(facts: Facts, text: str) -> bool:
    """Whether only a launch and its day are told: "Launch on 1 December"."""
    return _launches(facts, text) and " " not in facts.occasion(text).name


def _launches(facts: Facts, text: str) -> bool:
    return matches(facts.rules.occasions.launching, text)


def _proposal(facts: Facts, day: date) -> str:
    return f"Launch of {facts.thing} on {day.day} {MONTHS[day.month - 1]}"
