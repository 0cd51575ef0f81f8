"""Whether the draft has what its order asks for."""

from __future__ import annotations

from collections.abc import Iterator

from aicmo_core.modules.qc.internal.checks.language import (
    count_brand,
    missing_terms,
    present_terms,
    unbranded,
)
from aicmo_core.modules.qc.internal.evidence import Evidence, Finding, Rule


def required_terms(evidence: Evidence) -> Iterator[Finding]:
    wanted = iter(evidence.facts.acceptance.required_terms)
    yield from missing_terms(evidence, "acceptance_required_terms", wanted)


def forbidden_terms(evidence: Evidence) -> Iterator[Finding]:
    unwanted = iter(evidence.facts.acceptance.forbidden_terms)
    yield from present_terms(evidence, "acceptance_forbidden_terms", unwanted)


def brand_mentions(evidence: Evidence) -> Iterator[Finding]:
    count, least = count_brand(evidence), evidence.facts.acceptance.min_brand_mentions
    if count < least:
        brand = evidence.facts.draft.brand_name
        reason = f"found {brand!r} {count} times, ordered are at least {least}"
        yield Finding("acceptance_brand_mentions", "", reason, unbranded(evidence))


def sections(evidence: Evidence) -> Iterator[Finding]:
    count, least = len(_filled(evidence)), evidence.facts.acceptance.min_sections
    if count < least:
        reason = f"found {count} sections with text, ordered are at least {least}"
        yield Finding("acceptance_sections", "", reason)


def calendar_days(evidence: Evidence) -> Iterator[Finding]:
    days = {entry.day for entry in evidence.facts.draft.calendar}
    count = len(days)
    least = evidence.facts.acceptance.min_calendar_days
    if count < least:
        reason = f"found {count} different calendar days, ordered are at least {least}"
        place = f"calendar, {min(days)} to {max(days)}" if days else "calendar"
        yield Finding("acceptance_calendar_days", evidence.calendar_id, reason, place)


def must_have(evidence: Evidence) -> Iterator[Finding]:
    filled = _filled(evidence)
    there = {
        kind
        for section in evidence.facts.draft.sections
        if section.section_id in filled
        for kind in section.kinds
    }
    for kind in evidence.facts.acceptance.must_have:
        if kind not in there:
            reason = f"found no section of kind {kind.value!r}, which the order asks for"
            yield Finding("acceptance_must_have", "", reason)


def _filled(evidence: Evidence) -> set[str]:
    return {p.section_id for p in evidence.sections if any(c.isalnum() for c in p.folded)}


RULES: tuple[Rule, ...] = (
    required_terms,
    forbidden_terms,
    brand_mentions,
    sections,
    calendar_days,
    must_have,
)
