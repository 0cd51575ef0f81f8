"""The adapters of legal review."""

from __future__ import annotations

from aicmo_core.kernel import Clock, Ids, NotFound
from aicmo_core.kernel.ids import DraftId
from aicmo_core.modules.onboarding.api import NormalizedBriefDTO, OnboardingQueryPort
from aicmo_core.modules.production.api import ProductionQueryPort
from aicmo_core.storage import Store
from aicmo_legal_review.api import (
    LegalReviewDTO,
    LegalReviewFailed,
    LegalReviewId,
    LegalReviewPassed,
    LegalReviewPort,
    LegalReviewQueryPort,
    LegalSeverity,
)
from aicmo_legal_review.internal.claims import review_sections
from aicmo_legal_review.internal.collections import REVIEWS
from aicmo_legal_review.internal.rulebook import rulebook


class LegalReviewer(LegalReviewPort):
    """Reviews drafts by the rulebook that ships with this package."""

    def __init__(
        self,
        store: Store,
        production: ProductionQueryPort,
        briefs: OnboardingQueryPort,
        clock: Clock,
        ids: Ids,
    ) -> None:
        self._store = store
        self._production = production
        self._briefs = briefs
        self._clock = clock
        self._ids = ids

    def review(self, draft_id: DraftId) -> LegalReviewDTO:
        draft = self._production.get_draft(draft_id)
        if draft is None:
            raise NotFound("draft", draft_id)
        book = rulebook()
        competitors = _competitors(self._briefs.get_brief(draft.brief_id))
        findings = review_sections(draft.sections, competitors, book)
        return self._save(
            LegalReviewDTO(
                review_id=LegalReviewId(self._ids.new()),
                draft_id=draft_id,
                passed=all(f.severity is not LegalSeverity.CRITICAL for f in findings),
                findings=findings,
                reviewed_at=self._clock.now(),
                rulebook=book.version,
            )
        )

    def _save(self, review: LegalReviewDTO) -> LegalReviewDTO:
        self._store.open(REVIEWS).put(review)
        self._store.emit(verdict(review), REVIEWS, review.draft_id)
        return review


class LegalReviewQueries(LegalReviewQueryPort):
    """Reads reviews."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get_review(self, draft_id: DraftId) -> LegalReviewDTO | None:
        return self._store.open(REVIEWS).get(draft_id)


def verdict(review: LegalReviewDTO) -> LegalReviewPassed | LegalReviewFailed:
    """Return the event that tells what a review found."""
    if review.passed:
        return LegalReviewPassed(review.review_id, review.draft_id, len(review.findings))
    rules = tuple(dict.fromkeys(f.rule for f in review.findings))
    return LegalReviewFailed(review.review_id, review.draft_id, rules)


def _competitors(brief: NormalizedBriefDTO | None) -> tuple[str, ...]:
    """Return competitors' names: a client may write more than the name after it."""
    if brief is None:
        return ()
    answers = (*brief.competitors_liked, *brief.competitors_disliked)
    names = (answer.partition(":")[0].partition("(")[0].partition(" - ")[0] for answer in answers)
    return tuple(name.strip() for name in names if name.strip())
