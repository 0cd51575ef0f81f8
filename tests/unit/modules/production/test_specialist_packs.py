"""Six packs held to their rules and their client; three of them to what they promise besides."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from itertools import combinations
from typing import Any

import attrs
import pytest

from aicmo_core.modules.production.internal.figures import plain_number
from aicmo_core.modules.production.internal.report import Report, write_report
from aicmo_core.modules.qc.internal.rulesets import built_in
from unit.modules.orders.agency_rules import rules_of
from unit.modules.orders.order_desk import SHARED

PACKS_HERE = (
    "launch_gtm_pack",
    "brand_turnaround_lab",
    "performance_audit_revamp",
    "retention_crm_booster",
    "strategy_campaign_premium",
    "strategy_campaign_enterprise",
)
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


@pytest.fixture(params=PACKS_HERE)
def pack(request: pytest.FixtureRequest) -> str:
    """Each of these packs in turn."""
    name: str = request.param
    return name


@pytest.fixture
def agency_rules(pack: str) -> Mapping[str, Mapping[str, Any]]:
    """The agency's rules for the sections of a pack, where this machine has them."""
    if not SHARED.is_dir():
        pytest.skip(f"the agency's rule files are not there: {SHARED}")
    return rules_of(pack)


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

    found = {s: find_faults(agency_rules[s], body) for s, body in written.items()}
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


def test_every_target_stands_in_the_report(client: Any, pack: str, read_plain: Read) -> None:
    """Also those of the measures that come last."""
    text = read_plain(report(client, pack).body)

    missing = [k.name for k in client.strategy.kpis if plain_number(k.target_value) not in text]
    assert missing == []


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


# -- the launch ---------------------------------------------------------------------------------


def launch_of(client: Any) -> dict[str, str]:
    return bodies(client, "launch_gtm_pack")


def test_a_proposed_launch_is_the_same_day_everywhere(make: Make) -> None:
    """Phases, ideas, calendar and roadmap plan around one day, and say that it is proposed."""
    found = report(make("skincare"), "launch_gtm_pack")

    written = {s.section_id: s.body for s in found.sections}
    assert "proposed" in written["launch_phases"] or "proposes" in written["launch_phases"]
    for section in ("launch_phases", "launch_campaign_ideas", "execution_roadmap"):
        assert "Thursday 3 December" in written[section], section
    assert "| Thu 3 Dec | L |" in written["content_calendar_launch"]
    announced = [e.day for e in found.calendar if e.hook.startswith("Today: Launch of")]
    assert announced == [date(2026, 12, 3)]


def test_the_client_s_own_day_is_the_launch(make: Make) -> None:
    """A stated day is not called a proposal, and nothing else is announced."""
    found = report(make("skincare").but(events=("Launch party on 10 December",)), "launch_gtm_pack")

    written = {s.section_id: s.body for s in found.sections}
    assert "Thursday 10 December" in written["launch_phases"]
    assert "propos" not in written["launch_phases"]
    assert "| Thu 10 Dec | L |" in written["content_calendar_launch"]
    assert not any("Launch of" in e.hook for e in found.calendar)


def test_a_launch_that_is_told_by_its_day_alone_gets_its_object(make: Make) -> None:
    """Nobody is invited to "Launch": what is launched is said, and the day stays the client's."""
    client = make("skincare").but(events=("Launch on 10 December 2026",))

    found = report(client, "launch_gtm_pack")

    written = {s.section_id: s.body for s in found.sections}
    assert "propos" not in written["launch_phases"]
    today = next(e.hook for e in found.calendar if e.hook.startswith("Today: "))
    assert today.startswith("Today: Launch of ")


def test_a_launch_behind_the_calendar_is_prepared_by_it(make: Make) -> None:
    """All thirty days lie before it, and no week says that it is over."""
    client = make("skincare").but(events=("Product release on 1 March 2027",))

    written = launch_of(client)

    assert "1 March 2027" in written["launch_phases"]
    assert "prepare it" in written["launch_phases"]
    assert written["launch_phases"].count("Before the Launch") == 3
    assert "L+1 |" not in written["content_calendar_launch"]


