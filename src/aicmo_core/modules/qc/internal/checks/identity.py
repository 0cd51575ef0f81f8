"""Whether the report is this client's, and nobody else's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aicmo_core.modules.qc.internal.evidence import Evidence, Finding, Rule, first_place
from aicmo_core.modules.qc.internal.passages import BlockKind
from aicmo_core.modules.qc.internal.terms import fold, stands_in, term

_TELLING = 30
"""Characters of a name that tell whose it is: a long one is shortened in a title."""


def client_identity(evidence: Evidence) -> Iterator[Finding]:
    """Draft, brief and title name one client."""
    draft, brief = evidence.facts.draft, evidence.facts.brief
    if brief and fold(draft.brand_name) != fold(brief.brand_name):
        reason = f"found a draft for {draft.brand_name!r}; the brief is of {brief.brand_name!r}"
        yield Finding("client_identity", "", reason, "draft, brand_name")
    if brief and draft.client_id != brief.client_id:
        reason = f"found client {draft.client_id!r}; the brief is of client {brief.client_id!r}"
        yield Finding("client_identity", "", reason, "draft, client_id")
    title = next((b for b in evidence.frame[0].of_kind(BlockKind.HEADING) if b.level == 1), None)
    name = fold(brief.brand_name if brief else draft.brand_name)[:_TELLING]
    if title and name not in title.folded:
        reason = f"found {title.text[:80]!r} as the title, expected {name!r} in it"
        yield Finding("client_identity", "", reason, "title")


def other_brands(evidence: Evidence) -> Iterator[Finding]:
    """No other client of the host is named, unless this one named it."""
    for full in evidence.facts.other_brands:
        name = _said(full, evidence.house.legal_forms)
        folded = fold(name)
        if not folded or stands_in(folded, evidence.client_words):
            continue
        first = re.split("[ -]", folded)[0]
        for passage in evidence.everything:
            if first not in passage.folded:  # the search for whole words costs more
                continue
            spans = evidence.outside_brand(term(name), passage.folded)
            count, place = first_place(passage, spans)
            if count:
                reason = f"found {name!r}, which is another client's name"
                yield Finding("other_brands", passage.section_id, reason, place)


def _said(name: str, legal_forms: tuple[str, ...]) -> str:
    """Return a name as it is said: without its legal form, where that leaves two words."""
    words = name.split()
    while len(words) > 2 and words[-1].strip(".").casefold() in legal_forms:
        words.pop()
    return " ".join(words).rstrip(",")


RULES: tuple[Rule, ...] = (client_identity, other_brands)
