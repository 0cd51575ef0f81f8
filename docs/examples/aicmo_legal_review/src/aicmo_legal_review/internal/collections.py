"""What legal review stores."""

from aicmo_core.storage import Collection
from aicmo_legal_review.api.dtos import LegalReviewDTO

REVIEWS = Collection(
    "legal_review_reviews",
    LegalReviewDTO,
    key="draft_id",
    children={"findings": "legal_review_findings"},
)
"""One review a draft: a later one replaces it."""
