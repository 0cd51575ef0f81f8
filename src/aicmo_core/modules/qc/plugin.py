"""Registers quality control."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aicmo_core.hooks import Module, Provides, RuleBook, Scope, hookimpl, provides
from aicmo_core.kernel import Clock, Ids
from aicmo_core.modules.onboarding.api import OnboardingQueryPort
from aicmo_core.modules.production.api import ProductionQueryPort
from aicmo_core.modules.qc.api import (
    CONTRACT_VERSION,
    OtherBrandsPort,
    QcEvaluatePort,
    QcQueryPort,
    QcRulesPort,
)
from aicmo_core.modules.qc.internal.collections import QC_RESULTS
from aicmo_core.modules.qc.internal.rulesets import ALL
from aicmo_core.modules.strategy.api import StrategyQueryPort


@hookimpl
def aicmo_module() -> Module:
    return Module(
        name="qc",
        collections=[QC_RESULTS],
        adapters=[provides(QcEvaluatePort).by(_evaluator), provides(QcQueryPort).by(_queries)],
        migrations="aicmo_core.modules.qc.internal.migrations",
        contract_version=CONTRACT_VERSION,
        rules=ALL,
    )


@hookimpl
def aicmo_providers() -> Sequence[Provides[Any]]:
    return [
        provides(QcRulesPort).by_default(_no_added_rules),
        provides(OtherBrandsPort).by_default(_nobody_else),
    ]


def _evaluator(scope: Scope) -> QcEvaluatePort:
    from aicmo_core.modules.qc.internal.adapters import QcEvaluator

    return QcEvaluator(
        scope.store,
        scope.get(ProductionQueryPort),
        scope.get(StrategyQueryPort),
        scope.get(OnboardingQueryPort),
        scope.get(QcRulesPort),
        scope.get(OtherBrandsPort),
        scope.get(RuleBook),
        scope.get(Clock),
        scope.get(Ids),
    )


def _queries(scope: Scope) -> QcQueryPort:
    from aicmo_core.modules.qc.internal.adapters import QcQueries

    return QcQueries(scope.store)


def _no_added_rules(_: Scope) -> QcRulesPort:
    from aicmo_core.modules.qc.internal.adapters import BuiltInRulesOnly

    return BuiltInRulesOnly()


def _nobody_else(_: Scope) -> OtherBrandsPort:
    from aicmo_core.modules.qc.internal.adapters import NobodyElse

    return NobodyElse()
