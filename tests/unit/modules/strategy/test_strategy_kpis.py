"""What is measured, and where each target comes from."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from aicmo_core.modules.onboarding.api import Direction, ObjectiveDTO
from aicmo_core.modules.strategy.api import DEFAULT_SOURCE, KpiDTO
from aicmo_core.modules.strategy.internal.document import Document

Plan = Callable[..., Document]
FOLLOWERS = ObjectiveDTO(
    "Grow Instagram from 900 to 1,500 followers by 30 June 2026",
    "Instagram followers",
    baseline=Decimal(900),
    target=Decimal(1500),
    unit="followers",
    deadline=date(2026, 6, 30),
)
BOUNCE = ObjectiveDTO(
    "Cut the bounce rate from 12% to 7%",
    "bounce rate",
    direction=Direction.DECREASE,
    baseline=Decimal(12),
    target=Decimal(7),
    unit="%",
    source="secondary_goal",
)


def kpi(document: Document, name: str) -> KpiDTO:
    return next(k for k in document.kpis if k.name == name)


def test_a_measurable_objective_becomes_a_kpi_with_the_client_s_numbers(plan: Plan) -> None:
    """Target, unit, baseline, direction and deadline are those of the brief."""
    document = plan(objectives=(FOLLOWERS.text,), measurable_objectives=(FOLLOWERS, BOUNCE))

    followers, bounce = document.kpis[:2]
    assert (followers.name, followers.target_value, followers.unit) == (
        "Instagram followers",
        Decimal(1500),
        "followers",
    )
    assert followers.baseline == Decimal(900)
    assert followers.deadline == date(2026, 6, 30)
    assert followers.timeframe_days == (date(2026, 6, 30) - document.timeline.start).days
    assert followers.source == FOLLOWERS.text
    assert (bounce.direction, bounce.target_value) == (Direction.DECREASE, Decimal(7))


def test_an_objective_is_named_as_the_client_measures_it(plan: Plan) -> None:
    """Where a measure of the client is the objective's, its name is used and planned once."""
    leads = ObjectiveDTO("500 leads", "leads", target=Decimal(500), unit="leads")

    document = plan(measurable_objectives=(leads,), kpis=("Qualified leads",))

    assert kpi(document, "Qualified leads").target_value == 500
    assert [k.name for k in document.kpis].count("Qualified leads") == 1


def test_a_goal_without_a_number_gets_defaults_that_say_so(plan: Plan) -> None:
    """Each default says that it is assumed and how it was reckoned; none has a baseline."""
    document = plan()

    assert len(document.kpis) >= 4
    for default in document.kpis:
        assert default.source == "pack default"
        assert "The client states no target, so it is assumed: " in default.reason
        assert default.baseline is None


def test_reach_is_reckoned_from_the_planned_pieces(plan: Plan) -> None:
    """The arithmetic in the reason is the arithmetic of the target."""
    document = plan()
    pieces = sum(c.posts_per_week for c in document.channels) * document.timeline.duration_weeks

    reach = kpi(document, "Reach")

    assert f"{pieces} planned pieces, each assumed to be seen by 250 people" in reach.reason
    assert abs(reach.target_value - pieces * 250) <= reach.target_value * Decimal("0.05")


def test_the_measure_of_the_goal_comes_before_general_ones(plan: Plan) -> None:
    """The first default serves what the client wants first."""
    hiring = plan(objectives=("Hire four bakers",))
    reviews = plan(objectives=("Better reviews",))

    assert hiring.kpis[0].name == "Applications"
    assert reviews.kpis[0].name == "New reviews"


def test_a_measure_that_the_client_names_is_planned_under_that_name(plan: Plan) -> None:
    """A countable one gets a figure; of any other only a change can be assumed."""
    document = plan(kpis=("social engagement", "hotel occupancy", "cost per booking"))

    assert kpi(document, "social engagement").unit == "%"
    occupancy = kpi(document, "hotel occupancy")
    assert (occupancy.relative, occupancy.unit) == (True, "% above the first week")
    cost = kpi(document, "cost per booking")
    assert (cost.direction, cost.unit) == (Direction.DECREASE, "% below the first week")


@pytest.mark.parametrize("asked", ["saves per post", "orders per week", "average order value"])
def test_a_measure_that_is_a_ratio_gets_no_total(plan: Plan, asked: str) -> None:
    """Nobody gets 360 saves per post because a plan has that many in all."""
    found = kpi(plan(kpis=(asked,)), asked)

    assert (found.relative, found.unit) == (True, "% above the first week")


