"""Score and verdict follow from the findings by numbers alone."""

from collections.abc import Callable

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from aicmo_core.modules.production.api import SectionDTO
from aicmo_core.modules.qc.api import QcFacts, QcIssueDTO, Severity
from aicmo_core.modules.qc.internal.evidence import gather
from aicmo_core.modules.qc.internal.gate import Verdict, judge, weigh
from aicmo_core.modules.qc.internal.rulesets import built_in, house

Judged = Callable[[QcFacts], Verdict]
WithSections = Callable[[QcFacts, tuple[SectionDTO, ...]], QcFacts]

SEVERITIES = st.lists(st.sampled_from(Severity), max_size=40)


def issues_of(severities: list[Severity]) -> list[QcIssueDTO]:
    return [QcIssueDTO(s, "", f"finding {n}", "planted") for n, s in enumerate(severities)]


@given(SEVERITIES, st.sampled_from(Severity))
def test_one_more_finding_never_helps(severities: list[Severity], more: Severity) -> None:
    """The score stays within 0 and 100, and falls with each finding; critical ones fail."""
    scoring = house().scoring

    before = weigh(tuple(issues_of(severities)), scoring)
    after = weigh(tuple(issues_of([*severities, more])), scoring)

    assert 0 <= after.score <= before.score <= 100
    assert before.passed or not after.passed
    assert not (after.passed and Severity.CRITICAL in (*severities, more))


@pytest.mark.parametrize(
    ("severities", "score", "passed"),
    [
        ([], 100, True),
        ([Severity.MINOR] * 10, 80, True),
        ([Severity.MINOR] * 11, 78, False),
        ([Severity.MAJOR] * 2, 84, True),
        ([Severity.MAJOR] * 3, 76, False),
        ([Severity.CRITICAL], 60, False),
        ([Severity.CRITICAL] * 9, 0, False),
    ],
)
def test_findings_cost_what_the_data_says(
    severities: list[Severity], score: float, passed: bool, good: QcFacts
) -> None:
    """The reasons in the data hold."""
    added = issues_of(severities)

    verdict = judge(gather(good, (built_in("quick_social_basic"),), house()), [lambda _: added])

    assert (verdict.score, verdict.passed) == (score, passed)


def test_critical_findings_come_first(good: QcFacts) -> None:
    """Then the report's order decides; the same finding is told once."""
    overview, summary = "overview", "final_summary"
    found = [
        QcIssueDTO(Severity.MINOR, summary, "b", "x"),
        QcIssueDTO(Severity.MINOR, overview, "a", "x"),
        QcIssueDTO(Severity.CRITICAL, "", "d", "x"),
        QcIssueDTO(Severity.CRITICAL, summary, "c", "x"),
        QcIssueDTO(Severity.MINOR, summary, "b", "x"),
    ]

    verdict = judge(gather(good, (), house()), [lambda _: found])

    order = [i.reason for i in verdict.issues if i.rule == "x"]
    assert order == ["c", "d", "a", "b"]


HOSTILE = {
    "one endless word": "a" * 1_000_000,
    "endless sentences": "It is so. " * 100_000,
    "endless abbreviations": "a. " * 300_000,
    "endless openings": "[" * 200_000 + "{{" * 200_000,
    "endless emphasis": "*a **b " * 100_000,
    "endless quotes": "> " * 300_000,
    "endless lists": "".join(" " * n + "- a\n" for n in range(1_400)),
    "endless rows": "|a|b|\n|-|-|\n" + "|x|y|\n" * 100_000,
    "endless digits": "1," * 300_000 + "%" * 300_000,
    "endless marks": "e" + "\u0301" * 300_000,
    "endless punctuation": ".!?\"')" * 100_000,
    "endless percent signs": "%a" * 300_000,
    "right to left": "\u202e" + "שלום " * 100_000,
    "nothing visible": "\u200b\u00ad" * 300_000,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_section_is_judged(
    kind: str, good: QcFacts, judged: Judged, with_sections: WithSections
) -> None:
    """A megabyte made to slow a reader down fails like any bad section."""
    body = HOSTILE[kind]
    sections = (evolve(good.draft.sections[0], body=body), *good.draft.sections[1:])

    verdict = judged(with_sections(good, sections))

    assert not verdict.passed
    assert {"section_size", "section_empty"} & {issue.rule for issue in verdict.issues}
    assert all(len(issue.reason) <= 400 for issue in verdict.issues)


@settings(deadline=None, max_examples=60)
@given(st.text(), st.text(), st.text())
def test_any_text_is_judged(good: QcFacts, body: str, hook: str, brand: str) -> None:
    """Whatever client and writer say, the gate answers, and the draft stays short of good."""
    sections = (evolve(good.draft.sections[0], body=body), *good.draft.sections[1:])
    entries = (evolve(good.draft.calendar[0], hook=hook), *good.draft.calendar[1:])
    draft = evolve(good.draft, sections=sections, calendar=entries, brand_name=brand)
    assert good.brief is not None
    brief = evolve(good.brief, must_include=(hook,), must_avoid=(brand,), constraints=(body,))
    facts = evolve(good, draft=draft, brief=brief)

    verdict = judge(gather(facts, (built_in("quick_social_basic"),), house()))

    assert not verdict.passed
    assert all(issue.reason and issue.rule for issue in verdict.issues)
