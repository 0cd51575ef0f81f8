"""The packs that keep customers and that plan large campaigns, held to rules and client."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import attrs
import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

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
from aicmo_core.modules.qc.internal.rulesets import built_in

PACKS = ("retention_crm_booster", "strategy_campaign_premium", "strategy_campaign_enterprise")
RULE_FILES = ("quick_social", "brand_turnaround", "full_funnel", "strategy_campaign")
"""The agency's rule files that rule a section of these packs, the nearest last."""
NEAREST = {
    "customer_segments": "audience_segments",
    "churn_diagnosis": "problem_diagnosis",
    "sms_and_whatsapp_flows": "sms_and_whatsapp_strategy",
    "loyalty_program_concepts": "retention_strategy",
    "winback_sequence": "email_automation_flows",
    "post_purchase_experience": "retention_strategy",
    "kpi_plan_retention": "kpi_plan_light",
}
"""Whose rule holds for a section that has none."""
NEVER_WRITTEN = (
    "your business", "ideal customers", "viral", "game-changer", "everyone loves", "lorem", "todo",
    "growing market", "huge opportunity", "no competitors", "we are the best", "tbd", "{{",
    "buy now", "test drive", "showroom", "dealership", "luxury car",
)  # fmt: skip

Make = Callable[[str], Any]
FindFaults = Callable[[Mapping[str, Any], str], list[str]]
Read = Callable[[str], Any]


def report(client: Any, pack: str) -> Report:
    ordered = client.but(pack=pack)
    return write_report(ordered.brief, ordered.strategy)


def bodies(client: Any, pack: str) -> dict[str, str]:
    return {s.section_id: s.body for s in report(client, pack).sections}


def facts(client: Any) -> Facts:
    return gather(client.brief, client.strategy)


@pytest.fixture(params=PACKS)
def pack(request: pytest.FixtureRequest) -> str:
    """Each of these packs in turn."""
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def agency_rules() -> Mapping[str, Mapping[str, Any]]:
    """The agency's rules of all sections, where this machine has them."""
    shared = os.environ.get("AICMO_SHARED_DATA") or Path(__file__).parents[5] / "shared/data"
    folder = Path(shared) / "section_benchmarks"
    if not folder.is_dir():
        pytest.skip(f"the agency's rule files are not there: {folder}")
    found: dict[str, dict[str, Any]] = {}
    for name in RULE_FILES:
        found |= json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))["sections"]
    return found


def test_every_section_meets_our_rules(any_client: Any, pack: str, find_faults: FindFaults) -> None:
    """Words, list items, headings and sentences, for short briefs and for rich ones."""
    rules = built_in(pack).sections

    written = bodies(any_client, pack)

    found = {s: find_faults(_given(rules[s], body), body) for s, body in written.items()}
    assert {s: f for s, f in found.items() if f} == {}
    assert list(written) == list(rules)


def _given(rule: Any, body: str) -> dict[str, Any]:
    """Return what is ruled; the head of a column counts as a heading."""
    given = {k: v for k, v in attrs.asdict(rule).items() if v is not None}
    given["required_headings"] = [h for h in rule.required_headings if f"| {h} |" not in body]
    return given


def test_every_section_meets_the_rule_files_of_the_agency(
    any_client: Any,
    pack: str,
    find_faults: FindFaults,
    agency_rules: Mapping[str, Mapping[str, Any]],
) -> None:
    """A section without a rule of its own meets that of the nearest one."""
    written = bodies(any_client, pack)

    found = {
        s: find_faults(agency_rules.get(s) or agency_rules[NEAREST[s]], body)
        for s, body in written.items()
    }
    assert {s: f for s, f in found.items() if f} == {}


def test_no_phrase_that_an_agency_should_not_send(client: Any, pack: str) -> None:
    """Neither worn-out phrases nor gaps."""
    text = report(client, pack).body.casefold()

    assert [p for p in NEVER_WRITTEN if p in text] == []


def test_no_sentence_stands_twice(any_client: Any, pack: str, read_sentences: Read) -> None:
    """However many sections a pack has, none repeats another."""
    found = read_sentences(report(any_client, pack).body)

    assert {s for s in found if found.count(s) > 1} == set()


def test_two_clients_share_few_sentences(make: Make, pack: str, read_sentences: Read) -> None:
    """A report is about its client: less than a quarter could stand in another's."""
    keys = ("bakery", "skincare", "saas", "city", "apparel", "sparse")
    found = {key: set(read_sentences(report(make(key), pack).body)) for key in keys}

    shares = {
        (one, other): len(found[one] & found[other]) / min(len(found[one]), len(found[other]))
        for one, other in combinations(found, 2)
    }
    assert max(shares.values()) < 0.25, shares


