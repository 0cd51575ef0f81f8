"""The plan of thirty days: where posts go, when, and with which words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Protocol

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from aicmo_core.modules.onboarding.api import BusinessType
from aicmo_core.modules.production.api import CalendarEntryDTO
from aicmo_core.modules.production.internal.calendar import QUIET_DAY, plan
from aicmo_core.modules.production.internal.facts import gather
from aicmo_core.modules.production.internal.pauses import finish, pauses
from aicmo_core.modules.production.internal.writing import phrasing
from aicmo_core.modules.strategy.api import ChannelPlanDTO
from unit.modules.production.clients import CLIENTS


class Client(Protocol):
    brief: Any
    strategy: Any

    def but(self, **answers: Any) -> Client: ...

    def planned(self, **parts: Any) -> Client: ...


Make = Callable[[str], Client]


def entries(client: Client) -> tuple[CalendarEntryDTO, ...]:
    facts = gather(client.brief, client.strategy)
    return plan(facts, phrasing(facts, "calendar"))


def channels(**posts: int) -> tuple[ChannelPlanDTO, ...]:
    share = Decimal(100) / len(posts)
    return tuple(
        ChannelPlanDTO(name.replace("_", " "), share, (), "", count)
        for name, count in posts.items()
    )


def test_every_one_of_thirty_days_has_an_entry(any_client: Client) -> None:
    """The days begin with the strategy's start and follow each other without a gap."""
    found = entries(any_client)

    start = any_client.strategy.timeline.start
    assert sorted({e.day for e in found}) == [start + timedelta(days=n) for n in range(30)]
    assert [e.day for e in found] == sorted(e.day for e in found)


def test_no_two_entries_say_the_same(any_client: Client) -> None:
    """Neither a hook nor a call to action stands twice, in any case."""
    found = entries(any_client)

    for words in ([e.hook for e in found], [e.call_to_action for e in found]):
        assert [w for w, n in Counter(map(str.casefold, words)).items() if n > 1] == []


def test_only_planned_channels_are_used(any_client: Client) -> None:
    """An avoided channel is never planned, so it is never in the calendar."""
    planned = {c.channel for c in any_client.strategy.channels}

    assert {e.channel for e in entries(any_client)} <= planned


def test_posts_keep_to_the_rate_of_the_strategy(make: Make) -> None:
    """Four and two a week make seventeen and nine in thirty days."""
    posts = Counter(e.channel for e in entries(make("bakery")) if e.format != QUIET_DAY)

    assert posts == {"Instagram": 17, "Google Business Profile": 9}


def test_all_main_buckets_are_there(any_client: Client) -> None:
    """Education, proof and promotion each have entries, and teaching outweighs selling."""
    counts = Counter(e.bucket for e in entries(any_client))

    assert {"Education", "Proof", "Promo", "Community"} <= set(counts)
    assert counts["Promo"] < len(entries(any_client)) / 3


def test_nothing_is_published_on_quiet_days(make: Make) -> None:
    """ "No posts on Sundays" leaves each Sunday to answers and preparation."""
    sundays = [e for e in entries(make("bakery")) if e.day.weekday() == 6]

    assert len(sundays) == 4
    assert {e.format for e in sundays} == {QUIET_DAY}


def test_business_buyers_get_full_posts_on_working_days(make: Make) -> None:
    """At a weekend nothing goes out at all, unless something of the client's own is then."""
    client = make("saas")

    weekend = [e for e in entries(client) if e.day.weekday() > 4]

    assert client.brief.business_type is BusinessType.B2B
    assert len(weekend) in (8, 9)
    assert {e.format for e in weekend} == {QUIET_DAY}


def test_an_event_is_announced_before_and_named_on_its_day(make: Make) -> None:
    """The market on 5 December is ahead in the week before, and today on the day."""
    hooks = {e.day: e.hook for e in entries(make("bakery")) if "Advent market" in e.hook}

    assert hooks[date(2026, 12, 5)] == "Today: Advent market"
    assert all(day <= date(2026, 12, 5) for day in hooks)
    assert len(hooks) == 2


