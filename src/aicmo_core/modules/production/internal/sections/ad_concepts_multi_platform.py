"""The ad concepts: three ideas that share one promise, and their form on each channel."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.internal.channels import Family
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import near_day
from aicmo_core.modules.production.internal.funnel import at_work, buys_reach, offer, pursuit
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.wording import capital, clip, closed, series
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO

_MOST_CHANNELS = 6


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: the concepts, their forms by channel, the test, and the limits."""
    page = context.page(
        345, 640, "generic ads", "same ad everywhere", "buy now", least_bullets=12, most_bullets=20
    )
    f = spared(context.facts, page.avoidance)
    _concepts(page, f, context, paid=buys_reach(context.facts, brief))
    _question(page, f, context)
    _scene(page, f, context)
    _reason(page, f, context)
    _platforms(page, f, context)
    _test(page, f, context)
    return page.render()


def _concepts(page: Page, f: Facts, context: Context, *, paid: bool) -> None:
    choose = context.phrasing.choose
    page.heading("Ad Concepts")
    page.paragraph(
        choose(
            "three",
            f"Three concepts share one promise by {f.brand} and differ in the door through which "
            "they come in.",
            f"One thing is said about {f.brand} in three ways, so that a test can show which way "
            "people prefer.",
        ),
        f"{f.brand} buys no advertising, so the concepts are made for its own pieces and need no "
        "media money."
        if not paid
        else fill(
            f"Each can be made in a day, from material that {f.brand} has or can film by itself."
        ),
    )


def _question(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Concept A: The Question")
    page.bullet(
        f"“{capital(f.pains[0].rstrip('?'))}?”"
        if f.pains
        else choose(
            "a opening",
            f"“What would you ask about {offer(f)}, if nobody laughed?”",
            f"“Still putting off the decision about {offer(f)}?”",
        ),
        label="Opening",
    )
    page.bullet(
        choose(
            "a middle",
            f"A person at {f.brand} answers in two sentences and looks into the camera.",
            f"The answer by {f.brand} in one picture, which needs no sound.",
        ),
        label="Then",
    )
    page.bullet(f"“{want.button}”, under the answer and in no other place.", label="Request")


def _scene(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Concept B: The Scene")
    page.bullet(
        "An ordinary working day; something takes too long, and nobody says why."
        if at_work(f)
        else choose(
            "b opening",
            f"A moment that {f.readers} know from their own week, without a word.",
            f"Hands, a place, a sound; only then a first glimpse of {offer(f)}.",
        ),
        label="Opening",
    )
    page.bullet(
        choose(
            "b middle",
            f"The same moment once more, now with {offer(f)}, and only then the name {f.brand}.",
            f"What changes with {offer(f)}, shown in one take by {f.brand}.",
        ),
        label="Then",
    )
    page.bullet(
        choose(
            "b end",
            f"“See how it works”, with a link to a longer film by {f.brand}.",
            f"“There is more where this comes from”, with the way to {f.brand}.",
        ),
        label="Request",
    )


def _reason(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Concept C: The Reason")
    reason = f.proof[0] if f.proof else f.selling_points[0] if f.selling_points else ""
    page.bullet(
        f"“{closed(reason)}” It fills the picture for two seconds, and nothing stands beside it."
        if reason
        else choose(
            "c opening",
            f"One sentence about {offer(f)} that can be checked, in large letters.",
            f"A number or a name that {f.brand} can prove; until there is one, this concept waits.",
        ),
        label="Opening",
    )
    page.bullet(
        choose(
            "c middle",
            f"Where it comes from, and what it means for {f.readers}, in one breath.",
            f"{f.brand} shows the source, because a reason without one is a claim.",
        ),
        label="Then",
    )
    page.bullet(
        fact(f"“{f.offers[0]}”, with its terms in readable letters")
        if f.offers
        else choose(
            "c end",
            f"“Judge for yourself”, with the page of {f.brand} behind it.",
            f"“Read how we know”, with a link to the account by {f.brand}.",
        ),
        label="Request",
    )


def _platforms(page: Page, f: Facts, context: Context) -> None:
    page.heading("Platform Variations")
    seen = dict.fromkeys(Family, 0)
    for number, plan in enumerate(f.channels[:_MOST_CHANNELS]):
        family = f.craft(plan.channel).family
        bank = f"ad_concepts_multi_platform.forms.{family.value}"
        again, form = divmod(seen[family], len(f.rules.phrases.said(bank, concept="", brand="")))
        concept = ("The question", "The scene", "The reason")[(number + again) % 3]
        forms = f.rules.phrases.said(bank, concept=concept, brand=f.brand)
        page.bullet(forms[form], label=clip(plan.channel, 4))
        seen[family] += 1
    page.paragraph(
        fill(f"Words are cut anew for each place; {f.brand} does not publish one file everywhere.")
    )


def _test(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Test and Limits")
    page.bullet(
        choose(
            "test",
            f"A and B run side by side until {near_day(f.on(14))}; C meets the better one after "
            "that.",
            f"All three begin on {near_day(f.on(4))}; on {near_day(f.on(18))} {f.brand} keeps two.",
        ),
        label="Order",
    )
    page.bullet(
        choose(
            "judge",
            f"The cost of {want.event} decides; where nothing is spent, the {want.events} for each "
            "hundred people who saw it.",
            f"{f.brand} judges by {want.events}, and by looks only where the {want.events} are too "
            "few to tell.",
        ),
        label="Judged by",
    )
    page.bullet(
        fact(f"All of them keep to it: {'; '.join(f.limits[:2])}" if f.limits else ""),
        label="Limits",
    )
    page.bullet(
        fact(f"Each ends on “{f.tagline}”, spoken or written" if f.tagline else ""), label="Line"
    )
    page.paragraph(
        fill(
            f"People in the pictures are asked in writing, and {f.brand} keeps their answer with "
            "the file."
        ),
        fact(
            f"The tone stays {series(f.voice)}; a joke that needs an explanation is cut."
            if f.voice
            else ""
        ),
        fill(
            f"A concept that would still work with another name in it is sent back, because it "
            f"says nothing about {f.brand}."
        ),
        fill(
            "The first second belongs to the reader’s situation, the last one to the name; what "
            "lies between can be cut."
        ),
        fill(
            f"When a piece grows tired, its opening is changed first. {f.brand} keeps the idea as "
            "long as people stay for it."
        ),
        fill(
            f"Each advertisement leads to a page that begins with the same words, so that nobody "
            f"has to look for {offer(f)} twice."
        ),
    )
