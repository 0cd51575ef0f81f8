"""What a report says of those who buy, and of the client, follows from the intake."""

from __future__ import annotations

import re
from functools import cache
from itertools import combinations

import pytest

from aicmo_core.modules.onboarding.api import BusinessType
from aicmo_core.modules.production.internal.facts import Facts, gather
from aicmo_core.modules.production.internal.funnel import pursuit
from aicmo_core.modules.production.internal.rule_sets import shipped_rules
from unit.modules.orders import order_desk
from unit.modules.orders.order_desk import RULES, Order, forms, of_client
from unit.modules.orders.report_reader import plain, sentences
from unit.modules.orders.trades import TRADES

PACKS = ("strategy_campaign_enterprise", "retention_crm_booster", "performance_audit_revamp")
ABOUT_PEOPLE = (
    *("persona_cards", "audience_segments", "customer_segments"),
    *("customer_insights", "audience_analysis"),
)
ALONE = ("pilates teacher", "wedding photographer", "career coach")
every_trade = pytest.mark.parametrize("trade", TRADES)
every_pack = pytest.mark.parametrize("pack", PACKS)


@cache
def of_trade(trade: str, pack: str) -> Order:
    found = order_desk.order(TRADES[trade], pack)
    assert found is not None, trade
    return found


def facts_of(order: Order) -> Facts:
    return gather(order.brief, order.strategy)


def masked(order: Order) -> dict[str, list[str]]:
    """Return the sentences about people, by section, without what only this client is called."""
    f = facts_of(order)
    own = sorted({f.brand, f.house, f.short_brand, *f.products, f.kind, f.thing}, key=len)
    own_words = re.compile("|".join(map(re.escape, reversed(own))), re.IGNORECASE)
    return {
        section: [own_words.sub("…", s) for s in sentences(body)]
        for section, body in order.bodies.items()
        if section in ABOUT_PEOPLE
    }


@every_pack
def test_two_trades_share_few_sentences_about_their_people(pack: str) -> None:
    """Less than a third of what is said of buyers could be said of another trade's."""
    home = [t for t in TRADES if of_trade(t, pack).brief.business_type is not BusinessType.B2B]
    said = {t: {s for found in masked(of_trade(t, pack)).values() for s in found} for t in home}

    shares = {
        (one, other): len(said[one] & said[other]) / min(len(said[one]), len(said[other]))
        for one, other in combinations(home, 2)
    }

    assert all(said.values())
    assert max(shares.values()) < 0.35, max(shares.items(), key=lambda pair: pair[1])


@every_trade
def test_personas_name_what_moves_these_people(trade: str) -> None:
    """The first pain of the intake, or a motive of the trade, and a motive of each at least."""
    order = of_trade(trade, PACKS[0])
    cards = plain(order.bodies["persona_cards"])
    buyers = facts_of(order).buyers

    assert all(pain in cards for pain in order.brief.pain_points)
    assert any(motive.text in cards for motive in buyers.motives)
    assert any(doubt in cards for doubt in buyers.doubts)
    assert buyers.first in cards


def test_each_trade_has_buyers_of_its_own() -> None:
    """No two of these trades are told of the same people, and none of people in general."""
    kinds = shipped_rules().audiences.kinds
    found = {t: facts_of(of_trade(t, PACKS[0])).buyers for t in TRADES}

    assert len({one.first for one in found.values()}) == len(TRADES)
    assert not {kinds["home"].first, kinds["work"].first} & {b.first for b in found.values()}


@every_pack
@every_trade
def test_those_who_buy_are_called_what_they_are(trade: str, pack: str) -> None:
    """Nobody calls guests, donors, families or learners customers or shoppers."""
    order = of_trade(trade, pack)
    own = repr(order.brief)
    called = {facts_of(order).buyers.people, pursuit(facts_of(order)).won}

    wrong = {"customers", "shoppers"} - called
    said = [s for s in sentences(order.report.body) if s.rstrip(".") not in own]
    assert "members" not in called
    pattern = re.compile(rf"\b(?:{'|'.join(sorted(wrong))})\b", re.IGNORECASE)
    assert [s for s in said if "“" not in s and pattern.search(s)] == []


@pytest.mark.parametrize(
    ("trade", "act"),
    {
        "inn": "book a stay",
        "pilates teacher": "come to a trial class",
        "software for accountants": "start a trial",
        "dentist for children": "make an appointment",
        "charity": "give",
        "driving school": "book a first lesson",
        "machine builder": "ask for a quotation",
        "café": "reserve a table",
    }.items(),
)
def test_people_are_asked_for_what_this_trade_lives_by(trade: str, act: str) -> None:
    """Nobody is asked to get in touch with an inn."""
    order = of_trade(trade, "full_funnel_growth_suite")

    assert pursuit(facts_of(order)).act == act
    assert act in plain(order.report.body)
    assert not re.search(r"\bget in touch\b", order.report.body, re.IGNORECASE)


