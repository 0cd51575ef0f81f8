"""Ways to spoil a good draft: each a small function from its facts to the facts of a bad one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any, TypeAlias

from attrs import evolve, frozen

from aicmo_core.modules.production.api import CalendarEntryDTO, SectionDTO
from aicmo_core.modules.qc.api import AcceptanceDTO, QcFacts

Plant: TypeAlias = Callable[[QcFacts], QcFacts]

ROASTERY = "coffee_roastery.json"
SCHOOL = "language_school.json"
BRAND = "Kaffeerösterei Grünblatt"
CALENDAR = "detailed_30_day_calendar"
END = object()
"""In place of words to replace: the end of the section."""


@frozen
class Defect:
    """
    A way to spoil a good draft.

    Attributes:
        plant: Spoils it.
        rule: The rule that has to find it.
        section: Where it has to be found; empty for the whole report.
        place: Words that the finding's place has to hold.
        order: The good draft that it is planted in.
        rules: A rule set that applies besides the pack's own.
    """

    plant: Plant
    rule: str
    section: str = ""
    place: str = ""
    order: str = ROASTERY
    rules: Mapping[str, Any] | None = None


def text(section: str, old: object, new: str) -> Plant:
    """Replace words of a section, in the report too."""

    def spoil(body: str) -> str:
        if old is END:
            return body + new
        assert isinstance(old, str)
        assert old in body, f"{old!r} is not in {section}"
        return body.replace(old, new, 1)

    return spoiled(section, spoil)


def row_again(section: str, words: str) -> Plant:
    """Let the row below the one with these words say the same, on its own day."""

    def spoil(body: str) -> str:
        lines = body.split("\n")
        at = next(n for n, line in enumerate(lines) if words in line)
        said, own = lines[at].split(" | "), lines[at + 1].split(" | ")
        lines[at + 1] = " | ".join((*own[:2], *said[2:]))
        return "\n".join(lines)

    return spoiled(section, spoil)


def spoiled(section: str, spoil: Callable[[str], str]) -> Plant:
    """Change the words of a section by a function, in the report too."""

    def plant(facts: QcFacts) -> QcFacts:
        one = next(s for s in facts.draft.sections if s.section_id == section)
        return with_sections(
            facts,
            tuple(evolve(s, body=spoil(s.body)) if s is one else s for s in facts.draft.sections),
        )

    return plant


def with_sections(facts: QcFacts, sections: tuple[SectionDTO, ...]) -> QcFacts:
    """Put other sections into a draft, and into its report."""
    title = facts.draft.body.partition("\n\n")[0]
    parts = [title, *(f"## {s.title}\n\n{s.body}" for s in sections)]
    return evolve(
        facts, draft=evolve(facts.draft, sections=sections, body="\n\n".join(parts) + "\n")
    )


def sections(change: Callable[[tuple[SectionDTO, ...]], tuple[SectionDTO, ...]]) -> Plant:
    """Put other sections in place of a draft's."""
    return lambda facts: with_sections(facts, change(facts.draft.sections))


def draft(**changes: Any) -> Plant:
    """Change fields of a draft; a function makes its value of the draft."""
    return lambda facts: evolve(
        facts,
        draft=evolve(
            facts.draft,
            **{k: v(facts.draft) if callable(v) else v for k, v in changes.items()},
        ),
    )


def entry(number: int, **changes: Any) -> Plant:
    """Change a post in the calendar's data; the section stays as it is."""

    def spoil(calendar: tuple[CalendarEntryDTO, ...]) -> tuple[CalendarEntryDTO, ...]:
        made = {k: v(calendar) if callable(v) else v for k, v in changes.items()}
        return (*calendar[:number], evolve(calendar[number], **made), *calendar[number + 1 :])

    return draft(calendar=lambda d: spoil(d.calendar))


def budget(**changes: Any) -> Plant:
    """Change the first line of the budget's data."""
    return draft(budget=lambda d: (evolve(d.budget[0], **changes), *d.budget[1:]))


def order(**wanted: Any) -> Plant:
    """Ask for more than the draft has."""
    return lambda facts: evolve(facts, acceptance=AcceptanceDTO(**wanted))


def unchanged(facts: QcFacts) -> QcFacts:
    """Plant nothing: the rules that apply besides find what is there."""
    return facts


def besides(section: str = "", **rules: Any) -> Mapping[str, Any]:
    """Return a rule set with one more rule, of a section or of the whole report."""
    if not section:
        return {"pack_key": "besides", "sections": {}, "report": rules}
    one = {"id": section, "min_words": 1, "max_words": 9_999, **rules}
    return {"pack_key": "besides", "sections": {section: one}}


def other_target(facts: QcFacts) -> QcFacts:
    """Give the strategy's first KPI a target that the draft does not have."""
    assert facts.strategy is not None
    first, *others = facts.strategy.kpis
    changed = evolve(first, target_value=Decimal(7_777))
    return evolve(facts, strategy=evolve(facts.strategy, kpis=(changed, *others)))


def repeated_week(calendar: tuple[CalendarEntryDTO, ...]) -> tuple[CalendarEntryDTO, ...]:
    """Have the second week of a calendar say what the first one says."""
    again = [evolve(e, day=e.day + timedelta(days=7)) for e in calendar[:7]]
    return (*calendar[:7], *again, *calendar[14:])


def swapped(first: str, second: str) -> Callable[[str], str]:
    """Return what has two words of a section change places."""
    return lambda body: body.replace(first, "\0").replace(second, first).replace("\0", second)
