"""The report: every section of a pack, the calendar and the budget, out of brief and strategy."""

from __future__ import annotations

from datetime import date
from typing import Any

from attrs import frozen

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.api import (
    BudgetLineDTO,
    CalendarEntryDTO,
    PackUnavailable,
    SectionDTO,
    SectionWriterPort,
)
from aicmo_core.modules.production.api.markdown import escape
from aicmo_core.modules.production.internal.calendar import (
    plan,
)
from aicmo_core.modules.production.internal.catalogue import PackListing
from aicmo_core.modules.production.internal.facts import Facts, gather
from aicmo_core.modules.production.internal.launch import announced, launch
from aicmo_core.modules.production.internal.phases import phases
from aicmo_core.modules.production.internal.rule_sets import shipped_rules
from aicmo_core.modules.production.internal.rules import ProductionRules
from aicmo_core.modules.production.internal.writing import (
    Context,
    NoOtherWriters,
    Writer,
    find_writer,
    phrasing,
)
from aicmo_core.modules.strategy.api import StrategyDocDTO


@frozen
class Report:
    """What the writers of a pack wrote, before it has an id."""

    body: str
    sections: tuple[SectionDTO, ...]
    calendar: tuple[CalendarEntryDTO, ...]
    budget: tuple[BudgetLineDTO, ...]
    metadata: dict[str, Any]


def missing_writers(
    sections: tuple[str, ...], others: SectionWriterPort | None = None
) -> tuple[str, ...]:
    """Return the sections that nobody writes, neither this package nor *others*."""
    others = others or NoOtherWriters()
    return tuple(s for s in sections if find_writer(s, others) is None)


def write_report(
    brief: NormalizedBriefDTO,
    strategy: StrategyDocDTO,
    rules: ProductionRules | None = None,
    others: SectionWriterPort | None = None,
) -> Report:
    """
    Write every section of the brief's pack. The same input gives the same report.

    Args:
        rules: What is decided by; None for what is shipped.
        others: Who writes sections before this package does; None for nobody.

    Raises:
        UnknownName: The brief's pack does not exist.
        PackUnavailable: Nobody writes one of its sections; all such are named.
    """
    rules = rules or shipped_rules()
    pack = rules.catalogue.pack(brief.pack)
    writers = _writers(brief.pack, pack, others or NoOtherWriters())
    facts = gather(brief, strategy, rules)
    if "launch_phases" in pack.sections:
        facts = announced(facts)
    limits = rules.calendar
    most_words = (limits.most_words_by_phase if pack.form else limits.most_words).value
    calendar = plan(
        facts,
        phrasing(facts, "calendar"),
        most_words,
        _asks_from(facts, pack.sections),
        launch(facts).day if "launch_phases" in pack.sections else None,
    )
    sections = tuple(
        SectionDTO(
            section_id=section_id,
            title=rules.catalogue.sections[section_id].title,
            body=write(brief, strategy, Context(facts, calendar, section_id)),
            kinds=rules.catalogue.sections[section_id].kinds,
        )
        for section_id, write in writers.items()
    )
    body = compose(f"# {escape(f'{facts.title_name}: {pack.title}')}", sections)
    return Report(
        body=body,
        sections=sections,
        calendar=calendar,
        budget=tuple(
            BudgetLineDTO(c.channel, c.budget_allocation_pct, c.budget) for c in strategy.channels
        ),
        metadata={
            "strategy_version": strategy.version,
            "strategy_approved": strategy.is_approved,
            "unavoidable_terms": list(facts.refused.found(body)),
        },
    )


def compose(title: str, sections: tuple[SectionDTO, ...]) -> str:
    """Return the whole report below its title line."""
    return "\n\n".join([title, *(f"## {s.title}\n\n{s.body}" for s in sections)]) + "\n"


def _asks_from(facts: Facts, sections: tuple[str, ...]) -> date:
    """Return from when on the calendar asks people to decide: what is not there is not sold."""
    if "launch_phases" in sections:
        return launch(facts).day
    if "reputation_recovery_plan" in sections:
        return phases(facts)[2].first
    return facts.start


def _writers(name: str, pack: PackListing, others: SectionWriterPort) -> dict[str, Writer]:
    found = {section_id: find_writer(section_id, others, pack.form) for section_id in pack.sections}
    written = {section_id: writer for section_id, writer in found.items() if writer}
    if len(written) < len(found):
        raise PackUnavailable(name, tuple(s for s in found if s not in written))
    return written
