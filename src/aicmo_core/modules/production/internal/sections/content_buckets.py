"""The content buckets: the four kinds of post, what each is for, and how many there are."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.internal.asks import (
    BUCKETS,
    COMMUNITY,
    EDUCATION,
    PROMO,
    PROOF,
)
from aicmo_core.modules.production.internal.calendar import by_bucket
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.wording import capital, clause, series, short
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: one heading for each bucket."""
    page = context.page(125, 250, "random mix", least_bullets=5, most_bullets=9)
    f = spared(context.facts, page.avoidance)
    counts = by_bucket(context.calendar)
    for number, bucket in enumerate(BUCKETS, 1):
        page.heading(f"Bucket {number}: {bucket}")
        page.paragraph(_share(bucket, counts[bucket], f), _PURPOSES[bucket](f, context))
        _ideas(page, bucket, f, context)
    return page.render()


def _share(bucket: str, count: int, f: Facts) -> str:
    match bucket:
        case "Education":
            return f"{count} entries of {f.brand} teach something."
        case "Proof":
            return f"{count} entries let {f.brand} be seen at work."
        case "Promo":
            return f"{count} entries invite people to act on {short(f.product)}."
        case _:
            return f"{count} entries hand {f.brand} over to its readers."


def _educate(f: Facts, context: Context) -> str:
    return context.phrasing.choose(
        "educate",
        f"They answer what people ask before they decide on {f.product}.",
        f"They make {f.product} easy to understand, one question at a time.",
        f"They help {f.readers} choose well.",
    )


def _prove(f: Facts, context: Context) -> str:
    return context.phrasing.choose(
        "prove",
        f"They replace claims by things that {f.readers} can check.",
        "They show hands, places and results in the order in which they happen.",
        f"They make the work on {f.product} visible.",
    )


def _promote(f: Facts, context: Context) -> str:
    return context.phrasing.choose(
        "promote",
        f"They are few on purpose, and each serves the goal: {clause(f.goal, 14)}",
        f"They come after useful posts; each leads one step closer to this: {clause(f.goal, 14)}",
        f"They ask for one thing only, with this in mind: {clause(f.goal, 14)}",
    )


def _gather(f: Facts, context: Context) -> str:
    return context.phrasing.choose(
        "gather",
        f"They bring out the words that {f.readers} use, for later posts.",
        "They turn readers into contributors, which no budget can buy.",
        f"They keep {f.brand} in conversation between two larger posts.",
    )


_PURPOSES = {EDUCATION: _educate, PROOF: _prove, PROMO: _promote, COMMUNITY: _gather}


def _ideas(page: Page, bucket: str, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    product = short(f.product)
    match bucket:
        case "Education":
            page.bullet(
                f"A series on this: {f.together(f.pains[:2])}"
                if f.pains
                else f"A series of short answers on {product}, one question to a post."
            )
            page.bullet(
                fact(f"One explainer about this point: {f.selling_points[0]}")
                if f.selling_points
                else fill(f"A checklist that {f.readers} can keep.")
            )
        case "Proof":
            page.bullet(
                f"The facts behind this: {f.together(f.proof[:2])}"
                if f.proof
                else choose(
                    "proof idea",
                    f"A look behind {product}, from the first step to the last.",
                    f"The people at {f.brand}, each with one thing they take care of.",
                    f"One ordinary working day at {f.brand}, told in pictures.",
                )
            )
            page.bullet(fill(f"Customers of {f.brand} in their own words, with their consent."))
        case "Promo":
            page.bullet(
                f"What runs now: {f.together(f.offers)}"
                if f.offers
                else f"A clear invitation to {product}, without pressure or invented deadlines."
            )
            page.bullet(fact(f"Dates to build on: {f.together(f.events)}" if f.events else ""))
        case _:
            page.bullet(
                choose(
                    "talk idea",
                    f"A question a week that only people who know {product} can answer.",
                    f"Polls that let readers steer what {f.brand} shows next.",
                    f"Pictures and stories that readers send to {f.brand}.",
                )
            )
            page.bullet(
                fact(f"A greeting from {f.brand} to {series(f.towns)}" if f.towns else ""),
            )
    spare = f.rules.phrases.one(f"content_buckets.ideas.{bucket}", brand=f.brand, product=product)
    page.bullet(fill(spare))
    if bucket == COMMUNITY and f.voice:
        page.paragraph(fill(f"{capital(series(f.voice))} is how all four should sound."))
