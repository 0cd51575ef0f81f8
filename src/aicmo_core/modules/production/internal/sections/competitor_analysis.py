"""The competitor analysis: who is compared with, by which measure, and how to find out."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.api.markdown import table
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import near_day
from aicmo_core.modules.production.internal.funnel import at_work, offer, pursuit
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.pursuits import VISITS
from aicmo_core.modules.production.internal.wording import capital, series
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: what is known, the alternatives, the comparison, and the watch."""
    page = context.page(
        310, 600, "no competitors", "we are the best", least_bullets=8, most_bullets=15
    )
    f = spared(context.facts, page.avoidance)
    _known(page, f, context)
    _alternatives(page, f, context)
    _comparison(page, f, context)
    _difference(page, f, context)
    _watch(page, f, context)
    return page.render()


def _known(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("What Is Known")
    named = bool(f.rivals_liked or f.rivals_disliked)
    page.paragraph(
        f"{f.brand} named others in its answers, and only those are named here."
        if named
        else choose(
            "unnamed",
            f"{f.brand} named nobody whose work it likes or dislikes, so this page invents no "
            "names either.",
            f"The answers of {f.brand} hold no names of other suppliers; names follow from the "
            "first step below.",
        ),
        choose(
            "rule",
            "Prices, sizes and budgets of others are entered when somebody has seen them, with "
            "the day and the place.",
            f"Nothing is said here about others that {f.brand} could not show to them.",
        ),
    )
    page.bullet(
        fact(f"{series(f.rivals_liked)}" if f.rivals_liked else ""), label="Work that is liked"
    )
    page.bullet(
        fact(f"{series(f.rivals_disliked)}" if f.rivals_disliked else ""),
        label="Work that is not liked",
    )


def _alternatives(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Alternatives That People Have")
    page.bullet(
        choose(
            "same",
            f"Other names with an offer close to {offer(f)}{f.where}; they are found by searching "
            "as a customer would.",
            f"Suppliers who promise the same as {f.brand}; whoever compares meets them on the "
            "same results page.",
        ),
        label="The same, from others",
    )
    page.bullet(
        choose(
            "other",
            f"Another way to the same end, without {offer(f)}; {f.brand} hears of it when "
            "customers say what they used before.",
            f"Something else that solves enough of the problem, so that nobody looks "
            f"any further towards {f.brand}.",
        ),
        label="Something different",
    )
    page.bullet(
        f"An arrangement made inside the customer’s own team, which feels free until somebody "
        f"counts the hours; {f.brand} can offer that count."
        if at_work(f)
        else f"The place where one has always gone, or staying at home; {f.brand} has to give a "
        "reason for something new."
        if pursuit(f).kind == VISITS
        else f"Doing it oneself, which costs time instead of money; {f.brand} can say honestly "
        "when that is the better choice.",
        label="The familiar way",
    )
    page.bullet(
        choose(
            "nothing",
            f"Leaving things as they are is what {f.brand} competes with most often, because it "
            "asks nothing of anybody.",
            f"For many people, the strongest rival of {f.brand} is the wish to decide later.",
        ),
        label="No decision",
    )


def _comparison(page: Page, f: Facts, context: Context) -> None:
    cell = context.phrasing.choose
    page.heading("How to Compare")
    page.paragraph(
        f"One afternoon is enough: five alternatives, one line each, filled in by somebody who "
        f"sees {f.brand} from outside.",
    )
    rows = [
        (
            cell("q1", "First screen", "Opening") or "–",
            cell("a1", "Is it clear in five seconds what is offered, and to whom?") or "–",
            cell("w1", "Show it to three outsiders.", "Ask somebody who has never seen it.") or "–",
        ),
        (
            cell("q2", "Proof", "Evidence") or "–",
            cell("a2", "Which claim can be checked, and which cannot?") or "–",
            cell("w2", "Follow each claim to its source.", "Mark every claim without one.") or "–",
        ),
        (
            cell("q3", "Price", "Terms") or "–",
            cell("a3", "Can the full cost be found without asking?") or "–",
            cell("w3", "Go as far as the last step.", "Count the clicks to the sum.") or "–",
        ),
        (
            cell("q4", "Answer", "Response") or "–",
            cell("a4", "How long does a plain question wait for a reply?") or "–",
            cell("w4", "Write once, on a weekday morning.", "Send one question and wait.") or "–",
        ),
        (
            cell("q5", "Reviews", "Voices") or "–",
            cell("a5", "What do people praise, and what do they miss?") or "–",
            cell("w5", "Read the ten newest ones.", "Sort the newest ten by subject.") or "–",
        ),
    ]
    page.block(table(("Point", "Question", "How to find out"), rows))


def _difference(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Where to Differ")
    for number, point in enumerate(f.selling_points[:3]):
        label = ("Lead with", "Support with", "Keep in reserve")[number]
        page.bullet(
            fact(f"Ask of each alternative whether it can say the same: {point}"), label=label
        )
    if not f.selling_points:
        page.bullet(
            choose(
                "differ",
                f"Whatever three of the five say in the same words, {f.brand} leaves out.",
                f"{f.brand} looks for the sentence that none of the others could sign, and opens "
                "with it.",
            ),
            label="Lead with",
        )
    page.bullet(
        choose(
            "stay off",
            f"{f.brand} does not answer others by name; it answers the question that sent "
            "people there.",
            f"Comparisons by name age quickly and start quarrels; {f.brand} compares by "
            "questions instead.",
        ),
        label="Stay away from",
    )
    page.bullet(
        fact(
            f"This can be shown by {f.brand} today: {f.proof[-1]}"
            if f.proof
            else f"Where others show nothing either, the first quotable customer of {f.brand} is "
            "worth more than a new design."
        ),
        label="Proof",
    )


def _watch(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("How to Keep Watch")
    page.bullet(
        choose(
            "first",
            f"The table is filled in by {near_day(f.on(10))}, and its findings go into the pages "
            f"and pieces about {offer(f)}.",
            f"{f.brand} has the filled-in table on {near_day(f.on(10))}; two findings are used at "
            "once, the others wait.",
        ),
        label="First round",
    )
    page.bullet(
        choose(
            "question",
            f"All who {want.act} are asked what else they looked at; the answers make the "
            "next list.",
            f"One question is put to all new {want.won}: “What would you have chosen without "
            f"{f.short_brand}?”",
        ),
        label="From then on",
    )
    page.paragraph(
        fill(
            f"Once a quarter is often enough. A team that watches others every week begins to "
            f"resemble them, and {f.brand} would lose the point of comparing."
        ),
        fill(
            f"Public registers, price lists and archived pages are fair sources; {f.brand} does "
            "not pose as somebody else to get at more."
        ),
        fill(
            f"{capital(f.readers)} should never notice that this table exists; they notice only "
            f"that {f.brand} answers what others leave open."
        ),
    )
