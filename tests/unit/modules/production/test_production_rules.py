"""The rules of production as data: what a host changes comes out, and nothing else does."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from aicmo_core.kernel import InvalidValue
from aicmo_core.kernel.rules import shipped
from aicmo_core.modules.production.internal.calendar import QUIET_DAY
from aicmo_core.modules.production.internal.catalogue import PACKS
from aicmo_core.modules.production.internal.report import Report, write_report
from aicmo_core.modules.production.internal.rule_sets import ALL, CALENDAR, POSTS, rules_of
from aicmo_core.runtime.rules import Rules

Changed = Callable[[dict[str, Any]], Report]


@pytest.fixture
def changed(make: Callable[[str], Any]) -> Changed:
    """Return a writer of the bakery's report by rules that a host has changed."""

    def write(changes: dict[str, Any]) -> Report:
        client = make("bakery")
        return write_report(client.brief, client.strategy, rules_of(Rules(ALL, host=changes)))

    return write


def test_shipped_report_is_that_of_no_change(changed: Changed, make: Callable[[str], Any]) -> None:
    """And every shipped set is valid."""
    client = make("bakery")

    assert changed({}) == write_report(client.brief, client.strategy)


def test_mix_decides_what_entries_are_about(changed: Changed) -> None:
    """Days, channels and formats of posts stay."""
    mix = {"buckets": ["Proof"], "because": "this year we only prove"}

    before, after = changed({}), changed({"production.calendar": {"version": "1", "mix": mix}})

    told = Counter(entry.bucket for entry in after.calendar)
    assert told["Proof"] > 20
    assert "Education" not in told
    assert "Education" in Counter(entry.bucket for entry in before.calendar)
    assert {e.day for e in before.calendar} == {e.day for e in after.calendar}
    assert before.budget == after.budget


def test_fewer_words_leave_out_second_entries(changed: Changed) -> None:
    """Each day keeps its first."""
    least = {"value": 200, "because": "our readers look at it on the telephone"}
    change = {"version": "1", "most_words": least, "most_words_by_phase": least}

    days = [entry.day for entry in changed({"production.calendar": change}).calendar]

    assert len(days) == len(set(days)) == 30
    assert max(days) - min(days) == timedelta(days=29)


def test_phrase_of_the_house_is_said(changed: Changed) -> None:
    """In the client's own words where it has slots; a bucket's list is replaced as a whole."""
    hooks = [f"House line {n} about {{middle}} by {{brand}}" for n in range(20)]
    change = {"version": "1", "hooks": {"Education": hooks}}

    said = [entry.hook for entry in changed({"production.posts": change}).calendar]

    lines = [hook for hook in said if hook.startswith("House line")]
    assert lines
    assert not any("{" in line for line in lines)
    assert not any("three things to know first" in hook for hook in said)


def test_what_an_entry_asks_for_is_the_houses(changed: Changed) -> None:
    """One bucket's requests are replaced; those of the others stay, and hooks stay throughout."""
    own = [{"text": f"House request {n} for {{weekday}}."} for n in range(30)]
    change = {
        "version": "1",
        "social": {"Education": own},
        "site": ["Look at {site}, {brand} says."],
    }

    before, after = changed({}), changed({"production.asks": change})

    asked = {entry.call_to_action for entry in after.calendar if entry.channel == "Instagram"}
    assert any(ask.startswith("House request") for ask in asked)
    assert not any("Save this for" in ask for ask in asked)
    assert [entry.hook for entry in after.calendar] == [entry.hook for entry in before.calendar]


def test_formats_of_a_channel_are_the_houses(changed: Changed) -> None:
    """On that channel alone."""
    instagram = {"family": "social", "posts": ["House film"], "light": ["House note"]}
    change = {"version": "1", "channels": {"instagram": instagram}}

    before, after = changed({}), changed({"production.channels": change})

    formats = {entry.format for entry in after.calendar if entry.channel == "Instagram"}
    assert formats <= {"House film", "House note", QUIET_DAY}
    assert "House film" in formats
    others = [entry.format for entry in after.calendar if entry.channel != "Instagram"]
    assert others == [e.format for e in before.calendar if e.channel != "Instagram"]


def test_title_of_a_section_and_a_pack_of_ones_own(changed: Changed) -> None:
    """A pack is a list of sections that have writers; the others keep their titles."""
    plain = shipped(PACKS).plain
    overview = {**plain["sections"]["overview"], "title": "At a glance"}
    quick = {**plain["packs"]["quick_social_basic"], "sections": ["overview", "final_summary"]}
    change = {
        "version": "1",
        "sections": {"overview": overview},
        "packs": {"quick_social_basic": quick},
    }

    report = changed({"production.packs": change})

    assert [s.title for s in report.sections] == ["At a glance", "Final Summary"]
    assert "## At a glance" in report.body


