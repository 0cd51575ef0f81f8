"""Rule sets: what a good draft is, as data that is validated when it is read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Literal, get_args

from attrs import field, fields, frozen

from aicmo_core.hooks import RuleBook
from aicmo_core.kernel import InvalidValue, Problem, UnknownName, structure
from aicmo_core.kernel import rules as rule_files
from aicmo_core.kernel.reasons import within
from aicmo_core.kernel.rules import Reader, RuleVersion, digest_of, shipped
from aicmo_core.modules.qc.api import Severity
from aicmo_core.modules.qc.internal.patterns import compile_pattern
from aicmo_core.modules.qc.internal.terms import term

Format = Literal["markdown_block", "markdown_list", "markdown_table"]

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
        sections: What each section has to be, by its id.
        strict: Whether a section that the pack does not list is an error.
        report: What the whole report has to be.
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
    """
    A pattern for folded text, and why it may not be sent.

    Attributes:
        unless: A pattern: where the client's own words hold it, the client has said so itself.
    """

    pattern: str
    reason: str
    unless: str = ""


@frozen
class Column:
    """
    What the cells of a table's column look like.

    Attributes:
        head: A pattern of the column's head.
        cell: A pattern of most of its cells.
        reason: What is wrong with cells that are otherwise.
    """

    head: str
    cell: str
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
        scoring: How findings become a score.
        default_section: For sections that no rule set names.
        default_report: For reports of packs that have no rule set.
        placeholders: Traces of unfinished work.
        phrases: What an agency does not send.
        claims: Praise, promises and proofs that are the client's alone to give.
        slips: Traces of texts that were put together badly.
        channel_aliases: Other names of a channel, by its usual name.
        columns: What stands under which head of a table.
        legal_forms: What a company's name may end in and is seldom called by.
        languages: Small words that are read in every other sentence, by the language's name;
            those of other languages are words of no English sentence.
        weights: By the name of the rule.
    """

    scoring: Scoring
    default_section: SectionRules
    default_report: ReportRules
    placeholders: tuple[Phrase, ...]
    phrases: tuple[Phrase, ...]
    claims: tuple[Phrase, ...]
    slips: tuple[Phrase, ...]
    channel_aliases: dict[str, tuple[str, ...]]
    columns: tuple[Column, ...]
    legal_forms: tuple[str, ...]
    languages: dict[str, tuple[str, ...]]
    weights: dict[str, Weight]


# -- reading --------------------------------------------------------------------------------


def house() -> House:
    """Return the rules that are shipped for every report."""
    return shipped(HOUSE).rules


def built_in(name: str) -> RuleSet:
    """Return one of the rule sets that are shipped."""
    return shipped(PACKS[name]).rules


def built_in_names() -> frozenset[str]:
    """Return the names of the rule sets that are shipped."""
    return frozenset({*PACKS, DEFAULT_SET})


def find_rule_set(name: str, added: Mapping[str, Mapping[str, Any]], book: RuleBook) -> RuleSet:
    """
    Return a rule set by name; *added* ones come before those of the application.

    Raises:
        UnknownName: There is none of this name.
        InvalidValue: An added one is not valid.
    """
    if name in added:
        return read_rule_set(added[name], book.read(HOUSE).weights)
    if name == DEFAULT_SET:
        return RuleSet(DEFAULT_SET, {}, report=book.read(HOUSE).default_report)
    if name not in PACKS:
        raise UnknownName("rule set", name, built_in_names() | added.keys())
    return book.read(PACKS[name])


def versions_of(
    names: Collection[str], added: Mapping[str, Mapping[str, Any]], book: RuleBook
) -> tuple[RuleVersion, ...]:
    """Return which rules these sets are, those of the house first."""
    found = [book.version(HOUSE)]
    for name in names:
        if name in added:
            version = str(added[name].get("version", 1))
            found.append(RuleVersion(name, version, digest_of(added[name])))
        elif name in PACKS:
            found.append(book.version(PACKS[name]))
    return tuple(found)


def read_rule_set(data: Mapping[str, Any], weights: Collection[str]) -> RuleSet:
    """
    Return a rule set from plain data; keys that begin with `$` are notes.

    Args:
        weights: The names of the rules that it may weigh in its own way.

    Raises:
        InvalidValue: Every wrong place, with its path.
    """
    plain = {key: value for key, value in data.items() if not str(key).startswith("$")}
    rule_set = structure(plain, RuleSet)
    problems = tuple(_set_problems(rule_set, weights))
    if problems:
        raise InvalidValue(f"rule set {rule_set.pack_key!r}", problems)
    return rule_set


# -- what a shape alone does not say --------------------------------------------------------


def _house_problems(rules: House, _: Reader) -> Iterator[Problem]:
    yield from _section_problems("$.default_section", rules.default_section)
    yield from _report_problems("$.default_report", rules.default_report)
    for name in ("placeholders", "phrases", "claims", "slips"):
        for number, phrase in enumerate(getattr(rules, name)):
            path = f"$.{name}[{number}]"
            yield from _refused(f"{path}.pattern", compile_pattern, phrase.pattern)
            yield from _refused(f"{path}.unless", compile_pattern, phrase.unless)
    for number, column in enumerate(rules.columns):
        for name in ("head", "cell"):
            path = f"$.columns[{number}].{name}"
            yield from _refused(path, compile_pattern, getattr(column, name))
    applied = shipped(HOUSE).rules.weights
    for name in applied.keys() - rules.weights.keys():
        yield Problem(f"$.weights[{name!r}]", "missing: a rule of this name is applied")
    for name in rules.weights.keys() - applied.keys():
        yield Problem(f"$.weights[{name!r}]", str(UnknownName("rule", name, applied)))
    for name, points in rules.scoring.deductions.items():
        path = f"$.scoring.deductions[{name!r}]"
        yield from within(path, points, 0, 1000)
    yield from within("$.scoring.start", rules.scoring.start, 1, 1000)
    yield from within("$.scoring.threshold", rules.scoring.threshold, 0, 1000)
    severities = {severity.value for severity in Severity}
    if rules.scoring.deductions.keys() != severities:
        yield Problem("$.scoring.deductions", f"expected exactly {', '.join(sorted(severities))}")


def _set_problems(rules: RuleSet, weights: Collection[str]) -> Iterator[Problem]:
    for key, section in rules.sections.items():
        path = f"$.sections[{key!r}]"
        if section.id != key:
            yield Problem(f"{path}.id", f"expected {key!r}, found {section.id!r}")
        yield from _section_problems(path, section)
    yield from _report_problems("$.report", rules.report)
    for name in rules.severities.keys() - set(weights):
        problem = UnknownName("rule", name, weights)
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


# -- what is shipped ------------------------------------------------------------------------


def _pack_problems(rules: RuleSet, read: Reader) -> Iterator[Problem]:
    yield from _set_problems(rules, read(HOUSE).weights)


HOUSE = rule_files.RuleSet("qc.house", House, __package__, "rules/house.json", _house_problems)
PACKS = {
    pack: rule_files.RuleSet(
        f"qc.{pack}", RuleSet, __package__, f"rules/{pack}.json", _pack_problems
    )
    for pack in (
        "brand_turnaround_lab",
        "full_funnel_growth_suite",
        "launch_gtm_pack",
        "performance_audit_revamp",
        "quick_social_basic",
        "retention_crm_booster",
        "strategy_campaign_basic",
        "strategy_campaign_enterprise",
        "strategy_campaign_premium",
        "strategy_campaign_standard",
    )
}
ALL: tuple[rule_files.RuleSet[Any], ...] = (HOUSE, *PACKS.values())
