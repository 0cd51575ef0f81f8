"""The data of legal review."""

from datetime import datetime
from enum import Enum
from typing import NewType

from attrs import frozen

from aicmo_core.kernel.ids import DraftId

LegalReviewId = NewType("LegalReviewId", str)


class LegalSeverity(Enum):
    """How much a finding weighs. One critical finding rejects the draft."""

    CRITICAL = "critical"
    """Forbidden as it stands: no evidence makes it lawful."""
    MAJOR = "major"
    """Lawful only with evidence or an addition that somebody has to see to."""


@frozen
class LegalFindingDTO:
    """
    One claim that a lawyer would ask about.

    Attributes:
        rule: The name of the rule that found it.
        section: The section's id.
        line: In the section's body, from 1.
        words: What was found, as it stands there.
        reason: Why it is not allowed, and what would be.
        source: Where that is written.
    """

    severity: LegalSeverity
    rule: str
    section: str
    line: int
    words: str
    reason: str
    source: str


@frozen
class LegalReviewDTO:
    """
    The review of a draft; the latest wins.

    Attributes:
        passed: No finding is critical.
        findings: By section in the draft's order, then by line.
        rulebook: The version of the rules that were applied.
    """

    review_id: LegalReviewId
    draft_id: DraftId
    passed: bool
    findings: tuple[LegalFindingDTO, ...]
    reviewed_at: datetime
    rulebook: str
