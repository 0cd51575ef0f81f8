"""The twenty-three sections of the full-funnel pack, held to their rules and their client."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from markdown_it import MarkdownIt

from aicmo_core.modules.production.api import SectionKind
from aicmo_core.modules.production.internal.facts import Facts, gather
from aicmo_core.modules.production.internal.funnel import (
    Stage,
    buys_reach,
    channels_for,
    offer,
    pursuit,
)
from aicmo_core.modules.production.internal.report import Report, write_report
from aicmo_core.modules.production.internal.rule_sets import shipped_rules

PACK = "full_funnel_growth_suite"
LENGTHS: dict[str, tuple[int, int, int, int, int]] = {
    "overview": (115, 275, 3, 8, 3),
    "market_landscape": (250, 600, 5, 10, 5),
    "competitor_analysis": (270, 690, 7, 18, 5),
    "funnel_breakdown": (270, 690, 9, 20, 6),
    "value_proposition_map": (250, 640, 6, 18, 6),
    "messaging_framework": (205, 540, 4, 15, 4),
    "awareness_strategy": (250, 640, 5, 18, 4),
    "consideration_strategy": (282, 690, 6, 20, 4),
    "conversion_strategy": (260, 690, 7, 20, 5),
    "retention_strategy": (262, 690, 7, 20, 5),
    "landing_page_blueprint": (270, 790, 8, 20, 7),
    "email_automation_flows": (290, 890, 10, 28, 7),
    "remarketing_strategy": (262, 640, 6, 18, 5),
    "ad_concepts_multi_platform": (282, 790, 8, 24, 6),
    "full_30_day_calendar": (300, 1000, 12, 14, 4),
    "measurement_framework": (262, 740, 6, 18, 5),
    "execution_roadmap": (262, 790, 8, 28, 5),
    "optimization_opportunities": (262, 790, 8, 28, 5),
    "final_summary": (182, 395, 3, 10, 2),
}
"""Words, list items and headings that each of our sections keeps to, whoever the client is."""
NEVER_WRITTEN = (
    "your business", "ideal customers", "generic", "viral", "game-changer", "everyone loves",
    "growing market", "huge opportunity", "no competitors", "we are the best", "lorem", "todo",
    "tbd", "{{", "buy now", "test drive", "showroom", "dealership", "track everything",
    "test everything", "copy competitors", "just lower prices",
)  # fmt: skip

Make = Callable[[str], Any]
FindFaults = Callable[[Mapping[str, Any], str], list[str]]
Read = Callable[[str], Any]


def funnel(client: Any) -> Any:
    """The same client with an order for this pack."""
    return client.but(pack=PACK)


def report(client: Any) -> Report:
    ordered = funnel(client)
    return write_report(ordered.brief, ordered.strategy)


def bodies(client: Any) -> dict[str, str]:
    return {s.section_id: s.body for s in report(client).sections}


def facts(client: Any) -> Facts:
    return gather(client.brief, client.strategy)


def test_every_section_keeps_to_its_length(any_client: Any, find_faults: FindFaults) -> None:
    """Words, list items, headings and sentences, for short briefs and for rich ones."""
    written = bodies(any_client)

    faults = {}
    for section, (low, high, fewest, most, headings) in LENGTHS.items():
        rule = {
            "min_words": low,
            "max_words": high,
            "min_bullets": fewest,
            "max_bullets": most,
            "min_headings": headings,
            "max_headings": headings + 1,
            "max_avg_sentence_length": 28 if section != "overview" else 30,
            "max_repeated_line_ratio": 0.2,
        }
        faults[section] = find_faults(rule, written[section])
    assert {s: f for s, f in faults.items() if f} == {}


def test_every_section_meets_the_rule_files_of_the_agency(
    any_client: Any, find_faults: FindFaults, funnel_rules: Mapping[str, Any]
) -> None:
    """Where the agency's own benchmarks are at hand, no section breaks one."""
    written = bodies(any_client)

    faults = {s: found for s, b in written.items() if (found := find_faults(funnel_rules[s], b))}

    assert faults == {}


@pytest.fixture
def funnel_rules() -> Mapping[str, Any]:
    """The agency's rule file for this pack, where this machine has it."""
    path = Path(__file__).parents[5] / "shared/data/section_benchmarks/full_funnel.json"
    if not path.exists():
        pytest.skip(f"the agency's rule files are not there: {path}")
    sections: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))["sections"]
    return sections