BAD: dict[str, tuple[str, dict[str, Any]]] = {
    "$.packs['own'].sections[1]: unknown section 'overveiw' (did you mean 'overview'?)": (
        "production.packs",
        {
            "adds": ["packs.own"],
            "packs": {"own": {"title": "Own", "sections": ["final_summary", "overveiw"]}},
        },
    ),
    "$.packs['own'].form: expected one of": (
        "production.packs",
        {
            "adds": ["packs.own"],
            "packs": {"own": {"title": "Own", "form": "..internal", "sections": ["overview"]}},
        },
    ),
    "$.sections['overview'].title: expected a line": (
        "production.packs",
        {"sections": {"overview": {"title": "One\n# Two", "kinds": []}}},
    ),
    "$.most_entries.value: expected a number from 32 to 120, found 5": (
        "production.calendar",
        {"most_entries": {"value": 5, "because": "few"}},
    ),
    "$.mix.buckets[0]: unknown bucket 'Prof' (did you mean 'Proof'?)": (
        "production.calendar",
        {"mix": {"buckets": ["Prof"], "because": "why"}},
    ),
    "$.channels['instagram'].posts: expected a format at least, found none": (
        "production.channels",
        {"channels": {"instagram": {"family": "social", "posts": [], "light": ["Note"]}}},
    ),
    "$.channels['Mastodon']: expected a name in lower case": (
        "production.channels",
        {
            "adds": ["channels.Mastodon"],
            "channels": {"Mastodon": {"family": "social", "posts": ["A"], "light": ["B"]}},
        },
    ),
    "$.channels['x'].tags: expected a reason or a source beside the number 9": (
        "production.channels",
        {"channels": {"x": {"family": "social", "posts": ["A"], "light": ["B"], "tags": 9}}},
    ),
    "$.hooks['Promo']: expected a hook at least, found none": (
        "production.posts",
        {"hooks": {"Promo": []}},
    ),
    "$.hooks['Promo'][0]: expected no slots but {brand}, {head}, {middle}": (
        "production.posts",
        {"hooks": {"Promo": ["{brand.__class__} for you"]}},
    ),
    "$.own['vote'].words: not a regular expression": (
        "production.asks",
        {
            "own": {
                "vote": {"words": "(", "because": "why", "social": ["Vote."], "other": ["Vote."]}
            }
        },
    ),
    "$.own['vote'].words: the repeated group '(a|b)' repeats": (
        "production.asks",
        {"own": {"vote": {"words": "(a|b)+", "because": "why", "social": ["A"], "other": ["B"]}}},
    ),
    "$.own['vote'].because: expected a line": (
        "production.asks",
        {"own": {"vote": {"words": "vote", "because": " ", "social": ["A"], "other": ["B"]}}},
    ),
    "$.own['vote'].other: expected a phrase at least, found none": (
        "production.asks",
        {"own": {"vote": {"words": "vote", "because": "why", "social": ["A"], "other": []}}},
    ),
    "$.social['Promo']: expected a request that answers to any hook, found none": (
        "production.asks",
        {"social": {"Promo": [{"text": "Come.", "to": "market"}]}},
    ),
    "$.social['Promo'][0].text: expected no slots but {brand}, {middle}, {today}, {weekday}": (
        "production.asks",
        {"social": {"Promo": [{"text": "Ask for {price}."}]}},
    ),
    "$.other['web'][0].buckets[0]: unknown bucket 'Prof' (did you mean 'Proof'?)": (
        "production.asks",
        {"other": {"web": [{"text": "Read on.", "buckets": ["Prof"]}]}},
    ),
    "$.other['web']: expected a request for Community at least, found none": (
        "production.asks",
        {"other": {"web": [{"text": "Read on.", "buckets": ["Proof", "Promo", "Education"]}]}},
    ),
    "$.other['mail']: expected this kind of channel, found nothing": (
        "production.asks",
        {"other": {"mail": None}},
    ),
    "$.other['mial']: unknown kind of channel 'mial' (did you mean 'mail'?)": (
        "production.asks",
        {"adds": ["other.mial"], "other": {"mial": [{"text": "A", "buckets": ["Proof"]}]}},
    ),
    "$.quiet[1]: expected no slots but {brand}, {middle}, {today}, {weekday}": (
        "production.posts",
        {"quiet": ["Nothing today", "Wait, {0}"]},
    ),
}


@pytest.mark.parametrize("message", BAD)
def test_change_that_no_report_could_be_written_by_is_refused(message: str) -> None:
    """When the application is opened, with its place."""
    name, change = BAD[message]

    with pytest.raises(InvalidValue) as refused:
        Rules(ALL, host={name: {"version": "acme-1", **change}})

    assert message in str(refused.value)


def test_each_bucket_of_the_shipped_mix_has_phrases() -> None:
    """A bucket that no phrase is in would repeat the day's date."""
    buckets = set(shipped(CALENDAR).rules.mix.buckets)

    assert buckets == shipped(POSTS).rules.hooks.keys()
