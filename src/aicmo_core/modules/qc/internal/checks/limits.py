"""Whether the draft does what the client's limits rule out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aicmo_core.modules.qc.internal import measures
from aicmo_core.modules.qc.internal.denials import denies
from aicmo_core.modules.qc.internal.evidence import Evidence, Finding, Rule, excerpt
from aicmo_core.modules.qc.internal.terms import fold, stands_in

_REFUSES = re.compile(r"^(?:please )?(?:no|never|do not|don't|avoid|without)(?: any| ever)? (.+)$")
_ONLY = re.compile(
    r"^(.{4,60}) only (?:with|after|by) (?:(?:their|his|her|a|an|the|our) )?(.{3,60})$"
)
_EASY = re.compile(
    r"\b(?:are|is) (?:always |very )?(?:welcome|allowed|fine|encouraged|planned|offered|given)\b"
    r"|\b(?:offers?|gives?|runs?|starts?|uses?|shows?|sends?|promises?|adds?|posts?|needs?|brings?)\b"
)
"""How a sentence does what one word of a limit names: "every post offers discounts"."""


def turned_limits(evidence: Evidence) -> Iterator[Finding]:
    """A sentence that says what a limit rules out, and does not deny it."""
    brief = evidence.facts.brief
    for limit in brief.constraints if brief else ():
        ruled_out = _ruled_out(fold(limit).rstrip(" .!"))
        if not ruled_out or not any(word in evidence.all_words for word in ruled_out):
            continue
        for passage in evidence.report:
            for block in passage.blocks:
                if fold(limit).rstrip(" .!") in block.folded:
                    continue
                for words in ruled_out:
                    if sentence := _does(evidence, block.folded, words):
                        reason = f"the client's limit is {limit!r}; found it turned round"
                        place = excerpt(block, block.folded.find(sentence), len(sentence))
                        yield Finding("turned_limits", passage.section_id, reason, place)


def _ruled_out(limit: str) -> tuple[str, ...]:
    """Return the words that a limit rules out; none where it is no plain refusal."""
    if found := _REFUSES.match(limit):
        words = re.split(r" and no | or |, |;|: | unless | without | before | after ", found[1])[0]
        return (words,) if len(words) > 3 else ()
    if found := _ONLY.match(limit):
        return tuple(f"{found[1]} without {mine}{found[2]}" for mine in ("", "their ", "any "))
    return ()


def _does(evidence: Evidence, folded: str, words: str) -> str:
    """Return the first sentence that does what these words name; empty if none does."""
    if not stands_in(words, folded):
        return ""
    for sentence in measures.sentences(folded):
        plain = sentence.replace(words, "") if " without " in words else sentence
        if not stands_in(words, sentence) or denies(plain) or evidence.is_quoted(sentence):
            continue
        if " " in words or _EASY.search(sentence):
            return sentence
    return ""


RULES: tuple[Rule, ...] = (turned_limits,)
