"""Rule sets: what a good draft is, as data that is validated when it is read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any, Literal, TypeVar, get_args

from attrs import field, fields, frozen

from aicmo_core.kernel import InvalidValue, Problem, UnknownName, structure
from aicmo_core.modules.qc.api import Severity
from aicmo_core.modules.qc.internal.patterns import compile_pattern
from aicmo_core.modules.qc.internal.terms import term

T = TypeVar("T")

Format = Literal["markdown_block", "markdown_list", "markdown_table"]

HOUSE_FILE = "house.json"
DEFAULT_SET = "default"


@frozen
class SectionRules:
    """
    What one section has to be. Counts are of plain text, Markdown taken away.

    Attributes:
        required_headings: Headings, column heads or labels ("Brand: …") that are there.
        required_substrings: Words that stand somewhere in the section.
        forbidden_substrings: Words that stand nowhere in it.
        required_regex: Patterns of which each matches some block.
        forbidden_regex: Patterns that match no block.
        max_repeated_line_ratio: Lines that stood before, as a share of all, 0 to 1.
        max_avg_sentence_length: In words, over the running text.
        max_lix: Björnsson's readability index, over the running text.
        format: The form that the section must contain: a list, a table, or any.
        min_hashtags_per_category: Under each heading that names hashtags.
        must_start_with_hash: Whether list items under such a heading begin with `#`.
        reasons: Why a field has its value, by field name.
    """

    id: str
    min_words: int
    max_words: int
    label: str = ""
    min_bullets: int = 0
    max_bullets: int | None = None
    min_headings: int = 0
    max_headings: int | None = None
    required_headings: tuple[str, ...] = ()
    required_substrings: tuple[str, ...] = ()
    forbidden_substrings: tuple[str, ...] = ()
    required_regex: tuple[str, ...] = ()
    forbidden_regex: tuple[str, ...] = ()
    max_repeated_line_ratio: float = 0.5
    max_avg_sentence_length: float | None = None
    max_lix: float | None = None
    format: str = "markdown_block"
    min_hashtags_per_category: int = 0
    must_start_with_hash: bool = False
    reasons: dict[str, str] = field(factory=dict)


@frozen
class ReportRules:
    """
    What the whole report has to be.

    Attributes:
        min_calendar_days: Different days in the calendar, where there is one.
        max_calendar_gap_days: From one dated day to the next: 1 leaves no day out.
        reasons: Why a field has its value, by field name.
    """

    min_brand_mentions: int = 0
    required_terms: tuple[str, ...] = ()
    forbidden_terms: tuple[str, ...] = ()
    min_calendar_days: int = 0
    max_calendar_gap_days: int | None = None
    reasons: dict[str, str] = field(factory=dict)


@frozen
class RuleSet:
    """
    The rules of one kind of report.

    Attributes:
        pack_key: Its name: that of the pack.
        strict: Whether a section that the pack does not list is an error.
        severities: Where this set weighs a rule differently, by the rule's name.
    """

    pack_key: str
    sections: dict[str, SectionRules]
    strict: bool = False
    version: int = 1
    report: ReportRules = ReportRules()
    severities: dict[str, Severity] = field(factory=dict)
    reasons: dict[str, str] = field(factory=dict)


@frozen
class Phrase:
    """A pattern for folded text, and why it may not be sent."""

    pattern: str
    reason: str


@frozen
class Weight:
    """How much a rule's findings weigh, and why."""

    severity: Severity
    reason: str


@frozen
class Scoring:
    """
    How findings become a score.

    Attributes:
        deductions: Points for a finding, by severity.
        threshold: The least score that passes.
    """

    start: float
    deductions: dict[str, float]
    threshold: float
    reasons: dict[str, str]


@frozen
class House:
    """
    What holds for every report.

    Attributes:
        default_section: For sections that no rule set names.
        placeholders: Traces of unfinished work.
        phrases: What an agency does not send.
        slips: Traces of texts that were put together badly.
        channel_aliases: Other names of a channel, by its usual name.
        weights: By the name of the rule.
    """

    version: int
    scoring: Scoring
    default_section: SectionRules
    default_report: ReportRules
    placeholders: tuple[Phrase, ...]
    phrases: tuple[Phrase, ...]
    slips: tuple[Phrase, ...]
    channel_aliases: dict[str, tuple[str, ...]]
    weights: dict[str, Weight]


# -- reading --------------------------------------------------------------------------------


@cache
def house() -> House:
    """Return the rules that hold for every report."""
    loaded = structure(_read(HOUSE_FILE), House)
    _refuse("the house rules", _house_problems(loaded))
    return loaded


@cache
def built_in(name: str) -> RuleSet:
    """Return one of the rule sets that are shipped."""
    return read_rule_set(_read(f"{name}.json"))


@cache
def built_in_names() -> frozenset[str]:
    """Return the names of the rule sets that are shipped."""
    files = (file.name for file in resources.files(__package__).joinpath("rules").iterdir())
    names = {name.removesuffix(".json") for name in files if name.endswith(".json")}
    return frozenset(names - {HOUSE_FILE.removesuffix(".json")} | {DEFAULT_SET})


