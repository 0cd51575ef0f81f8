"""Whether anything in the draft is unfinished, worn out, or said twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from aicmo_core.modules.qc.internal import measures
from aicmo_core.modules.qc.internal.denials import is_denied
from aicmo_core.modules.qc.internal.disguises import disguised
from aicmo_core.modules.qc.internal.evidence import Evidence, Finding, Rule, excerpt, first_place
from aicmo_core.modules.qc.internal.numbers import dates, near_days
from aicmo_core.modules.qc.internal.passages import Block, BlockKind, Passage
from aicmo_core.modules.qc.internal.patterns import compile_pattern, may_match
from aicmo_core.modules.qc.internal.rulesets import Phrase
from aicmo_core.modules.qc.internal.terms import (
    fold,
    stands_in,
    term,
    whole_words,
    without_accents,
)

_SENTENCE_WORDS = 5
"""A shorter sentence is a label or a call to action, which may return."""
_CELL_WORDS = 8
"""A table repeats its short entries: channels, formats, calls to action."""
_ROW_WORDS = 4
_TELLING_WORDS = 12
"""Of fewer words than these, one that is another makes another sentence."""
_LONG_WORD = 5
_AROUND_WORDS = ".,;:!?()\"'"


def placeholders(evidence: Evidence) -> Iterator[Finding]:
    yield from _matches(evidence, "placeholders", evidence.house.placeholders)


def agency_phrases(evidence: Evidence) -> Iterator[Finding]:
    yield from _matches(evidence, "agency_phrases", evidence.house.phrases)


def unproven_claims(evidence: Evidence) -> Iterator[Finding]:
    """What the client itself says of the kind may be said; and so may that it is not so."""
    yield from _matches(evidence, "unproven_claims", evidence.house.claims, unless_denied=True)


def slips(evidence: Evidence) -> Iterator[Finding]:
    yield from _matches(evidence, "slips", evidence.house.slips)


def _matches(
    evidence: Evidence, rule: str, phrases: tuple[Phrase, ...], *, unless_denied: bool = False
) -> Iterator[Finding]:
    """A client's own words may be quoted, whatever they look like."""
    phrases = tuple(phrase for phrase in phrases if _may_stand(evidence, phrase))
    seen = set()
    for passage in evidence.everything:
        for phrase in phrases:
            for block, start, words in _found(passage, phrase.pattern):
                if (passage.section_id, words) in seen or evidence.is_quoted(words):
                    continue
                if unless_denied and is_denied(block.folded, start):
                    continue
                seen.add((passage.section_id, words))
                reason = f"found {words[:60]!r}: {phrase.reason}"
                place = excerpt(block, start, len(words))
                yield Finding(rule, passage.section_id, reason, place)
                break


def _may_stand(evidence: Evidence, phrase: Phrase) -> bool:
    """Return whether the draft has the phrase's clues, and the client has not said the like."""
    if not may_match(phrase.pattern, evidence.all_words):
        return False
    own = compile_pattern(phrase.unless) if phrase.unless else None
    return not (own and own.search(evidence.client_words))


def _found(passage: Passage, pattern: str) -> Iterator[tuple[Block, int, str]]:
    if not may_match(pattern, passage.folded):
        return
    compiled = compile_pattern(pattern)
    for block in passage.blocks:
        if not may_match(pattern, block.folded):
            continue
        for found in compiled.finditer(block.folded):
            start, end = whole_words(block.folded, *found.span())
            yield block, start, block.folded[start:end]


def repeated_sentences(evidence: Evidence) -> Iterator[Finding]:
    places: defaultdict[str, list[tuple[str, Block]]] = defaultdict(list)
    for passage in evidence.report:
        for block, sentence in _sentences(passage):
            places[sentence].append((passage.section_id, block))
    for sentence, found in places.items():
        if len(found) > 1 and not evidence.is_quoted(sentence):
            section, block = found[1]
            also = f"{found[0][0] or 'the report'}, {found[0][1].place}"
            reason = f"found {len(found)} times: {sentence[:80]!r} (also in {also})"
            place = excerpt(block, block.folded.find(sentence), len(sentence))
            yield Finding("repeated_sentences", section, reason, place)

    yield from _nearly_repeated(evidence)


