"""The strategy module as a plugin."""

from aicmo_core.hooks import Module, RuleBook, Scope, hookimpl, provides
from aicmo_core.kernel.clock import Clock, Ids
from aicmo_core.modules.onboarding.api import OnboardingQueryPort
from aicmo_core.modules.strategy.api import (
    CONTRACT_VERSION,
    StrategyApprovePort,
    StrategyGeneratePort,
    StrategyQueryPort,
)
from aicmo_core.modules.strategy.internal.collections import STRATEGIES
from aicmo_core.modules.strategy.internal.rule_sets import ALL


def _generator(scope: Scope) -> StrategyGeneratePort:
    from aicmo_core.modules.strategy.internal.adapters import StrategyGenerator

    briefs = scope.get(OnboardingQueryPort)
    book = scope.get(RuleBook)
    return StrategyGenerator(scope.store, briefs, book, scope.get(Clock), scope.get(Ids))


def _approver(scope: Scope) -> StrategyApprovePort:
    from aicmo_core.modules.strategy.internal.adapters import StrategyApprover

    return StrategyApprover(scope.store, scope.get(Clock))


def _query(scope: Scope) -> StrategyQueryPort:
    from aicmo_core.modules.strategy.internal.adapters import StrategyQuery

    return StrategyQuery(scope.store)


@hookimpl
def aicmo_module() -> Module:
    return Module(
        name="strategy",
        collections=[STRATEGIES],
        adapters=[
            provides(StrategyGeneratePort).by(_generator),
            provides(StrategyApprovePort).by(_approver),
            provides(StrategyQueryPort).by(_query),
        ],
        migrations="aicmo_core.modules.strategy.internal.migrations",
        contract_version=CONTRACT_VERSION,
        rules=ALL,
    )
