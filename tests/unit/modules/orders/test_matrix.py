"""Every form at hand, ordered as every pack: a draft that keeps all rules, or questions."""

from __future__ import annotations

import pytest

from aicmo_core.modules.production.internal.catalogue import catalogue
from unit.modules.orders.agency_rules import rules_of
from unit.modules.orders.order_desk import PACKS, SHARED, Order, clarify, forms, of_client
from unit.modules.orders.report_reader import faults

CLIENTS = tuple(forms())
INCOMPLETE = tuple(name for name in CLIENTS if name.startswith("incomplete_"))
WHOLE = tuple(name for name in CLIENTS if name not in INCOMPLETE)


def ordered(client: str, pack: str) -> Order:
    found = of_client(client, pack)
    assert found is not None, f"{client} has open questions"
    return found


@pytest.mark.parametrize("client", INCOMPLETE)
def test_an_incomplete_form_becomes_questions(client: str) -> None:
    """No pack is drafted from it; what is asked names what the form lacks."""
    asked = clarify(forms()[client]["responses"])

    told = " ".join(f"{c.question_id} {c.message}" for c in asked if c.blocking)
    assert "industry" in told
    assert any(c.blocking for c in asked)
    assert {of_client(client, pack) for pack in PACKS} == {None}


@pytest.mark.parametrize("client", WHOLE)
@pytest.mark.parametrize("pack", PACKS)
def test_a_draft_meets_the_rule_files_of_the_agency(client: str, pack: str) -> None:
    """Each section of the pack is there and keeps to its rule, or to the nearest one."""
    if not SHARED.is_dir():
        pytest.skip(f"the agency's rule files are not there: {SHARED}")

    written = ordered(client, pack).bodies

    rules = rules_of(pack)
    broken = {s: found for s, body in written.items() if (found := faults(rules[s], body))}
    assert broken == {}
    assert tuple(written) == catalogue().pack(pack).sections


@pytest.mark.parametrize("client", WHOLE)
def test_a_draft_passes_quality_control_with_its_order(client: str) -> None:
    """The pack that the file orders passes with everything that the order asks for besides."""
    form = forms()[client]

    verdict = ordered(client, form["pack"]).judged(form["acceptance"])

    assert verdict.passed, [f"{i.rule} {i.section}: {i.reason}" for i in verdict.issues]


@pytest.mark.parametrize(
    "pack",
    ["strategy_campaign_standard", "strategy_campaign_premium", "strategy_campaign_enterprise"],
)
def test_a_heading_that_the_rules_require_may_hold_a_forbidden_word(pack: str) -> None:
    """An order cannot forbid the agency’s own “Activation Strategy”; other words stay out."""
    order = ordered("kayak_tours", pack)

    passed = order.judged({"forbidden_terms": ["activation"]})
    failed = order.judged({"forbidden_terms": ["kayak"]})

    assert passed.passed, passed.issues
    assert "acceptance_forbidden_terms" in {issue.rule for issue in failed.issues}
    assert not failed.passed