def test_an_order_finds_its_kinds(client: Any) -> None:
    """Funnel, landing page, flows, calendar and strategies are there, in the pack's order."""
    found = report(client)

    kinds = {k for s in found.sections for k in s.kinds}
    assert kinds >= {
        SectionKind.FUNNEL,
        SectionKind.LANDING_PAGE,
        SectionKind.EMAIL_FLOWS,
        SectionKind.CALENDAR,
        SectionKind.STRATEGY,
        SectionKind.INDUSTRY_ANALYSIS,
    }
    assert len(found.sections) == 23
    assert re.findall(r"(?m)^## (.+)$", found.body) == [s.title for s in found.sections]


def test_no_phrase_that_an_agency_should_not_send(client: Any) -> None:
    """Neither worn-out phrases nor gaps."""
    text = report(client).body.casefold()

    assert [p for p in NEVER_WRITTEN if p in text] == []


def test_no_sentence_stands_twice(any_client: Any, read_sentences: Read) -> None:
    """Twenty-three sections, and none repeats another."""
    found = read_sentences(report(any_client).body)

    assert {s for s in found if found.count(s) > 1} == set()


def test_two_clients_share_few_sentences(make: Make, read_sentences: Read) -> None:
    """A report is about its client: less than a quarter could stand in another's."""
    keys = ("bakery", "skincare", "saas", "city", "apparel", "sparse")
    found = {key: set(read_sentences(report(make(key)).body)) for key in keys}

    shares = {
        (one, other): len(found[one] & found[other]) / min(len(found[one]), len(found[other]))
        for one, other in combinations(found, 2)
    }
    assert max(shares.values()) < 0.25, shares


def test_the_same_client_gets_the_same_text(make: Make) -> None:
    """Nothing comes from chance, time or the order of a set."""
    assert report(make("saas")) == report(make("saas"))


@pytest.mark.parametrize(
    ("key", "wanted", "words"),
    [
        ("saas", "leads", "lead generation"),
        ("bakery", "sales", "place an order"),
        ("apparel", "sales", "orders"),
        ("city", "visits", "plan a visit"),
        ("sparse", "sales", "orders"),
        ("japanese", "interest", "get in touch"),
    ],
)
def test_the_goal_decides_what_people_are_asked_for(
    make: Make, key: str, wanted: str, words: str
) -> None:
    """A goal of leads speaks of lead generation, one of tourism of visits."""
    client = make(key)

    assert pursuit(facts(client)) is shipped_rules().funnel.pursuits[wanted]
    assert words in report(client).body


def test_a_goal_of_subscribers_speaks_of_sign_ups(make: Make) -> None:
    """Downloads and members are won in another way than orders."""
    client = make("skincare").but(objectives=("Win 2,000 subscribers by May",))

    assert pursuit(facts(client)) is shipped_rules().funnel.pursuits["members"]
    assert "“Start here”" in bodies(client)["landing_page_blueprint"]


def test_figures_run_through_all_sections(make: Make) -> None:
    """Target and day of the first measure are the same from overview to summary."""
    written = bodies(make("saas"))

    for section in (
        "overview", "funnel_breakdown", "conversion_strategy", "kpi_and_budget_plan",
        "measurement_framework", "execution_roadmap", "final_summary",
    ):  # fmt: skip
        assert re.search(r"\b500\b", written[section]), section
        assert "31 March 2027" in written[section], section


def test_a_measure_of_leaving_belongs_to_retention(make: Make) -> None:
    """Cancellations are no result of conversion work."""
    client = make("skincare")
    kpi = evolve(client.strategy.kpis[0], name="cancellations", target_value=Decimal(4))

    written = bodies(client.planned(kpis=(kpi, *client.strategy.kpis[1:])))

    assert "cancellations" in written["retention_strategy"].casefold()
    assert "cancellations" not in written["conversion_strategy"].casefold()


