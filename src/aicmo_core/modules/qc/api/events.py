"""What happens in quality control."""

from attrs import frozen

from aicmo_core.kernel.event import Event
from aicmo_core.kernel.ids import DraftId, QcResultId


@frozen
class QcPassed(Event):
    """A draft may be delivered."""

    result_id: QcResultId
    draft_id: DraftId
    score: float


@frozen
class QcFailed(Event):
    """A draft may not be delivered."""

    result_id: QcResultId
    draft_id: DraftId
    issue_count: int
