"""A goal's sentence becomes objectives, as measurable as its words make it."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicmo_core.modules.onboarding.api import Direction, ObjectiveDTO
from aicmo_core.modules.onboarding.internal.deadlines import Today
from aicmo_core.modules.onboarding.internal.goals import (
    MOST_OBJECTIVES,
    Context,
    missed_deadlines,
    read_goal,
    read_timeline,
)

TODAY = Today(date(2026, 5, 20))
UP, DOWN = Direction.INCREASE, Direction.DECREASE


def objectives(text: str, deadline: date | None = None) -> tuple[ObjectiveDTO, ...]:
    return read_goal([text], "primary_goal", Context(TODAY, (), deadline))


@pytest.mark.parametrize(
    ("text", "metric", "direction", "baseline", "target", "unit"),
    [
        ("Reduce bounce rate from 12% to 7%", "bounce rate", DOWN, "12", "7", "%"),
        ("500 leads in Q1", "leads", UP, None, "500", "leads"),
        ("10K pre-orders", "pre-orders", UP, None, "10000", "pre-orders"),
        ("Improve ROAS from 1.8x to 3.5x", "ROAS", UP, "1.8", "3.5", "x"),
        ("Followers from 200 to 500", "Followers", UP, "200", "500", "Followers"),
        ("Grow from 200 to 500 followers", "followers", UP, "200", "500", "followers"),
        ("Conversion from 8 to 12 percent", "Conversion", UP, "8", "12", "%"),
        (
            "grow our newsletter to 5,000 subscribers",
            "subscribers",
            UP,
            None,
            "5000",
            "subscribers",
        ),
        ("Monthly revenue from €30k to €50k", "Monthly revenue", UP, "30000", "50000", "EUR"),
        ("€ 1.2 million in online sales", "online sales", UP, None, "1200000", "EUR"),
        ("1.234,56 EUR Umsatz", "Umsatz", UP, None, "1234.56", "EUR"),
        ("₹50 lakh revenue", "revenue", UP, None, "5000000", "INR"),
        ("Obtenir 10 000 abonnés d'ici fin 2026", "abonnés", UP, None, "10000", "abonnés"),
        ("Bounce-Rate von 12 % auf 7 % senken", "Bounce-Rate", DOWN, "12", "7", "%"),
        ("Reach a conversion rate of 3%", "conversion rate", UP, None, "3", "%"),
        ("CPL under €20", "CPL", DOWN, None, "20", "EUR"),
        ("cost per lead below 15 EUR", "cost per lead", DOWN, None, "15", "EUR"),
        ("reduce response time to 2 hours", "response time", DOWN, None, "2", "hours"),
        ("sign-ups (currently 120) to 300 a month", "sign-ups per month", UP, "120", "300", None),
        ("500-800 leads per month", "leads per month", UP, None, "500", None),
        ("Cost per click down to 0.50-0.80 EUR", "Cost per click", DOWN, None, "0.80", "EUR"),
        ("Cost per click to 0.50-0.80 EUR", "Cost per click", UP, None, "0.50", "EUR"),
        ("Sell 1.200 Brezeln am Tag", "Brezeln am Tag", UP, None, "1200", None),
        ("Get to 300 orders/week by May", "orders per week", UP, None, "300", None),
        ("orders to 300 / week", "orders per week", UP, None, "300", "orders per week"),
        ("25 bookings/wk", "bookings per week", UP, None, "25", None),
        ("cut cost/lead to €40", "cost per lead", DOWN, None, "40", "EUR"),
        ("Monthly revenue to 50k EUR per month", "Monthly revenue", UP, None, "50000", "EUR"),
        ("Increase occupancy 80%", "occupancy", UP, None, "80", "%"),
        ("Fill 12 places in each class", "places in each class", UP, None, "12", None),
        ("Save 200 tonnes of food", "tonnes of food", UP, None, "200", None),
        ("Get twenty new patients a month", "new patients per month", UP, None, "20", None),
        ("two thousand five hundred sign-ups", "sign-ups", UP, None, "2500", None),
        ("open two shops", "shops", UP, None, "2", None),
        ("Launch a campaign to hit 200 active members", "active members", UP, None, "200", None),
        ("Enroll 500 students in the cohort", "students", UP, None, "500", "students"),
        ("NPS 50", "NPS", UP, None, "50", "NPS"),
        ("Raise $250,000 by the end of 2026", "money raised", UP, None, "250000", "USD"),
        ("Earn €5k in June", "revenue", UP, None, "5000", "EUR"),
        ("売上を20%から35%にする", "売上", UP, "20", "35", "%"),
        ("直接予約を月80件にする", "直接予約 per month", UP, None, "80", None),
        ("フォロワー1万2千人", "フォロワー", UP, None, "12000", None),
        ("月商1,200万円を達成", "月商", UP, None, "12000000", "JPY"),
        ("キャンセルを30件に減らす", "キャンセル", DOWN, None, "30", None),
        ("会员从200人增加到400人", "会员", UP, "200", "400", None),
        ("add 20 reviews from 3 countries", "reviews", UP, None, "20", "reviews"),
        ("Two dozen new customers by next spring", "new customers", UP, None, "24", None),
        ("Sell half of the 400 tickets", "tickets", UP, None, "200", None),
        ("500+ signups", "signups", UP, None, "500", None),
        ("Rezygnacje z 9% do 5% zmniejszyć", "Rezygnacje", DOWN, "9", "5", "%"),
        ("Zmniejszyć rezygnacje z 9% do 5%", "rezygnacje", DOWN, "9", "5", "%"),
        ("Firmare 10 contratti entro marzo 2027", "contratti", UP, None, "10", None),
        ("Aumentar visitantes de 9.000 para 12.000", "visitantes", UP, "9000", "12000", None),
        ("월 주문 500건 달성", "월 주문", UP, None, "500", None),
        ("ऑनलाइन ऑर्डर 100 से 250", "ऑनलाइन ऑर्डर", UP, "100", "250", None),
        ("الطلبات من 100 إلى 250", "الطلبات", UP, "100", "250", None),
        (
            "Fill 80% of class seats by June 2027, up from 55% today",
            "class seats",
            UP,
            "55",
            "80",
            "%",
        ),
    ],
)
def test_a_goal_with_a_number_is_measurable(
    text: str,
    metric: str,
    direction: Direction,
    baseline: str | None,
    target: str,
    unit: str | None,
) -> None:
    """What is measured, which way, from where, to where, and in what."""
    [objective] = objectives(text)

    assert objective.metric == metric
    assert objective.direction is direction
    assert objective.baseline == (Decimal(baseline) if baseline else None)
    assert objective.target == Decimal(target)
    assert objective.unit == (unit or metric)
    assert objective.measurable
    assert not objective.relative


@pytest.mark.parametrize(
    ("text", "metric", "direction", "target", "unit"),
    [
        ("increase revenue by 30 %", "revenue", UP, "30", "%"),
        ("Increase weekday sales 12% by Labor Day", "weekday sales", UP, "12", "%"),
        ("Grow sales by half", "sales", UP, "50", "%"),
        ("cut churn by a quarter", "churn", DOWN, "25", "%"),
        ("Umsatz um die Hälfte steigern", "Umsatz", UP, "50", "%"),
        ("زيادة مبيعات المتجر 30٪ خلال 6 أشهر", "مبيعات المتجر", UP, "30", "%"),
        ("Umsatz um 30 % steigern", "Umsatz", UP, "30", "%"),
        ("30% more traffic", "traffic", UP, "30", "%"),
        ("20% growth in revenue", "revenue", UP, "20", "%"),
        ("+25% bookings", "bookings", UP, "25", "%"),
        ("cut churn by 2.5 percentage points", "churn", DOWN, "2.5", "%"),
        ("Double our online sales", "online sales", UP, "2", "x"),
        ("halve the cost per order", "cost per order", DOWN, "0.5", "x"),
        ("3x engagement", "engagement", UP, "3", "x"),
        ("Raise sales by twenty percent", "sales", UP, "20", "%"),
        ("increase followers by 2000", "followers", UP, "2000", "followers"),
    ],
)
def test_a_change_from_today_is_told_from_a_level(
    text: str, metric: str, direction: Direction, target: str, unit: str
) -> None:
    """ "By 30 %" is no rate of 30 %."""
    [objective] = objectives(text)

    assert objective.relative
    assert (objective.metric, objective.direction) == (metric, direction)
    assert (objective.target, objective.unit) == (Decimal(target), unit)


@pytest.mark.parametrize(
    "text",
    [
        "more customers",
        "become the #1 bakery",
        "reach women aged 25-40",
        "Be in the top 10",
        "answer within the hour, 24/7",
        "Be known for our B2B service",
        "become one of the three best studios in Graz",
        "a two-year plan for one shop",
    ],
)
def test_a_goal_without_a_measure_is_not_measurable(text: str) -> None:
    """Ranks, ages and hours of the day are not what is counted."""
    assert not any(objective.measurable for objective in objectives(text))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "Generate 500 qualified leads and achieve 50 paid conversions in Q1",
            ["Generate 500 qualified leads", "achieve 50 paid conversions in Q1"],
        ),
        (
            "Increase social media engagement and drive e-commerce traffic",
            ["Increase social media engagement", "drive e-commerce traffic"],
        ),
        ("5,000 followers & 200 leads", ["5,000 followers", "200 leads"]),
        (
            "Get 5 reviews; 20 bookings. Then open a second shop",
            ["Get 5 reviews", "20 bookings", "Then open a second shop"],
        ),
        (
            "500 Abonnenten gewinnen und 50 Verkäufe erzielen",
            ["500 Abonnenten gewinnen", "50 Verkäufe erzielen"],
        ),
        ("Raise awareness and demand", ["Raise awareness and demand"]),
        ("10K pre-orders and strong positioning", ["10K pre-orders and strong positioning"]),
        ("Reach between 300 and 500 signups", ["Reach between 300 and 500 signups"]),
        ("approx. 500 leads", ["approx. 500 leads"]),
        ("赢得500个客户。开第二家店", ["赢得500个客户", "开第二家店"]),
    ],
)
def test_a_sentence_is_parted_where_a_new_goal_begins(text: str, parts: list[str]) -> None:
    """A new verb or a new number begins a new objective; a mere "and" does not."""
    assert [objective.text for objective in objectives(text)] == parts


def test_a_deadline_at_the_end_holds_for_the_whole_sentence() -> None:
    """One that begins it does too."""
    at_end = objectives("Generate 500 leads and achieve 50 sales in 90 days")
    at_beginning = objectives("By Q4, get 500 leads and 50 sales")

    assert [o.deadline for o in at_end] == [date(2026, 8, 18)] * 2
    assert [o.timeframe_days for o in at_end] == [90, 90]
    assert [o.deadline for o in at_beginning] == [date(2026, 12, 31)] * 2


@given(
    metric=st.sampled_from(["リピーター", "会員", "予約数", "来店のお客様", "解約"]),
    numbers=st.lists(st.integers(1, 99_999), min_size=2, max_size=2, unique=True),
    unit=st.sampled_from(["人", "名", "件", "組", ""]),
    due=st.sampled_from(["", "2027年3月31日までに", "来年3月末までに", "年度末までに"]),
)
def test_a_goal_in_japanese_has_both_its_numbers(
    metric: str, numbers: list[int], unit: str, due: str
) -> None:
    """From where to where, of what and by when, though no space parts the words."""
    start, end = numbers

    [goal] = objectives(f"{due}{metric}を{start}{unit}から{end}{unit}にする")

    assert (goal.metric, goal.baseline, goal.target) == (metric, Decimal(start), Decimal(end))
    assert goal.direction is (UP if end > start else DOWN)
    assert goal.deadline == (date(2027, 3, 31) if due else None)


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("Book 15 weddings for the winter season (Nov 2026 - Feb 2027)", date(2026, 10, 31)),
        ("Enrol 120 students for the September 2027 intake", date(2026, 10, 31)),
        ("Enrol 120 students by September 2027", date(2027, 9, 30)),
    ],
)
def test_what_a_goal_is_for_is_no_deadline_of_it(text: str, due: date) -> None:
    """Where an earlier day is stated, only words such as "by" name a later one."""
    [goal] = objectives(text, date(2026, 10, 31))

    assert goal.deadline == due


def test_a_deadline_before_another_goal_is_its_own() -> None:
    """What follows has the timeline's, or none."""
    text = "Enroll 500 students in Q2 and establish market leadership"

    assert [o.deadline for o in objectives(text)] == [date(2026, 6, 30), None]
    assert objectives(text, date(2027, 1, 1))[1].deadline == date(2027, 1, 1)


