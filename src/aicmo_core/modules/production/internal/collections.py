"""
What production stores.

A bundle keeps its assets as rows of its own (`production_bundle_assets`), so that SQL
answers which files a draft has. Each asset is also a row in `production_assets`, under
its own id: an event needs a row that it is about, and a file outlives the question
which bundle it was made for.
"""

from aicmo_core.modules.production.api import (
    AssetDTO,
    ContentDraftDTO,
    DraftBundleDTO,
    RewordingDTO,
)
from aicmo_core.storage import Collection

DRAFTS: Collection[ContentDraftDTO] = Collection(
    "production_drafts",
    ContentDraftDTO,
    key="draft_id",
    indexes=("strategy_id", "brief_id", "client_id"),
    subject="client_id",
)
BUNDLES: Collection[DraftBundleDTO] = Collection(
    "production_bundles",
    DraftBundleDTO,
    key="bundle_id",
    indexes=(("draft_id", "assembled_at"), "client_id"),
    children={"assets": "production_bundle_assets"},
    subject="client_id",
)
ASSETS: Collection[AssetDTO] = Collection(
    "production_assets", AssetDTO, key="asset_id", indexes=("client_id",), subject="client_id"
)
"""Each file once, by its own id: the row that an `AssetGenerated` event is about."""

REWORDINGS: Collection[RewordingDTO] = Collection(
    "production_rewordings",
    RewordingDTO,
    key=("draft_id", "section_id", "ask"),
    indexes=("client_id",),
    subject="client_id",
)
"""Each call of a model: what was paid for is kept here before the next one is made."""

ALL = (DRAFTS, BUNDLES, ASSETS, REWORDINGS)