def find_rule_set(name: str, added: Mapping[str, Mapping[str, Any]]) -> RuleSet:
    """
    Return a rule set by name; *added* ones come before built-in ones.

    Raises:
        UnknownName: There is none of this name.
        InvalidValue: An added one is not valid.
    """
    if name in added:
        return read_rule_set(added[name])
    if name == DEFAULT_SET:
        return RuleSet(DEFAULT_SET, {}, report=house().default_report)
    if name not in built_in_names():
        raise UnknownName("rule set", name, built_in_names() | added.keys())
    return built_in(name)


def read_rule_set(data: Mapping[str, Any]) -> RuleSet:
    """
    Return a rule set from plain data; keys that begin with `$` are notes.

    Raises:
        InvalidValue: Every wrong place, with its path.
    """
    plain = {key: value for key, value in data.items() if not str(key).startswith("$")}
    rule_set = structure(plain, RuleSet)
    _refuse(f"rule set {rule_set.pack_key!r}", _set_problems(rule_set))
    return rule_set


def _read(file: str) -> Any:
    text = resources.files(__package__).joinpath("rules", file).read_text(encoding="utf-8")
    return json.loads(text)


def _refuse(what: str, problems: Iterator[Problem]) -> None:
    found = tuple(problems)
    if found:
        raise InvalidValue(what, found)


# -- what a shape alone does not say --------------------------------------------------------


def _house_problems(rules: House) -> Iterator[Problem]:
    yield from _section_problems("$.default_section", rules.default_section)
    yield from _report_problems("$.default_report", rules.default_report)
    for name in ("placeholders", "phrases", "slips"):
        for number, phrase in enumerate(getattr(rules, name)):
            path = f"$.{name}[{number}].pattern"
            yield from _refused(path, compile_pattern, phrase.pattern)
    severities = {severity.value for severity in Severity}
    if rules.scoring.deductions.keys() != severities:
        yield Problem("$.scoring.deductions", f"expected exactly {', '.join(sorted(severities))}")


def _set_problems(rules: RuleSet) -> Iterator[Problem]:
    for key, section in rules.sections.items():
        path = f"$.sections[{key!r}]"
        if section.id != key:
            yield Problem(f"{path}.id", f"expected {key!r}, found {section.id!r}")
        yield from _section_problems(path, section)
    yield from _report_problems("$.report", rules.report)
    known = house().weights
    for name in rules.severities.keys() - known.keys():
        problem = UnknownName("rule", name, known)
        yield Problem(f"$.severities[{name!r}]", str(problem))


def _section_problems(path: str, rules: SectionRules) -> Iterator[Problem]:
    for name in ("words", "bullets", "headings"):
        least, most = getattr(rules, f"min_{name}"), getattr(rules, f"max_{name}")
        if least < 0:
            yield Problem(f"{path}.min_{name}", f"expected 0 or more, found {least}")
        if most is not None and most < least:
            yield Problem(f"{path}.max_{name}", f"expected at least {least}, found {most}")
    if not 0 <= rules.max_repeated_line_ratio <= 1:
        found = rules.max_repeated_line_ratio
        yield Problem(f"{path}.max_repeated_line_ratio", f"expected 0 to 1, found {found}")
    for name in ("max_avg_sentence_length", "max_lix"):
        value = getattr(rules, name)
        if value is not None and value < 1:
            yield Problem(f"{path}.{name}", f"expected 1 or more, found {value}")
    if rules.format not in get_args(Format):
        known = ", ".join(get_args(Format))
        yield Problem(f"{path}.format", f"expected one of {known}, found {rules.format!r}")
    for name in ("required_headings", "required_substrings", "forbidden_substrings"):
        yield from _each(f"{path}.{name}", term, getattr(rules, name))
    for name in ("required_regex", "forbidden_regex"):
        yield from _each(f"{path}.{name}", compile_pattern, getattr(rules, name))
    yield from _reason_problems(path, rules)


def _report_problems(path: str, rules: ReportRules) -> Iterator[Problem]:
    for name in ("min_brand_mentions", "min_calendar_days"):
        if getattr(rules, name) < 0:
            yield Problem(f"{path}.{name}", f"expected 0 or more, found {getattr(rules, name)}")
    gap = rules.max_calendar_gap_days
    if gap is not None and gap < 1:
        yield Problem(f"{path}.max_calendar_gap_days", f"expected 1 or more, found {gap}")
    for name in ("required_terms", "forbidden_terms"):
        yield from _each(f"{path}.{name}", term, getattr(rules, name))
    yield from _reason_problems(path, rules)


def _reason_problems(path: str, rules: SectionRules | ReportRules) -> Iterator[Problem]:
    known = {a.name for a in fields(type(rules))} - {"reasons"}
    for name in rules.reasons.keys() - known:
        problem = UnknownName("field", name, known)
        yield Problem(f"{path}.reasons[{name!r}]", str(problem))


def _each(path: str, read: Callable[[str], object], texts: tuple[str, ...]) -> Iterator[Problem]:
    for number, text in enumerate(texts):
        yield from _refused(f"{path}[{number}]", read, text)


def _refused(path: str, read: Callable[[str], object], text: str) -> Iterator[Problem]:
    try:
        read(text)
    except ValueError as error:
        yield Problem(path, str(error))
