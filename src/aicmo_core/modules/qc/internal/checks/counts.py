"""Whether the report counts its posts, days and weeks as the calendar has them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from aicmo_core.modules.qc.internal import measures
from aicmo_core.modules.qc.internal.evidence import Evidence, Finding, Rule, excerpt
from aicmo_core.modules.qc.internal.numbers import dates, near_days
from aicmo_core.modules.qc.internal.passages import Block
from aicmo_core.modules.qc.internal.spelled import NUMBER, value_of

_N = rf"(?P<count>(?<![\w.,])\d{{1,3}}|(?<![\w-]){NUMBER})"
_POSTS = r"(?:\w+ )?(?:posts|entries)\b"
_ALL_POSTS = (
    re.compile(rf"\b(?:in total|in all|altogether),? (?:\w+ ){{0,2}}{_N} {_POSTS}"),
    re.compile(
        rf"{_N} {_POSTS} (?:\w+ )?(?:in total|in all|altogether|are planned|in this calendar)"
    ),
    re.compile(
        r"\b(?:calendar|plan|schedule) (?:\w+ )?(?:has|have|holds|contains|counts|lists|of|with) "
        rf"(?:\w+ )?{_N} {_POSTS}"
    ),
)
_WORK = "(?:plan|calendar|campaign|program|programme|schedule|sprint)"
_SPANS = (
    re.compile(rf"{_N}[- ](?P<unit>week|day)s?[- ]{_WORK}\b"),
    re.compile(
        rf"\b{_WORK} (?:runs|lasts|goes|covers|spans|takes)(?: for| over| up)? {_N} "
        r"(?P<unit>week|day)s\b"
    ),
)
_WEEK = 7


def calendar_counts(evidence: Evidence) -> Iterator[Finding]:
    """All posts, and how long plan and calendar run, are what calendar and strategy have."""
    calendar, strategy = evidence.facts.draft.calendar, evidence.facts.strategy
    if not calendar or not strategy:
        return
    posts = _post_counts(evidence)
    spans = _span_counts(evidence)
    for passage in evidence.report:
        for block in passage.blocks:
            for what, found, value, known in _counted(block, posts, spans):
                said = any(
                    f"{found['count']}{joint}{what[:-1]}" in evidence.client_words
                    for joint in (" ", "-")
                )
                if value in known or said or evidence.is_quoted(found[0]):
                    continue
                reason = f"found {found[0]!r}; of {what} there are {_listed(known)}"
                place = excerpt(block, found.start(), len(found[0]))
                yield Finding("calendar_counts", passage.section_id, reason, place)


def _counted(
    block: Block, posts: frozenset[int], spans: dict[str, frozenset[int]]
) -> Iterator[tuple[str, re.Match[str], int, frozenset[int]]]:
    """Return what is counted in a block: its name, where, how many, and how many there are."""
    folded = block.folded
    if "posts" in folded or "entries" in folded:
        for pattern in _ALL_POSTS:
            for found in pattern.finditer(folded):
                sentence = measures.sentence_at(folded, found.start())
                if not any(near_days(sentence)) and not any(dates(sentence)):
                    yield "posts", found, value_of(found["count"]), posts
    if "week" in folded or "day" in folded:
        for pattern in _SPANS:
            for found in pattern.finditer(folded):
                unit = found["unit"]
                yield f"{unit}s", found, value_of(found["count"]), spans[unit]


def _post_counts(evidence: Evidence) -> frozenset[int]:
    """All posts, and those of a channel, a bucket and a format."""
    calendar = evidence.facts.draft.calendar
    counts = {len(calendar)}
    for name in ("channel", "bucket", "format"):
        counts |= set(Counter(getattr(entry, name) for entry in calendar).values())
    return frozenset(counts)


def _span_counts(evidence: Evidence) -> dict[str, frozenset[int]]:
    """How many days and weeks calendar, plan and measures run."""
    strategy = evidence.facts.strategy
    assert strategy is not None
    entries = [entry.day for entry in evidence.facts.draft.calendar]
    days = {len(set(entries)), (max(entries) - min(entries)).days + 1}
    days |= {(strategy.timeline.end - strategy.timeline.start).days}
    days |= {kpi.timeframe_days for kpi in strategy.kpis}
    weeks = {strategy.timeline.duration_weeks} | {
        n for d in days for n in (d // _WEEK, -(-d // _WEEK))
    }
    return {"day": frozenset(days | {d + 1 for d in days}), "week": frozenset(weeks | {1})}


def _listed(known: frozenset[int]) -> str:
    return ", ".join(map(str, sorted(known, reverse=True)[:6]))


RULES: tuple[Rule, ...] = (calendar_counts,)
