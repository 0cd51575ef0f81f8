"""The rules as data: what is shipped, in words that fit any client, and what changes it."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicmo_core.kernel.errors import InvalidValue, Problem
from aicmo_core.kernel.rules import shipped
from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.strategy.internal.document import Document, document_of
from aicmo_core.modules.strategy.internal.phrases import slots
from aicmo_core.modules.strategy.internal.rule_sets import ALL, MEASURES, rules_of
from aicmo_core.modules.strategy.internal.rules import Channel, StrategyRules
from aicmo_core.modules.strategy.internal.words import contains_term
from aicmo_core.runtime.rules import Rules

RULES = rules_of(Rules(ALL))
TACTICS = [t for c in RULES.directory.all for t in c.tactics] + [*RULES.directory.tactics_elsewhere]
Planned = Callable[..., Document]


@pytest.fixture
def planned(make_brief: Callable[..., NormalizedBriefDTO], today: date) -> Planned:
    """Return a planner by rules that a host has changed."""

    def plan(changes: dict[str, Any], **facts: Any) -> Document:
        rules = rules_of(Rules(ALL, host=changes))
        return document_of(make_brief(**facts), {}, today, rules)

    return plan


# -- what is shipped


def test_every_rule_set_is_valid_and_explains_its_numbers() -> None:
    """Each is read, and held against the others."""
    book = Rules(ALL)

    for rule_set in ALL:
        assert book.read(rule_set) is book.read(rule_set)
        assert book.version(rule_set).version == "1"


@pytest.mark.parametrize("channel", RULES.directory.all, ids=lambda channel: channel.name)
def test_every_channel_has_something_to_do_for_any_client(channel: Channel) -> None:
    """Three tactics at least need nothing that a brief may lack."""
    general = [
        t
        for t in channel.tactics
        if not t.trades and not t.business and slots(t.text) <= {"brand", "product"}
    ]

    assert len(general) >= 3


def test_no_rule_speaks_in_placeholders_or_idle_phrases() -> None:
    """Texts that go to clients hold no unfilled words of a template and no idle phrases."""
    idle = ("lorem ipsum", "TODO", "your business", "ideal customers", "content is king")

    for text in [t.text for t in TACTICS] + [r.because for r in RULES.choice.choices.values()]:
        assert not contains_term(text, idle), text
        assert not re.search(r"[\[\]<>*_#`|]", text), text


def test_every_pack_can_be_planned() -> None:
    """A pack without rules of its own has the general ones."""
    assert RULES.packs.pack("quick_social_basic").weeks.value == 5
    assert RULES.packs.pack("a pack of a plugin") == RULES.packs.pack("*")


# -- what a host changes comes out, and nothing else does


def test_points_of_a_channel_change_which_channels_are_planned(plan: Any, planned: Planned) -> None:
    """The reason that the host gives is the one that the client reads."""
    unlikely = {
        "channel": "Pinterest",
        "when": ["trade:food"],
        "points": 50,
        "because": "“{trade}” is pinned a lot",
    }
    change = {
        "version": "acme-1",
        "adds": ["choices.pins for bakers"],
        "choices": {"pins for bakers": unlikely},
    }

    before, after = plan(), planned({"strategy.channel_choice": change})

    assert "Pinterest" not in [c.channel for c in before.channels]
    pinterest = next(c for c in after.channels if c.channel == "Pinterest")
    assert "is pinned a lot" in pinterest.reason
    assert (before.kpis, before.timeline.start) == (after.kpis, after.timeline.start)


def test_least_share_changes_the_budget_alone(plan: Any, planned: Planned) -> None:
    """Channels, KPIs and days stay as they were."""
    least = {"value": 30, "because": "we buy nothing below three tenths"}
    many = {"value": 3, "because": "three tenths are enough for three"}
    change = {"version": "acme-1", "least_share": least, "many_channels": many}

    before, after = plan(), planned({"strategy.budget": change})

    assert min(c.budget_allocation_pct for c in before.channels) < 30
    assert min(c.budget_allocation_pct for c in after.channels) >= 30
    assert sum(c.budget_allocation_pct for c in after.channels) == 100
    assert [c.channel for c in before.channels] == [c.channel for c in after.channels]
    assert [c.tactics for c in before.channels] == [c.tactics for c in after.channels]
    assert before.kpis == after.kpis


def test_factor_of_a_measure_changes_the_target_and_its_reason(plan: Any, planned: Planned) -> None:
    """What rests on the measure follows it; what does not stays."""
    reach = {
        "measure": "reach",
        "name": "Reach",
        "unit": "people",
        "goals": ["awareness", "followers", "footfall", "hiring"],
        "per": "pieces",
        "factor": "500",
        "figure": True,
        "because": "{pieces} planned pieces reach 500 people each, as ours did last year",
    }
    change = {"version": "acme-1", "measures": {"reach": reach}}

    before = {k.name: k for k in plan().kpis}
    after = {k.name: k for k in planned({"strategy.measures": change}).kpis}

    assert before.keys() == after.keys()
    assert after["Reach"].target_value > before["Reach"].target_value
    assert "as ours did last year" in after["Reach"].reason
    assert before["Engagement rate"] == after["Engagement rate"]


def test_phrase_of_an_approval_is_the_hosts(plan: Any, planned: Planned) -> None:
    """Only the milestone that says it changes."""
    change = {"version": "acme-1", "approvals": {"weekly": "our desk approves on Tuesdays"}}

    before, after = plan(), planned({"strategy.timeline": change})

    assert "our desk approves on Tuesdays" in after.timeline.milestones[0].description
    assert before.timeline.milestones[1:] == after.timeline.milestones[1:]


def test_pack_may_have_rules_of_its_own(planned: Planned) -> None:
    """A pack that the shipped rules do not name is added."""
    pack = {
        "weeks": {"value": 9, "because": "our audits take two months"},
        "kinds": ["social", "search"],
        "kinds_because": "our audits look at these",
        "channels": {"value": 2, "because": "more are not audited"},
        "pieces_per_week": {"value": 1, "because": "audits publish little"},
        "always": ["reach"],
        "kpis": {"value": 4, "because": "four fit on our form"},
    }
    change = {"version": "1", "adds": ["packs.audit"], "packs": {"audit": pack}}

    document = planned({"strategy.packs": change}, pack="audit")

    assert document.timeline.duration_weeks == 9
    assert "our audits take two months" in document.reasons[0]


# -- what is refused


BAD: dict[str, tuple[str, dict[str, Any], str]] = {
    "number out of bounds": (
        "strategy.budget",
        {"least_share": {"value": 60, "because": "more"}},
        "$.least_share.value: expected a number from 0 to 50, found 60",
    ),
    "text for a number": (
        "strategy.budget",
        {"least_share": {"value": "5", "because": "why"}},
        "$.least_share.value: expected an int, found str '5'",
    ),
    "number without a reason": (
        "strategy.tactics",
        {"fewest": {"value": 2, "because": " "}},
        "$.fewest.value: expected a reason or a source beside the number 2, found none",
    ),
    "unknown field": (
        "strategy.budget",
        {"least_shares": {"value": 5, "because": "why"}},
        "$.least_shares: unknown field 'least_shares' (did you mean 'least_share'?)",
    ),
    "slot that nothing fills": (
        "strategy.cadence",
        {"changes": {"little time": {"when": ["team:small"], "change": -1, "because": "{crew}"}}},
        "$.changes['little time'].because: nothing fills the slot {crew} here; known: {team}",
    ),
    "measure that rests on itself": (
        "strategy.measures",
        {
            "measures": {
                "visits": {
                    "measure": "visits",
                    "name": "Visits",
                    "unit": "visits",
                    "goals": ["traffic"],
                    "per": "visits",
                    "factor": "2",
                    "because": "they say so",
                }
            }
        },
        "$.measures['visits'].per: its target is in the end a part of itself",
    ),
    "channel that rules still name": (
        "strategy.channels",
        {"channels": {"Instagram": None}},
        "$.choices['Instagram, business:b2c'].channel: unknown channel 'Instagram'",
    ),
    "measure that is gone but needed": (
        "strategy.measures",
        {"measures": {"other": None}},
        "$.measures['other']: missing: the vocabulary, or the plan, names it",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_change_that_cannot_be_used_is_refused_with_its_place(case: str) -> None:
    """When the application is opened, and not when a plan is made."""
    name, change, message = BAD[case]

    with pytest.raises(InvalidValue) as refused:
        Rules(ALL, host={name: {"version": "acme-1", **change}})

    assert message in str(refused.value)


def _places(plain: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(plain, dict):
        for key, value in plain.items():
            yield from _places(value, (*path, key))
    elif isinstance(plain, list):
        for n, value in enumerate(plain):
            yield from _places(value, (*path, n))


def _mutated(plain: Any, path: tuple[Any, ...], value: Any, *, gone: bool) -> Any:
    if not path:
        return value
    head, *rest = path
    changed = dict(enumerate(plain)) if isinstance(plain, list) else dict(plain)
    if rest or not gone:
        changed[head] = _mutated(changed[head], tuple(rest), value, gone=gone)
    else:
        del changed[head]
    return list(changed.values()) if isinstance(plain, list) else changed


OTHERS: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, -1, 10**30, 0.5, "", "x", "{x}", "NaN", [], ["x"], {}, {"x": 1}, [[[]]]]
)


@settings(max_examples=120, deadline=None, database=None)
@given(st.data())
def test_mutated_set_makes_a_plan_or_is_refused_with_places(
    make_brief: Callable[..., NormalizedBriefDTO], today: date, data: st.DataObject
) -> None:
    """Whatever is deleted or retyped: no other error, not even when a plan is made by it."""
    rule_set = data.draw(st.sampled_from(ALL))
    plain = dict(shipped(rule_set).plain)
    path = data.draw(st.sampled_from([p for p in _places(plain) if p]))
    gone, value = data.draw(st.booleans()), data.draw(OTHERS)
    mutated = _mutated(plain, path, value, gone=gone)

    change = {rule_set.name: {**mutated, "version": "m", "whole": True}}
    rules, problems = _opened(change)

    if rules is None:
        assert problems
        assert all("$" in problem.path for problem in problems)
    else:
        document = document_of(make_brief(), {}, today, rules)
        assert sum(c.budget_allocation_pct for c in document.channels) == Decimal(100)


def _opened(change: dict[str, Any]) -> tuple[StrategyRules | None, tuple[Problem, ...]]:
    try:
        return rules_of(Rules(ALL, host=change)), ()
    except InvalidValue as refused:
        return None, refused.problems


def test_digest_tells_two_contents_with_one_version_apart() -> None:
    """Though somebody forgot to count the version up."""
    books = [
        Rules(
            ALL,
            host={"strategy.measures": {"version": "1", "fewest": {"value": n, "because": "so"}}},
        )
        for n in (4, 5)
    ]

    one, other = (book.version(MEASURES) for book in books)

    assert one.version == other.version == "1+1"
    assert one.digest != other.digest
    assert books[0].changed([one, other]) == (other,)
