"""The conversion strategy: from the decision to the first moment in which it pays."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import apart, due, long_day, near_day, target
from aicmo_core.modules.production.internal.funnel import (
    Stage,
    at_work,
    kpis_for,
    names_for,
    offer,
    pursuit,
)
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: first value, steps, friction, tactics, and what is counted."""
    page = context.page(
        310, 580, "no onboarding needed", "lower prices", least_bullets=9, most_bullets=17
    )
    f = spared(context.facts, page.avoidance)
    _first_value(page, f, context)
    _steps(page, f, context)
    _friction(page, f, context)
    _tactics(page, f, context)
    _count(page, f, context)
    return page.render()


def _first_value(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("First Value Moment")
    page.paragraph(
        choose(
            "moment",
            f"The decision for {f.brand} pays for the first time in one moment: {want.value}.",
            f"Everything before it is a promise. For {f.readers}, the first value is this: "
            f"{want.value}.",
        ),
        choose(
            "shorten",
            f"Conversion work at {f.brand} therefore has one aim: to shorten the time between "
            "the decision and that moment.",
            f"A conversion that {f.brand} follows up late is half lost, so the clock starts with "
            "the click.",
        ),
        fact(f"What {f.brand} calls a success after thirty days: {f.success}" if f.success else ""),
    )


def _steps(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Onboarding Steps")
    page.bullet(
        choose(
            "confirm",
            f"Within a minute comes a confirmation that says what {f.brand} does next, and when.",
            f"A confirmation goes out at once; it names a person at {f.brand} and a day.",
        ),
        label="Minute one",
    )
    page.bullet(
        f"Somebody from {f.brand} answers within one working day, having read what was written."
        if at_work(f)
        else choose(
            "day",
            f"{f.brand} says how to get the most out of {offer(f)} the first time, in three lines.",
            f"A short note shows what to expect from {offer(f)}, and what not to expect.",
        ),
        label="Day one",
    )
    page.bullet(
        choose(
            "use",
            f"{f.brand} checks whether the first value has been reached, and helps where it has "
            "not.",
            f"One question goes out: “Did it work as you expected?” A no is answered by a person "
            f"at {f.short_brand}.",
        ),
        label="Week one",
    )
    page.bullet(
        choose(
            "reason",
            f"After that, {f.brand} gives one reason to {want.again}, and it is never pressure.",
            f"Then comes a proposal for the next step; whoever leaves it aside stays welcome at "
            f"{f.brand}.",
        ),
        label="Month one",
    )


def _friction(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Friction Points")
    page.bullet(
        fact(f"This is known from {f.brand} and taken up on the page itself: {f.pains[0]}")
        if f.pains
        else choose(
            "known",
            f"Nobody has yet counted where people leave {f.brand}; the first two weeks do that, "
            "step by step.",
            f"{f.brand} has not named any obstacle, so three outsiders are watched as they try "
            "to decide.",
        ),
        label="In people’s minds",
    )
    page.bullet(
        choose(
            "form",
            f"Each field in a form has to earn its place: {f.brand} asks only for what the next "
            "step needs.",
            "Name, one way to answer, and one question are enough; the rest is asked in the "
            "conversation.",
        ),
        label="In the form",
    )
    page.bullet(
        choose(
            "phone",
            f"The way to {f.brand} is walked on an old telephone with a slow line before money "
            "leads anybody there.",
            f"On a telephone, {f.brand} keeps the request in sight and the keyboard out of it.",
        ),
        label="On the telephone",
    )
    page.bullet(
        choose(
            "cost",
            "The full cost stands before the last step; surprises there end more decisions than "
            "the sum itself.",
            f"The cost of {offer(f)}, or the way to learn it, is said before the request.",
        ),
        label="At the price",
    )


def _tactics(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Conversion Tactics")
    page.bullet(
        choose(
            "ask",
            f"One request to a page, in the words of the reader: “{want.button}”.",
            f"The button says what happens (“{want.button}”) and not “Submit”.",
        ),
        label="One request",
    )
    page.bullet(
        choose(
            "where",
            f"Requests are made on {names_for(f, Stage.CONVERSION)}, to people who have met "
            f"{f.brand} before.",
            f"On {names_for(f, Stage.CONVERSION)}, {f.brand} asks directly, since these readers "
            "know it by now.",
        ),
        label="Right place",
    )
    page.bullet(
        fact(f"It gives a true reason to decide now: {f.offers[0]}")
        if f.offers
        else choose(
            "urgency",
            f"No deadline is invented. A true reason to decide now is a free date at {f.brand}, "
            "said as it is.",
            f"{f.brand} names real limits only: hands, hours, places, stock.",
        ),
        label="Reason to act",
    )
    page.bullet(
        fact(f"Directly beside the button stands this: {f.proof[0]}")
        if f.proof
        else fill(f"Beside the button stands one sentence by somebody who chose {f.brand}."),
        label="Reassurance",
    )
    page.paragraph(
        fill(
            f"Whoever stops half-way gets one friendly reminder from {f.brand} with the answer to "
            "the commonest doubt, and after that none."
        ),
        fill(
            "A saved form, a second way to answer and a visible telephone number rescue more "
            "decisions than a new headline."
        ),
    )


def _count(page: Page, f: Facts, context: Context) -> None:
    page.heading("What Is Counted")
    for kpi in kpis_for(f, Stage.CONVERSION)[:2]:
        page.bullet(
            fact(
                f"Aimed at: {target(kpi)}{apart(kpi, f.kpis, f.start)}, due "
                f"{long_day(due(kpi, f.start))}"
            ),
            label=f"{kpi.name[:1].upper()}{kpi.name[1:]}",
        )
    page.paragraph(
        context.phrasing.choose(
            "count",
            f"From {near_day(f.start)} on, {f.brand} counts each step apart: seen, opened, begun, "
            "sent, answered.",
            f"{f.brand} notes from {near_day(f.start)} on how many people reach each step, and "
            "where the most turn back.",
        ),
        fill(
            "The step with the largest loss is changed first, one change at a time, and never in "
            "the week of another test."
        ),
    )
