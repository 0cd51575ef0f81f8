"""The short messages: which event sends which line by SMS or WhatsApp, and who may get it."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.api.markdown import table
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import near_day
from aicmo_core.modules.production.internal.funnel import at_work, offer, pursuit
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.refusals import (
    letters,
    refuses_sms,
    refuses_whatsapp,
)
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: consent, both media with their flows, and the rules for all."""
    page = context.page(
        310, 600, "spam messages", "send constantly", least_bullets=9, most_bullets=18
    )
    f = spared(context.facts, page.avoidance)
    instead = letters(context.facts, brief)
    consent(page, f, context)
    _sms(page, f, context, instead if refuses_sms(context.facts, brief) else "")
    _whatsapp(page, f, context, instead if refuses_whatsapp(context.facts, brief) else "")
    rules(page, f, context)
    return page.render()


def consent(page: Page, f: Facts, context: Context) -> None:
    """Write how people come onto the list, and off it."""
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Consent Comes First")
    page.paragraph(
        choose(
            "number",
            f"A telephone number is a favour; {f.brand} asks for it apart from the address, and "
            "says what it will be used for.",
            f"{f.brand} asks for a number only where it helps the person, and never as the price "
            f"of {want.event}.",
        )
    )
    page.bullet(
        choose(
            "yes",
            "The box is empty until the person ticks it; day, wording and place of the yes are "
            f"kept by {f.brand}.",
            f"{f.brand} notes when and where somebody agreed, and to which kind of message.",
        ),
        label="The yes",
    )
    page.bullet(
        choose(
            "no",
            f"One word as a reply ends it at once; {f.brand} confirms that, and sends nothing "
            "afterwards.",
            "Stopping takes one reply, works at night as well, and is never asked about by "
            f"{f.brand}.",
        ),
        label="The no",
    )


def _sms(page: Page, f: Facts, context: Context, instead: str) -> None:
    cell = context.phrasing.choose
    want = pursuit(f)
    page.heading("SMS Strategy")
    page.paragraph(
        refused(f, "text messages", instead)
        if instead
        else cell(
            "sms use",
            f"A text message is for what matters today; {f.brand} uses it where a letter would "
            "come too late.",
            f"At {f.brand}, a text message carries one fact that is of use within hours, and no "
            "picture.",
        )
    )
    rows = [
        (
            cell("r1", "Right after the decision", f"Minutes after {want.event}"),
            cell("t1", "It worked; this comes next", "Confirmed, with a name to call"),
            "One",
        ),
        (
            cell("r2", "The day before an appointment", "On the eve of a date"),
            cell("t2", "When, where, and how to change it", "The hour, and one way to move it"),
            "One",
        ),
        (
            cell("r3", "A delay or a change", "Something will be late"),
            cell("t3", "What changed and what we do", "The new time, and our apology"),
            "One",
        ),
    ]
    kept = [row for row in rows if all(row) and not f.avoidance.concerns(" ".join(row))]
    if kept:
        page.block(table(("Event", "What it says", "Messages"), kept))
    page.bullet(
        cell(
            "sms line",
            f"“{f.brand}: your date stands. Reply 1 to keep it, 2 to move it.”",
            f"“{f.brand} here. All is set for tomorrow; reply if something has come up.”",
        ),
        label="Sample",
    )


def refused(f: Facts, what: str, instead: str) -> str:
    """Return that a medium is not used, and what takes its place."""
    head, _, rest = instead.partition(" ")
    way = f"{head.lower()} {rest}".strip()
    return f"{f.brand} rules out {what}; what is described here goes by {way} instead."


def _whatsapp(page: Page, f: Facts, context: Context, instead: str) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("WhatsApp Strategy")
    page.paragraph(
        refused(f, "WhatsApp", instead)
        if instead
        else choose(
            "wa use",
            f"WhatsApp is a conversation; {f.brand} opens it only for as many people as it can "
            "answer within two hours.",
            f"Here {f.brand} is a contact among friends, so it writes like one: rarely, briefly, "
            "and signed by a person.",
        )
    )
    page.bullet(
        choose(
            "wa start",
            f"On the second day: a greeting with a name, one hint on {offer(f)}, and the question "
            "whether all is well.",
            f"Two days in, somebody from {f.brand} asks how the beginning went, and waits for the "
            "answer.",
        ),
        label="Start flow",
    )
    page.bullet(
        choose(
            "wa help work",
            f"A question from a customer gets a person; if it takes longer, {f.brand} says until "
            "when.",
            f"Documents and dates can be asked for here, and {f.brand} sends them within the "
            "working day.",
        )
        if at_work(f)
        else choose(
            "wa help",
            f"A photo of the problem is enough; {f.brand} answers with a picture or a short voice "
            "note.",
            f"Questions about {offer(f)} are answered with a picture where words would be long.",
        ),
        label="Help flow",
    )
    page.bullet(
        choose(
            "wa again",
            f"When the usual pause is nearly over: one line that makes it easy to {want.again}, "
            "and one button.",
            f"Shortly before people usually {want.again}, {f.brand} offers to do the work of it "
            "for them.",
        ),
        label="Return flow",
    )
    page.bullet(
        fact(f"A week ahead, one line reminds of this: {f.events[0]}" if f.events else ""),
        label="Date flow",
    )


def rules(page: Page, f: Facts, context: Context) -> None:
    """Write what holds for both media."""
    choose = context.phrasing.choose
    page.heading("Rules for Both")
    page.bullet(
        choose(
            "often",
            f"Twice a month is the most that anybody gets from {f.brand} unasked; answers do not "
            "count.",
            f"Unasked, {f.brand} writes at most every other week, whichever flows a person is in.",
        ),
        label="How often",
    )
    page.bullet(
        choose(
            "hours",
            f"Messages leave {f.brand} between nine and seven o’clock where the reader is, and "
            "never at weekends without need.",
            f"Nothing rings before nine or after seven at the reader’s place, unless {f.brand} "
            "was asked something.",
        ),
        label="Hours",
    )
    page.bullet(
        choose(
            "count",
            f"On {near_day(f.on(29))} {f.brand} counts replies, stops and what people did next; "
            "more stops than replies ends a flow.",
            f"{f.brand} looks on {near_day(f.on(29))} at how many stopped each flow, and ends the "
            "one with the most.",
        ),
        label="Reading",
    )
    page.paragraph(
        fact(f"The limits hold here, too: {f.limits[0]}" if f.limits else ""),
        fill(
            f"A text that would embarrass {f.brand} on a locked screen beside a colleague is "
            "rewritten or not sent."
        ),
        fill(
            f"Links go to pages of {f.brand} itself, written out, because a shortened address "
            "looks like fraud."
        ),
        fill(
            f"The first flow starts small, with fifty people who know {f.brand} well and say what "
            "annoys them."
        ),
        fill(
            "Card numbers, health and anything else that is private are never asked for by "
            f"{f.brand} in a message."
        ),
        fill(
            f"Numbers that have not answered for half a year are deleted, and {f.brand} tells the "
            "person by letter."
        ),
    )
