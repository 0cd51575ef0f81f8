"""The brand audit: what the client says, what it can show, and what has to be looked at."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.api.markdown import table
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import near_day
from aicmo_core.modules.production.internal.funnel import at_work, offer, pursuit
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.phases import open_day
from aicmo_core.modules.production.internal.wording import capital, series
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: perception, strengths, weaknesses, and the checks that are due."""
    page = context.page(
        320, 590, "brand is doing well", "no major issues", "everything is fine",
        least_bullets=9, most_bullets=17,
    )  # fmt: skip
    f = spared(context.facts, page.avoidance)
    _perception(page, f, context)
    _strengths(page, f, context)
    _weaknesses(page, f, context)
    _checks(page, f, context)
    _use(page, f, context)
    return page.render()


def _perception(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Current Brand Perception")
    page.paragraph(
        choose(
            "start",
            f"The turnaround begins with what {f.brand} says about its own position: {f.goal}.",
            f"{f.brand} came with a plain order, which is also its own diagnosis: {f.goal}.",
        ),
        choose(
            "outside",
            "How people outside see the brand has not been measured yet, so this audit separates "
            f"what {f.brand} told us from what has to be looked up.",
            f"A brand is what others say of it. This audit lists what {f.brand} believes they say, "
            "and how to find out whether they do.",
        ),
    )
    heard = (f"By the account of {f.short_brand}", "And as a second point")
    for frame, pain in zip(heard, f.pains[:2], strict=False):
        page.bullet(fact(f"{frame}: {pain}"), label="Heard so far")
    page.bullet(
        f"{f.brand} wants to be taken as {series(f.voice)}; the test is whether outsiders use one "
        "of these words unprompted."
        if f.voice
        else choose(
            "wish",
            f"Which three words {f.brand} would like to hear from outsiders is still open, and is "
            "settled first.",
            f"{f.brand} has given no words for itself; three are chosen before anything is "
            "rewritten.",
        ),
        label="Wished for",
    )
    page.bullet(
        choose(
            "gap",
            f"Between the wish and the word on the street lies the work; how wide it is shows in "
            f"the newest reviews of {offer(f)}.",
            f"Old customers of {f.brand} may remember other years than new ones read about. Both "
            "are asked.",
        ),
        label="The gap",
    )


def _strengths(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Brand Strengths")
    labels = ("Can be shown", "Can be shown too", "In reserve")
    for label, text in zip(labels, f.proof[:3], strict=False):
        page.bullet(fact(f"It can be checked, and stays: {text}"), label=label)
    for text in f.selling_points[:2]:
        page.bullet(fact(f"{f.short_brand} names it as its own: {text}"), label="Claimed")
    page.bullet(
        choose(
            "substance",
            f"There is something to return to: {f.product}, which people once chose for good "
            "reasons.",
            f"{capital(f.product)}: nobody has to invent a new business, only to keep the old "
            "promise again.",
        ),
        label="Substance",
    )
    page.bullet(
        choose(
            "honesty",
            f"{f.brand} names its trouble itself, which most brands in its place do not.",
            f"The goal of {f.brand} hides nothing, and an open beginning is rare enough to be an "
            "asset.",
        ),
        label="Candour",
    )


def _weaknesses(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Brand Weaknesses")
    page.bullet(
        fact(f"It did not work, and is on record: {series(f.failed)}" if f.failed else ""),
        label="Tried without success",
    )
    page.bullet(
        choose(
            "proof weak",
            f"Each proof of {f.brand} gets its date, and what is older than a year moves to the "
            "back.",
            f"Whoever doubts today asks about today; {f.brand} looks for proof of this quarter.",
        )
        if f.proof
        else choose(
            "no proof",
            f"{f.brand} has named nothing yet that a doubter could check, and a doubter believes "
            "nothing else.",
            f"No result, review or award is on the table; until one is, {f.brand} asks for trust "
            "on credit.",
        ),
        label="Proof",
    )
    page.bullet(
        choose(
            "voice weak",
            f"The brief names no rule for answering criticism; without one, each department of "
            f"{f.brand} answers in its own way.",
            f"Whether {f.brand} has one answer to criticism, or as many as it has staff, is not "
            "written down anywhere.",
        ),
        label="One voice",
    )
    page.bullet(
        f"Buyers at work talk to one another; one bad roll-out of {offer(f)} is known in the whole "
        "trade."
        if at_work(f)
        else choose(
            "silence",
            f"Silence is read as consent: each complaint about {offer(f)} without a reply weakens "
            "the next promise.",
            f"The first page of search results about {f.short_brand} is not written by "
            f"{f.short_brand}.",
        ),
        label="Word of mouth",
    )


def _checks(page: Page, f: Facts, context: Context) -> None:
    cell = context.phrasing.choose
    page.heading("What Has to Be Looked At")
    page.paragraph(
        f"These five looks take two days and are finished on {near_day(open_day(f, f.on(4)))}. "
        f"Whatever they show is put before {f.brand} unpolished."
    )
    rows = [
        (
            "Reviews",
            cell("c1", "Newest fifty, sorted by subject.", "A year of them, by subject.") or "–",
            cell("d1", "Which complaint comes back?", "What is praised by critics?") or "–",
        ),
        (
            "Search results",
            cell("c2", "First two pages for the name.", "Name plus “problem”.") or "–",
            cell("d2", "Who speaks before the brand does?", "Which page is out of date?") or "–",
        ),
        (
            "Complaints",
            cell("c3", "All letters of three months.", "Every refund of a quarter.") or "–",
            cell("d3", "How long did the reply take?", "Was the second answer the first?") or "–",
        ),
        (
            "Own pages",
            cell("c4", "Each claim with its source.", "Promises, line by line.") or "–",
            cell("d4", "What can no longer be said?", "What is promised too much?") or "–",
        ),
        (
            "Staff",
            cell("c5", "Three talks at the counter.", "Those who take the calls.") or "–",
            cell("d5", "What do they apologise for?", "What would they mend first?") or "–",
        ),
    ]
    page.block(table(("Place", "What is read", "Question"), rows))


def _use(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("How the Audit Is Used")
    page.paragraph(
        choose(
            "use",
            f"Three findings go into the repositioning of {f.brand}, three onto a list of repairs, "
            "and the rest into a drawer.",
            f"A finding counts when it explains why people no longer {want.act}. All others may "
            "wait.",
        ),
        fact(f"The audit itself keeps to this: {f.limits[0]}" if f.limits else ""),
        fill(
            f"Nobody at {f.short_brand} is blamed by name; an audit that hunts for culprits "
            "hears nothing the second time."
        ),
        fill(
            f"The same five looks are repeated after three months. Their difference is the first "
            f"honest measure of how {f.brand} is seen."
        ),
        fill(
            f"Praise is read as closely as blame, as it shows {f.brand} what must not be lost in "
            "the repair."
        ),
        fill(
            f"Somebody from outside reads along, because those who work at {f.short_brand} have "
            "stopped seeing the familiar faults."
        ),
    )
