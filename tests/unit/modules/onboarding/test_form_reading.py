"""Every question that a form leaves open is asked at once, and the rest is read."""

import json
import os
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from aicmo_core.kernel import UnknownName
from aicmo_core.modules.onboarding.api import (
    ClarificationKind,
    DiscoveryNotesDTO,
    IntakeFormDTO,
    UnknownQuestions,
)
from aicmo_core.modules.onboarding.internal.contradictions import find_contradictions
from aicmo_core.modules.onboarding.internal.deadlines import Today
from aicmo_core.modules.onboarding.internal.form import intake_form
from aicmo_core.modules.onboarding.internal.reading import read_form
from aicmo_core.testing.fixtures import MONDAY_MORNING
from unit.modules.onboarding.onboarding_desk import REQUIRED, about, form, read


def blocking(**answers: Any) -> list[tuple[str, ClarificationKind]]:
    return [(c.question_id, c.kind) for c in read(**answers).clarifications if c.blocking]


def test_the_form_has_its_questions() -> None:
    """42 questions in eight sections, numbered from one; six are required."""
    questions = intake_form().questions

    assert [q.number for q in questions] == list(range(1, 43))
    assert len({q.id for q in questions}) == 42
    assert len({q.section for q in questions}) == 8
    assert {q.id for q in questions if q.required} == set(REQUIRED)


def test_a_form_with_the_required_answers_is_not_blocked() -> None:
    """What else is left open is told with what is assumed."""
    reading = read()

    assert not reading.blocked
    assert all(c.assumption for c in reading.clarifications)
    assert [c.question_id for c in reading.clarifications] == [
        "locations",
        "business_type",
        "voice",
        "proof",
        "platforms_wanted",
        "budget",
    ]


@pytest.mark.parametrize("question", sorted(REQUIRED))
@pytest.mark.parametrize("empty", ["", "  ", None, [], "n/a", "\u200b", "?"])
def test_a_required_answer_that_says_nothing_blocks(question: str, empty: Any) -> None:
    """Missing, empty, invisible or a placeholder: all the same."""
    assert (question, ClarificationKind.MISSING) in blocking(**{question: empty})


@pytest.mark.parametrize("products", [[], ["n/a - we are a charity"], ["None (we give)"]])
def test_a_charity_may_have_nothing_to_sell(products: list[str]) -> None:
    """It is not held up by the question for products; what is assumed is said."""
    reading = read(products=products, industry="Nonprofit / food security")

    assert not reading.blocked
    assert reading.answers.entries("products") == ()
    assert "products" in [c.question_id for c in reading.clarifications]


def test_every_open_question_is_asked_at_once() -> None:
    """Blocking ones first, each in the form's order, each naming its answer and why."""
    reading = read(
        brand_name="",
        industry=["a", "b"],
        primary_goal="more customers",
        goal_timeline="asap",
        platforms_wanted=["Instagram"],
        platforms_avoided=["instagram"],
        budget="not much",
    )
    asked = [(c.question_id, c.kind.value, c.blocking) for c in reading.clarifications]

    assert asked[:7] == [
        ("brand_name", "missing", True),
        ("industry", "unreadable", True),
        ("platforms_wanted", "contradiction", True),
        ("budget", "unreadable", True),
        ("locations", "assumed", False),
        ("business_type", "assumed", False),
        ("primary_goal", "unmeasurable", False),
    ]
    assert ("goal_timeline", "unreadable", False) in asked
    assert all(c.question_id in c.message for c in reading.clarifications)
    assert [c.question_number for c in reading.clarifications[:4]] == [1, 4, 30, 36]
    assert about(reading, "budget")[0].found == "not much"


@pytest.mark.parametrize(
    ("wanted", "avoided", "contradict"),
    [
        (["Instagram", "TikTok"], ["tiktok"], True),
        (["IG"], ["Instagram"], True),
        (["Twitter"], ["X"], True),
        (["fb"], ["FACEBOOK"], True),
        (["Instagram, TikTok"], "pinterest; Tik Tok", True),
        (["Instagram Reels"], ["Instagram"], True),
        (["e-mail"], ["newsletter"], True),
        (["trade fairs"], ["Trade Fairs"], True),
        (["Facebook"], ["Facebook ads"], False),
        (["TikTok"], ["Instagram"], False),
        (["X-mas market"], ["X"], False),
    ],
)
def test_a_channel_wanted_and_avoided_is_a_contradiction(
    wanted: Any, avoided: Any, contradict: bool
) -> None:
    """Whatever the channel is called; to avoid all of it rules out a part of it."""
    found = blocking(platforms_wanted=wanted, platforms_avoided=avoided)

    assert found == [("platforms_wanted", ClarificationKind.CONTRADICTION)] * contradict


@pytest.mark.parametrize(
    ("required", "forbidden", "contradict"),
    [
        (["since 1911"], ["Since 1911"], True),
        (["Cheap and cheerful"], ["cheap"], True),
        (["cheapest in town"], ["cheap"], False),
        (["quality"], ["poor quality"], False),
        (["100 % vegan"], ["organic"], False),
    ],
)
def test_a_message_required_and_forbidden_is_a_contradiction(
    required: list[str], forbidden: list[str], contradict: bool
) -> None:
    """As whole words; a longer forbidden phrase leaves the shorter one free."""
    found = blocking(must_include=required, must_avoid=forbidden)

    assert found == [("must_include", ClarificationKind.CONTRADICTION)] * contradict


