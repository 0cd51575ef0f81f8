"""The sections of a campaign strategy, held to their rules, their client and one another."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from itertools import combinations
from typing import Any, Protocol

import pytest
from attrs import evolve
from markdown_it import MarkdownIt

from aicmo_core.modules.onboarding.api import BusinessType
from aicmo_core.modules.production.api import SectionKind
from aicmo_core.modules.production.internal.report import Report, write_report
from unit.modules.orders.order_desk import SHARED

PACK = "strategy_campaign_standard"
LIMITS: dict[str, dict[str, Any]] = {
    "campaign_objective": {
        "min_words": 180, "max_words": 380, "min_bullets": 3, "max_bullets": 10,
        "min_headings": 3, "max_headings": 3, "max_avg_sentence_length": 26,
        "required_headings": ["Primary Objective", "Secondary Objectives", "Time Horizon"],
    },
    "core_campaign_idea": {
        "min_words": 250, "max_words": 600, "min_bullets": 3, "max_bullets": 14,
        "min_headings": 4, "max_headings": 4, "max_avg_sentence_length": 26,
        "required_headings": ["Big Idea", "Creative Territory", "Why It Works"],
        "required_substrings": ["Big Idea:"], "forbidden_substrings": ["viral"],
    },
    "channel_plan": {
        "min_words": 350, "max_words": 900, "min_bullets": 6, "max_bullets": 24,
        "min_headings": 5, "max_headings": 5, "max_avg_sentence_length": 28,
        "required_headings": [
            "Priority Channels", "Role of Each Channel", "Key Tactics", "Budget Focus",
        ],
    },
    "audience_segments": {
        "min_words": 180, "max_words": 500, "min_bullets": 4, "max_bullets": 15,
        "min_headings": 4, "max_headings": 4, "max_avg_sentence_length": 26,
        "required_headings": ["Primary Audience", "Secondary Audience"],
        "forbidden_substrings": ["everyone", "mass market"],
    },
    "persona_cards": {
        "min_words": 300, "max_words": 800, "min_bullets": 8, "max_bullets": 24,
        "min_headings": 5, "max_headings": 5, "max_avg_sentence_length": 26,
        "required_headings": [
            "Primary Persona", "Secondary Persona", "Pain Points", "Motivations",
        ],
        "forbidden_substrings": ["everyone"],
    },
    "creative_direction": {
        "min_words": 260, "max_words": 700, "min_bullets": 6, "max_bullets": 20,
        "min_headings": 4, "max_headings": 4, "max_avg_sentence_length": 26,
        "required_headings": ["Visual Style", "Tone of Voice"],
    },
    "influencer_strategy": {
        "min_words": 240, "max_words": 700, "min_bullets": 6, "max_bullets": 20,
        "min_headings": 4, "max_headings": 4, "max_avg_sentence_length": 26,
        "required_headings": ["Influencer Tiers", "Activation Strategy"],
    },
    "promotions_and_offers": {
        "min_words": 240, "max_words": 700, "min_bullets": 6, "max_bullets": 20,
        "min_headings": 4, "max_headings": 4, "max_avg_sentence_length": 26,
        "required_headings": ["Promotional Strategy", "Offer Types"],
    },
    "detailed_30_day_calendar": {
        "min_words": 350, "max_words": 1200, "min_bullets": 8, "max_bullets": 30,
        "min_headings": 4, "max_headings": 4, "max_avg_sentence_length": 26,
        "required_headings": ["Phase 1", "Phase 2", "Phase 3"],
        "required_substrings": ["Week", "| Day |", "| Platform |"],
    },
    "email_and_crm_flows": {
        "min_words": 280, "max_words": 900, "min_bullets": 8, "max_bullets": 30,
        "min_headings": 5, "max_headings": 5, "max_avg_sentence_length": 26,
        "required_headings": ["Welcome Series", "Nurture Flows"],
        "required_substrings": ["| When |"],
    },
    "ad_concepts": {
        "min_words": 280, "max_words": 800, "min_bullets": 8, "max_bullets": 25,
        "min_headings": 4, "max_headings": 4, "max_avg_sentence_length": 26,
        "required_headings": ["Ad Concepts", "Messaging"],
        "forbidden_substrings": ["buy now"],
    },
    "kpi_and_budget_plan": {
        "min_words": 260, "max_words": 500, "min_bullets": 6, "max_bullets": 14,
        "min_headings": 5, "max_headings": 5, "max_avg_sentence_length": 26,
        "required_headings": [
            "KPIs", "Budget Allocation", "Budget Split by Channel", "Testing vs Always-On",
            "Guardrails",
        ],
        "required_substrings": ["| Channel |"],
    },
    "post_campaign_analysis": {
        "min_words": 240, "max_words": 700, "min_bullets": 6, "max_bullets": 20,
        "min_headings": 3, "max_headings": 3, "max_avg_sentence_length": 26,
        "required_headings": ["Results", "Learnings"],
    },
}  # fmt: skip
"""What each section keeps to for every client of the campaign and growth packs."""

NEVER_WRITTEN = (
    "your business", "ideal customers", "in today's digital age", "content is king", "go viral",
    "game-changer", "low-hanging fruit", "synergy", "churn rate", "quick fix", "boring",
    "generic", "complicated", "target everyone", "track everything", "test drive", "showroom",
)  # fmt: skip


class Client(Protocol):
    brief: Any
    strategy: Any

    def but(self, **answers: Any) -> Client: ...

    def planned(self, **parts: Any) -> Client: ...


Make = Callable[[str], Client]
FindFaults = Callable[[Mapping[str, Any], str], list[str]]


def campaign(client: Client) -> Report:
    brief = client.but(pack=PACK).brief
    return write_report(brief, client.strategy)


def bodies(client: Client) -> dict[str, str]:
    return {s.section_id: s.body for s in campaign(client).sections}


def test_every_campaign_section_keeps_to_its_limits(
    any_client: Client, find_faults: FindFaults
) -> None:
    """Length, bullets, headings and sentence length hold for short and for rich briefs."""
    written = bodies(any_client)

    faults = {s: found for s in LIMITS if (found := find_faults(LIMITS[s], written[s]))}

    assert faults == {}


@pytest.mark.parametrize("file", ["strategy_campaign.json", "full_funnel.json"])
def test_every_campaign_section_meets_the_rule_files(
    any_client: Client, find_faults: FindFaults, file: str
) -> None:
    """Where the agency's own benchmarks are at hand, no section breaks one."""
    path = SHARED / "section_benchmarks" / file
    if not path.exists():
        pytest.skip(f"the agency's rule files are not there: {path}")
    rules = json.loads(path.read_text(encoding="utf-8"))["sections"]
    written = bodies(any_client)

    faults = {
        s: found
        for s, body in written.items()
        if s in rules and (found := find_faults(rules[s], body))
    }

    assert faults == {}


