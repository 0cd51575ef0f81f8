"""The recovery plan: whom to speak to, what to mend, in which order, and how it is measured."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.api.markdown import table
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import due, long_day, near_day, stated
from aicmo_core.modules.production.internal.funnel import at_work, offer, pursuit
from aicmo_core.modules.production.internal.measures import targets
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.phases import open_day
from aicmo_core.modules.production.internal.wording import capital
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: principle, recovery actions, answers, the timeline, and the measures."""
    page = context.page(
        330, 600, "ignore the problem", "it will blow over", least_bullets=9, most_bullets=18
    )
    f = spared(context.facts, page.avoidance)
    _principle(page, f, context)
    _actions(page, f, context)
    _answers(page, f, context)
    _timeline(page, f, context)
    _measures(page, f, context)
    return page.render()


def _principle(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Principle")
    page.paragraph(
        choose(
            "deeds",
            f"Reputation follows deeds at a distance. {f.brand} mends first, tells it second, and "
            "asks for credit last.",
            f"{f.brand} recovers by what people can check: a fault that is gone, an answer that "
            "came, a promise that was kept.",
        ),
        choose(
            "own",
            f"The trouble is named in one sentence, by somebody with a name, in the words that "
            f"{f.readers} use for it.",
            f"Whoever leads {f.brand} says once and plainly what went wrong. After that, the "
            "repair speaks.",
        ),
        fact(f"What {f.brand} itself calls the trouble: {f.pains[0]}" if f.pains else ""),
    )


def _actions(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Recovery Actions")
    page.bullet(
        choose(
            "repair",
            f"The complaint heard most about {offer(f)} is traced to its source and mended there, "
            "before anything is published.",
            f"{f.brand} picks the one fault that most reviews name, and puts somebody in charge of "
            "ending it.",
        ),
        label="Mend",
    )
    page.bullet(
        choose(
            "reach out",
            f"Everybody with an open complaint hears from {f.brand} by name, with a proposal and a "
            "day.",
            f"{f.brand} calls those who complained in the last quarter, oldest case first, and "
            "asks what would be fair.",
        ),
        label="Make good",
    )
    page.bullet(
        choose(
            "show",
            f"A page of {f.brand} tells what happened, what changed, and what is still open; it "
            "has a date at the top.",
            f"What was changed about {offer(f)} is filmed as it is, and shown without comment.",
        ),
        label="Show",
    )
    page.bullet(
        f"Two long-standing customers of {f.brand} are invited to inspect the change and may say "
        "what they like about it."
        if at_work(f)
        else choose(
            "witness",
            f"Former critics are invited to look for themselves; {f.brand} publishes what they "
            "say, uncut.",
            f"Somebody independent tests {offer(f)}, and {f.brand} agrees beforehand to publish "
            "the result.",
        ),
        label="Let others look",
    )
    page.bullet(
        choose(
            "ask",
            f"Content {want.won} are asked for an honest word where it counts. Nobody is paid, and "
            "nobody is told what to write.",
            f"After each good ending, {f.brand} asks once for a review, whatever it may say.",
        ),
        label="Collect voices",
    )
    page.bullet(
        fact(f"What still stands is set against the doubt: {f.proof[0]}" if f.proof else ""),
        label="Build on",
    )


def _answers(page: Page, f: Facts, context: Context) -> None:
    cell = context.phrasing.choose
    page.heading("Who Answers What")
    rows = [
        (
            cell("k1", "A justified complaint", "A fault that is ours") or "–",
            cell("l1", "Thanks, a name, a day, a repair.", "Yes. This is what we do now.") or "–",
            "One working day",
        ),
        (
            cell("k2", "A complaint that is wrong", "A claim without ground") or "–",
            cell("l2", "A fact, a source, no reproach.", "What we know, and how.") or "–",
            "One working day",
        ),
        (
            cell("k3", "A question from the press", "An editor who calls") or "–",
            cell("l3", "One person answers, on record.", "The head of the house calls back.")
            or "–",
            "Four hours",
        ),
        (
            cell("k4", "Abuse", "Insults and threats") or "–",
            cell("l4", "No debate. It is hidden, and noted.", "One line, then silence.") or "–",
            "Same day",
        ),
    ]
    page.block(table(("What comes in", "What goes out", "Within"), rows))


def _timeline(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Timeline")
    page.bullet(
        choose(
            "first",
            f"The trouble is named, open cases are listed, and one person leads the recovery of "
            f"{f.brand}.",
            f"{f.brand} has a list of all open cases, and a leader who may spend money on them.",
        ),
        label=f"Until {near_day(open_day(f, f.on(7)))}",
    )
    page.bullet(
        choose(
            "second",
            f"Every case has had a call, and the page about the change of {offer(f)} is public.",
            f"Half of the open cases are closed, and {f.brand} says in public what has changed.",
        ),
        label=f"Until {near_day(open_day(f, f.on(14)))}",
    )
    page.bullet(
        choose(
            "third",
            f"The first people have inspected the change, and {f.brand} has published what they "
            "found.",
            f"New voices about {offer(f)} appear beside the old ones, asked for and unpaid.",
        ),
        label=f"Until {near_day(open_day(f, f.on(21)))}",
    )
    page.bullet(
        choose(
            "fourth",
            f"{f.brand} reports in public: cases closed, cases open, and what comes next.",
            f"The month is counted, and {f.brand} publishes the count, good or bad.",
        ),
        label=f"On {near_day(f.last)}",
    )


def _measures(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    lead = f.kpis[0] if f.kpis else None
    page.heading("How Recovery Is Measured")
    page.block(targets(f))
    page.paragraph(
        choose(
            "signs",
            "Three figures are written down each Monday: open complaints, hours to the first "
            "answer, and the share of good words among new reviews.",
            f"{f.brand} counts weekly how many cases are open, how long people waited, and what "
            "the newest reviews say.",
        ),
        fact(
            f"They move before the goal does, and it stays what it is: {stated(lead)} by "
            f"{long_day(due(lead, f.start))}."
            if lead
            else f"They move before the goal does, which {f.brand} reaches with a delay."
        ),
        fact(f"The recovery stays within this: {f.limits[-1]}" if f.limits else ""),
        fill(
            f"If complaints rise in the second week, the plan works: people speak again because "
            f"{f.brand} listens."
        ),
        fill(
            f"{capital(f.readers)} forgive a fault sooner than an excuse, and an excuse sooner "
            "than silence."
        ),
        fill(
            f"What was promised to one person is offered to all in the same case, or "
            f"{f.short_brand} has bought silence instead of trust."
        ),
        fill(f"Lawyers read what {f.short_brand} says, and do not write it."),
    )
