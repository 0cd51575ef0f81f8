"""What holds of every draft, whoever orders it and whichever pack it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations

import pytest

from aicmo_core.modules.onboarding.api import BusinessType
from aicmo_core.modules.production.internal.avoidance import Avoidance
from aicmo_core.modules.production.internal.figures import due, long_day, money, plain_number
from aicmo_core.modules.strategy.api import KpiDTO
from unit.modules.orders import order_desk
from unit.modules.orders.order_desk import PACKS, Order, forms, of_client
from unit.modules.orders.report_reader import plain, sentences

CLIENTS = tuple(name for name in forms() if not name.startswith("incomplete_"))
PLACEHOLDERS = re.compile(
    r"\{\w*\}|\[(?:brand|name|insert)[^\]]*\]|(?i:lorem ipsum)|\bTODO\b|\bTBD\b|\bNone\b|\bnan\b"
    r"|\bnull\b|(?i:insert \w+ here)|XXX|<[a-z]+>"
)
DAYS = re.compile(r"\d{1,2} (?:January|February|March|April|May|June|July|August|September"
                  r"|October|November|December) \d{4}")  # fmt: skip

every_client = pytest.mark.parametrize("client", CLIENTS)


def orders(client: str) -> Iterator[tuple[str, Order]]:
    """Yield the drafts of a client, each with the pack that was ordered."""
    for pack in PACKS:
        found = of_client(client, pack)
        assert found is not None
        yield pack, found


def lines(order: Order) -> list[str]:
    return [line for line in order.report.body.splitlines() if line.strip()]


# -- figures and days ------------------------------------------------------------------------


@every_client
def test_the_first_target_runs_from_goal_to_roadmap(client: str) -> None:
    """Overview, roadmap and summary say its number; overview and summary its day."""
    for pack, order in orders(client):
        first = order.strategy.kpis[0]
        number = plain_number(first.target_value)
        day = long_day(due(first, order.strategy.timeline.start))
        for section in {"overview", "execution_roadmap", "final_summary"} & order.bodies.keys():
            assert re.search(rf"(?<![\d.]){re.escape(number)}(?![\d.]\d)", order.bodies[section]), (
                f"{pack}, {section}: no {number}"
            )
        for section in {"overview", "final_summary"} & order.bodies.keys():
            assert day in order.bodies[section], f"{pack}, {section}: no {day}"


@every_client
def test_a_measure_has_one_target_and_one_day(client: str) -> None:
    """Wherever a line is headed by a measure, it says no other day than that measure's own."""
    for pack, order in orders(client):
        start = order.strategy.timeline.start
        for kpi in order.strategy.kpis:
            for line in headed(order, kpi):
                days = DAYS.findall(line)
                assert set(days) <= {long_day(due(kpi, start))}, f"{pack}: {line}"
                if days and "about" not in line:
                    assert plain_number(kpi.target_value) in line, f"{pack}: {line}"


def headed(order: Order, kpi: KpiDTO) -> list[str]:
    """Return the bullets and table rows that begin with a measure's name."""
    start = re.compile(rf"(?:- \*\*|\| ){re.escape(kpi.name)}(?:\*\*)?(?::| \|)", re.IGNORECASE)
    return [line for line in lines(order) if start.match(line)]


@every_client
def test_shares_sum_to_100_and_to_the_stated_money(client: str) -> None:
    """In the strategy, in the budget's lines, and in each table of the report."""
    for pack, order in orders(client):
        budget = order.report.budget
        total = order.strategy.budget_total
        assert sum(line.share_pct for line in budget) == 100, pack
        amounts = [line.amount.amount for line in budget if line.amount]
        assert sum(amounts) == (total.amount if total else 0), pack
        for shares, sums in tables(order):
            assert sum(shares) == 100, pack
            assert not sums or (total and sum(sums) == total.amount), pack


