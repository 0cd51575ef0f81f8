"""A bakery's brief, and a day on which to plan for it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from aicmo_core.kernel.ids import BriefId, ClientId
from aicmo_core.modules.onboarding.api import NormalizedBriefDTO, ScopeDTO
from aicmo_core.modules.strategy.internal.document import Document, document_of
from aicmo_core.modules.strategy.internal.rule_sets import ALL, rules_of
from aicmo_core.modules.strategy.internal.rules import StrategyRules
from aicmo_core.runtime.rules import Rules

TODAY = date(2026, 3, 4)  # a Wednesday


@pytest.fixture(scope="session")
def today() -> date:
    return TODAY


@pytest.fixture(scope="session")
def rules() -> StrategyRules:
    """The rules that are shipped."""
    return rules_of(Rules(ALL))


@pytest.fixture(scope="session")
def make_brief() -> Callable[..., NormalizedBriefDTO]:
    """Return a maker of briefs: a bakery's, with whatever a test says instead."""

    def make(**changes: Any) -> NormalizedBriefDTO:
        facts: dict[str, Any] = {
            "brief_id": BriefId("brief-1"),
            "client_id": ClientId("moehrle"),
            "scope": ScopeDTO(("30-day calendar",)),
            "objectives": ("More guests at the counter on weekdays",),
            "target_audience": "Office workers and families within two kilometres",
            "normalized_at": datetime(2026, 3, 4, 9, tzinfo=UTC),
            "pack": "quick_social_basic",
            "brand_name": "Bäckerei Möhrle",
            "industry": "Bakery",
            "description": "Sourdough bread and pretzels since 1911",
            "products": ("Pretzels", "Sourdough loaves"),
            "locations": ("Tübingen",),
        }
        return NormalizedBriefDTO(**{**facts, **changes})

    return make


@pytest.fixture(scope="session")
def plan(
    make_brief: Callable[..., NormalizedBriefDTO], rules: StrategyRules
) -> Callable[..., Document]:
    """Return a planner: the strategy for the bakery, with whatever a test says instead."""

    def make(context: dict[str, Any] | None = None, **changes: Any) -> Document:
        return document_of(make_brief(**changes), context or {}, TODAY, rules)

    return make
