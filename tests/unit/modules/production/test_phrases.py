"""Phrases as data: an agency's own words come out, and what could not be said is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from importlib.resources import files
from typing import Any

import pytest
from attrs import evolve

from aicmo_core.hooks import RuleChange
from aicmo_core.kernel import InvalidValue
from aicmo_core.kernel.rules import RuleSet, shipped
from aicmo_core.modules.production.internal.asks import BUCKETS
from aicmo_core.modules.production.internal.banks import LABELLED, TEXTS
from aicmo_core.modules.production.internal.calendar import QUIET_DAY
from aicmo_core.modules.production.internal.catalogue import catalogue
from aicmo_core.modules.production.internal.report import Report, write_report
from aicmo_core.modules.production.internal.rule_sets import (
    ALL,
    FUNNEL,
    IDEAS,
    LIMITS,
    PHRASES,
    rules_of,
)
from aicmo_core.modules.production.internal.rules import ProductionRules
from aicmo_core.modules.production.internal.sentences import SENTENCES, Sentences
from aicmo_core.modules.qc.internal.patterns import compile_pattern
from aicmo_core.modules.qc.internal.rulesets import HOUSE
from aicmo_core.runtime.plugins import Offer, PluginInfo
from aicmo_core.runtime.rules import Rules
from unit.modules.production import sentence_names

_NO_PHRASES = {
    "at_work",
    "unpaid",
    "holidays",
    "ways",
    "weekdays",
    "refusing",
    "publishing",
    "weekend",
    "closing",
    "launching",
    "of",
    "trades",
    "limits",
    "buyers",
    "measures",
    "ranks",
    "kind",
    "parcelled",
    "idea",
    "needs",
    "on_screen",
    "staying",
    "rules",
    "version",
    "because",
    "reasons",
    "words",
    "to",
    "buckets",
    "sections",
}
"""Fields that no reader of a report meets."""


def _told(value: Any) -> Iterator[str]:
    """Yield the texts of a rule set that a report may say."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, one in value.items():
            if name not in _NO_PHRASES:
                yield from _told(one)
    elif isinstance(value, list):
        for one in value:
            yield from _told(one)


def _all_packs(client: Any, rules: ProductionRules) -> str:
    """Return every report that a client can order, one after another."""
    briefs = (evolve(client.brief, pack=pack) for pack in sorted(catalogue().packs))
    return "\n".join(write_report(brief, client.strategy, rules).body for brief in briefs)


@pytest.mark.parametrize("rule_set", ALL, ids=lambda rule_set: rule_set.name)
def test_no_shipped_phrase_is_one_that_quality_control_forbids(rule_set: RuleSet[Any]) -> None:
    """Neither a gap, nor an agency's cliché, nor a slip, once its slots are filled."""
    house = shipped(HOUSE).rules
    forbidden = [*house.placeholders, *house.phrases, *house.slips]

    for text in _told(shipped(rule_set).plain):
        said = re.sub(r"\{\w+\}", "Nu", text).casefold()
        found = [one.reason for one in forbidden if compile_pattern(one.pattern).search(said)]
        assert not found, (text, found)


def test_each_list_is_asked_for_by_a_writer() -> None:
    """What nobody reads would be changed in vain: its name stands in a writer."""
    package = files("aicmo_core.modules.production.internal")
    folder = package / "sections"
    places = [
        package / "launch.py",
        package / "phases.py",
        *folder.iterdir(),
        *(folder / "campaign").iterdir(),
        *(folder / "audit").iterdir(),
    ]
    code = "\n".join(p.read_text("utf-8") for p in places if p.name.endswith(".py"))

    for name in [*TEXTS, *LABELLED]:
        section, _, use = name.partition(".")
        stem = use.rpartition(".")[0] or use
        assert f'"{section}.' in code or f'"{section}"' in code, name
        assert re.search(rf"\b{re.escape(stem.rpartition('.')[2])}\b", code), name