def test_a_change_that_the_client_wants_is_told_from_a_level(plan: Plan) -> None:
    """ "Up 30 %" is no rate of 30 %, in the KPI itself."""
    more = ObjectiveDTO("30% more visits", "visits", target=Decimal(30), unit="%", relative=True)
    less = ObjectiveDTO(
        "Halve returns", "returns", Direction.DECREASE, None, Decimal("0.5"), "x", relative=True
    )

    document = plan(measurable_objectives=(more, less))

    assert kpi(document, "visits").unit == "% above the starting level"
    assert kpi(document, "returns").unit == "x the starting level"
    assert kpi(document, "visits").relative


def test_a_target_that_nobody_stated_says_so(plan: Plan) -> None:
    """Whether the client named the measure or the plan did."""
    stated = ObjectiveDTO("500 leads", "leads", target=Decimal(500), unit="leads")

    document = plan(measurable_objectives=(stated,), kpis=("site activity", "ROAS 4x"))

    assumed = {k.name for k in document.kpis if k.assumed}
    assert "site activity" in assumed
    assert not {"leads", "ROAS"} & assumed
    assert {k.name for k in document.kpis if k.source == DEFAULT_SOURCE} <= assumed


@pytest.mark.parametrize(
    ("asked", "name", "target", "unit"),
    [
        ("CTR > 2%", "CTR", "2", "%"),
        ("ROAS 4x", "ROAS", "4", "x"),
        ("newsletter sign-ups: 1,250", "newsletter sign-ups", "1250", "newsletter sign-ups"),
        ("reply rate at least 97.5%", "reply rate", "97.5", "%"),
    ],
)
def test_a_measure_with_its_target_beside_it_is_read(
    plan: Plan, asked: str, name: str, target: str, unit: str
) -> None:
    """The client's own target is used where it stands with the measure."""
    found = kpi(plan(kpis=(asked,)), name)

    assert (found.target_value, found.unit) == (Decimal(target), unit)
    assert found.source == asked


def test_a_year_in_a_measure_is_no_target(plan: Plan) -> None:
    """A bare number behind a name is part of the name."""
    assert kpi(plan(kpis=("sales in 2026",)), "sales in 2026").relative


def test_two_objectives_of_one_measure_are_told_apart(plan: Plan) -> None:
    """KPIs are found by name, so no two have the same."""
    euro = ObjectiveDTO("EUR 5,000 in sales", "sales", target=Decimal(5000), unit="EUR")
    share = ObjectiveDTO("sales up 5%", "sales", target=Decimal(5), unit="%")

    document = plan(measurable_objectives=(euro, share))

    assert [k.name for k in document.kpis[:2]] == ["sales", "sales (%)"]


def test_every_kpi_serves_an_objective_in_the_client_s_words(plan: Plan) -> None:
    """A goal that a measure belongs to is found among several."""
    goals = ("More guests at the counter", "Better reviews on Google")

    document = plan(objectives=goals)

    assert {k.goal for k in document.kpis} <= set(goals)
    assert kpi(document, "New reviews").goal == "Better reviews on Google"


def test_an_objective_whose_day_has_passed_is_due_at_the_end(plan: Plan) -> None:
    """A KPI is never due before the work begins."""
    late = ObjectiveDTO(
        "20 guests", "guests", target=Decimal(20), unit="guests", deadline=date(2025, 1, 1)
    )

    document = plan(measurable_objectives=(late,))

    assert document.kpis[0].deadline == document.timeline.milestones[-1].due.replace(
        day=document.timeline.end.day - 1
    )


@pytest.mark.parametrize("count", [5, 40, 2_000, 30_000])
@pytest.mark.parametrize("unit", ["orders", "leads", "tickets", "followers", "members"])
def test_enough_people_are_to_be_reached_for_the_goal(plan: Plan, count: int, unit: str) -> None:
    """Nobody plans for more results than one of a hundred people who are reached."""
    goal = ObjectiveDTO(f"Get {count} {unit}", unit, target=Decimal(count), unit=unit)

    document = plan(objectives=(goal.text,), measurable_objectives=(goal,), kpis=("Reach",))

    reach = kpi(document, "Reach")
    assert reach.target_value >= 100 * count
    assert ("results need it" in reach.reason) is (100 * count == reach.target_value)


@pytest.mark.parametrize(
    ("goal", "metric", "people"),
    [
        ("Sell 1,500 copies of Harbour Lights", "copies of Harbour Lights", 150_000),
        ("Hire 1,500 pickers", "pickers", 150_000),
        ("Plant 1,500 trees", "trees", 0),
    ],
)
def test_what_is_sold_is_a_result_whatever_it_is_called(
    plan: Plan, goal: str, metric: str, people: int
) -> None:
    """The goal's verb says that each takes a person who acts."""
    asked = ObjectiveDTO(goal, metric, target=Decimal(1_500), unit=metric)

    document = plan(objectives=(goal,), measurable_objectives=(asked,), kpis=("Reach",))

    reach = kpi(document, "Reach")
    assert reach.target_value >= people
    assert ("results need it" in reach.reason) is (people > 0)
