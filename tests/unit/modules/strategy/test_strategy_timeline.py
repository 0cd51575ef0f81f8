"""When the work begins and ends, and what happens on which day."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO, ScopeDTO
from aicmo_core.modules.strategy.internal.document import Document, document_of
from aicmo_core.modules.strategy.internal.rules import StrategyRules

Plan = Callable[..., Document]
MONDAY = date(2026, 3, 9)  # the one after the day of planning


def test_without_a_date_the_pack_says_how_long(plan: Plan) -> None:
    """The quick pack runs for five whole weeks from next Monday."""
    document = plan()

    timeline = document.timeline
    assert (timeline.start, timeline.duration_weeks) == (MONDAY, 5)
    assert timeline.end == MONDAY + timedelta(weeks=5)
    assert any("30-day calendar" in reason for reason in document.reasons)


def test_a_plan_made_on_a_monday_begins_the_monday_after(
    make_brief: Callable[..., NormalizedBriefDTO], rules: StrategyRules
) -> None:
    """There is always a day at least to prepare."""
    document = document_of(make_brief(), {}, MONDAY, rules)

    assert document.timeline.start == MONDAY + timedelta(days=7)


@pytest.mark.parametrize("today", [date(2026, 3, 2) + timedelta(days=n) for n in range(14)])
def test_there_is_a_working_day_to_approve_the_first_texts(
    make_brief: Callable[..., NormalizedBriefDTO], rules: StrategyRules, today: date
) -> None:
    """A plan made on a weekend does not begin on the Monday after it."""
    timeline = document_of(make_brief(), {}, today, rules).timeline

    between = [today + timedelta(days=n) for n in range(1, (timeline.start - today).days)]
    assert timeline.start.weekday() == 0
    assert any(day.weekday() < 5 for day in between) or today.weekday() == 4


@pytest.mark.parametrize("days", range(28, 420, 5))
def test_nothing_is_due_after_the_final_report(plan: Plan, days: int) -> None:
    """The report stands on a working day, no goal is due after its week, no review beside it."""
    timeline = plan(deadline=MONDAY + timedelta(days=days)).timeline

    report = timeline.milestones[-1]
    reviews = [m for m in timeline.milestones if "review" in m.name]
    assert report.name == "Final report"
    assert report.due.weekday() < 5
    assert timeline.end - report.due <= timedelta(days=3)
    assert all(report.due - m.due >= timedelta(days=7) for m in reviews)
    assert [m.name[-1] for m in reviews if m.name[-1].isdigit()] == [
        str(n + 1) for n, m in enumerate(reviews) if m.name[-1].isdigit()
    ]


@pytest.mark.parametrize(
    ("deadline", "weeks", "end"),
    [
        (date(2026, 6, 30), 16, date(2026, 7, 1)),
        (date(2026, 3, 15), 1, date(2026, 3, 16)),
        (date(2026, 3, 14), 1, date(2026, 3, 15)),
        (date(2026, 3, 7), 1, date(2026, 3, 8)),
        (date(2026, 3, 4), 1, date(2026, 3, 5)),
        (date(2046, 1, 1), 104, MONDAY + timedelta(weeks=104)),
    ],
)
def test_the_plan_is_over_when_the_deadline_is_due(
    plan: Plan, deadline: date, weeks: int, end: date
) -> None:
    """It ends with the deadline, however many days are left over; two years are the most."""
    timeline = plan(deadline=deadline).timeline

    assert (timeline.duration_weeks, timeline.end) == (weeks, end)
    assert timeline.end - timedelta(days=1) <= deadline


def test_a_deadline_that_has_passed_is_named_and_not_used(plan: Plan) -> None:
    """The pack's length is planned instead, and the reasons say why."""
    document = plan(deadline=date(2026, 3, 3))

    assert document.timeline.duration_weeks == 5
    assert any("the stated deadline, 3 March 2026, has passed" in r for r in document.reasons)


