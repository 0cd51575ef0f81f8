"""Banks: the lists of phrases that writers of sections ask for, and what may be said in each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import frozen

from aicmo_core.modules.production.internal.channels import Family

_FAMILIES = tuple(family.value for family in Family)
_WEEKS = ("week_1", "week_2", "week_3", "week_4")
_PHASES = ("phase_1", "phase_2", "phase_3")
STAGES = ("Awareness", "Consideration", "Conversion", "Retention", "Advocacy")
SIGNS = ("reach", "engagement", "result")
_MANY = 99


@frozen
class Bank:
    """
    What a writer asks of a list.

    Attributes:
        slots: What its phrases may speak of.
        least: Phrases that it has at least.
        most: Phrases that it has at most.
    """

    slots: tuple[str, ...] = ()
    least: int = 1
    most: int = _MANY

    @property
    def span(self) -> str:
        """How many phrases it has, for people."""
        if self.most == _MANY:
            return f"{self.least} or more"
        return str(self.least) if self.least == self.most else f"{self.least} to {self.most}"


def _by(cases: Iterable[str], name: str, bank: Bank) -> dict[str, Bank]:
    return {f"{name}.{case}": bank for case in cases}


def _one(*slots: str) -> Bank:
    return Bank(slots, most=1)


_WHOM = ("brand", "thing", "readers")

TEXTS: Mapping[str, Bank] = {
    "phases.names": Bank(least=3, most=3),
    **_by(("before", "with", "after"), "launch.sides", _one()),
    **_by(_FAMILIES, "ad_concepts.forms", _one()),
    **_by(_FAMILIES, "ad_concepts.forms_unpaid", _one()),
    **_by(_FAMILIES, "ad_concepts_multi_platform.forms", Bank(("brand", "concept"))),
    **_by(_FAMILIES, "awareness_strategy.roles", Bank(("brand", "thing"))),
    **_by(_PHASES, "campaign.calendar.tasks", Bank(_WHOM, least=3, most=3)),
    "campaign.roadmap.habits": Bank(("brand", "thing")),
    **_by(SIGNS, "campaign_objective.why", _one("brand", "name")),
    **_by(_FAMILIES, "channel_plan.roles", Bank(("brand", "thing"))),
    **_by(_FAMILIES, "channel_plan.work", Bank(("brand", "thing"))),
    **_by(_FAMILIES, "channel_reset_strategy.roles", Bank(("brand", "thing"))),
    **_by(
        ("Education", "Proof", "Promo", "Community"),
        "content_buckets.ideas",
        _one("brand", "product"),
    ),
    **_by(("before", "with", "after"), "content_calendar_launch.tasks", Bank()),
    **_by(_WEEKS, "content_calendar_launch.checks", Bank()),
    **_by(_FAMILIES, "copy_variants.cuts", _one("brand")),
    "creative_direction.otherwise": Bank(("brand", "word"), least=3, most=3),
    **_by(_FAMILIES, "creative_direction.first", _one()),
    "execution_roadmap.habits": Bank(("brand", "product")),
    "final_summary.habits": Bank(("brand", "product")),
    **_by(_WEEKS, "full_30_day_calendar.purposes", Bank()),
    **_by(_WEEKS, "full_30_day_calendar.checks", Bank()),
    **_by(STAGES, "funnel_breakdown.counted", _one()),
    **_by(STAGES[:3], "kpi_reset_plan.rhythms", _one()),
    **_by(STAGES[:3], "kpi_reset_plan.bases", Bank()),
    **_by(_FAMILIES, "persona_cards.forms", _one()),
    **_by(_WEEKS, "recovery_calendar.checks", Bank()),
}
"""The lists of phrases that writers ask for."""

LABELLED: Mapping[str, Bank] = {
    "ad_concepts.craft": Bank(_WHOM),
    "channel_plan.habits": Bank((*_WHOM, "first")),
    "kpi_plan_retention.habits": Bank(("brand",)),
    "recovery_calendar.themes": Bank(least=4, most=4),
    **_by(
        ("appointments", "donations", "home", "work"),
        "promotions_and_offers.types",
        Bank(("brand", "thing", "thing_c")),
    ),
}
"""The lists of phrases with labels that writers ask for."""
