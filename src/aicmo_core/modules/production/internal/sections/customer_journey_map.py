"""The customer journey map: what a person does, asks and meets on the way, stage by stage."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.api.markdown import table
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import near_day
from aicmo_core.modules.production.internal.funnel import (
    Stage,
    at_work,
    names_for,
    offer,
    pursuit,
)
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.wording import capital
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: the whole way in a table, its four stages, and its turning points."""
    page = context.page(345, 640, "simple journey", least_bullets=11, most_bullets=20)
    f = spared(context.facts, page.avoidance)
    _glance(page, f, context)
    _awareness(page, f, context)
    _consideration(page, f, context)
    _purchase(page, f, context)
    _retention(page, f, context)
    _turns(page, f, context)
    return page.render()


def _glance(page: Page, f: Facts, context: Context) -> None:
    cell = context.phrasing.choose
    want = pursuit(f)
    page.heading("The Journey at a Glance")
    page.paragraph(
        cell(
            "view",
            f"The map is drawn from the side of {f.readers}; what {f.brand} does inside is left "
            "out on purpose.",
            f"One person walks through this map; {f.brand} is only seen where that person meets "
            "it.",
        ),
        f"It rests on the brief, and {f.brand} checks it in five conversations before it is acted "
        "on.",
    )
    rows = [
        (
            "Awareness",
            cell("g1", "Notices a need", "Stumbles over a first mention"),
            names_for(f, Stage.AWARENESS),
        ),
        (
            "Consideration",
            cell("g2", "Compares and asks around", "Looks twice, on two days"),
            names_for(f, Stage.CONSIDERATION),
        ),
        ("Purchase", capital(f"is ready to {want.act}"), names_for(f, Stage.CONVERSION)),
        (
            "Retention",
            cell("g4", "Finds out whether it holds", f"Could {want.again}"),
            names_for(f, Stage.RETENTION),
        ),
    ]
    kept = [row for row in rows if all(row) and not f.avoidance.concerns(" ".join(row))]
    if kept:
        page.block(table(("Stage", "What the person does", "Meeting place"), kept))


def _awareness(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Awareness")
    page.bullet(
        f"A day on which this is felt: {f.pains[0]}"
        if f.pains
        else choose(
            "trigger",
            f"A change in daily life raises the question of {f.kind}; which change that is, "
            f"{f.brand} "
            "asks its newest customers.",
            f"Somebody else mentions {f.kind}, and a thought that slept for months wakes up.",
        ),
        label="Trigger",
    )
    page.bullet(
        choose(
            "aware question",
            f"“Do I need {f.kind} at all?” The first sentence from {f.brand} has to answer that.",
            f"“What would be different with {f.kind}?” A picture by {f.brand} says it sooner than "
            "a paragraph.",
        ),
        label="Question in mind",
    )
    page.bullet(
        choose(
            "aware break",
            f"The person sees {f.brand} once and forgets the name; a second sight within days is "
            "what the calendar is for.",
            f"The name {f.brand} is seen and not linked to {offer(f)}, so both stand together "
            "each time.",
        ),
        label="Where it breaks",
    )


def _consideration(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Consideration")
    page.bullet(
        choose(
            "compare",
            "“How does this compare, and what would others say?” At least two alternatives lie "
            f"beside {f.brand}."
            if at_work(f)
            else "“Is it worth it, and can I believe it?” Opinions of strangers now count as "
            f"much as {f.brand} itself.",
            f"“What speaks against it?” {f.brand} names the limits of {offer(f)} before somebody "
            "else does.",
        ),
        label="Question on the table",
    )
    page.bullet(
        f"This, shown before it is asked for: {f.proof[0]}"
        if f.proof
        else choose(
            "consider proof",
            f"Evidence is thin so far; {f.brand} collects three short statements by "
            f"{near_day(f.on(15))}.",
            f"A look behind {offer(f)} has to stand in until {f.brand} can quote somebody.",
        ),
        label="What helps",
    )
    page.bullet(
        choose(
            "consider break",
            f"The answer takes {f.brand} longer than a day, and the person has asked elsewhere by "
            "then.",
            f"Price, time or effort are hidden; whoever has to ask {f.brand} for them often does "
            "not.",
        ),
        label="Where it is lost",
    )


def _purchase(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Purchase")
    page.bullet(
        choose(
            "buy question",
            f"“What happens after I {want.act}?” {f.brand} says it beside the button, in one line.",
            f"“Can I still change my mind?” The way back is told before {want.event}, not after "
            "it.",
        ),
        label="Last question",
    )
    page.bullet(
        fact(f"On prices the person reads this: {f.pricing}")
        if f.pricing
        else choose(
            "buy effort",
            "Fields, clicks and waiting times are counted by somebody who does not work at "
            f"{f.brand}.",
            f"A stranger with a telephone tries to {want.act} while {f.brand} watches in silence.",
        ),
        label="Effort",
    )
    page.bullet(
        choose(
            "buy break",
            f"Something unexpected appears in the last step; {f.brand} shows all of it in the "
            "first.",
            f"The person is interrupted; what was entered is still there when {f.brand} is opened "
            "again.",
        ),
        label="Where it stops",
    )


def _retention(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Retention")
    page.bullet(
        choose(
            "stay moment",
            f"The moment that decides is {want.value}.",
            f"What tips the balance for {f.brand} is {want.value}.",
        ),
        label="Moment of truth",
    )
    page.bullet(
        choose(
            "stay next",
            f"To {want.again} has to be easier than the first time; {f.brand} asks for nothing "
            "that it knows.",
            f"A reason to {want.again} comes from {f.brand} before the old one has faded.",
        ),
        label="Next reason",
    )
    page.bullet(
        fact(f"“{f.events[0]}” is an occasion to meet again" if f.events else ""),
        label="Occasion to return",
    )


def _turns(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Moments That Decide")
    page.paragraph(
        choose(
            "turns",
            f"Two of these moments get an owner at {f.brand} by {near_day(f.on(10))}: the first "
            "answer, and the days after the decision.",
            f"{f.brand} cannot mend all of it at once; by {near_day(f.on(10))} it picks the two "
            "breaks that cost most people.",
        ),
        fill(
            f"For each of them, {f.brand} writes down what a person meets today, and what the "
            "same person should meet in a month."
        ),
        fill(
            f"A stage without a number is not managed, so {f.brand} counts how many enter each "
            "stage and how many leave it onward."
        ),
        fill(
            f"Complaints are entered on the map where they arose, and {f.brand} soon sees which "
            "stage earns them."
        ),
        fill(
            f"The map hangs where people at {f.brand} see it, with the date of the last "
            "correction in a corner."
        ),
        fill(
            f"Half a year from now, the five conversations are held again, and {f.brand} redraws "
            "what no longer holds."
        ),
    )
