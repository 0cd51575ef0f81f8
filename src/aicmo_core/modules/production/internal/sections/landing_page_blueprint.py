"""The landing page blueprint: what stands where on the page that the whole work leads to."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.api.markdown import table
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.funnel import at_work, offer, pursuit
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.wording import capital, closed, series
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: order of the page, its parts, the questions, and its checks."""
    page = context.page(330, 640, "dummy text", least_bullets=11, most_bullets=18)
    f = spared(context.facts, page.avoidance)
    _order(page, f, context)
    _hero(page, f, context)
    _proof(page, f, context)
    _offer(page, f, context)
    _call(page, f, context)
    _questions(page, f, context)
    _checks(page, f, context)
    return page.render()


def _order(page: Page, f: Facts, context: Context) -> None:
    cell = context.phrasing.choose
    want = pursuit(f)
    page.heading("The Page from Top to Bottom")
    page.paragraph(
        f"All pieces of this plan lead to one page at {f.site}; it has one task, which is that "
        f"people {want.act}."
        if f.site
        else f"{f.brand} needs one page with one address; its only task is that people {want.act}."
    )
    rows = [
        ("Hero", cell("t1", "Says what it is and for whom.", "Answers “Am I right here?”")),
        ("Social proof", cell("t2", "Shows who vouches for it.", "Lets others speak.")),
        ("Offer", cell("t3", "Says what one gets, and its price.", "Names content and cost.")),
        ("Call", cell("t4", f"Invites people to {want.act}.", "Makes one request.")),
        ("Questions", cell("t5", "Takes away the last doubts.", "Answers what holds people back.")),
    ]
    page.block(table(("Part", "Task"), [(part, text or "–") for part, text in rows]))


def _hero(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Hero Section")
    page.bullet(
        f"“{f.tagline}”"
        if f.tagline
        else choose(
            "headline",
            f"“{capital(f.product)}, for {f.readers}”",
            f"“{capital(f.product)}: see for yourself first”",
        ),
        label="Headline",
    )
    page.bullet(
        f"“{f.selling_points[0]}. That is how {f.brand} works.”"
        if f.selling_points
        else choose(
            "subline",
            f"“{f.brand} shows you how it works before you decide anything.”",
            f"“Bring your question; {f.brand} brings the answer.”",
        ),
        label="Line below",
    )
    page.bullet(
        choose(
            "picture",
            f"{capital(offer(f))} in use, with a person in the picture; no stock photograph.",
            f"One true picture from {f.brand} that could not stand on any other page.",
        ),
        label="Picture",
    )
    page.bullet(
        f"“{want.button}”, visible without scrolling on the smallest telephone.", label="Button"
    )


def _proof(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Social Proof")
    for number, text in enumerate(f.proof[:2]):
        place = ("Right under the hero, as it was said to us", "Further down, beside the offer")
        page.bullet(fact(f"{place[number]}: {text}"), label=("First", "Second")[number])
    if not f.proof:
        page.bullet(
            choose(
                "none yet",
                f"The place stays small until {f.brand} has a voice that may be quoted; an empty "
                "frame would do harm.",
                f"Until {f.brand} can quote somebody, a look behind the scenes takes this place.",
            ),
            label="For now",
        )
    page.bullet(
        choose(
            "voice",
            "Three short voices with name and place, each on another doubt, shown with written "
            f"consent to {f.brand}.",
            f"Each voice answers one doubt about {offer(f)}; praise without content is left out.",
        ),
        label="Voices",
    )


def _offer(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Offer & Benefits")
    page.bullet(
        f"{capital(series(f.products))}, each with one sentence and one picture", label="What"
    )
    page.bullet(
        fact(f"In this order, each with an example: {f.together(f.selling_points[:3])}")
        if f.selling_points
        else choose(
            "benefits",
            f"Three things that change for {f.readers}, each in one line and without adjectives.",
            f"What people are spared by {offer(f)}, what they gain, and what stays as it is.",
        ),
        label="Why",
    )
    page.bullet(
        f"Said openly on the page: {f.pricing}"
        if f.pricing
        else choose(
            "price",
            f"{f.brand} says what it costs, or by what the cost is measured and how fast one "
            "learns it.",
            f"If no sum can be given, {f.brand} names what it depends on, in three lines.",
        ),
        label="Price",
    )
    page.bullet(
        fact(f"Running now, with its terms beside it: {f.offers[0]}" if f.offers else ""),
        label="Offer",
    )


def _call(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Call-to-Action")
    page.bullet(
        choose(
            "repeat",
            f"The same request three times on the page, in the same words: “{want.button}”.",
            f"“{want.button}” after the hero, after the offer and at the end, and nothing beside "
            "it.",
        ),
        label="Main request",
    )
    page.bullet(
        choose(
            "small",
            f"For those who are not ready: the guide that {f.brand} wrote, without a form.",
            f"A smaller step for the undecided: send {f.brand} one question and get one answer.",
        ),
        label="Smaller step",
    )
    page.bullet(
        choose(
            "next",
            f"Under the button stands what happens next, who answers at {f.brand}, and by when.",
            f"One line under the button takes the fear: who at {f.brand} answers, how, and that "
            "nothing is owed.",
        ),
        label="Under the button",
    )


def _questions(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("FAQ")
    page.bullet(
        f"“{f.pains[0]}: what do you do about it?” {f.brand} answers with one example."
        if f.pains
        else choose(
            "fit",
            f"“Would {offer(f)} suit me?” {f.brand} names two cases that fit, and one that does "
            "not.",
            f"“Who should not choose {f.short_brand}?” An honest answer here wins more trust "
            "than all the rest.",
        )
    )
    page.bullet(
        choose(
            "after",
            f"“What happens after I {want.act}?” The answer is a list of three steps with days.",
            f"“How long does it take until something happens?” {f.brand} names a time that it "
            "can keep.",
        )
    )
    page.bullet(
        f"“Who else has to agree before we begin?” {f.brand} gives a page for colleagues."
        if at_work(f)
        else f"“What if I change my mind?” {f.brand} says how to get out before it says how to get "
        "in."
    )
    page.bullet(
        fact(
            f"“What do you hold yourselves to?” The answer is short and public: "
            f"{closed(f.limits[0])}"
        )
        if f.limits
        else ""
    )


def _checks(page: Page, f: Facts, context: Context) -> None:
    page.heading("Before It Goes Live")
    page.paragraph(
        context.phrasing.choose(
            "test",
            f"Five people who do not know {f.brand} look at the page for five seconds and say "
            "what is offered; four of them have to be right.",
            f"Three outsiders try to {pursuit(f).act} on their own telephones while {f.brand} "
            "watches in silence.",
        ),
        fill(
            "Pictures are small enough to appear within two seconds, text has contrast, and each "
            "field has a label that a screen reader finds."
        ),
        fill(
            f"Counting starts before the first visitor does, with as few cookies as {f.brand} "
            "can work with, and with consent where the law asks for it."
        ),
        fill(
            f"The page is written in the words of {f.readers}; a term of the trade is explained "
            "or left out."
        ),
    )