def test_an_offer_is_not_posted_after_its_end(make: Make) -> None:
    """What runs until 6 December is not praised on the 7th."""
    days = [e.day for e in entries(make("bakery")) if "Two Brezeln free" in e.hook]

    assert days
    assert max(days) <= date(2026, 12, 6)


def test_an_offer_that_has_ended_is_not_posted(make: Make) -> None:
    """Nothing is offered that a reader can no longer have."""
    client = make("skincare").but(offers=("10% off until 2026-11-20",))

    assert not any("10% off" in e.hook for e in entries(client))


def test_each_required_message_has_its_post(make: Make) -> None:
    """Word for word, on a full post where there is one."""
    client = make("skincare").but(
        must_include=("Cruelty free", "Dermatologists test every batch we make", "Refill it")
    )

    hooks = [e.hook for e in entries(client)]

    for message in client.brief.must_include:
        assert sum(message in hook for hook in hooks) == 1


def test_calls_to_action_fit_the_channel(make: Make) -> None:
    """Nobody is asked to comment on a letter or to follow an article."""
    client = make("skincare").planned(channels=channels(Email=3, Website_and_blog=2))

    asks = " ".join(e.call_to_action for e in entries(client)).casefold()

    assert not any(word in asks for word in ("comment", "follow ", "profile", "tag "))


def test_avoided_words_are_in_no_entry(make: Make) -> None:
    """Hooks, calls and formats give way to a forbidden word."""
    client = make("apparel").but(must_avoid=("story", "photo", "post", "reel", "poll", "week"))

    text = " ".join(f" {e.format} {e.hook} {e.call_to_action} ".casefold() for e in entries(client))

    for term in client.brief.must_avoid:
        assert f" {term} " not in text, term


@pytest.mark.parametrize("rate", [0, 1, 7, 20, 60])
def test_any_rate_gives_a_table_that_can_be_read(make: Make, rate: int) -> None:
    """From nothing a week to sixty, there are thirty entries at least and forty at most."""
    client = make("city").planned(channels=channels(Instagram=rate, Email=rate, Radio=rate))

    assert 30 <= len(entries(client)) <= 40


def test_a_strategy_without_channels_still_has_a_calendar(make: Make) -> None:
    """The client's own site is always there to write for."""
    assert {e.channel for e in entries(make("skincare").planned(channels=()))} == {"Website"}


def test_buyers_at_work_are_not_asked_for_private_things(make: Make) -> None:
    """A business reader is asked for a view, not for a friend or a memory."""
    found = entries(make("saas"))

    text = " ".join(f"{e.hook} {e.call_to_action}" for e in found).casefold()
    assert not any(word in text for word in ("friend", "memory", "was there", "favourite"))


# -- days that are kept free ---------------------------------------------------------------------


def starting(client: Client, day: date, **answers: Any) -> Client:
    """Return a client whose plan begins on a day."""
    line = client.strategy.timeline
    return client.but(**answers).planned(timeline=evolve(line, start=day))


KEPT = {
    "London, UK": {date(2026, 12, 25), date(2026, 12, 26), date(2027, 1, 1)},
    "Leipzig": {date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 26), date(2027, 1, 1)},
    "Austin, TX": {date(2026, 12, 25), date(2027, 1, 1)},
    "Nowhere at all": {date(2026, 12, 25), date(2027, 1, 1)},
    "京都市": set(),
    "الرياض": set(),
}
"""Where the client is, and which days of the thirty from 7 December are holidays there."""


@pytest.mark.parametrize("place", KEPT)
@pytest.mark.parametrize("key", ["bakery", "saas", "skincare", "city"])
def test_nothing_is_sold_on_a_holiday(make: Make, key: str, place: str) -> None:
    """Those of the client's own country, and of no other."""
    client = starting(
        make(key), date(2026, 12, 7), locations=(place,), events=(), offers=(), budget=None,
        constraints=(), industry="Bread",
    ).planned(budget_total=None)  # fmt: skip

    found = pauses(gather(client.brief, client.strategy))
    selling = {e.day for e in entries(client) if e.bucket == "Promo"}

    assert set(found.holidays) == KEPT[place]
    assert selling
    assert selling.isdisjoint(KEPT[place])
    for entry in entries(client):
        if entry.day in KEPT[place]:
            greets = found.holidays[entry.day].greeting
            assert entry.format == QUIET_DAY or (greets and entry.hook == greets), entry


