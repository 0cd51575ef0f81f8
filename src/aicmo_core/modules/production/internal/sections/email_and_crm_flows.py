"""The email and CRM flows: who hears what, when, and what is kept about them."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import BusinessType, NormalizedBriefDTO
from aicmo_core.modules.production.api.markdown import table
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import goal_of
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.refusals import letters
from aicmo_core.modules.production.internal.wording import capital, clip, closed
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: list, welcome, nurture, after the decision, and upkeep."""
    page = context.page(350, 700, "send daily emails", least_bullets=10, most_bullets=24)
    f = spared(context.facts, page.avoidance)
    medium = letters(context.facts, brief)
    _list(page, f, context, medium)
    _welcome(page, f, context)
    _nurture(page, f, context)
    _after(page, f, context)
    _upkeep(page, f, context)
    return page.render()


def _list(page: Page, f: Facts, context: Context, medium: str) -> None:
    choose = context.phrasing.choose
    planned = medium in f.channel_names
    page.heading("List and Consent")
    page.paragraph(
        f"The flows run by {_spoken(medium)}, one of the planned channels of {f.brand}."
        if planned
        else f"The flows run by {_spoken(medium)}; they need no share of the money, only a list "
        f"that {f.brand} owns."
    )
    page.bullet(
        choose(
            "consent",
            f"People confirm in a second message that they want to hear from {f.brand}; nobody is "
            "added by hand.",
            f"{f.brand} writes to those who asked for it, and each message says how to stop.",
        ),
        label="Consent",
    )
    page.bullet(
        choose(
            "entry",
            f"A short line under posts on {clip(f.publishers[0].channel, 4)} says what subscribers "
            "get, and how often.",
            f"The sign-up asks for an address and one answer: what brought you to {f.thing}?",
        ),
        label="Entry",
    )


def _spoken(medium: str) -> str:
    head, _, rest = medium.partition(" ")
    return f"{head.lower()} {rest}".strip()


