"""The drafts that the library writes pass; a defect planted in one is found where it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from aicmo_core.modules.onboarding.internal.form import questions
from aicmo_core.modules.production.internal.catalogue import catalogue
from aicmo_core.modules.qc.internal.rulesets import house

from .drafts import SHIPPED, facts_for, facts_of, judged, orders
from .planted import DEFECTS

PLANTED_RULES = {defect.rule for defect in DEFECTS.values()}


@pytest.mark.parametrize("path", orders(), ids=lambda path: path.stem)
def test_good_draft_has_no_finding_of_these_rules(path: Path) -> None:
    """Whoever reads a finding may trust that there is something to find."""
    found = [issue for issue in judged(facts_of(path)).issues if issue.rule in PLANTED_RULES]

    assert found == []


@pytest.mark.parametrize("pack", catalogue().packs)
def test_brief_of_one_word_a_question_passes_its_own_rules(pack: str) -> None:
    """What was answered with next to nothing gets a report that can be sent, in every pack."""
    responses = {id_: "Tea" for id_, question in questions().items() if question.required}
    order = {"client_id": "c", "pack": pack, "responses": responses, "acceptance": {}}

    verdict = judged(facts_for(order))

    assert verdict.issues == ()


@pytest.mark.parametrize("name", DEFECTS)
def test_planted_defect_is_found_where_it_is(name: str) -> None:
    """By the rule that should find it, in its section, at a place that says where to look."""
    defect = DEFECTS[name]
    good = facts_of(SHIPPED / defect.order)

    found = judged(defect.plant(good), defect.rules).issues

    told = [i for i in found if (i.rule, i.section) == (defect.rule, defect.section)]
    assert told, [str(issue) for issue in found]
    assert any(defect.place in issue.place for issue in told), [issue.place for issue in told]


def test_defects_are_many_and_of_many_kinds() -> None:
    """There is no rule that is not tried, and none but those that are known."""
    assert len(DEFECTS) >= 60
    assert house().weights.keys() == PLANTED_RULES


@pytest.mark.parametrize("pack", ["quick_social_basic", "strategy_campaign_enterprise"])
def test_brand_of_many_words_is_named_in_full(pack: str) -> None:
    """Societies and institutes have long names, and none of them is cut off in a sentence."""
    name = "The Royal Society for the Protection of Birds"
    responses = {id_: "Tea" for id_, question in questions().items() if question.required}
    order = {
        "client_id": "c",
        "pack": pack,
        "responses": responses | {"brand_name": name},
        "acceptance": {},
    }

    verdict = judged(facts_for(order))

    assert verdict.passed
    assert "brand_mentions" not in {issue.rule for issue in verdict.issues}
