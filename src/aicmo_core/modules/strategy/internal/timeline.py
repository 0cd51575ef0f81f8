"""When the work happens: a window of weeks that ends with the deadline, and its days."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from attrs import field, frozen

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.strategy.api import DEFAULT_SOURCE, KpiDTO, MilestoneDTO, TimelineDTO
from aicmo_core.modules.strategy.internal.context import Context
from aicmo_core.modules.strategy.internal.phrases import day, listing, quoted, sentence, weeks
from aicmo_core.modules.strategy.internal.rules import PackRules, TimelineRules

_DAY = timedelta(days=1)
_WEEK = 7
_FRIDAY = 4


@frozen
class Window:
    """
    The days of a plan: from *start* until the day before *end*.

    Attributes:
        weeks: The whole weeks in it, at least one; a deadline may leave some days more.
        deadline: The day by which the main goal is due, where there is one ahead.
        reasons: Why it begins and ends then.
    """

    start: date
    end: date
    weeks: int
    deadline: date | None = None
    reasons: tuple[str, ...] = field(default=())

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    @property
    def last(self) -> date:
        return self.end - _DAY

    def after(self, days: int) -> date:
        """Return the day that comes *days* after the start, or the last day."""
        return min(self.start + timedelta(days=days), self.last)


def window_of(
    brief: NormalizedBriefDTO,
    pack: PackRules,
    context: Context,
    today: date,
    rules: TimelineRules,
) -> Window:
    """Return the window for work that is planned *today*."""
    stated = _deadline(brief)
    deadline = stated if stated is not None and stated >= today else None
    start = _start(context, today, deadline, rules.notice_days.value)
    left = None if deadline is None else (deadline - start).days + 1
    if deadline is not None and left is not None and left < _WEEK:
        why = f"The deadline, {day(deadline)}, leaves less than a week, so the plan ends there."
        return Window(start, deadline + _DAY, 1, deadline, (why,))
    longest = rules.longest_weeks.value
    length, why = _length(brief, pack, context, longest)
    last = None
    if left is not None and deadline is not None:
        length, why = _before(left // _WEEK, deadline, context, longest)
        last = deadline if length == left // _WEEK else None
    elif stated is not None:
        why = f"the stated deadline, {day(stated)}, has passed, and {pack.weeks.because}"
    reason = f"The plan runs for {weeks(length)}: {why}."
    end = start + timedelta(weeks=length) if last is None else last + _DAY
    return Window(start, end, length, deadline, (reason,))


def _deadline(brief: NormalizedBriefDTO) -> date | None:
    if brief.deadline is not None:
        return brief.deadline
    return next((o.deadline for o in brief.measurable_objectives if o.deadline is not None), None)


def _start(context: Context, today: date, deadline: date | None, notice: int) -> date:
    """
    Return the first Monday for which there is time to prepare.

    It is an earlier day where the deadline would leave no week after it.

    Args:
        notice: Days between today and the start, at least.
    """
    monday = today + timedelta(days=_WEEK - today.weekday())
    ready = monday if (monday - today).days >= notice else monday + timedelta(days=_WEEK)
    start = context.start or ready
    if deadline is not None and (deadline - start).days + 1 < _WEEK:
        start = min(start, deadline, today + _DAY)
    return start


def _length(
    brief: NormalizedBriefDTO, pack: PackRules, context: Context, longest: int
) -> tuple[int, str]:
    """Return how many weeks the work takes where no deadline ends it, and why."""
    if context.weeks is not None:
        return context.weeks, "the host asked for this length"
    stated = brief.scope.timeline_weeks
    if stated is not None and stated > 0:
        return min(stated, longest), "the brief states this length"
    return pack.weeks.value, f"the brief states no date, and {pack.weeks.because}"


def _before(available: int, deadline: date, context: Context, longest: int) -> tuple[int, str]:
    """Return how many of the weeks before a deadline are planned, and why."""
    due = f"the deadline, {day(deadline)}"
    if context.weeks is not None and context.weeks < available:
        return context.weeks, f"the host asked for this length, and it ends before {due}"
    if available > longest:
        return longest, f"no plan reaches further, and a later version leads up to {due}"
    return available, f"it ends with {due}"


def timeline_of(
    window: Window,
    brief: NormalizedBriefDTO,
    channels: Sequence[str],
    kpis: Sequence[KpiDTO],
    rules: TimelineRules,
) -> TimelineDTO:
    """Return the milestones of *window* in order, every one within it."""
    days = sorted(_milestones(window, brief, channels, kpis, rules), key=lambda m: m.due)
    return TimelineDTO(tuple(days), window.weeks, window.start, window.end)


def _milestones(
    window: Window,
    brief: NormalizedBriefDTO,
    channels: Sequence[str],
    kpis: Sequence[KpiDTO],
    rules: TimelineRules,
) -> Iterator[MilestoneDTO]:
    measured = listing([_named(kpi) for kpi in kpis[:3]])
    approval = rules.approvals.get(brief.approval_cadence or "", rules.approvals["weekly"])
    yield MilestoneDTO(
        "Setup complete",
        window.start,
        f"Profiles, links and measurement on {listing(channels)} are ready; {approval}.",
    )
    if window.days >= _WEEK:
        yield MilestoneDTO(
            "First week live",
            window.after(4),
            f"The first week's pieces for {brief.brand_name} are out, and replies are answered.",
        )
    if window.weeks >= 3:
        yield MilestoneDTO(
            "Starting values recorded",
            window.after(7),
            f"The first week's figures for {measured} are written down; "
            "targets that rest on assumptions are confirmed or set anew.",
        )
        yield from _reviews(window, measured, rules.review_weeks.value)
    yield from _success(window, brief, rules.first_check_days.value)
    yield MilestoneDTO(
        "Final report",
        _last_working_day(window),
        f"Results against {listing([_named(kpi) for kpi in kpis])}, with what to keep, "
        "what to stop and a proposal for the time after.",
    )


def _last_working_day(window: Window) -> date:
    """Return the Friday before a window that ends with a weekend, else its last day."""
    over = max(0, window.last.weekday() - _FRIDAY)
    return max(window.start, window.last - timedelta(days=over))


def _named(kpi: KpiDTO) -> str:
    """Return a measure's name for the middle of a sentence; a client's own stays as it is."""
    return kpi.name[:1].lower() + kpi.name[1:] if kpi.source == DEFAULT_SOURCE else kpi.name


def _reviews(window: Window, measured: str, weeks_between: int) -> Iterator[MilestoneDTO]:
    """Yield the looks at all figures; none stands so near the final report that it repeats it."""
    decide = sentence(
        f"{measured} are compared with their targets; work and money move to what brings most"
    )
    if window.weeks <= weeks_between + 3:
        yield MilestoneDTO("Mid-point review", window.after(window.days // 2), decide)
        return
    for n, week in enumerate(range(weeks_between, window.weeks - 3, weeks_between), 1):
        yield MilestoneDTO(f"Quarterly review {n}", window.after(week * 7 - 3), decide)


def _success(window: Window, brief: NormalizedBriefDTO, days: int) -> Iterator[MilestoneDTO]:
    if brief.success_30_days and window.days > days + 3:
        yield MilestoneDTO(
            f"{days}-day check",
            window.after(days - 1),
            f"Held against what success was to look like: {quoted(brief.success_30_days, 200)}.",
        )
