"""The boundary of production."""

from aicmo_core.modules.production.api.dtos import (
    AssetDTO,
    BudgetLineDTO,
    CalendarEntryDTO,
    ContentDraftDTO,
    CreativeSpecDTO,
    DraftBundleDTO,
    PackDTO,
    SectionDTO,
    SectionKind,
)
from aicmo_core.modules.production.api.errors import PackUnavailable
from aicmo_core.modules.production.api.events import AssetGenerated, DraftReady
from aicmo_core.modules.production.api.ports import (
    AssetAssemblePort,
    DraftGeneratePort,
    ProductionQueryPort,
)

CONTRACT_VERSION = "1.0.0"

__all__ = [
    "CONTRACT_VERSION",
    "AssetAssemblePort",
    "AssetDTO",
    "AssetGenerated",
    "BudgetLineDTO",
    "CalendarEntryDTO",
    "ContentDraftDTO",
    "CreativeSpecDTO",
    "DraftBundleDTO",
    "DraftGeneratePort",
    "DraftReady",
    "PackDTO",
    "PackUnavailable",
    "ProductionQueryPort",
    "SectionDTO",
    "SectionKind",
]
