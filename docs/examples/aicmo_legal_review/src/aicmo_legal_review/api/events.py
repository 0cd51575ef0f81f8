"""What happens in legal review."""

from attrs import frozen

from aicmo_core.kernel import Event
from aicmo_core.kernel.ids import DraftId
from aicmo_legal_review.api.dtos import LegalReviewId


@frozen
class LegalReviewPassed(Event):
    """
    A draft makes no claim that is forbidden.

    Attributes:
        to_settle: How many findings ask for evidence or an addition.
    """

    review_id: LegalReviewId
    draft_id: DraftId
    to_settle: int


@frozen
class LegalReviewFailed(Event):
    """
    A draft may not be published as it is.

    Attributes:
        rules: The names of the rules that it breaks, each once.
    """

    review_id: LegalReviewId
    draft_id: DraftId
    rules: tuple[str, ...]