def test_the_campaign_pack_is_whole(client: Client) -> None:
    """Seventeen sections in the pack's order, with the kinds that an order may ask for."""
    report = campaign(client)

    headings = re.findall(r"(?m)^## (.+)$", report.body)
    kinds = {kind for s in report.sections for kind in s.kinds}
    assert headings == [s.title for s in report.sections]
    assert len(headings) == 17
    assert kinds >= {
        SectionKind.CALENDAR,
        SectionKind.CAMPAIGN_IDEA,
        SectionKind.CHANNEL_PLAN,
        SectionKind.CREATIVE_DIRECTION,
        SectionKind.EMAIL_FLOWS,
        SectionKind.INFLUENCER_STRATEGY,
    }


def test_no_worn_out_phrase_in_a_campaign(any_client: Client) -> None:
    """Empty phrases are never ours, whichever way a brief is filled in."""
    text = campaign(any_client).body.casefold()

    assert [p for p in NEVER_WRITTEN if p in text] == []


def test_a_campaign_never_repeats_itself(
    any_client: Client, read_sentences: Callable[[str], list[str]]
) -> None:
    """Beyond headings and labels, no sentence stands twice in seventeen sections."""
    found = read_sentences(campaign(any_client).body)

    repeated = {s for s in found if found.count(s) > 1}
    assert repeated == set()


def test_two_campaigns_share_few_sentences(
    make: Make, read_sentences: Callable[[str], list[str]]
) -> None:
    """A campaign is about its client: less than a fifth of it could stand in another's."""
    keys = ("bakery", "skincare", "saas", "city", "apparel", "sparse")
    reports = {key: set(read_sentences(campaign(make(key)).body)) for key in keys}

    shares = {
        (one, other): len(reports[one] & reports[other])
        / min(len(reports[one]), len(reports[other]))
        for one, other in combinations(reports, 2)
    }

    assert max(shares.values()) < 0.2, shares


