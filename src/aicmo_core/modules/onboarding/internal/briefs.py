"""Briefs: what a form was read as, put together for the modules that work with it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from aicmo_core.modules.onboarding.api.dtos import (
    BusinessType,
    DiscoveryNotesDTO,
    NormalizedBriefDTO,
    ScopeDTO,
)
from aicmo_core.modules.onboarding.internal.answers import Answers
from aicmo_core.modules.onboarding.internal.channels import channels
from aicmo_core.modules.onboarding.internal.cleaning import clean_text
from aicmo_core.modules.onboarding.internal.intakes import Intake
from aicmo_core.modules.onboarding.internal.reading import Reading

_GOALS = ("primary_goal", "secondary_goal")


def build_brief(
    intake: Intake, notes: DiscoveryNotesDTO | None, reading: Reading, now: datetime
) -> NormalizedBriefDTO:
    """Return the brief of a reading in which nothing blocks."""
    answers = reading.answers
    business_type = answers.text("business_type")
    deadline = _deadline(reading)
    return NormalizedBriefDTO(
        brief_id=intake.brief_id,
        client_id=intake.client_id,
        scope=_scope(intake.pack, answers, deadline, now.date()),
        objectives=tuple(goal for id_ in _GOALS if (goal := answers.text(id_))),
        target_audience=answers.texts["primary_customer"],
        normalized_at=now,
        pack=intake.pack,
        brand_name=answers.texts["brand_name"],
        industry=answers.texts["industry"],
        description=answers.texts["description"],
        brand_guidelines=_guidelines(answers),
        measurable_objectives=reading.objectives,
        assumptions=reading.clarifications,
        website=answers.text("website"),
        social_links=answers.entries("social_links"),
        locations=answers.entries("locations"),
        business_type=BusinessType(business_type) if business_type else None,
        secondary_audience=answers.text("secondary_customer"),
        pain_points=answers.entries("pain_points"),
        audience_channels=channels(answers.entries("audience_channels")),
        goal_timeline=answers.text("goal_timeline"),
        deadline=deadline,
        kpis=answers.entries("kpis"),
        voice=answers.entries("voice"),
        competitors_liked=answers.entries("competitors_liked"),
        competitors_disliked=answers.entries("competitors_disliked"),
        products=answers.entries("products"),
        selling_points=answers.entries("selling_points"),
        pricing=answers.text("pricing"),
        offers=answers.entries("offers"),
        proof=answers.entries("proof"),
        posts_already=answers.flag("posts_already"),
        worked=answers.entries("worked"),
        did_not_work=answers.entries("did_not_work"),
        constraints=answers.entries("constraints"),
        platforms_wanted=channels(answers.entries("platforms_wanted")),
        platforms_avoided=channels(answers.entries("platforms_avoided")),
        approval_cadence=answers.text("approval_cadence"),
        calendar_wanted=answers.flag("calendar_wanted"),
        scheduling_wanted=answers.flag("scheduling_wanted"),
        events=(*answers.entries("events"), *reading.launches),
        budget=reading.budget,
        success_30_days=answers.text("success_30_days"),
        must_include=answers.entries("must_include"),
        must_avoid=answers.entries("must_avoid"),
        anything_else=answers.text("anything_else"),
        discovery_notes=(clean_text(notes.notes) or None) if notes else None,
    )


def _deadline(reading: Reading) -> date | None:
    """Return when the work is to be done: as the timeline says, else the last goal's deadline."""
    of_goals = [o.deadline for o in reading.objectives if o.source in _GOALS and o.deadline]
    return reading.deadline or max(of_goals, default=None)


def _guidelines(answers: Answers) -> dict[str, Any]:
    found: dict[str, Any] = {
        "voice": list(answers.entries("voice")),
        "adjectives": list(answers.entries("adjectives")),
        "guidelines": answers.text("brand_guidelines"),
        "visual_style": answers.text("visual_style"),
        "tagline": answers.text("tagline"),
    }
    return {name: value for name, value in found.items() if value}


def _scope(pack: str, answers: Answers, deadline: date | None, today: date) -> ScopeDTO:
    deliverables = [pack]
    if answers.flag("calendar_wanted"):
        deliverables.append("content calendar")
    if answers.flag("scheduling_wanted"):
        deliverables.append("scheduling of posts")
    avoided = channels(answers.entries("platforms_avoided"))
    return ScopeDTO(
        deliverables=tuple(deliverables),
        exclusions=(
            *(f"Channel: {channel}" for channel in avoided),
            *(f"Limit: {limit}" for limit in answers.entries("constraints")),
            *(f"Wording: {wording}" for wording in answers.entries("must_avoid")),
        ),
        timeline_weeks=max(1, -(-(deadline - today).days // 7)) if deadline else None,
    )
