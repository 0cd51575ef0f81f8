"""The new positioning: from what is said today to what can be said again, and in which steps."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.api.markdown import table
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import near_day
from aicmo_core.modules.production.internal.funnel import at_work, offer, pursuit
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.phases import phases
from aicmo_core.modules.production.internal.wording import capital, series
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: audience, statement, what changes, what carries it, and the steps."""
    page = context.page(
        300, 560, "be everything to everyone", "for everyone", least_bullets=8, most_bullets=15
    )
    f = spared(context.facts, page.avoidance)
    _audience(page, f, context)
    _statement(page, f, context)
    _shift(page, f, context)
    _pillars(page, f, context)
    _steps(page, f, context)
    return page.render()


def _audience(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Target Audience")
    page.paragraph(
        choose(
            "who",
            f"{f.brand} is rebuilt for {f.audience}, and for those among them first who used to "
            "trust it.",
            f"The new position is addressed to {f.audience}. Former customers come before new "
            "ones, because they can compare.",
        ),
        fact(f"Second in line: {f.second_audience}" if f.second_audience else ""),
    )
    page.bullet(
        choose(
            "lost",
            f"Most left without a word. What {f.brand} says to them begins with what has changed.",
            f"They know {offer(f)} from better days, and want to see a reason before they return.",
        ),
        label="Those who left",
    )
    page.bullet(
        choose(
            "stayed",
            f"They defended {f.brand} while it was hard to do so; they hear news first and may "
            "object.",
            f"Whoever stayed is thanked in person by {f.brand} before any campaign begins.",
        ),
        label="Those who stayed",
    )
    page.bullet(
        choose(
            "never",
            f"They know {f.brand} by hearsay only, and get facts about {offer(f)} instead of "
            "history.",
            f"To people who never came, the old trouble is told in one sentence if they ask, and "
            f"{offer(f)} in three.",
        ),
        label="Those who never came",
    )


def _statement(page: Page, f: Facts, context: Context) -> None:
    reason = f.proof[0] if f.proof else f.selling_points[0] if f.selling_points else ""
    page.heading("Positioning Statement")
    page.paragraph(
        context.phrasing.choose(
            "statement",
            f"For {f.readers} who have grown careful, {f.brand} is the name to turn to for "
            f"{offer(f)}: it shows its work, and stands by it when something goes wrong.",
            f"With {offer(f)}, {f.brand} gives {f.readers} something that they can check before, "
            "during and after the decision.",
            f"Of all who promise {offer(f)}, {f.brand} is to be the one that says what went wrong "
            "and what it did about it.",
        ),
        fact(f"The first stone under it: {reason}" if reason else ""),
        fact(
            f"The tagline stays, now that it has to be earned: “{f.tagline}”" if f.tagline else ""
        ),
        label="Positioning Statement",
    )


def _shift(page: Page, f: Facts, context: Context) -> None:
    cell = context.phrasing.choose
    page.heading("From and To")
    rows = [
        (
            "Claim",
            cell("f1", "We have always been good.", "Trust us, as ever.") or "–",
            cell("g1", "This is what we check, each time.", "Look for yourself.") or "–",
        ),
        (
            "Criticism",
            cell("f2", "A single case.", "We regret any trouble.") or "–",
            cell("g2", "What happened, and what we changed.", "A name, a date, a repair.") or "–",
        ),
        (
            "Proof",
            cell("f3", "Old awards.", "Our own praise.") or "–",
            cell("g3", "Results of this quarter.", "Voices of former critics.") or "–",
        ),
        (
            "Offer",
            cell("f4", "A reason to buy.", "A lower price.") or "–",
            cell("g4", "A way back for the buyer.", "A longer guarantee.") or "–",
        ),
    ]
    page.block(table(("Subject", "What people expect to hear", "What they hear now"), rows))
    page.paragraph(
        fact(
            f"Guarantees and repairs in the last column are proposals until {f.brand} has costed "
            "them."
        )
    )


def _pillars(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("What Carries It")
    for text in f.selling_points[:2]:
        page.bullet(fact(f"It is kept and shown again from the beginning: {text}"), label="Kept")
    page.bullet(
        choose(
            "openness",
            f"{f.brand} publishes what it checks about {offer(f)} and how often it failed, month "
            "by month.",
            f"Faults of {offer(f)} are named by {f.brand} before somebody else names them.",
        ),
        label="Openness",
    )
    page.bullet(
        choose(
            "answer",
            f"A person with a name answers at {f.brand}, and has the right to put things right at "
            "once.",
            f"Whoever complains speaks with somebody at {f.brand} who may decide.",
        ),
        label="Answerability",
    )
    page.bullet(
        f"References who had trouble with {f.brand} and stayed are worth more than new logos."
        if at_work(f)
        else choose(
            "witness",
            f"{capital(want.won)} who had a complaint tell how it ended, in their own words.",
            f"Not fans but former critics speak for {f.brand}, as soon as they are willing.",
        ),
        label="Witnesses",
    )
    page.bullet(
        fact(f"The voice is kept while the claims change: {series(f.voice)}" if f.voice else ""),
        label="Voice",
    )


def _steps(page: Page, f: Facts, context: Context) -> None:
    one, two, three = phases(f)
    page.heading("In Which Steps")
    page.paragraph(
        context.phrasing.choose(
            "steps",
            f"Until {near_day(one.last)}, {f.brand} mends, and its pieces answer; from "
            f"{near_day(two.first)} they show the repair, and from {near_day(three.first)} they "
            "invite.",
            f"{f.brand} repairs and answers first. The repair is shown from {near_day(two.first)}, "
            f"and people are asked back from {near_day(three.first)}.",
        ),
        fact(f"The position holds within this limit: {f.limits[0]}" if f.limits else ""),
        fill(
            f"Nothing is renamed and no logo is redrawn; {f.brand} would be asked what it wants to "
            "hide."
        ),
        fill(
            f"The statement is tried on three former customers before it is printed, and "
            f"{f.short_brand} accepts their corrections."
        ),
        fill(
            f"The sentence is true on the day it is published, or {f.brand} waits another week "
            "with it."
        ),
    )
