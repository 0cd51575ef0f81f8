"""From a draft's sections to findings: pure functions of the text and the rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from aicmo_core.modules.production.api import SectionDTO
from aicmo_legal_review.api.dtos import LegalFindingDTO
from aicmo_legal_review.internal.rulebook import LabelRule, Rule, Rulebook, Terms
from aicmo_legal_review.internal.wording import Sentence, found, plain, sentences

_REACH = 3
"""How many words a denial reaches over: "never once claim guaranteed results"."""

_PAUSE = re.compile("[,;:]")


def review_sections(
    sections: Iterable[SectionDTO], competitors: Sequence[str], book: Rulebook
) -> tuple[LegalFindingDTO, ...]:
    """
    Return what a lawyer would ask about, by section, then by line.

    Args:
        competitors: Their names, as the client gave them.
        book: The rules.
    """
    findings: list[LegalFindingDTO] = []
    for section in sections:
        findings += sorted(_review(section, competitors, book), key=lambda f: f.line)
    return tuple(findings)


def _review(
    section: SectionDTO, competitors: Sequence[str], book: Rulebook
) -> Iterator[LegalFindingDTO]:
    denials = _all(book.denials)
    for sentence in sentences(section.body):
        for rule in book.rules:
            for words in _claims(rule, sentence, denials):
                yield _finding(rule, section, sentence, words)
        yield from _comparisons(book.comparison, section, sentence, competitors)
    yield from _unlabelled(book.label, section)


def _claims(rule: Rule, sentence: Sentence, denials: tuple[str, ...]) -> Iterator[str]:
    """Yield what the sentence claims. What it denies just before, it does not claim."""
    denied = [at + len(words) for at, words in found(denials, sentence.text)]
    for at, words in found(_all(rule.terms), sentence.text):
        near = any(end <= at and _is_near(sentence.text[end:at]) for end in denied)
        if not near or found(rule.itself_denied, words):
            yield words


def _is_near(between: str) -> bool:
    """Return whether a denial still reaches over what stands between it and a term."""
    return len(between.split()) <= _REACH and not _PAUSE.search(between)


def _comparisons(
    rule: Rule, section: SectionDTO, sentence: Sentence, competitors: Sequence[str]
) -> Iterator[LegalFindingDTO]:
    named = found(competitors, sentence.text)
    compared = found(_all(rule.terms), sentence.text)
    if named and compared:
        yield _finding(rule, section, sentence, f"{compared[0][1]} … {named[0][1]}")


def _unlabelled(rule: LabelRule, section: SectionDTO) -> Iterator[LegalFindingDTO]:
    """Yield the first place where paid content is spoken of, if no label is."""
    if found(rule.labels, plain(section.body)):
        return
    for sentence in sentences(section.body):
        for _, words in found(_all(rule.terms), sentence.text):
            yield _finding(rule, section, sentence, words)
            return


def _finding(rule: Rule, section: SectionDTO, sentence: Sentence, words: str) -> LegalFindingDTO:
    return LegalFindingDTO(
        rule.severity,
        rule.name,
        section.section_id,
        sentence.line,
        words,
        rule.reason,
        rule.source,
    )


def _all(terms: Terms) -> tuple[str, ...]:
    return tuple(term for language in terms.values() for term in language)