def test_one_idea_runs_through_the_campaign(make: Make) -> None:
    """Objective, idea, pictures, creators and advertisements speak of one thought."""
    written = bodies(make("bakery"))

    assert "**Big Idea:** Open Doors." in written["core_campaign_idea"]
    assert "“Open Doors”" in written["creative_direction"]
    assert "do one step of the work" in written["influencer_strategy"]
    assert "Hands at work" in written["ad_concepts"]


def test_a_tagline_is_the_campaigns_line(make: Make) -> None:
    """Who has a tagline gets no second one."""
    client = make("city").but(brand_guidelines={"tagline": "Cold water, warm people"})

    written = bodies(client)["core_campaign_idea"]

    assert "“Cold water, warm people”" in written
    assert "already owns" in written


def test_phases_have_the_same_days_everywhere(make: Make) -> None:
    """Calendar, idea and segments divide the thirty days alike."""
    written = bodies(make("skincare"))

    for section in ("core_campaign_idea", "audience_segments"):
        assert "Monday 23 November to Wednesday 2 December" in written[section]
        assert "Sunday 13 December to Tuesday 22 December" in written[section]
    assert "Mon 23 Nov to Wed 2 Dec" in written["detailed_30_day_calendar"]


def test_the_goals_number_is_carried_through_the_campaign(make: Make) -> None:
    """Target and day are the same in objective, KPI plan and analysis."""
    written = bodies(make("saas"))

    assert "500 qualified leads" in written["campaign_objective"]
    assert "**Qualified leads:** 500 by 31 March 2027" in written["kpi_and_budget_plan"]
    assert "towards 500 by 31 March 2027" in written["post_campaign_analysis"]
    assert "about 117" in written["campaign_objective"]
    assert "about 117" in written["post_campaign_analysis"]


def test_the_money_is_divided_once(make: Make) -> None:
    """Channel plan and budget plan show the strategy's shares and amounts."""
    written = bodies(make("bakery"))

    assert "Instagram 60% (EUR 180)" in written["channel_plan"]
    assert "| Instagram | 60% | EUR 180 |" in written["kpi_and_budget_plan"]
    assert "| Google Business Profile | 40% | EUR 120 |" in written["kpi_and_budget_plan"]
    assert "EUR 300" in written["kpi_and_budget_plan"]


def test_a_channel_without_posts_has_none_in_the_plan(make: Make) -> None:
    """Webinars that the strategy gives no weekly posts are not given any."""
    client = make("saas")
    first, second = client.strategy.channels
    silent = evolve(second, channel="Webinars", posts_per_week=0)

    written = bodies(client.planned(channels=(first, silent)))["kpi_and_budget_plan"]

    assert "| Webinars | 44.5% | 0 |" in written


def test_no_amounts_without_stated_money(make: Make) -> None:
    """A brief without a budget gets shares, and no column of sums."""
    written = bodies(make("skincare"))

    assert "states no budget" in written["channel_plan"]
    assert "| Amount |" not in written["kpi_and_budget_plan"]
    assert not re.search(r"\b[A-Z]{3} \d", written["kpi_and_budget_plan"])


def test_an_ended_offer_is_not_advertised_later(make: Make) -> None:
    """The third phase begins on 13 December; what ended on the sixth is not in its concept."""
    client = make("bakery")
    lasting = client.but(offers=("Two Brezeln free with each breakfast box",))

    ended = bodies(client)["ad_concepts"]

    assert "until 6 December" not in ended
    assert "What runs now fills the frame: Two Brezeln" in bodies(lasting)["ad_concepts"]


def test_offers_open_on_a_day_on_which_the_client_publishes(make: Make) -> None:
    """No posts on Sundays: what would open on Sunday 13 December opens on Monday."""
    written = bodies(make("bakery"))["promotions_and_offers"]

    assert "Monday 14 December" in written
    assert "Sunday 13 December" not in written


def test_refused_advertising_is_not_proposed(make: Make) -> None:
    """Who wants no paid reach gets the concepts as posts of its own."""
    client = make("skincare").but(constraints=("No paid advertising",))

    written = bodies(client)["ad_concepts"]

    assert "rules out bought reach" in written
    assert "Text advertisement" not in written


