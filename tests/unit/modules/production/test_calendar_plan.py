"""The plan of thirty days: where posts go, when, and with which words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Protocol

import pytest

from aicmo_core.modules.onboarding.api import BusinessType
from aicmo_core.modules.production.api import CalendarEntryDTO
from aicmo_core.modules.production.internal.calendar import QUIET_DAY, plan
from aicmo_core.modules.production.internal.facts import gather
from aicmo_core.modules.production.internal.writing import phrasing
from aicmo_core.modules.strategy.api import ChannelPlanDTO


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
    """Where the rate allows it, a weekend carries light entries only."""
    client = make("saas")

    weekend = [e for e in entries(client) if e.day.weekday() > 4]

    assert client.brief.business_type is BusinessType.B2B
    assert {e.format for e in weekend} <= {"Short note", "Poll"}


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
