"""The creative analysis: which pieces carried, which did not, and which kinds are missing."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.api.markdown import table
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import near_day
from aicmo_core.modules.production.internal.funnel import at_work, offer, pursuit
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.phases import open_day
from aicmo_core.modules.production.internal.wording import series
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: how pieces are sorted, the best, the weakest, the gaps, the upkeep."""
    page = context.page(
        320, 580, "all creative good", "just refresh creative", least_bullets=9, most_bullets=16
    )
    f = spared(context.facts, page.avoidance)
    _sorting(page, f, context)
    _top(page, f, context)
    _under(page, f, context)
    _gaps(page, f, context)
    _upkeep(page, f, context)
    return page.render()


def _sorting(page: Page, f: Facts, context: Context) -> None:
    cell = context.phrasing.choose
    page.heading("How Pieces Are Sorted")
    page.paragraph(
        cell(
            "sorting",
            f"The pieces of {f.brand} from the last three months are laid out and sorted by three "
            "figures. Taste comes afterwards.",
            f"Before anybody says which piece of {f.brand} is good, three figures are read for "
            "each.",
        )
    )
    rows = [
        (
            "Stopped",
            cell("s1", "Share who stayed three seconds", "Looks longer than a glance") or "–",
            cell("t1", "The opening", "First frame and first line") or "–",
        ),
        (
            "Understood",
            cell("s2", "Share who saw the end", "Share who opened the page") or "–",
            cell("t2", "The argument", "Order and length") or "–",
        ),
        (
            "Acted",
            cell("s3", "Requests for each thousand views", "Cost of a result") or "–",
            cell("t3", "The request", "Offer and button") or "–",
        ),
    ]
    page.block(table(("Question", "Figure", "What it judges"), rows))


def _top(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Top Creatives")
    page.bullet(
        fact(f"By the client’s own word it goes on the first pile: {series(f.worked)}")
        if f.worked
        else choose(
            "no top",
            f"{f.brand} has named no best piece, so the first pile is filled from the figures "
            "alone.",
            f"Which pieces carried {f.brand} is not in the brief; the accounts decide.",
        ),
        label="Told",
    )
    page.bullet(
        choose(
            "why top",
            "Of each piece on this pile one asks: is it the opening, the person, the proof or the "
            "offer that carries it?",
            f"What do the three best pieces of {f.brand} share that the three next ones lack?",
        ),
        label="Why it works",
    )
    page.bullet(
        choose(
            "reuse",
            f"A carrying piece gets three relatives: another opening, another person, another side "
            f"of {offer(f)}.",
            f"{f.brand} does not copy its best piece; it keeps the part that carried and changes "
            "the rest.",
        ),
        label="What follows",
    )


def _under(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Underperformers")
    page.bullet(
        fact(f"By the client’s own word it goes on the last pile: {series(f.failed)}")
        if f.failed
        else choose(
            "no under",
            f"No failed piece is named by {f.brand}; whoever made one will hardly be asked first, "
            "so the figures are.",
            f"The last pile of {f.brand} is sorted by cost, and not by complaints.",
        ),
        label="Told as failed",
    )
    page.bullet(
        choose(
            "stopped",
            f"Seen and passed over: the first second shows something that {f.readers} have seen "
            "too often.",
            f"If few stop, the opening is changed, and nothing else; {f.brand} learns more that "
            "way.",
        ),
        label="Few stop",
    )
    page.bullet(
        choose(
            "leave",
            f"Watched and left: the use of {offer(f)} comes too late, or is praised instead of "
            "shown.",
            f"If people stop and leave, the piece of {f.brand} promised in its opening what it did "
            "not tell.",
        ),
        label="Many leave",
    )
    page.bullet(
        choose(
            "no act",
            f"Watched to the end, and nobody wants to {want.act}: the request is too large, or its "
            "page says something else.",
            f"If people see the end and do not {want.act}, the page behind the piece is looked at "
            "before the piece.",
        ),
        label="Nobody acts",
    )


def _gaps(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Creative Gaps")
    page.bullet(
        f"At least one piece should open with this: {f.proof[0]}"
        if f.proof
        else choose(
            "proof gap",
            f"A piece that proves something; {f.brand} has named no proof to build it on, so one "
            "is collected first.",
            f"Proof is missing in the brief of {f.brand}, and presumably in its pieces.",
        ),
        label="Proof",
    )
    page.bullet(
        fact(f"One piece has to begin with this trouble: {f.pains[0]}")
        if f.pains
        else choose(
            "need gap",
            f"A piece that begins with the trouble and not with {offer(f)}.",
            f"A piece in which {f.readers} recognise their own day before the name of {f.brand} "
            "comes.",
        ),
        label="Need",
    )
    page.bullet(
        f"A piece for the person who has to defend {f.brand} before colleagues."
        if at_work(f)
        else choose(
            "people gap",
            f"A piece in which a customer speaks and {f.brand} is silent.",
            f"Somebody who nearly did not choose {f.brand}, and says why.",
        ),
        label="Voice",
    )
    page.bullet(
        fact(
            f"A piece that answers the question of price without being asked: {f.pricing}"
            if f.pricing
            else ""
        ),
        label="Price",
    )


def _upkeep(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("What Is Kept Up")
    page.paragraph(
        choose(
            "upkeep",
            f"Both piles are sorted by {near_day(open_day(f, f.on(9)))}; from then on {f.brand} "
            "sorts on the first Monday of a month.",
            f"On {near_day(open_day(f, f.on(9)))} the piles are discussed, with the makers at the "
            "table and no blame.",
        ),
        fact(f"All new pieces stay within this: {f.limits[0]}" if f.limits else ""),
        fill(
            f"A piece rests when its figures have fallen for three weeks; at {f.brand} it may come "
            "back after a quarter."
        ),
        fill(
            f"Whoever made a piece at {f.short_brand} does not judge it; a second pair of eyes "
            "does."
        ),
        fill(
            f"Comments under the pieces are read as well. {f.brand} finds its next openings there, "
            "in the words of others."
        ),
        fill(
            f"A library with date, figure and one sentence on each piece saves {f.brand} from "
            "making the same mistake with new colours."
        ),
        fill("Sound is judged last, since most people see a piece before they hear it."),
    )
