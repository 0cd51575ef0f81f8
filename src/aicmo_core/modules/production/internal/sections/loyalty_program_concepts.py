"""The loyalty concepts: three ways to reward those who stay, and how one of them is chosen."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import near_day
from aicmo_core.modules.production.internal.funnel import at_work, offer, pursuit
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.pursuits import LEADS, VISITS, Pursuit
from aicmo_core.modules.production.internal.refusals import refuses_price_cuts
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: what keeps people, three concepts, moments, and the choice."""
    page = context.page(
        320, 600, "just send more emails", "frequent discounts", "deep discounts only",
        "constant sales", least_bullets=9, most_bullets=17,
    )  # fmt: skip
    f = spared(context.facts, page.avoidance)
    _drivers(page, f, context)
    _concepts(page, f, context, refuses_price_cuts(context.facts, brief))
    _moments(page, f, context)
    _choice(page, f, context)
    _rules(page, f, context)
    return page.render()


def _drivers(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Retention Drivers")
    page.paragraph(
        choose(
            "what for",
            f"A program rewards what {f.brand} wants to see again; it does not replace a reason "
            f"to like {offer(f)}.",
            f"No card makes a weak offer strong, so the program of {f.brand} begins where people "
            f"already like {offer(f)}.",
        )
    )
    page.bullet(
        f"What people stay for is kept in view: {f.selling_points[-1]}"
        if f.selling_points
        else choose(
            "driver",
            f"What people praise unasked; {f.brand} reads its last fifty messages to find out "
            "what that is.",
            f"The part of {offer(f)} that {want.won} mention first when they recommend {f.brand}.",
        ),
        label="The reason",
    )
    page.bullet(
        choose(
            "recognition",
            f"Being recognised counts more than points; {f.brand} greets by name before it counts "
            "anything.",
            "Small attentions that cannot be bought: an early look, a name remembered, a "
            f"question from {f.brand}.",
        ),
        label="The feeling",
    )


def _concepts(page: Page, f: Facts, context: Context, full_price: bool) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Three Concepts")
    page.paragraph(
        f"{f.brand} does not cut prices, so none of the three gives money away; they give time, "
        "access and attention."
        if full_price
        else choose(
            "three",
            f"The three differ in what {f.brand} gives; only one of them should be built.",
            f"Each concept fits on one card; whichever {f.brand} chooses, people must understand "
            "it in a minute.",
        )
    )
    page.bullet(
        choose(
            "circle",
            "Whoever comes back a third time belongs: first access, a direct line, and a say "
            f"twice a year at {f.brand}.",
            f"A circle without points: {want.won} who have stayed a year are asked, shown and "
            f"told before others by {f.brand}.",
        ),
        label="The circle",
    )
    page.bullet(_steps(f, context, want), label="The steps")
    page.bullet(
        choose(
            "bring work",
            "A customer who brings a colleague from another house gets an hour of advice from "
            f"{f.brand}, and so does the colleague.",
            "Recommendations between houses are thanked with time: both get a working session "
            f"with {f.brand}.",
        )
        if at_work(f)
        else choose(
            "bring",
            f"Whoever brings a friend shares something with that friend: {f.brand} gives both the "
            "same small thing.",
            f"A friend who is brought along is welcomed by {f.brand} in the name of the one who "
            "brought them.",
        ),
        label="The bridge",
    )


def _steps(f: Facts, context: Context, want: Pursuit) -> str:
    choose = context.phrasing.choose
    if want.kind in (LEADS, VISITS):
        return choose(
            "steps service",
            "With each time, the service grows by one thing, from a shorter wait to a named "
            f"contact at {f.brand}.",
            f"Three levels, told openly: each adds one convenience, and {f.brand} takes none away "
            "again.",
        )
    return choose(
        "steps",
        f"After three, six and twelve {want.events}, something is added that money cannot buy at "
        f"{f.brand}.",
        f"Each new {want.use} fills one field of a card; a full card opens something that "
        f"{f.brand} never sells.",
    )


def _moments(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Engagement Moments")
    page.bullet(
        choose(
            "join",
            f"People are invited after the second {want.use}, when they know {f.brand}, and with "
            "one tap.",
            "The invitation comes with the thanks for the second time, never in the first hour "
            f"at {f.brand}.",
        ),
        label="Joining",
    )
    page.bullet(
        choose(
            "first reward",
            "The first reward comes within a month of joining, small and unannounced, so that "
            f"{f.brand} keeps the tension.",
            f"Nobody waits a year: {f.brand} gives the first thing early, and says why.",
        ),
        label="First reward",
    )
    page.bullet(
        fact(f"Members are let in earlier to this: {f.events[-1]}" if f.events else ""),
        label="A date of its own",
    )
    page.bullet(
        choose(
            "year",
            f"On the day of the first year, {f.brand} sends a line that names what the two have "
            "done together.",
            f"A year after the first contact, a person at {f.brand} writes three sentences by "
            "hand.",
        ),
        label="The anniversary",
    )


def _choice(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Choosing One")
    page.bullet(
        choose(
            "ask",
            f"Ten regulars are shown the three cards by {near_day(f.on(12))}; {f.brand} notes "
            "which one they retell correctly.",
            f"By {near_day(f.on(12))} {f.brand} asks ten regulars which card they would join "
            "today, and why not the others.",
        ),
        label="Ask",
    )
    page.bullet(
        choose(
            "calculate",
            f"What a member costs in a year is set against what one more return brings; {f.brand} "
            "has to fill in both.",
            f"{f.brand} works out the cost for each member before the start; a program is hard to "
            "take back.",
        ),
        label="Calculate",
    )
    page.bullet(
        choose(
            "try",
            f"The chosen card runs with fifty people from {near_day(f.on(22))} on, without "
            "software, on paper if need be.",
            f"From {near_day(f.on(22))}, fifty people try it by hand; software follows once "
            f"{f.brand} knows the rules.",
        ),
        label="Try",
    )


def _rules(page: Page, f: Facts, context: Context) -> None:
    page.heading("Fair Rules")
    page.paragraph(
        f"The rules of {f.brand} fit on one page, and whoever joined under them keeps what was "
        "earned.",
        fact(f"What runs already stays outside the program: {f.offers[0]}" if f.offers else ""),
        fill(
            f"Leaving is as easy as joining, and {f.brand} deletes what it no longer needs on the "
            "same day."
        ),
        fill(
            f"Rewards never expire overnight; {f.brand} reminds people a month before anything "
            "lapses."
        ),
        fill(
            "The program is judged by whether members come back sooner than others did, and "
            f"{f.brand} checks that after one full rhythm."
        ),
        fill(
            f"If it fails, {f.brand} ends it openly, thanks its members, and honours what they "
            "have collected."
        ),
        fill(
            f"People at {f.brand} who meet customers learn of the program first, and may give a "
            "small thing away unasked."
        ),
    )
