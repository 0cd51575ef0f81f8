"""The personas: two people to write for, drawn from the brief and marked where they are assumed."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import goal_of
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.wording import capital, clip, series
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: two cards, their pains, their motives, and how to use them."""
    page = context.page(330, 640, "everyone", "generic persona", least_bullets=13, most_bullets=22)
    f = spared(context.facts, page.avoidance)
    _first(page, f, context)
    _second(page, f, context)
    _pains(page, f, context)
    _motives(page, f, context)
    _cards(page, f, context)
    return page.render()


def _first(page: Page, f: Facts, context: Context) -> None:
    nth, who = context.audience.nth, f.buyers
    life = f.rules.audiences.life_of(f.audience)
    page.heading("Primary Persona")
    page.paragraph(
        f"{who.first} stands for the first audience of {f.brand}: {f.audience}.",
        fill("What the brief does not say is marked below as a working assumption."),
    )
    page.bullet(_wants(f, context), label="Wants")
    page.bullet(f"{life.day if life else who.day} This is assumed until confirmed", label="Day")
    page.bullet(fact(life.wants if life else ""), label="Hopes for")
    page.bullet(nth("doubts", 0, who.doubts), label="Doubt")
    page.bullet(nth("decides", 0, who.decides), label="Decides")
    page.bullet(
        fact(
            f"On {series(f.audience_channels)}, by the client’s own account"
            if f.audience_channels
            else f"On {series(f.channel_names[:2])}, where {f.brand} is present"
        ),
        label="Is found",
    )
    page.bullet(
        f"This, when it is shown: {f.proof[0]}" if f.proof else nth("believes", 0, who.believes),
        label="Believes",
    )
    page.bullet(fact(_pays(f, context)), label="Pays")
    page.bullet(
        fact(
            f"Each one who says yes moves {f.kpis[0].name} towards the target, {goal_of(f.kpis[0])}"
        )
        if f.kpis
        else fact(f"Each one who says yes brings {f.brand} closer to its goal"),
        label="Counts",
    )


def _wants(f: Facts, context: Context) -> str:
    """Return what the first persona wants: the end of what the client says troubles it."""
    if not f.pains:
        return context.audience.nth("motives", 0, tuple(m.text for m in f.buyers.motives))
    return context.phrasing.choose(
        "wants",
        f"To be rid of this, first of all: {f.pains[0]}",
        f"An end to what the brief puts first: {f.pains[0]}",
        f"To find somebody who has an answer to this: {f.pains[0]}",
    )


def _pays(f: Facts, context: Context) -> str:
    level = f.rules.audiences.level_of((f.pricing, f.description, *f.adjectives, *f.products))
    told = context.audience.nth("level", 0, level.texts)
    return f"{told} What is charged: {f.pricing}" if f.pricing else told


def _second(page: Page, f: Facts, context: Context) -> None:
    who = f.buyers
    life = f.rules.audiences.life_of(f.second_audience)
    first = f.rules.audiences.life_of(f.audience)
    told = life if life is not first else None
    page.heading("Secondary Persona")
    page.paragraph(
        f"{who.second} stands for {f.second_audience}."
        if f.second_audience
        else context.phrasing.choose(
            "second",
            f"{who.second} is not in the brief; {f.brand} will meet this person next to the first "
            "one.",
            f"{who.second} is our addition, because few people decide on {f.kind} quite alone.",
        ),
    )
    page.bullet(told.wants if told else who.second_wants, label="Wants")
    page.bullet(fact(told.day if told else ""), label="Day")
    page.bullet(who.second_doubts, label="Doubt")
    page.bullet(who.second_needs, label="Needs")


def _pains(page: Page, f: Facts, context: Context) -> None:
    nth = context.audience.nth
    page.heading("Pain Points")
    for pain in f.pains[:4]:
        page.bullet(fact(f"“{pain}”"), label="From the brief")
    if len(f.pains) < 2:
        page.bullet(nth("pains", 0, f.buyers.pains), label="Assumed")
        page.bullet(nth("pains", 1, f.buyers.pains), label="To be checked")


def _motives(page: Page, f: Facts, context: Context) -> None:
    page.heading("Motivations")
    if f.selling_points:
        page.bullet(
            fact(f"{f.brand} can name these: {f.together(f.selling_points[:3])}"),
            label="Reasons to choose",
        )
    labels = {motive.text: motive.label for motive in f.buyers.motives}
    for text in context.audience.order("motives", tuple(labels))[0 if f.pains else 1 : 2]:
        page.bullet(text, label=labels[text])
    page.bullet(
        context.phrasing.choose(
            "progress",
            f"Seeing progress early: the first good experience with {f.brand} within days.",
            f"A quick first result from {f.kind}, however small, that can be shown to others.",
        ),
        label="Progress",
    )


def _cards(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Using the Cards")
    first = f.publishers[0].channel
    form = f.rules.phrases.one(f"persona_cards.forms.{f.craft(first).family.value}")
    page.paragraph(
        choose(
            "use",
            f"On {clip(first, 4)}, {part_name(f)} gets {form} first, and reads on only if it "
            "answers the doubt above.",
            f"For {part_name(f)}, {form} on {clip(first, 4)} is the first meeting with {f.brand}.",
        ),
        choose(
            "check",
            f"Three conversations of ten minutes with customers of {f.brand} will confirm or "
            "correct both cards.",
            f"{f.brand} reads both cards to two customers and notes where they shake their heads.",
        ),
        fact(f"Both are spoken to in one voice: {series(f.voice)}" if f.voice else ""),
        fill(
            f"A card is no census: it keeps whoever writes for {f.brand} from writing for nobody "
            "in particular."
        ),
        fill(
            f"If a text about {f.kind} would puzzle the second persona, it is too long for the "
            "first one as well."
        ),
        fill(
            "Names, ages and photographs are left out on purpose, as they invite stories that "
            f"{f.brand} cannot check."
        ),
        fill(
            f"Complaints are read with the cards in hand, since they show {f.brand} which doubt "
            "was left open."
        ),
        fill(
            f"The cards change with the answers; whoever corrects one at {f.brand} writes the date "
            "and the source beside it."
        ),
    )


def part_name(f: Facts) -> str:
    """Return what the first persona is called."""
    return capital(f.buyers.first)
