"""The copy variants: headlines, openings and requests in several wordings, ready to be tried."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import near_day
from aicmo_core.modules.production.internal.funnel import at_work, offer, pursuit
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.wording import capital, clip, inline
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: headlines, openings, requests, forms by channel, and the trial."""
    page = context.page(
        310, 600, "same copy everywhere", "buy now", least_bullets=13, most_bullets=22
    )
    f = spared(context.facts, page.avoidance)
    _headlines(page, f, context)
    _openings(page, f, context)
    _requests(page, f, context)
    _forms(page, f, context)
    _trial(page, f, context)
    return page.render()


def _headlines(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Copy Variations")
    page.paragraph(
        choose(
            "intro",
            f"Each line below says the same about {offer(f)} in another way; {f.brand} tries two "
            "at a time.",
            f"These are drafts to be tried, not slogans to be carved: {f.brand} keeps what people "
            "answer to.",
        )
    )
    page.bullet(
        choose(
            "question",
            f"“What would you ask {f.brand} first?”",
            f"“When did you last think about {f.kind}?”",
            f"“Who told you what to expect of {f.kind}?”",
        ),
        label="As a question",
    )
    page.bullet(
        choose(
            "statement",
            f"“{capital(f.thing)}. Looked at twice.”",
            f"“{capital(f.thing)}, and the reason why.”",
            f"“{f.brand}: no rush, no riddle.”",
        ),
        label="As a statement",
    )
    page.bullet(
        f"“{inline(f.proof[0])}”. The name {f.brand} stands below it, small"
        if f.proof
        else choose(
            "evidence",
            f"“Do not take our word for it.” Below stands how {f.brand} can be tested.",
            f"“Try it first. Then read what {f.brand} says.”",
        ),
        label="As evidence",
    )
    page.bullet(
        f"A scene in which this is felt, with {f.brand} in its last line only: {f.pains[0]}"
        if f.pains
        else choose(
            "scene",
            f"“Monday, quarter past eight.” What follows is a scene without {f.thing}.",
            f"“It began with a list.” The list is short, and {f.brand} is its last line.",
        ),
        label="As a scene",
    )
    page.bullet(
        fact(f"“{f.tagline}” stays as it is and closes each piece" if f.tagline else ""),
        label="Unchanged",
    )


def _openings(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("First Sentences")
    page.bullet(
        choose(
            "short",
            f"“{capital(f.kind)}, without the speech.”",
            f"“Two minutes on {f.kind}, then you decide.”",
        ),
        label="Short",
    )
    page.bullet(
        choose(
            "personal",
            f"“My name is on this page because I answer for it.” A person at {f.brand} signs.",
            f"“I work at {f.brand}. Ask me what you would ask a friend.” Signed, with a name.",
        ),
        label="Personal",
    )
    page.bullet(
        choose(
            "objection work",
            f"“You have heard this before, from others.” Then {f.brand} names what is different, "
            "and what is not.",
            f"“Your colleagues will ask three things.” {f.brand} answers them in three lines.",
        )
        if at_work(f)
        else choose(
            "objection",
            f"“You may not need this.” Then {f.brand} says for whom it is, and for whom it is not.",
            f"“There are good reasons to wait.” {f.brand} names one, and what speaks against it.",
        ),
        label="With an objection",
    )


def _requests(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Requests")
    page.bullet(
        choose(
            "soft",
            f"“See how {f.brand} does it”",
            f"“Have a look first, says {f.brand}”",
        ),
        label="For those who look",
    )
    page.bullet(
        choose(
            "middle",
            f"“Send {f.brand} your question”",
            f"“Compare before you choose {f.brand}”",
        ),
        label="For those who compare",
    )
    page.bullet(
        choose(
            "firm",
            f"“{want.button}, with {f.brand}”",
            f"“{want.button}. The rest is for {f.brand} to do”",
        ),
        label="For those who are ready",
    )


def _forms(page: Page, f: Facts, context: Context) -> None:
    page.heading("Cut for Each Channel")
    for plan in f.publishers[:4]:
        family = f.craft(plan.channel).family
        same = [p.channel for p in f.publishers[:4] if f.craft(p.channel).family is family]
        name = clip(plan.channel, 4)
        text = (
            f.rules.phrases.one(f"copy_variants.cuts.{family.value}", brand=f.brand)
            if same[0] == plan.channel
            else f"As for {clip(same[0], 4)}; on {name}, {f.brand} opens with another line"
        )
        page.bullet(text, label=name)


def _trial(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("How They Are Tried")
    page.bullet(
        choose(
            "pair",
            f"Question against statement runs first, until {near_day(f.on(9))}; all else in the "
            "piece stays the same.",
            f"Until {near_day(f.on(9))} two headlines compete under one picture, so that "
            f"{f.brand} learns which did it.",
        ),
        label="First pair",
    )
    page.bullet(
        choose(
            "keep",
            f"The better line stays until {near_day(f.on(23))}, then it meets the next one; "
            f"{f.brand} keeps a list of winners.",
            f"From {near_day(f.on(9))} to {near_day(f.on(23))} the winner meets evidence and "
            "scene, one after the other.",
        ),
        label="Next pairs",
    )
    for message in f.messages[:2]:
        page.bullet(
            fact(f"It is exempt from trials and stays as written: “{clip(message, 16)}”"),
            label="Fixed line",
        )
    page.paragraph(
        fill(
            f"A variant that needs explaining inside {f.brand} is dropped before anybody sees it."
        ),
        fill(
            f"Numbers in a line come from {f.brand} and carry their source; a rounder number is "
            "not a better one."
        ),
        fill(
            f"Lines are read aloud by two people at {f.brand}, one of whom was not there when "
            "they were written."
        ),
        fill(
            f"What wins with newcomers may bore regulars, so {f.brand} reads the two groups apart."
        ),
        fill(
            f"Losing lines are kept with their result; in a year somebody at {f.brand} will "
            "propose them again."
        ),
    )