def tables(order: Order) -> Iterator[tuple[list[Decimal], list[Decimal]]]:
    """Yield shares and sums of each table that divides the money."""
    for body in order.bodies.values():
        divides = re.search(
            r"(?m)^\|[^\n]*\| Share(?: in the plan)? \|[^\n]*\n(?:\|[^\n]*\|\n?)+", body
        )
        pattern = r"(?m)^\| [^|]+ \| ([\d.]+)% \|(?: [A-Z]{3} ([\d,.]+) \|)?"
        if divides:
            rows = re.findall(pattern, divides[0])
            sums = [Decimal(amount.replace(",", "")) for _, amount in rows if amount]
            yield [Decimal(share) for share, _ in rows], sums


@every_client
def test_no_sum_is_above_the_client_s_own(client: str) -> None:
    """Whatever amount is planned is the client's budget, a part of it, or a price it stated."""
    for pack, order in orders(client):
        total = order.strategy.budget_total
        said = repr(order.brief)
        for code, amount in re.findall(r"\b([A-Z]{3}) (\d[\d,]*(?:\.\d\d)?)", order.report.body):
            if total is None or code != total.currency:
                assert amount in said or f"{amount.replace(',', '')}" in said, f"{pack}: {amount}"
            else:
                stated = amount.replace(",", "") in said
                within = Decimal(amount.replace(",", "")) <= total.amount
                assert stated or within or money(total) in f"{code} {amount}", f"{pack}: {amount}"


# -- the calendar --------------------------------------------------------------------------


@every_client
def test_thirty_days_follow_each_other_without_a_gap(client: str) -> None:
    """From the strategy's first day on, in order."""
    for pack, order in orders(client):
        start = order.strategy.timeline.start
        days = [entry.day for entry in order.report.calendar]
        assert days == sorted(days), pack
        assert sorted(set(days)) == [start + timedelta(days=n) for n in range(30)], pack


@every_client
def test_posts_differ_and_stand_on_planned_channels(client: str) -> None:
    """No hook and no request stands twice; no channel is avoided; no hook is a bare date."""
    for pack, order in orders(client):
        entries = order.report.calendar
        planned = {c.channel for c in order.strategy.channels}
        avoided = {name.casefold() for name in order.brief.platforms_avoided}
        for words in ([e.hook for e in entries], [e.call_to_action for e in entries]):
            assert len({w.casefold() for w in words}) == len(words), pack
        assert {e.channel for e in entries} <= planned, pack
        assert not {e.channel.casefold() for e in entries} & avoided, pack
        dated = re.compile(rf"{re.escape(order.brief.brand_name)}, \w+day \d+ \w+")
        assert [e.hook for e in entries if dated.fullmatch(e.hook)] == [], pack


@every_client
def test_a_request_answers_to_its_hook(client: str) -> None:
    """Nobody is asked to vote where there is no vote, nor for a picture where none is meant."""
    for pack, order in orders(client):
        for entry in order.report.calendar:
            if re.search(r"\b(?:vote|pick a side)\b", entry.call_to_action, re.I):
                assert re.search(r"vote|poll|this or that|not yet", entry.hook, re.I), (
                    f"{pack}: {entry}"
                )
            if re.search(r"with a picture|Post yours", entry.call_to_action):
                assert re.search("photo|your way", entry.hook), f"{pack}: {entry}"


@every_client
def test_nobody_tells_of_a_product_before_its_launch(client: str) -> None:
    """Before the day no entry quotes a customer, looks back, or sells."""
    order = of_client(client, "launch_gtm_pack")
    assert order is not None
    rows = re.findall(
        r"(?m)^\| (\w{3} \d+ \w{3}) \| L-\d+ \|.*\| (.+) \|$",
        order.bodies["content_calendar_launch"],
    )

    early = re.compile("own words|then and now|memory|at .+ now:", re.IGNORECASE)
    assert rows
    assert [hook for _, hook in rows if early.search(hook)] == []


