"""What happens in production."""

from attrs import frozen

from aicmo_core.kernel.event import Event
from aicmo_core.kernel.ids import AssetId, DraftId


@frozen
class DraftReady(Event):
    """A draft was written."""

    draft_id: DraftId
    content_type: str


@frozen
class AssetGenerated(Event):
    """A file of a bundle was written completely."""

    asset_id: AssetId
    asset_type: str
