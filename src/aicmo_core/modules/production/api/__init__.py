"""The boundary of production."""

from aicmo_core.modules.production.api.dtos import (
    AssetDTO,
    BudgetLineDTO,
    CalendarEntryDTO,
    ContentDraftDTO,
    CreativeSpecDTO,
    DraftBundleDTO,
    PackDTO,
    RewordingDTO,
    RewordingOutcome,
    RewordingProgressDTO,
    SectionDTO,
    SectionGuidanceDTO,
    SectionKind,
    TextTerms,
)
from aicmo_core.modules.production.api.errors import PackUnavailable, TextNotWritten
from aicmo_core.modules.production.api.events import AssetGenerated, DraftReady
from aicmo_core.modules.production.api.markdown import escape
from aicmo_core.modules.production.api.ports import (
    AssetAssemblePort,
    DraftGeneratePort,
    ProductionQueryPort,
    SectionRewordPort,
    SectionRewritePort,
    SectionWriterPort,
)

CONTRACT_VERSION = "1.3.0"

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
    "RewordingDTO",
    "RewordingOutcome",
    "RewordingProgressDTO",
    "SectionDTO",
    "SectionGuidanceDTO",
    "SectionKind",
    "SectionRewordPort",
    "SectionRewritePort",
    "SectionWriterPort",
    "TextNotWritten",
    "TextTerms",
    "escape",
]
