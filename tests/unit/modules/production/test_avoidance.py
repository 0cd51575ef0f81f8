"""Words that must not appear, in all their spellings."""

from __future__ import annotations

import pytest

from aicmo_core.modules.production.internal.avoidance import Avoidance
from aicmo_core.modules.production.internal.phrasing import Phrasing, draw


@pytest.mark.parametrize(
    "text",
    ["It is CHEAP.", "ｃｈｅａｐ", "che\u00adap", "c\u200bheap", "cheap-looking", "No  1   choice"],
)
def test_a_term_is_found_however_it_is_spelled(text: str) -> None:
    """Case, width, hidden characters and spacing hide nothing."""
    assert Avoidance(["cheap", "no 1 choice"]).concerns(text)


@pytest.mark.parametrize(("term", "text"), [("G2", "G20"), ("ARR", "array"), ("cheap", "cheaper")])
def test_a_part_of_a_word_is_not_the_word(term: str, text: str) -> None:
    """Whole words only."""
    assert not Avoidance([term]).concerns(text)


def test_a_fragment_counts_within_words() -> None:
    """A section may refuse text even inside a word, the client's terms kept."""
    avoidance = Avoidance(["cheap"]).also("none")

    assert avoidance.concerns("Danone")
    assert avoidance.concerns("cheap")
    assert avoidance.found("cheap Danone") == ("cheap",)


def test_blank_terms_forbid_nothing() -> None:
    """An empty line in a form is no rule."""
    assert not Avoidance(["", "  "]).concerns("anything")


def test_choices_depend_on_the_seed_alone() -> None:
    """The same client gets the same phrase for ever; another may get another."""
    options = ("one way", "another way", "a third way")

    first = Phrasing("bakery", Avoidance([])).choose("slot", *options)
    chosen = {Phrasing(f"seed {n}", Avoidance([])).choose("slot", *options) for n in range(40)}

    assert first == Phrasing("bakery", Avoidance([])).choose("slot", *options)
    assert chosen == set(options)
    assert draw("bakery", "slot", 0) == 1015472086883825361


def test_a_choice_gives_way_to_an_avoided_term() -> None:
    """Another phrase is taken, or none."""
    phrasing = Phrasing("bakery", Avoidance(["cheap"]))

    assert phrasing.choose("slot", "a cheap phrase", "a good phrase") == "a good phrase"
    assert phrasing.choose("slot", "cheap", "Cheap!") == ""
