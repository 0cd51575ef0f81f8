"""The conversion audit: page, request and last steps, read with a telephone in hand."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import near_day
from aicmo_core.modules.production.internal.funnel import at_work, offer, pursuit
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.phases import open_day
from aicmo_core.modules.production.internal.pursuits import VISITS
from aicmo_core.modules.production.internal.wording import capital
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: the way it is looked at, page, request, last steps, and repairs."""
    page = context.page(320, 580, "conversion flow is good", least_bullets=10, most_bullets=16)
    f = spared(context.facts, page.avoidance)
    _method(page, f, context)
    _page(page, f, context)
    _request(page, f, context)
    _last(page, f, context)
    _repairs(page, f, context)
    return page.render()


def _method(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("How It Is Looked At")
    page.paragraph(
        choose(
            "method",
            f"Five people who do not know {f.brand} try to {want.act} on their own telephones. "
            "Nobody helps; somebody notes where they stop.",
            f"The whole way to {want.event} is walked by five outsiders on a weak connection, and "
            f"{f.brand} watches without a word.",
        ),
        fact(
            f"The walk begins at {f.site}, where the pieces lead."
            if f.site
            else f"The brief of {f.brand} names no address, so the walk begins at whatever its "
            "profiles link to."
        ),
        "What follows are the points to look at; what is found there is written beside them.",
    )


def _page(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Landing Page Friction")
    page.bullet(
        choose(
            "first",
            f"Does the first screen name {offer(f)} and the people who are meant, before one has "
            "scrolled?",
            f"After five seconds the telephone is turned over: what was it about, and whose was "
            f"it? {f.short_brand} counts right answers.",
        ),
        label="First screen",
    )
    page.bullet(
        choose(
            "scent",
            f"Does the page say what the piece said? A visitor who has to look for {offer(f)} "
            "again is gone.",
            f"The words of the piece stand in the headline of the page, or {f.brand} breaks off "
            "its own sentence.",
        ),
        label="Same words",
    )
    page.bullet(
        choose(
            "speed",
            f"How long until the page of {f.brand} can be used on a train?",
            f"The page is timed on an old telephone; pictures are the usual culprits at {f.brand} "
            "as elsewhere.",
        ),
        label="Speed",
    )
    page.bullet(
        f"Near the request, the page should show this: {f.proof[0]}"
        if f.proof
        else choose(
            "proof",
            f"Is there anything on the page of {f.brand} that a doubter could check?",
            f"A doubter looks for a voice or a figure about {offer(f)}. Where does the page keep "
            "it?",
        ),
        label="Proof",
    )


def _request(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("CTA Performance")
    page.bullet(
        choose(
            "one",
            f"How many different requests does the page make? Each one beside “{want.button}” "
            "takes from it.",
            f"The page of {f.brand} should ask for one thing; menus, pop-ups and second buttons "
            "are counted.",
        ),
        label="Number",
    )
    page.bullet(
        choose(
            "words",
            f"Does the button say what happens next? “{want.button}” is tried against the words "
            "that stand there now.",
            f"“Send” says nothing. “{want.button}” tells a visitor of {f.brand} what comes.",
        ),
        label="Words",
    )
    page.bullet(
        choose(
            "place",
            f"Is it in reach of a thumb, at the top and again at the end of what {f.brand} has to "
            "say?",
            f"Where on the page do people decide, and is the button of {f.brand} there?",
        ),
        label="Place",
    )
    page.bullet(
        f"Before the request, the page should say what it costs: {f.pricing}"
        if f.pricing
        else choose(
            "price",
            f"Can the cost of {offer(f)} be found before one has to give a name?",
            f"{f.brand} has stated no price in the brief. Does its page?",
        ),
        label="Price",
    )


def _last(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Form & Checkout Issues")
    page.bullet(
        choose(
            "fields",
            f"Each field is asked what {f.brand} does with the answer on the same day; those "
            "without a reply go.",
            f"Fields are counted. Whatever {f.brand} could ask after {want.event} is asked after "
            "it.",
        ),
        label="Fields",
    )
    page.bullet(
        "Is a telephone number demanded? Buyers at work give it last, and lie before that."
        if at_work(f)
        else "Are free days and total cost shown before names are asked for?"
        if want.kind == VISITS
        else choose(
            "account",
            f"Does one have to open an account to {want.act}? It can be offered afterwards.",
            f"Is there a way to {want.act} as a guest of {f.short_brand}?",
        ),
        label="Entry",
    )
    page.bullet(
        choose(
            "errors",
            f"A wrong entry is made on purpose: does {f.brand} say what is wrong, where, and keep "
            "the rest?",
            "One digit too many, one at-sign too few: are the messages of use, and is the rest "
            f"still there? {f.brand} tries it.",
        ),
        label="Errors",
    )
    page.bullet(
        choose(
            "after",
            f"What comes after the last click? {capital(want.event)} without a confirmation makes "
            "people ask twice.",
            f"The confirmation by {f.brand} names what was chosen, what happens next, and a "
            "person.",
        ),
        label="Confirmation",
    )


def _repairs(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("What Happens with the Findings")
    page.paragraph(
        choose(
            "repairs",
            f"What stopped two of the five is mended by {near_day(open_day(f, f.on(5)))}. What "
            "stopped one goes onto a list.",
            f"By {near_day(open_day(f, f.on(5)))}, {f.brand} has mended whatever stopped more than "
            "one of the five, and the walk is repeated.",
        ),
        fact(f"The repairs keep to this: {f.limits[-1]}" if f.limits else ""),
        fill(
            "Two versions are only compared if each gets a hundred visitors a week; below that, "
            f"{f.brand} trusts the five walkers more than a percentage."
        ),
        fill(
            f"Whoever built the page of {f.brand} does not take part in the walk, and reads the "
            "notes first."
        ),
        fill(
            f"The walk is free of charge and takes an afternoon; {f.short_brand} repeats it "
            "after each larger change."
        ),
        fill(
            f"People who use a screen reader are asked as well, since their obstacles slow down "
            f"the other visitors of {f.short_brand} too."
        ),
    )
