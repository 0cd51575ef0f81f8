"""Charts of a draft: its budget, and the targets and the timeline of its strategy."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from attrs import frozen

from aicmo_core.documents.charts import (
    Bar,
    BarChart,
    Chart,
    Milestone,
    Target,
    TargetChart,
    Timeline,
)
from aicmo_core.modules.onboarding.api import Direction, OnboardingQueryPort
from aicmo_core.modules.production.api import ContentDraftDTO
from aicmo_core.modules.production.internal.avoidance import Avoidance
from aicmo_core.modules.production.internal.facts import Facts, gather
from aicmo_core.modules.production.internal.figures import due, is_change, money, target
from aicmo_core.modules.production.internal.wording import capital, clip, fold
from aicmo_core.modules.strategy.api import KpiDTO, StrategyQueryPort, TimelineDTO

_BRAND_WORDS = 6
_MOST_TARGETS = 8
_WHOLE = Decimal(100)


@frozen
class Charts:
    """
    What can be drawn of a draft.

    Targets and timeline follow from the strategy that it was written from. A line that holds
    a word which the client avoids is left out, as it is in the text.
    """

    strategies: StrategyQueryPort
    briefs: OnboardingQueryPort

    def of(self, draft: ContentDraftDTO) -> tuple[Chart, ...]:
        """Return the charts of *draft* in a report's order; without lines, the budget's alone."""
        brand = clip(fold(draft.brand_name), _BRAND_WORDS)
        strategy = self.strategies.get_strategy(draft.strategy_id)
        brief = self.briefs.get_brief(draft.brief_id)
        found: list[Chart] = []
        if strategy is not None and brief is not None:
            facts = gather(brief, strategy)
            found.append(_targets(facts, brand))
            found.append(_timeline(strategy.timeline, facts.avoidance, brand))
        return (*(chart for chart in found if chart.rows), _budget(draft, brand))


def _targets(facts: Facts, brand: str) -> TargetChart:
    shown = tuple(
        Target(capital(kpi.name), goal, begin, target(kpi), due(kpi, facts.start))
        for kpi in facts.kpis[:_MOST_TARGETS]
        if not facts.avoidance.concerns(f"{kpi.name} {target(kpi)}")
        for begin, goal in [_scale(kpi)]
    )
    return TargetChart("targets", f"{brand}: targets", shown)


def _scale(kpi: KpiDTO) -> tuple[Decimal | None, Decimal]:
    """Return where a measure stands and shall stand; for a change today's value is 100."""
    percent = kpi.relative and kpi.unit.startswith("%")
    if percent or is_change(kpi):
        change = kpi.target_value if kpi.direction is Direction.INCREASE else -kpi.target_value
        return _WHOLE, _WHOLE + change
    return kpi.baseline, kpi.target_value


def _timeline(timeline: TimelineDTO, avoidance: Avoidance, brand: str) -> Timeline:
    milestones = tuple(
        Milestone(fold(m.name), m.due, fold(m.description))
        for m in timeline.milestones
        if not avoidance.concerns(f"{m.name} {m.description}")
    )
    last = max(timeline.end - timedelta(days=1), *(m.day for m in milestones), timeline.start)
    return Timeline("timeline", f"{brand}: timeline", timeline.start, last, milestones)


def _budget(draft: ContentDraftDTO, brand: str) -> BarChart:
    bars = tuple(
        Bar(fold(line.channel), line.share_pct, money(line.amount) if line.amount else "")
        for line in draft.budget
    )
    return BarChart("budget", f"{brand}: budget by channel", "Channel", bars)
