"""The automated flows: which message goes to whom, when, and what ends the series."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.api.markdown import table
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import near_day
from aicmo_core.modules.production.internal.funnel import (
    Stage,
    at_work,
    may_mail,
    names_for,
    offer,
    pursuit,
)
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.wording import capital, series
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: the flows at a glance, each flow, and the rules for all."""
    page = context.page(360, 720, "send daily emails", least_bullets=12, most_bullets=24)
    f = spared(context.facts, page.avoidance)
    word = "letter" if may_mail(brief) else "message"
    _glance(page, f, context, word)
    _welcome(page, f, context, word)
    _nurture(page, f, context)
    _half_way(page, f, context, word)
    _after(page, f, context)
    _rest(page, f, context, word)
    _rules(page, f, context, word)
    return page.render()


def _glance(page: Page, f: Facts, context: Context, word: str) -> None:
    cell = context.phrasing.choose
    want = pursuit(f)
    page.heading("The Flows at a Glance")
    page.paragraph(
        cell(
            "intro",
            f"Five short series do what a person at {f.brand} would do with unlimited time.",
            f"{f.brand} writes these series once and looks at them monthly; they run by "
            "themselves.",
        ),
        f"They go out by mail; the channels of the plan ({names_for(f, Stage.RETENTION)}) bring "
        "people to them."
        if word == "letter"
        else f"{f.brand} does not want mail, so the same words go out on "
        f"{names_for(f, Stage.RETENTION)}, only to those who asked for them.",
    )
    rows = [
        ("Welcome", cell("f1", "Leaves an address.", "Asks to hear more."), "Three"),
        ("Nurture", cell("f2", "Takes the guide along.", "Compares without asking."), "Four"),
        ("Half-way", cell("f3", f"Begins to {want.act} and stops.", "Stops in the form."), "One"),
        ("After", cell("f4", "Has decided.", f"Is one of the new {want.won}."), "Three"),
        ("Quiet", cell("f5", "Has not been seen for long.", "Stays away."), "Two"),
    ]
    page.block(
        table(
            ("Flow", "Begins when a person", f"{capital(word)}s"),
            [(flow, text or "–", count) for flow, text, count in rows],
        )
    )


def _welcome(page: Page, f: Facts, context: Context, word: str) -> None:
    choose = context.phrasing.choose
    page.heading("Welcome Series")
    page.bullet(
        choose(
            "w1",
            f"“Good that you are here.” What {f.brand} will send, how often, and how to stop it.",
            f"“Here is what you asked for.” The thing itself first, then two lines on {f.brand}.",
        ),
        label="At once",
    )
    page.bullet(
        choose(
            "w2",
            f"“Why we do this.” How {f.brand} came to {offer(f)}, told by a person with a name.",
            f"“One thing about {offer(f)} that surprises most people.” One idea, one picture.",
        ),
        label="Day three",
    )
    page.bullet(
        f"“What speaks for it”: {f.selling_points[0]}"
        if f.selling_points
        else choose(
            "w3",
            f"“What would you like to know?” Answers go to a person at {f.brand}, and to no "
            "machine.",
            f"“Which of these is you?” Three cases; the click decides which {word} follows.",
        ),
        label="Day six",
    )


