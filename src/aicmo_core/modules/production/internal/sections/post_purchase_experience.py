"""The time after the decision: what a person meets in the first hour, day, week and month."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import near_day
from aicmo_core.modules.production.internal.funnel import (
    Stage,
    at_work,
    names_for,
    offer,
    pursuit,
)
from aicmo_core.modules.production.internal.page import Page, fill
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: drivers, the first day and week, moments, trouble, and ownership."""
    page = context.page(
        320, 600, "just send more emails", "frequent discounts", least_bullets=9, most_bullets=17
    )
    f = spared(context.facts, page.avoidance)
    _drivers(page, f, context)
    _first_day(page, f, context)
    _moments(page, f, context)
    _trouble(page, f, context)
    _owner(page, f, context)
    return page.render()


def _drivers(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Retention Drivers")
    page.paragraph(
        choose(
            "doubt",
            f"Right after {want.event} doubt is greatest and attention highest; {f.brand} uses "
            "both for reassurance, not for the next sale.",
            f"The hours after {want.event} are the only ones in which people wait for a message "
            f"from {f.brand}.",
        ),
        f"The aim of all that follows is {want.value}.",
    )
    page.bullet(
        choose(
            "certainty",
            f"The person knows at any time what comes next, when, and whom at {f.brand} to ask.",
            f"No silence longer than a day: {f.brand} speaks before the person begins to wonder.",
        ),
        label="Certainty",
    )
    page.bullet(
        choose(
            "ease",
            f"Getting the first good out of {offer(f)} takes minutes; what takes longer comes "
            "later.",
            f"The first step with {offer(f)} is so small that nobody puts it off.",
        ),
        label="Ease",
    )


def _first_day(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("The First Day")
    page.bullet(
        choose(
            "confirm",
            "A confirmation that a person could have written: what was agreed, what it costs, "
            f"what {f.brand} does now.",
            f"“You made a good choice” is left unsaid; {f.brand} shows it with a clear list of "
            "what happens when.",
        ),
        label="Within the hour",
    )
    page.bullet(
        choose(
            "guide work",
            f"A page for colleagues: what was chosen, why, and how {f.brand} will start. It can "
            "be forwarded as it is.",
            f"The first meeting has an agenda of three lines and a named person at {f.brand}.",
        )
        if at_work(f)
        else choose(
            "guide",
            f"A card or a clip of one minute shows how to begin with {offer(f)}, without a manual.",
            f"What people ask most on the first day is answered beforehand by {f.brand}, in three "
            "pictures.",
        ),
        label="Before it begins",
    )
    page.bullet(
        f"The promise is repeated once, as something to hold {f.brand} to: {f.proof[0]}"
        if f.proof
        else choose(
            "reassure",
            f"One line tells what {f.brand} does if it is not right after all, in plain words.",
            f"The way back is named on the first day, which is why few at {f.brand} will need it.",
        ),
        label="Reassurance",
    )


def _moments(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Engagement Moments")
    page.bullet(
        choose(
            "surprise",
            "Something small that was not promised: a line by hand, a sample, a tip that only "
            f"people at {f.brand} know.",
            f"One unannounced kindness within the week; it costs {f.brand} little and is what "
            "people retell.",
        ),
        label="Day two to five",
    )
    page.bullet(
        choose(
            "check",
            f"“What did you expect that did not happen?” This question from {f.brand} finds more "
            "than any row of stars.",
            f"A person at {f.brand} asks on day seven what was harder than expected, and mends "
            "that first.",
        ),
        label="Day seven",
    )
    page.bullet(
        choose(
            "habit",
            f"A tip for the second {want.use}, sent when it is due by the person’s own rhythm.",
            f"In the third week {f.brand} shows one thing that most people discover too late.",
        ),
        label="Week three",
    )
    page.bullet(
        choose(
            "look back",
            f"A short look back: what was achieved since the start, and what {f.brand} suggests "
            "as the next step.",
            f"After thirty days {f.brand} sends three lines: what you did, what others do next, "
            "how to reach us.",
        ),
        label="Day thirty",
    )
    page.paragraph(
        f"They reach people on {names_for(f, Stage.RETENTION)}, and a conversation goes on "
        "wherever the person began it."
    )


def _trouble(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("When Something Goes Wrong")
    page.bullet(
        choose(
            "late",
            f"{f.brand} reports a delay before it is noticed, with a new date that it can keep.",
            f"Bad news comes from {f.brand} first, by telephone if it spoils somebody’s plans.",
        ),
        label="Delay",
    )
    page.bullet(
        choose(
            "mend",
            f"Whoever takes a complaint may solve it up to a limit that {f.brand} sets; nobody is "
            "passed on twice.",
            f"Staff of {f.brand} may put a mistake right on the spot, and tell afterwards what it "
            "cost.",
        ),
        label="Mistake",
    )
    page.bullet(
        f"Goodwill ends at what {f.brand} has ruled: {'; '.join(f.limits)}" if f.limits else "",
        label="Limits",
    )


def _owner(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Who Looks After It")
    page.paragraph(
        choose(
            "owner",
            f"One person at {f.brand} goes through all of it as a customer by {near_day(f.on(8))} "
            "and writes down each wait.",
            f"By {near_day(f.on(8))}, somebody from {f.brand} becomes a customer under another "
            "name and keeps notes.",
        ),
        fill(
            f"Three of these moments are enough to begin with; {f.brand} adds the next when the "
            "first run without reminders."
        ),
        fill(
            "Each message has a sender who can be reached; an address that takes no replies "
            f"would undo what {f.brand} says in it."
        ),
        fill(
            "What staff hear in these days is noted in one place, for it is the cheapest "
            f"research that {f.brand} will get."
        ),
        fill(
            f"Receipts, parcels, signs and waiting rooms speak for {f.brand} as well, and are "
            "read for tone like any other text."
        ),
        fill(
            f"Nothing here asks people to buy more in the first week; {f.brand} earns that "
            "question first."
        ),
    )
