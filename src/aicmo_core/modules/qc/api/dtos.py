"""The data of quality control."""

from datetime import datetime
from enum import Enum

from attrs import field, frozen

from aicmo_core.kernel.ids import ClientId, DraftId, QcResultId
from aicmo_core.kernel.rules import RuleVersion
from aicmo_core.modules.production.api.dtos import SectionKind


class Severity(Enum):
    """How much a finding weighs. One critical finding fails the draft."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"


@frozen
class AcceptanceDTO:
    """
    What this order asks for beyond the rules: the host's acceptance block, read.

    Attributes:
        required_terms: Each must appear, as whole words in any case.
        forbidden_terms: None may appear, as whole words in any case.
        min_brand_mentions: How often the brand is named at least.
        min_sections: How many sections there are at least.
        min_calendar_days: How many different days the calendar has at least.
        must_have: Kinds of which at least one section must be.
    """

    required_terms: tuple[str, ...] = ()
    forbidden_terms: tuple[str, ...] = ()
    min_brand_mentions: int = 0
    min_sections: int = 0
    min_calendar_days: int = 0
    must_have: tuple[SectionKind, ...] = ()


@frozen
class QcInputDTO:
    """
    What is checked.

    Attributes:
        benchmark_ids: Names of rule sets; the draft's pack where none is named.
        acceptance: What this order asks for beyond them.
        rewritten: Sections that were written a second time because of what was found in them.
    """

    draft_id: DraftId
    benchmark_ids: tuple[str, ...] = ()
    acceptance: AcceptanceDTO = AcceptanceDTO()
    rewritten: tuple[str, ...] = ()


@frozen
class QcIssueDTO:
    """
    One finding.

    Attributes:
        section: The section's id; empty for a finding about the whole report.
        reason: What was found and what was expected.
        rule: The name of the rule that found it.
        place: Where in the section: a line number, a heading or the words themselves.
    """

    severity: Severity
    section: str
    reason: str
    rule: str
    place: str = ""


@frozen
class QcResultDTO:
    """
    The verdict on a draft; the latest wins.

    Attributes:
        passed: No critical finding, and the score reaches the threshold.
        score: 0 to 100.
        threshold: The score that was needed.
        benchmark_ids: The rule sets that were applied.
        rewritten: Sections that had been written a second time before this check.
        client_id: Whom the draft is for.
        rules: By which rules it was judged, those that `QcRulesPort` adds included.
    """

    result_id: QcResultId
    draft_id: DraftId
    passed: bool
    score: float
    issues: tuple[QcIssueDTO, ...]
    evaluated_at: datetime
    threshold: float
    benchmark_ids: tuple[str, ...] = ()
    rewritten: tuple[str, ...] = ()
    client_id: ClientId = field(default=ClientId(""))
    rules: tuple[RuleVersion, ...] = ()
