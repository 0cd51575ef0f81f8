"""Whether what the client asked for is there, and what the client forbade is not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aicmo_core.modules.qc.internal import measures
from aicmo_core.modules.qc.internal.checks.language import in_disguise
from aicmo_core.modules.qc.internal.denials import denies
from aicmo_core.modules.qc.internal.evidence import (
    Evidence,
    Finding,
    Rule,
    excerpt,
    first_place,
)
from aicmo_core.modules.qc.internal.passages import Block, BlockKind, Passage
from aicmo_core.modules.qc.internal.terms import fold, term, whole_words

_KEPT = 0.8
"""The share of a limit's own words that a block has to keep in order to state it."""
_FOR_CHANNELS = frozenset({"channel", "channels", "platform", "platforms", "where"})
"""Heads of columns whose cells name where something is published."""
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
            spans = evidence.outside_brand(term(unwanted), passage.folded)
            count, place = first_place(passage, evidence.beside_required(passage, spans))
            if count:
                times = "once" if count == 1 else f"{count} times"
                reason = f"the client forbade {message!r}; found it {times}"
                yield Finding("must_avoid", passage.section_id, reason, place)
        for section_id, place in in_disguise(evidence, unwanted):
            reason = f"the client forbade {message!r}; found it in disguise"
            yield Finding("must_avoid", section_id, reason, place)


def avoided_channels(evidence: Evidence) -> Iterator[Finding]:
    brief, draft = evidence.facts.brief, evidence.facts.draft
    if not brief:
        return
    used = [(entry.channel, f"calendar, {entry.day}") for entry in draft.calendar]
    used += [(line.channel, f"budget, {line.channel}") for line in draft.budget]
    used += [(cell.text, cell.place) for p in evidence.sections for cell in _channel_cells(p)]
    avoided = {_usual(evidence, name): name for name in brief.platforms_avoided if fold(name)}
    seen = set()
    for channel, place in used:
        name = _usual(evidence, channel)
        if name in avoided and name not in seen:
            seen.add(name)
            reason = f"the client avoids {avoided[name]!r}; found {channel!r}"
            yield Finding("avoided_channels", "", reason, place)


def _channel_cells(passage: Passage) -> Iterator[Block]:
    """Return the cells of the columns that are for channels."""
    for cells in passage.tables:
        heads = {c.level: c.folded for c in cells if c.kind is BlockKind.COLUMN}
        for cell in cells:
            if cell.kind is BlockKind.CELL and heads.get(cell.level) in _FOR_CHANNELS:
                yield cell


def avoided_mentions(evidence: Evidence) -> Iterator[Finding]:
    """Nothing is done on an avoided channel; to say so is no use of it."""
    brief = evidence.facts.brief
    for name in brief.platforms_avoided if brief else ():
        if not fold(name):
            continue
        use = re.compile(rf"\b(?:on|via) ({re.escape(fold(name))})(?!\w)")
        for passage in evidence.report:
            for block in passage.blocks:
                if found := _use(evidence, block, use):
                    reason = f"the client avoids {name!r}; found {found!r}"
                    place = excerpt(block, block.folded.find(found), len(found))
                    yield Finding("avoided_mentions", passage.section_id, reason, place)
                    break


def _use(evidence: Evidence, block: Block, pattern: re.Pattern[str]) -> str:
    """Return the words of the first sentence that uses a channel; empty if none does."""
    if not pattern.search(block.folded):
        return ""
    for sentence in measures.sentences(block.folded):
        found = pattern.search(sentence)
        if found and not denies(sentence):
            begin, end = whole_words(sentence, max(0, found.start() - 15), found.end())
            if not evidence.is_quoted(sentence[begin:end]) and not _begins_a_quote(
                evidence, sentence, *found.span(1)
            ):
                return sentence[begin:end]
    return ""


def _begins_a_quote(evidence: Evidence, sentence: str, start: int, end: int) -> bool:
    """Return whether the words behind a channel's name belong to what the client said with it."""
    _, end_of_next = whole_words(sentence, start, min(len(sentence), end + 3))
    longer = sentence[start:end_of_next].rstrip(" .!?")
    return len(longer) > end - start and evidence.is_quoted(longer)


def stated_limits(evidence: Evidence) -> Iterator[Finding]:
    brief = evidence.facts.brief
    for limit in brief.constraints if brief else ():
        words = {w for w in measures.words(fold(limit)) if len(w) > _SHORT}
        words = words or set(measures.words(fold(limit)))
        if not words:
            continue
        kept, nearest = _nearest(evidence, words)
        if kept < _KEPT * len(words):
            reason = f"the client's limit is not stated: {limit!r}"
            yield Finding("stated_limits", "", reason, nearest if kept * 2 >= len(words) else "")


def _nearest(evidence: Evidence, words: set[str]) -> tuple[int, str]:
    """Return how many of the words the block keeps that keeps most, and where it stands."""
    most, place = 0, ""
    for passage in evidence.report:
        for block in passage.blocks:
            kept = len(words & set(measures.words(block.folded)))
            if kept > most:
                most, place = kept, f"nearest in {passage.section_id}, {excerpt(block, 0, 60)}"
    return most, place


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
    avoided_mentions,
    stated_limits,
)
