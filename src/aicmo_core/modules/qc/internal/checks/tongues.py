"""Whether the draft speaks one language, but for the client's own words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from aicmo_core.modules.qc.internal import measures
from aicmo_core.modules.qc.internal.evidence import Evidence, Finding, Rule, excerpt
from aicmo_core.modules.qc.internal.passages import Block

_LEAST_WORDS = 3
"""So many different small words of a language make a sentence one of it."""
_LEAST_LETTERS = 8
_SCRIPTS = re.compile("[\u0370-\u1fff\u2c00-\ua6ff\ua720-\ud7ff\uf900-\ufaff]")
"""Letters of scripts other than Latin."""
_OWN_LANGUAGE = "English"


def foreign_language(evidence: Evidence) -> Iterator[Finding]:
    """A sentence in another language, or script, of which the client has said nothing."""
    known = set(measures.words(evidence.stated_words))
    written = set(evidence.all_words.split())
    small = {
        name: frozenset(words).intersection(written) - known
        for name, words in evidence.house.languages.items()
        if name != _OWN_LANGUAGE
    }
    small = {name: words for name, words in small.items() if len(words) >= _LEAST_WORDS}
    own = frozenset(evidence.house.languages[_OWN_LANGUAGE])
    for passage in evidence.report:
        for block in passage.blocks:
            if found := _other_script(evidence, block) or _other_words(block, small, own):
                sentence, language = found
                reason = f"found words in {language}: {sentence[:80]!r}"
                place = excerpt(block, max(0, block.folded.find(sentence)), len(sentence))
                yield Finding("foreign_language", passage.section_id, reason, place)
                break


def _other_words(
    block: Block, small: Mapping[str, frozenset[str]], own: frozenset[str]
) -> tuple[str, str] | None:
    words = set(block.folded.split()) if small else set()
    for name, theirs in small.items():
        if len(words & theirs) < _LEAST_WORDS:
            continue
        for sentence in measures.sentences(block.folded):
            said = set(measures.words(sentence))
            if len(said & theirs) >= max(_LEAST_WORDS, len(said & own) + 1):
                return sentence, name
    return None


def _other_script(evidence: Evidence, block: Block) -> tuple[str, str] | None:
    if block.folded.isascii():
        return None
    letters = _SCRIPTS.findall(block.folded)
    new = [letter for letter in letters if letter not in evidence.stated_words]
    if len(new) < _LEAST_LETTERS:
        return None
    sentences = measures.sentences(block.folded)
    return max(sentences, key=lambda s: len(_SCRIPTS.findall(s))), "another script"


RULES: tuple[Rule, ...] = (foreign_language,)
