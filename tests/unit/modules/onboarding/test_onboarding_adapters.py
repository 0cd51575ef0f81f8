"""Onboarding's adapters on a real unit of work."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from aicmo_core.kernel import AlreadyExists, InvalidValue, NotFound
from aicmo_core.kernel.ids import BriefId, ClientId
from aicmo_core.modules.onboarding.api import (
    BriefBlocked,
    BriefValidated,
    BudgetPeriod,
    BusinessType,
    DiscoveryNotesDTO,
    IntakeCaptured,
    IntakeFormDTO,
    OnboardingStage,
    UnknownQuestions,
    WorkspaceCreated,
)
from aicmo_core.providers.ids import KeyedIds
from aicmo_core.testing.fixtures import MONDAY_MORNING
from unit.modules.onboarding.onboarding_desk import Desk, form

CLIENT = ClientId("tern-island")

FULL = {
    "brand_name": "  Bäckerei\u00a0Mo\u0308hrle ",
    "website": "moehrle.example",
    "social_links": [{"label": "IG", "url": "https://instagram.com/moehrle"}],
    "locations": ["Ulm, Germany"],
    "business_type": "B2C",
    "platforms_wanted": ["Instagram"],
    "platforms_avoided": ["TikTok"],
    "constraints": ["No photos of children"],
    "must_avoid": ["cheap"],
    "voice": ["warm"],
    "adjectives": "fresh, honest",
    "tagline": "Brot seit 1911",
    "posts_already": "ja",
    "calendar_wanted": True,
    "scheduling_wanted": True,
    "budget": "300-500€ / Monat",
    "secondary_goal": "50 reviews",
}


def captured(desk: Desk, submitted: IntakeFormDTO | None = None) -> BriefId:
    brief_id = desk.intake.capture_intake(CLIENT, submitted or form())
    desk.commit()
    return brief_id


def notes(**clarifications: str) -> DiscoveryNotesDTO:
    return DiscoveryNotesDTO(" They close\n in August. ", MONDAY_MORNING, clarifications)


# -- capture --------------------------------------------------------------------------------------


def test_raw_answers_are_kept_exactly_as_given(desk: Desk) -> None:
    """Spaces, spellings, numbers and nested lists come back equal."""
    raw = {"brand_name": " \u202eX ", "odd": [1, 2.5, None, {"a": [True]}], "empty": ""}
    given = IntakeFormDTO(raw, datetime(2026, 3, 1, tzinfo=UTC), "other_pack", "1.0", "by phone")

    brief_id = captured(desk, given)

    assert desk.query.get_intake(brief_id) == given


def test_capture_says_what_happened(desk: Desk) -> None:
    """The event names client, brief and the form's version."""
    brief_id = desk.intake.capture_intake(CLIENT, form())
    [emitted] = desk.commit()

    assert isinstance(emitted.event, IntakeCaptured)
    assert (emitted.event.client_id, emitted.event.brief_id) == (CLIENT, brief_id)
    assert emitted.event.form_version == "1.0"


def test_the_same_answers_under_the_same_id_are_stored_once(desk: Desk) -> None:
    """A keyed run that is tried again finds its intake, and tells nobody again."""
    desk.ids = KeyedIds("order-42")
    first = captured(desk)

    desk.ids = KeyedIds("order-42")
    second = desk.intake.capture_intake(CLIENT, form())

    assert first == second
    assert desk.commit() == ()
    assert desk.rows() == (1, 0, 0)


@pytest.mark.parametrize(("earlier", "later"), [("a", "b"), (True, 1), (1, 1.0)])
def test_other_answers_under_the_same_id_are_refused(
    desk: Desk, earlier: object, later: object
) -> None:
    """What a client said is never overwritten; true is not 1."""
    desk.ids = KeyedIds("order-42")
    captured(desk, form(tagline=earlier))
    desk.ids = KeyedIds("order-42")

    with pytest.raises(AlreadyExists):
        desk.intake.capture_intake(CLIENT, form(tagline=later))


