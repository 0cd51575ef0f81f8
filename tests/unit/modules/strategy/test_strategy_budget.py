"""Shares and money that sum exactly."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest

from aicmo_core.modules.onboarding.api import BudgetDTO, BudgetPeriod
from aicmo_core.modules.strategy.internal.budget import apportion, shares, spending
from aicmo_core.modules.strategy.internal.document import Document
from aicmo_core.modules.strategy.internal.rules import StrategyRules

Plan = Callable[..., Document]


def stated(low: str, high: str, currency: str = "EUR", period: str = "month") -> BudgetDTO:
    return BudgetDTO(Decimal(low), Decimal(high), currency, BudgetPeriod(period), "so much")


def test_the_largest_remainders_get_what_rounding_left() -> None:
    """Nobody loses a unit, and the earlier of equals is served first."""
    assert apportion(100, [Fraction(1)] * 3) == [34, 33, 33]
    assert apportion(10, [Fraction(5), Fraction(3), Fraction(3)]) == [4, 3, 3]


def test_every_channel_of_a_usual_plan_gets_five_percent_at_least(rules: StrategyRules) -> None:
    """A planned channel is never left without anything."""
    assert shares([1000, 1, 1], rules.budget) == (Decimal(90), Decimal(5), Decimal(5))


@pytest.mark.parametrize("count", [1, 2, 7, 11, 50, 51, 150])
def test_shares_sum_to_exactly_100_for_any_number_of_channels(
    count: int, rules: StrategyRules
) -> None:
    """Exactly, in decimals."""
    parts = shares(range(1, count + 1), rules.budget)

    assert sum(parts) == 100
    assert min(parts) > 0


def test_the_lower_end_of_a_range_is_planned_and_the_rest_is_kept_back() -> None:
    """What is certain is planned; the reasons name the period and the reserve."""
    money = spending(stated("300", "500"), [Decimal(60), Decimal(40)], 5)

    assert money.total is not None
    assert (money.total.amount, money.period) == (Decimal(300), BudgetPeriod.MONTH)
    assert [m.amount for m in money.parts] == [Decimal(180), Decimal(120)]
    assert money.reasons[0].startswith("EUR 300 a month is planned")
    assert "the other EUR 200 is a reserve" in money.reasons[1]
    assert "about EUR 345 over the 5 weeks" in money.reasons[2]


def test_up_to_an_amount_plans_that_amount() -> None:
    """A range from nothing has only its upper end to plan."""
    money = spending(stated("0", "500"), [Decimal(100)], 5)

    assert money.total is not None
    assert money.total.amount == 500
    assert "upper end" in money.reasons[1]


def test_no_stated_money_divides_time_and_says_so() -> None:
    """Shares without money are shares of the work."""
    money = spending(None, [Decimal(100)], 5)

    assert (money.total, money.parts) == (None, ())
    assert "divide the working time" in money.reasons[0]


@pytest.mark.parametrize(
    ("total", "currency", "parts"),
    [
        ("10", "EUR", ["3.40", "3.30", "3.30"]),
        ("100", "EUR", ["34", "33", "33"]),
        ("99.99", "EUR", ["33.99", "33.00", "33.00"]),
        ("50", "JPY", ["17", "17", "16"]),
        ("1", "KWD", ["0.340", "0.330", "0.330"]),
        ("0.005", "EUR", ["0.002", "0.002", "0.001"]),
    ],
)
def test_parts_are_rounded_to_the_currency_s_own_units(
    total: str, currency: str, parts: list[str]
) -> None:
    """Large whole amounts in whole units, others in minor units, and never lossy."""
    percent = [Decimal(34), Decimal(33), Decimal(33)]

    money = spending(stated(total, total, currency, "total"), percent, 5)

    assert [str(m.amount) for m in money.parts] == parts
    assert sum(m.amount for m in money.parts) == Decimal(total)


def test_the_strategy_carries_its_money_by_channel(plan: Plan) -> None:
    """Parts stand beside shares, and the total with its period stands above."""
    document = plan(budget=stated("305", "305"))

    assert document.budget_total is not None
    assert document.budget_period is BudgetPeriod.MONTH
    assert sum(c.budget.amount for c in document.channels if c.budget) == 305


def test_bought_media_weigh_more_than_time(plan: Plan) -> None:
    """Airtime takes a larger part than an equally wanted channel of one's own."""
    television, email = plan(
        platforms_wanted=("TV", "WhatsApp", "Print"), locations=(), budget=stated("900", "900")
    ).channels[:2]

    assert television.budget_allocation_pct > email.budget_allocation_pct
    assert "its part of the money is larger" in television.reason