def test_a_stated_length_counts_where_no_date_is_stated(plan: Plan) -> None:
    """The brief's own weeks come before the pack's."""
    assert plan(scope=ScopeDTO((), timeline_weeks=8)).timeline.duration_weeks == 8


def test_milestones_follow_one_another_within_the_plan(plan: Plan) -> None:
    """Setup first, the report last, every one on a day of the plan."""
    timeline = plan(deadline=date(2026, 12, 24), success_30_days="20 new regulars").timeline

    days = [milestone.due for milestone in timeline.milestones]
    assert [m.name for m in timeline.milestones] == [
        "Setup complete",
        "First week live",
        "Starting values recorded",
        "30-day check",
        "Quarterly review 1",
        "Quarterly review 2",
        "Final report",
    ]
    assert days == sorted(days)
    assert timeline.start <= days[0] <= days[-1] < timeline.end


def test_the_way_of_approval_is_part_of_the_setup(plan: Plan) -> None:
    """How often the client approves changes what has to be ready when."""
    setup = plan(approval_cadence="monthly").timeline.milestones[0]

    assert "a whole month is approved at once" in setup.description


def test_a_host_may_set_start_and_length(plan: Plan) -> None:
    """Known keys of the context are used, within the deadline."""
    given: dict[str, Any] = {"start_date": "2026-04-01", "duration_weeks": 3}

    free = plan(given).timeline
    bound = plan(given, deadline=date(2026, 4, 15)).timeline

    assert (free.start, free.duration_weeks) == (date(2026, 4, 1), 3)
    assert (bound.start, bound.duration_weeks) == (date(2026, 4, 1), 2)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"start_date": "2020-01-01"}, "start_date was not used: expected an ISO date from today"),
        ({"start_date": "soon"}, "found str 'soon'"),
        ({"duration_weeks": True}, "found True"),
        ({"duration_weeks": 10_000}, "found int 10000"),
        ({"insights": [1]}, "insights was not used: expected a text or a list of texts"),
        ({"run": "rm -rf /", "more": 1}, "Context without effect, noted only: more, run."),
    ],
)
def test_what_the_context_should_not_say_is_noted_and_has_no_effect(
    plan: Plan, given: dict[str, Any], said: str
) -> None:
    """Everything but the reasons stays as it is without a context."""
    document, plain = plan(given), plan()

    assert any(said in reason for reason in document.reasons)
    assert document.timeline == plain.timeline
    assert document.executive_summary == plain.executive_summary


def test_insights_are_quoted_among_the_reasons(plan: Plan) -> None:
    """What was learned is passed on as a quotation."""
    document = plan({"insights": ["Reels did best last year"]})

    assert "Known from earlier work: “Reels did best last year”." in document.reasons


def test_tactics_begin_one_after_another_and_serve_a_planned_kpi(plan: Plan) -> None:
    """Every tactic is assigned, to a KPI of the plan, on a day of the plan."""
    document = plan()

    assigned = [(a.channel, a.tactic) for a in document.assignments]
    assert assigned == [(c.channel, t) for c in document.channels for t in c.tactics]
    assert {a.kpi for a in document.assignments} <= {k.name for k in document.kpis}
    first = [a.starts_on for a in document.assignments if a.channel == "Instagram"]
    assert first == [MONDAY + timedelta(weeks=n) for n in range(4)]


def test_measures_in_milestones_are_written_for_the_middle_of_a_sentence(plan: Plan) -> None:
    """The plan's own names lose their capital; a client's name for a measure is kept."""
    milestones = plan(kpis=("ROAS 4x",), deadline=date(2026, 6, 30)).timeline.milestones

    told = {m.name: m.description for m in milestones}
    assert "figures for ROAS, " in told["Starting values recorded"]
    assert ", Reach" not in told["Final report"]
    assert "reach" in told["Final report"]
