"""The consideration strategy: how interest becomes trust, and trust a visit to the page."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.funnel import (
    Stage,
    at_work,
    channels_for,
    may_mail,
    names_for,
    offer,
    pursuit,
)
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.tactics import tactics
from aicmo_core.modules.production.internal.wording import capital, clip, series
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: channels, offers and hooks, the way to the page, and nurture."""
    page = context.page(
        330, 590, "discount everything", "copy competitors", least_bullets=10, most_bullets=17
    )
    f = spared(context.facts, page.avoidance)
    _channels(page, f, context)
    _offers(page, f, context)
    _flow(page, f, context)
    _nurture(page, f, context, mail=may_mail(brief))
    return page.render()


def _channels(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Acquisition Channels")
    names = names_for(f, Stage.CONSIDERATION)
    page.paragraph(
        choose(
            "acquire",
            f"People who know the name now look closer. For {f.brand}, that happens on {names}.",
            f"Interest is turned into {want.name} on {names}, where {f.brand} has room to explain.",
        ),
        choose(
            "slow",
            f"People will look three or four times before they decide for {f.brand}, and each look "
            "should answer something new.",
            f"Nobody is hurried here; {f.brand} wins by being the clearest, and not the loudest.",
        ),
    )
    for number, plan in enumerate(channels_for(f, Stage.CONSIDERATION, 3)):
        planned = tactics(plan, 36)
        if len(planned) > 1:
            page.bullet(
                fact(f"Here the strategy plans this: {planned[1]}"),
                label=clip(plan.channel, 4),
            )
        else:
            page.bullet(
                fill(
                    (
                        f"Comparisons, examples and answers about {offer(f)}, one to a piece.",
                        f"Longer answers by {f.brand} for those who asked a question elsewhere.",
                        f"Voices of people who chose {f.brand}, with their consent.",
                    )[number]
                ),
                label=clip(plan.channel, 4),
            )


def _offers(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Offers & Hooks")
    for number, running in enumerate(f.offers[:2]):
        page.bullet(
            fact(f"It is named where people compare, with its terms in full: {running}"),
            label="Offer that runs" if number == 0 else "Further offer",
        )
    if not f.offers:
        page.bullet(
            choose(
                "offer",
                f"{f.brand} runs no special offer, and needs none here: a useful answer is the "
                "reason to stay.",
                f"No price is cut. What {f.brand} gives first is knowledge: a checklist, a "
                "comparison, an honest limit.",
            ),
            label="Offer",
        )
    page.bullet(
        f"“{f.pains[-1]}” is where the second piece begins; it names a way out before it names "
        f"{f.brand}."
        if f.pains
        else choose(
            "hook",
            f"“Three questions to ask before you decide on {offer(f)}” opens the door for those "
            "who compare.",
            f"“What nobody tells you about {offer(f)}” is a hook only if {f.brand} then tells it.",
        ),
        label="Hook",
    )
    page.bullet(
        fact(f"It is told as a story with a beginning and an end: {f.proof[0]}")
        if f.proof
        else fill(
            f"One customer of {f.brand} tells a before and an after, unedited, with written "
            "consent."
        ),
        label="Evidence",
    )
    page.bullet(
        choose(
            "guide",
            f"A guide of four pages on choosing well, written by {f.brand} so that it helps even "
            "those who choose another way.",
            f"A short test of seven questions that ends with advice, even where the advice is not "
            f"{f.brand}.",
        ),
        label="Something to keep",
    )


def _flow(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Landing Flow")
    place = f"at {f.site}" if f.site else "on the page"
    page.bullet(
        choose(
            "promise",
            f"The first line {place} repeats the words of the piece that led there.",
            f"Whoever follows a link finds {place} the sentence that made them follow it.",
        ),
        label="Arrive",
    )
    page.bullet(
        choose(
            "orient",
            f"One screen says what {f.brand} offers, to whom it is of use, and to whom it is not.",
            f"Three short blocks answer what, for whom, and at what cost {f.brand} works.",
        ),
        label="Understand",
    )
    page.bullet(
        choose(
            "compare",
            f"A table sets {offer(f)} beside doing nothing, as that is what people compare with.",
            f"The question that {f.readers} ask most is answered in full before the form.",
        ),
        label="Compare",
    )
    page.bullet(
        f"Two ways lead on: {want.act}, or take the guide along and decide later.",
        label="Choose",
    )


def _nurture(page: Page, f: Facts, context: Context, *, mail: bool) -> None:
    choose = context.phrasing.choose
    page.heading("Nurture Strategy")
    way = "a letter" if mail else f"a message on {clip(f.channels[0].channel, 4)}"
    page.paragraph(
        choose(
            "nurture",
            f"Those who took something along hear from {f.brand} again by {way}, four times in "
            "three weeks, and each time with one thought.",
            f"After the first contact comes {way} every few days: a problem, a way out, an "
            "example, an invitation.",
        ),
        f"Colleagues who decide together get a page that {f.brand} wrote for passing on."
        if at_work(f)
        else fill(
            f"Who answers is taken out of the series at once and gets a person at {f.brand} "
            "instead."
        ),
        fill(
            f"After the fourth message there is silence. {f.brand} does not wear out an interest "
            "that has not ripened yet."
        ),
        fill(
            f"Questions that come back are sorted by subject; the commonest one changes the page, "
            f"so that {f.brand} has to answer it less often."
        ),
        fact(
            f"{capital(series(f.worked))}: since this has worked for {f.brand} before, it is used "
            "here first."
            if f.worked
            else ""
        ),
    )
    page.bullet(
        fill(
            f"Whoever reads twice and asks nothing is shown another side of {offer(f)}, and not "
            "the same one louder."
        ),
        label="When interest rests",
    )