def test_figures_run_through_all_sections(make: Make, pack: str) -> None:
    """The first measure's target and its day stand from overview to summary."""
    written = bodies(make("saas"), pack)

    for section in ("overview", "execution_roadmap", "final_summary"):
        assert re.search(r"\b500\b", written[section]), section
        assert "31 March 2027" in written[section], section


def test_limits_messages_and_refused_words(make: Make, pack: str, read_plain: Read) -> None:
    """Each limit and each message stands in the report; refused words do not."""
    client = make("bakery")

    text = read_plain(report(client, pack).body)

    assert all(limit in text for limit in client.brief.constraints)
    assert all(message in text for message in client.brief.must_include)
    assert not re.search(r"\b(cheap|artisanal)\b", text, re.I)


def test_the_same_client_gets_the_same_text(make: Make, pack: str) -> None:
    """Nothing comes from chance, time or the order of a set."""
    assert report(make("city"), pack) == report(make("city"), pack)


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


# -- briefs that nobody wrote ------------------------------------------------------------------

CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
ANSWER = st.one_of(
    st.sampled_from(
        (
            "<script>alert(1)</script>", "[link](javascript:alert(1))", "{{7*7}}", "| a | b |",
            "# Heading", "京都の茶", "שלום עולם", "a" * 300, "word " * 200, "Tea", "No paid ads",
            "until 30 November", "=cmd|' /C calc'!A0", "none", "Launch on 5 December",
            "Opening on 1 February 2028",
        )
    ),
    st.text(CHARACTERS, max_size=60),
)  # fmt: skip
LETTERED = ANSWER.filter(lambda t: any(c.isalnum() and c.isprintable() for c in t))
ANSWERS = st.lists(ANSWER, max_size=4).map(tuple)
BRIEFS = st.fixed_dictionaries(
    {
        "brand_name": LETTERED,
        "industry": LETTERED,
        "description": LETTERED,
        "objectives": st.lists(LETTERED, min_size=1, max_size=3).map(tuple),
        "target_audience": LETTERED,
        "products": st.lists(LETTERED, min_size=1, max_size=3).map(tuple),
        "secondary_audience": st.none() | ANSWER,
        "pain_points": ANSWERS,
        "selling_points": ANSWERS,
        "proof": ANSWERS,
        "offers": ANSWERS,
        "events": ANSWERS,
        "constraints": ANSWERS,
        "voice": ANSWERS,
        "worked": ANSWERS,
        "did_not_work": ANSWERS,
        "competitors_liked": ANSWERS,
        "competitors_disliked": ANSWERS,
        "website": st.none() | ANSWER,
        "pricing": st.none() | ANSWER,
    }
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    pack=st.sampled_from(PACKS),
    key=st.sampled_from(["bakery", "saas"]),
    answers=BRIEFS,
    days_ahead=st.integers(0, 400),
)
def test_any_brief_becomes_a_whole_report(
    make: Make, pack: str, key: str, answers: Mapping[str, Any], days_ahead: int
) -> None:
    """Lengths hold, structure holds, and a client's text is only text."""
    client = make(key).but(**answers)
    start = client.strategy.timeline.start + timedelta(days=days_ahead)
    timeline = evolve(client.strategy.timeline, start=start, end=start + timedelta(weeks=5))
    rules = built_in(pack).sections

    found = report(client.planned(timeline=timeline), pack)

    for section in found.sections:
        rule = rules[section.section_id]
        words, bullets = len(section.body.split()), len(re.findall(r"(?m)^- ", section.body))
        assert rule.min_words <= words <= rule.max_words, section.section_id
        assert rule.min_bullets <= bullets <= (rule.max_bullets or 99), section.section_id
    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(found.body)
    assert len(re.findall("<h2>", html)) == len(catalogue().pack(pack).sections)
    assert not re.search("<(script|a|img|code|blockquote|ol|hr|pre)[ >]", html)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    pack=st.sampled_from(PACKS),
    key=st.sampled_from(["bakery", "skincare", "saas", "city", "sparse"]),
    avoided=st.lists(
        st.sampled_from(
            (
                *("cheap", "best", "page", "week", "day", "question", "answer", "first", "people"),
                *("name", "one", "reader", "customers", "picture", "start", "look", "figures"),
                *("launch", "brand", "audit", "price", "trust"),
            )
        ),
        min_size=1,
        max_size=2,
        unique=True,
    ),
)
def test_any_avoided_word_stays_out_of_sentences(
    make: Make, read_sentences: Read, pack: str, key: str, avoided: list[str]
) -> None:
    """Whatever ordinary word a client rules out, no sentence says it."""
    client = make(key).but(must_avoid=tuple(avoided))

    found = read_sentences(report(client, pack).body)

    pattern = re.compile(rf"(?<!\w)({'|'.join(avoided)})(?!\w)", re.IGNORECASE)
    assert [s for s in found if pattern.search(s) and not s.startswith("|")] == []