def _nurture(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Nurture Flows")
    page.bullet(
        f"The problem, in the reader’s words: {f.pains[0]}"
        if f.pains
        else choose(
            "n1",
            f"The situation in which people begin to look for {offer(f)}, told as a scene.",
            f"What it costs to leave things as they are, told without alarm by {f.brand}.",
        ),
        label="First",
    )
    page.bullet(
        choose(
            "n2",
            f"Three ways out, with {offer(f)} among them, and what speaks for and against each.",
            f"How to judge {offer(f)}: the three points that decide, and one that does not.",
        ),
        label="Second",
    )
    page.bullet(
        f"An example with a result: {f.proof[0]}"
        if f.proof
        else choose(
            "n3",
            f"An example from the work of {f.brand}, with what went wrong at first.",
            f"Somebody who was undecided tells, with consent, how it went on with {f.brand}.",
        ),
        label="Third",
    )
    page.bullet(
        choose(
            "n4",
            f"The invitation to {want.act}, with the name of whoever answers at {f.brand}.",
            f"A plain request: “{want.button}”. Nothing else stands beside it.",
        ),
        label="Fourth",
    )
    page.paragraph(
        f"This flow is the heart of {want.name} for {f.brand}, as it reaches those who are "
        "interested and not ready."
    )


def _half_way(page: Page, f: Facts, context: Context, word: str) -> None:
    choose = context.phrasing.choose
    page.heading("Half-Way Flow")
    page.bullet(
        choose(
            "h1",
            f"One {word} on the next morning: “Did something go wrong on our side?” It keeps what "
            "was entered.",
            f"One {word} after a day, with the question that holds most people back and its "
            "answer.",
        ),
        label="Next day",
    )
    page.bullet(
        fill(
            f"There is no second reminder, and no price that drops for those who wait at {f.brand}."
        ),
        label="And then",
    )


def _after(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("After the Decision")
    page.bullet(
        choose(
            "a1",
            f"Thanks, what happens next at {f.brand}, and the one thing to prepare.",
            f"A confirmation that answers the three questions which new {want.won} ask.",
        ),
        label="Same hour",
    )
    page.bullet(
        f"“Have you shown it to your colleagues yet?” {f.brand} adds a page that can be passed on."
        if at_work(f)
        else choose(
            "a2",
            f"A hint by {f.brand} that makes {want.value} come sooner.",
            f"“How was it?” One click answers; a bad answer reaches a person at {f.brand}.",
        ),
        label="Day four",
    )
    page.bullet(
        choose(
            "a3",
            f"A request for one honest sentence about {f.brand}, and for leave to quote it.",
            f"“Whom should we tell about {f.short_brand}?” It is asked once, and only of the "
            "content.",
        ),
        label="Day twenty",
    )


def _rest(page: Page, f: Facts, context: Context, word: str) -> None:
    choose = context.phrasing.choose
    page.heading("Quiet People")
    page.bullet(
        choose(
            "q1",
            f"“Shall we stop?” A {word} from {f.brand} with two buttons: stay, or leave.",
            f"What has changed at {f.brand} since the last visit, in three lines.",
        ),
        label="After ninety days",
    )
    page.bullet(
        fill(
            f"Silence after that counts as a no, and {f.brand} deletes the address. A small list "
            "that reads is worth more."
        ),
        label="Two weeks later",
    )


def _rules(page: Page, f: Facts, context: Context, word: str) -> None:
    choose = context.phrasing.choose
    page.heading("Rules for All Flows")
    page.bullet(
        choose(
            "consent",
            "Nobody is written to who has not asked for it, and a yes can be proved with day and "
            f"place at {f.brand}.",
            f"{f.brand} keeps a record of who agreed to what, and when; without it, nothing goes "
            "out.",
        ),
        label="Consent",
    )
    page.bullet(
        f"At most one {word} in three days, whichever flows a person is in; the flow nearer to a "
        "decision goes first.",
        label="Frequency",
    )
    page.bullet(
        fact(f"The voice is {series(f.voice)} in each subject line, too" if f.voice else ""),
        label="Voice",
    )
    page.paragraph(
        choose(
            "ready",
            f"Welcome and half-way flow are ready by {near_day(f.on(10))}, the others by "
            f"{near_day(f.on(24))}.",
            f"{f.brand} starts two flows by {near_day(f.on(10))} and adds the rest until "
            f"{near_day(f.on(24))}.",
        ),
        fill(
            f"Each {word} is measured by what people do afterwards; how many opened it is no "
            "longer a figure that can be trusted."
        ),
        fill(
            f"A flow that nobody at {f.brand} has read for half a year is switched off until "
            "somebody does."
        ),
    )
