"""The personas: two people to write for, drawn from the brief and marked where they are assumed."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import BusinessType, NormalizedBriefDTO
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import goal_of
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.phrasebook import Persona
from aicmo_core.modules.production.internal.wording import capital, clip, series
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: two cards, their pains, their motives, and how to use them."""
    page = context.page(330, 640, "everyone", "generic persona", least_bullets=13, most_bullets=22)
    f = spared(context.facts, page.avoidance)
    part = _persona(f)
    _first(page, f, context, part)
    _second(page, f, context, part)
    _pains(page, f, context)
    _motives(page, f, context)
    _cards(page, f, context)
    return page.render()


def _first(page: Page, f: Facts, context: Context, part: Persona) -> None:
    choose = context.phrasing.choose
    page.heading("Primary Persona")
    page.paragraph(
        f"{part.first} stands for the first audience of {f.brand}: {f.audience}.",
        fill("What the brief does not say is marked below as a working assumption."),
    )
    page.bullet(
        choose(
            "wants",
            f"To have {f.kind} settled well, once, and without a second search.",
            f"A choice about {f.kind} that still feels right after a month.",
            f"To choose {f.kind} once, and to have nothing to explain about it later.",
        ),
        label="Wants",
    )
    page.bullet(f"{part.day} This is assumed until {f.brand} confirms it", label="Day")
    page.bullet(part.doubt, label="Doubt")
    page.bullet(part.decides, label="Decides")
    page.bullet(
        fact(
            f"On {series(f.audience_channels)}, by the client’s own account"
            if f.audience_channels
            else f"On {series(f.channel_names[:2])}, where {f.brand} is present"
        ),
        label="Is found",
    )
    page.bullet(
        f"This, when it is shown: {f.proof[0]}"
        if f.proof
        else choose(
            "believes",
            f"What {f.brand} shows in one take; what looks arranged is skipped.",
            f"People who use {f.kind}, and the small print that {f.brand} does not hide.",
        ),
        label="Believes",
    )
    page.bullet(
        f"Each one who says yes moves {f.kpis[0].name} towards the target, {goal_of(f.kpis[0])}"
        if f.kpis
        else f"Each one who says yes brings {f.brand} closer to its goal",
        label="Counts",
    )


def _second(page: Page, f: Facts, context: Context, part: Persona) -> None:
    choose = context.phrasing.choose
    page.heading("Secondary Persona")
    page.paragraph(
        f"The Second Voice stands for {f.second_audience}."
        if f.second_audience
        else choose(
            "second",
            f"{part.second} is not in the brief; {f.brand} will meet this person next to the first "
            "one.",
            f"{part.second} is our addition, because few people decide on {f.kind} quite alone.",
        ),
    )
    page.bullet(
        choose(
            "second wants",
            f"To recommend {f.brand} without having to apologise for it later.",
            f"To be asked about {f.kind}, and to have a good answer at hand.",
        ),
        label="Wants",
    )
    page.bullet(
        choose(
            "second doubt",
            f"Is {f.brand} as good as it sounds when nobody is watching?",
            f"What does {f.brand} do when something goes wrong?",
        ),
        label="Doubt",
    )
    page.bullet(
        choose(
            "second needs",
            f"One clear sentence about {f.brand}, and one example that is easy to retell.",
            f"A page or a post about {f.kind} that can be forwarded as it is.",
        ),
        label="Needs",
    )


def _pains(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Pain Points")
    for pain in f.pains[:4]:
        page.bullet(fact(f"“{pain}”"), label="From the brief")
    if len(f.pains) < 2:
        page.bullet(
            choose(
                "pain",
                f"Offers for {f.kind} sound alike, and comparing them takes an evening.",
                f"What is said about {f.kind} is too long to read and too vague to trust.",
                f"The wrong choice of {f.kind} costs money twice: once for it, once for the next.",
            ),
            label="Assumed",
        )
        page.bullet(
            choose(
                "pain two",
                f"The first step towards {f.kind} is often hidden behind forms or fine print.",
                f"Advice on {f.kind} mostly comes from those who sell.",
            ),
            label="To be checked",
        )


def _motives(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Motivations")
    if f.selling_points:
        page.bullet(
            fact(f"{f.brand} can name these: {f.together(f.selling_points[:3])}"),
            label="Reasons to choose",
        )
    page.bullet(
        choose(
            "progress",
            f"Seeing progress early: the first good experience with {f.brand} within days.",
            f"A quick first result from {f.kind}, however small, that can be shown to others.",
        ),
        label="Progress",
    )
    page.bullet(
        choose(
            "belonging",
            f"Being addressed as a grown-up: facts from {f.brand} first, praise from others.",
            f"Being taken seriously by {f.brand}, with plain words and open limits.",
        ),
        label="Respect",
    )
    page.bullet(
        fill(f"Keeping control: {f.brand} says what happens next, and how to stop it."),
        label="Control",
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
    return capital(_persona(f).first)


def _persona(f: Facts) -> Persona:
    return f.rules.phrases.personas["work" if f.business is BusinessType.B2B else "home"]
