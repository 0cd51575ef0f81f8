"""The executive summary: a paragraph of plain text, every fact of it the client's or the plan's."""

from collections.abc import Iterator, Sequence

from aicmo_core.modules.strategy.api import ChannelPlanDTO, KpiDTO, TimelineDTO
from aicmo_core.modules.strategy.internal.budget import Spending
from aicmo_core.modules.strategy.internal.directory import mentioned
from aicmo_core.modules.strategy.internal.phrases import (
    amount,
    clause,
    day,
    excerpt,
    listing,
    number,
    quoted,
    sentence,
    weeks,
)
from aicmo_core.modules.strategy.internal.profile import Profile
from aicmo_core.modules.strategy.internal.timeline import Window

_TOLD_KPIS = 3
_TOLD_TEXTS = 3


def summary_of(
    profile: Profile,
    kpis: Sequence[KpiDTO],
    channels: Sequence[ChannelPlanDTO],
    timeline: TimelineDTO,
    window: Window,
    money: Spending,
) -> str:
    """Return goal, measures, audience, channels, money, time and limits, in this order."""
    told = (
        *_aim(profile, timeline, window),
        *_measures(kpis),
        *_people(profile),
        *_work(profile, channels),
        *_means(money),
        *_limits(profile),
    )
    return " ".join(sentence(part) for part in told)


def _aim(profile: Profile, timeline: TimelineDTO, window: Window) -> Iterator[str]:
    brief = profile.brief
    brand = clause(brief.brand_name)
    trade = f" ({excerpt(brief.industry, 80)})" if clause(brief.industry) else ""
    yield f"{brand}{trade} has one main goal: {quoted(profile.main_goal, 240)}"
    others = [quoted(text, 160) for text in brief.objectives[1:_TOLD_TEXTS] if clause(text)]
    if others:
        yield f"Beside it stands {listing(others)}"
    period = f"from {day(timeline.start)} to {day(window.last)}"
    yield f"The plan covers {weeks(timeline.duration_weeks)}, {period}"


def _measures(kpis: Sequence[KpiDTO]) -> Iterator[str]:
    targets = [_target(kpi) for kpi in kpis[:_TOLD_KPIS]]
    yield f"Success is measured by {listing(targets)}"
    if any(kpi.assumed for kpi in kpis[:_TOLD_KPIS]):
        yield "Targets that the client has not given are assumed, and set anew after the first week"


def _target(kpi: KpiDTO) -> str:
    """Return a KPI and its target as a phrase: "qualified leads (500 by 31 March 2026)"."""
    due = f" by {day(kpi.deadline)}" if kpi.deadline is not None else ""
    # "qualified leads (500)" says all; "ROAS (4)" does not.
    counted = kpi.unit.casefold() in kpi.name.casefold() and len(kpi.unit) > len("EUR")
    unit = "" if counted else kpi.unit
    since = "" if kpi.baseline is None else f"from {amount(kpi.baseline, unit)} to "
    return f"{kpi.name} ({since}{amount(kpi.target_value, unit)}{due})"


def _people(profile: Profile) -> Iterator[str]:
    brief = profile.brief
    if clause(brief.target_audience):
        yield f"It is made for this audience: {excerpt(brief.target_audience, 240)}"
    if brief.secondary_audience and clause(brief.secondary_audience):
        yield f"It speaks second to: {excerpt(brief.secondary_audience, 160)}"
    pains = [quoted(text, 100) for text in brief.pain_points[:_TOLD_TEXTS] if clause(text)]
    if pains:
        yield f"Their problems and needs, as the client puts them: {listing(pains)}"


def _work(profile: Profile, channels: Sequence[ChannelPlanDTO]) -> Iterator[str]:
    brief = profile.brief
    parts = [f"{c.channel} ({number(c.budget_allocation_pct)}%)" for c in channels]
    yield (
        f"The work is divided between {listing(parts)}"
        if len(parts) > 1
        else (f"The work is done on {parts[0]}")
    )
    pieces = sum(c.posts_per_week for c in channels)
    if pieces:
        yield f"That makes {pieces} pieces a week"
    products = [excerpt(text, 100) for text in brief.products[:_TOLD_TEXTS] if clause(text)]
    if products:
        yield f"At the centre: {listing(products)}"
    if brief.proof and clause(brief.proof[0]):
        yield f"What speaks for it: {quoted(brief.proof[0])}"


def _means(money: Spending) -> Iterator[str]:
    if money.words:
        yield f"Money for promotion: {money.words}"
    else:
        yield "No money for promotion is stated, so the shares divide the working time"


def _limits(profile: Profile) -> Iterator[str]:
    brief = profile.brief
    include = [quoted(text, 100) for text in brief.must_include[:_TOLD_TEXTS] if clause(text)]
    if include:
        yield f"Every week carries {listing(include)}"
    limits = [quoted(text, 120) for text in brief.constraints[:_TOLD_TEXTS] if clause(text)]
    if limits:
        yield f"The work respects these limits: {listing(limits)}"
    avoided = mentioned(brief.platforms_avoided, profile.rules.directory)
    if avoided.all or avoided.groups:
        yield "Channels that the client rules out stay out"
    if brief.must_avoid:
        yield "Words and messages that the client rules out are in no text"
    if brief.assumptions:
        count = len(brief.assumptions)
        yield f"{count} open question{'s' if count > 1 else ''} of the brief rest on assumptions"
