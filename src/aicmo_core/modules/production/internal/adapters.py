"""The adapters of production: drafts out of strategies, files out of drafts."""

from __future__ import annotations

import logging
from hashlib import sha256
from typing import Any

from aicmo_core.documents.charts import Chart
from aicmo_core.hooks import Artifacts, RuleBook
from aicmo_core.kernel import Clock, Ids, NotFound
from aicmo_core.kernel.ids import AssetId, BundleId, ClientId, DraftId, StrategyId
from aicmo_core.modules.onboarding.api import OnboardingQueryPort
from aicmo_core.modules.production.api import (
    AssetAssemblePort,
    AssetDTO,
    AssetGenerated,
    ContentDraftDTO,
    DraftBundleDTO,
    DraftGeneratePort,
    DraftReady,
    PackDTO,
    ProductionQueryPort,
    SectionWriterPort,
)
from aicmo_core.modules.production.internal.catalogue import PACKS
from aicmo_core.modules.production.internal.charts import Charts
from aicmo_core.modules.production.internal.collections import ASSETS, BUNDLES, DRAFTS
from aicmo_core.modules.production.internal.files.rendering import Rendered, render
from aicmo_core.modules.production.internal.report import missing_writers, write_report
from aicmo_core.modules.production.internal.rule_sets import ALL as RULES
from aicmo_core.modules.production.internal.rule_sets import rules_of
from aicmo_core.modules.strategy.api import StrategyDocDTO, StrategyQueryPort
from aicmo_core.storage import Store

CONTENT_TYPE = "marketing_report"
RULES_CHANGED = "strategy_rules_changed"
"""Where a draft's metadata names rules that its strategy was made by, and that are gone."""

_log = logging.getLogger("aicmo_core.production")


class DraftGenerator(DraftGeneratePort):
    """Writes drafts with the writers of this package, and with *others* before them."""

    def __init__(
        self,
        store: Store,
        strategies: StrategyQueryPort,
        briefs: OnboardingQueryPort,
        book: RuleBook,
        others: SectionWriterPort,
        clock: Clock,
        ids: Ids,
    ) -> None:
        self._book = book
        self._others = others
        self._store = store
        self._strategies = strategies
        self._briefs = briefs
        self._clock = clock
        self._ids = ids

    def generate_draft(self, strategy_id: StrategyId) -> ContentDraftDTO:
        strategy = self._strategies.get_strategy(strategy_id)
        if strategy is None:
            raise NotFound("strategy", strategy_id)
        brief = self._briefs.get_brief(strategy.brief_id)
        if brief is None:
            raise NotFound("brief", strategy.brief_id)
        report = write_report(brief, strategy, rules_of(self._book), self._others)
        draft = ContentDraftDTO(
            draft_id=DraftId(self._ids.new()),
            strategy_id=strategy_id,
            content_type=CONTENT_TYPE,
            body=report.body,
            created_at=self._clock.now(),
            pack=brief.pack,
            brief_id=brief.brief_id,
            client_id=brief.client_id,
            brand_name=brief.brand_name,
            sections=report.sections,
            calendar=report.calendar,
            budget=report.budget,
            metadata=report.metadata | self._changed(strategy),
            rules=tuple(self._book.version(rule_set) for rule_set in RULES),
        )
        self._store.open(DRAFTS).add(draft)
        self._store.emit(DraftReady(draft.draft_id, CONTENT_TYPE), DRAFTS, draft.draft_id)
        return draft

    def _changed(self, strategy: StrategyDocDTO) -> dict[str, Any]:
        """Return a note of the rules that the strategy was made by and that have changed since."""
        changed = self._book.changed(strategy.rules)
        if not changed:
            return {}
        _log.warning(
            "strategy %s was made by rules that are not in force any more: %s",
            strategy.strategy_id,
            ", ".join(map(str, changed)),
        )
        return {RULES_CHANGED: [str(version) for version in changed]}


class AssetAssembler(AssetAssemblePort):
    """Writes a draft's files to the run's artifacts."""

    def __init__(
        self,
        store: Store,
        charts: Charts,
        artifacts: Artifacts,
        clock: Clock,
        ids: Ids,
    ) -> None:
        self._store = store
        self._charts = charts
        self._artifacts = artifacts
        self._clock = clock
        self._ids = ids

    def assemble_bundle(self, draft_id: DraftId) -> DraftBundleDTO:
        draft = self._store.open(DRAFTS).require(draft_id)
        files = render(draft, self._charts.of(draft))
        assets = tuple(self._write(file, draft.client_id) for file in files)
        bundle = DraftBundleDTO(
            bundle_id=BundleId(self._ids.new()),
            draft_id=draft_id,
            assets=assets,
            assembled_at=self._clock.now(),
            client_id=draft.client_id,
        )
        self._store.open(BUNDLES).add(bundle)
        for asset in assets:
            self._store.open(ASSETS).add(asset)
            self._store.emit(
                AssetGenerated(asset.asset_id, asset.asset_type), ASSETS, asset.asset_id
            )
        return bundle

    def _write(self, file: Rendered, client_id: ClientId) -> AssetDTO:
        artifact = self._artifacts.put(file.name, file.data)
        return AssetDTO(
            asset_id=AssetId(self._ids.new()),
            asset_type=file.asset_type,
            url=artifact.path,
            name=file.name,
            media_type=file.media_type,
            size=len(file.data),
            sha256=sha256(file.data).hexdigest(),
            client_id=client_id,
        )


class ProductionQueries(ProductionQueryPort):
    """Reads what production stored, and its catalogue."""

    def __init__(
        self, store: Store, charts: Charts, book: RuleBook, others: SectionWriterPort
    ) -> None:
        self._store = store
        self._charts = charts
        self._book = book
        self._others = others

    def get_draft(self, draft_id: DraftId) -> ContentDraftDTO | None:
        return self._store.open(DRAFTS).get(draft_id)

    def get_bundle(self, draft_id: DraftId) -> DraftBundleDTO | None:
        newest = self._store.open(BUNDLES).find(
            {"draft_id": draft_id}, order_by=("-assembled_at", "-bundle_id"), limit=1
        )
        return newest.items[0] if newest.items else None

    def get_charts(self, draft_id: DraftId) -> tuple[Chart, ...]:
        return self._charts.of(self._store.open(DRAFTS).require(draft_id))

    def get_pack(self, name: str) -> PackDTO:
        sections = self._book.read(PACKS).pack(name).sections
        return PackDTO(name, sections, missing_writers(sections, self._others))

    def list_packs(self) -> list[PackDTO]:
        return [self.get_pack(name) for name in sorted(self._book.read(PACKS).packs)]
