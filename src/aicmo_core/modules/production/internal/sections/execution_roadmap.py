"""The execution roadmap: who does what by when, week by week."""

from __future__ import annotations

from datetime import timedelta

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.internal.calendar import QUIET_DAY
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import (
    checkpoint,
    due,
    goal_of,
    long_day,
    money,
    near_day,
    plain_number,
    target,
)
from aicmo_core.modules.production.internal.page import Page, Sentence, fact, fill
from aicmo_core.modules.production.internal.tactics import tactics
from aicmo_core.modules.production.internal.wording import (
    clip,
    inline,
    series,
    short,
)
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import MilestoneDTO, StrategyDocDTO

_WEEKS = 4


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: four weeks, and what follows the thirtieth day."""
    page = context.page(
        205, 365, "just start posting", "figure it out", least_bullets=10, most_bullets=19
    )
    f = spared(context.facts, page.avoidance)
    for week in range(1, _WEEKS + 1):
        page.heading(f"Week {week}")
        _span(page, f, context, week)
        _TASKS[week - 1](page, f, context)
        _due_in(page, f, strategy, week)
    page.heading("From Day 29 On")
    _end(page, f, context, strategy)
    return page.render()


def _span(page: Page, f: Facts, context: Context, week: int) -> None:
    first = f.on(7 * week - 6)
    last = f.on(7 * week)
    posts = [e for e in context.calendar if first <= e.day <= last and e.format != QUIET_DAY]
    page.paragraph(
        context.phrasing.choose(
            f"span {week}",
            f"{near_day(first)} to {near_day(last)}: {len(posts)} entries go out.",
            f"{f.brand} publishes {len(posts)} entries from {near_day(first)} to {near_day(last)}.",
            f"From {near_day(first)} to {near_day(last)}, {len(posts)} entries are due.",
        )
    )


def beginning(page: Page, f: Facts, context: Context) -> None:
    """Write what is settled before and while the first posts go out."""
    choose = context.phrasing.choose
    page.bullet(fact(one_person(f, context)), label="Time")
    page.bullet(_approval(f), label="Approval")
    page.bullet(
        choose(
            "setup",
            f"{f.brand} brings the profiles on {series(f.channel_names)} up to date, with the "
            "same name, picture and link.",
            f"Names, pictures and links on {series(f.channel_names)} are made to match.",
            f"Access to {series(f.channel_names)} is checked, and {f.brand} names a person for "
            "each.",
        ),
        label="Set-up",
    )
    page.bullet(
        choose(
            "material",
            f"Ten pictures and three short clips of {short(f.product)} are collected.",
            f"A first set of pictures around {short(f.product)} is taken in one afternoon.",
        ),
        label="Material",
    )
    page.bullet(_posting(f), label="Posting")


def one_person(f: Facts, context: Context) -> str:
    """Return how the work fits into the week of a client who is one person; else nothing."""
    return context.phrasing.choose("one person", *f.rules.houses.alone.habits) if f.alone else ""


def _approval(f: Facts) -> str:
    match f.approval:
        case "daily":
            return (
                f"{f.brand} sees each text on the working day before it goes out and answers the "
                "same day."
            )
        case "weekly":
            return (
                f"{f.brand} approves the posts of the next week in one go, the first ones before "
                f"{near_day(f.start)}, then on {near_day(f.on(5))} and each Friday after."
                if f.start.weekday() == 0
                else f"{f.brand} approves a week of posts in one go, the first before "
                f"{near_day(f.start)}."
            )
        case "monthly":
            return (
                f"{f.brand} approves all 30 days at once before {near_day(f.start)}; later changes "
                "wait for the next month’s round, mistakes excepted."
            )
        case "auto":
            return (
                f"Posts go out without a round of approval, as {f.brand} wishes; limits and facts "
                "are checked twice instead."
            )
        case _:
            return (
                f"{f.brand} names the person who approves; until then a week of posts is shown "
                "three working days ahead."
            )


def _posting(f: Facts) -> str | Sentence:
    if f.posted_by_us is True:
        return f"Scheduling is handled for {f.brand}, so that its team only approves and answers."
    if f.posted_by_us is False:
        return f"{f.brand} publishes by itself; the calendar files import into its own planner."
    return fill(f"The calendar files import into whichever planner {f.brand} uses.")


def first_tactics(page: Page, f: Facts, context: Context) -> None:
    """Write what is done on each channel, and how the first answers are used."""
    choose = context.phrasing.choose
    for plan in f.channels[:3]:
        page.bullet(fact(next(iter(tactics(plan, 24)), "")), label=clip(plan.channel, 4))
    page.bullet(
        choose(
            "week two",
            f"Comments of week 1 are answered, and the best question goes to {f.brand} as a topic.",
            f"The question from {f.readers} that came most often in week 1 becomes a post.",
        ),
        label="Listening",
    )
    page.bullet(
        fill(
            f"The posts of week 3 are written now, so that {f.brand} has five working days to read "
            "them."
        ),
        label="Ahead",
    )


def halfway(page: Page, f: Facts, context: Context) -> None:
    """Write what is checked and doubled in the middle."""
    choose = context.phrasing.choose
    lead = f.kpis[0] if f.kpis else None
    page.bullet(
        f"On {near_day(f.on(16))}, {f.brand} sets {lead.name} beside its target: {target(lead)}."
        if lead
        else f"On {near_day(f.on(16))}, {f.brand} compares the first two weeks.",
        label="Check",
    )
    page.bullet(
        choose(
            "week three",
            f"The two strongest posts about {short(f.product)} get a second form on another "
            "channel.",
            f"What worked best for {short(f.product)} is told once more, shorter.",
        ),
        label="More of the best",
    )
    if f.budget_total:
        first = max(f.channels, key=lambda c: c.budget_allocation_pct)
        share = plain_number(first.budget_allocation_pct)
        amount = f", {money(first.budget)}," if first.budget else ""
        page.bullet(
            fact(
                f"{f.brand} checks what is spent of {f.budget_total}; the largest share, "
                f"{share}%{amount} belongs to {first.channel}."
            ),
            label="Money",
        )


def closing(page: Page, f: Facts, context: Context) -> None:
    """Write how readers are asked to decide."""
    choose = context.phrasing.choose
    page.bullet(
        choose(
            "week four",
            f"Invitations to {short(f.product)} move to the front, now that readers know why.",
            f"The requests become direct: each post about {short(f.product)} names one next step.",
        ),
        label="Invite",
    )
    page.bullet(
        choose(
            "collect",
            f"{f.brand} asks three customers for a sentence that may be quoted.",
            f"Three readers are asked for a quotable sentence about {f.brand}.",
        ),
        label="Collect",
    )
    page.bullet(
        fill(f"Ideas that found no place this month go onto the list of {f.brand} for the next."),
        label="Store",
    )


_TASKS = (beginning, first_tactics, halfway, closing)


def _due_in(page: Page, f: Facts, strategy: StrategyDocDTO, week: int) -> None:
    """Milestones of the strategy and the client's own dates, in the week where they fall."""
    first, last = f.on(7 * week - 6), f.on(7 * week)
    for stone in strategy.timeline.milestones:
        if first <= stone.due <= last:
            _milestone(page, f, stone)
    for text in (*f.events, *f.offers):
        found = f.occasion(text)
        if found.day and first <= found.day <= last:
            word = "the last day of" if found.closes else "the day of"
            page.bullet(
                fact(f"{f.brand} plans around {word} this: {text}"), label=near_day(found.day)
            )


