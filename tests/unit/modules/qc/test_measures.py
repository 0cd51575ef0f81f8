"""Counts are what a reader counts."""

import pytest

from aicmo_core.modules.qc.internal import measures
from aicmo_core.modules.qc.internal.passages import read_passage


def test_words_have_a_letter_or_digit() -> None:
    """Markup, dashes and bullets are no words; a number with its sign is one."""
    passage = read_passage("s", "### One - two\n\n- **three** 4% & e-mail\n\n|five|\n|---|\n|six|")

    assert measures.count_words(passage) == 7


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One. Two! Three?", 3),
        ("Ask e.g. Dr. Weber, Mr. Möhrle etc. today.", 1),
        ("“Quoted.” Then more.", 2),
        ("Version 2.5 is out.", 1),
        ("没有。有！", 2),
        ("no stop", 1),
        ("", 0),
    ],
)
def test_sentence_ends_where_a_reader_pauses(text: str, count: int) -> None:
    """Abbreviations and decimal points end none."""
    assert len(measures.sentences(text)) == count


def test_repeated_lines_are_a_share_of_all() -> None:
    """Rows count as lines; cells do not."""
    passage = read_passage("s", "- a\n- a\n- b\n\n|x|y|\n|-|-|\n|1|1|\n|1|1|\n|1|2|")

    assert measures.repeated_line_ratio(passage) == pytest.approx(2 / 6)


def test_index_grows_with_long_words() -> None:
    """Short words in short sentences are easy; too little text has no index."""
    easy = read_passage("s", "The cat sat on the mat and saw a dog go by. " * 5)
    hard = read_passage("s", "Organisational responsibilities determine communication. " * 12)
    short = read_passage("s", "Too little.")

    easy_index, hard_index = measures.lix(easy), measures.lix(hard)

    assert easy_index is not None
    assert hard_index is not None
    assert easy_index == pytest.approx(12)
    assert hard_index > 100
    assert measures.lix(short) is None


@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        (0, "it rests, e.g. overnight."),
        (24, "it rests, e.g. overnight."),
        (26, "then it is baked!"),
        (45, "who eats it?"),
        (99, "it rests, e.g. overnight. then it is baked! who eats it?"),
    ],
)
def test_sentence_that_holds_a_place_is_found(at: int, sentence: str) -> None:
    """An abbreviation ends none; a place outside of all stands for the whole."""
    text = "it rests, e.g. overnight. then it is baked! who eats it?"

    assert measures.sentence_at(text, at) == sentence
