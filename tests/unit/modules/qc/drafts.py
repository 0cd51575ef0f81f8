"""Drafts as the library writes them, for the orders that are shipped and shared; made once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from aicmo_core import open_app
from aicmo_core.kernel import structure
from aicmo_core.kernel.ids import ClientId
from aicmo_core.modules.onboarding.api import (
    BriefNormalizePort,
    DiscoveryNotesDTO,
    IntakeCapturePort,
    IntakeFormDTO,
)
from aicmo_core.modules.production.api import DraftGeneratePort, ProductionQueryPort
from aicmo_core.modules.qc.api import QcEvaluatePort, QcFacts
from aicmo_core.modules.qc.internal.evidence import Evidence, gather
from aicmo_core.modules.qc.internal.gate import Verdict, judge
from aicmo_core.modules.qc.internal.rulesets import (
    ALL,
    DEFAULT_SET,
    built_in_names,
    find_rule_set,
    house,
    read_rule_set,
)
from aicmo_core.modules.strategy.api import StrategyGeneratePort, StrategyInputDTO
from aicmo_core.runtime.rules import Rules
from aicmo_core.testing.fixtures import MONDAY_MORNING, FixedClock
from unit.modules.orders.order_desk import SHARED

_DAY = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
"""When the drafts are written: what is planted in them names their dates."""

SHIPPED = Path(str(files("aicmo_core.samples")))


def _order(path: Path) -> dict[str, Any]:
    text = path.read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
    return loaded


def orders() -> list[Path]:
    """Return the orders that can be worked on: the library's, and those that are shared."""
    found = [p for p in SHIPPED.iterdir() if p.suffix in (".json", ".yaml")]
    found += (SHARED / "intakes").glob("*.json") if (SHARED / "intakes").is_dir() else []
    return sorted(p for p in found if _order(p)["acceptance"].get("expect") != "clarifications")


@cache
def facts_of(path: Path) -> QcFacts:
    """Return the draft of an order, with all that quality control is told about it."""
    return facts_for(_order(path))


def facts_for(order: dict[str, Any]) -> QcFacts:
    """Return the draft of an order that is in no file."""
    form = IntakeFormDTO(order["responses"], MONDAY_MORNING, order["pack"])
    notes = structure(order["discovery"], DiscoveryNotesDTO) if "discovery" in order else None
    clock = FixedClock(_DAY)
    with open_app("memory:", allow=[], clock=clock) as app, app.unit_of_work() as work:
        captured = work.port(IntakeCapturePort).capture_intake(ClientId(order["client_id"]), form)
        brief = work.port(BriefNormalizePort).normalize_brief(captured, notes)
        strategy = work.port(StrategyGeneratePort).generate(
            brief.brief_id, StrategyInputDTO(brief.brief_id)
        )
        draft = work.port(DraftGeneratePort).generate_draft(strategy.strategy_id)
        acceptance = work.port(QcEvaluatePort).read_acceptance(order["acceptance"])
        pack = work.port(ProductionQueryPort).get_pack(draft.pack)
    return QcFacts(draft, acceptance, strategy, brief, pack)


def evidence_of(facts: QcFacts, besides: Mapping[str, Any] | None = None) -> Evidence:
    """Return what the rules of the draft's pack look at, and those of a set besides it."""
    name = facts.draft.pack if facts.draft.pack in built_in_names() else DEFAULT_SET
    sets = [find_rule_set(name, {}, Rules(ALL))]
    if besides is not None:
        sets.append(read_rule_set(besides, house().weights))
    return gather(facts, tuple(sets), house())


def judged(facts: QcFacts, besides: Mapping[str, Any] | None = None) -> Verdict:
    """Judge a draft by the rules of its pack, and by those of a set besides it."""
    return judge(evidence_of(facts, besides))