def test_refused_creators_are_not_proposed(make: Make) -> None:
    """Who wants no influencers gets customers, colleagues and partners as voices."""
    client = make("skincare").but(constraints=("We never work with influencers",))

    written = bodies(client)["influencer_strategy"]

    assert "does not want outside voices for hire" in written
    assert "Circle 2, colleagues" in written
    assert "Nobody is paid" in written


def test_refused_price_cuts_are_not_proposed(make: Make) -> None:
    """Offers add something where prices may not fall."""
    client = make("skincare").but(constraints=("No discounts",), offers=())

    written = bodies(client)["promotions_and_offers"]

    assert "Prices stay as they are" in written


def test_letters_go_where_the_client_wants_to_be(make: Make) -> None:
    """A client that stays out of e-mail is written to by direct message."""
    client = make("apparel").but(platforms_avoided=("Email",))

    written = bodies(client)["email_and_crm_flows"]

    assert "direct messages on Instagram" in written
    assert "by email" not in written


def test_channels_that_are_avoided_are_counted_and_not_named(make: Make) -> None:
    """The plan says that something is left out, and recommends it nowhere."""
    client = make("bakery").but(platforms_avoided=("Snapchat", "Reddit"))

    report = campaign(client)

    assert "Two channels that Bäckerei Möhrle does not want are left out" in report.body
    assert "Snapchat" not in report.body
    assert "Reddit" not in report.body


def test_looks_and_adjectives_reach_the_creative_direction(make: Make) -> None:
    """Colours and words of the client stand before ours."""
    client = make("skincare").but(
        brand_guidelines={"visual_style": "Sage green and linen", "adjectives": ["calm", "clear"]}
    )

    written = bodies(client)["creative_direction"]

    assert "Sage green and linen" in written
    assert "calm and clear" in written


def test_two_words_for_a_voice_have_two_meanings(make: Make) -> None:
    """Professional and reliable are not explained by the same sentence."""
    written = bodies(make("saas").but(voice=("professional", "reliable")))["creative_direction"]

    lines = re.findall(r"(?m)^- \*\*(?:Professional|Reliable):\*\* (.+)$", written)
    assert len(lines) == 2
    assert len(set(lines)) == 2


def test_buyers_at_work_get_offers_for_work(make: Make) -> None:
    """A B2B client proposes a pilot, not something for two."""
    at_work = bodies(make("saas"))["promotions_and_offers"]
    at_home = bodies(make("saas").but(business_type=BusinessType.B2C))["promotions_and_offers"]

    assert "**Pilot, for decision:**" in at_work
    assert "**Together, for decision:**" in at_home


def test_required_messages_stand_in_the_advertisements(make: Make) -> None:
    """What must appear is part of each concept, word for word."""
    client = make("bakery")

    assert all(m in bodies(client)["ad_concepts"] for m in client.brief.must_include)


@pytest.mark.parametrize(
    "avoided",
    [
        ("step", "steps"), ("post", "posts"), ("question", "questions"), ("first",), ("offer",),
        ("people",), ("word", "words"), ("campaign",), ("week", "weeks"), ("day", "days"),
    ],
)  # fmt: skip
def test_avoided_terms_stay_out_of_a_campaign(
    make: Make, read_sentences: Callable[[str], list[str]], avoided: tuple[str, ...]
) -> None:
    """Our own phrases give way to a client's forbidden words, in any case."""
    client = make("saas").but(must_avoid=avoided)

    found = read_sentences(campaign(client).body)

    pattern = rf"(?<!\w)({'|'.join(avoided)})(?!\w)"
    assert [s for s in found if re.search(pattern, s, re.IGNORECASE)] == []


def test_hostile_answers_stay_text_in_a_campaign(make: Make) -> None:
    """Markup, links and templates in answers are shown, never meant."""
    report = campaign(make("hostile"))

    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(report.body)

    assert not re.search("<(script|a|img|code)[ >]", html)
    assert "{{" not in report.body
    assert len(re.findall("<h2>", html)) == len(report.sections)


def test_dates_of_a_campaign_follow_its_start(make: Make) -> None:
    """A strategy that begins in spring has its phases in spring."""
    client = make("skincare")
    timeline = evolve(client.strategy.timeline, start=date(2027, 4, 5), end=date(2027, 5, 10))

    written = bodies(client.planned(timeline=timeline))

    assert "Monday 5 April to Wednesday 14 April" in written["core_campaign_idea"]
    assert "November" not in written["audience_segments"]
