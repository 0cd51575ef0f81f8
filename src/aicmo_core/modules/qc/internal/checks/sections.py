"""Whether each section is what its rules say: length, form, headings, words, style."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aicmo_core.modules.qc.internal import measures
from aicmo_core.modules.qc.internal.evidence import Evidence, Finding, Rule, excerpt, first_place
from aicmo_core.modules.qc.internal.passages import Block, BlockKind, Passage
from aicmo_core.modules.qc.internal.patterns import compile_pattern, search_windows
from aicmo_core.modules.qc.internal.rulesets import SectionRules
from aicmo_core.modules.qc.internal.terms import term

_HASHTAG = re.compile(r"(?<![\w#])#\w+")
_LONGEST_LABEL = 6
_OWN_LEVEL = 3
"""A report's title and its sections have the levels above."""


def section_words(evidence: Evidence) -> Iterator[Finding]:
    for passage, rules in evidence.ruled_sections():
        count = measures.count_words(passage)
        if reason := _outside("words", count, rules.min_words, rules.max_words):
            yield Finding("section_words", passage.section_id, reason, _past(passage, rules))


def section_bullets(evidence: Evidence) -> Iterator[Finding]:
    for passage, rules in evidence.ruled_sections():
        found = passage.of_kind(BlockKind.BULLET)
        if reason := _outside("list items", len(found), rules.min_bullets, rules.max_bullets):
            place = _beyond(passage, found, rules.max_bullets)
            yield Finding("section_bullets", passage.section_id, reason, place)


def section_headings(evidence: Evidence) -> Iterator[Finding]:
    for passage, rules in evidence.ruled_sections():
        found = passage.of_kind(BlockKind.HEADING)
        if reason := _outside("headings", len(found), rules.min_headings, rules.max_headings):
            place = _beyond(passage, found, rules.max_headings)
            yield Finding("section_headings", passage.section_id, reason, place)
    for passage in evidence.sections:
        above = (b for b in passage.of_kind(BlockKind.HEADING) if b.level < _OWN_LEVEL)
        for block in above:
            reason = f"found a heading of level {block.level}, expected {_OWN_LEVEL} or deeper"
            yield Finding("section_headings", passage.section_id, reason, excerpt(block, 0, 40))


def section_format(evidence: Evidence) -> Iterator[Finding]:
    needed = {
        "markdown_table": (BlockKind.CELL, "a table"),
        "markdown_list": (BlockKind.BULLET, "a list"),
    }
    for passage, rules in evidence.ruled_sections():
        kind, name = needed.get(rules.format, (None, ""))
        if kind and not passage.of_kind(kind):
            reason = f"expected {name}, found none"
            yield Finding("section_format", passage.section_id, reason, passage.extent)


def required_headings(evidence: Evidence) -> Iterator[Finding]:
    for passage, rules in evidence.ruled_sections():
        labels = [label for block in passage.blocks if (label := _label(block))]
        for wanted in rules.required_headings:
            if not any(term(wanted).is_in(label) for label in labels):
                reason = f"found no heading, column or label {wanted!r}"
                yield Finding("required_headings", passage.section_id, reason, passage.extent)


def required_text(evidence: Evidence) -> Iterator[Finding]:
    for passage, rules in evidence.ruled_sections():
        for wanted in rules.required_substrings:
            if not term(wanted).is_in(passage.folded):
                reason = f"found no {wanted!r}"
                yield Finding("required_text", passage.section_id, reason, passage.extent)


def forbidden_text(evidence: Evidence) -> Iterator[Finding]:
    for passage, rules in evidence.ruled_sections():
        for unwanted in rules.forbidden_substrings:
            count, place = first_place(passage, term(unwanted).spans(passage.folded))
            if count:
                reason = f"found {unwanted!r} {_times(count)}, expected it nowhere here"
                yield Finding("forbidden_text", passage.section_id, reason, place)


def required_pattern(evidence: Evidence) -> Iterator[Finding]:
    for passage, rules in evidence.ruled_sections():
        for wanted in rules.required_regex:
            pattern = compile_pattern(wanted)
            if not any(search_windows(pattern, block.folded) for block in passage.blocks):
                reason = f"found nothing that matches {wanted!r}"
                yield Finding("required_pattern", passage.section_id, reason, passage.extent)


def forbidden_pattern(evidence: Evidence) -> Iterator[Finding]:
    for passage, rules in evidence.ruled_sections():
        for unwanted in rules.forbidden_regex:
            pattern = compile_pattern(unwanted)
            for block in passage.blocks:
                if found := search_windows(pattern, block.folded):
                    reason = f"found {found[0][:60]!r}, which matches {unwanted!r}"
                    place = excerpt(block, block.folded.find(found[0]), len(found[0]))
                    yield Finding("forbidden_pattern", passage.section_id, reason, place)
                    break


