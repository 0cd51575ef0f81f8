"""Numbers, money and days as they are written, and the pace of a target."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from aicmo_core.kernel import Money
from aicmo_core.modules.onboarding.api import Direction
from aicmo_core.modules.production.internal.figures import (
    brief_day,
    checkpoint,
    due,
    long_day,
    money,
    near_day,
    plain_number,
    stated,
    target,
    with_unit,
)
from aicmo_core.modules.strategy.api import KpiDTO


def kpi(name: str, value: str, unit: str, days: int = 90, **more: Any) -> KpiDTO:
    return KpiDTO(name, Decimal(value), unit, days, **more)


@pytest.mark.parametrize(
    ("value", "text"),
    [("1234.50", "1,234.5"), ("500", "500"), ("1E+3", "1,000"), ("0.25", "0.25"), ("100", "100")],
)
def test_numbers_carry_no_needless_zeros(value: str, text: str) -> None:
    """Thousands are grouped, zeros that say nothing are dropped."""
    assert plain_number(Decimal(value)) == text


@pytest.mark.parametrize(
    ("unit", "text"), [("%", "7%"), ("x", "7x"), ("EUR", "EUR 7"), ("leads", "7 leads"), ("", "7")]
)
def test_units_stand_where_a_reader_expects_them(unit: str, text: str) -> None:
    """Signs follow closely, currencies stand before, words after."""
    assert with_unit(Decimal(7), unit) == text


def test_money_shows_cents_only_where_there_are_any() -> None:
    """Whole amounts stay whole; others have two places."""
    assert money(Money(Decimal("1250.00"), "EUR")) == "EUR 1,250"
    assert money(Money(Decimal("33.3"), "USD")) == "USD 33.30"


@pytest.mark.parametrize(
    ("measure", "phrase"),
    [
        (kpi("qualified leads", "500", "leads"), "500 qualified leads"),
        (kpi("engagement rate", "5", "%"), "engagement rate of 5%"),
        (kpi("followers", "300", "new followers"), "300 new followers"),
        (kpi("ROAS", "3.5", "x", baseline=Decimal("1.8")), "ROAS from 1.8x to 3.5x"),
        (kpi("revenue", "9000", "EUR"), "revenue of EUR 9,000"),
        (kpi("website visits", "420", "visits from posts"), "420 website visits"),
        (
            kpi("bookings", "35", "%", source="Increase bookings by 35 % in 90 days"),
            "bookings 35% above the starting level",
        ),
    ],
)
def test_a_target_is_stated_as_a_phrase(measure: KpiDTO, phrase: str) -> None:
    """A unit that the name already says is not said twice."""
    assert stated(measure) == phrase


def test_a_count_has_a_steady_pace() -> None:
    """A third of the time brings a third of the count."""
    assert checkpoint(kpi("qualified leads", "600", "leads")) == "200"


def test_a_baseline_moves_in_a_straight_line() -> None:
    """From 60 to 45 in ninety days is 55 after thirty."""
    measure = kpi("sales cycle", "45", "days", baseline=Decimal(60), direction=Direction.DECREASE)

    assert checkpoint(measure) == "55 days"


@pytest.mark.parametrize(
    "measure",
    [
        kpi("engagement rate", "5", "%"),
        kpi("active members", "200", "members"),
        kpi("boxes", "400", "boxes", source="Sell 400 boxes a month"),
        kpi("complaints", "5", "complaints", direction=Direction.DECREASE),
        kpi("leads", "500", "leads", days=30),
    ],
)
def test_no_pace_is_invented(measure: KpiDTO) -> None:
    """Rates, stocks and monthly goals of unknown beginning have no straight line."""
    assert checkpoint(measure) == ""


def test_a_target_is_due_on_its_deadline_or_after_its_time() -> None:
    """A stated deadline counts; without one, the days from the start do."""
    start = date(2026, 11, 23)

    assert due(kpi("reach", "1", "people", deadline=date(2027, 1, 5)), start) == date(2027, 1, 5)
    assert due(kpi("reach", "1", "people", days=30), start) == date(2026, 12, 23)
    assert target(kpi("reach", "900", "people")) == "900 people"


@pytest.mark.parametrize(
    ("write", "text"),
    [
        (long_day, "5 January 2027"),
        (near_day, "Tuesday 5 January"),
        (brief_day, "Tue 5 Jan"),
    ],
)
def test_days_are_written_without_a_locale(write: Callable[[date], str], text: str) -> None:
    """English names, whichever locale the machine has."""
    assert write(date(2027, 1, 5)) == text
