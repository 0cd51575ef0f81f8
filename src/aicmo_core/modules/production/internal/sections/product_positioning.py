"""The product's position: for whom it is, against what it stands, and what it leaves to others."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.api.markdown import table
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.funnel import at_work, offer, pursuit
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.pursuits import VISITS
from aicmo_core.modules.production.internal.wording import capital, closed, series
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: audience, alternatives, statement, reasons, and what is left out."""
    page = context.page(
        310, 570, "be everything to everyone", "for everyone", least_bullets=9, most_bullets=16
    )
    f = spared(context.facts, page.avoidance)
    _audience(page, f, context)
    _alternatives(page, f, context)
    _statement(page, f, context)
    _reasons(page, f, context)
    _limits(page, f, context)
    return page.render()


def _audience(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Target Audience")
    page.paragraph(
        choose(
            "first",
            f"The launch speaks to {f.audience}. They hear of it first, and in their own words.",
            f"{capital(f.audience)}: these are the people for whom {f.brand} brings this out.",
        ),
        choose(
            "moment",
            f"Within this group, {f.brand} begins with those who feel the need this month; the "
            "patient ones follow.",
            f"The first hundred among them matter most to {f.brand}, because their word reaches "
            "the next.",
        ),
    )
    page.bullet(
        f"What they said themselves: “{f.pains[0]}”"
        if f.pains
        else choose(
            "situation",
            f"They manage without {offer(f)} today, and notice it at least once a week.",
            f"They have looked for something like {offer(f)} and put the search off.",
        ),
        label="Their situation",
    )
    page.bullet(
        fact(f"A second group stands beside them and is told later: {f.second_audience}")
        if f.second_audience
        else fill(
            f"Whoever asks about {offer(f)} without belonging to this group gets an answer, and "
            "no campaign."
        ),
        label="Next in line",
    )


def _alternatives(page: Page, f: Facts, context: Context) -> None:
    cell = context.phrasing.choose
    page.heading("Category and Alternatives")
    page.paragraph(
        cell(
            "category",
            f"People file a new thing under a name they know. For {f.brand}, that name is "
            f"{f.trade}, and the launch says at once what is different there.",
            f"Before anybody judges {offer(f)} comes the question what this is. The plain answer "
            "is "
            f"{f.trade}; the rest of the sentence belongs to the difference.",
        )
    )
    familiar = (
        "The team’s own arrangement"
        if at_work(f)
        else "A place they know"
        if pursuit(f).kind == VISITS
        else "What they use now"
    )
    rows = [
        (
            familiar,
            cell("a1", "It is there and has been paid for.", "Nobody has to learn anything."),
            cell("b1", f"One try with {f.short_brand}.", f"The difference made by {offer(f)}."),
        ),
        (
            "A known name",
            cell("a2", "Others have chosen it before.", "It feels safe to decide for."),
            cell(
                "b2", f"One point that only {f.brand} has.", f"A person who answers at {f.brand}."
            ),
        ),
        (
            "Waiting",
            cell("a3", "A first version may have faults.", "It may cost less next year."),
            cell("b3", "What early buyers get, and keep.", "A way back that costs nothing."),
        ),
    ]
    kept = [(a, b or "–", c or "–") for a, b, c in rows]
    page.block(table(("Alternative", "What speaks for it", "What is set against it"), kept))


def _statement(page: Page, f: Facts, context: Context) -> None:
    point = f.selling_points[0] if f.selling_points else ""
    page.heading("Positioning Statement")
    page.paragraph(
        context.phrasing.choose(
            "statement",
            f"For {f.readers}, {f.brand} is the choice in {f.trade} that makes {offer(f)} easy "
            "to judge before any money is spent.",
            f"{f.brand} offers {f.readers} {f.product}, and lets them look before they decide.",
            f"When {f.readers} think of {f.trade}, {f.brand} is to be the name for {f.product}.",
        ),
        fact(f"It can say so because of this: {point}" if point else ""),
        label="Positioning Statement",
    )


def _reasons(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Reasons to Believe")
    for number, text in enumerate(f.proof[:3]):
        words = ("Shown on the first day", "Told in talks", "Kept for doubters")[number]
        page.bullet(fact(f"{words}: {text}"), label="Proof")
    for text in f.selling_points[1:3]:
        page.bullet(fact(f"Shown at work, not described: {text}"), label="Difference")
    page.bullet(
        f"One visit from arrival to farewell, filmed by {f.brand} with the waiting left in."
        if pursuit(f).kind == VISITS
        else choose(
            "demonstration",
            f"{capital(offer(f))} in use, filmed in one take, with the waiting left in.",
            f"Somebody outside {f.brand} tries {offer(f)} and says what surprised them.",
        ),
        label="Demonstration",
    )
    page.bullet(
        choose(
            "openness",
            f"{f.brand} names one thing that {offer(f)} cannot do yet; the rest is believed "
            "more readily.",
            f"The first questions and the answers of {f.brand} stand in public, awkward ones "
            "included.",
        ),
        label="Openness",
    )
    page.bullet(
        fact(
            f"The price is part of the position and is told from the start: {f.pricing}"
            if f.pricing
            else f"{f.brand} has not stated a price; it is settled before the first piece, since "
            "it places the product more firmly than words do."
        ),
        label="Price",
    )


def _limits(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("What the Position Leaves Out")
    page.bullet(
        choose(
            "not first",
            f"Firsts and superlatives that {f.brand} would have to prove before a court.",
            f"Comparisons by name, which turn the launch of {f.brand} into somebody else’s news.",
        ),
        label="Claims",
    )
    page.bullet(
        choose(
            "not all",
            f"Uses of {offer(f)} that are possible and that nobody in the audience needs.",
            f"A list of all that {offer(f)} can do; three things are remembered, ten are not.",
        ),
        label="Features",
    )
    page.bullet(
        fact(
            f"Whatever would cross a limit that {f.brand} has set: {closed(f.limits[0])}"
            if f.limits
            else ""
        ),
        label="Limits",
    )
    page.paragraph(
        fact(
            f"The position is spoken in one voice throughout: {series(f.voice)}." if f.voice else ""
        ),
        fill(
            f"The statement is read to five people of the audience before the launch; if they "
            f"retell it without {f.short_brand}, it is too general."
        ),
        fill(
            f"It holds for a year. What changes from week to week is the example, and {f.brand} "
            "has enough of those."
        ),
        fill(f"Dealers, partners and staff of {f.brand} get the same statement on the same day."),
        fill(
            f"A position is taken by repeating it; {f.brand} will be tired of it long before "
            f"{f.readers} have noticed."
        ),
    )
