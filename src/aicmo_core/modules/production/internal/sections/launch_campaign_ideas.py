"""The launch campaign's ideas: one thought, and three ways to stage it."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.funnel import at_work, offer, pursuit
from aicmo_core.modules.production.internal.idea_rules import Idea
from aicmo_core.modules.production.internal.ideas import campaign_idea
from aicmo_core.modules.production.internal.launch import Launch, launch
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.pursuits import VISITS
from aicmo_core.modules.production.internal.sections.core_campaign_idea import big_idea, reasons
from aicmo_core.modules.production.internal.wording import capital
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: the thought, three stagings, why it works, and how one is chosen."""
    page = context.page(310, 570, "viral", "make it go viral", least_bullets=6, most_bullets=13)
    f = spared(context.facts, page.avoidance)
    idea = campaign_idea(context, f)
    big_idea(page, f, context, idea)
    _stagings(page, f, context, idea, launch(context.facts))
    reasons(page, f, context, idea)
    _choice(page, f, context)
    return page.render()


def _stagings(page: Page, f: Facts, context: Context, idea: Idea, day: Launch) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Creative Territory: Three Ways to Stage It")
    page.bullet(
        idea.attention,
        choose(
            "countdown",
            f"The pieces until {day.said} are numbered backwards, so that {f.brand} is expected.",
            f"The pieces count down to {day.said}; the last one before it shows {offer(f)} for the "
            "first time.",
        ),
        label="The countdown",
    )
    page.bullet(
        idea.trust,
        f"Three teams try {offer(f)} before others and speak about it under their own names."
        if at_work(f)
        else f"Twenty guests of {f.brand} come before all others and report each day, unedited."
        if want.kind == VISITS
        else choose(
            "first ones",
            f"Twenty people get {offer(f)} before all others and report each day, unedited by "
            f"{f.brand}.",
            f"{f.brand} gives {offer(f)} to a few people early and shows what they say, whatever "
            "it is.",
        ),
        label="The first ones",
    )
    page.bullet(
        idea.decision,
        choose(
            "open hour",
            f"For one hour on {day.said}, somebody who knows {offer(f)} best answers live, and "
            "nothing is cut.",
            f"{f.brand} spends the launch day answering: each question gets a face and a reply.",
        ),
        label="The open hour",
    )


def _choice(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Which One Comes First")
    page.paragraph(
        choose(
            "cost",
            f"The countdown costs ideas, the first ones cost {f.short_brand} goods, and the "
            "open hour costs nerves. A small team takes one of them and does it well.",
            f"If {f.brand} can only afford one, it is the one for which the people and the goods "
            "are there already.",
        ),
        choose(
            "judge",
            f"They are judged by {want.events} in the first week, counted by the link that each "
            "of them carries.",
            f"Whichever brings more {want.events} in a week goes on; the others end without a "
            "word.",
        ),
        fact(f"All three keep to this: {f.limits[0]}" if f.limits else ""),
        fill(
            f"{capital(f.readers)} should be able to retell the launch in one breath; a staging "
            "that needs explaining is dropped."
        ),
        fill(f"Nothing is rehearsed that {f.brand} could not do again for the hundredth customer."),
        fill(
            f"Press and partners get the same pictures as {f.readers}, an hour earlier and with a "
            "telephone number."
        ),
        fill(
            f"A staging may fail. What {f.brand} learned from it is then the next piece, told "
            "without excuses."
        ),
        fill(
            f"Names for the day itself are avoided, as nobody searches for them; {f.brand} is "
            "name enough."
        ),
    )
