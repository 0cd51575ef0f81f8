"""Orders: every form at hand for every pack, read, planned and drafted once for all tests."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from attrs import evolve, frozen

from aicmo_core.kernel import structure
from aicmo_core.kernel.ids import BriefId, ClientId, DraftId, StrategyId
from aicmo_core.modules.onboarding.api import (
    ClarificationDTO,
    DiscoveryNotesDTO,
    IntakeFormDTO,
    NormalizedBriefDTO,
)
from aicmo_core.modules.onboarding.internal.briefs import build_brief
from aicmo_core.modules.onboarding.internal.intakes import Intake
from aicmo_core.modules.onboarding.internal.reading import read_form
from aicmo_core.modules.production.api import ContentDraftDTO, PackDTO
from aicmo_core.modules.production.internal.catalogue import catalogue
from aicmo_core.modules.production.internal.report import Report, write_report
from aicmo_core.modules.qc.api import QcFacts
from aicmo_core.modules.qc.internal.acceptance import read_acceptance
from aicmo_core.modules.qc.internal.evidence import gather
from aicmo_core.modules.qc.internal.gate import Verdict, judge
from aicmo_core.modules.qc.internal.rulesets import ALL as QC_RULES
from aicmo_core.modules.qc.internal.rulesets import built_in_names, find_rule_set, house
from aicmo_core.modules.strategy.api import StrategyDocDTO
from aicmo_core.modules.strategy.internal.document import document_of
from aicmo_core.modules.strategy.internal.rule_sets import ALL, rules_of
from aicmo_core.runtime.rules import Rules
from aicmo_core.testing.fixtures import MONDAY_MORNING

SHARED = Path(os.environ.get("AICMO_SHARED_DATA") or Path(__file__).parents[5] / "shared/data")
"""The agency's own intakes and rule files, which not every machine has."""

PACKS = tuple(sorted(catalogue().packs))
RULES = rules_of(Rules(ALL))
BOOK = Rules(QC_RULES)


@frozen
class Order:
    """
    A client's order, planned and drafted as a run does it.

    Attributes:
        brief: Of the form; its pack is the ordered one.
        strategy: Made from the brief on a Monday in March 2026.
        report: What the writers of the pack made of both.
    """

    brief: NormalizedBriefDTO
    strategy: StrategyDocDTO
    report: Report

    @property
    def bodies(self) -> dict[str, str]:
        """The Markdown of each section, by its id."""
        return {s.section_id: s.body for s in self.report.sections}

    def judged(self, acceptance: Mapping[str, Any]) -> Verdict:
        """Return the verdict of quality control, with what this order asks for besides."""
        brief, report, pack = self.brief, self.report, self.brief.pack
        draft = ContentDraftDTO(
            draft_id=DraftId("draft-1"),
            strategy_id=self.strategy.strategy_id,
            content_type="marketing_report",
            body=report.body,
            created_at=MONDAY_MORNING,
            pack=pack,
            brief_id=brief.brief_id,
            client_id=brief.client_id,
            brand_name=brief.brand_name,
            sections=report.sections,
            calendar=report.calendar,
            budget=report.budget,
            metadata=report.metadata,
        )
        listed = PackDTO(pack, catalogue().pack(pack).sections, ())
        facts = QcFacts(draft, read_acceptance(acceptance), self.strategy, brief, listed)
        rules = find_rule_set(pack if pack in built_in_names() else "default", {}, BOOK)
        return judge(gather(facts, (rules,), house()))


@cache
def forms() -> dict[str, Mapping[str, Any]]:
    """Return every intake file by its name: the samples, and the agency's where they are."""
    samples = resources.files("aicmo_core.samples").iterdir()
    found = {f.name: f.read_text(encoding="utf-8") for f in samples if _is_form(f.name)}
    for path in sorted(SHARED.glob("intakes/*.json")):
        found[path.name] = path.read_text(encoding="utf-8")
    return {
        name.rpartition(".")[0]: yaml.safe_load(text) if name.endswith("yaml") else json.loads(text)
        for name, text in sorted(found.items())
    }


def _is_form(name: str) -> bool:
    return name.endswith((".json", ".yaml"))


def clarify(
    responses: Mapping[str, Any], notes: DiscoveryNotesDTO | None = None
) -> tuple[ClarificationDTO, ...]:
    """Return what these answers leave open."""
    return read_form(_form(responses), notes, MONDAY_MORNING).clarifications


def order(
    responses: Mapping[str, Any],
    pack: str,
    notes: DiscoveryNotesDTO | None = None,
    client: str = "client",
) -> Order | None:
    """Return the draft that these answers become; None where questions block it."""
    brief = _brief(responses, notes, client)
    return None if brief is None else drafted(evolve(brief, pack=pack))


def drafted(brief: NormalizedBriefDTO) -> Order:
    """Return the strategy and the report of a brief, as a run makes them."""
    planned = document_of(brief, {}, MONDAY_MORNING.date(), RULES)
    strategy = planned.as_version(1, brief, StrategyId("strategy-1"), MONDAY_MORNING)
    approved = evolve(strategy, is_approved=True)
    return Order(brief, approved, write_report(brief, approved))


@cache
def of_client(name: str, pack: str) -> Order | None:
    """Return the order of an intake file for a pack; None where questions block it."""
    brief = _client(name)
    return None if brief is None else drafted(evolve(brief, pack=pack))


@cache
def _client(name: str) -> NormalizedBriefDTO | None:
    file = forms()[name]
    notes = structure(file["discovery"], DiscoveryNotesDTO) if "discovery" in file else None
    return _brief(file["responses"], notes, file["client_id"])


def _brief(
    responses: Mapping[str, Any], notes: DiscoveryNotesDTO | None, client: str
) -> NormalizedBriefDTO | None:
    form = _form(responses)
    reading = read_form(form, notes, MONDAY_MORNING)
    if reading.blocked:
        return None
    intake = Intake(
        brief_id=BriefId(f"brief-{client}"),
        client_id=ClientId(client),
        submitted_at=form.submitted_at,
        captured_at=MONDAY_MORNING,
        pack=form.pack,
        form_version=form.form_version,
        source=None,
        responses=form.responses,
    )
    return build_brief(intake, notes, reading, MONDAY_MORNING)


def _form(responses: Mapping[str, Any]) -> IntakeFormDTO:
    return IntakeFormDTO(dict(responses), MONDAY_MORNING)
