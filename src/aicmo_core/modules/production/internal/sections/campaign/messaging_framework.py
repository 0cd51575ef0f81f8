"""The messaging framework of a campaign: message, themes, what each stage says, and limits."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.funnel import pursuit
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.sections.messaging_framework import (
    core,
    pillars,
    rules,
)
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: core message, key themes, the message by stage, words and limits."""
    page = context.page(
        235, 480, "generic message", "to be determined", "no messaging", least_bullets=7,
        most_bullets=14,
    )  # fmt: skip
    f = spared(context.facts, page.avoidance)
    core(page, f, context)
    pillars(page, f, context, "Key Themes")
    _stages(page, f, context)
    rules(page, f, context)
    return page.render()


def _stages(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("The Message by Nearness")
    page.bullet(
        choose(
            "stranger",
            f"Name the situation first and {f.brand} last; strangers look for their own day, not "
            "for a logo.",
            f"One recognisable moment, one sentence about {f.thing}, and no request.",
            f"Say what can change in an ordinary week with {f.thing}, before saying who offers it.",
        ),
        label="To strangers",
    )
    page.bullet(
        choose(
            "acquainted",
            f"Compare, explain and admit limits: whoever weighs {f.thing} has questions, and "
            "wants them taken seriously.",
            f"Answer the question behind the question, with an example from {f.brand}.",
            f"Give those who compare the measure by which {f.brand} would compare.",
        ),
        label="To those who compare",
    )
    page.bullet(
        choose(
            "ready",
            f"Ask plainly: “{want.button}”, with what happens next in one line.",
            f"One sentence, one button (“{want.button}”), and the name of whoever answers at "
            f"{f.brand}.",
        ),
        label="To the ready",
    )
    page.bullet(
        fact(f"Say the same in their words: {f.second_audience} hear what it means for them")
        if f.second_audience
        else fill(
            f"Those who already know {f.brand} hear news before others do, and are asked what "
            "they would change."
        ),
        label="To the second circle" if f.second_audience else "To those who stayed",
    )
    page.paragraph(
        fill(
            f"The theme stays the same from stage to stage; only the distance to {f.brand} "
            "changes, and with it the length of the text."
        ),
        fill(
            f"Each text is written for one of these readers. A text that speaks to all of them "
            f"at once makes {f.brand} sound like a leaflet."
        ),
        fill(
            "Headlines carry the theme, pictures the situation, and the last line the request, "
            "in this order on each channel."
        ),
    )