# -- whom it is for ---------------------------------------------------------------------------


@every_client
def test_personas_and_segments_are_this_audience(client: str) -> None:
    """The client's own words for who buys stand in every section that describes them."""
    for pack, order in orders(client):
        head = order.brief.target_audience.split()[0].strip(",.").casefold()
        for section in {"persona_cards", "audience_segments", "customer_segments"}:
            if section in order.bodies:
                assert head in order.bodies[section].casefold(), f"{pack}, {section}"


@every_client
def test_wanted_channels_come_first_and_avoided_ones_never(client: str) -> None:
    """Neither in the plan nor in the text of a report."""
    for pack, order in orders(client):
        text = plain(order.report.body)
        titles = " ".join(s.title for s in order.report.sections)
        quoted = " ".join((*order.brief.must_include, *order.brief.constraints, titles))
        for name in order.brief.platforms_avoided:
            if name not in quoted and len(name) > 1:
                assert not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text), f"{pack}: {name}"
        planned = [c.channel for c in order.strategy.channels]
        count = len(order.brief.platforms_wanted)
        assert len(planned) >= min(count, len(planned)), pack


@every_client
def test_people_at_work_are_spared_private_words(client: str) -> None:
    """Who sells to companies asks nobody for a friend or a first memory."""
    for pack, order in orders(client):
        if order.brief.business_type is BusinessType.B2B:
            private = re.compile(r"\bfriends?\b|memory|photo with|favourite", re.IGNORECASE)
            said = [f"{e.hook} {e.call_to_action}" for e in order.report.calendar]
            assert [s for s in said if private.search(s)] == [], pack


def test_a_hospital_is_planned_for_as_one() -> None:
    """Patients are asked for appointments; nobody is urged, quoted, or sold something for two."""
    found = order_desk.order(HOSPITAL, "strategy_campaign_premium")

    assert found is not None
    said = " ".join(f"{e.hook} {e.call_to_action}" for e in found.report.calendar)
    assert not re.search(r"own words|\bvote\b|not yet\?|still thinking|choose yours", said, re.I)
    assert "for two" not in found.bodies["promotions_and_offers"]
    assert "Make an appointment" in found.report.body
    assert "Affiliate partners" not in {c.channel for c in found.strategy.channels}


HOSPITAL = {
    "brand_name": "St. Agnes Hospital",
    "industry": "Hospital",
    "locations": ["Bristol, UK"],
    "description": "A teaching hospital with a maternity unit and a heart centre.",
    "primary_customer": "Residents of Bristol aged 40 and over who need planned surgery",
    "primary_goal": "Raise elective surgery referrals by 15 % in 12 months",
    "products": ["Heart centre", "Maternity unit"],
    "constraints": ["No patient is shown or quoted"],
    "budget": "£8,000 a month",
}


# -- what the client rules ------------------------------------------------------------------


@every_client
def test_limits_and_messages_are_kept(client: str) -> None:
    """Each limit and message is quoted word for word, and no refused term is said."""
    for pack, order in orders(client):
        text = " ".join(plain(order.report.body).split())
        for limit in order.brief.constraints:
            assert limit.rstrip(".") in text, f"{pack}: {limit}"
        for message in order.brief.must_include:
            assert message in text, f"{pack}: {message}"
        assert Avoidance(order.brief.must_avoid).found(text) == (), pack


# -- words -------------------------------------------------------------------------------------


@every_client
def test_no_sentence_stands_twice(client: str) -> None:
    """However many sections a pack has; a client's line may be quoted again."""
    for pack, order in orders(client):
        found = [s for s in sentences(order.report.body) if not re.fullmatch("“[^”]+”[.]?", s)]
        assert {s for s in found if found.count(s) > 1} == set(), pack


