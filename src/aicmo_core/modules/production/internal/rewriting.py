"""Rewriting: the sections of a reworded draft that were found wanting, written once more."""

from __future__ import annotations

from collections.abc import Sequence
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
    SectionGuidanceDTO,
    SectionRewritePort,
    TextNotWritten,
    TextTerms,
)
from aicmo_core.modules.production.internal.asking import STOPPED, Asking, spent
from aicmo_core.modules.production.internal.collections import DRAFTS, REWORDINGS
from aicmo_core.modules.production.internal.passages import with_passages
from aicmo_core.modules.production.internal.report import compose
from aicmo_core.storage import Store

_MOST_PROBLEMS = 10
"""More is no guidance."""


class SectionRewriter(SectionRewritePort):
    """Asks a provider of text a second time, and keeps each answer."""

    def __init__(
        self, store: Store, briefs: OnboardingQueryPort, texts: TextProvider, clock: Clock
    ) -> None:
        self._store = store
        self._asking = Asking(briefs, texts, clock)

    def rewrite_next(
        self,
        draft: ContentDraftDTO,
        guidance: Sequence[SectionGuidanceDTO],
        terms: TextTerms,
        key: str,
        attempt: int = 1,
    ) -> RewordingProgressDTO:
        asked = self._asked(draft.draft_id)
        left = _left(draft, guidance, asked)
        if not left:
            return RewordingProgressDTO(done=True)
        section, wanted = left[0]
        problems = wanted.problems[:_MOST_PROBLEMS]
        made = self._asking.ask(draft, section, asked, terms, key, attempt, problems)
        self._store.open(REWORDINGS).add(made)
        done = len(left) == 1 or made.outcome in STOPPED
        return RewordingProgressDTO(done, section.section_id, made.outcome)

    def apply_rewrites(
        self, draft: ContentDraftDTO, guidance: Sequence[SectionGuidanceDTO], terms: TextTerms
    ) -> ContentDraftDTO:
        stored = self._store.open(DRAFTS).require(draft.draft_id)
        asked = self._asked(draft.draft_id)
        first, second = _answers(asked, guided=False), _answers(asked, guided=True)
        wanted = [g.section_id for g in guidance if g.section_id in first]
        missing = [section_id for section_id in wanted if section_id not in second]
        if missing and not terms.fallback:
            last = [r.problems for r in asked if r.section_id == missing[0] and r.guided]
            raise TextNotWritten(missing[0], last[-1] if last else ("it was not asked for",))
        own = {s.section_id: s for s in draft.sections}
        sections = tuple(
            _rewritten(own[s.section_id], second) if s.section_id in wanted else s
            for s in stored.sections
        )
        before: dict[str, Any] = stored.metadata.get("text", {})
        text = before | {
            "reworded": [s for s in before.get("reworded", []) if s not in missing],
            "rewritten": [s.section_id for s in sections if s.section_id in wanted],
            "cost": [str(money) for money in [spent(asked)] if money is not None],
        }
        return self._store.open(DRAFTS).replace(
            evolve(
                stored,
                sections=sections,
                body=compose(stored.body.partition("\n\n")[0], sections),
                metadata=stored.metadata | {"text": text},
            )
        )

    def _asked(self, draft_id: DraftId) -> list[RewordingDTO]:
        return list(self._store.open(REWORDINGS).find({"draft_id": draft_id}).items)


def _answers(asked: Sequence[RewordingDTO], *, guided: bool) -> dict[str, RewordingDTO]:
    """Return the usable answer of each section, of the first writing or of the second."""
    usable = [r for r in asked if r.outcome is RewordingOutcome.USABLE]
    return {r.section_id: r for r in usable if r.guided is guided}


def _rewritten(own: SectionDTO, second: dict[str, RewordingDTO]) -> SectionDTO:
    made = second.get(own.section_id)
    return own if made is None else evolve(own, body=with_passages(own, made.passages))


def _left(
    draft: ContentDraftDTO, guidance: Sequence[SectionGuidanceDTO], asked: list[RewordingDTO]
) -> list[tuple[SectionDTO, SectionGuidanceDTO]]:
    """Return the sections that are still to be asked for, with what was found in them."""
    second = {r.section_id for r in asked if r.guided}
    if any(r.outcome in STOPPED for r in asked):
        return []
    first = _answers(asked, guided=False)
    wanted = {g.section_id: g for g in guidance if g.section_id in first.keys() - second}
    return [(s, wanted[s.section_id]) for s in draft.sections if s.section_id in wanted]
