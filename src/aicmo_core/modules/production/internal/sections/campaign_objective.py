"""The campaign objective: what is reached, what else is reached, and by when."""

from __future__ import annotations

from datetime import timedelta

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import (
    checkpoint,
    due,
    goal_of,
    long_day,
    near_day,
    stated,
    target,
)
from aicmo_core.modules.production.internal.measures import sign
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.phases import phases
from aicmo_core.modules.production.internal.wording import capital, series
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import DEFAULT_SOURCE, KpiDTO, StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: primary objective, secondary objectives, time horizon."""
    page = context.page(
        220, 360, "increase brand awareness without any clear metric",
        "do better on social media", least_bullets=4, most_bullets=9,
    )  # fmt: skip
    f = spared(context.facts, page.avoidance)
    _primary(page, f, context, brief)
    _secondary(page, f, context, brief)
    _horizon(page, f, context, strategy)
    return page.render()


def _primary(page: Page, f: Facts, context: Context, brief: NormalizedBriefDTO) -> None:
    choose = context.phrasing.choose
    lead = f.kpis[0] if f.kpis else None
    page.heading("Primary Objective")
    page.paragraph(
        choose(
            "primary",
            f"The campaign has one task: to {f.aim}.",
            f"At the end of the campaign, {f.brand} wants to look back and say that it managed to "
            f"{f.aim}.",
        )
        if f.aim
        else choose(
            "primary goal",
            f"The campaign has one task, in the words of {f.brand}: {f.goal}",
            f"{f.brand} sets the campaign this objective: {f.goal}",
        ),
        f"It counts as reached with {series([stated(k) for k in _leading(f, brief)])} by "
        f"{long_day(due(lead, f.start))}."
        if lead
        else "",
        choose(
            "one",
            "Where two wishes compete for the same post, hour or amount, this one wins.",
            f"Everything else in this report serves it, or {f.brand} may strike it out.",
            f"It stands above all other wishes that {f.brand} may have in these weeks.",
        ),
        fact(
            f"Along the way, a steady pace puts {lead.name} at about {checkpoint(lead)} on "
            f"{near_day(f.last)}."
            if lead and checkpoint(lead)
            else ""
        ),
    )
    page.bullet(
        choose(
            "who",
            f"The decision lies with {f.readers}; whoever else sees the campaign is welcome, no "
            "more.",
            f"It is {f.readers} whose behaviour has to change, not the mood inside {f.brand}.",
        ),
        label="Whose decision",
    )
    page.bullet(
        choose(
            "change",
            f"They move from not knowing {f.brand}, to trusting it, to taking the first step.",
            f"They learn what they gain from {f.thing}, see it confirmed, and act.",
        ),
        label="What changes",
    )


def _leading(f: Facts, brief: NormalizedBriefDTO) -> tuple[KpiDTO, ...]:
    """The measures of the primary objective: what the client asks for by the same day."""
    goal = next(iter(brief.objectives), "")
    first = f.kpis[:1]
    for kpi in f.kpis[1:3]:
        together = due(kpi, f.start) == due(first[0], f.start) and kpi.baseline is None
        if kpi.source == DEFAULT_SOURCE or not together or kpi.source not in goal:
            break
        first += (kpi,)
    return first


def _secondary(page: Page, f: Facts, context: Context, brief: NormalizedBriefDTO) -> None:
    page.heading("Secondary Objectives")
    for text in f.objectives[:2]:
        page.bullet(fact(f"{f.brand} also names this goal: {text}"), label="From the brief")
    rest = f.kpis[len(_leading(f, brief)) :][:3]
    for kpi in rest:
        page.bullet(_aim_of(kpi), _because(kpi, rest, f), label=capital(kpi.name))
    if len(rest) < 2:
        page.bullet(
            context.phrasing.choose(
                "learn",
                f"{f.brand} learns which first lines and which subjects open the door, and keeps "
                "the list.",
                f"At the end, {f.brand} knows which three pieces it would make again.",
            ),
            label="Learning",
        )


def _aim_of(kpi: KpiDTO) -> str:
    if kpi.baseline is None:
        return f"The target for {kpi.name} is {goal_of(kpi)}."
    return f"The way for {kpi.name} is {target(kpi)}."


def _because(kpi: KpiDTO, kpis: tuple[KpiDTO, ...], f: Facts) -> str:
    same = [k for k in kpis if sign(f, k) is sign(f, kpi)]
    bank = f"campaign_objective.why.{sign(f, kpi).value}"
    return f.rules.phrases.one(bank, brand=f.brand, name=kpi.name) if same[0] is kpi else ""


def _horizon(page: Page, f: Facts, context: Context, strategy: StrategyDocDTO) -> None:
    choose = context.phrasing.choose
    end = strategy.timeline.end - timedelta(days=1)
    weeks = strategy.timeline.duration_weeks
    one, two, three = phases(f)
    page.heading("Time Horizon")
    page.paragraph(
        f"The strategy of {f.brand} runs from {long_day(f.start)} to {long_day(end)}, "
        f"{weeks} {'week' if weeks == 1 else 'weeks'} in all.",
        choose(
            "thirty",
            f"The first 30 days are planned to the day and end on {long_day(f.last)}.",
            f"Up to {long_day(f.last)}, each of the first 30 days has its own line in the "
            "calendar.",
        ),
        fill(
            f"They fall into three phases, of which {one.name.lower()} ends on "
            f"{near_day(one.last)}, {two.name.lower()} on {near_day(two.last)} and "
            f"{three.name.lower()} on {near_day(three.last)}."
        ),
        fact(f"Success after 30 days, in the client’s words: {f.success}" if f.success else ""),
        fill(
            choose(
                "later",
                f"What follows is planned from the figures of {f.brand}, not from today’s hopes.",
                f"The days after that are filled once {f.brand} has seen its own first figures.",
            )
        ),
        fill(
            f"A later start moves all days of {f.brand} by the same number; the order stays as it "
            "is."
        ),
        fill(
            f"If the objective is reached early, {f.brand} raises it in writing before it plans "
            "anything new."
        ),
        fill(
            "If it can no longer be met, that is said at the next review and not at the end, with "
            f"a proposal to {f.brand}."
        ),
        fill(
            f"What is nice to have, such as praise from the trade of {f.brand}, is noted and not "
            "counted."
        ),
    )
    for text in f.events[:2]:
        page.bullet(fact(f"{f.brand} has this in its diary: {text}"), label="Date to keep")
