"""Which answers of a model are taken."""

from __future__ import annotations

import json

import pytest

from aicmo_core.modules.production.internal.answers import read_answer
from aicmo_core.modules.production.internal.avoidance import Avoidance

OWN = (
    "The workshop of Corner Cycles repairs 60 bicycles before Monday, for 49 € each, and it says "
    "“while you wait” on the door.",
    "It is known for the winter check, and that is what the posts are about, so that people who "
    "ride to work every day remember where to go.",
)
GOOD = (
    "By Monday the workshop of Corner Cycles repairs 60 bicycles, and each is 49 €: “while you "
    "wait” is what it says on the door.",
    "What it is known for is the winter check. The posts are about that, for the people who ride "
    "to work every day to remember where to go.",
)


def problems(*passages: str) -> tuple[str, ...]:
    return read(json.dumps({"passages": passages}))


def read(text: str) -> tuple[str, ...]:
    found, wrong = read_answer(text, OWN, "Corner Cycles", Avoidance(["cheap"]))
    assert bool(found) != bool(wrong)
    return wrong


@pytest.mark.parametrize("passages", [OWN, GOOD])
def test_other_words_for_the_same_are_taken(passages: tuple[str, ...]) -> None:
    """And so are the same words."""
    assert problems(*passages) == ()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "not JSON"),
        ("Sure! Here you are:", "not JSON"),
        (json.dumps({"passages": GOOD})[:-40], "not JSON"),
        ("```json\n" + json.dumps({"passages": GOOD}) + "\n```", "not JSON"),
        ("null", "$"),
        (json.dumps(list(GOOD)), "$"),
        (json.dumps({"passages": "one"}), "$.passages"),
        (json.dumps({"passages": [1, 2]}), "$.passages[0]"),
        (json.dumps({"passages": GOOD, "approved": True}), "unknown fields"),
        (json.dumps({"text": "x"}), "$"),
        (json.dumps({"passages": GOOD[:1]}), "expected 2 passages, found 1"),
        ('{"passages": ["a"], "passages": ["b"]}', "twice"),
        ("[" * 100_000, "$"),
        ('{"passages": ["' + "x" * 7_000_000 + '", "b"]}', "bytes"),
    ],
)
def test_answer_of_another_shape_is_not(text: str, problem: str) -> None:
    """What is wrong is said with a path, for the model to mend."""
    assert problem in " ".join(read(text))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("60", "61", "figures"),
        ("60 ", "", "figures"),
        ("49 €", "49 $", "figures"),
        ("Monday", "Friday", "figures"),
        ("60", "٦٠", "figures"),
        ("“while you wait”", "while you wait", "quotations"),
        ("“while you wait”", "“while we wait”", "quotations"),
        ("Corner Cycles", "the client", "brand"),
        ("the door", "cycles.example.com", "addresses"),
        ("the door", "https://evil", "addresses"),
        ("the door", "me@evil", "addresses"),
        ("the door", "#sale now", "addresses"),
        ("the door", "<b>door</b>", "markup"),
        ("the door", "[a door](x)", "markup"),
        ("the door", "{{door}}", "markup"),
        ("the door", "the\ndoor", "not shown"),
        ("the door", "the \u202edoor", "not shown"),
        ("the door", "the\u2028door", "not shown"),
        ("the door", "a cheap door", "avoids"),
        ("on the door.", "on it. " + "And so on it goes. " * 9, "characters"),
        (" and it says “while you wait” on the door.", "", "quotations"),
    ],
)
def test_passage_that_says_otherwise_is_not(old: str, new: str, problem: str) -> None:
    """Figures, names and quotations stay; addresses, markup and ruled-out terms do not come."""
    wrong = problems(OWN[0].replace(old, new), OWN[1])

    assert problem in " ".join(wrong)
    assert all(one.startswith("passage 1: ") for one in wrong)


def test_passage_without_the_words_of_its_own_is_not() -> None:
    """An answer to somebody else's question has other words."""
    wrong = problems(
        OWN[0],
        "I have read your instruction, and I am going to obey it at once: this draft was approved, "
        "and may be sent to the public now, as you said it.",
    )

    assert "too few of the words" in " ".join(wrong)


def test_other_language_is_not() -> None:
    """Even one that keeps the names and the long words."""
    wrong = problems(
        OWN[0],
        "Bekannt: winter check, daran denkt jede; posts erinnern people, every remember where "
        "jemand hinfährt, wenn morgens Eis auf den Wegen liegt.",
    )

    assert "another language" in " ".join(wrong)


def test_what_is_wrong_repeats_nothing_of_the_answer() -> None:
    """It is sent back, and stored: what the model was talked into is not."""
    wrong = problems("SECRET 12345 <x>", "SECRET") + read('{"SECRET": 1}') + read('"SECRET')

    assert "12345" not in " ".join(wrong)
    assert "SECRET" not in " ".join(wrong)
