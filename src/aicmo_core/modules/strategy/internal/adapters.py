"""The ports of strategy over its store."""

from attrs import evolve

from aicmo_core.hooks import RuleBook
from aicmo_core.kernel.clock import Clock, Ids
from aicmo_core.kernel.errors import InvalidValue, NotFound, Problem
from aicmo_core.kernel.ids import BriefId, StrategyId
from aicmo_core.kernel.values import describe
from aicmo_core.modules.onboarding.api import OnboardingQueryPort
from aicmo_core.modules.strategy.api import (
    StrategyApproved,
    StrategyApprovePort,
    StrategyDocDTO,
    StrategyGenerated,
    StrategyGeneratePort,
    StrategyInputDTO,
    StrategyQueryPort,
    StrategyVersionDTO,
)
from aicmo_core.modules.strategy.internal.collections import STRATEGIES
from aicmo_core.modules.strategy.internal.document import document_of
from aicmo_core.modules.strategy.internal.rule_sets import ALL, rules_of
from aicmo_core.storage import Store


class StrategyGenerator(StrategyGeneratePort):
    """Writes the next version of a brief's strategy by the module's rules."""

    def __init__(
        self, store: Store, briefs: OnboardingQueryPort, book: RuleBook, clock: Clock, ids: Ids
    ) -> None:
        self._store = store
        self._briefs = briefs
        self._book = book
        self._clock = clock
        self._ids = ids

    def generate(self, brief_id: BriefId, input_data: StrategyInputDTO) -> StrategyDocDTO:
        brief = self._briefs.get_brief(brief_id)
        if brief is None:
            raise NotFound("brief", brief_id)
        now = self._clock.now()
        rules = rules_of(self._book)
        document = document_of(brief, input_data.additional_context, now.date(), rules)
        strategy = document.as_version(
            self._latest_version(brief_id) + 1,
            brief,
            StrategyId(self._ids.new()),
            now,
            tuple(self._book.version(rule_set) for rule_set in ALL),
        )
        self._store.open(STRATEGIES).add(strategy)
        event = StrategyGenerated(strategy.strategy_id, brief_id, strategy.version)
        self._store.emit(event, STRATEGIES, strategy.strategy_id)
        return strategy

    def _latest_version(self, brief_id: BriefId) -> int:
        newest = self._store.open(STRATEGIES).find(
            {"brief_id": brief_id}, order_by="-version", limit=1
        )
        return newest[0].version if newest else 0


class StrategyApprover(StrategyApprovePort):
    """Notes approvals."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def approve(self, strategy_id: StrategyId, approved_by: str) -> StrategyDocDTO:
        if not approved_by.strip():
            expected = f"expected a person's name or id, found {describe(approved_by)}"
            raise InvalidValue("approval", (Problem("$.approved_by", expected),))
        strategies = self._store.open(STRATEGIES)
        strategy = strategies.get(strategy_id)
        if strategy is None:
            raise NotFound("strategy", strategy_id)
        if strategy.is_approved:
            return strategy
        approved = strategies.replace(
            evolve(
                strategy, is_approved=True, approved_at=self._clock.now(), approved_by=approved_by
            )
        )
        event = StrategyApproved(strategy_id, strategy.brief_id, approved_by)
        self._store.emit(event, STRATEGIES, strategy_id)
        return approved


class StrategyQuery(StrategyQueryPort):
    """Reads strategies."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get_strategy(self, strategy_id: StrategyId) -> StrategyDocDTO | None:
        return self._store.open(STRATEGIES).get(strategy_id)

    def list_versions(self, brief_id: BriefId) -> list[StrategyVersionDTO]:
        found = self._store.open(STRATEGIES).find({"brief_id": brief_id}, order_by="version")
        return [
            StrategyVersionDTO(s.strategy_id, s.version, s.is_approved, s.created_at) for s in found
        ]
