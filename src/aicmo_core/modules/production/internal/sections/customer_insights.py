"""The customer insights: what hurts, what moves, how people decide, and how to hear more of it."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import near_day
from aicmo_core.modules.production.internal.funnel import Stage, names_for, offer, pursuit
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.phases import open_day
from aicmo_core.modules.production.internal.wording import series
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: pains, motives, the way to a decision, and what to ask next."""
    page = context.page(
        300, 560, "customers want quality", "everyone loves", least_bullets=9, most_bullets=16
    )
    f = spared(context.facts, page.avoidance)
    _source(page, f, context)
    _pains(page, f, context)
    _motives(page, f, context)
    _decision(page, f, context)
    _questions(page, f, context)
    return page.render()


def _source(page: Page, f: Facts, context: Context) -> None:
    page.heading("What This Rests On")
    page.paragraph(
        context.phrasing.choose(
            "source",
            f"{f.brand} described its customers as {f.audience}. What it said is quoted; what was "
            "added is called a hypothesis.",
            f"The source is one description by {f.brand}: {f.audience}. Nobody has been "
            "interviewed for this page yet, and its last part says whom to ask.",
        ),
        fact(
            f"Beside them stand others with needs of their own: {f.second_audience}"
            if f.second_audience
            else ""
        ),
    )


def _pains(page: Page, f: Facts, context: Context) -> None:
    page.heading("Customer Pain Points")
    frames = (
        f"{f.short_brand} hears it like this",
        "A second complaint",
        "Less loud, and heard as well",
        "Mentioned at the end",
    )
    for frame, pain in zip(frames, f.pains[:4], strict=False):
        page.bullet(fact(f"{frame}: {pain}"), label="By the brief")
    nth = context.audience.nth
    page.bullet(nth("pains", 2, f.buyers.pains), label="Hypothesis, effort")
    page.bullet(nth("doubts", 1, f.buyers.doubts), label="Hypothesis, doubt")
    page.bullet(f.buyers.words_for_it, label="Hypothesis, words")


def _motives(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Motivations")
    for text in f.selling_points[:2]:
        page.bullet(fact(f"A reason that {f.brand} hears from those who chose it: {text}"))
    labels = {motive.text: motive.label for motive in f.buyers.motives}
    for text in context.audience.order("motives", tuple(labels))[2 if f.pains else 3 :]:
        page.bullet(text, label=labels[text])
    page.bullet(
        choose(
            "relief",
            f"To cross the matter off the list; what they hope for is {want.value}.",
            f"Relief counts for more than delight here, and it comes with {want.value}.",
        ),
        label="Relief",
    )
    page.bullet(
        fact(f"It has moved them before: {series(f.worked)}" if f.worked else ""),
        label="Experience",
    )


def _decision(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    nth = context.audience.nth
    starts = nth("starts", 1, f.buyers.starts)
    page.heading("How They Decide")
    page.bullet(
        choose(
            "trigger",
            f"{starts} {f.brand} should be found on {names_for(f, Stage.CONSIDERATION)} on that "
            "day.",
            f"{starts} On {names_for(f, Stage.CONSIDERATION)}, the search meets {f.brand} or "
            "somebody else.",
        ),
        label="Trigger",
    )
    page.bullet(nth("decides", 1, f.buyers.decides), label="Choice")
    page.bullet(
        nth("believes", 1, f.buyers.believes),
        fact(f"The price that they find: {f.pricing}" if f.pricing else ""),
        label="What convinces them",
    )
    page.bullet(
        nth("tips", 1, f.buyers.tips),
        fact(f"Then they {want.act}"),
        label="What tips it",
    )
    page.bullet(
        fact(f"What {f.brand} can lay on the table then: {f.proof[-1]}" if f.proof else ""),
        label="Evidence",
    )


def _questions(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("What to Ask Next")
    page.paragraph(
        choose(
            "five",
            f"Until {near_day(open_day(f, f.on(12)))}, {f.brand} talks to five people for ten "
            "minutes each: three who said yes, two who said no.",
            f"Five short talks are held by {near_day(open_day(f, f.on(12)))}; somebody from "
            f"{f.brand} listens and does not sell.",
        ),
        choose(
            "question",
            "The first question is always the same: what happened on the day when they began to "
            "look?",
            f"They are asked what they did the day before they found {f.short_brand}.",
        ),
        fill(
            f"A hypothesis that three of the five contradict is struck out, however well it suits "
            f"{f.brand}."
        ),
        fill(
            f"What {want.won} complain about is noted in their own words, with the day, in one "
            "place that all can read."
        ),
        fill(
            f"The searches that lead to the page of {f.brand} are read once a month; they are the "
            "cheapest interviews there are."
        ),
        fill(
            f"What {f.readers} need will change; after half a year, {f.short_brand} holds the "
            "talks again."
        ),
        fill(f"Nobody is paid to praise {offer(f)}; a thank-you note after the talk is enough."),
    )