def _nearly_repeated(evidence: Evidence) -> Iterator[Finding]:
    """A sentence of which one word is another, and no name, is the same sentence."""
    seen: defaultdict[tuple[int, int, tuple[str, ...]], list[tuple[str, ...]]] = defaultdict(list)
    for passage in evidence.report:
        for block, sentence in _sentences(passage):
            words = tuple(measures.words(sentence))
            if block.kind is BlockKind.CELL or len(words) < _TELLING_WORDS:
                continue
            half = len(words) // 2
            keys = (len(words), 0, words[:half]), (len(words), 1, words[half:])
            others = [other for key in keys for other in seen[key]]
            if any(_is_nearly(evidence, words, other) for other in others):
                reason = f"found again with one word changed: {sentence[:80]!r}"
                place = excerpt(block, max(0, block.folded.find(sentence)), len(sentence))
                yield Finding("repeated_sentences", passage.section_id, reason, place)
            for key in keys:
                seen[key].append(words)


def _is_nearly(evidence: Evidence, words: Sequence[str], other: Sequence[str]) -> bool:
    """Return whether one word differs, by which nothing of the plan is told apart."""
    changed = [pair for pair in zip(words, other, strict=True) if pair[0] != pair[1]]
    if len(changed) != 1:
        return False
    return all(word.isalpha() and not stands_in(word, evidence.stated_words) for word in changed[0])


def _sentences(passage: Passage) -> Iterator[tuple[Block, str]]:
    for block in passage.of_kind(BlockKind.PARAGRAPH, BlockKind.BULLET, BlockKind.CELL):
        least = _CELL_WORDS if block.kind is BlockKind.CELL else _SENTENCE_WORDS
        for sentence in measures.sentences(block.folded):
            if len(measures.words(sentence)) >= least:
                yield block, sentence.rstrip(".!?… ")


def repeated_rows(evidence: Evidence) -> Iterator[Finding]:
    """Rows that differ by their date alone are the same work twice."""
    for passage in evidence.sections:
        seen: dict[str, int] = {}
        for row in passage.rows:
            content = _content(row)
            if len(measures.words(content)) < _ROW_WORDS:
                continue
            if content in seen:
                reason = f"found the row of line {seen[content]} again: {content[:80]!r}"
                place = f"{row[0].place}: “{content[:120]}”"
                yield Finding("repeated_rows", passage.section_id, reason, place)
            seen.setdefault(content, row[0].line)


def _content(row: tuple[Block, ...]) -> str:
    cells = (cell.folded for cell in row)
    return " | ".join(c for c in cells if not _is_date(c) and sum(map(str.isalpha, c)) > 3)


def _is_date(folded: str) -> bool:
    return any(dates(folded)) or any(near_days(folded))


def brand_mentions(evidence: Evidence) -> Iterator[Finding]:
    least = max((s.report.min_brand_mentions for s in evidence.sets), default=0)
    count = count_brand(evidence)
    if count < least:
        brand = evidence.facts.draft.brand_name
        reason = f"found {brand!r} {count} times, expected at least {least}"
        yield Finding("brand_mentions", "", reason, unbranded(evidence))
    yield from _misspelt(evidence)


def _misspelt(evidence: Evidence) -> Iterator[Finding]:
    """A name of several words, one of them a letter off or without its accents."""
    own = [word.strip(_AROUND_WORDS) for word in fold(evidence.facts.draft.brand_name).split()]
    if len(own) < 2:  # a word by itself may be another word
        return
    plain = [without_accents(word) for word in own]
    # Whichever word is wrong, one of the first two is the name's, or both are without accents.
    first, second = {own[0], plain[0]}, {own[1], plain[1]}
    for passage in evidence.report:
        for block in passage.blocks:
            words = [word.strip(_AROUND_WORDS) for word in block.folded.split()]
            for at in range(len(words) - len(own) + 1):
                if words[at] not in first and words[at + 1] not in second:
                    continue
                said = words[at : at + len(own)]
                if _is_misspelt(said, own, plain) and not evidence.is_quoted(" ".join(said)):
                    found = " ".join(said)
                    reason = f"found {found!r}, the client is called {' '.join(own)!r}"
                    place = excerpt(block, max(0, block.folded.find(found)), len(found))
                    yield Finding("brand_mentions", passage.section_id, reason, place)


