"""Whether the sections that were ordered are there, once, in order, and readable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from aicmo_core.modules.qc.internal.evidence import Evidence, Finding, Rule
from aicmo_core.modules.qc.internal.passages import MOST_CHARACTERS


def section_missing(evidence: Evidence) -> Iterator[Finding]:
    there = {s.section_id for s in evidence.facts.draft.sections}
    ordered = _ordered(evidence)
    for before, section_id in zip(("", *ordered), ordered, strict=False):
        if section_id not in there:
            pack = evidence.facts.draft.pack
            yield Finding(
                "section_missing",
                section_id,
                f"pack {pack!r} lists the section {section_id!r}; the draft does not have it",
                f"after {before!r}" if before else "before all others",
            )


def section_order(evidence: Evidence) -> Iterator[Finding]:
    ordered = _ordered(evidence)
    found = [s.section_id for s in evidence.facts.draft.sections if s.section_id in ordered]
    found = list(dict.fromkeys(found))
    expected = [section_id for section_id in ordered if section_id in found]
    for here, wanted in zip(found, expected, strict=True):
        if here != wanted:
            reason = f"found {here!r} where the pack's order has {wanted!r}"
            yield Finding("section_order", here, reason, _positions(evidence, here))
            return


def section_unknown(evidence: Evidence) -> Iterator[Finding]:
    ordered = _ordered(evidence)
    if not ordered or not any(s.strict for s in evidence.sets):
        return
    for section in evidence.facts.draft.sections:
        if section.section_id not in ordered:
            pack = evidence.facts.draft.pack
            reason = f"found a section {section.section_id!r} that pack {pack!r} does not list"
            place = _positions(evidence, section.section_id)
            yield Finding("section_unknown", section.section_id, reason, place)


def section_repeated(evidence: Evidence) -> Iterator[Finding]:
    counts = Counter(s.section_id for s in evidence.facts.draft.sections)
    for section_id, count in counts.items():
        if count > 1:
            reason = f"found the section {count} times, expected once"
            place = _positions(evidence, section_id)
            yield Finding("section_repeated", section_id, reason, place)


def section_empty(evidence: Evidence) -> Iterator[Finding]:
    for passage in evidence.sections:
        if not any(character.isalnum() for character in passage.folded):
            reason = "found no text, expected some"
            place = _positions(evidence, passage.section_id)
            yield Finding("section_empty", passage.section_id, reason, place)
    if not evidence.sections:
        yield Finding("section_empty", "", "found a draft without sections")


def section_size(evidence: Evidence) -> Iterator[Finding]:
    for passage in evidence.report:
        if passage.unread:
            yield Finding(
                "section_size",
                passage.section_id,
                f"found {passage.unread + MOST_CHARACTERS:,} characters, expected at most "
                f"{MOST_CHARACTERS:,}; the rest was not read",
                passage.extent,
            )


def body_mismatch(evidence: Evidence) -> Iterator[Finding]:
    for section_id in sorted(evidence.frame[1]):
        yield Finding(
            "body_mismatch",
            section_id,
            "the report's body does not hold the section's text, in its place, as it was checked",
            _positions(evidence, section_id),
        )


def _positions(evidence: Evidence, section_id: str) -> str:
    """Return where a section stands among the draft's: "section 3 of 8"."""
    sections = evidence.facts.draft.sections
    found = [n for n, s in enumerate(sections, start=1) if s.section_id == section_id]
    numbers = ", ".join(map(str, found))
    return f"section{'s' if len(found) > 1 else ''} {numbers} of {len(sections)}"


def _ordered(evidence: Evidence) -> tuple[str, ...]:
    pack = evidence.facts.pack
    return pack.sections if pack else ()


RULES: tuple[Rule, ...] = (
    section_missing,
    section_order,
    section_unknown,
    section_repeated,
    section_empty,
    section_size,
    body_mismatch,
)
