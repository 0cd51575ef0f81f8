"""Contradictions: answers that cannot all be met."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import frozen

from aicmo_core.modules.onboarding.internal.answers import Answers
from aicmo_core.modules.onboarding.internal.channels import channels, collides
from aicmo_core.modules.onboarding.internal.cleaning import shortened, spoken
from aicmo_core.modules.onboarding.internal.deadlines import Today
from aicmo_core.modules.onboarding.internal.goals import missed_deadlines


@frozen
class Contradiction:
    """
    Two answers that exclude one another.

    Attributes:
        question_id: Where the client is asked.
        message: Which answers, and what is needed.
        found: What was written.
    """

    question_id: str
    message: str
    found: str


_ALWAYS_NAMED = ("brand_name", "tagline", "products")
"""What every package names: a word in it that must not appear cannot be kept out."""


def find_contradictions(answers: Answers, today: Today) -> tuple[Contradiction, ...]:
    """Return the contradictions in *answers*, in the form's order of the questions asked."""
    return (
        *_past_deadlines(answers, today),
        *_channels(answers),
        *_messages(answers),
        *_names(answers),
    )


def _past_deadlines(answers: Answers, today: Today) -> Iterator[Contradiction]:
    for id_ in ("primary_goal", "secondary_goal", "goal_timeline"):
        lines = answers.lines.get(id_, ())
        for words in missed_deadlines(lines, today, bare=id_ == "goal_timeline"):
            yield Contradiction(
                id_,
                f"“{words}” in {id_} has passed already (today is {today.date.isoformat()}): "
                "by when is the goal to be reached?",
                words,
            )


def _channels(answers: Answers) -> Iterator[Contradiction]:
    avoided = channels(answers.entries("platforms_avoided"))
    for wanted in channels(answers.entries("platforms_wanted")):
        for other in avoided:
            if collides(wanted, other):
                told = f"“{shortened(wanted, 60)}”"
                against = told if wanted == other else f"“{shortened(other, 60)}”"
                yield Contradiction(
                    "platforms_wanted",
                    f"{told} is wanted (platforms_wanted) and {against} is to be avoided "
                    "(platforms_avoided): which of the two holds?",
                    wanted,
                )
                break


def _messages(answers: Answers) -> Iterator[Contradiction]:
    # Only this way round: "quality" can appear although "poor quality" must not.
    for required, forbidden in _forbidden_in(answers.entries("must_include"), answers):
        yield Contradiction(
            "must_include",
            f"“{shortened(required, 60)}” must appear (must_include), and "
            f"“{shortened(forbidden, 60)}” must not (must_avoid): which of the two holds?",
            required,
        )


def _names(answers: Answers) -> Iterator[Contradiction]:
    for id_ in _ALWAYS_NAMED:
        named = answers.entries(id_) or tuple(filter(None, [answers.text(id_)]))
        for name, forbidden in _forbidden_in(named, answers):
            yield Contradiction(
                "must_avoid",
                f"“{shortened(forbidden, 60)}” must not appear (must_avoid), but stands in "
                f"“{shortened(name, 60)}” ({id_}): may it appear there?",
                forbidden,
            )


def _forbidden_in(texts: Sequence[str], answers: Answers) -> Iterator[tuple[str, str]]:
    """Yield each of *texts* that holds a forbidden phrase, with the first that it holds."""
    phrases = [(spoken(entry), entry) for entry in answers.entries("must_avoid")]
    for text in texts:
        words = spoken(text)
        for phrase, forbidden in phrases:
            if phrase.strip() and phrase in words:
                yield text, forbidden
                break