def test_phrases_of_the_house_replace_those_that_are_shipped(make: Callable[[str], Any]) -> None:
    """Of each list that is changed nothing is left, in the report of any pack."""
    plain = shipped(PHRASES).plain["texts"]
    marks = {name: f"The house says this in list {n} of its own" for n, name in enumerate(TEXTS)}
    texts = {
        name: [f"{marks[name]}, {n}" for n in range(max(bank.least, 1))]
        for name, bank in TEXTS.items()
    }
    rules = rules_of(
        Rules(ALL, host={"production.sections": {"version": "acme-1", "texts": texts}})
    )

    bodies = "\n".join(_all_packs(make(key), rules) for key in ("bakery", "saas"))

    longest = [max(texts, key=len) for texts in plain.values()]
    fixed = [max(re.split(r"\{\w+\}", text), key=len).strip(" .") for text in longest]
    assert [text for text in fixed if len(text.split()) > 4 and text in bodies] == []
    unsaid = [name for name, mark in marks.items() if mark not in bodies]
    assert len(unsaid) < len(TEXTS) / 2, unsaid


def test_plugin_words_a_list_and_nothing_else_changes(make: Callable[[str], Any]) -> None:
    """A plugin's change reaches the reports; the other lines stay as they are."""
    habits = [{"label": "House rule", "text": "{brand} answers on {first} before noon."}]
    change = {"version": "1", "labelled": {"channel_plan.habits": habits}}
    offer = Offer(RuleChange("production.sections", change), PluginInfo("acme"))
    client = make("bakery").but(pack="strategy_campaign_standard")

    before = write_report(client.brief, client.strategy)
    after = write_report(client.brief, client.strategy, rules_of(Rules(ALL, [offer])))

    changed = [
        one.section_id
        for one, other in zip(before.sections, after.sections, strict=True)
        if one.body != other.body
    ]
    assert changed == ["channel_plan"]
    assert "**House rule:** Bäckerei Möhrle answers on Instagram before noon." in after.body


def _report(client: Any, changes: dict[str, dict[str, Any]]) -> Report:
    host = {name: {"version": "acme-1", **change} for name, change in changes.items()}
    return write_report(client.brief, client.strategy, rules_of(Rules(ALL, host=host)))


def test_pursuit_of_the_house_is_what_people_are_asked_for(make: Callable[[str], Any]) -> None:
    """Found by the words of the client's goal, before those that are shipped."""
    tasting = {
        **shipped(FUNNEL).plain["pursuits"]["visits"],
        "words": "breakfast boxes",
        "act": "come to a tasting",
        "button": "Taste first",
    }
    change = {"pursuits": {"visits": tasting, "sales": None}}
    client = make("bakery").but(pack="full_funnel_growth_suite")

    before, after = _report(client, {}).body, _report(client, {"production.funnel": change}).body

    assert "come to a tasting" in after
    assert "come to a tasting" not in before
    assert "place an order" in before
    assert "place an order" not in after


def test_campaign_carries_the_idea_of_the_house(make: Callable[[str], Any]) -> None:
    """Where its rule says that it suits the client."""
    own = {
        **shipped(IDEAS).plain["ideas"]["hands"],
        "name": "House Idea",
        "thought": "{brand} bakes in public.",
    }
    plain = shipped(IDEAS).plain["suited"]
    suits = {"idea": "own", "words": "baker", "because": "our bakeries have windows"}
    change = {"adds": ["ideas.own"], "ideas": {"own": own}, "suited": [suits, *plain]}
    client = make("bakery").but(pack="strategy_campaign_standard")

    body = _report(client, {"production.ideas": change}).body

    assert "House Idea. Bäckerei Möhrle bakes in public." in body


