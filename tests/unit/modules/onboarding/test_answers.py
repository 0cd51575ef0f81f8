"""Answers are read by the type of their question, or it is said why they cannot be."""

from typing import Any

import pytest

from aicmo_core.modules.onboarding.internal.answers import (
    MOST_ENTRIES,
    Unreadable,
    read_answers,
    read_url,
)


@pytest.mark.parametrize(
    ("question", "raw", "entries"),
    [
        ("products", ["Bread", " Cake ", "", None, "Bread"], ("Bread", "Cake")),
        ("products", "Bread & cake", ("Bread & cake",)),
        ("products", "Bread; Cake\nTea", ("Bread", "Cake", "Tea")),
        ("products", "- Bread\n* Cake\n2) Tea\n• Milk", ("Bread", "Cake", "Tea", "Milk")),
        ("locations", "Austin, TX; Boston", ("Austin, TX", "Boston")),
        ("voice", "warm, precise", ("warm", "precise")),
        ("voice", ["warm, but precise"], ("warm, but precise",)),
        ("must_avoid", ["none"], ()),
        ("products", [1911, 2.5], ("1911", "2.5")),
        (
            "social_links",
            [{"label": "IG", "url": "instagram.com/a"}, "@handle", {"label": "@b"}],
            ("https://instagram.com/a", "@handle", "@b"),
        ),
        ("social_links", {"label": "IG", "url": "https://a.example"}, ("https://a.example",)),
        ("social_links", "a.example/x; @b", ("https://a.example/x", "@b")),
    ],
)
def test_a_list_may_be_written_in_several_ways(
    question: str, raw: Any, entries: tuple[str, ...]
) -> None:
    """One text is parted at lines and semicolons, and at commas only where names are asked for."""
    answers = read_answers({question: raw}, {})

    assert answers.entries(question) == entries
    assert not answers.unreadable


@pytest.mark.parametrize(
    ("raw", "flag"),
    [
        (True, True),
        (False, False),
        ("yes", True),
        ("Yes, on Instagram twice a week", True),
        ("ja bitte", True),
        ("Oui", True),
        ("no - never", False),
        ("Nein", False),
        ("n/a", None),
        ("", None),
        (None, None),
    ],
)
def test_yes_and_no_are_understood(raw: Any, flag: bool | None) -> None:
    """The first word counts if the answer ends or pauses after it."""
    answers = read_answers({"posts_already": raw}, {})

    assert answers.flag("posts_already") is flag
    assert not answers.unreadable


@pytest.mark.parametrize(
    ("question", "raw", "reason"),
    [
        ("industry", ["Bread", "Cake"], "a list of 2"),
        ("industry", {"name": "Bread"}, "a group of named values"),
        ("industry", True, "yes or no"),
        ("industry", 10**30, "beyond all measure"),
        ("products", 7, "a number"),
        ("products", {"a": "b"}, "a group of named values"),
        ("products", [["nested"]], "a list of 1"),
        ("products", [True], "yes or no"),
        ("social_links", [{"href": "x"}], "a label and a url"),
        ("social_links", ["javascript:alert(1)"], "http"),
        ("website", "ftp://files.example", "http"),
        ("website", "our new site", "no web address"),
        ("posts_already", "sometimes", "yes or no"),
        ("posts_already", "no idea", "yes or no"),
        ("posts_already", 1, "yes or no"),
        ("posts_already", ["yes"], "yes or no"),
        ("business_type", "hybird", "is it hybrid?"),
        ("approval_cadence", "whenever", "daily, weekly, monthly, auto"),
        ("products", ["x" + str(i) for i in range(MOST_ENTRIES + 1)], "entries"),
    ],
)
def test_an_answer_of_another_kind_says_why_it_cannot_be_read(
    question: str, raw: Any, reason: str
) -> None:
    """Nothing is guessed out of an answer of the wrong kind."""
    answers = read_answers({question: raw}, {})

    assert reason in answers.unreadable[question]
    assert answers.has(question)


@pytest.mark.parametrize(
    ("question", "raw", "text"),
    [
        ("business_type", "B2B", "b2b"),
        ("business_type", " Both. ", "hybrid"),
        ("approval_cadence", "every week", "weekly"),
        ("brand_name", 1911, "1911"),
        ("brand_name", ["Bäckerei"], "Bäckerei"),
        ("tagline", 2.5, "2.5"),
        ("description", "one\ntwo", "one two"),
    ],
)
def test_text_and_choices_are_read(question: str, raw: Any, text: str) -> None:
    """Digits are text too, and a choice has more than one spelling."""
    assert read_answers({question: raw}, {}).text(question) == text


def test_what_the_discovery_call_settled_replaces_the_form() -> None:
    """Empty text takes an optional answer away."""
    given = {"industry": "", "platforms_avoided": ["TikTok"], "voice": "warm"}

    answers = read_answers(given, {"industry": "Bakery", "platforms_avoided": ""})

    assert answers.text("industry") == "Bakery"
    assert not answers.has("platforms_avoided")
    assert answers.entries("voice") == ("warm",)


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("example.com", "https://example.com"),
        ("http://example.com/a?b=c", "http://example.com/a?b=c"),
        ("example.com:8080/x", "https://example.com:8080/x"),
        ("https://user:secret@example.com/", "https://example.com/"),
        ("bäckerei-möhrle.de", "https://bäckerei-möhrle.de"),
    ],
)
def test_an_address_is_http_and_keeps_no_password(written: str, address: str) -> None:
    """An address is printed in the package, so a password in it is left out."""
    assert read_url(written) == address


@pytest.mark.parametrize(
    "written",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "https://",
        "https://a b.example",
        'https://a.example/"onclick="x',
        "https://[::1",
        "../../etc/passwd",
        "localhost",
    ],
)
def test_what_is_no_web_address_is_refused(written: str) -> None:
    """Only http and https, only a host name."""
    with pytest.raises(Unreadable):
        read_url(written)
