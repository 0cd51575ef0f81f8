"""Writers that come before those of production: they add sections, and replace them."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import entry_points
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from aicmo_core import ClientToDeliveryInput, RunState, client_to_delivery, open_app
from aicmo_core.hooks import Provides, RuleChange, hookimpl, provides
from aicmo_core.kernel import UnknownName
from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.api import (
    CalendarEntryDTO,
    PackUnavailable,
    ProductionQueryPort,
    SectionWriterPort,
    escape,
)
from aicmo_core.modules.strategy.api import StrategyDocDTO
from aicmo_core.runtime.plugins import load_plugins
from aicmo_core.testing.sections import planned, sample_order
from aicmo_core.workflows.client_to_delivery import generate_draft

ADDED, REPLACED = "accessibility_notes", "execution_roadmap"
TEXTS = {
    ADDED: """### What Everybody Can Follow

The {entries} entries of the calendar are made so that nobody is left out. A person who cannot see
a picture reads what is on it; a person who cannot hear a film reads along. {brand} needs no tool
for that beyond those that the channels have.

- **Pictures:** Each has a text that says what is to be seen, in one plain sentence.
- **Films:** Each has captions that somebody has read once more by eye.
- **Colours:** No meaning hangs on a colour alone.""",
    REPLACED: """### What Happens When

Work begins with what takes longest. In the first week {brand} hands over pictures, names one
person who answers, and looks at the first pieces for {first} before anybody else does. From the
second week on, a short call on Fridays decides what is kept.

- **Before:** Access to each profile is tried by those who will use it.
- **During:** Questions of readers are answered on the same working day.
- **After:** What was learned is written on one page, with what comes next.""",
}
PACKS = {
    "version": "acme-1",
    "adds": [f"sections.{ADDED}", "packs.acme_social"],
    "sections": {ADDED: {"title": "Accessibility", "kinds": []}},
    "packs": {
        "acme_social": {
            "title": "Social Content Plan",
            "sections": [
                "overview",
                "messaging_framework",
                "detailed_30_day_calendar",
                "content_buckets",
                ADDED,
                "kpi_plan_light",
                REPLACED,
                "final_summary",
            ],
        }
    },
}


class OwnSections(SectionWriterPort):
    """Writes one section that the library lacks, and one that it has."""

    section_ids = frozenset({ADDED, REPLACED})

    def write_section(
        self,
        section_id: str,
        brief: NormalizedBriefDTO,
        strategy: StrategyDocDTO,
        calendar: Sequence[CalendarEntryDTO],
    ) -> str:
        return TEXTS[section_id].format(
            brand=escape(brief.brand_name),
            entries=len(calendar),
            first=strategy.channels[0].channel,
        )


OWN = provides(SectionWriterPort).by(lambda scope: OwnSections())


def order() -> ClientToDeliveryInput:
    return sample_order("coffee_roastery", "acme_social")


def test_sections_are_added_and_replaced(tmp_path: Path) -> None:
    """They stand in their places, under the titles of the rules, and pass quality control."""
    rules = {"production.packs": PACKS}
    with open_app("memory:", artifacts=tmp_path, providers=[OWN], rules=rules) as app:
        run = app.run(client_to_delivery, order())

        assert run.state is RunState.COMPLETED, run.failure
        draft = run.result(generate_draft)
    assert [s.section_id for s in draft.sections] == PACKS["packs"]["acme_social"]["sections"]  # type: ignore[index]
    texts = {s.section_id: s.body for s in draft.sections}
    assert f"The {len(draft.calendar)} entries" in texts[ADDED]
    assert "a short call on Fridays" in texts[REPLACED]
    assert "## Accessibility\n\n### What Everybody Can Follow" in draft.body


def test_a_section_that_nobody_writes_is_told(tmp_path: Path) -> None:
    """The pack says what is missing, and an order of it is refused."""
    rules = {"production.packs": PACKS}
    with open_app("memory:", artifacts=tmp_path, rules=rules) as app:
        with app.unit_of_work() as work:
            pack = work.port(ProductionQueryPort).get_pack("acme_social")
        with pytest.raises(PackUnavailable, match=ADDED):
            app.run(client_to_delivery, order())

    assert pack.missing == (ADDED,)


class Plugin:
    """What a distribution's entry point would name."""

    @hookimpl
    def aicmo_providers(self) -> Sequence[Provides[Any]]:
        return [OWN]

    @hookimpl
    def aicmo_rules(self) -> Sequence[RuleChange]:
        return [RuleChange("production.packs", PACKS)]


def test_sections_of_a_plugin_are_found_by_its_hooks() -> None:
    """The host does nothing for it: no pack lacks them."""
    point = SimpleNamespace(name="acme", value="acme", dist=None, load=Plugin)
    plugins = load_plugins(entry_points=[*entry_points(group="aicmo_core"), point])
    with open_app("memory:", plugins=plugins) as app, app.unit_of_work() as work:
        assert work.port(ProductionQueryPort).get_pack("acme_social").missing == ()


def test_production_s_own_writes_nothing_before_its_functions() -> None:
    """Nothing is among its ids, and what is asked of it all the same is refused."""
    client = planned("coffee_roastery")
    with open_app("memory:") as app, app.unit_of_work() as work:
        own = work.port(SectionWriterPort)

        assert own.section_ids == frozenset()
        with pytest.raises(UnknownName, match="section"):
            own.write_section("overview", client.brief, client.strategy, client.calendar)
