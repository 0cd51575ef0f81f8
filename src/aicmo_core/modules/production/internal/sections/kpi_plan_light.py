"""The KPI plan: what is measured, where it shall stand, when, and what follows from it."""

from __future__ import annotations

from datetime import date, timedelta

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import (
    checkpoint,
    due,
    long_day,
    near_day,
    target,
)
from aicmo_core.modules.production.internal.measures import MOST_TARGETS, Sign, read_in, sign
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.wording import capital, clip, series, short
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import KpiDTO, StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: results, reach, engagement, and how they are read."""
    page = context.page(
        205, 360, "can't be measured", "measure everything", least_bullets=11, most_bullets=18
    )
    f = spared(context.facts, page.avoidance)
    kpis = f.kpis[:MOST_TARGETS]
    groups = {kind: [k for k in kpis if sign(f, k) is kind] for kind in Sign}
    _results(page, f, context, groups[Sign.RESULT])
    _reach(page, f, context, groups[Sign.REACH])
    _engagement(page, f, context, groups[Sign.ENGAGEMENT])
    _review(page, f, context, kpis)
    return page.render()


def target_group(page: Page, f: Facts, heading: str, kpis: list[KpiDTO], *opening: str) -> None:
    """Write a heading, what opens it, and a line for each measure under it."""
    page.heading(heading)
    page.paragraph(*opening)
    for kpi in kpis:
        _target_line(page, f, kpi)


def _target_line(page: Page, f: Facts, kpi: KpiDTO) -> None:
    """Write a measure with its target, its day, and where it should stand on day 30."""
    half = checkpoint(kpi)
    day = due(kpi, f.start)
    same = [k for k in f.kpis if (target(k), due(k, f.start)) == (target(kpi), day)]
    page.bullet(
        f"{target(kpi)}{f' in {kpi.name}' if len(same) > 1 else ''} by {long_day(day)}",
        fact(f"On day 30, a steady pace puts {kpi.name} at about {half}" if half else ""),
        label=capital(kpi.name),
    )


def _results(page: Page, f: Facts, context: Context, kpis: list[KpiDTO]) -> None:
    choose = context.phrasing.choose
    opening = choose(
        "results",
        f"These figures say whether the goal of {f.brand} is reached: {f.goal}",
        f"{f.brand} judges the plan by its own goal: {f.goal}",
        f"At the end one thing counts for {f.brand}: {f.goal}",
    )
    target_group(page, f, "Results", kpis, opening)
    page.bullet(
        choose(
            "source",
            f"Somebody at {f.brand} owns each figure and notes it on the same weekday.",
            f"One person at {f.brand} collects the figures, so that they are always counted in "
            "the same way.",
            f"The figures of {f.brand} are written into one sheet, with the date of reading.",
        ),
        label="Owner",
    )
    page.bullet(
        fact(f"{f.brand} names this as its sign of success: {f.success}" if f.success else ""),
        label="In 30 days",
    )


def _reach(page: Page, f: Facts, context: Context, kpis: list[KpiDTO]) -> None:
    choose = context.phrasing.choose
    target_group(page, f, "Reach", kpis)
    first = f.publishers[0].channel
    page.bullet(
        choose(
            "reach",
            f"How many people saw each post is read in {read_in(f, first)} on the same weekday.",
            f"The number of people who saw a post comes from {read_in(f, first)}.",
        ),
        label=f"Read on {clip(first, 4)}",
    )
    page.bullet(
        choose(
            "reach line",
            f"The first week sets the line; from {near_day(f.on(8))} each week is "
            "compared with it.",
            f"What is reached before {near_day(f.on(8))} is the yardstick for the weeks after.",
        ),
        label="Compare",
    )
    page.bullet(
        choose(
            "reach low",
            f"If two posts in a row fall below it, the next one opens with a different first line "
            f"about {short(f.product)}.",
            f"Two weak posts in a row are reason to change hook and hour, before {f.brand} "
            "changes the topic.",
        ),
        label="If it is low",
    )


def _engagement(page: Page, f: Facts, context: Context, kpis: list[KpiDTO]) -> None:
    choose = context.phrasing.choose
    target_group(page, f, "Engagement", kpis)
    page.bullet(
        choose(
            "engagement",
            f"Replies, saves and shares count for more than likes, as they show that {f.brand} "
            "was "
            "of use.",
            "A save or a reply weighs more than a like, because somebody meant it.",
        ),
        label="What counts",
    )
    page.bullet(
        choose(
            "questions",
            f"Each question from {f.readers} is noted; three of a kind become a post.",
            f"Answers come within a working day, and what {f.readers} ask is noted.",
        ),
        label="Questions",
    )
    page.bullet(
        choose(
            "engagement high",
            f"The post with the most replies in a week is told again in another format on "
            f"{clip(f.publishers[-1].channel, 4)}.",
            f"The strongest post of a week returns in another form on "
            f"{clip(f.publishers[-1].channel, 4)}.",
        ),
        label="If it is high",
    )


def _review(page: Page, f: Facts, context: Context, kpis: tuple[KpiDTO, ...]) -> None:
    page.heading("Review Dates")
    assumed = [k for k in kpis if k.assumed]
    page.paragraph(
        fact(
            f"{capital(series([k.name for k in assumed]))} "
            f"{'carries a starting target' if len(assumed) == 1 else 'carry starting targets'}, "
            f"since {f.brand} gave no figures for {'it' if len(assumed) == 1 else 'them'}; the "
            "first readings replace what was assumed."
            if assumed
            else ""
        ),
        fill(f"A figure that changes no decision at {f.brand} is dropped from the sheet."),
    )
    for label, day, text in _dates(f, context):
        page.bullet(text, label=f"{near_day(day)}, {label}")
    page.bullet(
        fill(f"For {f.brand}, the trend over four weeks outweighs any single good or bad day."),
        label="Patience",
    )
    page.bullet(
        fill(
            f"Money or hours move to the channel with the lower cost for each reaction, and "
            f"{f.brand} writes down why."
        ),
        label="Shift",
    )
    page.bullet(
        fill(f"What competitors publish is looked at once, and {f.brand} copies no numbers."),
        label="Context",
    )
    page.bullet(
        fill(
            f"The same sheet serves the next plan of {f.brand}, so no column is renamed on the way."
        ),
        label="Memory",
    )


def _dates(f: Facts, context: Context) -> list[tuple[str, date, str]]:
    choose = context.phrasing.choose
    return [
        (
            "first look",
            f.start + timedelta(days=7),
            choose(
                "first",
                "Can each figure be read at all? What cannot is mended before the second week.",
                f"Are all figures there? What is missing at {f.brand} is set up today.",
            ),
        ),
        (
            "half way",
            f.start + timedelta(days=15),
            choose(
                "half",
                f"The two best kinds of post about {short(f.product)} stay, the weakest goes.",
                "The weakest kind of post makes room, and the best is doubled.",
            ),
        ),
        (
            "report",
            f.last + timedelta(days=1),
            choose(
                "report",
                f"{f.brand} gets each figure beside its target, with a reason for each gap.",
                f"All targets of {f.brand} are set beside what was reached, and why.",
            ),
        ),
    ]