def test_an_answer_that_may_not_be_stored_is_named(desk: Desk) -> None:
    """With its path; nothing is written."""
    with pytest.raises(InvalidValue) as caught:
        desk.intake.capture_intake(CLIENT, form(products=["a", "b\x00"]))

    assert caught.value.problems[0].path == "$.responses['products'][1]"
    assert desk.work.changes() == []


# -- normalize ------------------------------------------------------------------------------------


def test_a_brief_is_the_form_cleaned_and_read(desk: Desk) -> None:
    """Every answer has its place, numbers and money read."""
    brief_id = captured(desk, form(**FULL))

    brief = desk.normalizer.normalize_brief(brief_id, notes())
    desk.commit()

    assert desk.query.get_brief(brief_id) == brief
    assert brief.brand_name == "Bäckerei Möhrle"
    assert brief.website == "https://moehrle.example"
    assert brief.social_links == ("https://instagram.com/moehrle",)
    assert brief.business_type is BusinessType.B2C
    assert brief.objectives == ("Get 200 bookings in 90 days", "50 reviews")
    assert [(o.metric, o.target) for o in brief.measurable_objectives] == [
        ("bookings", Decimal(200)),
        ("reviews", Decimal(50)),
    ]
    assert brief.brand_guidelines == {
        "voice": ["warm"],
        "adjectives": ["fresh", "honest"],
        "tagline": "Brot seit 1911",
    }
    assert brief.posts_already is True
    assert brief.budget is not None
    assert (brief.budget.maximum, brief.budget.currency) == (Decimal(500), "EUR")
    assert brief.budget.period is BudgetPeriod.MONTH
    assert brief.discovery_notes == "They close in August."
    assert (brief.pack, brief.normalized_at) == ("quick_social_basic", MONDAY_MORNING)


def test_the_scope_follows_from_the_answers(desk: Desk) -> None:
    """What is to be made, what is not, and for how long."""
    brief_id = captured(desk, form(**FULL))

    scope = desk.normalizer.normalize_brief(brief_id).scope

    assert scope.deliverables == ("quick_social_basic", "content calendar", "scheduling of posts")
    assert scope.exclusions == ("Channel: TikTok", "Limit: No photos of children", "Wording: cheap")
    assert scope.timeline_weeks == 13


def test_what_was_assumed_is_told_in_the_brief(desk: Desk) -> None:
    """The open questions that do not block go along."""
    brief_id = captured(desk)

    brief = desk.normalizer.normalize_brief(brief_id)

    assert "budget" in [c.question_id for c in brief.assumptions]
    assert not any(c.blocking for c in brief.assumptions)


def test_a_blocked_brief_is_refused_with_all_questions(desk: Desk) -> None:
    """The advisory ones too; nothing is written."""
    brief_id = captured(desk, form(industry="", budget="not much"))

    with pytest.raises(BriefBlocked) as caught:
        desk.normalizer.normalize_brief(brief_id)

    assert [c.question_id for c in caught.value.clarifications if c.blocking] == [
        "industry",
        "budget",
    ]
    assert any(not c.blocking for c in caught.value.clarifications)
    assert desk.work.emitted == ()
    desk.commit()
    assert desk.rows() == (1, 0, 0)


def test_clarify_asks_what_normalizing_would_and_writes_nothing(desk: Desk) -> None:
    """A form can be checked before anything is stored."""
    asked = desk.normalizer.clarify(form(industry=""), notes(industry="Bakery"))

    assert not any(c.blocking for c in asked)
    assert desk.normalizer.clarify(form(industry=""))[0].question_id == "industry"
    assert desk.work.changes() == []


def test_normalizing_again_updates_the_brief(desk: Desk) -> None:
    """Same brief, same row: the latest wins."""
    brief_id = captured(desk, form(industry=""))
    desk.normalizer.normalize_brief(brief_id, notes(industry="Bakery"))
    desk.commit()
    desk.clock.advance(timedelta(days=1))

    again = desk.normalizer.normalize_brief(brief_id, notes(industry="Café"))
    [emitted] = desk.commit()

    assert desk.query.get_brief(brief_id) == again
    assert (again.brief_id, again.industry) == (brief_id, "Café")
    assert isinstance(emitted.event, BriefValidated)
    assert emitted.event.scope_deliverables == again.scope.deliverables
    assert desk.rows() == (1, 1, 0)