def _milestone(page: Page, f: Facts, stone: MilestoneDTO) -> None:
    words = inline(stone.description, 26) or f"{f.brand} has reached this: {stone.name}"
    page.bullet(fact(words), label=f"{near_day(stone.due)}, {clip(stone.name, 6)}")


def _end(page: Page, f: Facts, context: Context, strategy: StrategyDocDTO) -> None:
    choose = context.phrasing.choose
    report = f.last + timedelta(days=1)
    page.bullet(
        choose(
            "report",
            f"On {near_day(report)} the report goes to {f.brand}: each target, what was reached, "
            "and why.",
            f"{f.brand} receives the results on {near_day(report)}, with a proposal for the next "
            "30 days.",
        ),
        label="Report",
    )
    later = [k for k in f.kpis if checkpoint(k)]
    if later:
        kpi = later[0]
        page.bullet(
            f"At a steady pace, {kpi.name} will then stand at about {checkpoint(kpi)}, on the way "
            f"to {goal_of(kpi)} by {long_day(due(kpi, f.start))}.",
            label="Course",
        )
    for stone in strategy.timeline.milestones:
        if stone.due > f.on(28):
            _milestone(page, f, stone)
    page.bullet(
        fact(
            f"What {f.brand} ruled stays in force next month: {'; '.join(f.limits[:2])}"
            if f.limits
            else ""
        ),
        label="Limits",
    )
    page.bullet(
        fill(f"The next 30 days of {f.brand} begin after that, with whatever it decided to keep."),
        label="Next",
    )
    words = {"brand": f.brand, "product": short(f.product)}
    for text in f.rules.phrases.said("execution_roadmap.habits", **words):
        page.paragraph(fill(text))
