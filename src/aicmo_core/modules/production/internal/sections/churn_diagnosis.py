"""The churn diagnosis: why people may leave, what it costs, and how each suspicion is checked."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import due, long_day, near_day, stated
from aicmo_core.modules.production.internal.funnel import (
    Stage,
    at_work,
    kpis_for,
    offer,
    pursuit,
)
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.wording import series
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: what is known, suspected causes, cost, checks, and first remedies."""
    page = context.page(
        325, 600, "no clear problems", "everything working fine", "no problems", "all good",
        least_bullets=10, most_bullets=18,
    )  # fmt: skip
    f = spared(context.facts, page.avoidance)
    _diagnosis(page, f, context)
    _causes(page, f, context)
    _impact(page, f, context)
    _checks(page, f, context)
    _remedies(page, f, context)
    return page.render()


def _diagnosis(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Diagnosis")
    kept = kpis_for(f, Stage.RETENTION)
    page.paragraph(
        f"{f.brand} has said itself what it wants to change: {stated(kept[0])}."
        if kept
        else choose(
            "known",
            f"The brief of {f.brand} does not say how many people leave, or when; this section "
            "says what has to be read for that.",
            "No figure on leaving is in the brief, so nothing here claims to be a finding about "
            f"{f.brand}.",
        ),
        choose(
            "suspect",
            f"What follows are suspicions in the order in which {f.brand} can check them, the "
            "cheapest check first.",
            f"The causes below are usual ones, held against what {f.brand} told us; each has a "
            "test that can refute it.",
        ),
    )
    page.bullet(
        fact(f"This did not work before: {series(f.failed)}" if f.failed else ""),
        label="Told by the client",
    )
    page.bullet(
        choose(
            "moment",
            "Leaving has a date: soon after the start, after a bad experience, or after a long "
            f"pause. {f.brand} tells the three apart first.",
            f"{f.brand} asks first when people leave; the day says more about the cause than any "
            "survey.",
        ),
        label="First question",
    )


def _causes(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Root Causes")
    page.bullet(
        choose(
            "c1",
            f"Some never get as far as {want.value}; they do not leave {f.brand}, as they never "
            "quite arrived.",
            f"The promise before the decision is larger than the first week with {offer(f)} can "
            "keep.",
        ),
        label="A weak start",
    )
    page.bullet(
        f"The old trouble comes back unsolved: {f.pains[-1]}"
        if len(f.pains) > 1
        else choose(
            "c2",
            f"What people wanted from {offer(f)} has changed, and nobody at {f.brand} noticed.",
            f"The need was a single one; {f.brand} has given no reason for a second {want.use}.",
        ),
        label="A need unmet",
    )
    page.bullet(
        choose(
            "c3 work",
            f"The person who chose {f.brand} has moved on, and the successor has never met "
            "anybody there.",
            f"Nobody in the customer’s house can say what {f.brand} brought last year.",
        )
        if at_work(f)
        else choose(
            "c3",
            f"Nobody spoke to them between two {want.events}, and another name was simply nearer "
            f"than {f.brand}.",
            f"They would return if they thought of it; {f.brand} is silent at the hour when they "
            "decide.",
        ),
        label="Out of mind",
    )
    page.bullet(
        choose(
            "c4",
            "A complaint took too long, or got a form letter; the next time, the person did not "
            f"complain to {f.brand} at all.",
            f"Something went wrong once, and {f.brand} never heard of it because asking was made "
            "hard.",
        ),
        label="A bad day",
    )


def _impact(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Impact")
    lead = f.kpis[0] if f.kpis else None
    page.bullet(
        f"Each one who stays makes this easier: {stated(lead)} by {long_day(due(lead, f.start))}"
        if lead
        else f"Each one who stays saves {f.brand} the work of winning somebody new",
        label="On the goal",
    )
    page.bullet(
        choose(
            "cost",
            f"The sum is simple: people lost in a year, times what one of the {want.won} brings "
            f"in a year. {f.brand} has both numbers.",
            f"{f.brand} multiplies what one of its {want.won} brings in a year by those who left; "
            "the brief holds neither figure.",
        ),
        label="In money",
    )
    page.bullet(
        choose(
            "word",
            f"Those who leave content still recommend {f.brand}; those who leave in anger are "
            "heard further.",
            f"Leaving is also a message to others, and {f.brand} decides by its farewell what is "
            "told.",
        ),
        label="In reputation",
    )


def _checks(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("How It Is Found Out")
    page.bullet(
        choose(
            "records",
            f"By {near_day(f.on(8))}, {f.brand} draws the last contact of each person and marks "
            "where the curve drops.",
            f"{f.brand} sorts its records by month of arrival until {near_day(f.on(8))} and "
            "counts who is left of each month.",
        ),
        label="Records",
    )
    page.bullet(
        choose(
            "talk",
            "Eight people who left are called, not mailed; the first question is what they use "
            f"instead of {offer(f)}.",
            f"Eight talks with former customers of {f.brand}, ten minutes each, without any "
            "attempt to win them back.",
        ),
        label="Conversations",
    )
    page.bullet(
        choose(
            "mystery",
            f"Somebody who does not know {f.brand} goes the whole way once and keeps a diary of "
            "it.",
            f"The last thirty complaints to {f.brand} are read in one sitting and sorted by cause.",
        ),
        label="A fresh look",
    )


def _remedies(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("First Remedies")
    page.paragraph(
        choose(
            "remedy",
            f"Until the checks are in, {f.brand} does what helps against all four causes: a "
            "better first week, and an answer on the same day.",
            f"One thing is worth doing before any proof: {f.brand} speaks to newcomers in their "
            "first week, in person.",
        ),
        f"On {near_day(f.on(16))} the causes are ranked by what was found, and the two at the top "
        f"get the effort of {f.brand}.",
        fill(
            "A cause that none of the eight conversations mentions is crossed out, however "
            f"plausible it sounded at {f.brand}."
        ),
        fill(
            f"Remedies are tried on one half of the newcomers, so that {f.brand} can tell their "
            "effect from a good month."
        ),
        fill(
            f"What cannot be mended is told openly; people forgive {f.brand} a limit sooner than "
            "a surprise."
        ),
        fill(
            f"The list of causes is kept, with dates, because {f.brand} will meet the same "
            "suspicions again next year."
        ),
    )
