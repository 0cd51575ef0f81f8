"""The boundary of legal review."""

from aicmo_legal_review.api.dtos import (
    LegalFindingDTO,
    LegalReviewDTO,
    LegalReviewId,
    LegalSeverity,
)
from aicmo_legal_review.api.events import LegalReviewFailed, LegalReviewPassed
from aicmo_legal_review.api.ports import LegalReviewPort, LegalReviewQueryPort

CONTRACT_VERSION = "1.0.0"

__all__ = [
    "CONTRACT_VERSION",
    "LegalFindingDTO",
    "LegalReviewDTO",
    "LegalReviewFailed",
    "LegalReviewId",
    "LegalReviewPassed",
    "LegalReviewPort",
    "LegalReviewQueryPort",
    "LegalSeverity",
]
