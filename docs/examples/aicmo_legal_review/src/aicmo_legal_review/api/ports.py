"""The ports of legal review."""

from abc import ABC, abstractmethod

from aicmo_core.kernel.ids import DraftId
from aicmo_legal_review.api.dtos import LegalReviewDTO


class LegalReviewPort(ABC):
    """Reviews drafts by rules that are data. It finds words; it is no lawyer."""

    @abstractmethod
    def review(self, draft_id: DraftId) -> LegalReviewDTO:
        """
        Check every section of a draft; store and return the review, over an earlier one.

        Raises:
            NotFound: There is no such draft.
        """


class LegalReviewQueryPort(ABC):
    """What legal review knows."""

    @abstractmethod
    def get_review(self, draft_id: DraftId) -> LegalReviewDTO | None:
        """Return the draft's latest review, or None."""