def test_a_brief_needs_an_intake(desk: Desk) -> None:
    """A command says what it did not find; a query answers None."""
    stranger = BriefId("nobody")

    with pytest.raises(NotFound):
        desk.normalizer.normalize_brief(stranger)
    with pytest.raises(NotFound):
        desk.setup.set_up_project(stranger)
    assert desk.query.get_brief(stranger) is None
    assert desk.query.get_intake(stranger) is None
    assert desk.query.get_project(stranger) is None
    assert desk.query.get_onboarding_status(ClientId("nobody")) is None


def test_an_unknown_question_is_refused_when_the_brief_is_read(desk: Desk) -> None:
    """Captured as given, it is named before a brief comes of it."""
    brief_id = captured(desk, form(brandname="A"))

    with pytest.raises(UnknownQuestions, match="brand_name"):
        desk.normalizer.normalize_brief(brief_id)


# -- projects and stages --------------------------------------------------------------------------


def test_a_brief_starts_one_project(desk: Desk) -> None:
    """The second call returns the first one's, and tells nobody again."""
    brief_id = captured(desk)
    desk.normalizer.normalize_brief(brief_id)
    desk.commit()

    project = desk.setup.set_up_project(brief_id)
    [emitted] = desk.commit()

    assert isinstance(emitted.event, WorkspaceCreated)
    assert (emitted.event.project_id, emitted.event.workspace_url) == (project.project_id, "")
    assert (project.brief_id, project.client_id) == (brief_id, CLIENT)
    assert desk.setup.set_up_project(brief_id) == project
    assert desk.query.get_project(brief_id) == project
    assert desk.commit() == ()
    assert desk.rows() == (1, 1, 1)


def stage(desk: Desk) -> OnboardingStage:
    status = desk.query.get_onboarding_status(CLIENT)
    assert status is not None
    return status.stage


def test_the_stage_names_what_is_next(desk: Desk) -> None:
    """From an incomplete intake to a project."""
    captured(desk, form(industry=""))
    assert stage(desk) is OnboardingStage.INTAKE

    desk.clock.advance(timedelta(hours=1))
    captured(desk, form(budget="not much"))
    assert stage(desk) is OnboardingStage.DISCOVERY

    desk.clock.advance(timedelta(hours=1))
    brief_id = captured(desk)
    assert stage(desk) is OnboardingStage.BRIEF_REVIEW

    desk.normalizer.normalize_brief(brief_id)
    desk.commit()
    assert stage(desk) is OnboardingStage.WORKSPACE_SETUP

    desk.setup.set_up_project(brief_id)
    desk.commit()
    assert stage(desk) is OnboardingStage.COMPLETE


def test_the_status_is_of_the_newest_onboarding(desk: Desk) -> None:
    """A client who comes again begins again."""
    earlier = captured(desk)
    desk.normalizer.normalize_brief(earlier)
    desk.commit()
    desk.clock.advance(timedelta(hours=1))
    captured(desk, form(industry=""))

    status = desk.query.get_onboarding_status(CLIENT)

    assert status is not None
    assert (status.intake_complete, status.brief_validated) == (False, False)
    assert status.stage is OnboardingStage.INTAKE


def test_required_answers_from_discovery_complete_the_intake(desk: Desk) -> None:
    """A validated brief had every answer, wherever it came from."""
    brief_id = captured(desk, form(industry=""))
    desk.normalizer.normalize_brief(brief_id, notes(industry="Bakery"))
    desk.commit()

    status = desk.query.get_onboarding_status(CLIENT)

    assert status is not None
    assert (status.intake_complete, status.brief_validated) == (True, True)


def test_an_unknown_question_does_not_hide_the_status(desk: Desk) -> None:
    """Somebody has to look at the form: that is discovery."""
    captured(desk, form(brandname="A"))

    assert stage(desk) is OnboardingStage.DISCOVERY
