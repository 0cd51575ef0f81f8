"""Registers legal review. Adapters are imported when one is first built."""

from __future__ import annotations

from aicmo_core.hooks import Module, Scope, hookimpl, provides
from aicmo_core.kernel import Clock, Ids
from aicmo_core.modules.onboarding.api import OnboardingQueryPort
from aicmo_core.modules.production.api import ProductionQueryPort
from aicmo_legal_review.api import CONTRACT_VERSION, LegalReviewPort, LegalReviewQueryPort
from aicmo_legal_review.internal.collections import REVIEWS

AICMO_HOOK_VERSION = "1.0"


def _reviewer(scope: Scope) -> LegalReviewPort:
    from aicmo_legal_review.internal.adapters import LegalReviewer

    return LegalReviewer(
        scope.store,
        scope.get(ProductionQueryPort),
        scope.get(OnboardingQueryPort),
        scope.get(Clock),
        scope.get(Ids),
    )


def _queries(scope: Scope) -> LegalReviewQueryPort:
    from aicmo_legal_review.internal.adapters import LegalReviewQueries

    return LegalReviewQueries(scope.store)


@hookimpl
def aicmo_module() -> Module:
    return Module(
        name="legal_review",
        collections=[REVIEWS],
        adapters=[
            provides(LegalReviewPort).by(_reviewer),
            provides(LegalReviewQueryPort).by(_queries),
        ],
        migrations="aicmo_legal_review.internal.migrations",
        contract_version=CONTRACT_VERSION,
    )