def repeated_lines(evidence: Evidence) -> Iterator[Finding]:
    for passage, rules in evidence.ruled_sections():
        ratio, most = measures.repeated_line_ratio(passage), rules.max_repeated_line_ratio
        if ratio > most:
            reason = f"found {ratio:.0%} of the lines repeated, expected at most {most:.0%}"
            place = measures.first_repeated(passage)
            yield Finding("repeated_lines", passage.section_id, reason, place)


def sentence_length(evidence: Evidence) -> Iterator[Finding]:
    for passage, rules in evidence.ruled_sections():
        lengths = measures.sentence_lengths(passage)
        most = rules.max_avg_sentence_length
        if most is None or not lengths:
            continue
        average = sum(lengths) / len(lengths)
        if average > most:
            reason = f"found {average:.1f} words to a sentence, expected at most {most:g}"
            block, sentence = measures.longest_sentence(passage)
            place = f"{block.place}: “{sentence[:120]}”"
            yield Finding("sentence_length", passage.section_id, reason, place)


def readability(evidence: Evidence) -> Iterator[Finding]:
    for passage, rules in evidence.ruled_sections():
        index, most = measures.lix(passage), rules.max_lix
        if index is not None and most is not None and index > most:
            reason = f"found a readability index (LIX) of {index:.0f}, expected at most {most:g}"
            block, sentence = measures.hardest_sentence(passage)
            place = f"{block.place}: “{sentence[:120]}”"
            yield Finding("readability", passage.section_id, reason, place)


def hashtags(evidence: Evidence) -> Iterator[Finding]:
    for passage, rules in evidence.ruled_sections():
        if rules.min_hashtags_per_category or rules.must_start_with_hash:
            for heading, blocks in _categories(passage):
                yield from _category_findings(passage, rules, heading, blocks)


def _category_findings(
    passage: Passage, rules: SectionRules, heading: Block, blocks: list[Block]
) -> Iterator[Finding]:
    count = len({tag.casefold() for block in blocks for tag in _HASHTAG.findall(block.text)})
    least = rules.min_hashtags_per_category
    if count < least:
        reason = f"found {count} hashtags under {heading.text!r}, expected at least {least}"
        yield Finding("hashtags", passage.section_id, reason, heading.place)
    if rules.must_start_with_hash:
        for block in blocks:
            if block.kind is BlockKind.BULLET and not block.text.startswith("#"):
                reason = f"expected a hashtag first in a list under {heading.text!r}"
                yield Finding("hashtags", passage.section_id, reason, excerpt(block, 0, 40))
                return


def _categories(passage: Passage) -> Iterator[tuple[Block, list[Block]]]:
    """Return the headings that name hashtags, each with the blocks under it."""
    heading: Block | None = None
    under: list[Block] = []
    for block in passage.blocks:
        if block.kind is BlockKind.HEADING:
            if heading:
                yield heading, under
            heading, under = (block if term("hashtags").is_in(block.folded) else None), []
        else:
            under.append(block)
    if heading:
        yield heading, under


def _label(block: Block) -> str:
    """Return what a reader takes for a heading: one, a column's head, or `Brand: …`."""
    if block.kind in (BlockKind.HEADING, BlockKind.COLUMN):
        return block.folded
    label, colon, _ = block.folded.partition(":")
    return label if colon and len(label.split()) <= _LONGEST_LABEL else ""


def _outside(what: str, count: int, least: int, most: int | None) -> str:
    if count < least:
        return f"found {count} {what}, expected at least {least}"
    if most is not None and count > most:
        return f"found {count} {what}, expected at most {most}"
    return ""


def _past(passage: Passage, rules: SectionRules) -> str:
    """Return where a section has more words than it may; all of it, where it has too few."""
    count = 0
    for block in passage.blocks:
        count += len(measures.words(block.text))
        if count > rules.max_words:
            return excerpt(block, 0, 60)
    return passage.extent


def _beyond(passage: Passage, found: tuple[Block, ...], most: int | None) -> str:
    """Return the first block that is one too many; the whole section, where there are too few."""
    if most is None or len(found) <= most:
        return passage.extent
    return excerpt(found[most], 0, 60)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


RULES: tuple[Rule, ...] = (
    section_words,
    section_bullets,
    section_headings,
    section_format,
    required_headings,
    required_text,
    forbidden_text,
    required_pattern,
    forbidden_pattern,
    repeated_lines,
    sentence_length,
    readability,
    hashtags,
)
