"""Packs that nobody sells: any sections in any order, one alone, all at once."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aicmo_core.modules.production.internal.catalogue import PackListing, catalogue
from aicmo_core.modules.production.internal.report import Report, write_report
from aicmo_core.modules.production.internal.rule_sets import shipped_rules
from unit.modules.orders.agency_rules import rules_of
from unit.modules.orders.order_desk import PACKS, SHARED, of_client
from unit.modules.orders.report_reader import faults

CLIENTS = ("coffee_roastery", "water_metering", "kayak_tours")
LISTED = {pack: catalogue().pack(pack) for pack in PACKS}
ALONE = tuple(
    dict.fromkeys(
        (section, LISTED[pack].form, pack) for pack in PACKS for section in LISTED[pack].sections
    )
)
EVERY = tuple(dict.fromkeys(chain.from_iterable(one.sections for one in LISTED.values())))
CAMPAIGN = ("strategy_campaign_enterprise", "strategy_campaign_premium", "launch_gtm_pack")


def written(client: str, sections: Sequence[str], form: str) -> Report:
    """Write a pack of a host's own, as a rule change adds it."""
    order = of_client(client, "quick_social_basic")
    assert order is not None
    rules = shipped_rules()
    pack = PackListing("A Plan of Our Own", tuple(sections), form)
    known = evolve(rules.catalogue, packs={**rules.catalogue.packs, "own": pack})
    return write_report(
        evolve(order.brief, pack="own"), order.strategy, evolve(rules, catalogue=known)
    )


@settings(max_examples=12, deadline=None, suppress_health_check=[*HealthCheck])
@given(st.sampled_from(CLIENTS), st.sampled_from(PACKS), st.randoms(use_true_random=False))
def test_the_order_of_sections_changes_none(client: str, pack: str, random: object) -> None:
    """A host may put the summary first."""
    listed = LISTED[pack]
    shuffled = list(listed.sections)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    found = written(client, shuffled, listed.form)

    assert [s.section_id for s in found.sections] == shuffled
    usual = {s.section_id: s.body for s in written(client, listed.sections, listed.form).sections}
    assert {s.section_id: s.body for s in found.sections} == usual


@pytest.mark.parametrize("client", CLIENTS)
def test_a_section_alone_keeps_to_its_rule(client: str) -> None:
    """Each one of every pack, as the only one of a pack."""
    if not SHARED.is_dir():
        pytest.skip(f"the agency's rule files are not there: {SHARED}")

    broken = {
        (section, pack): found
        for section, form, pack in ALONE
        if (
            found := faults(
                rules_of(pack)[section], written(client, [section], form).sections[0].body
            )
        )
    }

    assert broken == {}


@pytest.mark.parametrize("client", CLIENTS)
def test_all_sections_stand_in_one_pack(client: str) -> None:
    """Each is written, says its own, and keeps to the rule that a campaign has for it."""
    found = written(client, EVERY, "campaign")

    assert tuple(s.section_id for s in found.sections) == EVERY
    assert len({s.body for s in found.sections}) == len(EVERY)
    if SHARED.is_dir():
        rules = {
            s: rules_of(pack)[s] for pack in (*PACKS, *CAMPAIGN) for s in LISTED[pack].sections
        }
        broken = {
            s.section_id: told
            for s in found.sections
            if (told := faults(rules[s.section_id], s.body))
        }
        assert broken == {}


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("pack", PACKS)
def test_no_section_is_written_to_the_edge_of_its_rule(client: str, pack: str) -> None:
    """A rule that is a twentieth stricter, as another agency may have it, is kept as well."""
    if not SHARED.is_dir():
        pytest.skip(f"the agency's rule files are not there: {SHARED}")
    order = of_client(client, pack)
    assert order is not None

    broken = {}
    for section, body in order.bodies.items():
        rule = rules_of(pack)[section]
        stricter = {
            **rule,
            "min_words": rule["min_words"] * 21 // 20,
            "max_words": rule["max_words"] * 19 // 20,
        }
        if told := faults(stricter, body):
            broken[section] = told

    assert broken == {}
