"""However a client writes where a measure stands and where it shall stand, it is read alike."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from aicmo_core.modules.onboarding.api import Direction, IntakeFormDTO, ObjectiveDTO
from aicmo_core.modules.onboarding.internal.amounts import find_amounts
from aicmo_core.modules.onboarding.internal.deadlines import Today
from aicmo_core.modules.onboarding.internal.goals import Context, read_goal
from aicmo_core.modules.onboarding.internal.movements import level
from aicmo_core.modules.onboarding.internal.reading import read_form

TODAY = Today(date(2026, 11, 22))

MEASURES = [
    ("Conversion", "10%", "15%"),
    ("Angebotsquote", "10 %", "15 %"),
    ("Win rate", "18%", "25%"),
    ("open rate", "22,5%", "30%"),
    ("Repeat bookings", "22%", "35%"),
    ("Churn", "6%", "3%"),
    ("ROAS", "1.8x", "3.2x"),
    ("NPS", "30", "45"),
    ("Followers", "9,400", "14,000"),
    ("Newsletter readers", "1.2k", "1.8k"),
    ("Monthly revenue", "€30k", "€50k"),
    ("Average basket", "$42", "$55.50"),
    ("CPA", "C$48", "C$30"),
]
WAYS = [
    "{measure} from {low} to {high}",
    "{measure} {low}→{high}",
    "{measure}: {low} → {high}",
    "{measure} {low} -> {high}",
    "{measure} {low} => {high}",
    "{measure} ({low} → {high})",
    "{measure}: {low} to {high}",
    "Increase {measure} from {low} to {high} in 90 days",
    "{measure} (currently {low}) to {high}",
    "{measure} (today: {low}) to {high} by June 2027",
]


def read(text: str) -> tuple[ObjectiveDTO, ...]:
    return read_goal([text], "primary_goal", Context(TODAY))


@pytest.mark.parametrize(("measure", "low", "high"), MEASURES)
@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_write_a_movement_says_the_same(
    way: str, measure: str, low: str, high: str
) -> None:
    """An arrow, a colon and brackets say "from … to …": measure, both numbers, direction."""
    [found] = read(way.format(measure=measure, low=low, high=high))

    start, end = (find_amounts(number)[0].value for number in (low, high))
    assert found.metric == measure
    assert (found.baseline, found.target) == (start, end)
    assert found.direction is (Direction.INCREASE if end > start else Direction.DECREASE)
    assert not found.relative


@pytest.mark.parametrize(
    ("text", "metric", "baseline", "target", "unit"),
    [
        ("3x qualified leads (currently 25 a month)", "qualified leads per month", 25, 75, None),
        ("Double our enquiries from 40 a month", "enquiries per month", 40, 80, None),
        ("Triple revenue (currently $1.2m)", "revenue", 1_200_000, 3_600_000, "USD"),
        ("Grow bookings by 20% from 500", "bookings", 500, 600, None),
        ("Cut cost per lead by 25% from €40", "cost per lead", 40, 30, "EUR"),
        ("Grow LinkedIn followers 5x from 400", "LinkedIn followers", 400, 2000, None),
    ],
)
def test_a_change_of_a_stated_number_is_a_level(
    text: str, metric: str, baseline: int, target: int, unit: str | None
) -> None:
    """Three times 25 is 75, and never a fall from 25 to 3."""
    [found] = read(text)

    assert found.metric == metric
    assert (found.baseline, found.target) == (Decimal(baseline), Decimal(target))
    assert found.unit == (unit or metric)
    assert found.direction is (Direction.INCREASE if target > baseline else Direction.DECREASE)
    assert not found.relative


@pytest.mark.parametrize(
    ("text", "metric"),
    [
        ("Grow sales by 30% from 2 shops", "sales"),
        ("Reduce churn from 6% by 2%", "churn"),
        ("3x engagement", "engagement"),
    ],
)
def test_a_change_is_not_counted_from_another_thing(text: str, metric: str) -> None:
    """Without a number of the same thing it stays a change."""
    [found] = read(text)

    assert found.relative
    assert (found.metric, found.baseline) == (metric, None)


@pytest.mark.parametrize(
    ("text", "metric", "target"),
    [
        ("visits: 200 to 300 a day", "visits per day", 200),
        ("increase conversion rate by 10% to 15%", "conversion rate", 10),
        ("Reach a conversion rate of 10% to 15%", "conversion rate", 10),
        ("Increase sales 20 to 30%", "sales", 20),
    ],
)
def test_a_range_is_no_movement(text: str, metric: str, target: int) -> None:
    """Its nearer end is the target, and neither end is part of the name."""
    [found] = read(text)

    assert found.metric == metric
    assert (found.baseline, found.target) == (None, Decimal(target))


@pytest.mark.parametrize(
    ("text", "metrics"),
    [
        (
            "Average order value from $42 to $55 and repeat purchase rate from 18% to 25%",
            ["Average order value", "repeat purchase rate"],
        ),
        ("Recruit 12 helpers each month and raise $60k", ["helpers per month", "money raised"]),
        ("Win 50 clients and make €20k", ["clients", "revenue"]),
        ("Grow policies 8% a year to 27,000", ["policies"]),
        ("Reach 5k pre-orders @ 20% conversion", ["pre-orders"]),
        ("Passer de 18 000 à 25 000 visiteurs d’ici fin 2027", ["visiteurs"]),
    ],
)
def test_each_number_is_of_its_own_measure(text: str, metrics: list[str]) -> None:
    """Money is no number of helpers, and another number is no part of a measure's name."""
    assert [found.metric for found in read(text)] == metrics


def test_a_level_has_no_more_digits_than_money() -> None:
    """A third less of 40 is a number that can be paid."""
    [baseline], [change] = find_amounts("€40"), find_amounts("33.3%")

    assert level(baseline, change, Direction.DECREASE).value == Decimal("26.68")


@pytest.mark.parametrize(
    "answers",
    [
        {"goal_timeline": "launch on 14/02/2027, 90 days after"},
        {"events": ["Launch 14 Feb 2027"]},
        {"events": ["Spring fair 3 March 2027", "We go on sale 2027-02-14"]},
    ],
)
def test_days_after_the_launch_are_counted_from_it(answers: dict[str, object]) -> None:
    """Where the client names the day; else from today, when the plan proposes one."""
    goal = {"primary_goal": "Sell 10k lamps in the first 90 days after launch"}
    now = datetime(2026, 11, 22, tzinfo=UTC)

    told = read_form(IntakeFormDTO(goal | answers, now), None, now)
    untold = read_form(IntakeFormDTO(goal, now), None, now)

    assert told.objectives[0].deadline == date(2027, 5, 15)
    assert untold.objectives[0].deadline == date(2027, 2, 20)
