"""A draft as production writes one, and a desk that delivers it on a memory backend."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from attrs import define, evolve, field

from aicmo_core.backends.memory import MemoryBackend
from aicmo_core.documents import Bar, BarChart, Chart, draw
from aicmo_core.hooks import Artifact, Artifacts, ArtifactStore, ArtifactUnavailable, Documents
from aicmo_core.kernel import Money
from aicmo_core.kernel.ids import (
    AssetId,
    BriefId,
    BundleId,
    ClientId,
    CorrelationId,
    DraftId,
    QcResultId,
    StrategyId,
)
from aicmo_core.modules.delivery.internal.adapters import Deliveries, PackageBuilder
from aicmo_core.modules.delivery.internal.collections import JOBS, PACKAGES
from aicmo_core.modules.delivery.internal.publisher import Publisher
from aicmo_core.modules.production.api import (
    AssetAssemblePort,
    AssetDTO,
    BudgetLineDTO,
    CalendarEntryDTO,
    ContentDraftDTO,
    DraftBundleDTO,
    PackDTO,
    ProductionQueryPort,
    SectionDTO,
    SectionKind,
)
from aicmo_core.modules.qc.api import QcQueryPort, QcResultDTO
from aicmo_core.providers.memory_artifacts import MemoryArtifactStore
from aicmo_core.storage import Change, ModuleSchema, Store, UnitOfWork
from aicmo_core.testing.fixtures import FixedClock, SequentialIds

DRAFT_ID = DraftId("draft-1")
WRITTEN = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

CHART = BarChart(
    "budget",
    "Juniper & Co: budget by channel",
    "Channel",
    (
        Bar("Instagram", Decimal("62.50"), "EUR 1,250"),
        Bar("Email", Decimal("37.50"), "EUR 750"),
    ),
)

FILES = {
    "report.md": b"# Spring plan for Juniper & Co\n",
    "calendar.csv": b"day,channel\r\n2026-03-02,Instagram\r\n",
    "calendar.ics": b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
    "budget.svg": draw(CHART).encode(),
}


def section(title: str, body: str, section_id: str = "overview", *kinds: SectionKind) -> SectionDTO:
    return SectionDTO(section_id, title, body, kinds)


def post(day: int, channel: str = "Instagram", bucket: str = "Education") -> CalendarEntryDTO:
    at = date(2026, 3, 2) + timedelta(days=day)
    return CalendarEntryDTO(at, channel, bucket, "Reel", "Three ways to ...", "Save this")


def draft_of(*sections: SectionDTO, brand: str = "Juniper & Co") -> ContentDraftDTO:
    chosen = sections or (
        section("Overview", "Juniper & Co sells *soap*.\n\n### Goal\n\n500 leads in Q2."),
        section(
            "30-day calendar",
            "| Day | Channel |\n| --- | --- |\n| 1 | Instagram |\n",
            "detailed_30_day_calendar",
            SectionKind.CALENDAR,
        ),
    )
    return ContentDraftDTO(
        draft_id=DRAFT_ID,
        strategy_id=StrategyId("strategy-1"),
        content_type="marketing_report",
        body="# Spring plan for Juniper & Co\n\n" + "\n".join(s.body for s in chosen),
        created_at=WRITTEN,
        pack="quick_social_basic",
        brief_id=BriefId("brief-1"),
        client_id=ClientId("juniper"),
        brand_name=brand,
        sections=chosen,
        calendar=(post(0), post(1, "Email", "Proof"), post(30, "Instagram", "Promo")),
        budget=(
            BudgetLineDTO("Instagram", Decimal("62.50"), Money(Decimal("1250.00"), "EUR")),
            BudgetLineDTO("Email", Decimal("37.50"), Money(Decimal("750.00"), "EUR")),
        ),
    )


def verdict(passed: bool = True, score: float = 92.0) -> QcResultDTO:
    return QcResultDTO(QcResultId("qc-1"), DRAFT_ID, passed, score, (), WRITTEN, threshold=70.0)


@define
class FolderOfRun(Artifacts):
    """The part of a store that belongs to one run; it fails at the put with a given number."""

    store: ArtifactStore
    run: str = "run-1"
    fails_at: int | None = None
    puts: list[str] = field(factory=list)

    def put(self, name: str, data: bytes) -> Artifact:
        self.puts.append(name)
        if len(self.puts) == self.fails_at:
            raise ArtifactUnavailable(f"cannot write {name!r}: the disk is full")
        return self.store.put(f"{self.run}/{name}", data)

    def get(self, path: str) -> bytes:
        return self.store.get(path)


@define
class Production(ProductionQueryPort, AssetAssemblePort):
    """One draft, and its files as they are given."""

    draft: ContentDraftDTO | None
    artifacts: Artifacts
    files: Mapping[str, bytes]
    assets: Callable[[tuple[AssetDTO, ...]], tuple[AssetDTO, ...]] = lambda assets: assets
    sections: tuple[str, ...] = ()

    def get_draft(self, draft_id: DraftId) -> ContentDraftDTO | None:
        return self.draft if self.draft and self.draft.draft_id == draft_id else None

    def get_bundle(self, draft_id: DraftId) -> DraftBundleDTO | None:
        return None

    def get_charts(self, draft_id: DraftId) -> tuple[Chart, ...]:
        return (CHART,)

    def get_pack(self, name: str) -> PackDTO:
        return PackDTO(name, self.sections)

    def list_packs(self) -> list[PackDTO]:
        return []

    def assemble_bundle(self, draft_id: DraftId) -> DraftBundleDTO:
        written = {name: self.artifacts.put(name, data) for name, data in self.files.items()}
        assets = tuple(
            AssetDTO(AssetId(name), "file", a.path, name, "text/plain", a.size, a.sha256)
            for name, a in written.items()
        )
        return DraftBundleDTO(BundleId("bundle-1"), draft_id, self.assets(assets), WRITTEN)


@define
class Quality(QcQueryPort):
    """One verdict."""

    result: QcResultDTO | None

    def get_result(self, draft_id: DraftId) -> QcResultDTO | None:
        return self.result


@define
class Desk:
    """
    Everything that delivery is built from, to be changed before it is used.

    `commit` makes what was done so far true, as the end of a step does.
    """

    draft: ContentDraftDTO | None = field(factory=draft_of)
    result: QcResultDTO | None = field(factory=verdict)
    files: Mapping[str, bytes] = field(factory=lambda: dict(FILES))
    artifacts: FolderOfRun = field(factory=lambda: FolderOfRun(MemoryArtifactStore()))
    clock: FixedClock = field(factory=FixedClock)
    ids: SequentialIds = field(factory=SequentialIds)
    backend: MemoryBackend = field(factory=MemoryBackend)
    assets: Callable[[tuple[AssetDTO, ...]], tuple[AssetDTO, ...]] = lambda assets: assets
    sections: tuple[str, ...] = ()
    documents: Documents = field(factory=Documents)
    work: UnitOfWork = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.backend.prepare([ModuleSchema("delivery", (PACKAGES, JOBS))])
        self.begin()

    def begin(self) -> None:
        """Start another unit of work, forgetting what was not committed."""
        self.work = UnitOfWork(self.backend, self.ids, self.clock, CorrelationId("run-1"))

    def commit(self) -> list[Change]:
        changes = self.work.changes()
        self.backend.commit(changes)
        self.begin()
        return changes

    @property
    def store(self) -> Store:
        owners = {collection.name: "delivery" for collection in (PACKAGES, JOBS)}
        return self.work.store("delivery", owners)

    @property
    def builder(self) -> PackageBuilder:
        production = Production(self.draft, self.artifacts, self.files, self.assets, self.sections)
        return PackageBuilder(
            self.store,
            production,
            production,
            Quality(self.result),
            self.artifacts,
            self.documents,
            self.clock,
            self.ids,
        )

    @property
    def deliveries(self) -> Deliveries:
        return Deliveries(self.store)

    @property
    def publisher(self) -> Publisher:
        return Publisher(self.store, self.artifacts, self.clock, self.ids)

    def file(self, name: str, run: str = "run-1") -> bytes:
        return self.artifacts.store.get(f"{run}/{name}")

    def with_section(self, body: str, title: str = "Overview") -> None:
        """Make the draft one of a single section."""
        self.draft = evolve(draft_of(section(title, body)))


@pytest.fixture
def desk() -> Desk:
    return Desk()