def _welcome(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Welcome Series")
    proof = f.proof[0] if f.proof else ""
    rows = [
        (
            "At once",
            choose("s1", f"You are in, says {f.brand}", f"A short hello from {f.brand}"),
            choose(
                "p1",
                "Say what comes, how often, and who writes",
                "Keep the promise of the sign-up and introduce one person",
            ),
        ),
        (
            "Day 3",
            choose(
                "s2", f"What people ask first about {f.thing}", f"{capital(f.thing)} in two minutes"
            ),
            clip(f"Show this: {proof}", 16)
            if proof
            else choose(
                "p2",
                "Answer the first question before it is asked",
                "Explain the matter without an offer",
            ),
        ),
        (
            "Day 7",
            choose("s3", f"Your first step with {f.brand}", f"Shall we begin with {f.thing}?"),
            choose(
                "p3",
                "Name one step and its effort, and invite an answer",
                "Ask for one decision or one question, with a way out",
            ),
        ),
    ]
    kept = [row for row in rows if not f.avoidance.concerns(" ".join(row))]
    page.paragraph(
        choose(
            "welcome",
            f"Three messages in a week take a new reader from hello to a first step with "
            f"{f.brand}.",
            f"The series has three parts; whoever acts sooner leaves it and hears the rest from "
            f"{f.brand} in person.",
        )
    )
    if kept:
        page.block(
            table(("When", "Subject line", "Purpose"), [(*row[:2], closed(row[2])) for row in kept])
        )


def _nurture(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Nurture Flows")
    at_work = f.business is BusinessType.B2B
    page.bullet(
        choose(
            "letter",
            f"One letter a week with one subject: a question about {f.thing}, its answer, and a "
            "link.",
            f"A weekly letter from one person at {f.brand}, signed, with a reply that is read.",
        ),
        label="Regular letter",
    )
    page.bullet(
        fact(f"Three letters take up what troubles readers, the first of them this: {f.pains[0]}")
        if f.pains
        else choose(
            "doubts",
            f"Three letters take the common doubts about {f.thing}, one each, and answer with "
            "examples.",
            f"Three letters compare ways to {f.thing}, the one without {f.brand} included.",
        ),
        label="Undecided readers",
    )
    page.bullet(
        choose(
            "clicked b2b",
            f"Who opened the page on {f.thing} twice is offered a short talk by a named person.",
            f"After a second visit to the page, {f.brand} asks what is still open, in two lines.",
        )
        if at_work
        else choose(
            "clicked",
            f"Who looked at {f.thing} and left gets one reminder after a day, and none after that.",
            f"A day after an unfinished visit, {f.brand} asks once whether something was unclear.",
        ),
        label="Interested readers",
    )
    page.bullet(
        fact(f"They hear first of what runs now: {f.together(f.offers)}" if f.offers else ""),
        label="Offer",
    )
    page.bullet(
        fact(f"A note a week ahead of this: {f.events[0]}" if f.events else ""),
        label="Occasion",
    )


def _after(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("After the First Step")
    page.bullet(
        choose(
            "start",
            f"On the first day a short guide: what to do now, what {f.brand} does, whom to ask.",
            f"Within an hour {f.brand} confirms what was agreed and names the next event.",
        ),
        label="Beginning",
    )
    page.bullet(
        choose(
            "two weeks",
            f"After two weeks one question: what would make {f.thing} better for you?",
            f"In the second week {f.brand} asks for a mark out of ten, and for the reason.",
        ),
        label="Echo",
    )
    page.bullet(
        choose(
            "thank",
            f"Those who are content are asked for a sentence that {f.brand} may quote; the others "
            "get a call.",
            f"A good answer is followed by a request to tell a friend of {f.brand}, a bad one by "
            "help.",
        ),
        label="Voice",
    )
    page.bullet(
        choose(
            "silent",
            f"After 60 days without a sign, {f.brand} asks once whether to go on, and otherwise "
            "stops writing.",
            f"Who has not opened anything for two months hears from {f.brand} one last time, with "
            "a way back.",
        ),
        label="Silence",
    )


def _upkeep(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    lead = f.kpis[0] if f.kpis else None
    page.heading("CRM and Measurement")
    page.bullet(
        choose(
            "kept",
            f"{f.brand} keeps four things about a person: address, source, last step, and consent.",
            f"A record holds the source, the consent and the last step; {f.brand} collects nothing "
            "just in case.",
        ),
        label="Record",
    )
    page.bullet(
        choose(
            "stages",
            "Each contact stands at one stage: reader, interested, in talk, customer, returning.",
            f"Five stages are enough for {f.brand}: subscribed, curious, talking, decided, back "
            "again.",
        ),
        label="Stages",
    )
    page.paragraph(
        f"What counts is the part that the flows have in {lead.name} on the way to "
        f"{goal_of(lead)}; openings are read only to compare two subject lines."
        if lead
        else f"What counts for {f.brand} is who takes the next step; openings only compare two "
        "subject lines.",
        fact(f"Texts keep the limits of the brief: {f.limits[0]}" if f.limits else ""),
        fill(
            f"Nobody gets two messages from {f.brand} on one day; the later flow waits for the "
            "earlier one."
        ),
        fill(
            f"A personalized line uses what a reader told {f.brand}, never what was guessed from "
            "elsewhere."
        ),
        fill(
            f"Each message is tested on a telephone, with pictures switched off, by somebody at "
            f"{f.brand} who did not write it."
        ),
        fill(
            f"Answers go to an inbox that a person at {f.brand} opens each working day, before "
            "noon."
        ),
        fill(
            f"Once a month {f.brand} removes addresses that bounced, and asks why people left the "
            "list."
        ),
        fill(
            f"Subject lines say what is inside; a trick would work once and cost {f.brand} the "
            "second opening."
        ),
        fill(
            "Two subject lines are tried on a part of the list, and the better one goes to the "
            "others two hours later."
        ),
    )