def test_the_launch_opens_where_the_calendar_announces_it(make: Make) -> None:
    """The channel of the phases is that of the calendar."""
    found = report(make("apparel"), "launch_gtm_pack")

    entry = next(e for e in found.calendar if e.hook.startswith("Today: Launch of"))
    phases = next(s.body for s in found.sections if s.section_id == "launch_phases")
    assert f"{entry.channel} opens" in phases or f"on {entry.channel}, unchanged" in phases


def test_nothing_is_asked_for_before_the_launch(make: Make) -> None:
    """What cannot be had yet is not sold; from the day on it is."""
    client = make("skincare")
    promos = [e for e in report(client, "launch_gtm_pack").calendar if e.bucket == "Promo"]

    assert promos
    assert min(e.day for e in promos) >= date(2026, 12, 3)


# -- the turnaround ----------------------------------------------------------------------------


def test_people_are_asked_back_once_the_repair_was_shown(make: Make) -> None:
    """Calendar, positioning and channels invite from the same day on."""
    found = report(make("skincare"), "brand_turnaround_lab")

    written = {s.section_id: s.body for s in found.sections}
    promos = [e.day for e in found.calendar if e.bucket == "Promo"]
    assert promos
    assert min(promos) >= date(2026, 12, 13)
    assert "Sunday 13 December" in written["new_positioning"]
    assert "From Sunday 13 December: invite" in written["channel_reset_strategy"]


def test_an_audit_claims_only_what_the_client_said(make: Make) -> None:
    """Complaints are quoted, causes are called suspicions, and each look is still ahead."""
    client = make("bakery")

    written = bodies(client, "brand_turnaround_lab")

    for pain in client.brief.pain_points:
        assert pain in written["problem_diagnosis"]
        assert pain in written["customer_insights"]
    assert written["problem_diagnosis"].count("**Suspected, ") == 4
    assert (
        "has not been measured yet" in written["brand_audit"]
        or "how to find out" in written["brand_audit"]
    )


def test_a_client_without_pains_gets_hypotheses(make: Make) -> None:
    """They are marked as such."""
    written = bodies(make("sparse"), "brand_turnaround_lab")["customer_insights"]

    assert written.count("**Hypothesis, ") == 3


# -- the performance audit -------------------------------------------------------------------------


def test_an_audit_invents_no_results(make: Make) -> None:
    """What worked and failed is quoted; where nothing was told, that is said."""
    told = bodies(make("apparel"), "performance_audit_revamp")
    untold = bodies(make("skincare"), "performance_audit_revamp")

    assert "short clips with runners" in told["campaign_level_findings"].casefold()
    assert "discount codes in the caption" in told["creative_performance_analysis"].casefold()
    assert "as told:" not in untold["campaign_level_findings"]


def test_a_stated_start_is_the_baseline(make: Make) -> None:
    """From 1.8x to 3.5x: audit, measures and roadmap agree."""
    written = bodies(make("apparel"), "performance_audit_revamp")

    for section in ("account_audit", "kpi_reset_plan", "execution_roadmap"):
        assert "from 1.8x to 3.5x" in written[section], section


def test_shares_of_the_audit_are_those_of_the_strategy(make: Make) -> None:
    """Each with its money, and a hundred in all."""
    client = make("city")

    written = bodies(client, "performance_audit_revamp")["account_audit"]

    shares = re.findall(r"\| ([\d.]+)% \| USD ([\d,]+) \|", written)
    assert sum(float(share) for share, _ in shares) == 100
    assert sum(int(amount.replace(",", "")) for _, amount in shares) == 150_000


def test_a_client_that_buys_no_reach_is_told_to_buy_none(make: Make) -> None:
    """The audit of its accounts speaks of profiles, groups of followers and letters."""
    client = make("bakery").but(constraints=("No paid advertising",))

    written = bodies(client, "performance_audit_revamp")

    assert "buys no reach" in written["account_audit"]
    assert "Nothing is bought" in written["revamp_strategy"]
    assert "rules out bought reach" in written["new_ad_concepts"]