def test_the_digits_of_a_date_are_no_target() -> None:
    """Not of a deadline, of a date to compare with, or of one that no calendar has."""
    assert objectives("Be better known by 31.12.2026")[0].target is None
    assert objectives("grow 20% compared to Q4 2024")[0].target == Decimal(20)
    assert objectives("Win 50 clients by 31/02/2027")[0].target == Decimal(50)


def test_a_year_in_the_words_is_no_target() -> None:
    """Where something is counted beside it."""
    [objective] = objectives("Beat our 2024 record of 500 leads")

    assert (objective.target, objective.metric) == (Decimal(500), "leads")
    assert objectives("reach 2024 followers")[0].target == Decimal(2024)


def test_a_number_without_a_measure_continues_the_one_before() -> None:
    """Steps on the way to one goal are named once."""
    found = objectives("Increase sales by 20 % in Q3 and 30 % in Q4")

    assert [(o.metric, o.target, o.relative) for o in found] == [
        ("sales", Decimal(20), True),
        ("sales", Decimal(30), True),
    ]
    assert [o.deadline for o in found] == [date(2026, 9, 30), date(2026, 12, 31)]


def test_one_answer_has_a_bounded_number_of_objectives() -> None:
    """An answer of 100 kB costs no more than its beginning."""
    found = objectives("win 5 cups; " * 9000)

    assert len(found) == MOST_OBJECTIVES


def test_lines_are_goals_of_their_own() -> None:
    """A list in a text field is read line by line."""
    found = read_goal(["200 bookings", "50 reviews"], "secondary_goal", Context(TODAY))

    assert [(o.metric, o.source) for o in found] == [
        ("bookings", "secondary_goal"),
        ("reviews", "secondary_goal"),
    ]


def test_a_deadline_that_has_passed_is_found() -> None:
    """Today is not past, and neither is a date to compare with."""
    assert missed_deadlines(["500 leads by March 2020"], TODAY) == ("by March 2020",)
    assert missed_deadlines(["500 leads by 2026-05-20"], TODAY) == ()
    assert missed_deadlines(["20% more than in Q4 2024"], TODAY) == ()
    assert missed_deadlines(["March 2020"], TODAY, bare=True) == ("March 2020",)


def test_of_several_dates_the_timeline_is_the_last() -> None:
    """An answer may name steps on the way."""
    assert read_timeline(["leads by Q3, sales by Q4"], TODAY) == date(2026, 12, 31)
    assert read_timeline(["asap"], TODAY) is None
