"""The adapters of quality control."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aicmo_core.hooks import RuleBook
from aicmo_core.kernel import Clock, Ids, NotFound
from aicmo_core.kernel.ids import ClientId, DraftId, QcResultId
from aicmo_core.modules.onboarding.api import OnboardingQueryPort
from aicmo_core.modules.production.api import PackDTO, ProductionQueryPort
from aicmo_core.modules.qc.api import (
    AcceptanceDTO,
    OtherBrandsPort,
    QcEvaluatePort,
    QcFacts,
    QcFailed,
    QcInputDTO,
    QcPassed,
    QcQueryPort,
    QcResultDTO,
    QcRule,
    QcRulesPort,
)
from aicmo_core.modules.qc.internal import acceptance as acceptance_block
from aicmo_core.modules.qc.internal.collections import QC_RESULTS
from aicmo_core.modules.qc.internal.evidence import gather
from aicmo_core.modules.qc.internal.gate import judge
from aicmo_core.modules.qc.internal.rulesets import (
    DEFAULT_SET,
    HOUSE,
    built_in_names,
    find_rule_set,
    versions_of,
)
from aicmo_core.modules.strategy.api import StrategyQueryPort
from aicmo_core.storage import Store


class QcEvaluator(QcEvaluatePort):
    """Checks drafts by rules that are data, and by rules that others add."""

    def __init__(
        self,
        store: Store,
        production: ProductionQueryPort,
        strategies: StrategyQueryPort,
        briefs: OnboardingQueryPort,
        added: QcRulesPort,
        others: OtherBrandsPort,
        book: RuleBook,
        clock: Clock,
        ids: Ids,
    ) -> None:
        self._store = store
        self._production = production
        self._strategies = strategies
        self._briefs = briefs
        self._added = added
        self._others = others
        self._book = book
        self._clock = clock
        self._ids = ids

    def evaluate(self, input_data: QcInputDTO) -> QcResultDTO:
        facts = self._facts(input_data)
        named = input_data.benchmark_ids or (self._set_of(facts.draft.pack),)
        names = tuple(dict.fromkeys(named))
        added = self._added.rule_sets()
        sets = tuple(find_rule_set(name, added, self._book) for name in names)
        verdict = judge(gather(facts, sets, self._book.read(HOUSE)), self._added.rules())
        result = QcResultDTO(
            result_id=QcResultId(self._ids.new()),
            draft_id=facts.draft.draft_id,
            passed=verdict.passed,
            score=verdict.score,
            issues=verdict.issues,
            evaluated_at=self._clock.now(),
            threshold=verdict.threshold,
            benchmark_ids=names,
            rewritten=input_data.rewritten,
            client_id=facts.draft.client_id,
            rules=versions_of(names, added, self._book),
        )
        return self._save(result)

    def read_acceptance(self, acceptance: Mapping[str, Any]) -> AcceptanceDTO:
        return acceptance_block.read_acceptance(acceptance)

    def _facts(self, input_data: QcInputDTO) -> QcFacts:
        draft = self._production.get_draft(input_data.draft_id)
        if draft is None:
            raise NotFound("draft", input_data.draft_id)
        return QcFacts(
            draft=draft,
            acceptance=input_data.acceptance,
            strategy=self._strategies.get_strategy(draft.strategy_id),
            brief=self._briefs.get_brief(draft.brief_id),
            pack=self._pack(draft.pack),
            other_brands=tuple(self._others.other_brands(draft.client_id)),
        )

    def _pack(self, name: str) -> PackDTO | None:
        """A draft may outlive the plugin that brought its pack."""
        return next((pack for pack in self._production.list_packs() if pack.name == name), None)

    def _set_of(self, pack: str) -> str:
        return pack if pack in built_in_names() | self._added.rule_sets().keys() else DEFAULT_SET

    def _save(self, result: QcResultDTO) -> QcResultDTO:
        self._store.open(QC_RESULTS).put(result)
        event = (
            QcPassed(result.result_id, result.draft_id, result.score)
            if result.passed
            else QcFailed(result.result_id, result.draft_id, len(result.issues))
        )
        self._store.emit(event, QC_RESULTS, result.draft_id)
        return result


class QcQueries(QcQueryPort):
    """Reads results."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get_result(self, draft_id: DraftId) -> QcResultDTO | None:
        return self._store.open(QC_RESULTS).get(draft_id)


class BuiltInRulesOnly(QcRulesPort):
    """Adds nothing: what applies where neither host nor plugin brings rules."""

    def rules(self) -> Sequence[QcRule]:
        return ()

    def rule_sets(self) -> Mapping[str, Mapping[str, Any]]:
        return {}


class NobodyElse(OtherBrandsPort):
    """Names no other client: what applies where no host says whom it works for."""

    def other_brands(self, client_id: ClientId) -> Sequence[str]:
        return ()
