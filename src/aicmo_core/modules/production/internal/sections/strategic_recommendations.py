"""The recommendations: what comes first, begins and ends, and what is decided when."""

from __future__ import annotations

from datetime import timedelta

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import (
    due,
    long_day,
    money,
    near_day,
    plain_number,
    stated,
)
from aicmo_core.modules.production.internal.funnel import at_work, offer, pursuit
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.wording import clip, series
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: priorities, what begins and ends, money, and dated decisions."""
    page = context.page(
        345, 700, "keep doing same", "no changes needed", least_bullets=12, most_bullets=22
    )
    f = spared(context.facts, page.avoidance)
    _priorities(page, f, context)
    _begin(page, f, context)
    _end(page, f, context)
    _money(page, f, context)
    _decisions(page, f, context)
    return page.render()


def _priorities(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Strategic Priorities")
    page.paragraph(
        choose(
            "order",
            f"If {f.brand} can do only one thing, it is the first of these; the others follow in "
            "this order.",
            f"Four priorities, in the order in which {f.brand} should give up the others if time "
            "runs short.",
        )
    )
    page.bullet(
        f"Everything serves this figure: {stated(f.kpis[0])}, by "
        f"{long_day(due(f.kpis[0], f.start))}"
        if f.kpis
        else f"Everything serves the goal as {f.brand} wrote it down",
        label="Priority 1, one figure",
    )
    page.bullet(
        f"Make this known before anything else: {f.selling_points[0]}"
        if f.selling_points
        else choose(
            "known",
            f"Settle what {f.brand} wants to be known for, in one sentence, and repeat it until "
            "it bores the team.",
            f"Choose one reason why people should prefer {offer(f)}, and drop the second-best "
            "ones.",
        ),
        label="Priority 2, one reason",
    )
    page.bullet(
        choose(
            "way",
            f"Remove one step between interest and {want.event}; {f.brand} gains more there than "
            "with another hundred posts.",
            f"Shorten the way to {want.event} until somebody who has never heard of {f.brand} "
            "finds it at once.",
        ),
        label="Priority 3, a short way",
    )
    page.bullet(
        choose(
            "keep",
            f"Begin to keep people on the day on which they are won; {f.brand} plans both in one "
            "calendar.",
            f"Treat those who have chosen {f.brand} as the first audience, not as the last.",
        ),
        label="Priority 4, those who stay",
    )


def _begin(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("What Should Begin")
    page.bullet(
        choose(
            "proof",
            "A folder of evidence that grows by one piece a week, with permission and date, open "
            f"to all at {f.brand}.",
            f"One conversation with a customer each week, held by whoever writes for {f.brand}.",
        ),
        label="Evidence",
    )
    page.bullet(
        fact(f"More of what has worked: {series(f.worked)}")
        if f.worked
        else choose(
            "own work",
            f"A yearly meeting of customers as a place where {f.brand} learns more than it "
            "presents.",
            "A short paper each quarter that answers one hard question for customers of "
            f"{f.brand}.",
        )
        if at_work(f)
        else choose(
            "own",
            f"A list of people who asked to hear from {f.brand}, as the only reach that belongs "
            "to it.",
            f"A fixed hour each week in which {f.brand} answers in public what was asked in "
            "private.",
        ),
        label="Habit",
    )
    page.bullet(
        choose(
            "learning",
            f"A notebook of trials: question, result, decision; {f.brand} will need it when "
            "people change.",
            f"One trial at a time, written down before it starts, so that {f.brand} cannot fool "
            "itself afterwards.",
        ),
        label="Learning",
    )


def _end(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("What Should End")
    page.bullet(
        fact(f"What did not work is not tried again in the same form: {series(f.failed)}")
        if f.failed
        else choose(
            "reports",
            f"Reports that lead to no decision; {f.brand} keeps one sheet and reads it.",
            f"Figures that look good and change nothing at {f.brand}.",
        ),
        label="Old ways",
    )
    page.bullet(
        choose(
            "spread",
            f"New channels out of curiosity; before {f.brand} opens one, an old one is closed.",
            f"Pieces without an owner: what nobody at {f.brand} answers for is not published.",
        ),
        label="Spreading thin",
    )
    page.bullet(
        choose(
            "haste",
            f"Urgency as a style; {f.brand} announces early and keeps its dates.",
            f"Approvals in the last hour, which cost {f.brand} more mistakes than any lack of "
            "ideas.",
        ),
        label="Haste",
    )


def _money(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    lead = max(f.channels, key=lambda c: c.budget_allocation_pct)
    share = plain_number(lead.budget_allocation_pct)
    amount = f" ({money(lead.budget)})" if lead.budget else ""
    page.heading("Where the Means Go")
    page.bullet(
        f"{clip(lead.channel, 4)} keeps its {share}%{amount} until the check half way; nobody at "
        f"{f.brand} moves it on a feeling",
        label="Largest share",
    )
    page.bullet(
        choose(
            "shift",
            f"From {near_day(f.on(22))} the weaker half of the tests gives its part to the better "
            f"half, and {f.brand} notes the reason.",
            f"What is freed by stopping a test from {near_day(f.on(22))} on goes to the strongest "
            f"piece, not to a new idea of {f.brand}.",
        ),
        label="Movement",
    )
    page.bullet(
        choose(
            "people",
            f"One hour in five is kept for answers to people, as no piece of {f.brand} works "
            "without them.",
            f"Time for answering is planned like time for making; {f.brand} writes it into the "
            "calendar.",
        ),
        label="Hours",
    )


def _decisions(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    report = f.last + timedelta(days=1)
    page.heading("Decisions to Take")
    page.bullet(
        choose(
            "now",
            f"Who at {f.brand} may approve alone, and who stands in.",
            f"Whose figure the first priority is: one name at {f.brand}, not a department.",
        ),
        label=f"Before {near_day(f.start)}",
    )
    page.bullet(
        choose(
            "half",
            f"Which test ends and which grows; {f.brand} decides on the figures of two weeks.",
            f"Whether the statement of {f.brand} holds, or one word in it has to change.",
        ),
        label=f"On {near_day(f.on(16))}",
    )
    page.bullet(
        choose(
            "end",
            f"What of it becomes routine at {f.brand}, what is stopped, and what is tried next.",
            f"The aim of the following months, set by {f.brand} from what these thirty days have "
            "shown.",
        ),
        label=f"On {near_day(report)}",
    )
    page.paragraph(
        fact(
            f"All of this holds within what {f.brand} has ruled: {'; '.join(f.limits)}"
            if f.limits
            else ""
        ),
        fill(
            f"A recommendation that {f.brand} does not follow is no loss, if the reason is "
            "written beside it."
        ),
        fill(
            f"Half of these steps cost nothing but a decision, which is why {f.brand} should take "
            "them first."
        ),
        fill(
            f"The list is short on purpose; what {f.brand} adds to it should push something else "
            "off."
        ),
        fill(
            f"In six months somebody reads this page again at {f.brand} and marks what came true, "
            "in another colour."
        ),
    )
