"""Gaps: optional answers that were left out and would change the work, and what is assumed."""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen

from aicmo_core.modules.onboarding.internal.answers import Answers


def _always(answers: Answers) -> bool:
    return True


def _without_adjectives(answers: Answers) -> bool:
    return not answers.has("adjectives")


@frozen
class Gap:
    """
    An optional answer whose absence is worth a word.

    Attributes:
        question_id: The answer that was left out.
        why: What it would be needed for.
        assumption: What the work assumes instead.
        matters: Whether its absence matters, given the other answers.
    """

    question_id: str
    why: str
    assumption: str
    matters: Callable[[Answers], bool] = _always


GAPS = (
    Gap(
        "locations",
        "places decide language and season",
        "No place is named.",
    ),
    Gap(
        "business_type",
        "selling to companies or to people takes different channels",
        "It is taken from the words for who buys.",
    ),
    Gap(
        "voice",
        "the tone of every text depends on it",
        "A clear and friendly tone is used.",
        _without_adjectives,
    ),
    Gap(
        "proof",
        "results, testimonials and awards persuade",
        "No result, testimonial or award is claimed.",
    ),
    Gap(
        "platforms_wanted",
        "the work is made for its channels",
        "Channels are chosen by goal, audience and business type; what is to be avoided stays out.",
    ),
    Gap(
        "budget",
        "paid promotion needs a sum",
        "No sum is promised; shares of a budget are given in per cent only.",
    ),
)
"""
Only answers that change what is made.

Deadlines and measures are told of with the goals, which may name them themselves.
"""


def find_gaps(answers: Answers) -> tuple[Gap, ...]:
    """Return the gaps that matter, in the form's order."""
    return tuple(gap for gap in GAPS if not answers.has(gap.question_id) and gap.matters(answers))
