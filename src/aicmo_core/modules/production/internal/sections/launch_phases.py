"""The launch phases: what happens before, with and after the launch, and what opens each gate."""

from __future__ import annotations

from datetime import date, timedelta

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.api.markdown import table
from aicmo_core.modules.production.internal.calendar import QUIET_DAY
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import (
    due,
    long_day,
    near_day,
    stated,
)
from aicmo_core.modules.production.internal.funnel import at_work, offer, pursuit
from aicmo_core.modules.production.internal.launch import (
    AFTER,
    BEFORE,
    WITH,
    Launch,
    launch,
    opening_channel,
)
from aicmo_core.modules.production.internal.measures import targets
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.phases import Phase, phases
from aicmo_core.modules.production.internal.wording import capital, clip
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: the day, three phases with their gates, the milestones, the decision."""
    page = context.page(
        330, 640, "start whenever", "no clear timeline", least_bullets=12, most_bullets=22
    )
    f = spared(context.facts, page.avoidance)
    day = launch(context.facts)
    _day(page, f, context, day)
    tellers = {BEFORE: [_first, _known, _expected], WITH: [_second], AFTER: [_third, _routine]}
    for phase in phases(f):
        side = f.rules.phrases.one(f"launch.sides.{day.side(phase)}")
        page.heading(f"{phase.title}, {side}")
        _span(page, context, phase)
        tellers[day.side(phase)].pop(0)(page, f, context, day)
    _milestones(page, f, context, day)
    _decision(page, f, context, day)
    return page.render()


def _day(page: Page, f: Facts, context: Context, day: Launch) -> None:
    choose = context.phrasing.choose
    lead = f.kpis[0] if f.kpis else None
    page.heading("The Day and the Goal")
    page.paragraph(
        f"By the word of {f.brand}, the launch is on {day.said}; all else is counted from there."
        if day.stated
        else choose(
            "proposed",
            f"{f.brand} has named no day, so this plan proposes {day.said}. If it moves, the "
            "phases move with it.",
            f"No launch day is stated; {day.said} is proposed, and {f.brand} confirms it in the "
            "first week.",
        ),
        fact(
            "It lies behind the thirty days of the calendar, which therefore prepare it."
            if not day.near
            else ""
        ),
        f"The launch is held against one line: {stated(lead)} by {long_day(due(lead, f.start))}."
        if lead
        else f"The launch is held against the goal of {f.brand}: {f.goal}",
    )
    page.block(targets(f))


def _span(page: Page, context: Context, phase: Phase) -> None:
    count = sum(
        phase.first <= e.day <= phase.last and e.format != QUIET_DAY for e in context.calendar
    )
    page.bullet(
        context.phrasing.choose(
            f"span {phase.number}",
            f"{capital(phase.span)}, with {count} entries in the calendar.",
            f"{count} calendar entries, {phase.span}.",
        ),
        label="When",
    )


def _first(page: Page, f: Facts, context: Context, day: Launch) -> None:
    choose = context.phrasing.choose
    page.bullet(
        choose(
            "aim 1",
            f"{capital(f.readers)} learn which problem is about to get smaller, before they learn "
            f"what {f.brand} calls the answer.",
            f"A list of people who want to hear more about {offer(f)}, and a name that they have "
            "seen twice.",
        ),
        label="Aim",
    )
    page.bullet(
        choose(
            "work 1",
            f"Page, price and answers about {offer(f)} are finished and read by three outsiders; "
            "early names are collected with consent.",
            f"{f.brand} tries the whole way from first glance to {pursuit(f).event} itself, on a "
            "telephone.",
        ),
        label="Work",
    )
    page.bullet(
        choose(
            "gate 1",
            f"The page counts what it should, and somebody at {f.brand} has written each answer "
            "that strangers asked for.",
            f"Five people who do not know {f.brand} can say after ten seconds what is coming.",
        ),
        label="Gate to the next phase",
    )


def _known(page: Page, f: Facts, context: Context, day: Launch) -> None:
    """Write a second phase that still lies before the launch."""
    choose = context.phrasing.choose
    page.bullet(
        choose(
            "aim known",
            f"Whoever has seen the name {f.brand} twice learns what to expect of {offer(f)}, and "
            "what not.",
            f"The name becomes a reason: {f.readers} can say what {offer(f)} would change.",
        ),
        label="Aim",
    )
    page.bullet(
        choose(
            "work known",
            f"One look behind the work and one answered question a week; {f.brand} counts who asks "
            "to be told of the day.",
            f"{f.brand} shows the unfinished thing to a few on the list and publishes what they "
            "stumbled over.",
        ),
        label="Work",
    )
    page.bullet(
        f"The list has grown in each week, and {f.brand} knows which piece brought the names.",
        label="Gate to the next phase",
    )


def _expected(page: Page, f: Facts, context: Context, day: Launch) -> None:
    """Write a third phase that still lies before the launch."""
    page.bullet(
        f"People on the list know the day, {day.said}, and what they will be able to do on it.",
        label="Aim",
    )
    page.bullet(
        context.phrasing.choose(
            "work expected",
            f"Each piece names the day once, those on the list may bring one more, and {f.brand} "
            "rehearses the morning of the launch.",
            f"{f.brand} writes the first three messages of the launch now, and has them read by "
            "somebody who was not there.",
        ),
        label="Work",
    )
    page.bullet(
        f"First line, page and answers are fixed, and {f.brand} changes none of them before the "
        "day.",
        label="Closed when",
    )


def _routine(page: Page, f: Facts, context: Context, day: Launch) -> None:
    """Write a second phase after the launch."""
    want = pursuit(f)
    page.bullet(
        f"What was news becomes routine: {f.brand} keeps its word on days when nobody looks.",
        label="Aim",
    )
    page.bullet(
        f"The questions asked most get a page of their own, and {want.won} hear what became of "
        "their remarks.",
        label="Work",
    )
    page.bullet(
        f"New {want.events} come without a piece about the launch, and {f.brand} knows from where.",
        label="Closed when",
    )


def _second(page: Page, f: Facts, context: Context, day: Launch) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    first = clip(opening_channel(f, context.calendar, day), 4)
    page.bullet(
        choose(
            "aim 2",
            f"Everybody on the list hears of {offer(f)} on the same morning, and can {want.act} "
            "within minutes.",
            f"Interest becomes {want.events}: each piece names one step, and {f.brand} answers "
            "the same day.",
        ),
        label="Aim",
    )
    page.bullet(
        choose(
            "work 2",
            f"{first} opens, the list is written to next, and the other channels repeat the first "
            "line.",
            f"One announcement on {first}, unchanged for three days, so that it can be passed on.",
        ),
        fact(f"The first day also carries this: {f.offers[0]}" if f.offers else ""),
        label="Work",
    )
    page.bullet(
        choose(
            "gate 2",
            f"The first {want.won} have described {offer(f)} in public, in their own words.",
            f"Questions that came in on the day have an answer on the page of {f.brand}.",
        ),
        label="Gate to the next phase",
    )


def _third(page: Page, f: Facts, context: Context, day: Launch) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.bullet(
        choose(
            "aim 3",
            f"Those who waited get their reason: what the first {want.won} found, good and bad.",
            f"The news is over; {f.brand} now lives on what others say about {offer(f)}.",
        ),
        label="Aim",
    )
    page.bullet(
        f"Two roll-outs are described in full, with the consent of those at work on them, and "
        f"{f.brand} shows the second month as well."
        if at_work(f)
        else choose(
            "work 3",
            f"{capital(want.won)} are asked for one honest sentence each, and {f.brand} mends the "
            "two faults named most often.",
            f"Three short reports by {want.won}, one correction that {f.brand} has made, one "
            "invitation to those still on the list.",
        ),
        label="Work",
    )
    page.bullet(
        choose(
            "gate 3",
            f"{f.brand} knows the cost of {want.event} by channel, and which sentence brought it.",
            f"The plan for the next quarter rests on {want.events} that were counted, not on the "
            "mood of the day.",
        ),
        label="Closed when",
    )


def _milestones(page: Page, f: Facts, context: Context, day: Launch) -> None:
    page.heading("Key Milestones")
    rows = [(f.start, "Start", f"The first piece of {f.short_brand} is out.")]
    eve = day.day - timedelta(days=3)
    if eve > f.start:
        rows.append((eve, "Last look", "Page, delivery and answers have been tried once more."))
    rows.append((day.day, "Launch", f"{capital(offer(f))} can be had from this morning."))
    reading = day.day + timedelta(days=7)
    if reading < f.last:
        rows.append((reading, "First reading", "A week is counted; one thing may change."))
    rows.append((f.last, "End of the calendar", "Thirty days are counted and compared."))
    rows.sort(key=lambda row: row[0])
    cells = [(_said(f, d), n, t) for d, n, t in rows if not f.avoidance.concerns(f"{n} {t}")]
    if cells:
        page.block(table(("Day", "Milestone", "What is true then"), cells))


def _said(f: Facts, day: date) -> str:
    return near_day(day) if f.start <= day <= f.last else long_day(day)


def _decision(page: Page, f: Facts, context: Context, day: Launch) -> None:
    choose = context.phrasing.choose
    page.heading("Go or No-Go")
    page.bullet(
        choose(
            "go",
            f"Three things have to be true on the eve: the page works, somebody at {f.brand} "
            "answers, and what is promised can be delivered.",
            f"{f.brand} launches when delivery, answers and counting have each been tried once by "
            "somebody who did not build them.",
        ),
        label="Go",
    )
    page.bullet(
        choose(
            "no go",
            f"If one is missing, {f.brand} moves the day in public and keeps the trust; a bad "
            "first week is remembered longer than a late one.",
            f"A launch that waits a week costs {f.brand} seven days. One that disappoints costs "
            "the first reviews.",
        ),
        label="No-go",
    )
    page.bullet(
        fact(f"No phase sets this aside: {f.limits[-1]}" if f.limits else ""), label="Limits"
    )
    page.paragraph(
        fill(
            f"One person at {f.brand} decides on the eve, alone, with the three points in writing."
        ),
        fill(
            f"Stock, places or hours that run out are named early; {f.readers} forgive a waiting "
            "list more easily than silence."
        ),
        fill(
            f"Whoever was promised news before others gets it before others, or {f.short_brand} "
            "does not promise it."
        ),
    )
