"""How production registers itself. Adapters are imported when one is first asked for."""

from aicmo_core.hooks import Artifacts, Module, RuleBook, Scope, TextProvider, hookimpl, provides
from aicmo_core.kernel import Clock, Ids
from aicmo_core.modules.onboarding.api import OnboardingQueryPort
from aicmo_core.modules.production.api import (
    CONTRACT_VERSION,
    AssetAssemblePort,
    DraftGeneratePort,
    ProductionQueryPort,
    SectionRewordPort,
    SectionRewritePort,
    SectionWriterPort,
)
from aicmo_core.modules.production.internal.collections import ALL
from aicmo_core.modules.production.internal.rule_sets import ALL as RULES
from aicmo_core.modules.strategy.api import StrategyQueryPort


def _draft_generator(scope: Scope) -> DraftGeneratePort:
    from aicmo_core.modules.production.internal.adapters import DraftGenerator

    strategies, briefs = scope.get(StrategyQueryPort), scope.get(OnboardingQueryPort)
    book, others = scope.get(RuleBook), scope.get(SectionWriterPort)
    return DraftGenerator(
        scope.store, strategies, briefs, book, others, scope.get(Clock), scope.get(Ids)
    )


def _no_other_writers(scope: Scope) -> SectionWriterPort:
    from aicmo_core.modules.production.internal.writing import NoOtherWriters

    return NoOtherWriters()


def _asset_assembler(scope: Scope) -> AssetAssemblePort:
    from aicmo_core.modules.production.internal.adapters import AssetAssembler
    from aicmo_core.modules.production.internal.charts import Charts

    charts = Charts(scope.get(StrategyQueryPort), scope.get(OnboardingQueryPort))
    return AssetAssembler(
        scope.store, charts, scope.get(Artifacts), scope.get(Clock), scope.get(Ids)
    )


def _section_reworder(scope: Scope) -> SectionRewordPort:
    from aicmo_core.modules.production.internal.rewording import SectionReworder

    briefs, texts = scope.get(OnboardingQueryPort), scope.get(TextProvider)
    return SectionReworder(scope.store, briefs, texts, scope.get(Clock))


def _section_rewriter(scope: Scope) -> SectionRewritePort:
    from aicmo_core.modules.production.internal.rewriting import SectionRewriter

    briefs, texts = scope.get(OnboardingQueryPort), scope.get(TextProvider)
    return SectionRewriter(scope.store, briefs, texts, scope.get(Clock))


def _queries(scope: Scope) -> ProductionQueryPort:
    from aicmo_core.modules.production.internal.adapters import ProductionQueries
    from aicmo_core.modules.production.internal.charts import Charts

    charts = Charts(scope.get(StrategyQueryPort), scope.get(OnboardingQueryPort))
    return ProductionQueries(scope.store, charts, scope.get(RuleBook), scope.get(SectionWriterPort))


@hookimpl
def aicmo_module() -> Module:
    """Return the module."""
    return Module(
        name="production",
        collections=ALL,
        adapters=[
            provides(DraftGeneratePort).by(_draft_generator),
            provides(SectionWriterPort).by_default(_no_other_writers),
            provides(AssetAssemblePort).by(_asset_assembler),
            provides(SectionRewordPort).by(_section_reworder),
            provides(SectionRewritePort).by(_section_rewriter),
            provides(ProductionQueryPort).by(_queries),
        ],
        migrations="aicmo_core.modules.production.internal.migrations",
        contract_version=CONTRACT_VERSION,
        rules=RULES,
    )