def _is_misspelt(said: Sequence[str], own: Sequence[str], plain: Sequence[str]) -> bool:
    """Return whether words are a name's, one of them a letter off or all without accents."""
    wrong = [n for n, word in enumerate(said) if word != own[n]]
    if wrong and all(said[n] == plain[n] for n in wrong):
        return True
    return len(wrong) == 1 and _is_a_letter_off(said[wrong[0]], own[wrong[0]])


def _is_a_letter_off(said: str, own: str) -> bool:
    """Return whether a letter of a long word is another, missing or added; "s" is an ending."""
    if min(len(said), len(own)) < _LONG_WORD or said.rstrip("s'") == own.rstrip("s'"):
        return False
    head = 0
    while head < min(len(said), len(own)) and said[head] == own[head]:
        head += 1
    a, b = said[head:], own[head:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:]


def required_terms(evidence: Evidence) -> Iterator[Finding]:
    wanted = (text for rules in evidence.sets for text in rules.report.required_terms)
    yield from missing_terms(evidence, "required_terms", wanted)


def forbidden_terms(evidence: Evidence) -> Iterator[Finding]:
    unwanted = (text for rules in evidence.sets for text in rules.report.forbidden_terms)
    yield from present_terms(evidence, "forbidden_terms", unwanted)


def count_brand(evidence: Evidence) -> int:
    """Return how often the report names the brand."""
    brand = evidence.brand
    return sum(brand.count(passage.folded) for passage in evidence.report) if brand else 0


def unbranded(evidence: Evidence) -> str:
    """Return the sections that do not name the brand."""
    brand = evidence.brand
    silent = [p.section_id for p in evidence.sections if not (brand and brand.is_in(p.folded))]
    return f"not in {', '.join(silent)}"[:160] if silent else ""


def missing_terms(evidence: Evidence, rule: str, wanted: Iterator[str]) -> Iterator[Finding]:
    """Return a finding for each term that the report does not name."""
    for text in dict.fromkeys(wanted):
        if not any(term(text).is_in(passage.folded) for passage in evidence.report):
            reason = f"found {text!r} nowhere, expected it at least once"
            yield Finding(rule, "", reason)


def present_terms(evidence: Evidence, rule: str, unwanted: Iterator[str]) -> Iterator[Finding]:
    """Return a finding for each term and part of the draft that names it."""
    for text in dict.fromkeys(unwanted):
        for passage in evidence.everything:
            spans = evidence.beside_required(passage, term(text).spans(passage.folded))
            count, place = first_place(passage, spans)
            if count:
                times = "once" if count == 1 else f"{count} times"
                reason = f"found {text!r} {times}, expected it nowhere"
                yield Finding(rule, passage.section_id, reason, place)
        for section_id, place in in_disguise(evidence, text):
            reason = f"found {text!r} in disguise, expected it nowhere"
            yield Finding(rule, section_id, reason, place)


def in_disguise(evidence: Evidence, text: str) -> Iterator[tuple[str, str]]:
    """Return the section and place of each part in which a term is hidden."""
    if not any(disguised(text, evidence.all_words)):
        return
    for passage in evidence.everything:
        spans = (span for span in disguised(text, passage.folded))
        count, place = first_place(passage, (s for s in spans if not _is_own(evidence, passage, s)))
        if count:
            yield passage.section_id, place


def _is_own(evidence: Evidence, passage: Passage, span: tuple[int, int]) -> bool:
    """Return whether these are the client's own words, as they stand."""
    return evidence.is_quoted(passage.folded[slice(*whole_words(passage.folded, *span))])


RULES: tuple[Rule, ...] = (
    placeholders,
    agency_phrases,
    unproven_claims,
    slips,
    repeated_sentences,
    repeated_rows,
    brand_mentions,
    required_terms,
    forbidden_terms,
)
