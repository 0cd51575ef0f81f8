"""The agency's rule files, and which rule holds for which section of which pack."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from unit.modules.orders.order_desk import SHARED

_FILES = {
    "quick_social_basic": ("quick_social",),
    "strategy_campaign_basic": ("quick_social", "strategy_campaign"),
    "strategy_campaign_standard": ("quick_social", "full_funnel", "strategy_campaign"),
    "strategy_campaign_premium": ("full_funnel", "strategy_campaign"),
    "strategy_campaign_enterprise": ("full_funnel", "strategy_campaign"),
    "full_funnel_growth_suite": ("full_funnel",),
    "launch_gtm_pack": ("brand_turnaround", "full_funnel", "strategy_campaign"),
    "brand_turnaround_lab": ("strategy_campaign", "full_funnel", "brand_turnaround"),
    "performance_audit_revamp": ("strategy_campaign", "full_funnel", "performance_audit"),
    "retention_crm_booster": ("brand_turnaround", "full_funnel", "strategy_campaign"),
}
"""The files that rule a section of each pack, the nearest last."""

_NEAREST = {
    "product_positioning": "new_positioning",
    "launch_phases": "execution_roadmap",
    "launch_campaign_ideas": "core_campaign_idea",
    "content_calendar_launch": "detailed_30_day_calendar",
    "customer_segments": "audience_segments",
    "churn_diagnosis": "problem_diagnosis",
    "sms_and_whatsapp_flows": "sms_and_whatsapp_strategy",
    "loyalty_program_concepts": "retention_strategy",
    "winback_sequence": "email_automation_flows",
    "post_purchase_experience": "retention_strategy",
    "kpi_plan_retention": "kpi_plan_light",
}
"""Whose rule holds for a section that has none."""


@cache
def _file(name: str) -> Mapping[str, Mapping[str, Any]]:
    path = SHARED / "section_benchmarks" / f"{name}.json"
    found: Mapping[str, Mapping[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return found["sections"]


@cache
def rules_of(pack: str) -> Mapping[str, Mapping[str, Any]]:
    """Return the agency's rules for the sections of a pack, the nearest one where there is none."""
    found: dict[str, Mapping[str, Any]] = {}
    for name in ("quick_social", "performance_audit", *_FILES[pack]):
        found |= _file(name)
    for section, near in _NEAREST.items():
        if section not in found and near in found:
            found[section] = found[near]
    return found
