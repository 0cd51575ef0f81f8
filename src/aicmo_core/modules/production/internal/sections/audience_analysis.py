"""The audience analysis: who is meant, who reacts, and how the two are compared."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.api.markdown import table
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import near_day
from aicmo_core.modules.production.internal.funnel import (
    Stage,
    at_work,
    buys_reach,
    names_for,
    offer,
    pursuit,
)
from aicmo_core.modules.production.internal.page import Page, Sentence, fact, fill
from aicmo_core.modules.production.internal.phases import open_day
from aicmo_core.modules.production.internal.wording import capital, series
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: audiences today, results by segment, mismatches, and decisions."""
    page = context.page(
        310, 570, "all audiences good", "targeting everyone", least_bullets=9, most_bullets=16
    )
    f = spared(context.facts, page.avoidance)
    _current(page, f, context, paid=buys_reach(context.facts, brief))
    _segments(page, f, context)
    _mismatch(page, f, context)
    _decisions(page, f, context)
    return page.render()


def _current(page: Page, f: Facts, context: Context, *, paid: bool) -> None:
    choose = context.phrasing.choose
    page.heading("Current Audiences")
    page.paragraph(
        choose(
            "meant",
            f"Meant are {f.audience}. Who is in fact reached, {f.brand} sees from its accounts and "
            "not from its intentions.",
            f"{f.brand} describes its audience like this: {f.audience}. The first check is whether "
            "the accounts say the same.",
        ),
        fact(f"Meant as well: {f.second_audience}" if f.second_audience else ""),
    )
    page.bullet(
        choose(
            "strangers",
            f"People who do not know {f.brand}; they cost most, and their share is looked at "
            "first.",
            f"They have never heard of {offer(f)}. How much of the effort goes to them?",
        ),
        _moved(f, context, 0),
        label="Strangers",
    )
    page.bullet(
        choose(
            "acquainted",
            f"They have seen a piece or a page by {f.brand} within ninety days.",
            f"They know the name {f.short_brand}, and nothing more has happened yet.",
        ),
        fact(context.audience.nth("starts", 2, f.buyers.starts)),
        label="Acquainted",
    )
    page.bullet(
        choose(
            "begun",
            f"They began to {pursuit(f).act} and did not finish; a small group, and the cheapest.",
            f"One step is missing before they {pursuit(f).act}; {f.brand} should know how many "
            "they are.",
        ),
        context.audience.nth("doubts", 2, f.buyers.doubts),
        label="Nearly there",
    )
    page.bullet(
        choose(
            "won",
            f"As {pursuit(f).won} they cost {f.brand} nothing to find; are they left out of first "
            "requests?",
            f"{capital(pursuit(f).won)} of the last year, if they agreed to be written to.",
        ),
        _after("How they return", context.audience.nth("rhythm", 0, f.buyers.rhythm)),
        label="Won",
    )
    page.paragraph(
        fact(
            ""
            if paid
            else f"As {f.brand} buys no reach, these groups are followers, readers and "
            "subscribers instead of lists."
        )
    )


def _moved(f: Facts, context: Context, number: int) -> Sentence:
    motives = tuple(motive.text for motive in f.buyers.motives)
    return _after("What would move them is this", context.audience.nth("motives", number, motives))


def _after(frame: str, text: str) -> Sentence:
    """Return what is known of such people as a sentence of this section's own."""
    return fact(f"{frame}: {text[:1].lower()}{text[1:]}" if text else "")


def _segments(page: Page, f: Facts, context: Context) -> None:
    cell = context.phrasing.choose
    page.heading("Performance by Segment")
    page.paragraph(
        cell(
            "segments",
            f"The accounts of {f.brand} give these cuts without extra work. Each is read for one "
            "quarter, with its share of effort beside its share of result.",
            f"Four cuts are enough to see where {f.brand} spends on people who will not come. A "
            "share of result far below the share of effort is a finding.",
        )
    )
    rows = [
        (
            "Age",
            cell("p1", "Bands of ten years.", "As the accounts give it.") or "–",
            cell("q1", "Is the meant band the one that acts?", "Which band only looks?") or "–",
        ),
        (
            "Place",
            cell("p2", "Region, then town.", "Places with results only.") or "–",
            cell("q2", "Where do results cost twice as much?", "Which place is too far?") or "–",
        ),
        (
            "Device",
            cell("p3", "Telephone and the rest.", "By size of screen.") or "–",
            cell("q3", "Where do people stop?", "Does the page fit both?") or "–",
        ),
        (
            "Nearness",
            cell("p4", "The four groups above.", "New and returning.") or "–",
            cell("q4", "Is the near group served first?", "Who gets too much?") or "–",
        ),
    ]
    page.block(table(("Cut", "How it is read", "Question"), rows))


def _mismatch(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Where Meant and Reached Part")
    page.bullet(
        f.buyers.lookers,
        fact(
            f"A title in a profile says little about who decides; {f.brand} asks those who signed "
            "what they do."
            if at_work(f)
            else ""
        ),
        label="Too wide",
    )
    page.bullet(
        fill(
            choose(
                "narrow",
                f"Is it narrower? Then the same few see {f.brand} again and again, and tire of it.",
                f"A group that has seen {f.brand} more than four times in a week is too small "
                "for its money.",
            )
        ),
        label="Too narrow",
    )
    page.bullet(
        choose(
            "place",
            f"Do they use the place at all? {names_for(f, Stage.AWARENESS)} should have them by "
            "the figures, and not by habit.",
            f"On {names_for(f, Stage.AWARENESS)}, {f.brand} compares the age of those who react "
            "with the age of those who are meant.",
        ),
        fact(
            f"By its own account they are on {series(f.audience_channels)}"
            if f.audience_channels
            else ""
        ),
        label="Wrong place",
    )
    page.bullet(
        _after("They search in words of their own", f.buyers.words_for_it),
        label="Wrong words",
    )
    page.bullet(
        _after(
            "As they decide, so they are addressed",
            context.audience.nth("decides", 0, f.buyers.decides),
        ),
        _moved(f, context, 1),
        label="Wrong moment",
    )
    page.bullet(
        fact(
            f"A group should gather around this, if the account has one: {f.pains[-1]}"
            if f.pains
            else ""
        ),
        label="Need",
    )


def _decisions(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("What Is Decided")
    page.paragraph(
        choose(
            "decide",
            f"By {near_day(open_day(f, f.on(8)))}, each group is kept, joined with another or "
            f"closed; {f.brand} ends with four, not with forty.",
            f"On {near_day(open_day(f, f.on(8)))}, {f.brand} writes one sentence on each group: "
            "whom it holds, what they see, what they cost.",
        ),
        fact(f"The choice of people stays within this: {f.limits[-1]}" if f.limits else ""),
        fill(
            f"Groups that look like existing {pursuit(f).won} are built only from people who "
            f"agreed to it; {f.brand} keeps the proof."
        ),
        fill(
            f"Sensitive traits are not used to choose people, even where a platform offers them to "
            f"{f.short_brand}."
        ),
        fill(
            f"A group that brings little now and much in a year is marked, so that {f.brand} does "
            "not close its own future."
        ),
        fill(
            f"The sentence that {f.short_brand} uses for its audience is changed if the figures "
            "contradict it twice."
        ),
    )
