"""The remarketing strategy: whom to meet again, with what, and what grows out of it."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.internal.channels import Family
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.funnel import (
    Stage,
    at_work,
    buys_reach,
    joined,
    names_for,
    offer,
    pursuit,
)
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.wording import clip, series
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: groups, what they see, revenue, prices, and further steps."""
    page = context.page(
        320, 560, "charge as much as possible", "just lower prices", "show same ads",
        "retarget everyone", "remarketing not needed", "no retargeting", least_bullets=10,
        most_bullets=16,
    )  # fmt: skip
    f = spared(context.facts, page.avoidance)
    paid = buys_reach(context.facts, brief)
    _groups(page, f, context)
    _strategy(page, f, context, paid=paid)
    _revenue(page, f, context)
    _prices(page, f, context)
    _further(page, f, context)
    return page.render()


def _groups(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Audience Segmentation: Remarketing Audiences")
    page.paragraph(
        choose(
            "groups",
            f"Not all who have met {f.brand} should meet it again. Four groups are told apart.",
            f"Whoever has met {f.brand} belongs to one of four groups, and each sees something "
            "else.",
        )
    )
    page.bullet(
        choose(
            "lookers",
            f"They saw a piece by {f.brand} to its end and went on; they get a second, different "
            "one.",
            f"They stayed with a piece about {offer(f)}, and know little more than the name.",
        ),
        label="Lookers",
    )
    page.bullet(
        choose(
            "readers",
            f"They opened the page and read on; what they lack is proof that {f.brand} is right.",
            f"They have read about {offer(f)}, and left with an open question.",
        ),
        label="Readers",
    )
    page.bullet(
        f"They began to {want.act} and stopped; {f.brand} owes them an answer, and no pressure.",
        label="Nearly there",
    )
    page.bullet(
        choose(
            "won",
            f"They are {want.won} already; they see thanks and news, and no request that they "
            "have long answered.",
            f"As {want.won}, they are left out of all first requests by {f.brand}.",
        ),
        label="Won",
    )


def _places(f: Facts) -> str:
    """Return where somebody can be met again for money: a letter goes to an address instead."""
    names = [c.channel for c in f.channels if f.craft(c.channel).family is not Family.MAIL]
    return joined([clip(name, 4) for name in names[:3]])


def _strategy(page: Page, f: Facts, context: Context, *, paid: bool) -> None:
    choose = context.phrasing.choose
    page.heading("Retargeting Strategy")
    places = _places(f) or names_for(f, Stage.CONVERSION, 3)
    page.paragraph(
        choose(
            "paid",
            f"Return visits are paid for on {places}, and come out of the share that these "
            "channels have in the plan.",
            f"The money for it is part of what {places} have anyway; no extra line is opened.",
        )
        if paid
        else f"{f.brand} buys no reach, so people are met again where they agreed to it: on "
        f"{places}, and on the page itself.",
        choose(
            "cap",
            f"Nobody sees {f.brand} more than three times a week in this way, and after thirty "
            "days it ends.",
            f"After thirty days, or three meetings in a week, {f.brand} keeps quiet.",
        ),
    )
    page.bullet(
        fact(f"They meet a fact instead of a promise: {f.proof[0]}")
        if f.proof
        else choose(
            "to readers",
            f"The answer to the commonest question about {offer(f)}, and no repetition of the "
            "first piece.",
            f"A second look at {offer(f)} from a side that the first piece left out.",
        ),
        label="To readers",
    )
    page.bullet(
        choose(
            "to nearly",
            f"What happens after the click, in three steps, with the face of whoever answers at "
            f"{f.brand}.",
            f"“Is there a question left?” with a direct way to a person at {f.brand}.",
        ),
        label="To the nearly decided",
    )
    page.paragraph(
        fill(
            f"Lists are made only from people who agreed; {f.brand} uploads no addresses without "
            "a written basis."
        )
    )


def _revenue(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Revenue Streams")
    rest = f.products[1:]
    page.bullet(f"Measured before all else: {f.product}", label="Main")
    page.bullet(
        fact(f"Next to it stand {series(rest)}, which each get a door of their own on the page")
        if rest
        else choose(
            "second",
            f"{f.brand} has named one offer. A second one is proposed only when people ask for "
            "the same thing three times.",
            f"Questions that come in about {offer(f)} show which service around it people would "
            f"pay {f.short_brand} for.",
        ),
        label="Beside it",
    )
    page.bullet(
        choose(
            "again",
            f"The most dependable stream is people who {want.again}, as they cost nothing to find.",
            f"Those who {want.again} are worth more to {f.brand} with each year.",
        ),
        label="Over time",
    )


def _prices(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Pricing Logic")
    page.paragraph(
        f"What {f.brand} says about prices is the base, and nothing here departs from it: "
        f"{f.pricing}"
        if f.pricing
        else choose(
            "prices",
            f"{f.brand} has not stated prices, so none appear here; what follows is the way to "
            "present them.",
            f"Prices are for {f.brand} to set. This plan only says how they should be met.",
        ),
        choose(
            "logic",
            f"The price stands beside what it replaces, so that {f.readers} can compare like with "
            "like.",
            f"Three steps are shown at most, and {f.brand} says which one suits whom.",
        ),
        choose(
            "discount",
            "Instead of a discount, something is added: time, advice, a longer right to change "
            "one’s mind.",
            f"Whoever waits at {f.brand} pays no less; otherwise waiting would be what people "
            "learn.",
        ),
    )


def _further(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Upsell & Cross-sell")
    page.bullet(
        choose(
            "up",
            f"More is proposed after {want.value}, and never on the first day.",
            f"{f.brand} waits for the first result, then shows what the next size would change.",
        ),
        label="A step up",
    )
    page.bullet(
        fact(f"Whoever chose {offer(f)} hears once about {f.products[1]}, with the reason")
        if len(f.products) > 1
        else fill(
            f"{f.brand} shows in use what goes well with {offer(f)}, and makes no list of it."
        ),
        label="A step aside",
    )
    page.bullet(
        f"A second team in the same house is reached through the first, if {f.brand} has earned it."
        if at_work(f)
        else choose(
            "bring",
            f"Whoever brings somebody along is thanked by {f.brand} in person.",
            f"{f.brand} makes it easy to bring one more person: one link, one line.",
        ),
        label="A step further",
    )
    page.paragraph(
        fill(
            f"If people at {f.brand} would not recommend the bigger choice to a friend, it is not "
            "proposed."
        )
    )
