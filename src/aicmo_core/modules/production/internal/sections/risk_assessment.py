"""The risks: what may go wrong, what is taken for granted, and what the plan waits for."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import due, long_day, near_day, stated
from aicmo_core.modules.production.internal.funnel import pursuit
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.wording import clip, series
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: risks with sign and answer, assumptions, and dependencies."""
    page = context.page(
        275, 440, "no major risks", "no assumptions", least_bullets=8, most_bullets=13
    )
    f = spared(context.facts, page.avoidance)
    _risks(page, f, context)
    _assumptions(page, f, context)
    _dependencies(page, f, context)
    _register(page, f, context)
    return page.render()


def _risks(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    lead = max(f.channels, key=lambda c: c.budget_allocation_pct).channel
    page.heading("Key Risks")
    page.bullet(
        choose(
            "channel",
            f"{clip(lead, 4)} brings less than expected. Sign: two weak weeks. Answer: {f.brand} "
            "moves the tests elsewhere first.",
            f"Too much rests on {clip(lead, 4)}. Sign: half of all reactions come from there. "
            f"Answer: {f.brand} strengthens the second channel.",
        )
        if len(f.channels) > 1
        else f"All rests on {clip(lead, 4)}. Sign: one bad week stops everything. Answer: "
        f"{f.brand} builds a list of addresses of its own",
        label="Channel",
    )
    page.bullet(
        f"It is missed: {stated(f.kpis[0])}. Sign: half of the time is over and "
        "far less than half is reached. Answer: fewer aims, not more posts"
        if f.kpis and f.kpis[0].baseline is None
        else f"It moves too slowly: {stated(f.kpis[0])}. Sign: no change after "
        f"four weeks. Answer: {f.brand} mends the step where most people stop"
        if f.kpis
        else f"People look and do not {want.act}. Sign: many visits, few {want.events}. Answer: "
        f"{f.brand} shortens the way",
        label="Target",
    )
    page.bullet(
        choose(
            "claim",
            "A claim is questioned in public. Sign: the same doubt twice in a day. Answer: "
            f"{f.brand} shows the source within hours.",
            "A piece is misunderstood. Sign: replies about something that was not meant. Answer: "
            f"{f.brand} corrects it openly and keeps the old version.",
        ),
        label="Reputation",
    )
    page.bullet(
        fact(
            f"A limit is overlooked under pressure: {f.limits[0]}. Answer: a second pair of eyes "
            f"at {f.brand}"
            if f.limits
            else ""
        ),
        label="Limits at risk",
    )


def _assumptions(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    assumed = [k.name for k in f.kpis if k.assumed]
    page.heading("Core Assumptions")
    page.bullet(
        fact(
            f"The targets for {series(assumed[:4])} are starting points, since {f.brand} gave no "
            "figures for them"
            if assumed
            else ""
        ),
        label="Targets that are assumed",
    )
    page.bullet(
        choose(
            "audience",
            f"The audience in the brief is the one that decides; {f.brand} confirms it with its "
            f"last ten {want.won}.",
            "Those named in the brief both want and pay; if two different people do that, "
            f"{f.brand} says so.",
        ),
        label="People",
    )
    page.bullet(
        f"{f.budget_total} is available as planned and is not cut on the way"
        if f.budget_total
        else f"No sum was stated, so the shares of effort hold for whatever {f.brand} decides to "
        "spend",
        label="Money",
    )


def _dependencies(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Dependencies")
    page.bullet(
        choose(
            "access",
            f"Access to {clip(f.publishers[0].channel, 4)} and to the figures is there before "
            f"{near_day(f.start)}; otherwise the first phase begins later.",
            f"Without access to {clip(f.publishers[0].channel, 4)} by {near_day(f.start)}, each "
            f"day of {f.brand} moves by one.",
        ),
        label="Access",
    )
    page.bullet(
        choose(
            "approval",
            f"One person at {f.brand} can say yes alone; two signatures would double each waiting "
            "time.",
            f"Somebody at {f.brand} decides on texts within two working days, also in holidays.",
        ),
        label="Decisions",
    )
    page.bullet(
        choose(
            "measure",
            f"Whoever keeps the records of {f.brand} delivers the first count by "
            f"{near_day(f.on(8))}.",
            f"The check half way needs figures; {f.brand} names who brings them by "
            f"{near_day(f.on(8))}.",
        ),
        label="Figures",
    )


def _register(page: Page, f: Facts, context: Context) -> None:
    page.heading("Keeping Watch")
    lead = f.kpis[0] if f.kpis else None
    page.paragraph(
        context.phrasing.choose(
            "watch",
            f"Each risk gets a name beside it at {f.brand}, and is looked at on "
            f"{near_day(f.on(15))} and {near_day(f.on(29))}.",
            f"On {near_day(f.on(15))} and {near_day(f.on(29))}, {f.brand} goes through the list "
            "and strikes out what has passed.",
        ),
        fact(
            f"The list is closed when the last day is over, {long_day(due(lead, f.start))}"
            if lead
            else ""
        ),
        fill(
            f"A risk that came true is no shame; one that {f.brand} saw and did not write down is."
        ),
        fill(
            f"No risk is answered by working longer hours, because {f.brand} would then carry two "
            "risks."
        ),
        fill(
            f"Likelihood and damage are judged by two people at {f.brand} apart, and only then "
            "compared."
        ),
        fill(
            f"What nobody can influence is named once and then left out of the talks at {f.brand}."
        ),
    )
