"""Rule sets are data: read strictly, with a reason for each number."""

from importlib import resources
from typing import Any

import attrs
import pytest

from aicmo_core.kernel import InvalidValue, UnknownName
from aicmo_core.kernel.rules import shipped
from aicmo_core.modules.production.api import ContentDraftDTO
from aicmo_core.modules.qc.api import QcFacts, Severity
from aicmo_core.modules.qc.internal.checks import RULES
from aicmo_core.modules.qc.internal.evidence import gather
from aicmo_core.modules.qc.internal.gate import Verdict, judge
from aicmo_core.modules.qc.internal.rulesets import (
    ALL,
    HOUSE,
    PACKS,
    ReportRules,
    SectionRules,
    built_in,
    built_in_names,
    find_rule_set,
    house,
    read_rule_set,
    versions_of,
)
from aicmo_core.runtime.rules import Rules

BOOK = Rules(ALL)
WEIGHTS = house().weights
MINIMAL: dict[str, Any] = {
    "pack_key": "poster",
    "sections": {"slogan": {"id": "slogan", "min_words": 2, "max_words": 9}},
}


def shipped_rules() -> list[SectionRules | ReportRules]:
    rules: list[SectionRules | ReportRules] = [house().default_section, house().default_report]
    for name in built_in_names():
        found = find_rule_set(name, {}, BOOK)
        rules += [*found.sections.values(), found.report]
    return rules


def test_every_number_that_is_shipped_has_a_reason() -> None:
    """A value that nobody can explain nobody can change."""
    described = {"id", "label", "reasons"}
    for rules in shipped_rules():
        chosen = {
            a.name
            for a in attrs.fields(type(rules))
            if a.name not in described
            and (a.default is attrs.NOTHING or getattr(rules, a.name) != a.default)
        }
        assert chosen <= rules.reasons.keys(), rules
    for weight in house().weights.values():
        assert weight.reason
    for phrase in (*house().placeholders, *house().phrases, *house().slips):
        assert phrase.reason


def test_every_file_is_a_declared_set() -> None:
    """A file that nobody declares would rule nothing."""
    folder = resources.files("aicmo_core.modules.qc.internal") / "rules"

    assert {f"rules/{file.name}" for file in folder.iterdir()} == {one.file for one in ALL}


def test_pack_is_read_with_all_its_sections() -> None:
    """The shipped set rules every section of its pack."""
    sections = built_in("quick_social_basic").sections

    assert len(sections) == 8
    assert sections["overview"].required_headings == ("Brand", "Industry", "Primary Goal")


def test_notes_in_a_file_are_left_out() -> None:
    """`$schema` and other keys with a dollar sign are for people and editors."""
    rule_set = read_rule_set({"$schema": "rules.json", **MINIMAL}, WEIGHTS)

    assert rule_set.sections["slogan"].max_words == 9
    assert rule_set.report == ReportRules()


BAD: dict[str, dict[str, Any]] = {
    "$.sections['slogan'].id": {"id": "poem"},
    "$.sections['slogan'].max_words": {"max_words": 1},
    "$.sections['slogan'].min_words": {"min_words": -1},
    "$.sections['slogan'].max_bullets": {"min_bullets": 3, "max_bullets": 2},
    "$.sections['slogan'].max_repeated_line_ratio": {"max_repeated_line_ratio": 1.5},
    "$.sections['slogan'].max_lix": {"max_lix": 0.5},
    "$.sections['slogan'].format": {"format": "prose"},
    "$.sections['slogan'].forbidden_regex[1]": {"forbidden_regex": ["fine", "a(b"]},
    "$.sections['slogan'].required_regex[0]": {"required_regex": ["(a+)+"]},
    "$.sections['slogan'].required_headings[0]": {"required_headings": [" "]},
    "$.sections['slogan'].reasons['min_word']": {"reasons": {"min_word": "why"}},
    "$.sections['slogan'].min_hashtags_per_category": {"min_hashtags_per_category": "3"},
}


@pytest.mark.parametrize("path", BAD)
def test_wrong_value_is_refused_with_its_path(path: str) -> None:
    """Shape, bounds, patterns and names are checked when a set is read."""
    slogan = {**MINIMAL["sections"]["slogan"], **BAD[path]}

    with pytest.raises(InvalidValue) as error:
        read_rule_set({**MINIMAL, "sections": {"slogan": slogan}}, WEIGHTS)

    assert path in [problem.path for problem in error.value.problems]


def test_all_problems_are_told_at_once() -> None:
    """Whoever writes a set mends it in one go."""
    report = {"min_calendar_days": -1, "max_calendar_gap_days": 0, "required_terms": [""]}
    bad = {**MINIMAL, "report": report, "severities": {"placeholder": "minor"}}

    with pytest.raises(InvalidValue) as error:
        read_rule_set(bad, WEIGHTS)

    assert [problem.path for problem in error.value.problems] == [
        "$.report.min_calendar_days",
        "$.report.max_calendar_gap_days",
        "$.report.required_terms[0]",
        "$.severities['placeholder']",
    ]
    assert "did you mean 'placeholders'" in str(error.value)


def test_unknown_set_is_named_with_the_nearest() -> None:
    """A spelling mistake is answered with the name that was meant."""
    with pytest.raises(UnknownName, match="did you mean 'quick_social_basic'"):
        find_rule_set("quick_social_basics", {}, BOOK)


