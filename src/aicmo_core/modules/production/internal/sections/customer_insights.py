"""The customer insights: what hurts, what moves, how people decide, and how to hear more of it."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import near_day
from aicmo_core.modules.production.internal.funnel import Stage, at_work, names_for, offer, pursuit
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.phases import open_day
from aicmo_core.modules.production.internal.pursuits import VISITS
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
    choose = context.phrasing.choose
    page.heading("Customer Pain Points")
    frames = (
        f"{f.short_brand} hears it like this",
        "A second complaint",
        "Less loud, and heard as well",
        "Mentioned at the end",
    )
    for frame, pain in zip(frames, f.pains[:4], strict=False):
        page.bullet(fact(f"{frame}: {pain}"), label="By the brief")
    if len(f.pains) < 2:
        page.bullet(
            choose(
                "effort",
                f"Finding out whether {offer(f)} suits them takes longer than they are willing to "
                "give.",
                f"They have to ask around before they dare to choose {offer(f)}, and asking costs "
                "evenings.",
            ),
            label="Hypothesis, effort",
        )
        page.bullet(
            choose(
                "risk",
                f"A mistake with {offer(f)} would be seen by others, and {f.brand} does not yet "
                "say what happens then.",
                f"Their fear about {offer(f)} is less the price than being left alone afterwards.",
            ),
            label="Hypothesis, risk",
        )
    page.bullet(
        choose(
            "words",
            f"The words that {f.brand} uses for {offer(f)} may not be the words in which people "
            "search.",
            f"People describe the trouble, {f.brand} describes the remedy; they meet too late.",
        ),
        label="Hypothesis, words",
    )


def _motives(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Motivations")
    for text in f.selling_points[:2]:
        page.bullet(fact(f"A reason that {f.brand} hears from those who chose it: {text}"))
    page.bullet(
        f"To look prudent in front of colleagues a year later, which a choice of {f.brand} has to "
        "allow."
        if at_work(f)
        else f"To come home from {f.brand} with something to tell that was in no brochure."
        if want.kind == VISITS
        else choose(
            "pride",
            f"To have chosen {offer(f)} well, and to be asked about it.",
            f"To be somebody who knows about {offer(f)}, without having had to study.",
        ),
        label="Standing",
    )
    page.bullet(
        choose(
            "relief",
            f"To cross the matter off the list; what they hope for is {want.value}.",
            f"Relief counts for more than delight here, and it comes with {want.value}.",
        ),
        label="Relief",
    )
    page.bullet(
        fact(f"It has moved them before: {series(f.worked)}")
        if f.worked
        else choose(
            "company",
            ""
            if want.kind == VISITS
            else f"To do as people like themselves do; one neighbour with "
            f"{offer(f)} counts for more than ten claims.",
            f"To be in good company: they ask who else went to {f.brand}, and why.",
        ),
        label="Company" if not f.worked else "Experience",
    )


def _decision(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("How They Decide")
    page.bullet(
        choose(
            "trigger",
            f"Something ordinary starts it: a bill, a visitor, a broken habit. {f.brand} should be "
            f"found on {names_for(f, Stage.CONSIDERATION)} on that day.",
            f"The search begins with an annoyance, and on {names_for(f, Stage.CONSIDERATION)} it "
            f"meets {f.brand} or somebody else.",
        ),
        label="Trigger",
    )
    page.bullet(
        choose(
            "compare",
            f"Two or three names are compared, one of which was known before; {f.brand} has to be "
            "among them by then.",
            f"They compare what can be seen from outside: price, voices, and how fast {f.brand} "
            "replies.",
        ),
        fact(f"The price that they find: {f.pricing}" if f.pricing else ""),
        label="Comparison",
    )
    page.bullet(
        choose(
            "tip",
            f"A small thing tips it: an answer on the same day, or a way back. Then they "
            f"{want.act}.",
            f"Nobody decides by a list. One sentence that fits their case makes them {want.act}.",
        ),
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
