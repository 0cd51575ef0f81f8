"""The rules as data: whole, consistent, and in words that fit any client."""

import re

import pytest

from aicmo_core.modules.strategy.internal import rules
from aicmo_core.modules.strategy.internal.phrases import slots
from aicmo_core.modules.strategy.internal.words import contains_term, spelled

DERIVED = {
    "age:adult",
    "age:older",
    "age:young",
    "money:stated",
    "place:local",
    "state:new",
}
FACTS = {"brand", "product", "pain", "proof", "offer", "event", "area"}
TAGS = {"paid", "discount", "creators", "people", "video", "live"}
TACTICS = [t for c in rules.channels() for t in c.tactics] + list(rules.fallback_tactics())


def test_every_rule_is_about_a_known_channel_and_known_features() -> None:
    """A misspelled name would be a rule that never holds."""
    names = {channel.name for channel in rules.channels()}
    features = rules.vocabulary().features.keys() | DERIVED

    for rule in rules.channel_rules():
        assert rule.channel in names, rule
        assert set(rule.when) <= features, rule
        assert rule.points, rule
    for cadence in rules.cadence_rules():
        assert set(cadence.when) <= features, cadence


def test_every_reason_asks_only_for_words_that_its_rule_has() -> None:
    """A reason is filled from the features that the rule names, and from the area."""
    told = [(r.when, r.because) for r in rules.channel_rules()]
    told += [(r.when, r.because) for r in rules.cadence_rules()]

    for when, because in told:
        families = {feature.partition(":")[0] for feature in when}
        has_area = {"area"} if "place:local" in when else set()
        assert slots(because) <= families | has_area, because


def test_no_channel_shares_an_alias() -> None:
    """A client's word leads to one channel or one group."""
    seen: dict[str, str] = {}
    named = [(c.name, (c.name, *c.aliases)) for c in rules.channels()]
    named += [(g.name, g.aliases) for g in rules.channel_groups()]

    for name, aliases in named:
        for alias in {spelled(alias) for alias in aliases}:
            assert seen.setdefault(alias, name) == name, alias


@pytest.mark.parametrize("channel", rules.channels(), ids=lambda channel: channel.name)
def test_every_channel_has_something_to_do_for_any_client(channel: rules.Channel) -> None:
    """Three tactics at least need nothing that a brief may lack."""
    general = [
        t
        for t in channel.tactics
        if not t.trades and not t.business and slots(t.text) <= {"brand", "product"}
    ]

    assert len(general) >= 3


def test_every_tactic_is_told_in_known_words() -> None:
    """Slots, measures and tags are those that the code knows."""
    measures = {m.measure for m in rules.measures()}
    trades = {f.partition(":")[2] for f in rules.vocabulary().family("trade")}
    goals = {f.partition(":")[2] for f in rules.vocabulary().family("goal")}

    for tactic in TACTICS:
        assert slots(tactic.text) <= FACTS, tactic
        assert tactic.measures, tactic
        assert set(tactic.measures) <= measures, tactic
        assert set(tactic.trades) <= trades, tactic
        assert set(tactic.goals) <= goals, tactic
        assert set(tactic.tags) <= TAGS, tactic
    assert rules.vocabulary().closing.keys() == TAGS


def test_every_kind_of_goal_has_a_measure() -> None:
    """Whatever the client wants, something tells whether it was reached."""
    first = {m.goals[0] for m in rules.measures() if m.goals and not m.asked}
    kinds = {f.partition(":")[2] for f in rules.vocabulary().family("goal")}

    assert kinds <= first
    told = {f.partition(":")[2] for f in rules.vocabulary().family("measure")}
    assert told <= {m.measure for m in rules.measures()}


def test_no_rule_speaks_in_placeholders_or_idle_phrases() -> None:
    """Texts that go to clients hold no unfilled words of a template and no idle phrases."""
    idle = ("lorem ipsum", "TODO", "your business", "ideal customers", "content is king")

    for text in [t.text for t in TACTICS] + [r.because for r in rules.channel_rules()]:
        assert not contains_term(text, idle), text
        assert not re.search(r"[\[\]<>*_#`|]", text), text


def test_every_pack_can_be_planned() -> None:
    """A pack without rules of its own has the general ones."""
    assert rules.pack_rules("quick_social_basic").weeks == 5
    assert rules.pack_rules("a pack of a plugin") == rules.pack_rules("*")
