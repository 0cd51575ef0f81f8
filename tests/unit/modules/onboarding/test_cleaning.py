"""Client text is cleaned of what cannot be seen, and of nothing else."""

import pytest

from aicmo_core.modules.onboarding.internal.cleaning import (
    clean_lines,
    clean_text,
    contains_phrase,
    is_given,
    shortened,
)


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("  Bäckerei Möhrle ", "Bäckerei Möhrle"),
        ("Brot\u00a0& Bro\u0308tchen", "Brot & Brötchen"),
        ("a\tb\r\nc\u2028d\u3000e", "a b c d e"),
        ("\ufeffzero\u200bwidth\u2060gone\u00ad", "zerowidthgone"),
        ("bell\x07 and \x00 nul \x9d", "bell and nul"),
        ("\u202eevil\u202c \u2066isolated\u2069", "evil isolated"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("family 👨\u200d👩\u200d👧 stays", "family 👨\u200d👩\u200d👧 stays"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क्\u200dष हिन्दी", "क्\u200dष हिन्दी"),
        ("قهوة طازجة", "قهوة طازجة"),
        ("England 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", None),
        ("hidden\U000e0041\U000e0042 text", "hidden text"),
        ("\u200d\u200f", ""),
        ("{{7*7}} <script>'; DROP TABLE x; --", "{{7*7}} <script>'; DROP TABLE x; --"),
    ],
)
def test_invisible_characters_go_and_words_stay(raw: str, cleaned: str | None) -> None:
    """Text is NFC with folded white space; what has no shape is gone, in any script."""
    assert clean_text(raw) == (raw if cleaned is None else cleaned)


def test_cleaning_twice_changes_nothing_more() -> None:
    """Cleaned text is clean."""
    once = clean_text(" \u202eA\u0308  b\u200b\u0301 \U000e0041 ")

    assert clean_text(once) == once


def test_lines_that_say_nothing_are_left_out() -> None:
    """A text of several lines comes line by line."""
    assert clean_lines("one\n\n \u200b\r\ntwo") == ["one", "two"]


@pytest.mark.parametrize(
    "text", ["", "-", "?", "...", "N/A", "n/a.", "TBD", "tbd!", "Keine", "none"]
)
def test_a_placeholder_is_no_answer(text: str) -> None:
    """Forms come back with dashes and "n/a" where nothing was to be said."""
    assert not is_given(text)


@pytest.mark.parametrize("text", ["no", "0", "🥨", "X", "無", "NA", "none of the big chains"])
def test_a_short_answer_is_an_answer(text: str) -> None:
    """Whatever has a letter, a number or a sign in it was meant."""
    assert is_given(text)


@pytest.mark.parametrize(
    ("text", "phrase", "found"),
    [
        ("The CHEAPEST repair", "cheapest", True),
        ("cheapest", "cheap", False),
        ("Straße der Mitte", "STRASSE", True),
        ("since 1911!", "Since 1911", True),
        ("since 19111", "since 1911", False),
        ("ｄｉｓｃｏｕｎｔ", "discount", True),
        ("we don’t sell", "don't", True),
        ("हिन्दी में", "हिन्दी", True),
        ("bread 🥨 here", "🥨", True),
        ("anything", "?!", False),
    ],
)
def test_phrases_are_found_as_whole_words(text: str, phrase: str, found: bool) -> None:
    """Case, width and punctuation do not matter; the bounds of words do."""
    assert contains_phrase(text, phrase) is found


def test_long_text_is_shortened_with_an_ellipsis() -> None:
    """What is shown of an answer is its beginning."""
    assert shortened("x" * 50, 10) == "x" * 9 + "…"
    assert shortened("x" * 10, 10) == "x" * 10