@every_pack
@pytest.mark.parametrize("trade", ALONE)
def test_one_person_is_no_team(trade: str, pack: str) -> None:
    """Where one person does it all, the report knows no team, no staff and no department."""
    order = of_trade(trade, pack)
    text = " ".join(plain(order.report.body).split())

    name = re.escape(order.brief.brand_name)
    several = (
        rf"\bteam\b|\bdepartments?\b|\bstaff\b|(?:somebody|a person|people) (?:at|from) {name}"
    )
    assert facts_of(order).alone
    assert re.findall(rf".{{40}}(?:{several}).{{20}}", text) == []
    assert re.search(r"\bthe owner\b", text, re.IGNORECASE)
    assert "one evening a week" in text or "one fixed evening a week" in text


@every_trade
def test_only_who_works_alone_is_told_so(trade: str) -> None:
    """Neither an inn of two sisters nor a builder of machines is one person."""
    assert facts_of(of_trade(trade, PACKS[0])).alone == (trade in ALONE)


@pytest.mark.parametrize(
    "description",
    [
        "Software for freelancers and sole traders",
        "We are a studio of four who work for self-employed people",
        "A practice with 3 doctors; I am the founder",
        "An agency. Our team works with solo founders",
    ],
)
def test_selling_to_single_people_makes_nobody_single(description: str) -> None:
    """The words of one-person businesses count only where the client says them of itself."""
    found = order_desk.order(TRADES["wine shop"] | {"description": description}, PACKS[1])

    assert found is not None
    assert not facts_of(found).alone


@every_pack
def test_a_name_does_not_stand_in_every_sentence(pack: str) -> None:
    """In half of a report's sentences at the most; each section still has it once."""
    orders = [of_trade(trade, pack) for trade in TRADES]
    orders += [o for name in forms() if (o := of_client(name, pack)) is not None]
    for order in orders:
        f = facts_of(order)
        found = sentences(order.report.body)
        named = [s for s in found if f.brand in s]
        assert len(named) <= len(found) / 2, order.brief.brand_name
        without = [s for s, b in order.bodies.items() if f.brand not in plain(b)
                   and f.short_brand not in plain(b)]  # fmt: skip
        assert without == [], order.brief.brand_name


@pytest.mark.parametrize("country", RULES.choice.absent)
def test_no_channel_is_planned_where_it_is_not_to_be_had(country: str) -> None:
    """Not even for a client who asks for it, who is told why; abroad it stays."""
    absence = RULES.choice.absent[country]
    place = absence.places[0].capitalize()
    wish = {"platforms_wanted": [*absence.channels, "Email"]}
    there = order_desk.order(TRADES["café"] | wish | {"locations": [place]}, PACKS[0])
    also = order_desk.order(
        TRADES["café"] | wish | {"locations": [place, "Vienna, Austria"]}, PACKS[0]
    )

    assert there is not None
    assert also is not None
    planned = {c.channel for c in there.strategy.channels}
    assert not planned & set(absence.channels)
    assert {e.channel for e in there.report.calendar} <= planned
    assert any(absence.because[:40] in reason for reason in there.strategy.reasons)
    assert set(absence.channels) <= {c.channel for c in also.strategy.channels}


def test_a_work_network_is_not_planned_for_households() -> None:
    """Nobody looks for an inn, a funeral or a driving school on LinkedIn."""
    home = [t for t in TRADES if TRADES[t].get("business_type") != "b2b"]
    planned = {t: {c.channel for c in of_trade(t, PACKS[0]).strategy.channels} for t in home}

    assert [t for t in home if "LinkedIn" in planned[t]] == []
    assert planned["funeral home"].isdisjoint({"TikTok", "Instagram", "Display advertising"})


@pytest.mark.parametrize("name", shipped_rules().audiences.kinds)
def test_each_kind_of_buyers_can_be_said_whole(name: str) -> None:
    """No sentence of a kind stands twice in it, and none says something that a section forbids."""
    kind = shipped_rules().audiences.kinds[name]
    texts = [
        *(m.text for m in kind.motives),
        *(*kind.pains, *kind.doubts, *kind.decides, *kind.believes, *kind.starts, *kind.tips),
        *(*kind.rhythm, kind.day, kind.words_for_it, kind.role, kind.lookers),
        *(kind.second_wants, kind.second_doubts, kind.second_needs),
    ]

    assert len(set(texts)) == len(texts)
    banned = r"everyone|mass market|generic persona|customers want quality|all audiences good"
    assert [t for t in texts if re.search(banned, t, re.IGNORECASE)] == []
