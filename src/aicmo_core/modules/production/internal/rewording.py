"""Rewording: a model's words in place of the draft's own, one call and one commit at a time."""

from __future__ import annotations

from typing import Any

from attrs import evolve

from aicmo_core.hooks import TextProvider
from aicmo_core.kernel import Clock
from aicmo_core.kernel.ids import DraftId
from aicmo_core.modules.onboarding.api import OnboardingQueryPort
from aicmo_core.modules.production.api import (
    ContentDraftDTO,
    RewordingDTO,
    RewordingOutcome,
    RewordingProgressDTO,
    SectionDTO,
    SectionRewordPort,
    TextNotWritten,
    TextTerms,
)
from aicmo_core.modules.production.internal.asking import STOPPED, Asking, spent
from aicmo_core.modules.production.internal.collections import DRAFTS, REWORDINGS
from aicmo_core.modules.production.internal.passages import passages, with_passages
from aicmo_core.modules.production.internal.report import compose
from aicmo_core.storage import Store


class SectionReworder(SectionRewordPort):
    """Asks a provider of text, and keeps each answer."""

    def __init__(
        self, store: Store, briefs: OnboardingQueryPort, texts: TextProvider, clock: Clock
    ) -> None:
        self._store = store
        self._asking = Asking(briefs, texts, clock)

    def reword_next(
        self, draft_id: DraftId, terms: TextTerms, key: str, attempt: int = 1
    ) -> RewordingProgressDTO:
        draft = self._store.open(DRAFTS).require(draft_id)
        asked = self.list_rewordings(draft_id)
        section = _next(draft, asked, terms)
        if section is None:
            return RewordingProgressDTO(done=True)
        made = self._asking.ask(draft, section, asked, terms, key, attempt)
        self._store.open(REWORDINGS).add(made)
        done = _next(draft, [*asked, made], terms) is None
        return RewordingProgressDTO(done, section.section_id, made.outcome)

    def apply_rewordings(self, draft_id: DraftId, terms: TextTerms) -> ContentDraftDTO:
        draft = self._store.open(DRAFTS).require(draft_id)
        asked = self.list_rewordings(draft_id)
        usable = {r.section_id: r for r in asked if r.outcome is RewordingOutcome.USABLE}
        missing = [s.section_id for s in draft.sections if passages(s)]
        missing = [section_id for section_id in missing if section_id not in usable]
        if missing and not terms.fallback:
            last = [r.problems for r in asked if r.section_id == missing[0]]
            raise TextNotWritten(missing[0], last[-1] if last else ("it was not asked for",))
        sections = tuple(
            evolve(s, body=with_passages(s, usable[s.section_id].passages))
            if s.section_id in usable
            else s
            for s in draft.sections
        )
        title = draft.body.partition("\n\n")[0]
        text: dict[str, Any] = {
            "providers": sorted({r.provider for r in asked}),
            "reworded": [s.section_id for s in draft.sections if s.section_id in usable],
            "cost": [str(money) for money in [spent(asked)] if money is not None],
        }
        return self._store.open(DRAFTS).replace(
            evolve(
                draft,
                sections=sections,
                body=compose(title, sections),
                metadata=draft.metadata | {"text": text},
            )
        )

    def withdraw_rewordings(self, draft: ContentDraftDTO) -> ContentDraftDTO:
        stored = self._store.open(DRAFTS).require(draft.draft_id)
        text = stored.metadata.get("text", {}) | {"reworded": [], "withdrawn": True}
        own = evolve(draft, metadata=draft.metadata | {"text": text})
        return self._store.open(DRAFTS).replace(own)

    def list_rewordings(self, draft_id: DraftId) -> list[RewordingDTO]:
        return list(self._store.open(REWORDINGS).find({"draft_id": draft_id}).items)


def _next(draft: ContentDraftDTO, asked: list[RewordingDTO], terms: TextTerms) -> SectionDTO | None:
    """Return the first section that is still to be asked for; none if asking has an end."""
    if any(r.outcome in STOPPED for r in asked):
        return None
    for section in draft.sections:
        rows = [r for r in asked if r.section_id == section.section_id]
        usable = any(r.outcome is RewordingOutcome.USABLE for r in rows)
        if passages(section) and not usable:
            if len(rows) < terms.asks:
                return section
            if not terms.fallback:
                return None
    return None
