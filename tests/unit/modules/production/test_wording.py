"""Phrases cut out of answers of any length and script."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicmo_core.modules.production.internal.wording import (
    capital,
    clause,
    clip,
    closed,
    counted,
    fold,
    inline,
    longest_count,
    name_of,
    possessive,
    sentences,
    series,
    short,
    shortest_count,
    uncapital,
    with_article,
)


@pytest.mark.parametrize("month", ["Januar", "März", "Mai", "Oktober", "Dezember", "December"])
def test_a_day_before_its_month_ends_no_sentence(month: str) -> None:
    """German writes "4. Dezember", and ranges such as "4.-6. Dezember"."""
    text = f"Weihnachtsmarkt 4.-6. {month} 2026"

    assert inline(text) == text


@pytest.mark.parametrize(
    ("text", "head"),
    [
        ("Natural skincare products for sensitive skin", "Natural skincare products"),
        ("couples aged 26 planning a wedding of 150 guests", "couples aged 26"),
        ("managers in banks, telecoms and family firms", "managers"),
        ("an HX-40 sealless magnetic drive pump", "an HX-40 sealless magnetic drive pump"),
        ("Performance athletic wear for runners and gym enthusiasts", "Performance athletic wear"),
        ("Boutique fitness studio offering hybrid yoga classes", "Boutique fitness studio"),
        ("Cloud-based team collaboration and file sync platform", "Cloud-based team collaboration"),
        ("Sourdough bread", "Sourdough bread"),
        ("Fresh bread, rolls, cakes and more for the neighbourhood", "Fresh bread"),
    ],
)
def test_a_phrase_is_cut_where_it_may_end(text: str, head: str) -> None:
    """The head of a long phrase is itself a phrase."""
    assert short(text) == head


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Harbour Lights, a game for 2 to 5 players, 45 minutes", "Harbour Lights"),
        ("Harbour Lights, our game for families", "Harbour Lights"),
        ("Soap, a brush, a towel", "Soap, a brush, a towel"),
        ("Fresh bread, a daily loaf", "Fresh bread, a daily loaf"),
        ("Harbour Lights, Night Ferry", "Harbour Lights, Night Ferry"),
        ("Harbour Lights", "Harbour Lights"),
        (", a game for two", ", a game for two"),
    ],
)
def test_a_name_is_told_without_what_explains_it(text: str, name: str) -> None:
    """What is explained once need not be explained in each sentence."""
    assert name_of(text) == name


@pytest.mark.parametrize("word", ["where", "how", "what", "when", "whether", "not", "able"])
def test_no_clause_ends_before_what_its_last_word_asks_for(word: str) -> None:
    """ "121 of them asked where to buy it" is not told as "121 of them asked where"."""
    text = f"the game was played by 140 families last year and many asked {word} to buy one soon"

    assert not clause(text, 14).endswith(word)


def test_a_clause_ends_where_a_semicolon_parts_the_text() -> None:
    """Though a longer beginning of it would fit."""
    text = "Played by 140 families in a single year; 121 of them asked for a copy of it in writing"

    assert clause(text, 14) == "Played by 140 families in a single year"


def test_an_abbreviation_does_not_end_a_sentence() -> None:
    """ "Dr. Weber" stays together; a real full stop separates."""
    assert sentences("Ask Dr. Weber about it. She answers.") == [
        "Ask Dr. Weber about it.",
        "She answers.",
    ]


def test_a_script_without_spaces_is_split_and_cut_by_characters() -> None:
    """Japanese is neither one endless word nor cut at nothing."""
    text = "京都宇治の茶園から直接届く日本茶の店です。毎朝、石臼を挽きます。"

    assert inline(text, 30) == "京都宇治の茶園から直接届く日本茶の店です"
    assert inline("茶" * 500, 5) == "茶" * 30 + "…"


@given(st.text(max_size=400), st.integers(1, 40))
def test_a_clipped_text_is_never_longer_than_asked(text: str, limit: int) -> None:
    """By every way of counting words, and however the text is made."""
    folded = fold(text)

    found = clip(folded, limit)

    assert longest_count(found) <= max(limit, 1) or len(found) <= 6 * limit + 1
    assert found == folded or found.endswith("…")


@given(st.text(max_size=300))
def test_folding_is_done_once_and_for_all(text: str) -> None:
    """Folded text is one line without controls, and folding it again changes nothing."""
    once = fold(text)

    assert fold(once) == once
    assert once == once.strip()
    assert not any(c in once for c in "\n\r\t\x00\x85\u2028\u200b\u202e")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("tea from Kyoto", "Tea from Kyoto."),
        ("Ready?", "Ready?"),
        ("“It works.”", "“It works.”"),
        ("“since 1911”", "“since 1911”."),
        ("Bread 🥨", "Bread 🥨"),
        ("茶です。", "茶です。"),
        ("", ""),
    ],
)
def test_a_sentence_is_closed_once(text: str, sentence: str) -> None:
    """A stop is added only where none stands."""
    assert closed(text) == sentence


def test_only_an_ordinary_first_word_loses_its_capital() -> None:
    """Names, acronyms and single words keep theirs."""
    proper = frozenset({"duluth"})

    assert uncapital("Women aged 25-40", proper) == "women aged 25-40"
    assert uncapital("Duluth weekend trips", proper) == "Duluth weekend trips"
    assert uncapital("IT directors", proper) == "IT directors"
    assert uncapital("Brezeln", proper) == "Brezeln"
    assert uncapital("Chairs", proper) == "chairs"
    assert uncapital("Tea", proper) == "tea"
    assert uncapital("Discord", proper) == "Discord"


def test_lists_and_names_read_as_prose() -> None:
    """Series, possessives, small numbers and capitals follow English use."""
    assert series(["a"]) == "a"
    assert series(["a", "b", "c"]) == "a, b and c"
    assert possessive("Atlas") == "Atlas’"
    assert possessive("Nu") == "Nu’s"
    assert counted(2) == "two"
    assert counted(12) == "12"
    assert capital("iPhone") == "IPhone"
    assert shortest_count("| 1 | Tea - good |") == 3


@pytest.mark.parametrize(
    ("phrase", "found"),
    [
        ("half-day tour for beginners", "a half-day tour for beginners"),
        ("AI-powered mobile app for runners", "an AI-powered mobile app for runners"),
        ("HR platform", "an HR platform"),
        ("unique course", "a unique course"),
        ("QL7 buck converter family", "a QL7 buck converter family"),
        ("emergency repair", "an emergency repair"),
        ("sourdough bread", "sourdough bread"),
        ("two tours a day", "two tours a day"),
        ("the workshop", "the workshop"),
        ("Brezeln", "Brezeln"),
    ],
)
def test_one_countable_thing_gets_its_article(phrase: str, found: str) -> None:
    """Known countable nouns only; anything else stays as the client wrote it."""
    assert with_article(phrase) == found


@pytest.mark.parametrize(
    ("title", "called"),
    [
        ("Album: Salt Hours: Songs from the Quay", "Album: Salt Hours"),
        ("Brine & Evidence: A Harbour Mystery for all of us", "Brine & Evidence"),
    ],
)
def test_a_title_with_two_colons_is_called_by_what_stands_before_the_last(
    title: str, called: str
) -> None:
    """ "Album" alone says nothing of which one."""
    assert short(title) == called
