"""The data of strategy."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from attrs import field, frozen

from aicmo_core.kernel.ids import BriefId, ClientId, StrategyId
from aicmo_core.kernel.money import Money
from aicmo_core.kernel.rules import RuleVersion
from aicmo_core.modules.onboarding.api.dtos import BudgetPeriod, Direction

DEFAULT_SOURCE = "pack default"
"""The source of a KPI that the client did not ask for."""


@frozen
class StrategyInputDTO:
    """
    What a strategy is made from.

    Attributes:
        additional_context: What learning or the host adds. `start_date` (ISO 8601),
            `duration_weeks` (int) and `insights` (a text, or a list of texts) are used;
            whatever else is there is named among the strategy's reasons, and has no effect.
    """

    brief_id: BriefId
    additional_context: dict[str, Any] = field(factory=dict)


@frozen
class KpiDTO:
    """
    A measure with its target.

    Attributes:
        target_value: In *unit*.
        unit: "%", "x", an ISO 4217 code, or what is counted; followed by what it is
            compared with where the target is a change: "% above the first week",
            "followers above the starting level".
        timeframe_days: Days from the strategy's start to the target.
        baseline: Where the measure stands, where the brief says so.
        deadline: The day on which the target is due.
        source: The text of the objective that it follows from, or `DEFAULT_SOURCE`.
        reason: Why this measure and this target, in words.
        goal: The objective that it serves, in the client's words.
        relative: Whether the target is a change, because nobody has said where the
            measure stands.
        assumed: Whether the target is the plan's own, because the brief has none.
    """

    name: str
    target_value: Decimal
    unit: str
    timeframe_days: int
    direction: Direction = Direction.INCREASE
    baseline: Decimal | None = None
    deadline: date | None = None
    source: str = DEFAULT_SOURCE
    reason: str = ""
    goal: str = ""
    relative: bool = False
    assumed: bool = False


@frozen
class ChannelPlanDTO:
    """
    One channel and its share of the work and of the money.

    Attributes:
        channel: The channel's usual name: "Instagram", "Email".
        budget_allocation_pct: Its share; the shares of a strategy sum to exactly 100.
        tactics: What is done there.
        reason: The rules that chose it, in words.
        posts_per_week: How often something is published there.
        budget: Its part of the stated money for the period, where a budget is stated.
    """

    channel: str
    budget_allocation_pct: Decimal
    tactics: tuple[str, ...]
    reason: str = ""
    posts_per_week: int = 0
    budget: Money | None = None


@frozen
class MilestoneDTO:
    """A day on which something is to be reached."""

    name: str
    due: date
    description: str = ""


@frozen
class TimelineDTO:
    """When the work happens. *end* is the day after the last."""

    milestones: tuple[MilestoneDTO, ...]
    duration_weeks: int
    start: date
    end: date


@frozen
class TacticAssignmentDTO:
    """A tactic, where it is used, from when, and which KPI it serves."""

    channel: str
    tactic: str
    kpi: str
    starts_on: date


@frozen
class StrategyDocDTO:
    """
    A strategy: what is reached, where, with which money, until when, and why.

    Attributes:
        version: Counts up per brief from 1.
        executive_summary: Plain text of one paragraph. It quotes the client, so whoever
            renders it escapes it.
        assignments: Every tactic with its channel, KPI and start.
        is_approved: Whether this version was approved; a newer one starts without.
        approved_by: Who approved it.
        budget_total: What is planned of the stated money; the channels' parts sum to it.
        budget_period: The time that *budget_total* is for, as the client stated it.
        reasons: What the rules decided that no single line above explains.
        rules: By which rules it was made.
    """

    strategy_id: StrategyId
    brief_id: BriefId
    version: int
    kpis: tuple[KpiDTO, ...]
    channels: tuple[ChannelPlanDTO, ...]
    timeline: TimelineDTO
    executive_summary: str
    is_approved: bool
    created_at: datetime
    client_id: ClientId
    assignments: tuple[TacticAssignmentDTO, ...] = ()
    approved_at: datetime | None = None
    approved_by: str | None = None
    budget_total: Money | None = None
    budget_period: BudgetPeriod | None = None
    reasons: tuple[str, ...] = ()
    rules: tuple[RuleVersion, ...] = ()


@frozen
class StrategyVersionDTO:
    """One line of a brief's strategy history."""

    strategy_id: StrategyId
    version: int
    is_approved: bool
    created_at: datetime