def test_added_set_replaces_a_built_in_one() -> None:
    """A host's own rules come first."""
    found = find_rule_set("default", {"default": MINIMAL}, BOOK)

    assert "slogan" in found.sections


def test_every_rule_has_a_weight_and_every_weight_a_rule() -> None:
    """A finding without a weight could not be scored; one rule weighs in two ways."""
    import inspect

    prefixes = {"acceptance": "acceptance_"}
    names = {
        prefixes.get(module.__name__.rpartition(".")[2], "") + rule.__name__
        for rule in RULES
        if (module := inspect.getmodule(rule))
    }

    assert names | {"default_targets"} == house().weights.keys()


def test_set_may_weigh_a_rule_in_its_own_way(good: QcFacts) -> None:
    """Of several sets the severest counts."""
    draft: ContentDraftDTO = attrs.evolve(good.draft, brand_name="Somebody else")
    facts = attrs.evolve(good, draft=draft)
    lenient, strict = (
        read_rule_set({**MINIMAL, "severities": {"brand_mentions": s}}, WEIGHTS)
        for s in ("minor", "critical")
    )
    pack = built_in("quick_social_basic")

    def severities(*sets: Any) -> set[Severity]:
        issues = judge(gather(facts, sets, house())).issues
        return {issue.severity for issue in issues if issue.rule == "brand_mentions"}

    assert severities(pack) == {Severity.MAJOR}
    assert severities(pack, lenient) == {Severity.MINOR}
    assert severities(pack, lenient, strict) == {Severity.CRITICAL}


def changed(good: QcFacts, changes: dict[str, Any]) -> Verdict:
    """The verdict by rules that a host has changed."""
    book = Rules(ALL, host=changes)
    pack = find_rule_set("quick_social_basic", {}, book)
    return judge(gather(good, (pack,), book.read(HOUSE)))


def test_host_changes_what_a_section_has_to_be(good: QcFacts) -> None:
    """The section that the change names, and no other."""
    plain = shipped(PACKS["quick_social_basic"]).plain["sections"]["overview"]
    reasons = {**plain["reasons"], "min_words": "our clients read long overviews"}
    longer = {**plain, "min_words": 260, "reasons": reasons}
    change = {"version": "acme-1", "sections": {"overview": longer}}

    before, after = changed(good, {}), changed(good, {"qc.quick_social_basic": change})

    new = [issue for issue in after.issues if issue not in before.issues]
    assert {(issue.section, issue.rule) for issue in new} == {("overview", "section_words")}
    assert set(before.issues) <= set(after.issues)


def test_host_changes_what_a_finding_weighs(good: QcFacts) -> None:
    """A weight alone moves the score alone."""
    nameless = attrs.evolve(good, draft=attrs.evolve(good.draft, brand_name="Somebody else"))
    weight = {"severity": "critical", "reason": "a report has to name its client"}
    change = {"version": "acme-1", "weights": {"brand_mentions": weight}}

    before, after = changed(nameless, {}), changed(nameless, {"qc.house": change})

    assert [i.severity for i in before.issues if i.rule == "brand_mentions"] == [Severity.MAJOR]
    assert [i.severity for i in after.issues if i.rule == "brand_mentions"] == [Severity.CRITICAL]
    assert {i.reason for i in before.issues} == {i.reason for i in after.issues}


def test_phrase_that_a_host_does_not_send_is_found(good: QcFacts) -> None:
    """A list is replaced as a whole."""
    phrase = {"pattern": "\\bpre-orders?\\b", "reason": "we say bookings"}
    change = {"version": "acme-1", "phrases": [phrase]}

    found = [i.reason for i in changed(good, {"qc.house": change}).issues]

    assert any("we say bookings" in reason for reason in found)
    assert not any("we say bookings" in i.reason for i in changed(good, {}).issues)


MINOR = {"severity": "minor", "reason": "so"}
REFUSED: dict[str, tuple[str, dict[str, Any]]] = {
    "qc.house $.weights['section_words']: missing: a rule of this name is applied": (
        "qc.house",
        {"weights": {"section_words": None}},
    ),
    "did you mean 'section_words'": (
        "qc.house",
        {"adds": ["weights.section_word"], "weights": {"section_word": MINOR}},
    ),
    "$.sections['overview'].min_words: expected a reason or a source": (
        "qc.quick_social_basic",
        {"sections": {"overview": {"id": "overview", "min_words": 1, "max_words": 2}}},
    ),
}


@pytest.mark.parametrize("message", REFUSED)
def test_change_that_no_draft_could_be_judged_by_is_refused(message: str) -> None:
    """When the application is opened."""
    name, change = REFUSED[message]

    with pytest.raises(InvalidValue) as refused:
        Rules(ALL, host={name: {"version": "acme-1", **change}})

    assert message in str(refused.value)


def test_verdict_names_its_rules_and_those_that_were_added() -> None:
    """An added set has no file; its content tells it apart."""
    used = versions_of(["quick_social_basic", "poster", "default"], {"poster": MINIMAL}, BOOK)

    assert [version.rules for version in used] == ["qc.house", "qc.quick_social_basic", "poster"]
    assert BOOK.changed(used) == used[2:]
