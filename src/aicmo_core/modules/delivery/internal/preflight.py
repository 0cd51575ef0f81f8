"""What a draft must be before it goes out. Quality control judges; this only makes sure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from aicmo_core.modules.production.api import ContentDraftDTO
from aicmo_core.modules.qc.api import QcResultDTO, Severity

PLACEHOLDERS: tuple[tuple[str, str], ...] = (
    # Writers escape a client's braces and brackets, so only a template's own are bare.
    (r"(?<!\\)\{\{\s*[A-Za-z_][^{}\n]{0,80}\}\}", "a template expression was not filled in"),
    (r"(?<!\\)\{%-?\s*[a-z][^{}\n]{0,80}%\}", "a template statement was not carried out"),
    (r"(?<!\\)\$\{\w{1,80}\}", "a variable was not filled in"),
    (
        r"(?i)(?<!\\)\[(?:insert|your|add|enter|fill in|client|brand|company|name|date|tbd)\b"
        r"[^\[\]\n(]{0,60}\](?!\()",
        "a bracketed instruction was left standing",
    ),
    (r"(?i)\blorem ipsum\b", "filler text was left standing"),
)
"""Unfilled gaps of a Markdown report: a pattern, and what it means when it matches."""

_SHOWN_FINDINGS = 5


def preflight_reasons(
    draft: ContentDraftDTO, result: QcResultDTO | None, ordered: Sequence[str]
) -> tuple[str, ...]:
    """
    Return why *draft* may not be delivered, a sentence each; empty where it may.

    Args:
        ordered: The sections of the pack.
    """
    reasons = [*_verdict(result), *_absent(draft, ordered)]
    for section in draft.sections:
        reasons += _gaps(f"section {section.section_id!r}", section.body)
        if not section.body.strip():
            reasons.append(f"section {section.section_id!r} is empty")
    if not draft.sections:
        reasons += _gaps("the report", draft.body)
    return tuple(reasons)


def _absent(draft: ContentDraftDTO, ordered: Sequence[str]) -> Iterator[str]:
    if not draft.sections:
        yield "it has no sections"
        return
    written = [section.section_id for section in draft.sections]
    for missing in dict.fromkeys(one for one in ordered if one not in written):
        yield f"section {missing!r} of the pack {draft.pack!r} is missing"
    for repeated in dict.fromkeys(one for one in written if written.count(one) > 1):
        yield f"section {repeated!r} is there {written.count(repeated)} times"


def _verdict(result: QcResultDTO | None) -> Iterator[str]:
    if result is None:
        yield "quality control has not checked it"
    elif not result.passed:
        yield f"it did not pass quality control: score {result.score:g} of {result.threshold:g}"
        critical = [i for i in result.issues if i.severity is Severity.CRITICAL]
        for issue in critical[:_SHOWN_FINDINGS]:
            yield f"{issue.section or 'the report'}: {issue.reason}"
        if len(critical) > _SHOWN_FINDINGS:
            yield f"and {len(critical) - _SHOWN_FINDINGS} critical findings more"


def _gaps(where: str, text: str) -> Iterator[str]:
    for pattern, meaning in PLACEHOLDERS:
        found = re.search(pattern, text)
        if found:
            line = text.count("\n", 0, found.start()) + 1
            yield f"{where}, line {line}: {meaning}: {found[0]!r}"