@pytest.mark.parametrize("start", [date(2026, 12, 7) + timedelta(days=9 * n) for n in range(12)])
def test_a_plan_for_people_at_work_keeps_to_their_days(make: Make, start: date) -> None:
    """However many posts are planned: none at a weekend, and no request for one."""
    client = starting(make("saas"), start, events=(), offers=()).planned(
        channels=channels(LinkedIn=9, Email=5, Blog=7)
    )

    found = entries(client)

    busy = [e for e in found if e.format != QUIET_DAY]
    assert busy
    assert all(e.day.weekday() < 5 for e in busy)
    for entry in busy:
        assert not re.search("Saturday|Sunday", entry.call_to_action), entry


def test_an_own_event_at_a_weekend_has_its_day(make: Make) -> None:
    """A trade fair on a Saturday is said on that Saturday, also to people at work."""
    client = starting(make("saas"), date(2026, 12, 7), events=("Trade fair on 12 December",))

    said = {e.hook: e.format for e in entries(client) if e.day == date(2026, 12, 12)}

    assert "Today: Trade fair" in said
    assert said["Today: Trade fair"] != QUIET_DAY


@pytest.mark.parametrize(
    "limit",
    [
        "I can post twice a week",
        "I only have one evening a week for this",
        "two hours a week is all we have",
        "At most 2 posts per week",
        "Zweimal pro Woche posten, mehr schaffen wir nicht",
        "dos publicaciones por semana",
    ],
)
def test_little_time_leaves_days_free(make: Make, limit: str) -> None:
    """What the strategy plans a week is all that goes out, and the words say why."""
    client = make("skincare").but(constraints=(limit,), events=(), offers=())
    client = client.planned(channels=channels(Instagram=1, Email=1))

    found = entries(client)
    told = pauses(gather(client.brief, client.strategy)).told()

    assert len([e for e in found if e.format != QUIET_DAY]) == 8
    assert len({e.hook for e in found}) == len({e.call_to_action for e in found}) == 30
    assert any(limit in sentence for sentence in told)


@pytest.mark.parametrize("limit", ["Closed one week in August", "open 7 days a week", "No emails"])
def test_other_spans_of_time_leave_no_day_free(make: Make, limit: str) -> None:
    """Only what says how much can be posted, or how much time there is for it."""
    client = make("skincare").but(constraints=(limit,))

    assert not pauses(gather(client.brief, client.strategy)).capacity


@given(due=st.integers(0, 29))
def test_nobody_is_asked_after_the_goal_is_due(due: int) -> None:
    """Before it every client's calendar asks; after it none does, where a week or more is left."""
    client = CLIENTS["skincare"]().but(events=(), offers=())
    day = client.strategy.timeline.start + timedelta(days=due)
    first = evolve(client.strategy.kpis[0], deadline=day)
    facts = gather(client.brief, evolve(client.strategy, kpis=(first,)))

    found = plan(facts, phrasing(facts, "calendar"))

    asking = [e.day for e in found if e.bucket == "Promo"]
    assert asking
    assert finish(facts) == (day if due <= 22 else None)
    if due <= 22:
        assert max(asking) <= day


def test_a_fair_that_runs_until_a_day_ends_on_it(make: Make) -> None:
    """It is on before, ends on its last day, and its name ends where its words do."""
    client = starting(make("skincare"), date(2026, 12, 1), events=("Fair until 13 December",))

    hooks = {e.day: e.hook for e in entries(client) if "Fair" in e.hook}

    assert hooks[date(2026, 12, 13)] == "Last day: Fair"
    assert "Now on: Fair until 13 December" in hooks.values()
