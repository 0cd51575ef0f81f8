"""A strategy out of a brief: a pure function of the brief, the context and the day."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from attrs import frozen

from aicmo_core.kernel.ids import StrategyId
from aicmo_core.kernel.money import Money
from aicmo_core.kernel.rules import RuleVersion
from aicmo_core.modules.onboarding.api import BudgetPeriod, NormalizedBriefDTO
from aicmo_core.modules.strategy.api import (
    ChannelPlanDTO,
    KpiDTO,
    StrategyDocDTO,
    TacticAssignmentDTO,
    TimelineDTO,
)
from aicmo_core.modules.strategy.internal.budget import shares, spending
from aicmo_core.modules.strategy.internal.channels import select
from aicmo_core.modules.strategy.internal.context import read_context
from aicmo_core.modules.strategy.internal.kpis import PlannedKpi, kpis_for
from aicmo_core.modules.strategy.internal.profile import profile_of
from aicmo_core.modules.strategy.internal.rules import StrategyRules, TacticRules
from aicmo_core.modules.strategy.internal.summary import summary_of
from aicmo_core.modules.strategy.internal.tactics import PlannedTactic, tactics_for
from aicmo_core.modules.strategy.internal.timeline import (
    Window,
    timeline_of,
    window_of,
)


@frozen
class Document:
    """What a strategy says, before it has an id, a version and a date."""

    kpis: tuple[KpiDTO, ...]
    channels: tuple[ChannelPlanDTO, ...]
    timeline: TimelineDTO
    executive_summary: str
    assignments: tuple[TacticAssignmentDTO, ...]
    reasons: tuple[str, ...]
    budget_total: Money | None = None
    budget_period: BudgetPeriod | None = None

    def as_version(
        self,
        version: int,
        brief: NormalizedBriefDTO,
        strategy_id: StrategyId,
        now: datetime,
        rules: tuple[RuleVersion, ...] = (),
    ) -> StrategyDocDTO:
        """Return it as a version of the brief's strategy, which nobody has approved yet."""
        return StrategyDocDTO(
            strategy_id=strategy_id,
            brief_id=brief.brief_id,
            version=version,
            kpis=self.kpis,
            channels=self.channels,
            timeline=self.timeline,
            executive_summary=self.executive_summary,
            is_approved=False,
            created_at=now,
            client_id=brief.client_id,
            assignments=self.assignments,
            budget_total=self.budget_total,
            budget_period=self.budget_period,
            reasons=self.reasons,
            rules=rules,
        )


def document_of(
    brief: NormalizedBriefDTO, given: Mapping[str, Any], today: date, rules: StrategyRules
) -> Document:
    """
    Return the strategy for *brief*. The same arguments give the same strategy.

    Args:
        given: The additional context; `read_context` says what of it counts.
        today: The day on which it is planned.
        rules: What is decided by.

    Raises:
        NoChannelLeft: The brief rules out every channel.
    """
    pack = rules.packs.pack(brief.pack)
    profile = profile_of(brief, rules)
    context = read_context(given, today, rules.timeline.longest_weeks.value)
    window = window_of(brief, pack, context, today, rules.timeline)
    selection = select(profile, pack)
    asked = rules.budget.asked_weight.value
    parts = shares([choice.weight(asked) for choice in selection.choices], rules.budget)
    money = spending(brief.budget, parts, window.weeks)
    tactics = [tactics_for(choice, profile, i) for i, choice in enumerate(selection.choices)]
    planned = kpis_for(profile, pack, window, selection.pieces_per_week)
    kpis = tuple(p.kpi for p in planned)
    channels = tuple(
        ChannelPlanDTO(
            channel=choice.channel.name,
            budget_allocation_pct=part,
            tactics=tuple(tactic.text for tactic in done),
            reason=choice.reason,
            posts_per_week=choice.pieces,
            budget=money.parts[i] if money.parts else None,
        )
        for i, (choice, part, done) in enumerate(
            zip(selection.choices, parts, tactics, strict=True)
        )
    )
    timeline = timeline_of(window, brief, [c.channel for c in channels], kpis, rules.timeline)
    return Document(
        kpis,
        channels,
        timeline,
        summary_of(profile, kpis, channels, timeline, window, money),
        _assignments(channels, tactics, planned, window, rules.tactics),
        (*window.reasons, *selection.reasons, *money.reasons, *context.reasons),
        money.total,
        money.period,
    )


def _assignments(
    channels: Sequence[ChannelPlanDTO],
    tactics: Sequence[Sequence[PlannedTactic]],
    kpis: Sequence[PlannedKpi],
    window: Window,
    rules: TacticRules,
) -> tuple[TacticAssignmentDTO, ...]:
    """Return every tactic with its KPI, so that KPIs are served evenly, and its first day."""
    served = dict.fromkeys((p.kpi.name for p in kpis), 0)
    is_long = window.weeks >= rules.long_plan_weeks.value
    step = (rules.days_between if is_long else rules.days_between_in_short_plans).value
    assigned = []
    for channel, done in zip(channels, tactics, strict=True):
        for n, tactic in enumerate(done):
            fitting = [p for p in kpis if p.measure in tactic.measures]
            kpi = min(fitting or kpis, key=lambda p: served[p.kpi.name]).kpi.name
            served[kpi] += 1
            starts_on = window.after(n * step)
            assigned.append(TacticAssignmentDTO(channel.channel, tactic.text, kpi, starts_on))
    return tuple(assigned)
