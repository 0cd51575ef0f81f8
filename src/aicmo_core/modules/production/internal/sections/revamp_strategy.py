"""The revamp: what is mended first, what is won next, and what takes longer."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.api.markdown import table
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import (
    due,
    goal_of,
    long_day,
    money,
    near_day,
    stated,
)
from aicmo_core.modules.production.internal.funnel import (
    Stage,
    at_work,
    buys_reach,
    names_for,
    offer,
    pursuit,
)
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.phases import open_day
from aicmo_core.modules.production.internal.wording import capital, clip, series
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: the order of work, fixes, opportunities, improvements, and bets."""
    page = context.page(
        350, 640, "everything perfect", "no recommendations", least_bullets=12, most_bullets=19
    )
    f = spared(context.facts, page.avoidance)
    _order(page, f, context)
    _fixes(page, f, context)
    _opportunities(page, f, context, paid=buys_reach(context.facts, brief))
    _improvements(page, f, context)
    _bets(page, f, context)
    return page.render()


def _order(page: Page, f: Facts, context: Context) -> None:
    cell = context.phrasing.choose
    lead = f.kpis[0] if f.kpis else None
    page.heading("The Order of Work")
    page.paragraph(
        f"All of it serves one line: {stated(lead)} by {long_day(due(lead, f.start))}."
        if lead
        else f"All of it serves the goal of {f.brand}: {f.goal}",
        cell(
            "order",
            f"What is broken comes before what is missing, because {f.brand} would otherwise pay "
            "for visitors to a closed door.",
            f"First {f.brand} stops losing, then it wins, and growth comes last.",
        ),
    )
    rows = [
        ("Critical", cell("e1", "Hours", "Little") or "–", cell("n1", "At once", "Certain") or "–"),
        (
            "High impact",
            cell("e2", "Days", "Moderate") or "–",
            cell("n2", "Within the month", "Likely") or "–",
        ),
        (
            "Medium term",
            cell("e3", "Weeks", "Steady") or "–",
            cell("n3", "After two months", "Probable") or "–",
        ),
        (
            "Long term",
            cell("e4", "A quarter and more", "Large") or "–",
            cell("n4", "Next year", "Open") or "–",
        ),
    ]
    page.block(table(("Rank", "Effort", "Effect"), rows))


def _fixes(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Critical Fixes")
    page.bullet(
        choose(
            "count",
            f"Counting is put right by {near_day(open_day(f, f.on(3)))}; what is "
            f"miscounted makes {f.brand} better at the wrong thing.",
            f"By {near_day(open_day(f, f.on(3)))} {want.event} turns up once, and only once, in "
            f"the figures of {f.brand}.",
        ),
        label="Counting",
    )
    page.bullet(
        choose(
            "path",
            f"The steps from the click to {want.event} are walked on three telephones, and what "
            "blocks is mended on the same day.",
            f"Whatever keeps a willing person from {want.event} is mended before the next piece by "
            f"{f.brand} goes out.",
        ),
        label="Path",
    )
    page.bullet(
        fact(f"What is known to fail ends now: {series(f.failed)}")
        if f.failed
        else choose(
            "stop",
            f"The weakest fifth of what runs is paused; {f.brand} decides by cost of a result, and "
            "by nothing else.",
            f"Whatever has cost {f.brand} for a month without {want.event} is paused.",
        ),
        label="Stop",
    )


def _opportunities(page: Page, f: Facts, context: Context, *, paid: bool) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    first = max(f.channels, key=lambda c: c.budget_allocation_pct)
    amount = f", {money(first.budget)}," if first.budget else ""
    page.heading("High-Impact Opportunities")
    page.bullet(
        f"The largest share{amount} lies with {clip(first.channel, 4)}. The new concepts start "
        "there, where a better opening pays first.",
        label="Where the weight is",
    )
    page.bullet(
        choose(
            "near",
            f"People who began to {want.act} and stopped get one answer to one question, and no "
            "general reminder.",
            f"The nearly decided are served before strangers; {f.brand} knows them and has only "
            "not replied.",
        ),
        label="The nearly decided",
    )
    page.bullet(
        fact(f"It carried once, and gets more room on a second channel: {series(f.worked)}")
        if f.worked
        else choose(
            "best",
            f"The best piece on {names_for(f, Stage.AWARENESS, 1)} gets three relatives before "
            "anything new is thought up.",
            f"{f.brand} doubles what works on {names_for(f, Stage.AWARENESS, 1)}, before it mends "
            "what does not.",
        ),
        label="More of what works",
    )
    page.bullet(
        f"This stands at the top of page and piece from now on: {f.proof[0]}"
        if f.proof
        else choose(
            "proof",
            f"Three quotable voices on {offer(f)} are collected in two weeks, because the pieces "
            "lack nothing so much.",
            f"One counted result about {offer(f)} replaces three adjectives in each piece.",
        ),
        label="Proof",
    )
    page.bullet(
        fact(
            ""
            if paid
            else f"Nothing is bought, as {f.brand} wishes; each gain comes from page, "
            "piece and answer."
        ),
        label="Without bought reach",
    )


def _improvements(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Medium-Term Improvements")
    page.bullet(
        choose(
            "structure",
            f"Campaigns are rebuilt around four groups of people, with one goal to each; {f.brand} "
            "can then read a report in five minutes.",
            f"The accounts of {f.brand} get a plain structure that a successor understands "
            "without a handover.",
        ),
        label="Structure",
    )
    page.bullet(
        choose(
            "supply",
            f"Two new pieces about {offer(f)} a week, from one afternoon of filming a month.",
            f"A steady supply: {f.brand} makes eight pieces a month and keeps the best two.",
        ),
        label="Supply of pieces",
    )
    page.bullet(
        fact(f"A page and a series for {f.second_audience}")
        if f.second_audience
        else choose(
            "page",
            f"A page for each question that people bring to {f.brand}, instead of one page for "
            "all.",
            f"The page of {f.brand} is divided by question, as far as the figures ask for it.",
        ),
        label="Pages",
    )


def _bets(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    lead = f.kpis[0] if f.kpis else None
    page.heading("Long-Term Bets")
    page.bullet(
        f"Customers who speak about {f.brand} at meetings of their trade, because they want to."
        if at_work(f)
        else choose(
            "again",
            f"More people who {want.again}; whoever returns makes the first sale worth its price.",
            f"{capital(want.won)} bring others to {f.brand}, and each of them makes reach cheaper.",
        ),
        label="Return",
    )
    page.bullet(
        choose(
            "own",
            f"An audience that {f.brand} can write to without asking a platform.",
            f"Addresses, with consent: {f.brand} rents less attention each year.",
        ),
        label="Own audience",
    )
    page.paragraph(
        choose(
            "drop",
            f"A bet of {f.brand} is dropped when two quarters have brought no sign.",
            f"Bets get a tenth of the effort of {f.brand}, and a date on which they are judged.",
        ),
        fact(f"No rank is above this: {f.limits[0]}" if f.limits else ""),
        fill(
            f"When {goal_of(lead)} in {lead.name} is reached early, {f.brand} does not raise the "
            "goal in the same month."
            if lead
            else f"When the goal is reached early, {f.brand} rests a month before it raises it."
        ),
        fill(
            f"Whatever is stopped leaves a sentence behind: why, when, and who at {f.brand} "
            "decided."
        ),
        fill(
            f"Two repairs at a time are the most that {f.short_brand} can tell apart in its "
            "figures."
        ),
    )
