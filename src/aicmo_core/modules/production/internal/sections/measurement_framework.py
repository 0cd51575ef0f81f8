"""The measurement framework: one figure above the others, a figure a stage, and alarms."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.api.markdown import table
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import (
    checkpoint,
    due,
    long_day,
    near_day,
    stated,
    target,
)
from aicmo_core.modules.production.internal.funnel import (
    Stage,
    channels_for,
    kpis_for,
    offer,
    pursuit,
)
from aicmo_core.modules.production.internal.measures import read_in
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.wording import capital
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import KpiDTO, StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: north star, figures by stage, alarms, rhythm, and method."""
    page = context.page(
        320, 600, "track everything", "look at dashboards", "measure everything", least_bullets=8,
        most_bullets=15,
    )  # fmt: skip
    f = spared(context.facts, page.avoidance)
    _star(page, f, context)
    _stages(page, f, context)
    _alerts(page, f, context)
    _rhythm(page, f, context)
    _method(page, f, context)
    return page.render()


def _star(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("North Star Metric")
    lead = f.kpis[0] if f.kpis else None
    page.paragraph(
        f"One figure stands above the rest: {stated(lead)}, with {long_day(due(lead, f.start))} as "
        "its day."
        if lead
        else f"One figure stands above the rest, the number of {want.events}.",
        choose(
            "star",
            f"If it moves and all others rest, {f.brand} has what it wanted; the reverse would be "
            "noise.",
            f"All other figures are there to explain to {f.brand} why this one moves or does not.",
        ),
        fact(
            f"On the way, {near_day(f.on(30))} should find it near {checkpoint(lead)}, if the pace "
            "is steady."
            if lead and checkpoint(lead)
            else ""
        ),
        fill(
            f"It is read by one person at {f.brand}, on one weekday, from one source; a figure "
            "with two sources has two values."
        ),
    )


def _stages(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Stage-Level KPIs (Supporting KPIs)")
    counted = {
        Stage.AWARENESS: "People reached for the first time.",
        Stage.CONSIDERATION: "Second visits to the page.",
        Stage.CONVERSION: f"{capital(want.events)} that were answered.",
        Stage.RETENTION: f"{capital(want.won)} seen again within ninety days.",
        Stage.ADVOCACY: f"{capital(want.won)} who name whoever sent them.",
    }
    rows: list[tuple[str, ...]] = []
    for stage in Stage:
        own = stage in (Stage.CONVERSION, Stage.RETENTION, Stage.ADVOCACY)
        source = "Own records" if own else capital(read_in(f, channels_for(f, stage)[0].channel))
        kpis = kpis_for(f, stage)[:2]
        lines = [(capital(k.name), _goal(k)) for k in kpis]
        lines = lines or [(choose(f"row {stage.value}", counted[stage]) or "–", "Read first.")]
        rows += [(stage.value, name, goal, source) for name, goal in lines]
    said = [row for row in rows if not f.avoidance.concerns(" ".join(row))]
    if said:
        page.block(table(("Stage", "Figure", "Target", "Read in"), said))
    page.paragraph(
        choose(
            "stages",
            f"A stage without a target gets one from the first four weeks of {f.brand}, and not "
            "from a table of averages.",
            f"Where no target stands, {f.brand} reads first and sets one afterwards; an average "
            "of other houses says nothing about it.",
        ),
        fill(
            f"Rates are read only when enough people stand behind them: below a hundred, {f.brand} "
            "counts heads."
        ),
    )


def _goal(kpi: KpiDTO) -> str:
    """Return a target as a sentence; a bare number is none."""
    said = capital(target(kpi))
    return said if said.replace(",", "").isdecimal() else f"{said}."


def _alerts(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Diagnostics & Alerts")
    page.bullet(
        choose(
            "many looks",
            f"Many look, few come to the page: the promise is unclear, so the first line about "
            f"{offer(f)} is rewritten.",
            f"If people see {f.brand} and do not come closer, the opening is changed before the "
            "budget is.",
        ),
        label="Seen, and not visited",
    )
    page.bullet(
        choose(
            "many visits",
            f"Many come, few {want.act}: the page is walked through with three outsiders within a "
            "week.",
            f"Visits without {want.events} are a matter of the page, so {f.brand} sends nobody "
            "there until it is mended.",
        ),
        label="Visited, and not decided",
    )
    page.bullet(
        choose(
            "no return",
            f"Few come back: {f.brand} telephones five of them before it writes to all.",
            f"When {want.won} stay away, {f.brand} asks five of them in person and changes one "
            "thing.",
        ),
        label="Decided, and gone",
    )
    page.bullet(
        choose(
            "alarm",
            f"The north star falls by a third from one week to the next: somebody at {f.brand} "
            "checks the counting first and the work second.",
            f"A day without any reading is treated at {f.brand} like a bad reading, because the "
            "cause is usually technical.",
        ),
        label="Alarm",
    )


def _rhythm(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Reporting Cadence")
    page.bullet(
        f"{f.short_brand} looks at the stages for ten minutes, first on {near_day(f.on(8))}; "
        "nothing is changed on the same day.",
        label="Weekly",
    )
    page.bullet(
        choose(
            "two weeks",
            f"On {near_day(f.on(15))} the weakest passage between two stages is named, and one "
            "change agreed on.",
            f"{near_day(f.on(15))} is the day to decide on one change, for the stage with the "
            "largest loss.",
        ),
        label="After two weeks",
    )
    page.bullet(
        choose(
            "month",
            f"All stages in one line each, with what {f.brand} has learned; two pages at most.",
            f"What was expected, what came, and why, for each stage; {f.brand} keeps it with the "
            "next plan.",
        ),
        label="Monthly",
    )


def _method(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Attribution Notes")
    page.bullet(
        choose(
            "source",
            f"Each link carries its source, so that {f.brand} can tell one channel from the next.",
            f"{f.brand} gives each channel links of its own, named by one rule that is written "
            "down.",
        ),
        label="Links",
    )
    page.bullet(
        choose(
            "ask",
            "“How did you hear of us?” is asked of all who decide, since no tool sees a talk "
            "between friends.",
            f"What the tools miss is asked: one question to all who decide for {f.brand}.",
        ),
        label="Asking",
    )
    page.paragraph(
        fill(
            f"The last place that somebody saw gets no more credit than the first; {f.brand} "
            "looks at both before it moves money."
        ),
        fill(
            f"Personal data is counted only with consent, and {f.brand} deletes single records "
            "once the sums are drawn."
        ),
    )
