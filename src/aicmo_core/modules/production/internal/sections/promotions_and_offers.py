"""The promotions and offers: what people can take up, when, and by which rules."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import BusinessType, NormalizedBriefDTO
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import near_day
from aicmo_core.modules.production.internal.funnel import pursuit
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.phases import open_day, phases
from aicmo_core.modules.production.internal.pursuits import APPOINTMENTS, DONATIONS
from aicmo_core.modules.production.internal.refusals import refuses_price_cuts
from aicmo_core.modules.production.internal.wording import capital
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: strategy, offer types, timing, and rules."""
    page = context.page(
        290, 540, "deep discounts only", "constant sales", least_bullets=9, most_bullets=18
    )
    f = spared(context.facts, page.avoidance)
    full_price = refuses_price_cuts(context.facts, brief)
    _strategy(page, f, context, full_price)
    _types(page, f, context)
    _timing(page, f, context)
    _rules(page, f, context)
    return page.render()


def _strategy(page: Page, f: Facts, context: Context, full_price: bool) -> None:
    choose = context.phrasing.choose
    page.heading("Promotional Strategy")
    page.paragraph(
        f"What runs at {f.brand} already comes first: {f.together(f.offers)}."
        if f.offers
        else f"The brief of {f.brand} names no running offer, so nothing below is promised before "
        "a yes.",
        f"Prices stay as they are, as {f.brand} asks; offers add something instead of taking "
        "something off."
        if full_price
        else choose(
            "value",
            f"An offer lowers the risk of the first step towards {f.thing}; lowering the price is "
            "the last means.",
            f"{f.brand} gives a reason to begin now, and keeps the price as a sign of worth.",
            f"The first step is made easy, so that {f.thing} can convince without words.",
        ),
        fact(f"On prices the brief says this: {f.pricing}" if f.pricing else ""),
        choose(
            "one",
            "One offer runs at a time, with one condition and one end.",
            f"{f.brand} runs a single offer at a time, since two would ask people to do sums.",
        ),
    )


def _proposals(f: Facts) -> tuple[tuple[str, str], ...]:
    """Return the proposals that suit what is asked of people."""
    bank = "work"
    if f.business is not BusinessType.B2B:
        bank = {APPOINTMENTS: "appointments", DONATIONS: "donations"}.get(pursuit(f).kind, "home")
    words = {"brand": f.brand, "thing": f.thing, "thing_c": capital(f.thing)}
    return f.rules.phrases.pairs(f"promotions_and_offers.types.{bank}", **words)


def _types(page: Page, f: Facts, context: Context) -> None:
    page.heading("Offer Types")
    for text in f.offers:
        found = f.occasion(text)
        until = f"It ends on {near_day(found.day)}" if found.day and found.closes else ""
        page.bullet(
            fact(f"{f.brand} keeps this offer as it is: {text}"), fact(until), label="Runs already"
        )
    for label, text in _proposals(f):
        page.bullet(text, label=f"{label}, for decision")
    page.paragraph(
        context.phrasing.choose(
            "decide",
            f"What is marked for decision is a proposal; {f.brand} chooses one of them before the "
            "third phase, or stays with what it has.",
            f"{f.brand} decides which of the proposals fits its costs; none goes out before that.",
        )
    )


def _timing(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    one, two, three = phases(f)
    second = near_day(open_day(f, two.first))
    third, last = near_day(open_day(f, three.first)), near_day(three.last)
    page.heading("Timing")
    page.bullet(
        choose(
            "one",
            f"No offer until {near_day(one.last)}: people first learn what to expect of {f.thing}."
            if not f.offers
            else f"Until {near_day(one.last)}, running offers are mentioned once and not pushed.",
        ),
        label=one.name,
    )
    page.bullet(
        choose(
            "two",
            f"From {second}, those on the list of {f.brand} hear what is coming, and why.",
            f"From {second}, {f.brand} shows what others gained, and names the day on "
            "which the offer opens.",
        ),
        label=two.name,
    )
    page.bullet(
        choose(
            "three",
            f"The chosen offer opens on {third} and closes on {last}, at the same hour everywhere.",
            f"From {third} to {last}, each invitation to {f.thing} names the offer and its end.",
        ),
        label=three.name,
    )
    for text in f.events[:2]:
        page.bullet(fact(f"Offers make room for this: {text}"), label="Occasion")


def _rules(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    lead = f.kpis[0].name if f.kpis else ""
    page.heading("Rules")
    page.paragraph(
        choose(
            "end",
            f"An end that {f.brand} has named is kept; who comes a day late is told so kindly.",
            f"No countdown without a real end: {f.brand} extends nothing that it called final.",
        ),
        f"An offer is judged by {lead} and by who is still there a month later."
        if lead
        else f"{f.brand} judges an offer by who is still there a month later.",
        fact(f"Here too the client’s limits hold: {'; '.join(f.limits[:2])}" if f.limits else ""),
        fill(
            f"Conditions fit on two lines below the offer; what does not fit is not a condition of "
            f"{f.brand}."
        ),
        fill(
            f"Customers of {f.brand} hear of an offer before strangers do, and never pay more than "
            "they."
        ),
        fill(
            f"The costs of an offer are written down before it starts: material, hours, and what "
            f"{f.brand} would have earned anyway."
        ),
        fill(
            f"Staff of {f.brand} know the offer a day sooner than the public, with the three "
            "questions that will be asked."
        ),
        fill(
            f"An offer that brings people who leave at once is stopped, whatever its first week "
            f"did for {f.brand}."
        ),
        fill(
            f"After its last day, {f.brand} takes the offer off each page within the hour, and "
            "keeps a note of what it brought."
        ),
        fill("Losing bidders, late comers and the curious are treated alike: with an answer."),
    )
