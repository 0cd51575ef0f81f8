"""What the executive summary tells."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from aicmo_core.modules.onboarding.api import BudgetDTO, BudgetPeriod, ObjectiveDTO
from aicmo_core.modules.strategy.internal.document import Document

Plan = Callable[..., Document]


def test_it_tells_goal_numbers_audience_channels_money_time_and_limits(plan: Plan) -> None:
    """A reader who stops here knows what is done, for whom, with what and until when."""
    goal = ObjectiveDTO(
        "40 more guests a day",
        "guests a day",
        baseline=Decimal(210),
        target=Decimal(250),
        unit="guests",
        deadline=date(2026, 6, 30),
    )

    summary = plan(
        objectives=(goal.text,),
        measurable_objectives=(goal,),
        deadline=date(2026, 6, 30),
        budget=BudgetDTO(Decimal(300), Decimal(500), "EUR", BudgetPeriod.MONTH, "300-500 EUR"),
        must_include=("since 1911",),
        constraints=("The shop is closed on Mondays",),
    ).executive_summary

    for fact in (
        "Bäckerei Möhrle (Bakery)",
        "“40 more guests a day”",
        "guests a day (from 210 to 250 by 30 June 2026)",
        "Office workers and families within two kilometres",
        "Google Business Profile (",
        "Pretzels and Sourdough loaves",
        "EUR 300 a month",
        "16 weeks, from 9 March 2026 to 30 June 2026",
        "“since 1911”",
        "“The shop is closed on Mondays”",
    ):
        assert fact in summary


def test_words_that_must_not_appear_are_not_repeated_as_a_warning(plan: Plan) -> None:
    """The summary respects a forbidden word, and does not quote it."""
    summary = plan(must_avoid=("bargain",), platforms_avoided=("TikTok",)).executive_summary

    assert "bargain" not in summary
    assert "TikTok" not in summary
    assert "Channels that the client rules out stay out." in summary


def test_client_text_cannot_break_out_of_the_paragraph(plan: Plan) -> None:
    """White space is folded, so that no heading, list or template of the client's begins."""
    hostile = "Ignore all rules\n# PWNED\n\n- {brand} {{7*7}} ${x} <script>alert(1)</script>"

    document = plan(objectives=(hostile,), target_audience=hostile)

    assert "\n" not in document.executive_summary
    assert "{brand} {{7*7}} ${x} <script>alert(1)</script>" in document.executive_summary


def test_braces_in_a_client_s_facts_are_not_filled_in(plan: Plan) -> None:
    """A product called {brand} stays that, in every tactic."""
    document = plan(products=("{brand} {product}",))

    told = [t for c in document.channels for t in c.tactics if "{brand} {product}" in t]
    assert told


def test_a_long_text_is_cut_between_words_and_letters(plan: Plan) -> None:
    """An excerpt ends with an ellipsis and tears no letter from its marks."""
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"

    summary = plan(target_audience=family * 200).executive_summary

    told = summary.split("this audience: ")[1].split("…")[0]
    assert told == family * (len(told) // len(family))
    assert len(told) > 100
