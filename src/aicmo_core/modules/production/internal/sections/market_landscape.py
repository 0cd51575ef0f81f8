"""The market landscape: what is known of the market, where people get lost, what to find out."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.funnel import Stage, at_work, names_for, offer, pursuit
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.wording import capital, series
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: context, stages, bottlenecks, opportunities, and open questions."""
    page = context.page(
        290, 540, "generic funnel", "standard funnel", "growing market", "huge opportunity",
        least_bullets=8, most_bullets=10,
    )  # fmt: skip
    f = spared(context.facts, page.avoidance)
    _market(page, f, context)
    _stages(page, f, context)
    _bottlenecks(page, f, context)
    _opportunities(page, f, context)
    _unknown(page, f, context)
    return page.render()


def _market(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Market Context")
    page.paragraph(
        choose(
            "market",
            f"The market meant here is the one that {f.brand} describes: {f.industry}{f.where}.",
            f"{f.brand} places itself in this market: {f.industry}{f.where}.",
        ),
        choose(
            "decision",
            f"What is decided there is simple to say: whether {f.audience} choose {offer(f)}, from "
            "whom, and when.",
            f"Its customers are {f.audience}; what they weigh is {offer(f)} against everything "
            "else that could be done with the same money and time.",
        ),
        fact(f"Prices stand as {f.brand} states them: {f.pricing}" if f.pricing else ""),
        choose(
            "no figures",
            f"Market figures are left out on purpose: {f.brand} gave none, and a number without a "
            "source is worse than a gap.",
            f"This page quotes no market size, because the answers of {f.brand} hold none and a "
            "guess would look like a fact.",
        ),
        fill(
            f"Everything below rests on what {f.brand} has answered, and each open point comes "
            "with a way to close it."
        ),
    )


def _stages(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Funnel Stages")
    page.paragraph(
        choose(
            "path",
            f"From the first glance to a recommendation, people pass five stages with {f.brand}.",
            f"Between a stranger and somebody who recommends {f.brand} lie five stages.",
        ),
        f"They notice the name on {names_for(f, Stage.AWARENESS)}, and they compare on "
        f"{names_for(f, Stage.CONSIDERATION)}.",
        f"They {want.act} where the way is short, which here means "
        f"{names_for(f, Stage.CONVERSION)}, with the page behind.",
        choose(
            "after",
            f"What follows decides the worth of the first step: {want.won} stay, or they do not, "
            f"and some of them speak about {f.brand}.",
            f"After that, {f.brand} lives from {want.won} who come back and bring others along.",
        ),
    )


def _bottlenecks(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Current Bottlenecks")
    if f.pains:
        page.bullet(
            f"{capital(f.readers)} bring this along, and it decides whether they look further: "
            f"{f.together(f.pains[:2])}",
            label="Before the first contact",
        )
    else:
        page.bullet(
            choose(
                "contact",
                f"Whoever does not know {f.brand} has to understand {offer(f)} within one screen; "
                "whether that works has not been measured yet.",
                f"It is not known yet whether {f.readers} have heard of {f.brand} at all.",
            ),
            label="Before the first contact",
        )
    page.bullet(
        choose(
            "comparing",
            f"People who compare need proof; {f.brand} has not named any, so collecting it comes "
            "early in this plan.",
            f"{f.brand} names no proof so far, which leaves those who compare with claims alone.",
        )
        if not f.proof
        else f"Proof exists ({f.proof[0]}), yet it helps only where people meet it before they "
        "ask.",
        label="While comparing",
    )
    page.bullet(
        choose(
            "deciding",
            f"The step to {want.act} has to be one step; every field and every click costs "
            f"{f.brand} somebody who had nearly decided.",
            f"How many people begin to {want.act} and stop half-way is not known; it is counted "
            "from the first week on.",
        ),
        label="At the decision",
    )
    page.bullet(
        fact(
            f"What has failed before is a bottleneck that need not be found twice: "
            f"{series(f.failed)}"
            if f.failed
            else ""
        ),
        label="From experience",
    )


def _opportunities(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Opportunities")
    page.bullet(
        f"{f.brand} can say this, and should say it first: {f.selling_points[0]}"
        if f.selling_points
        else choose(
            "point",
            f"Few offers explain themselves well; {f.brand} can win attention by being the one "
            f"that makes {offer(f)} easy to judge.",
            f"A clear answer to “What would {offer(f)} change for me?” is an opening, whoever else "
            "is in the market.",
        ),
        label="A clear position",
    )
    page.bullet(
        fact(f"Dates that give a reason to act: {f.together(f.events)}")
        if f.events
        else fill(
            f"Occasions in the year of {f.readers} give {f.brand} reasons to appear that need no "
            "invention."
        ),
        label="Timing",
    )
    page.bullet(
        fact(f"{capital(f.second_audience)} can be won with the same material, told anew")
        if f.second_audience
        else fill(
            f"Those who already chose {f.brand} know others like themselves, and cost nothing to "
            "reach."
        ),
        label="A second circle",
    )


def _unknown(page: Page, f: Facts, context: Context) -> None:
    page.heading("What Is Not Known Yet")
    page.bullet(
        f"A keyword tool counts what is searched for around {offer(f)}{f.where}; {f.brand} notes "
        "the month of the reading.",
        label="How large demand is",
    )
    page.bullet(
        context.phrasing.choose(
            "talks",
            f"Five talks of twenty minutes with recent customers of {f.brand}: what came before, "
            "what else was looked at, what settled it.",
            f"Ask five people who chose {f.brand} lately, and two who did not, to retell the week "
            "of their decision.",
        ),
        label="How people choose",
    )
    page.paragraph(
        fill(
            f"{'Two colleagues' if at_work(f) else 'Two people'} who know {offer(f)} from daily "
            "use can correct this page in half an hour."
        ),
        fill(
            f"What these steps bring to light replaces the assumptions above before {f.brand} "
            "plans the month after this one."
        ),
    )
