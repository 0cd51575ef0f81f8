"""The industry landscape: what moves the trade, who moves it, and what has to be looked up."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import near_day
from aicmo_core.modules.production.internal.funnel import at_work, offer, pursuit
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.wording import clip, series
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: the ground, what moves, who moves it, and the open questions."""
    page = context.page(
        320, 600, "growing market", "huge opportunity", least_bullets=10, most_bullets=18
    )
    f = spared(context.facts, page.avoidance)
    _ground(page, f, context)
    _trends(page, f, context)
    _dynamics(page, f, context)
    _questions(page, f, context)
    return page.render()


def _ground(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("The Ground We Stand On")
    page.paragraph(
        f"{f.brand} names its trade so: {f.industry}",
        choose(
            "source",
            f"What is said here comes from the brief of {f.brand} and from how such trades work; "
            "no figure was bought or guessed.",
            f"Sizes and shares of this trade are not in the brief, so {f.brand} finds questions "
            "here where others print numbers.",
        ),
    )
    page.bullet(
        choose(
            "sold",
            f"The trade is entered by {f.brand} with this: {f.together(f.products)}",
            f"What {f.brand} puts into this trade: {f.together(f.products)}",
        ),
        label="Offer",
    )
    page.bullet(
        fact(f"The field of work is{f.where.removeprefix(' in')}" if f.where else ""), label="Place"
    )
    page.bullet(
        fact(f"The level is set by this: {f.pricing}" if f.pricing else ""), label="Price level"
    )


def _trends(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Market Trends")
    page.paragraph(
        choose(
            "three",
            "Three movements are felt in nearly every trade; how far each has come in this one, "
            f"{f.brand} checks with the sign given.",
            f"These movements are to be expected; each comes with a sign by which {f.brand} can "
            "see whether it has arrived.",
        )
    )
    page.bullet(
        choose(
            "search",
            f"People get an answer before they open a page. Sign: fewer visits to {f.brand} "
            "although its name is asked for as often.",
            f"Questions about {f.kind} are answered by machines that quote few sources. Sign: "
            f"{f.brand} is named there, or it is not.",
        ),
        label="How people look",
    )
    page.bullet(
        choose(
            "trust work",
            "More people sign each decision. Sign: the time from first talk to contract grows at "
            f"{f.brand}.",
            f"Buyers want to see evidence before a talk. Sign: {f.brand} is asked for references "
            "earlier than before.",
        )
        if at_work(f)
        else choose(
            "trust",
            "Strangers with experience are believed more than makers. Sign: newcomers quote "
            f"others when they come to {f.brand}.",
            f"Fewer promises are believed. Sign: people ask {f.brand} for proof and for the way "
            "back before they decide.",
        ),
        label="Whom they believe",
    )
    page.bullet(
        choose(
            "attention",
            f"Attention costs more each year. Sign: the same money brings {f.brand} fewer people "
            "than twelve months ago.",
            f"The price of being seen rises. Sign: a contact costs {f.brand} more this quarter "
            "than in the one before.",
        ),
        label="What it costs",
    )


def _dynamics(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Industry Dynamics")
    rivals = (*f.rivals_liked, *f.rivals_disliked)
    page.bullet(
        f"Those whom {f.brand} watches are named in the brief: {series(rivals[:4])}"
        if rivals
        else choose(
            "rivals",
            f"The brief names no rival; the list of those who come up beside {offer(f)} is made "
            f"from ten searches by {f.brand}.",
            f"Nobody is named as a rival, so {f.brand} asks its last ten {want.won} what else "
            "they had looked at.",
        ),
        label="Those beside us",
    )
    page.bullet(
        choose(
            "newcomer",
            f"Whoever can offer {f.kind} without the costs of {f.brand} will try; what they "
            "cannot copy is named in the positioning.",
            f"New names enter where {offer(f)} can be described in one line; {f.brand} should own "
            "what takes two.",
        ),
        label="Newcomers",
    )
    page.bullet(
        choose(
            "substitute",
            f"The strongest alternative is often to do nothing, and {f.brand} has to be better "
            "than that first.",
            f"Instead of {offer(f)}, people keep what they have; this habit is a rival of "
            f"{f.brand} without a name.",
        ),
        label="Substitutes",
    )
    page.bullet(
        f"Their hand is strong where this is unsolved: {f.pains[0]}"
        if f.pains
        else choose(
            "buyers",
            f"They can leave {f.brand} at no cost before the decision, and at some cost after it; "
            "both are used fairly.",
            f"Power lies with those who compare; {f.brand} gains by making comparison easy, not "
            "by hindering it.",
        ),
        label="Buyers",
    )
    page.bullet(
        choose(
            "gatekeepers",
            f"{clip(f.channels[0].channel, 4)} decides who is seen there; a list of addresses of "
            f"its own makes {f.brand} less dependent.",
            f"Rules on {clip(f.channels[0].channel, 4)} change without notice, which is why "
            f"{f.brand} never stands on one leg.",
        ),
        label="Gatekeepers",
    )


def _questions(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("What Has to Be Looked Up")
    page.bullet(
        choose(
            "size",
            f"The size of the trade where {f.brand} works, from the statistical office or the "
            "association, with the year.",
            f"How many people or houses could need {offer(f)} at all; {f.brand} takes the number "
            "from a public register.",
        ),
        label="Size",
    )
    page.bullet(
        choose(
            "rules",
            f"Laws on claims, prices and data that bind {f.brand}, and those that come into force "
            "within a year.",
            f"What may be said about {offer(f)}, and what not; a lawyer answers this for "
            f"{f.brand} once.",
        ),
        label="Rules",
    )
    page.paragraph(
        choose(
            "until",
            f"Both answers are due by {near_day(f.on(12))}; they are added here with their source "
            "and change no date of the plan.",
            f"Until {near_day(f.on(12))} somebody at {f.brand} brings both, each with the place "
            "where it was found.",
        ),
        fill(
            f"A number without a source is worse than a gap: {f.brand} would build on it and "
            "could not defend it."
        ),
        fill(
            "The page is read again after each quarter, and what has proved wrong stays visible, "
            f"crossed out, at {f.brand}."
        ),
        fill(
            f"Seasons are drawn from three years of records at {f.brand}, since a single year "
            "shows weather as a trend."
        ),
        fill(
            f"Suppliers hear of changes early; {f.brand} asks two of them the same three "
            "questions each spring and autumn."
        ),
    )
