"""The step that a host puts into its workflow, after the draft has passed quality control."""

from __future__ import annotations

from aicmo_core import StepContext, StepRejected, step, unstructure
from aicmo_core.workflows import ClientToDeliveryInput
from aicmo_core.workflows.client_to_delivery import generate_draft
from aicmo_legal_review.api import (
    LegalReviewDTO,
    LegalReviewFailed,
    LegalReviewPort,
    LegalSeverity,
)


@step
def legal_review(context: StepContext[ClientToDeliveryInput]) -> LegalReviewDTO:
    """Review the draft; a critical finding ends the run, which takes everything back."""
    draft = context.result(generate_draft)
    review = context.port(LegalReviewPort).review(draft.draft_id)
    if not review.passed:
        critical = [f for f in review.findings if f.severity is LegalSeverity.CRITICAL]
        first = critical[0]
        raise StepRejected(
            f"the draft failed legal review with {len(critical)} critical findings, the first "
            f"in {first.section}, line {first.line}: {first.words!r} ({first.rule})",
            {"findings": unstructure(review)["findings"]},
            [
                LegalReviewFailed(
                    review.review_id,
                    review.draft_id,
                    tuple(dict.fromkeys(f.rule for f in review.findings)),
                )
            ],
        )
    return review
