"""The win-back: how those who left are asked once more, and what happens with the answer."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.api.markdown import table
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import near_day
from aicmo_core.modules.production.internal.funnel import at_work, offer, pursuit
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.refusals import letters, refuses_price_cuts
from aicmo_core.modules.production.internal.wording import clip
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO

_FIRST_DAY = 17
"""The day of the plan on which the first message goes out."""


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: whom it is for, the sequence, both answers, and its end."""
    page = context.page(350, 660, "send daily emails", least_bullets=11, most_bullets=22)
    f = spared(context.facts, page.avoidance)
    _whom(page, f, context)
    _sequence(page, f, context, letters(context.facts, brief))
    _words(page, f, context, refuses_price_cuts(context.facts, brief))
    _welcome(page, f, context)
    _nurture(page, f, context)
    _end(page, f, context)
    return page.render()


def _whom(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Whom It Is For")
    page.paragraph(
        choose(
            "whom",
            f"The sequence is for people who chose {f.brand} before and have let four times their "
            "usual pause go by.",
            f"It reaches those who once were {want.won} of {f.brand} and would not call "
            "themselves that today.",
        )
    )
    page.bullet(
        choose(
            "out",
            "Whoever complained, unsubscribed or is owed something is left out; those get a "
            f"person from {f.brand} first.",
            f"Open complaints come before any letter: {f.brand} settles them, and writes only "
            "then.",
        ),
        label="Left out",
    )
    page.bullet(
        choose(
            "split",
            f"Those with one {want.use} get other words than those who were regulars; {f.brand} "
            "keeps two versions.",
            "Former regulars hear from a person whose name they know; the others hear what is "
            f"new at {f.brand}.",
        ),
        label="Two groups",
    )
    page.bullet(
        choose(
            "mail plan",
            f"Readers who never became {want.won} stay in the quiet flow of the mail plan; "
            f"{f.brand} does not mix the two.",
            "Who only ever read along belongs to the quiet flow of the mail plan, and not into "
            f"this list of {f.brand}.",
        ),
        label="Left to the mail plan",
    )


def _sequence(page: Page, f: Facts, context: Context, medium: str) -> None:
    cell = context.phrasing.choose
    page.heading("The Sequence")
    page.paragraph(
        f"Three messages over five weeks, by {_spoken(medium)}; any answer stops the rest, and "
        f"{f.brand} takes over in person."
    )
    rows = [
        (
            "Day 1",
            cell("w1", "How have you been?", "A question, not an offer"),
            cell("x1", "Asks one thing, sells nothing", "Shows that somebody noticed"),
        ),
        (
            "Day 12",
            cell(
                "w2",
                clip(f"What is new with {f.thing}", 12),
                clip(f"What changed about {f.thing}", 12),
            ),
            cell("x2", "Names one change that matters", "Gives a reason to look again"),
        ),
        (
            "Day 35",
            cell("w3", "Shall we say goodbye?", "Our last message, and thanks"),
            cell("x3", "Two buttons: stay or leave", "Lets go, and leaves the door open"),
        ),
    ]
    kept = [row for row in rows if all(row) and not f.avoidance.concerns(" ".join(row))]
    if kept:
        page.block(table(("When", "Subject", "What it does"), kept))


def _spoken(medium: str) -> str:
    head, _, rest = medium.partition(" ")
    return f"{head.lower()} {rest}".strip()


def _words(page: Page, f: Facts, context: Context, full_price: bool) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    running = f.lasting(f.offers, f.on(_FIRST_DAY + 34))
    page.heading("What Is Said")
    page.bullet(
        choose(
            "first words",
            "“It has been a while. Did something go wrong on our side, or did life get in "
            f"between?” Signed by a person at {f.brand}.",
            "“We noticed that you have not been here. One line would help us: what was missing?” "
            f"A person at {f.brand} reads it.",
        ),
        label="First message",
    )
    page.bullet(
        f"What speaks for coming back: {f.selling_points[0]}"
        if f.selling_points
        else choose(
            "second words",
            f"One thing that has become better about {offer(f)} since then, told with a date; "
            f"{f.brand} invents none.",
            f"What others now do with {offer(f)}, in one picture, and what {f.brand} changed "
            "after criticism.",
        ),
        label="Second message",
    )
    page.bullet(
        f"No reduced price is offered, as {f.brand} wishes; what it can give is time, help or an "
        "early look"
        if full_price
        else fact(f"What runs then may be named, without a countdown: {running[0]}")
        if running
        else choose(
            "reason",
            f"If {f.brand} gives something, it is help with the new start, so that those who "
            "stayed are not the fools.",
            f"A gift for returning must not be better than what loyal {want.won} of {f.brand} get.",
        ),
        label="What is offered",
    )
    page.bullet(
        choose(
            "last words",
            "“Thank you for the time with us. If we hear nothing, we will not write again.” "
            f"{f.brand} means that.",
            f"“This is our last message. The door stays open.” {f.brand} adds one link, and one "
            "way to be forgotten.",
        ),
        label="Last message",
    )
    for message in f.messages:
        page.bullet(f"“{message}”", label="Word for word in one of them")


def _welcome(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Welcome Series")
    page.bullet(
        choose(
            "back",
            "Whoever returns is greeted as somebody known: “Good to have you back”, and nothing "
            f"is asked that {f.brand} knows.",
            f"A returning person skips the introduction; {f.brand} says what has changed, and "
            "what has stayed.",
        ),
        label="On the day",
    )
    page.bullet(
        choose(
            "back week",
            f"A week later a person at {f.brand} asks whether the old reason for leaving is gone.",
            f"After a week, {f.brand} puts one question: is it better than last time?",
        ),
        label="A week after",
    )


def _nurture(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Nurture Flows")
    page.bullet(
        choose(
            "open",
            f"Those who look and do not decide get one useful note a month from {f.brand}, for "
            "three months.",
            f"Interest without a decision is answered with patience: a note a month on {f.thing}, "
            "three times.",
        ),
        label="Undecided",
    )
    page.bullet(
        choose(
            "moved work",
            f"If the person has changed jobs, {f.brand} asks for the successor, and congratulates.",
            f"A new name at the customer’s house starts as a newcomer at {f.brand}, with the "
            "history told in ten lines.",
        )
        if at_work(f)
        else choose(
            "moved",
            f"Whoever no longer needs {f.thing} is asked whether somebody they know does, and "
            "thanked.",
            f"Needs end; {f.brand} notes that reason and writes to nobody who gave it.",
        ),
        label="Need has ended",
    )


def _end(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Start and Stop")
    page.bullet(
        choose(
            "begin",
            f"The first message goes to a hundred people at most on {near_day(f.on(_FIRST_DAY))}, "
            "so that "
            f"{f.brand} can answer each of them.",
            f"{f.brand} begins on {near_day(f.on(_FIRST_DAY))} with a small group and reads all "
            "answers "
            "before the next.",
        ),
        label="Start",
    )
    page.bullet(
        choose(
            "count",
            f"Counted are those who {want.again}, and what they gave as the reason; openings say "
            f"nothing here to {f.brand}.",
            f"Two figures matter to {f.brand}: how many came back, and how many are still there "
            "after two rhythms.",
        ),
        label="Count",
    )
    page.paragraph(
        fill(
            f"The reasons for leaving go to whoever can change them at {f.brand}, which is often "
            "worth more than those who return."
        ),
        fill(
            "Nobody goes through the sequence twice in a year, however good the list at "
            f"{f.brand} looks."
        ),
        fill(
            f"After the last message the address is deleted unless a law tells {f.brand} to keep "
            "it, and then only for that."
        ),
        fill(
            f"The tone is that of a neighbour who noticed closed shutters; {f.brand} neither begs "
            "nor blames."
        ),
        fill(
            f"A group that does not get the sequence for two months shows {f.brand} how many "
            "would have come back by themselves."
        ),
    )