@pytest.mark.parametrize("key", ["bakery", "city", "apparel", "japanese", "sparse"])
def test_the_calendar_section_shows_each_entry_once(make: Make, read_plain: Read, key: str) -> None:
    """Thirty dated days in four weeks, each post with its stage."""
    found = report(make(key))
    text = next(s.body for s in found.sections if s.section_id == "full_30_day_calendar")

    rows = [line for line in text.splitlines() if re.match(r"\| \w{3} \d", line)]
    assert len(rows) == len(found.calendar)
    assert len({e.day for e in found.calendar}) == 30
    for row, entry in zip(rows, found.calendar, strict=True):
        assert entry.hook in read_plain(row)
        assert f"| {entry.channel} |" in row
    assert all(f"### Week {n}" in text for n in (1, 2, 3, 4))


def test_only_competitors_that_the_client_named_are_named(make: Make) -> None:
    """What is liked and what is not stand apart; nobody else has a name."""
    client = make("bakery").but(
        competitors_liked=("Bäckerei Ölmühle",), competitors_disliked=("Brotfabrik Nord",)
    )

    written = bodies(client)["competitor_analysis"]

    assert "**Work that is liked:** Bäckerei Ölmühle." in written
    assert "**Work that is not liked:** Brotfabrik Nord." in written
    assert "names follow from" not in written


def test_without_named_competitors_the_section_says_so(make: Make) -> None:
    """A gap is told, with the way to close it."""
    written = bodies(make("sparse"))["competitor_analysis"]

    assert "**Work that is liked:**" not in written
    assert "How to find out" in written


def test_a_client_without_mail_gets_messages_instead(make: Make) -> None:
    """Whoever avoids mail is not told to send any."""
    client = make("apparel").but(platforms_avoided=("Email",))

    written = bodies(client)

    for section in ("email_automation_flows", "retention_strategy", "consideration_strategy"):
        assert not re.search(r"\b(letters?|newsletter)\b", written[section], re.I), section
    assert "does not want mail" in written["email_automation_flows"]


@pytest.mark.parametrize(
    ("limit", "bought"),
    [
        ("No paid advertising", False),
        ("Organic only", False),
        ("No paid ads this year", False),
        ("No advertising aimed at children", True),
        ("No posts on Sundays", True),
    ],
)
def test_a_limit_on_advertising_is_kept(make: Make, limit: str, bought: bool) -> None:
    """A client who buys no reach is not told to buy any; a narrower limit is only stated."""
    client = make("bakery").but(constraints=(limit,))

    written = bodies(client)

    assert buys_reach(facts(client), client.brief) is bought
    assert ("buys no" in written["ad_concepts_multi_platform"]) is not bought
    assert ("buys no reach" in written["remarketing_strategy"]) is not bought


def test_banners_are_met_in_passing(make: Make) -> None:
    """Display advertising serves awareness; nobody compares there while a page exists."""
    client = make("city")
    named = evolve(client.strategy.channels[0], channel="Display advertising")
    found = facts(client.planned(channels=(named, *client.strategy.channels[1:])))

    assert channels_for(found, Stage.AWARENESS)[0].channel == "Display advertising"
    assert channels_for(found, Stage.CONSIDERATION)[0].channel != "Display advertising"


@pytest.mark.parametrize(
    ("product", "short"),
    [
        ("Recreational, scenic and historic attractions", "the attractions"),
        ("Natural skincare products for sensitive skin", "natural skincare products"),
        ("Tea", "tea"),
    ],
)
def test_a_long_offer_is_called_by_its_noun(make: Make, product: str, short: str) -> None:
    """A name of many words is said in full once, and shortly after that."""
    assert offer(facts(make("skincare").but(products=(product,)))) == short


def test_limits_and_required_messages_are_kept(make: Make, read_plain: Read) -> None:
    """Each limit and each message stands in the report; refused words do not."""
    client = make("bakery")

    text = read_plain(report(client).body)

    assert all(limit in text for limit in client.brief.constraints)
    assert all(message in text for message in client.brief.must_include)
    assert not re.search(r"\b(cheap|artisanal)\b", text, re.I)


def test_hostile_answers_stay_text(make: Make) -> None:
    """Markup, links and templates in answers are shown, never meant."""
    found = report(make("hostile"))

    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(found.body)

    assert not re.search("<(script|a|img|code|blockquote|ol|hr|pre)[ >]", html)
    assert len(re.findall("<h2>", html)) == len(found.sections)
    assert "{{" not in found.body
