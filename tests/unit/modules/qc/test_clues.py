"""A pattern is looked for only where one of its clues stands, and misses nothing so."""

from __future__ import annotations

from itertools import chain

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aicmo_core.modules.qc.internal.clues import clues_of
from aicmo_core.modules.qc.internal.patterns import compile_pattern, may_match
from aicmo_core.modules.qc.internal.rulesets import house
from aicmo_core.modules.qc.internal.terms import fold

HOUSE = house()
PATTERNS = [
    phrase.pattern for phrase in chain(HOUSE.placeholders, HOUSE.phrases, HOUSE.claims, HOUSE.slips)
]
WRITTEN = (
    r"a{2,}b?c+d", r"x*?yy", r"(?:ab|c)?de", r"(?P<a>b)c", r"a|b|", r"(?:a|)bb", r"x{2}y",
    r"[ab]\.{3}|\bq\b", r"(ab|cd) \1", r"x+?y{0,3}z", r"(?:ab){2}|(?:cd)+", r"a{0}bc",
)  # fmt: skip


@pytest.mark.parametrize("pattern", [*WRITTEN, *PATTERNS])
@settings(max_examples=30, deadline=None, suppress_health_check=[*HealthCheck])
@given(data=st.data())
def test_whatever_a_pattern_matches_holds_a_clue(pattern: str, data: st.DataObject) -> None:
    """Of the folded text, as drafts are compared; without a clue nothing is left out."""
    text = fold(data.draw(st.from_regex(compile_pattern(pattern))))

    if compile_pattern(pattern).search(text):
        assert may_match(pattern, text), (sorted(clues_of(pattern)), text)


@pytest.mark.parametrize(
    ("pattern", "clues"),
    [
        (r"\b(?:todo|fixme)\b", {"todo", "fixme"}),
        (r"\bgo (?:very )?viral\b", {"viral"}),
        (r"\.{5,}", {"....."}),
        (r"colou?r book|\[x\]", {"r book", "[x]"}),
        (r"\d+ (?=dogs)\w", {" "}),
        (r"(?:a|b)?", set()),
        (r"(?i:a)b", set()),
    ],
)
def test_clues_are_the_longest_words_that_are_sure(pattern: str, clues: set[str]) -> None:
    """What may be left out, be another character, or only lie ahead is none."""
    assert clues_of(pattern) == clues


def test_most_patterns_of_the_house_have_clues() -> None:
    """Without them each is looked for in each draft, which is most of what a check costs."""
    without = [pattern for pattern in PATTERNS if not clues_of(pattern)]

    assert len(without) <= 2, without