def test_a_forbidden_word_in_a_name_that_must_be_said_is_a_contradiction() -> None:
    """Brand, tagline and products stand in every package."""
    reading = read(must_avoid=["island"], tagline="Out to the island")
    [found] = [about(reading, "must_avoid")]

    assert [c.kind for c in found] == [ClarificationKind.CONTRADICTION] * 2
    assert "brand_name" in found[0].message
    assert "tagline" in found[1].message


def test_each_contradiction_is_told_once() -> None:
    """One wish against two is one question."""
    reading = read(platforms_wanted=["IG"], platforms_avoided=["Instagram", "insta"])

    assert len(find_contradictions(reading.answers, Today(MONDAY_MORNING.date()))) == 1


@pytest.mark.parametrize(
    "answers",
    [
        {"goal_timeline": "by March 2020"},
        {"primary_goal": "Get 200 bookings by 01/02/2020"},
    ],
)
def test_a_deadline_that_has_passed_blocks(answers: dict[str, str]) -> None:
    """No plan can meet it."""
    [id_] = answers

    assert blocking(**answers) == [(id_, ClarificationKind.CONTRADICTION)]


def test_the_timeline_dates_the_goals_that_have_no_deadline() -> None:
    """A goal's own deadline comes first."""
    reading = read(
        primary_goal="Get 200 bookings in 30 days",
        secondary_goal="50 reviews",
        goal_timeline="by the end of 2026",
    )

    assert [o.deadline for o in reading.objectives] == [date(2026, 4, 1), date(2026, 12, 31)]
    assert reading.deadline == date(2026, 12, 31)


def test_measures_and_wishes_are_objectives_only_with_a_number() -> None:
    """What success looks like in 30 days has that deadline."""
    reading = read(kpis=["saves", "CTR above 2 %"], success_30_days="20 new subscriptions")
    found = {o.source: o for o in reading.objectives}

    assert found["kpis"].metric == "CTR"
    assert found["kpis"].target == Decimal(2)
    assert found["success_30_days"].deadline == date(2026, 4, 1)
    assert len(reading.objectives) == 3


def test_an_assumed_currency_and_an_ambiguous_date_are_told() -> None:
    """Not blocking, and never silent."""
    reading = read(
        budget="500", locations=["Berlin"], primary_goal="Get 200 bookings by 03/04/2027"
    )

    assert about(reading, "budget")[0].assumption == "The currency is EUR."
    assert about(reading, "primary_goal")[0].assumption == "It is 3 April 2027."
    assert not reading.blocked


def test_nobody_in_particular_is_asked_about() -> None:
    """A text for everyone speaks to no one."""
    assert about(read(primary_customer="Everyone!"), "primary_customer")[0].blocking is False
    assert about(read(), "primary_customer") == []


def test_discovery_notes_settle_what_blocks() -> None:
    """Their answers replace the form's; empty text takes one away."""
    given = form(industry="", platforms_wanted=["TikTok"], platforms_avoided=["tiktok"])
    notes = DiscoveryNotesDTO("", MONDAY_MORNING, {"industry": "Bakery", "platforms_avoided": ""})

    assert read_form(given, None, MONDAY_MORNING).blocked
    assert not read_form(given, notes, MONDAY_MORNING).blocked


def test_all_unknown_questions_are_named_with_the_nearest() -> None:
    """In the form and in the notes; one mending settles them all."""
    notes = DiscoveryNotesDTO("", MONDAY_MORNING, {"budgets": "500 EUR"})

    with pytest.raises(UnknownQuestions) as caught:
        read_form(form(brandname="A", zzz=1), notes, MONDAY_MORNING)

    assert caught.value.names == ("brandname", "zzz", "budgets")
    assert isinstance(caught.value, UnknownName)
    assert "'brandname', did you mean 'brand_name'?" in str(caught.value)
    assert "'budgets', did you mean 'budget'?" in str(caught.value)
    assert "unknown question 'zzz'; " in str(caught.value)


_DATA = Path(os.environ.get("AICMO_SHARED_DATA", Path(__file__).parents[5] / "shared" / "data"))
_SHARED = sorted((_DATA / "intakes").glob("*.json"))


@pytest.mark.skipif(not _SHARED, reason="no folder of shared intakes beside the checkout")
def test_shared_intakes_are_read_or_asked_about() -> None:
    """Real forms go through; the incomplete one gets its questions."""
    for path in _SHARED:
        case = json.loads(path.read_text(encoding="utf-8"))
        answers = IntakeFormDTO(case["responses"], datetime(2025, 1, 1, tzinfo=UTC))

        reading = read_form(answers, None, MONDAY_MORNING)

        wanted = case.get("acceptance", {})
        told = " ".join(f"{c.question_id} {c.message}" for c in reading.clarifications)
        assert reading.blocked is (wanted.get("expect") == "clarifications"), path.name
        assert all(word in told for word in wanted.get("about", [])), path.name


def test_the_day_of_a_launch_is_no_deadline_where_a_goal_has_a_later_one() -> None:
    """It is an event of the brief, unless the events tell of a launch themselves."""
    goal = "Sell 1,500 copies by 20 December 2027"
    launch = "launch on 1 December 2027"

    with_goal = read(primary_goal=goal, goal_timeline=launch)
    alone = read(primary_goal="Sell 1,500 copies", goal_timeline=launch)
    told = read(primary_goal=goal, goal_timeline=launch, events=["Launch party, 30 November 2027"])

    assert with_goal.deadline is None
    assert [o.deadline for o in with_goal.objectives] == [date(2027, 12, 20)]
    assert with_goal.launches == ("Launch on 1 December 2027",)
    assert alone.deadline == date(2027, 12, 1)
    assert told.launches == ()