def test_hashtags_are_made_by_the_patterns_of_the_house(make: Callable[[str], Any]) -> None:
    """One for each product, and none for what a client does not have."""
    change = {
        "campaign": [
            {"tag": "Fresh{product}", "use": "for {product} of the day"},
            {"tag": "{line}", "use": "for the line of {brand}"},
            {"tag": "{name}Oven", "use": "for what comes out of the oven at {brand}"},
        ]
    }
    client = make("bakery")

    body = _report(client, {"production.hashtags": change}).body

    campaign = body.partition("Campaign Hashtags")[2].partition("### ")[0]
    assert re.findall(r"#(\w+)", campaign) == [
        "FreshSourdoughBread",
        "FreshBrezeln",
        "FreshBreakfastBoxesToPreOrder",
        "BäckereiMöhrleOven",
    ]


SALES = shipped(FUNNEL).plain["pursuits"]["sales"]
DAY = shipped(IDEAS).plain["ideas"]["day"]


def test_what_a_calendar_says_of_a_day_is_the_houses(make: Callable[[str], Any]) -> None:
    """And what is not said to whom: a restraint of the house holds on every entry."""
    change = {
        "days": {"announced": "Mark it: {event}"},
        "adds": ["restraints.dough"],
        "restraints": {"dough": {"words": "sourdough", "because": "it is sold out"}},
        "own": {"Proof": [{"of": "proof", "text": "Look: {fact}"}]},
    }
    client = make("bakery")

    before = [e.hook for e in _report(client, {}).calendar]
    after = [e.hook for e in _report(client, {"production.posts": change}).calendar]

    assert any(hook.startswith("Save the date: ") for hook in before)
    assert any("ourdough" in hook for hook in before)
    assert not any("ourdough" in hook for hook in after)
    assert any(hook.startswith("Mark it: ") for hook in after)
    assert not any(hook.startswith("Save the date: ") for hook in after)
    assert "Look: 4.8 stars from 620 reviews" in after


def test_refusals_are_read_by_the_words_of_the_house(make: Callable[[str], Any]) -> None:
    """A limit in a language that is not shipped is obeyed once its words are there."""
    client = make("bakery").but(constraints=("Inga inlägg på söndagar",))
    names = [[*days] for days in shipped(LIMITS).plain["weekdays"]]
    names[6].append("söndag")
    change = {"refusing": r"\b(no|inga)\b", "publishing": "posts|inlägg", "weekdays": names}

    before, after = _report(client, {}), _report(client, {"production.limits": change})

    def quiet(report: Report) -> set[int]:
        return {e.day.weekday() for e in report.calendar if e.format == QUIET_DAY}

    assert quiet(before) == set()
    assert quiet(after) == {6}


def test_sentence_of_the_house_is_said_at_its_place(make: Callable[[str], Any]) -> None:
    """In the client's words, and in that section alone."""
    own = ["{brand} says goodbye to nobody who would {act} again, as {readers} know."]
    client = make("bakery").but(pack="retention_crm_booster")

    before = _report(client, {})
    after = _report(client, {"production.sentences": {"texts": {"winback_sequence.whom": own}}})

    changed = [
        one.section_id
        for one, other in zip(before.sections, after.sections, strict=True)
        if one.body != other.body
    ]
    assert changed == ["winback_sequence"]
    assert "Bäckerei Möhrle says goodbye to nobody who would place an order again" in after.body


def test_every_place_where_a_writer_chooses_can_be_worded() -> None:
    """The file names each of them, and nothing else; its writers' own words are shipped."""
    texts = shipped(SENTENCES).rules.texts

    assert list(texts) == sentence_names.names(), sentence_names.COMMAND
    assert not any(texts.values())


def test_most_places_that_writers_ask_for_are_named(make: Callable[[str], Any]) -> None:
    """Nine in ten of those asked for while all reports are written; the others are computed."""
    asked: set[str] = set()

    class Listening(dict[str, tuple[str, ...]]):
        def get(self, name: str, default: Any = None) -> Any:
            asked.add(name)
            return super().get(name, default)

    shipped_ones = rules_of(Rules(ALL))
    known = shipped_ones.sentences.texts
    rules = evolve(shipped_ones, sentences=Sentences(Listening(known)))

    for key in ("bakery", "saas", "city"):
        _all_packs(make(key), rules)

    named = asked & known.keys()
    assert len(named) > 0.9 * len(asked), sorted(asked - known.keys())
    assert len(named) > len(known) / 2


