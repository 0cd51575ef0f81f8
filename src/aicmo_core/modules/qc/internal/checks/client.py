"""Whether what the client asked for is there, and what the client forbade is not."""

from __future__ import annotations

from collections.abc import Iterator

from aicmo_core.modules.qc.internal import measures
from aicmo_core.modules.qc.internal.evidence import Evidence, Finding, Rule, first_place
from aicmo_core.modules.qc.internal.terms import Term, fold, term

_KEPT = 0.8
"""The share of a limit's own words that a block has to keep in order to state it."""
_SHORT = 3
"""Words of fewer letters do not tell one limit from another."""


def missing_facts(evidence: Evidence) -> Iterator[Finding]:
    draft = evidence.facts.draft
    if evidence.facts.strategy is None:
        reason = f"there is no strategy {draft.strategy_id!r}, from which the draft was written"
        yield Finding("missing_facts", "", reason)
    if evidence.facts.brief is None:
        reason = f"there is no brief {draft.brief_id!r}, from which the draft was written"
        yield Finding("missing_facts", "", reason)


def must_include(evidence: Evidence) -> Iterator[Finding]:
    brief = evidence.facts.brief
    for message in brief.must_include if brief else ():
        wanted = _without_stop(message)
        if wanted and not any(term(wanted).is_in(p.folded) for p in evidence.report):
            reason = f"the client asked for {message!r}; found it nowhere"
            yield Finding("must_include", "", reason)


def must_avoid(evidence: Evidence) -> Iterator[Finding]:
    brief = evidence.facts.brief
    for message in brief.must_avoid if brief else ():
        unwanted = _without_stop(message)
        if not unwanted:
            continue
        for passage in evidence.everything:
            spans = _outside_brand(evidence, term(unwanted), passage.folded)
            count, place = first_place(passage, spans)
            if count:
                reason = f"the client forbade {message!r}; found it {count} times"
                yield Finding("must_avoid", passage.section_id, reason, place)


def avoided_channels(evidence: Evidence) -> Iterator[Finding]:
    brief, draft = evidence.facts.brief, evidence.facts.draft
    if not brief:
        return
    used = [(entry.channel, f"calendar, {entry.day}") for entry in draft.calendar]
    used += [(line.channel, "budget") for line in draft.budget]
    avoided = {_usual(evidence, name): name for name in brief.platforms_avoided if fold(name)}
    seen = set()
    for channel, place in used:
        name = _usual(evidence, channel)
        if name in avoided and name not in seen:
            seen.add(name)
            reason = f"the client avoids {avoided[name]!r}; found {channel!r}"
            yield Finding("avoided_channels", "", reason, place)


def stated_limits(evidence: Evidence) -> Iterator[Finding]:
    brief = evidence.facts.brief
    for limit in brief.constraints if brief else ():
        words = {w for w in measures.words(fold(limit)) if len(w) > _SHORT}
        words = words or set(measures.words(fold(limit)))
        if words and not any(_keeps(p.folded, words) for p in evidence.report):
            yield Finding("stated_limits", "", f"the client's limit is not stated: {limit!r}")


def _keeps(folded: str, words: set[str]) -> bool:
    lines = folded.split("\n")
    return any(
        len(words & set(measures.words(line))) >= _KEPT * len(words) for line in lines if line
    )


def _outside_brand(evidence: Evidence, unwanted: Term, folded: str) -> Iterator[tuple[int, int]]:
    """A brand whose name holds a forbidden word is still called by its name."""
    brand = list(evidence.brand.spans(folded)) if evidence.brand else []
    for start, end in unwanted.spans(folded):
        if not any(begin <= start and end <= stop for begin, stop in brand):
            yield start, end


def _without_stop(text: str) -> str:
    """Sentences lose their full stop where they are built into others."""
    return fold(text).rstrip(" .!") or fold(text)


def _usual(evidence: Evidence, channel: str) -> str:
    name = fold(channel)
    for usual, others in evidence.house.channel_aliases.items():
        if name in others:
            return usual
    return name


RULES: tuple[Rule, ...] = (
    missing_facts,
    must_include,
    must_avoid,
    avoided_channels,
    stated_limits,
)
