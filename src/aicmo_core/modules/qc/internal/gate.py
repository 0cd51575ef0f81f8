"""The gate: findings become issues, a score, and a verdict. Code decides, by numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from attrs import frozen

from aicmo_core.modules.qc.api import QcIssueDTO, QcRule, Severity
from aicmo_core.modules.qc.internal.checks import RULES
from aicmo_core.modules.qc.internal.evidence import Evidence, Finding
from aicmo_core.modules.qc.internal.rulesets import Scoring

_RANK = {severity: rank for rank, severity in enumerate(Severity)}
_LONGEST_REASON = 400


@frozen
class Verdict:
    """
    What the gate decided.

    Attributes:
        issues: The critical ones first, then in the report's order.
        score: 0 to 100.
    """

    passed: bool
    score: float
    threshold: float
    issues: tuple[QcIssueDTO, ...]


def judge(evidence: Evidence, added: Sequence[QcRule] = ()) -> Verdict:
    """Apply every rule to the evidence, built-in ones first; return the verdict."""
    weights = _severities(evidence)
    issues = [_issue(finding, weights) for rule in RULES for finding in rule(evidence)]
    for rule in added:
        issues += rule(evidence.facts)
    ordered = _ordered(evidence, dict.fromkeys(issues))
    return weigh(ordered, evidence.house.scoring)


def weigh(issues: tuple[QcIssueDTO, ...], scoring: Scoring) -> Verdict:
    """Return the verdict on these findings: points are lost for each, and never below 0."""
    lost = sum(scoring.deductions[issue.severity.value] for issue in issues)
    score = max(0.0, scoring.start - lost)
    critical = any(issue.severity is Severity.CRITICAL for issue in issues)
    return Verdict(not critical and score >= scoring.threshold, score, scoring.threshold, issues)


def _severities(evidence: Evidence) -> Mapping[str, Severity]:
    """Where several rule sets weigh a rule, the severest counts."""
    severities = {name: weight.severity for name, weight in evidence.house.weights.items()}
    own: dict[str, Severity] = {}
    for rules in evidence.sets:
        for name, severity in rules.severities.items():
            own[name] = min(severity, own.get(name, severity), key=_RANK.__getitem__)
    return severities | own


def _issue(finding: Finding, severities: Mapping[str, Severity]) -> QcIssueDTO:
    reason = finding.reason
    if len(reason) > _LONGEST_REASON:
        reason = reason[: _LONGEST_REASON - 1] + "…"
    severity = severities[finding.rule]
    return QcIssueDTO(severity, finding.section, reason, finding.rule, finding.place)


def _ordered(evidence: Evidence, issues: Iterable[QcIssueDTO]) -> tuple[QcIssueDTO, ...]:
    sections = {p.section_id: number for number, p in reversed(list(enumerate(evidence.sections)))}
    last = len(sections)
    return tuple(sorted(issues, key=lambda i: (_RANK[i.severity], sections.get(i.section, last))))
