"""The benchmark: how others are measured from outside, and where the client stands beside them."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.api.markdown import table
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import near_day, stated
from aicmo_core.modules.production.internal.funnel import at_work, offer, pursuit
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.phases import open_day
from aicmo_core.modules.production.internal.wording import series
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: who is compared, what can be seen, the client's place, and the use."""
    page = context.page(
        310, 570, "no competitors", "we are winning", least_bullets=8, most_bullets=15
    )
    f = spared(context.facts, page.avoidance)
    _others(page, f, context)
    _scale(page, f, context)
    _position(page, f, context)
    _use(page, f, context)
    return page.render()


def _others(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Competitor Performance")
    page.paragraph(
        choose(
            "inside",
            f"What others spend and earn is their secret, and this page does not pretend to know "
            f"it. What {f.brand} can see from outside is enough to compare.",
            f"Figures from inside other houses are rumours. {f.brand} compares what anybody can "
            "count: pieces, answers, prices, voices.",
        ),
        choose(
            "unnamed",
            f"{f.brand} has named nobody, so the five to compare with are found by searching for "
            f"{offer(f)} as a customer would.",
            f"Since the brief names no others, the first five that a customer finds beside "
            f"{f.brand} are taken.",
        )
        if not (f.rivals_liked or f.rivals_disliked)
        else f"{f.brand} named those it looks at, and the comparison begins with them.",
    )
    page.bullet(
        fact(series(f.rivals_liked) if f.rivals_liked else ""), label="Looked at with respect"
    )
    page.bullet(
        fact(series(f.rivals_disliked) if f.rivals_disliked else ""), label="Looked at as a warning"
    )
    page.bullet(
        choose(
            "libraries",
            "Public ad libraries of the large platforms show what runs, and for how long; what "
            "runs for months presumably pays.",
            f"A piece that another supplier of {offer(f)} has shown for three months is worth "
            "taking apart.",
        ),
        label="What runs",
    )
    page.bullet(
        choose(
            "answers",
            "A plain question is sent to each of them on the same morning, and the hours to the "
            "reply are noted.",
            f"Somebody from outside {f.brand} asks all of them one question; speed and use of the "
            "reply are written down.",
        ),
        label="What they answer",
    )


def _scale(page: Page, f: Facts, context: Context) -> None:
    cell = context.phrasing.choose
    page.heading("The Scale")
    page.paragraph(
        cell(
            "scale",
            f"Five points are given from one to five, for {f.brand} as well, by two people who do "
            "not see each other’s sheet.",
            f"Each point is scored by two outsiders; {f.brand} is scored blind, among the others.",
        )
    )
    rows = [
        (
            "Opening",
            cell("o1", "Three newest pieces, sound off.", "First lines of five pieces.") or "–",
            cell("r1", "Clear in two seconds", "Makes one stay") or "–",
        ),
        (
            "Page",
            cell("o2", "From the click to the offer.", "On a telephone, one thumb.") or "–",
            cell("r2", "Same words as the piece", "Nothing in the way") or "–",
        ),
        (
            "Proof",
            cell("o3", "Newest twenty reviews.", "Sources of three claims.") or "–",
            cell("r3", "Can be checked", "Younger than a year") or "–",
        ),
        (
            "Terms",
            cell("o4", "As far as the last step.", "Price with all extras.") or "–",
            cell("r4", "Known before the last step", "No surprise at the end") or "–",
        ),
        (
            "Return",
            cell("o5", "What comes after leaving.", "A week of their letters.") or "–",
            cell("r5", "Useful, and not pushy", "Ends by itself") or "–",
        ),
    ]
    page.block(table(("Point", "What is looked at", "Full marks for"), rows))


def _position(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    lead = f.kpis[0] if f.kpis else None
    page.heading("Our Position")
    page.bullet(
        fact(
            f"The measure that {f.brand} set itself is its own, not the market’s: {stated(lead)}"
            if lead
            else ""
        ),
        label="Own yardstick",
    )
    page.bullet(
        f"No score can take this away: {f.proof[0]}"
        if f.proof
        else f"It has to show in the scores, or it is no strength: {f.selling_points[0]}"
        if f.selling_points
        else choose(
            "strength",
            f"{f.brand} has named no strength to compare; the scores will suggest one.",
            f"Where {f.brand} is stronger is open until the sheets are in.",
        ),
        label="Strength to confirm",
    )
    page.bullet(
        choose(
            "weak",
            f"The point on which {f.brand} gets its lowest score is mended first, if people decide "
            "by it.",
            f"One low score matters: the one that {f.readers} notice before they {pursuit(f).act}.",
        ),
        label="Weakness to find",
    )
    page.bullet(
        f"Where all of them are slow, {f.brand} can be the one that calls back on the same day."
        if at_work(f)
        else choose(
            "free",
            f"Where all five do the same, there is room for {f.brand} to do it otherwise.",
            f"A subject that none of them touches is free, and {f.brand} takes it if it can keep "
            "it up.",
        ),
        label="Free ground",
    )


def _use(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("How It Is Used")
    page.paragraph(
        choose(
            "use",
            f"The sheets are in by {near_day(open_day(f, f.on(9)))}. Two findings go into the "
            "revamp, and the others wait for the next quarter.",
            f"From {near_day(open_day(f, f.on(9)))} on, {f.brand} knows its lowest and its highest "
            "score, and works on both.",
        ),
        fill(
            f"Nothing is copied. What works for others works with their name on it, and "
            f"{f.brand} has its own."
        ),
        fill(
            f"The comparison is repeated after half a year with the same five, or {f.brand} would "
            "measure its choice and not its progress."
        ),
        fill(
            f"A rival that improves fast is asked for its reasons at the next fair; people at "
            f"{f.short_brand} will be surprised how much is told."
        ),
        fill(
            f"Screens are dated and kept, because pages change and {f.short_brand} will want to "
            "know what stood there."
        ),
    )
