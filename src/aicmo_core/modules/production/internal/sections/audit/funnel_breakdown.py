"""The funnel of an audit: where people are lost, what may be the reason, and how to find out."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.api.markdown import table
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import near_day
from aicmo_core.modules.production.internal.funnel import Stage, at_work, names_for, offer, pursuit
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.phases import open_day
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: the stages with what is counted, the leaks, hypotheses, and tests."""
    page = context.page(
        320, 580, "funnel looks fine", "no major drop-offs", least_bullets=9, most_bullets=15
    )
    f = spared(context.facts, page.avoidance)
    _stages(page, f, context)
    _leaks(page, f, context)
    _hypotheses(page, f, context)
    _tests(page, f, context)
    return page.render()


def _stages(page: Page, f: Facts, context: Context) -> None:
    cell = context.phrasing.choose
    want = pursuit(f)
    page.heading("Drop-Off Stages")
    page.paragraph(
        cell(
            "stages",
            f"Between a first glance at {f.brand} and {want.event} lie four passages. For each, "
            "one number is divided by the one before it.",
            f"{f.brand} counts the same hundred people at four doors; the table says where they "
            "are counted.",
        )
    )
    places = {
        Stage.AWARENESS: cell("c1", "Saw it, and stayed", "Stayed three seconds"),
        Stage.CONSIDERATION: cell("c2", "Stayed, and opened the page", "Opened the page"),
        Stage.CONVERSION: cell("c3", f"Opened it, and began to {want.act}", "Began the last step"),
        Stage.RETENTION: cell("c4", "Began, and finished", "Finished, and was confirmed"),
    }
    rows = [
        (("First", "Second", "Third", "Fourth")[number], names_for(f, stage), text or "–")
        for number, (stage, text) in enumerate(places.items())
    ]
    page.block(table(("Passage", "Where", "Who is counted"), rows))


def _leaks(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Major Leaks")
    page.paragraph(
        choose(
            "leaks",
            f"Which leak is the largest at {f.brand}, only its figures can say. These four are "
            "looked at in this order, because the later ones are cheaper to close.",
            f"The brief of {f.brand} gives no rates, so no leak is called large here. The order "
            "is that of the cost of repair.",
        )
    )
    page.bullet(
        choose(
            "l4",
            f"Who began to {want.act} and did not finish is nearest; one obstacle keeps them.",
            f"An unfinished start is the dearest loss, since {f.brand} had paid for the whole way.",
        ),
        label="In the last step",
    )
    page.bullet(
        choose(
            "l3",
            f"Who read about {offer(f)} and asked nothing lacked an answer, a price or a proof.",
            f"People read to the end and do nothing; the page of {f.brand} ends without a "
            "question.",
        ),
        label="On the page",
    )
    page.bullet(
        choose(
            "l2",
            f"Who stayed with a piece and did not open the page saw no reason to look further at "
            f"{offer(f)}.",
            f"The piece satisfied its viewers so well that they did not need {f.brand} any more.",
        ),
        label="Behind the piece",
    )
    page.bullet(
        choose(
            "l1",
            "Who saw it and passed was not meant, or met an opening like ten others.",
            f"Most people pass by, and may; only {f.readers} should stop.",
        ),
        label="At the first glance",
    )


def _hypotheses(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Hypotheses")
    page.bullet(
        fact(f"People stop because this stays unanswered: {f.pains[0]}")
        if f.pains
        else choose(
            "h1",
            f"The trouble that {offer(f)} ends is named too late, after {f.brand} has spoken of "
            "itself.",
            f"Visitors look for their own case with {offer(f)} and find a general one.",
        ),
        label="Need",
    )
    page.bullet(
        f"One person looks and another decides, and {f.brand} gives the first nothing to pass on."
        if at_work(f)
        else choose(
            "h2",
            f"People look on the telephone and decide elsewhere; {f.brand} loses them between two "
            "screens.",
            f"The decision takes longer than {f.brand} waits, and nobody meets them again.",
        ),
        label="Circumstances",
    )
    page.bullet(
        choose(
            "h3",
            f"What the piece promises and what the page of {f.brand} says are two different "
            "things.",
            f"Piece and page speak about {offer(f)} in two languages, that of the street and that "
            "of the house.",
        ),
        label="Promise",
    )
    page.bullet(
        fact(f"The price is met too late or without its reason: {f.pricing}" if f.pricing else ""),
        label="Price",
    )


def _tests(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("How They Are Tested")
    page.paragraph(
        choose(
            "tests",
            f"The four numbers are there by {near_day(open_day(f, f.on(9)))}. The hypothesis that "
            "belongs to the steepest fall is tested first, for two weeks.",
            f"By {near_day(open_day(f, f.on(9)))}, {f.brand} has counted one week at each door; "
            "then one hypothesis is tested at a time.",
        ),
        fact(f"Tests stay within this: {f.limits[0]}" if f.limits else ""),
        fill(
            f"A hypothesis is right when the fall becomes smaller, and not when people at "
            f"{f.short_brand} like the new version better."
        ),
        fill(
            f"Those who were lost are asked as well: three short talks tell {f.brand} more than "
            "another chart."
        ),
        fill(
            "Numbers from different tools are not divided by each other; one tool counts all four "
            f"doors of {f.short_brand}."
        ),
        fill(
            f"A closed leak is counted again after a month, because pages and habits at "
            f"{f.short_brand} change."
        ),
    )