@pytest.mark.parametrize("pack", PACKS)
def test_two_clients_share_few_sentences(pack: str) -> None:
    """Less than a third of a report could stand in another client's."""
    said = {}
    for client in CLIENTS:
        order = of_client(client, pack)
        assert order is not None
        said[client] = set(sentences(order.report.body))

    shares = {
        (one, other): len(said[one] & said[other]) / min(len(said[one]), len(said[other]))
        for one, other in combinations(said, 2)
    }
    assert max(shares.values()) < 0.35, max(shares, key=lambda pair: shares[pair])


@every_client
def test_no_placeholder_and_no_slip(client: str) -> None:
    """Neither gaps nor traces of texts put together badly."""
    slips = re.compile(
        r"(?<!\.)\.\.(?!\.)| ,| ;|,,|;;|\bthe the\b|\ba an?\b|\ban a\b|“”|\(\)|: \.|\s\.\s"
        r"|\ba (?:[aeio]|u(?!ni|se|su|ro|k\b|\w?\d))\w*|\ban (?:[bcdfgjklmnpqrstvwz])[a-z]"
    )
    for pack, order in orders(client):
        own = f"{order.brief!r} {order.strategy!r}"
        for sentence in sentences(order.report.body):
            found = PLACEHOLDERS.search(sentence) or slips.search(sentence)
            assert not found or found[0] in own, f"{pack}: {sentence}"


@every_client
def test_never_another_client_s_words(client: str) -> None:
    """Neither its name, nor its address, nor its line."""
    others = {
        word
        for name, form in forms().items()
        if name != client
        for word in (form["responses"]["brand_name"].strip(), form["responses"].get("tagline"))
        if word
    }
    for pack, order in orders(client):
        text = plain(order.report.body)
        assert [word for word in others if word in text] == [], pack


def test_the_calendar_begins_on_a_day_to_come() -> None:
    """No draft of this matrix is about the past."""
    starts = {order.strategy.timeline.start for c in CLIENTS for _, order in orders(c)}

    assert min(starts) > date(2026, 3, 2)


# -- whom a plan must not betray --------------------------------------------------------------


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize(
    "limit",
    [
        "No testimonials from patients (Provincial Dental Board rules)",
        "Never quote customers",
        "No patient is shown or quoted",
    ],
)
def test_whoever_may_not_be_quoted_is_not_asked_to_be(pack: str, limit: str) -> None:
    """No section asks for a sentence, a review or a witness where a limit rules them out."""
    found = order_desk.order(HOSPITAL | {"constraints": [limit]}, pack)

    assert found is not None
    text = plain(found.report.body).replace(limit, "")
    asks = re.compile(
        r"quotable|may be quoted|honest (?:sentence|word)|own words about|critics speak"
    )
    assert asks.search(text) is None, pack
    assert "Collect voices" not in text


@pytest.mark.parametrize("pack", PACKS)
def test_where_nothing_is_sold_the_cause_is_spoken_of(pack: str) -> None:
    """A charity's "n/a" for products stands nowhere, and its own field does."""
    found = order_desk.order(
        HOSPITAL
        | {
            "industry": "Nonprofit / food security",
            "primary_goal": "Raise £250,000 by 31 December 2026",
            "products": ["n/a - we are a charity"],
        },
        pack,
    )

    assert found is not None
    text = plain(found.report.body)
    assert "n/a" not in text.casefold()
    assert "food security" in text
    assert re.search("money raised", text, re.IGNORECASE)


@pytest.mark.parametrize("place", ["Remote", "online", "Worldwide"])
def test_nobody_is_greeted_who_lives_nowhere(place: str) -> None:
    """An answer to where that names no place is neither a market nor a town."""
    found = order_desk.order(HOSPITAL | {"locations": [place, "Leeds"]}, "strategy_campaign_basic")

    assert found is not None
    assert f"in {place}" not in found.report.body
    assert f"{place}, this one is for you" not in found.report.body
    assert "Leeds" in found.report.body
