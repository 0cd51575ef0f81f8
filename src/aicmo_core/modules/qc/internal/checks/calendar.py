"""Whether the calendar keeps its days, its plan, and its word in the report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import pairwise

from aicmo_core.modules.production.api import CalendarEntryDTO, SectionKind
from aicmo_core.modules.qc.internal.evidence import Evidence, Finding, Rule
from aicmo_core.modules.qc.internal.numbers import dates, near_days
from aicmo_core.modules.qc.internal.passages import Block, BlockKind, Passage
from aicmo_core.modules.qc.internal.terms import fold, places

_MONTH = timedelta(days=31)
"""A month's calendar may outlast a plan of four weeks."""
_POST_CELLS = 5
"""A table with fewer columns is of something else than posts: dates, phases."""


def calendar_days(evidence: Evidence) -> Iterator[Finding]:
    if not _is_due(evidence):
        return
    days = {entry.day for entry in evidence.facts.draft.calendar}
    least = max((s.report.min_calendar_days for s in evidence.sets), default=0)
    if len(days) < max(1, least):
        reason = f"found {len(days)} different days, expected at least {max(1, least)}"
        place = f"calendar, {min(days)} to {max(days)}" if days else "calendar"
        yield Finding("calendar_days", evidence.calendar_id, reason, place)


def calendar_gap(evidence: Evidence) -> Iterator[Finding]:
    gaps = [gap for s in evidence.sets if (gap := s.report.max_calendar_gap_days)]
    days = sorted({entry.day for entry in evidence.facts.draft.calendar})
    for before, after in pairwise(days):
        gap = (after - before).days
        if gaps and gap > min(gaps):
            reason = f"found {gap} days from {before} to {after}, expected at most {min(gaps)}"
            yield Finding("calendar_gap", evidence.calendar_id, reason, after.isoformat())


def calendar_hooks(evidence: Evidence) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for entry in evidence.facts.draft.calendar:
        hook, day = fold(entry.hook), entry.day.isoformat()
        if hook and not fold(entry.call_to_action):
            yield Finding("calendar_hooks", evidence.calendar_id, "found no call to action", day)
        if not hook:
            yield Finding("calendar_hooks", evidence.calendar_id, "found an empty hook", day)
        elif hook in seen:
            reason = f"found the hook of {seen[hook]} again: {entry.hook[:80]!r}"
            yield Finding("calendar_hooks", evidence.calendar_id, reason, day)
        seen.setdefault(hook, day)


def calendar_order(evidence: Evidence) -> Iterator[Finding]:
    entries = evidence.facts.draft.calendar
    for before, after in pairwise(entries):
        if after.day < before.day:
            reason = f"found {after.day} after {before.day}, expected the days in order"
            yield Finding("calendar_order", evidence.calendar_id, reason, after.day.isoformat())
            return


def calendar_dates(evidence: Evidence) -> Iterator[Finding]:
    strategy = evidence.facts.strategy
    if not strategy:
        return
    start = strategy.timeline.start
    end = max(strategy.timeline.end, start + _MONTH)
    for day in sorted({e.day for e in evidence.facts.draft.calendar if not start <= e.day < end}):
        reason = f"found {day}, expected a day of the plan, {start} to {end - timedelta(days=1)}"
        yield Finding("calendar_dates", evidence.calendar_id, reason, day.isoformat())


def calendar_text(evidence: Evidence) -> Iterator[Finding]:
    """
    Each entry stands in the calendar section too: the file and the report agree.

    Where a row shows a post on its day, it shows the same channel and request; a row on a
    day without a post is not planned.
    """
    passage = next((p for p in evidence.sections if p.section_id == evidence.calendar_id), None)
    if passage is None:
        return
    days_by_line: dict[int, set[tuple[int, int]]] = {}
    words_by_line: dict[int, set[str]] = {}
    for row in passage.rows:
        days_by_line[row[0].line] = {day for cell in row for day in _days(cell)}
        words_by_line[row[0].line] = {cell.folded for cell in row}
    yield from _unplanned(evidence, passage)
    shown = _shown(evidence.facts.draft.calendar, words_by_line.values())
    for entry in evidence.facts.draft.calendar:
        hook = fold(entry.hook)
        lines = [passage.block_at(at).line for at in places(hook, passage.folded)]
        days = {day for line in lines for day in days_by_line.get(line, ())}
        if hook and not lines:
            reason = f"the calendar's post {entry.hook[:80]!r} is not in the section"
        elif days and (entry.day.month, entry.day.day) not in days:
            reason = f"the calendar's post {entry.hook[:80]!r} stands beside another day"
        elif days and (
            other := _other_words(
                entry, [words_by_line[n] for n in lines if n in days_by_line], shown
            )
        ):
            reason = f"the calendar's post {entry.hook[:80]!r} stands there without {other!r}"
        else:
            continue
        yield Finding("calendar_text", passage.section_id, reason, entry.day.isoformat())


def _shown(entries: Iterable[CalendarEntryDTO], rows: Iterable[set[str]]) -> frozenset[str]:
    """Return which fields the section's table has a column for: those that most rows show."""
    cells = list(rows)
    posts = list(entries)
    return frozenset(
        name
        for name in ("channel", "call_to_action")
        if 2 * sum(any(fold(getattr(e, name)) in row for row in cells) for e in posts) > len(posts)
    )


def _other_words(entry: CalendarEntryDTO, rows: Iterable[set[str]], shown: frozenset[str]) -> str:
    """Return what a post's rows should say beside its hook and do not; else nothing."""
    cells = set().union(*rows)
    for name in sorted(shown):
        said = str(getattr(entry, name))
        if fold(said) not in cells:
            return said or name.replace("_", " ")
    return ""


def _unplanned(evidence: Evidence, passage: Passage) -> Iterator[Finding]:
    """Return the rows whose first day is beyond the posts: no file has them."""
    planned = {(e.day.month, e.day.day) for e in evidence.facts.draft.calendar}
    for row in passage.rows:
        days = [day for cell in row[:3] for day in _days(cell)]
        cells = [cell for cell in row if cell.kind is BlockKind.CELL]
        if cells and days and days[0] not in planned and len(cells) >= _POST_CELLS:
            reason = f"found a row that is no post of the calendar: {cells[-1].text[:80]!r}"
            yield Finding("calendar_text", passage.section_id, reason, cells[0].place)


def _days(cell: Block) -> Iterator[tuple[int, int]]:
    yield from ((day.month, day.day) for day, _ in dates(cell.folded))
    yield from ((near.month, near.day) for near in near_days(cell.folded))


def calendar_channels(evidence: Evidence) -> Iterator[Finding]:
    strategy = evidence.facts.strategy
    if not strategy:
        return
    planned = {fold(channel.channel): channel.channel for channel in strategy.channels}
    used = {fold(e.channel): e for e in reversed(evidence.facts.draft.calendar)}
    for name in sorted(used.keys() - planned.keys()):
        names = ", ".join(planned.values())
        reason = f"found a post on {used[name].channel!r}, planned are {names}"
        place = used[name].day.isoformat()
        yield Finding("calendar_channels", evidence.calendar_id, reason, place)


def _is_due(evidence: Evidence) -> bool:
    """Return whether the draft has, or promises, a calendar."""
    kinds = {kind for s in evidence.facts.draft.sections for kind in s.kinds}
    return SectionKind.CALENDAR in kinds or bool(evidence.facts.draft.calendar)


RULES: tuple[Rule, ...] = (
    calendar_days,
    calendar_gap,
    calendar_hooks,
    calendar_order,
    calendar_dates,
    calendar_text,
    calendar_channels,
)
