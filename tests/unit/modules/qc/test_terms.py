"""Terms are whole words in any case, spelling and script."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicmo_core.modules.qc.internal.terms import fold, term

FOUND = [
    ("G2", "Reviews on G2."),
    ("arr", "Our ARR grew."),
    ("ARR", "ＡＲＲ"),
    ("test drive", "book a Test\u00a0 drive now"),
    ("test drive", "book a test-drive"),
    ("test-drive", "book a test drive"),
    ("lorem ipsum", "Lo\u200brem ip\u00adsum"),
    ("Bäckerei Möhrle", unicodedata.normalize("NFD", "BÄCKEREI MÖHRLE")),
    ("straße", "STRASSE"),
    ("Yahoo!", "Ask Yahoo!"),
    ("Yahoo!", "Yahoo!s shares"),
    ("AT&T", "at&t"),
    ("C++", "in C++, say"),
    ("O’Neil", "O'Neil"),
    ("🥐 Möhrle", "by 🥐 MÖHRLE"),
    ("❤️ bread", "We ❤ bread"),
    ("on-the-go", "on‑the‑go"),
    ("ideal customers", "ideal\u2003customers"),
    ("品牌", "我们的品牌很好"),
    ("브랜드", "브랜드는"),
    ("हिन्दी", "यह हिन्दी है"),
    ("[Brand]", "Dear [brand],"),
    ("ﬁtness", "Fitness"),
    ("#GlowUp", "post #glowup today"),
]

ABSENT = [
    ("G2", "G20 summit"),
    ("G2", "the G2a"),
    ("ARR", "array"),
    ("ARR", "barr"),
    ("app", "happy"),
    ("quick fix", "quicksilver fix"),
    ("Möhrle", "Mohrle"),
    ("हिन्द", "हिन्दी"),
    ("e", "e\u0301te"),
    ("SaaS", "SaaS_2"),
    ("test drive", "test.\ndrive"),
    ("brand", "brands"),
    ("C++", "C+ +"),
]


@pytest.mark.parametrize(("wanted", "text"), FOUND)
def test_same_words_in_another_spelling_are_found(wanted: str, text: str) -> None:
    """Case, width, composition, invisible characters and spaces do not hide a term."""
    assert term(wanted).is_in(fold(text))


@pytest.mark.parametrize(("wanted", "text"), ABSENT)
def test_other_words_are_not_found(wanted: str, text: str) -> None:
    """A part of a word, and words of two blocks, are not the term."""
    folded = "\n".join(fold(line) for line in text.split("\n"))

    assert not term(wanted).is_in(folded)


def test_every_occurrence_counts_once() -> None:
    """Occurrences do not overlap, and a rejected one hides no later one."""
    assert term("a b a").count(fold("a b a b a")) == 1
    assert term("G2").count(fold("G20, G2, xG2 and g2")) == 2


@pytest.mark.parametrize("nothing", ["", "  ", "\u200b", "\u00ad\ufeff"])
def test_term_without_a_visible_character_is_refused(nothing: str) -> None:
    """It would be found everywhere or nowhere."""
    with pytest.raises(ValueError, match="visible"):
        term(nothing)


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    """The folded form is one form."""
    assert fold(fold(text)) == fold(text)


@given(st.text(), st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_normal_forms_fold_alike(text: str, form: str) -> None:
    """A text and its normal forms are compared as equal."""
    assert fold(unicodedata.normalize(form, text)) == fold(text)  # type: ignore[arg-type]


WORD = st.text(st.characters(categories=["L", "Nd"]), min_size=1, max_size=8)


@given(st.lists(WORD, min_size=1, max_size=3), st.text(), st.text())
def test_term_between_spaces_is_always_found(words: list[str], before: str, after: str) -> None:
    """Whatever stands around it."""
    wanted = " ".join(words)
    try:
        sought = term(wanted)
    except ValueError:  # a letter that nobody sees, as U+3164
        return

    assert sought.is_in(fold(f"{before} {wanted} {after}"))


@given(WORD, st.sampled_from("\u200b\u200d\u00ad\u2060\ufeff"))
def test_invisible_characters_hide_nothing(word: str, invisible: str) -> None:
    """A word with something invisible between its letters is the same word."""
    assert fold(invisible.join(word)) == fold(word)


@given(st.sampled_from(["G2", "ARR", "app"]), st.sampled_from("abcxyz0189ÄßéЖ"))
def test_term_inside_a_word_is_not_found(wanted: str, letter: str) -> None:
    """A letter or digit on either side makes another word."""
    assert not term(wanted).is_in(fold(f"{wanted}{letter}"))
    assert not term(wanted).is_in(fold(f"{letter}{wanted}"))
