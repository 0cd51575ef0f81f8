"""The customer segments: who buys, sorted by how recently and how often."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.api.markdown import table
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import near_day
from aicmo_core.modules.production.internal.funnel import at_work, offer, pursuit
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.wording import closed
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: both audiences, the segments, and how they are drawn."""
    page = context.page(235, 430, "everyone", "mass market", least_bullets=7, most_bullets=13)
    f = spared(context.facts, page.avoidance)
    _primary(page, f, context)
    _secondary(page, f, context)
    _behaviour(page, f, context)
    _drawing(page, f, context)
    return page.render()


def _primary(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Primary Audience")
    page.paragraph(
        f"The people whom {f.brand} wants to keep are these: {f.audience}",
        choose(
            "split",
            "What they share is in the brief; what tells them apart is how long ago they last "
            f"chose {f.brand}.",
            f"They are one audience in many moods, and {f.brand} can read the mood from the date "
            "of the last contact.",
        ),
    )
    page.bullet(
        choose(
            "new",
            f"With {want.event} on record and no second one yet, they are deciding what to think "
            f"of {f.brand}.",
            f"Their first choice of {offer(f)} is young, and small signs from {f.brand} still "
            "weigh a lot.",
        ),
        label="Newcomers",
    )
    page.bullet(
        choose(
            "regular",
            f"They {want.again} of their own accord; {f.brand} owes them attention rather than "
            "arguments.",
            f"They know {offer(f)} well, and notice first when {f.brand} becomes careless.",
        ),
        context.audience.nth("rhythm", 0, f.buyers.rhythm),
        label="Regulars",
    )
    page.bullet(
        choose(
            "quiet",
            "They came more than once and have now let twice their usual time pass without a "
            f"word to {f.brand}.",
            f"Nothing went wrong that {f.brand} knows of, and yet their usual time has passed "
            "twice over.",
        ),
        label="Quiet ones",
    )
    page.bullet(fact(f.pains[0] if f.pains else ""), label="Trouble named in the brief")


def _secondary(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Secondary Audience")
    page.paragraph(
        f"A list of its own is kept for this group: {f.second_audience}"
        if f.second_audience
        else choose(
            "second",
            f"The brief of {f.brand} names no second group, so the plan looks for it among those "
            "who recommend.",
            "No second group is named; colleagues and friends of the first one are where "
            f"{f.brand} looks for it."
            if at_work(f)
            else f"No second group is named; those who receive {offer(f)} from others are a good "
            "guess to check.",
        )
    )
    page.bullet(
        choose(
            "advocate",
            f"They speak of {f.brand} unasked, and are worth more than their own purchases show.",
            f"Their name turns up when newcomers say who sent them; {f.brand} thanks them in "
            "person.",
        ),
        label="Advocates",
    )
    page.bullet(
        choose(
            "lost",
            f"They have stayed away for four times their usual rhythm; {f.brand} writes once more "
            "and then lets go.",
            f"Silence for four times the usual pause counts as a goodbye, and {f.brand} keeps no "
            "list of the unwilling.",
        ),
        label="Lost",
    )


def _behaviour(page: Page, f: Facts, context: Context) -> None:
    cell = context.phrasing.choose
    want = pursuit(f)
    page.heading("Segments by Behaviour")
    rows = [
        (
            "Newcomers",
            cell("s1", "First contact in the last month", f"Only {want.event} on record"),
            cell("d1", "Help with the start", "Answer the first question"),
        ),
        (
            "Regulars",
            cell("s2", "In rhythm, at least three times", "Came back on time, again and again"),
            cell("d2", "Thanks, and news first", "A say in what comes next"),
        ),
        (
            "Quiet ones",
            cell("s3", "Twice the usual pause", "The rhythm has broken once"),
            cell("d3", "One personal question", "A useful note, no offer"),
        ),
        (
            "Lost",
            cell("s4", "Four times the usual pause", "Four such pauses without a sign"),
            cell("d4", "The win-back, once", "A last honest note"),
        ),
    ]
    kept = [row for row in rows if all(row) and not f.avoidance.concerns(" ".join(row))]
    page.paragraph(
        cell(
            "table",
            f"A person stands in one row at a time, and {f.brand} speaks to the row, not to the "
            "list.",
            f"Each row asks something else of {f.brand}; nobody is in two rows at once.",
        )
    )
    if kept:
        shown = [(name, sign, closed(step)) for name, sign, step in kept]
        page.block(table(("Segment", "Sign in the records", "First thing to do"), shown))


def _drawing(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("How the Segments Are Drawn")
    page.bullet(
        choose(
            "data",
            "Who, when last, how often: these three columns are drawn from the records of "
            f"{f.brand} by {near_day(f.on(3))}.",
            f"By {near_day(f.on(3))}, somebody at {f.brand} lists each person with the first day, "
            "the last day and the count.",
        ),
        label="Data",
    )
    page.bullet(
        choose(
            "rhythm",
            f"The usual pause between two {want.events} is counted from those records; until then "
            "the limits above are rules of thumb.",
            f"Half of all {want.won} come back within a certain time; {f.brand} finds that time "
            "before it calls anybody quiet.",
        ),
        context.audience.nth("rhythm", 1, f.buyers.rhythm),
        label="Rhythm",
    )
    page.paragraph(
        fill(
            f"On {near_day(f.on(24))} {f.brand} sorts the list again and counts who moved up, and "
            "who slipped."
        ),
        fill(
            "Whoever changes rows leaves the messages of the old row on the same day, so that "
            f"{f.brand} never thanks somebody who has left."
        ),
        fill(
            f"Age, income and guesses about character stay out of the list at {f.brand}; "
            "behaviour is enough, and can be checked."
        ),
        fill(
            f"A row with fewer than twenty people is merged with its neighbour, since {f.brand} "
            "would learn nothing from it."
        ),
    )
