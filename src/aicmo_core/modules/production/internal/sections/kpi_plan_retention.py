"""The KPI plan for retention: what shows that people stay, where it is read, and what follows."""

from __future__ import annotations

from datetime import timedelta

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import near_day
from aicmo_core.modules.production.internal.funnel import Stage, kpis_for, offer, pursuit
from aicmo_core.modules.production.internal.measures import MOST_TARGETS, Sign, sign
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.sections.kpi_plan_light import target_group
from aicmo_core.modules.production.internal.wording import capital, series
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import KpiDTO, StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: results, measures of staying, reach, engagement, and review dates."""
    page = context.page(
        245, 370, "can't be measured", "measure everything", least_bullets=12, most_bullets=18
    )
    f = spared(context.facts, page.avoidance)
    kpis = f.kpis[:MOST_TARGETS]
    staying = kpis_for(f, Stage.RETENTION)
    groups = {kind: [k for k in kpis if sign(f, k) is kind and k not in staying] for kind in Sign}
    _results(page, f, context, groups[Sign.RESULT])
    _staying(page, f, context, [k for k in kpis if k in staying])
    _reach(page, f, context, groups[Sign.REACH])
    _engagement(page, f, context, groups[Sign.ENGAGEMENT])
    _review(page, f, context, kpis)
    return page.render()


def _results(page: Page, f: Facts, context: Context, kpis: list[KpiDTO]) -> None:
    opening = context.phrasing.choose(
        "results",
        f"At the end {f.brand} asks whether this was reached: {f.goal}",
        f"All measures below are there to explain this one sentence of {f.brand}: {f.goal}",
    )
    target_group(page, f, "Results", kpis, opening)


def _staying(page: Page, f: Facts, context: Context, kpis: list[KpiDTO]) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    uncounted = choose(
        "base",
        f"For these, {f.brand} has no figure yet, so none is made up; the first count becomes "
        "the starting line.",
        f"No target is put here before {f.brand} has counted once, as a guess would be "
        "defended like a fact.",
    )
    target_group(page, f, "Staying", kpis, "" if kpis else uncounted)
    page.bullet(
        choose(
            "again",
            f"Of those who came for the first time in a month, how many {want.again} within their "
            "usual rhythm.",
            f"How many of the newcomers at {f.brand} {want.again}, month of arrival by month of "
            "arrival.",
        ),
        label="Second time",
    )
    page.bullet(
        choose(
            "pause",
            f"The middle value of days between two {want.events} by one person; a longer pause is "
            f"the first warning to {f.brand}.",
            f"Days from one to the next of two {want.events}, read as the middle value and never "
            "as the average.",
        ),
        label="Pause",
    )
    page.bullet(
        fact(
            choose(
                "back",
                "People who returned after the win-back and were still there two rhythms later at "
                f"{f.brand}.",
                f"How many of the lost came back to {f.brand} and stayed for more than one "
                f"{want.use}.",
            )
        ),
        label="Won back",
    )


def _reach(page: Page, f: Facts, context: Context, kpis: list[KpiDTO]) -> None:
    choose = context.phrasing.choose
    target_group(page, f, "Reach", kpis)
    page.bullet(
        choose(
            "reachable",
            f"How many {pursuit(f).won} may be written to, out of all; {f.brand} counts consents, "
            "not addresses.",
            f"The part of all customers whom {f.brand} may reach, by medium, with a yes on record.",
        ),
        label="Reachable people",
    )
    page.bullet(
        fact(
            choose(
                "stops",
                f"How many stopped a medium in the week; two weeks of growth make {f.brand} write "
                "less.",
                f"Stops for each message sent: the figure tells {f.brand} sooner than any other "
                "what "
                "annoys.",
            )
        ),
        label="Stops",
    )


def _engagement(page: Page, f: Facts, context: Context, kpis: list[KpiDTO]) -> None:
    choose = context.phrasing.choose
    target_group(page, f, "Engagement", kpis)
    page.bullet(
        choose(
            "answers",
            f"Replies that a person wrote, for each flow; clicks only tell {f.brand} that a "
            "button was found.",
            f"Written answers to {f.brand}, counted by flow and read once a week by whoever owns "
            "it.",
        ),
        label="Answers",
    )
    page.bullet(
        choose(
            "mark",
            f"Would you choose {offer(f)} again? One question in the fourth week, yes or no, with "
            "room for a reason.",
            f"One question by {f.brand} after a month: would you miss {offer(f)}?",
        ),
        label="Verdict",
    )


def _review(page: Page, f: Facts, context: Context, kpis: tuple[KpiDTO, ...]) -> None:
    choose = context.phrasing.choose
    assumed = [k for k in kpis if k.assumed]
    page.heading("Review Dates")
    page.paragraph(
        fact(
            f"{capital(series([k.name for k in assumed]))} had no figure in the brief, so "
            f"{f.brand} reads the target there as a starting point."
            if assumed
            else ""
        )
    )
    page.bullet(
        choose(
            "count",
            f"The three measures of staying are counted for the past year, and {f.brand} writes "
            "the result here.",
            f"{f.brand} reads a year of its records and fixes the starting line of each measure.",
        ),
        label=f"{near_day(f.on(8))}, first count",
    )
    page.bullet(
        choose(
            "middle",
            f"Which flow has answers, which has stops? {f.brand} changes one of them.",
            f"One flow is mended and none is added; {f.brand} notes which and why.",
        ),
        label=f"{near_day(f.on(16))}, half way",
    )
    page.bullet(
        choose(
            "report",
            f"Targets for staying are set from what was counted, and agreed with {f.brand}.",
            f"{f.brand} sees all figures and sets, from its own, what staying should look like "
            "next.",
        ),
        label=f"{near_day(f.last + timedelta(days=1))}, report",
    )
    for label, text in f.rules.phrases.pairs("kpi_plan_retention.habits", brand=f.brand):
        page.bullet(fill(text), label=label)
