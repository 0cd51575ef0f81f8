"""The data of onboarding."""

from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from attrs import field, frozen

from aicmo_core.kernel.ids import BriefId, ClientId, ProjectId


class OnboardingStage(Enum):
    """How far a client's onboarding has come."""

    INTAKE = "INTAKE"
    DISCOVERY = "DISCOVERY"
    BRIEF_REVIEW = "BRIEF_REVIEW"
    WORKSPACE_SETUP = "WORKSPACE_SETUP"
    COMPLETE = "COMPLETE"


class BusinessType(Enum):
    """Who the client sells to."""

    B2B = "b2b"
    B2C = "b2c"
    HYBRID = "hybrid"


class Direction(Enum):
    """Which way an objective moves its measure."""

    INCREASE = "increase"
    DECREASE = "decrease"


class BudgetPeriod(Enum):
    """The time that a stated budget is for."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    TOTAL = "total"


class ClarificationKind(Enum):
    """Why a client is asked again."""

    MISSING = "missing"
    CONTRADICTION = "contradiction"
    UNREADABLE = "unreadable"
    UNMEASURABLE = "unmeasurable"
    ASSUMED = "assumed"


@frozen
class IntakeFormDTO:
    """
    A form as the client returned it.

    Attributes:
        responses: Question id to answer, as given. Question ids are those of the form.
        submitted_at: When it was handed in.
        pack: The pack that was ordered.
        form_version: The version of the form's questions.
        source: Where the answers come from, as the host noted it.
    """

    responses: dict[str, Any]
    submitted_at: datetime
    pack: str = "quick_social_basic"
    form_version: str = "1.0"
    source: str | None = None


@frozen
class DiscoveryNotesDTO:
    """
    What a discovery call added to the form.

    Attributes:
        notes: Free text, kept as it is.
        call_date: When the call was.
        clarifications: Question id to the answer that settles it; it replaces the form's.
        attachments: Names or addresses of what the client handed over.
    """

    notes: str
    call_date: datetime
    clarifications: dict[str, str] = field(factory=dict)
    attachments: tuple[str, ...] = ()


@frozen
class ClarificationDTO:
    """
    A question back to the client.

    Attributes:
        question_id: The answer that it is about.
        question_number: Its number on the form.
        kind: Why it is asked.
        blocking: Whether work cannot begin before it is answered.
        message: What is wrong and what is needed, in a sentence for the client.
        found: The answer as given, shortened; empty where there is none.
        assumption: What is assumed until it is answered; None when it blocks.
    """

    question_id: str
    question_number: int
    kind: ClarificationKind
    blocking: bool
    message: str
    found: str = ""
    assumption: str | None = None


@frozen
class ObjectiveDTO:
    """
    One goal, as measurable as the client's words make it.

    Attributes:
        text: The goal's own words.
        metric: What is measured: "qualified leads", "ROAS", "bounce rate".
        direction: Which way it shall move.
        baseline: Where it stands, if the text says so.
        target: Where it shall be, if the text says so.
        unit: Of baseline and target: "%", "x", an ISO 4217 code, or what is counted.
        deadline: By when, if the text says so or it follows from the timeline.
        timeframe_days: Days from the brief to the deadline.
        source: The id of the question whose answer it was read from.
        relative: Whether the target is a change from where the client stands
            ("by 30 %", "double"), not a level to reach.
    """

    text: str
    metric: str
    direction: Direction = Direction.INCREASE
    baseline: Decimal | None = None
    target: Decimal | None = None
    unit: str = ""
    deadline: date | None = None
    timeframe_days: int | None = None
    source: str = "primary_goal"
    relative: bool = False

    @property
    def measurable(self) -> bool:
        return self.target is not None


@frozen
class BudgetDTO:
    """
    Money for promotion, as read from the client's words. An amount is a range of one point.

    Attributes:
        minimum: The lower end.
        maximum: The upper end; equal to the lower for a single amount.
        currency: ISO 4217.
        period: What the money is for.
        text: The client's own words.
    """

    minimum: Decimal
    maximum: Decimal
    currency: str
    period: BudgetPeriod
    text: str


@frozen
class ScopeDTO:
    """
    What is to be made.

    Attributes:
        deliverables: What the pack and the answers ask for.
        exclusions: What the client does not want: avoided channels, limits.
        timeline_weeks: How long the work runs, where the answers say so.
    """

    deliverables: tuple[str, ...]
    exclusions: tuple[str, ...] = ()
    timeline_weeks: int | None = None


@frozen
class NormalizedBriefDTO:
    """
    A client's brief: cleaned, read, and free of contradictions.

    Every text is the client's own, in NFC, with white space folded.

    Attributes:
        objectives: The goals as the client put them, the most important first.
        measurable_objectives: The same goals, read.
        target_audience: Who buys.
        brand_guidelines: `voice`, `adjectives`, `guidelines`, `visual_style`, `tagline`,
            as far as they were answered.
        assumptions: The open questions that do not block, and what is assumed.
        discovery_notes: What the discovery call added.
    """

    brief_id: BriefId
    client_id: ClientId
    scope: ScopeDTO
    objectives: tuple[str, ...]
    target_audience: str
    normalized_at: datetime
    pack: str
    brand_name: str
    industry: str
    description: str
    brand_guidelines: dict[str, Any] = field(factory=dict)
    measurable_objectives: tuple[ObjectiveDTO, ...] = ()
    assumptions: tuple[ClarificationDTO, ...] = ()
    website: str | None = None
    social_links: tuple[str, ...] = ()
    locations: tuple[str, ...] = ()
    business_type: BusinessType | None = None
    secondary_audience: str | None = None
    pain_points: tuple[str, ...] = ()
    audience_channels: tuple[str, ...] = ()
    goal_timeline: str | None = None
    deadline: date | None = None
    kpis: tuple[str, ...] = ()
    voice: tuple[str, ...] = ()
    competitors_liked: tuple[str, ...] = ()
    competitors_disliked: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    selling_points: tuple[str, ...] = ()
    pricing: str | None = None
    offers: tuple[str, ...] = ()
    proof: tuple[str, ...] = ()
    posts_already: bool | None = None
    worked: tuple[str, ...] = ()
    did_not_work: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    platforms_wanted: tuple[str, ...] = ()
    platforms_avoided: tuple[str, ...] = ()
    approval_cadence: str | None = None
    calendar_wanted: bool | None = None
    scheduling_wanted: bool | None = None
    events: tuple[str, ...] = ()
    budget: BudgetDTO | None = None
    success_30_days: str | None = None
    must_include: tuple[str, ...] = ()
    must_avoid: tuple[str, ...] = ()
    anything_else: str | None = None
    discovery_notes: str | None = None


@frozen
class ProjectSetupDTO:
    """The project that a brief starts."""

    project_id: ProjectId
    brief_id: BriefId
    created_at: datetime
    client_id: ClientId
    workspace_url: str | None = None


@frozen
class OnboardingStatusDTO:
    """How far the newest onboarding of a client has come."""

    client_id: ClientId
    stage: OnboardingStage
    intake_complete: bool
    brief_validated: bool
    workspace_created: bool
