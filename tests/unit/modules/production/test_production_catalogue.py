"""The ten packs, and what their sections count as."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from aicmo_core.kernel import UnknownName
from aicmo_core.modules.production.api import SectionKind
from aicmo_core.modules.production.internal.catalogue import PackListing, catalogue
from aicmo_core.modules.production.internal.writing import NoOtherWriters, find_writer

QUICK = (
    "overview",
    "messaging_framework",
    "detailed_30_day_calendar",
    "content_buckets",
    "hashtag_strategy",
    "kpi_plan_light",
    "execution_roadmap",
    "final_summary",
)


def test_there_are_ten_packs_of_known_sections() -> None:
    """Every section that a pack lists has a title, and every listed section is used."""
    found = catalogue()

    used = {s for pack in found.packs.values() for s in pack.sections}
    assert len(found.packs) == 10
    assert used == set(found.sections)
    assert all(s.title for s in found.sections.values())
    assert len(found.packs["strategy_campaign_enterprise"].sections) == 39


def test_every_kind_can_be_asked_for() -> None:
    """No kind is without a section that counts as it."""
    kinds = {k for s in catalogue().sections.values() for k in s.kinds}

    assert kinds == set(SectionKind)


@pytest.mark.parametrize(
    ("pack", "kinds"),
    [
        ("quick_social_basic", {"calendar", "messaging"}),
        ("brand_turnaround_lab", {"audit", "brand_audit", "recovery_plan", "repositioning"}),
        ("full_funnel_growth_suite", {"funnel", "landing_page", "email_flows"}),
        ("launch_gtm_pack", {"launch_phases", "gtm_strategy", "launch_timeline"}),
        ("performance_audit_revamp", {"audit", "revamp_strategy"}),
        ("strategy_campaign_premium", {"ugc_strategy", "influencer_strategy", "funnel"}),
        ("strategy_campaign_standard", {"campaign_idea", "creative_direction", "channel_plan"}),
        ("strategy_campaign_enterprise", {"risk_assessment", "cxo_summary", "industry_analysis"}),
        ("retention_crm_booster", {"loyalty_program", "email_flows", "ugc_strategy"}),
    ],
)
def test_a_pack_has_the_kinds_that_its_buyers_ask_for(pack: str, kinds: set[str]) -> None:
    """An acceptance block written for the pack can be met by it."""
    listing = catalogue()
    found = {k.value for s in listing.pack(pack).sections for k in listing.sections[s].kinds}

    assert kinds <= found


def test_every_section_of_every_pack_has_a_writer() -> None:
    """Each of the ten can be made."""
    for name, pack in catalogue().packs.items():
        assert [
            s for s in pack.sections if find_writer(s, NoOtherWriters(), pack.form) is None
        ] == [], name


def test_a_pack_names_the_writers_that_it_lacks(
    open_desk: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """All eight sections of the quick pack have theirs; a section that is only listed has none."""
    monkeypatch.setitem(catalogue().packs, "sketch", PackListing("Sketch", ("overview", "song")))
    queries = open_desk().queries()

    assert queries.get_pack("quick_social_basic").sections == QUICK
    assert queries.get_pack("quick_social_basic").missing == ()
    assert queries.get_pack("sketch").missing == ("song",)


def test_packs_are_listed_by_name(open_desk: Callable[..., Any]) -> None:
    """All ten, in order."""
    names = [p.name for p in open_desk().queries().list_packs()]

    assert names == sorted(names)
    assert len(names) == 10


def test_an_unknown_pack_is_refused(open_desk: Callable[..., Any]) -> None:
    """With the nearest name that exists."""
    with pytest.raises(UnknownName, match="did you mean 'launch_gtm_pack'"):
        open_desk().queries().get_pack("launch_gtm")


@pytest.mark.parametrize("name", ["no_such_section", "../overview", "os.path", "", "Overview"])
def test_a_name_that_is_no_section_has_no_writer(name: str) -> None:
    """Only plain section ids are looked up, and only among the sections."""
    assert find_writer(name, NoOtherWriters()) is None
