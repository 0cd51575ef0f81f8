"""A desk that produces on a backend in memory, for some clients."""

from __future__ import annotations

from hashlib import sha256

from attrs import define

from aicmo_core.backends.memory import MemoryBackend
from aicmo_core.hooks import Artifact, Artifacts, ArtifactUnavailable
from aicmo_core.kernel.ids import BriefId, ClientId, CorrelationId, StrategyId
from aicmo_core.modules.onboarding.api import (
    IntakeFormDTO,
    NormalizedBriefDTO,
    OnboardingQueryPort,
    OnboardingStatusDTO,
    ProjectSetupDTO,
)
from aicmo_core.modules.production.api import ContentDraftDTO
from aicmo_core.modules.production.internal.adapters import (
    AssetAssembler,
    DraftGenerator,
    ProductionQueries,
)
from aicmo_core.modules.production.internal.charts import Charts
from aicmo_core.modules.production.internal.collections import ALL
from aicmo_core.modules.production.internal.rule_sets import ALL as RULES
from aicmo_core.modules.production.internal.writing import NoOtherWriters
from aicmo_core.modules.strategy.api import (
    StrategyDocDTO,
    StrategyQueryPort,
    StrategyVersionDTO,
)
from aicmo_core.runtime.rules import Rules
from aicmo_core.storage import Store, UnitOfWork
from aicmo_core.testing.fixtures import FixedClock, SequentialIds
from unit.modules.production.clients import Client


class OneStrategy(StrategyQueryPort):
    """Knows the strategies of the given clients."""

    def __init__(self, *clients: Client) -> None:
        self._known = {c.strategy.strategy_id: c.strategy for c in clients}

    def get_strategy(self, strategy_id: StrategyId) -> StrategyDocDTO | None:
        return self._known.get(strategy_id)

    def list_versions(self, brief_id: BriefId) -> list[StrategyVersionDTO]:
        raise NotImplementedError("production reads one strategy by its id")


class OneBrief(OnboardingQueryPort):
    """Knows the briefs of the given clients."""

    def __init__(self, *clients: Client) -> None:
        self._known = {c.brief.brief_id: c.brief for c in clients}

    def get_brief(self, brief_id: BriefId) -> NormalizedBriefDTO | None:
        return self._known.get(brief_id)

    def get_onboarding_status(self, client_id: ClientId) -> OnboardingStatusDTO | None:
        raise NotImplementedError("production reads briefs only")

    def get_intake(self, brief_id: BriefId) -> IntakeFormDTO | None:
        raise NotImplementedError("production reads briefs only")

    def get_project(self, brief_id: BriefId) -> ProjectSetupDTO | None:
        raise NotImplementedError("production reads briefs only")


class Folder(Artifacts):
    """The files of one run in memory; the put with number *fails_at* finds the disk full."""

    def __init__(self, fails_at: int | None = None) -> None:
        self.files: dict[str, bytes] = {}
        self._fails_at = fails_at
        self._puts = 0

    def put(self, name: str, data: bytes) -> Artifact:
        self._puts += 1
        if self._puts == self._fails_at:
            raise ArtifactUnavailable("the disk is full")
        self.files[f"run-1/{name}"] = data
        return Artifact(f"run-1/{name}", len(data), sha256(data).hexdigest())

    def get(self, path: str) -> bytes:
        return self.files[path]


@define
class Desk:
    """The module's adapters over one backend, a fixed clock and counted ids."""

    backend: MemoryBackend
    clients: tuple[Client, ...]
    clock: FixedClock
    ids: SequentialIds
    folder: Folder

    @property
    def charts(self) -> Charts:
        return Charts(OneStrategy(*self.clients), OneBrief(*self.clients))

    def work(self) -> UnitOfWork:
        return UnitOfWork(self.backend, self.ids, self.clock, CorrelationId("run-1"))

    def store(self, work: UnitOfWork) -> Store:
        return work.store("production", {c.name: "production" for c in ALL})

    def generator(self, work: UnitOfWork) -> DraftGenerator:
        return DraftGenerator(
            self.store(work),
            OneStrategy(*self.clients),
            OneBrief(*self.clients),
            Rules(RULES),
            NoOtherWriters(),
            self.clock,
            self.ids,
        )

    def assembler(self, work: UnitOfWork) -> AssetAssembler:
        return AssetAssembler(self.store(work), self.charts, self.folder, self.clock, self.ids)

    def queries(self, work: UnitOfWork | None = None) -> ProductionQueries:
        store = self.store(work or self.work())
        return ProductionQueries(store, self.charts, Rules(RULES), NoOtherWriters())

    def draft(self) -> ContentDraftDTO:
        """Generate and commit a draft of the first client."""
        work = self.work()
        draft = self.generator(work).generate_draft(self.clients[0].strategy.strategy_id)
        self.backend.commit(work.changes())
        return draft
