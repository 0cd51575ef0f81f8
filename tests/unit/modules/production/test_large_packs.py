"""What the two largest campaign packs promise beyond the rules that all packs keep."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from aicmo_core.modules.production.internal.catalogue import catalogue
from aicmo_core.modules.production.internal.facts import Facts, gather
from aicmo_core.modules.production.internal.figures import (
    due,
    long_day,
    money,
    plain_number,
    stated,
)
from aicmo_core.modules.production.internal.report import Report, write_report

Make = Callable[[str], Any]


def report(client: Any, pack: str) -> Report:
    ordered = client.but(pack=pack)
    return write_report(ordered.brief, ordered.strategy)


def bodies(client: Any, pack: str) -> dict[str, str]:
    return {s.section_id: s.body for s in report(client, pack).sections}


def facts(client: Any) -> Facts:
    return gather(client.brief, client.strategy)


# -- the premium campaign -----------------------------------------------------------------------


@pytest.mark.parametrize("word", ["enroll", "enrol"])
def test_a_school_reads_its_own_spelling(make: Make, word: str) -> None:
    """Whoever wants to enroll students is not told of enrolments, nor the other way round."""
    client = make("skincare").but(objectives=(f"{word.capitalize()} 500 students in Q2",))

    text = report(client, "strategy_campaign_premium").body.casefold()

    other = {"enroll": "enrolment", "enrol": "enrollment"}[word]
    assert f"{word}ment" in text
    assert other not in text


def test_a_territory_suits_who_decides(make: Make) -> None:
    """People at work decide across a table, others in an ordinary day."""
    pack = "strategy_campaign_premium"
    company = bodies(make("saas"), pack)["creative_territories"]
    people = bodies(make("bakery"), pack)["creative_territories"]

    assert "### Across the Table" in company
    assert "### The Ordinary Day" not in company
    assert "### The Ordinary Day" in people
    assert "### Across the Table" not in people


@pytest.mark.parametrize("days_ahead", range(7))
def test_no_text_message_rings_at_a_weekend(make: Make, days_ahead: int) -> None:
    """Whatever weekday the plan begins on, the dates of text messages are working days."""
    client = make("city")
    start = client.strategy.timeline.start + timedelta(days=days_ahead)
    moved = client.planned(timeline=evolve(client.strategy.timeline, start=start))

    written = bodies(moved, "strategy_campaign_premium")["sms_and_whatsapp_strategy"]

    part = written.partition("### SMS Strategy")[2].partition("### ")[0]
    assert re.search("(Mon|Tues|Wednes|Thurs|Fri)day", part)
    assert not re.search("Saturday|Sunday", part)


@pytest.mark.parametrize(("avoided", "what"), [("SMS", "text messages"), ("WhatsApp", "WhatsApp")])
def test_a_refused_medium_is_replaced(make: Make, avoided: str, what: str) -> None:
    """The heading stays, for it is looked for, and says what takes the medium's place."""
    client = make("skincare").but(platforms_avoided=(avoided,))

    written = bodies(client, "strategy_campaign_premium")["sms_and_whatsapp_strategy"]

    assert written.count("rules out") == 1
    assert f"rules out {what}; what is described here goes by email instead" in written


def test_no_more_text_messages_than_the_rules_allow(client: Any) -> None:
    """A part that sends more than two in thirty days would break its own rule."""
    written = bodies(client, "strategy_campaign_premium")["sms_and_whatsapp_strategy"]

    part = written.partition("### SMS Strategy")[2].partition("### ")[0]
    assert part
    assert not re.search(r"\b(three|four|five|weekly|daily)\b", part)


# -- the enterprise campaign --------------------------------------------------------------------


def test_the_largest_pack_has_all_its_sections(make: Make) -> None:
    """Thirty-nine, in the order of the pack."""
    found = report(make("saas"), "strategy_campaign_enterprise")

    listed = catalogue().pack("strategy_campaign_enterprise").sections
    assert tuple(s.section_id for s in found.sections) == listed
    assert len(listed) == 39


@pytest.mark.parametrize("key", ["saas", "city", "bakery"])
def test_whoever_decides_reads_the_plan_s_own_figures(make: Make, key: str) -> None:
    """Targets, days, shares and sums are those of the strategy."""
    client = make(key)
    lead = max(client.strategy.channels, key=lambda c: c.budget_allocation_pct)
    first = facts(client).kpis[0]

    written = bodies(client, "strategy_campaign_enterprise")

    day = long_day(due(first, client.strategy.timeline.start))
    for section in ("cxo_summary", "strategic_recommendations", "market_analysis"):
        assert day in written[section], section
    for section in ("cxo_summary", "strategic_recommendations"):
        assert f"{plain_number(lead.budget_allocation_pct)}%" in written[section], section
        assert stated(first).lower() in written[section].lower(), section
        if lead.budget:
            assert money(lead.budget) in written[section], section


def test_a_situation_has_the_starting_values_that_were_told(make: Make) -> None:
    """A stated baseline is today's figure; without one, the section says that it has to be read."""
    pack = "strategy_campaign_enterprise"

    city, skincare = (bodies(make(k), pack)["market_analysis"] for k in ("city", "skincare"))

    assert "61% today, 68% by" in city
    assert "today," not in skincare
    assert "To be read by Glow Botanicals" in skincare


def test_an_industry_is_told_without_figures(make: Make) -> None:
    """Nothing of market size or share stands there that the client did not say."""
    written = bodies(make("skincare"), "strategy_campaign_enterprise")["industry_landscape"]

    without_dates = re.sub(r"\w+day \d+ \w+", "", written)
    assert not re.search(r"\d", without_dates.replace("D2C", ""))


def test_named_rivals_stand_in_the_situation(make: Make) -> None:
    """Those whom the client names, and nobody else."""
    client = make("bakery").but(
        competitors_liked=("Bäckerei Ölmühle",), competitors_disliked=("Brotfabrik Nord",)
    )

    written = bodies(client, "strategy_campaign_enterprise")

    assert "Bäckerei Ölmühle" in written["market_analysis"]
    assert "stay apart from these: Brotfabrik Nord" in written["market_analysis"]
    assert "Bäckerei Ölmühle and Brotfabrik Nord" in written["industry_landscape"]


@pytest.mark.parametrize("pack", ["strategy_campaign_premium", "strategy_campaign_enterprise"])
def test_measures_with_one_target_and_day_are_told_apart(
    make: Make, read_sentences: Callable[[str], list[str]], pack: str
) -> None:
    """Tax and return may both rise by a tenth; the sentences about them still differ."""
    client = make("city")
    first = evolve(client.strategy.kpis[0], baseline=None, unit="% above the first week")
    names = ("tourism tax collections", "return on investment", "overnight stays")
    kpis = tuple(evolve(first, name=name) for name in names)

    found = read_sentences(report(client.planned(kpis=kpis), pack).body)

    assert {s for s in found if found.count(s) > 1} == set()
