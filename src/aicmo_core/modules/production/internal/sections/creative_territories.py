"""The creative territories: three worlds in which the campaign could live, and which one leads."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import near_day
from aicmo_core.modules.production.internal.funnel import at_work, offer, pursuit
from aicmo_core.modules.production.internal.ideas import campaign_idea
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.phrasebook import Territory
from aicmo_core.modules.production.internal.wording import capital, series
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: the themes, three territories, what they share, and the choice."""
    page = context.page(310, 600, "generic creative", least_bullets=11, most_bullets=18)
    f = spared(context.facts, page.avoidance)
    _themes(page, f, context)
    for territory in _three(f, context):
        _territory(page, f, context, territory)
    _choice(page, f, context)
    return page.render()


def _three(f: Facts, context: Context) -> list[Territory]:
    known = f.rules.phrases.territories
    second = known["across_the_table" if at_work(f) else "ordinary_day"]
    order = context.phrasing.order("territories", ("a", "b", "c"))
    placed = {"a": second, "b": known["behind_the_work"], "c": known["afterwards"]}
    return [placed[key] for key in order] or list(placed.values())


def _themes(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Creative Themes")
    page.paragraph(
        choose(
            "themes",
            f"The idea “{campaign_idea(context, f).name}” can be told in more than one world; "
            f"these three suit {f.brand}.",
            f"Three worlds can carry “{campaign_idea(context, f).name}”, and {f.brand} should "
            "live in one of them for a season.",
        ),
        choose(
            "why three",
            f"They differ in what is seen, not in what is said, so {f.brand} can compare them "
            "fairly.",
            f"What {f.brand} claims stays the same in each; only the pictures and the tone move.",
        ),
    )
    page.bullet(
        f"Whatever the world, this has to be visible in it: {f.selling_points[0]}"
        if f.selling_points
        else choose(
            "core",
            f"Whatever the world, a viewer must be able to name {offer(f)} afterwards.",
            f"Each world shows {offer(f)} in use, never on a pedestal.",
        ),
        label="The common core",
    )
    page.bullet(fact(f"Its looks are given: {f.looks}" if f.looks else ""), label="The common look")
    page.bullet(
        fact(f"The words sound {series(f.voice)} in all three" if f.voice else ""),
        label="The common tone",
    )


def _territory(page: Page, f: Facts, context: Context, territory: Territory) -> None:
    def said(text: str) -> str:
        return capital(text.format(brand=f.brand, thing=f.thing, readers=f.readers))

    choose = context.phrasing.choose
    page.heading(territory.name)
    page.bullet(said(choose(f"{territory.name} sight", *territory.sights)), label="What is seen")
    page.bullet(said(choose(f"{territory.name} line", *territory.lines)), label="What is said")
    page.bullet(said(territory.limit), label="Where it ends")


def _choice(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    first = _three(f, context)[0]
    page.heading("Which One Leads")
    page.paragraph(
        choose(
            "lead",
            f"We would begin with “{first.name}”: it needs least that {f.brand} does not have "
            "already.",
            f"“{first.name}” is our proposal for {f.brand}, since it can be tried within a week.",
        ),
        choose(
            "test",
            f"By {near_day(f.on(5))} one piece from each world is shown to six people of the "
            f"audience; asked is only what they remember of {f.brand}.",
            f"Six people see one piece from each world until {near_day(f.on(5))}, and retell to "
            f"{f.brand} what they saw.",
        ),
    )
    page.bullet(
        choose(
            "criterion",
            f"The world wins whose pieces make people want to {want.act}, even if another one is "
            "praised more.",
            f"Liking is noted and set aside; {f.brand} chooses the world after which most people "
            f"ask how to {want.act}.",
        ),
        label="How it is decided",
    )
    page.bullet(
        fact(f"In no world may this be broken: {'; '.join(f.limits[:2])}" if f.limits else ""),
        label="What binds all three",
    )
    page.paragraph(
        fill(
            f"The two others are kept: a season later {f.brand} may be glad of a world that is "
            "ready."
        ),
        fill(
            f"Worlds are not mixed within one week, because {f.brand} would be recognised in "
            "neither."
        ),
        fill(
            "Each piece is checked with the sound off and the name covered: would one still "
            f"guess {f.brand}?"
        ),
        fill(
            f"Whoever films or writes for {f.brand} gets this page, three examples, and nothing "
            "longer."
        ),
        fill(
            f"A world is worn out when {f.brand} itself is tired of it for the third time; "
            "audiences tire later."
        ),
    )