BAD: dict[str, tuple[str, dict[str, Any]]] = {
    "$.texts['final_summary.habits'][0]: expected no slots but {brand}, {product}, found": (
        "production.sections",
        {"texts": {"final_summary.habits": ["{price} is low"]}},
    ),
    "$.texts['final_summary.habits'][0]: expected a line": (
        "production.sections",
        {"texts": {"final_summary.habits": ["One\n# Two"]}},
    ),
    "$.texts['final_summary.habits']: expected phrases: 1 or more, found 0": (
        "production.sections",
        {"texts": {"final_summary.habits": []}},
    ),
    "$.texts['creative_direction.otherwise']: expected phrases: 3, found 1": (
        "production.sections",
        {"texts": {"creative_direction.otherwise": ["So."]}},
    ),
    "$.texts['final_summary.habits']: expected phrases: 1 or more": (
        "production.sections",
        {"texts": {"final_summary.habits": None}},
    ),
    "$.texts['final_summary.habits'][0]: expected text, found int 3": (
        "production.sections",
        {"texts": {"final_summary.habits": [3]}},
    ),
    "$.texts['final_sumary.habits']: there is no 'final_sumary.habits' to change": (
        "production.sections",
        {"texts": {"final_sumary.habits": ["So."]}},
    ),
    "$.labelled['ad_concepts.craft'][0].label: expected no slots, found '{brand}'": (
        "production.sections",
        {"labelled": {"ad_concepts.craft": [{"label": "{brand}", "text": "So."}]}},
    ),
    "$.voices['warm'].words: expected a phrase at least, found none": (
        "production.sections",
        {"voices": {"warm": {"words": [], "means": "Greets"}}},
    ),
    "$.territories['afterwards']: expected this territory, found nothing": (
        "production.sections",
        {"territories": {"afterwards": None}},
    ),
    "$.pursuits['sales'].words: not a regular expression": (
        "production.funnel",
        {"pursuits": {"sales": {**SALES, "words": "("}}},
    ),
    "$.pursuits['sales'].act: expected no slots, found '{act}'": (
        "production.funnel",
        {"pursuits": {"sales": {**SALES, "act": "{act}"}}},
    ),
    "$.pursuits['sales'].kind: unknown kind 'visit' (did you mean 'visits'?)": (
        "production.funnel",
        {"pursuits": {"sales": {**SALES, "kind": "visit"}}},
    ),
    "$.otherwise: unknown pursuit 'interest'": (
        "production.funnel",
        {"pursuits": {"interest": None}},
    ),
    "$.ranks['Awareness']: expected each of social, mail, web, broadcast once": (
        "production.funnel",
        {"ranks": {"Awareness": ["social", "mail", "web", "web"]}},
    ),
    "$.measures['reach']: expected a pattern, found none": (
        "production.funnel",
        {"measures": {"reach": ""}},
    ),
    "$.staying: expected a pattern that needs a word, found 'churn|'": (
        "production.funnel",
        {"staying": "churn|"},
    ),
    "$.ideas['day'].why: expected 2 reasons, found 1": (
        "production.ideas",
        {"ideas": {"day": {**DAY, "why": ["One."]}}},
    ),
    "$.ideas['day'].ad: expected no slots but {brand}, {thing}, {readers}": (
        "production.ideas",
        {"ideas": {"day": {**DAY, "ad": "{product} on screen."}}},
    ),
    "$.suited: expected as the last one an idea that suits anybody": (
        "production.ideas",
        {"suited": [{"idea": "day", "needs": ["b2c"], "because": "why not"}]},
    ),
    "$.suited[0].needs[0]: unknown need 'b2'": (
        "production.ideas",
        {"suited": [{"idea": "day", "needs": ["b2"], "because": "why not"}]},
    ),
    "$.spare[0]: unknown idea 'days' (did you mean 'day'?)": (
        "production.ideas",
        {"spare": ["days"]},
    ),
    "$.brand[0].tag: expected letters, figures and slots, found 'Our {name}'": (
        "production.hashtags",
        {"brand": [{"tag": "Our {name}", "use": "always"}]},
    ),
    "$.brand[0].use: expected no slots but": (
        "production.hashtags",
        {"brand": [{"tag": "{name}", "use": "in {place}"}]},
    ),
    "$.holidays['easter']: expected a month with a day or with a weekday, or Easter": (
        "production.occasions",
        {"holidays": {"easter": {"easter": True, "month": 4, "source": "which is it?"}}},
    ),
    "$.holidays['easter'].day: expected a number from 1 to 28, found 29": (
        "production.occasions",
        {"holidays": {"easter": {"month": 2, "day": 29, "source": "every fourth year"}}},
    ),
    "$.holidays['easter'].shift: expected a reason or a source beside the number 3": (
        "production.occasions",
        {"holidays": {"easter": {"easter": True, "shift": 3, "source": ""}}},
    ),
    "$.closing: not a regular expression": (
        "production.occasions",
        {"closing": "until("},
    ),
    "$.ways['mail']: expected this way of working, found nothing": (
        "production.limits",
        {"ways": {"mail": None}},
    ),
    "$.weekdays: expected seven weekdays, found 1": (
        "production.limits",
        {"weekdays": [["monday"]]},
    ),
    "$.own['Proof'][0].of: unknown fact 'prooof' (did you mean 'proof'?)": (
        "production.posts",
        {"own": {"Proof": [{"of": "prooof", "text": "{fact}"}]}},
    ),
    "$.own['Proof'][0].text: expected no slots but {fact}, {opening}": (
        "production.posts",
        {"own": {"Proof": [{"of": "proof", "text": "{head}"}]}},
    ),
    "$.days['today']: expected no slots but {brand}, {event}": (
        "production.posts",
        {"days": {"today": "Today: {offer}"}},
    ),
    "$.restraints['grave'].buyers: unknown kind of buyers 'all'": (
        "production.posts",
        {"restraints": {"grave": {"words": "vote", "because": "why", "buyers": "all"}}},
    ),
    "$.texts['winback_sequence.whom'][0]: expected no slots but {brand}, {thing}": (
        "production.sentences",
        {"texts": {"winback_sequence.whom": ["{price} less"]}},
    ),
    "$.texts['winback_sequence.who']: unknown place of a section 'winback_sequence.who' (did": (
        "production.sentences",
        {"adds": ["texts.winback_sequence.who"], "texts": {"winback_sequence.who": ["So."]}},
    ),
    "$.most.value: expected a number from 3 to 10, found 90": (
        "production.hashtags",
        {"most": {"value": 90, "because": "many"}},
    ),
}


@pytest.mark.parametrize("message", BAD)
def test_phrase_that_could_not_be_said_is_refused(message: str) -> None:
    """When the application is opened, with its place."""
    name, change = BAD[message]

    with pytest.raises(InvalidValue) as refused:
        Rules(ALL, host={name: {"version": "acme-1", **change}})

    assert message in str(refused.value)


def test_list_that_no_writer_asks_for_is_refused() -> None:
    """Though it is added in so many words: its phrases would never be read."""
    change = {"version": "1", "adds": ["texts.final_summary.habit"]}

    with pytest.raises(InvalidValue, match=r"did you mean 'final_summary.habits'"):
        Rules(
            ALL,
            host={"production.sections": {**change, "texts": {"final_summary.habit": ["So."]}}},
        )


def test_buckets_have_ideas() -> None:
    """A calendar's buckets and the phrasebook's are the same."""
    assert all(f"content_buckets.ideas.{bucket}" in TEXTS for bucket in BUCKETS)
