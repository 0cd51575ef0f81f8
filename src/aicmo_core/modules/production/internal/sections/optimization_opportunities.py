"""The optimization opportunities: what to try first, what is quick, and what takes patience."""

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
from aicmo_core.modules.production.internal.wording import capital, clip, series
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: experiments in order, quick wins, longer bets, and the rules."""
    page = context.page(
        330, 620, "test everything", "random experiments", least_bullets=11, most_bullets=20
    )
    f = spared(context.facts, page.avoidance)
    _table(page, f, context)
    _experiments(page, f, context)
    _quick(page, f, context)
    _bets(page, f, context)
    _rules(page, f, context)
    return page.render()


def _table(page: Page, f: Facts, context: Context) -> None:
    cell = context.phrasing.choose
    page.heading("The Order at a Glance")
    page.paragraph(
        cell(
            "order",
            f"The order follows from two questions: what could it move for {f.brand}, and how "
            "soon would one know?",
            f"First comes what can move most with the least effort at {f.brand}; the rest waits "
            "its turn.",
        )
    )
    rows = [
        ("One", cell("r1", "First line of a piece.", "Opening of a piece."), "Awareness"),
        ("Two", cell("r2", "Order of the page.", "Proof before offer."), "Consideration"),
        ("Three", cell("r3", "Words on the button.", "Shape of the request."), "Conversion"),
        ("Four", cell("r4", "Day of the follow-up.", "Hour of the follow-up."), "Retention"),
    ]
    page.block(table(("Rank", "What is varied", "Stage"), [(a, b or "–", c) for a, b, c in rows]))


def _experiments(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("High-Impact Experiments")
    page.bullet(
        f"Half of the pieces on {names_for(f, Stage.AWARENESS, 1)} begin with “{f.pains[0]}”, half "
        f"with {offer(f)}; more people who stay to the end decide it."
        if f.pains
        else choose(
            "e1",
            f"Half of the pieces on {names_for(f, Stage.AWARENESS, 1)} begin with a question, half "
            f"with {offer(f)}; what decides is how many stay to the end.",
            f"On {names_for(f, Stage.AWARENESS, 1)}, one piece opens with a person and the next "
            f"with {offer(f)}, in turn for two weeks.",
        ),
        label="First line",
    )
    page.bullet(
        fact(f"Proof goes to the very top of the page for one week: {f.proof[0]}")
        if f.proof
        else choose(
            "e2",
            f"The page of {f.brand} opens with a look behind the scenes for one week, and with the "
            "offer for another.",
            f"One week with the price of {offer(f)} at the top, one with it at the end.",
        ),
        label="Page",
    )
    page.bullet(
        choose(
            "e3",
            f"“{want.button}” against “Ask {f.short_brand} a question”; counted are those who "
            "finish.",
            f"A request to {want.act} against a smaller one, to send one question to {f.brand}.",
        ),
        label="Request",
    )


def _quick(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Quick Wins")
    page.bullet(
        choose(
            "w1",
            f"All profiles of {f.brand} lead to the same page, and the page says the same first "
            "sentence.",
            f"Name, picture and link of {f.brand} are made to agree on "
            f"{series([clip(n, 4) for n in f.channel_names[:3]])}.",
        ),
        label="This week",
    )
    page.bullet(
        choose(
            "w2",
            f"The confirmation after {want.event} names a person and a day.",
            f"The three questions that {f.brand} answers most often move onto the page.",
        ),
        label="Next week",
    )
    page.bullet(
        fact(f"It has worked before and is taken up again at once: {f.worked[0]}")
        if f.worked
        else fill(
            f"The best piece by {f.brand} of the last months is shown once more, with a new first "
            "line."
        ),
        label="From the archive",
    )
    page.bullet(
        choose(
            "w4",
            f"Whoever decided lately is asked for one sentence about {f.brand}.",
            f"Two people who chose {f.brand} are asked what nearly kept them from it.",
        ),
        label="In one telephone call",
    )


def _bets(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Longer-Term Bets")
    page.bullet(
        choose(
            "b1",
            f"A lasting place for questions about {offer(f)}, written by those who do the work at "
            f"{f.brand}; it needs half a year to be found.",
            f"{f.brand} becomes the source that others quote on {offer(f)}: one small survey a "
            "year, openly published.",
        ),
        label="A source",
    )
    page.bullet(
        f"Partners who already serve {f.readers} bring {f.brand} along, with an agreement that is "
        "fair to both."
        if at_work(f)
        else choose(
            "b2",
            f"People who like {f.brand} get a reason to bring others, without a prize.",
            f"A yearly day on which {f.brand} and those who chose it meet in person.",
        ),
        label="A circle",
    )
    page.bullet(
        fact(f"{capital(f.second_audience)} get a page and a series of their own")
        if f.second_audience
        else fill(
            f"A second audience for {offer(f)} is looked for once the first one is reached "
            "steadily."
        ),
        label="A second audience",
    )


def _rules(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Rules of the Game")
    page.bullet(
        choose(
            "one",
            f"One thing at a time on one channel; otherwise {f.brand} learns that something "
            "worked, and not what.",
            f"{f.brand} writes down before each test what it expects, and what it will do in "
            "either case.",
        ),
        label="One change",
    )
    page.bullet(
        f"Two weeks, or a hundred decisions, whichever comes later; the first test is read on "
        f"{near_day(f.on(16))}.",
        label="Length",
    )
    page.bullet(
        fact(f"What failed before is not tried again under another name: {series(f.failed)}")
        if f.failed
        else fill(
            f"A test that finds nothing is kept on the list of {f.brand}, so that nobody repeats "
            "it."
        ),
        label="Memory",
    )
    page.bullet(
        fact(f"No test leaves this aside: {f.limits[-1]}" if f.limits else ""), label="Limits"
    )
