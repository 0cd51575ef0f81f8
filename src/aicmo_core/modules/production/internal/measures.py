"""Measures: what a KPI is a sign of, and where its number is read."""

from __future__ import annotations

from enum import Enum

from aicmo_core.kernel.patterns import matches
from aicmo_core.modules.production.api.markdown import table
from aicmo_core.modules.production.internal.channels import Family
from aicmo_core.modules.production.internal.facts import Facts
from aicmo_core.modules.production.internal.figures import due, long_day, target
from aicmo_core.modules.production.internal.wording import capital
from aicmo_core.modules.strategy.api import KpiDTO

MOST_TARGETS = 8
"""More than a small team reads in a week are no targets."""

STATES_TARGETS = frozenset(
    {
        "kpi_and_budget_plan",
        "kpi_plan_light",
        "kpi_plan_retention",
        "kpi_reset_plan",
        "launch_phases",
        "reputation_recovery_plan",
    }
)
"""Sections that say every target of the strategy."""


class Sign(Enum):
    """The stage at which a KPI shows what happens."""

    REACH = "reach"
    ENGAGEMENT = "engagement"
    RESULT = "result"


def sign(facts: Facts, kpi: KpiDTO) -> Sign:
    """Return the stage that a KPI belongs to, by its name; what nothing tells is a result."""
    patterns = facts.rules.funnel.measures.items()
    return next((Sign(kind) for kind, words in patterns if matches(words, kpi.name)), Sign.RESULT)


def targets(facts: Facts) -> str:
    """Return a table of all targets with their days; empty where there are none to name."""
    rows = [
        (capital(kpi.name), target(kpi), long_day(due(kpi, facts.start)))
        for kpi in facts.kpis[:MOST_TARGETS]
        if not facts.avoidance.concerns(f"{kpi.name} {target(kpi)}")
    ]
    return table(("Measure", "Target", "By"), rows) if rows else ""


def read_in(f: Facts, channel: str) -> str:
    """Return where a channel's own numbers are found."""
    match f.craft(channel).family:
        case Family.MAIL:
            return "the sending report"
        case Family.WEB:
            return "the site statistics"
        case Family.BROADCAST:
            return "the media report"
        case _:
            return f"{channel} Insights" if channel == "Instagram" else "the channel’s statistics"
