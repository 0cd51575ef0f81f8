"""The short messages of a campaign: what SMS and WhatsApp do in each phase, and what they leave."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import near_day
from aicmo_core.modules.production.internal.funnel import at_work, offer, pursuit
from aicmo_core.modules.production.internal.page import Page, fact
from aicmo_core.modules.production.internal.phases import phases, work_day
from aicmo_core.modules.production.internal.refusals import (
    letters,
    refuses_sms,
    refuses_whatsapp,
)
from aicmo_core.modules.production.internal.sections.sms_and_whatsapp_flows import (
    consent,
    refused,
    rules,
)
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: consent, what each medium does in the campaign, and common rules."""
    page = context.page(
        310, 600, "spam messages", "send constantly", least_bullets=10, most_bullets=18
    )
    f = spared(context.facts, page.avoidance)
    instead = letters(context.facts, brief)
    consent(page, f, context)
    _sms(page, f, context, instead if refuses_sms(context.facts, brief) else "")
    _whatsapp(page, f, context, instead if refuses_whatsapp(context.facts, brief) else "")
    rules(page, f, context)
    return page.render()


def _sms(page: Page, f: Facts, context: Context, instead: str) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    one, _, three = phases(f)
    running = f.lasting(f.offers, three.first)
    page.heading("SMS Strategy")
    page.paragraph(
        refused(f, "text messages", instead)
        if instead
        else choose(
            "part",
            f"Text messages carry dates in this campaign and nothing else; {f.brand} sends two of "
            "them at most.",
            f"In this campaign a text message is the exception: {f.brand} keeps it for days that "
            "count.",
        )
    )
    page.bullet(
        choose(
            "opening",
            f"None is sent before {near_day(work_day(f, one.last))}, as nobody should meet "
            f"{f.brand} by text message.",
            f"Up to {near_day(work_day(f, one.last))} {f.brand} only collects consent, and sends "
            "nothing.",
        ),
        label=one.name,
    )
    page.bullet(
        f"On {near_day(work_day(f, three.first))} one line names what runs: {running[0]}"
        if running
        else choose(
            "decision",
            f"On {near_day(work_day(f, three.first))} one line says that it is possible to "
            f"{want.act}, and how long that takes.",
            f"One line on {near_day(work_day(f, three.first))} reminds those who asked for it how "
            f"to {want.act}.",
        ),
        label=three.name,
    )
    page.bullet(
        fact(
            f"The day before this, one line with place and hour: {f.events[0]}" if f.events else ""
        ),
        label="A day of its own",
    )
    page.bullet(
        choose(
            "sample",
            f"“{f.brand}: you asked us to remind you. It is time. Reply 1 for yes, 2 for later.”",
            f"“{f.brand} here, as promised. Today is the day. Reply STOP and we are silent.”",
        ),
        label="Wording",
    )


def _whatsapp(page: Page, f: Facts, context: Context, instead: str) -> None:
    choose = context.phrasing.choose
    page.heading("WhatsApp Strategy")
    page.paragraph(
        refused(f, "WhatsApp", instead)
        if instead
        else choose(
            "talk",
            f"WhatsApp is where questions about {offer(f)} end up that nobody asks in public; "
            f"{f.brand} answers, and broadcasts nothing.",
            f"Here {f.brand} listens more than it sends: a button under each piece opens a chat "
            "with a person.",
        )
    )
    page.bullet(
        choose(
            "entry",
            "A link with one prepared sentence, so that people only have to press send to reach "
            f"{f.brand}.",
            "A code on paper and a button on pages; both open with the words “I have a question "
            f"for {f.brand}”.",
        ),
        label="Way in",
    )
    page.bullet(
        choose(
            "answer work",
            f"A named person at {f.brand} answers within the working day and offers a call where "
            "typing gets long.",
            f"Questions with figures in them go to the expert at {f.brand}, who answers under the "
            "own name.",
        )
        if at_work(f)
        else choose(
            "answer",
            f"Somebody at {f.brand} answers within two hours by day; out of hours, one line says "
            "when.",
            f"Answers come from a person with a first name at {f.brand}, in whole sentences.",
        ),
        label="Answers",
    )
    page.bullet(
        choose(
            "topic",
            f"The three questions of the week go to whoever writes the posts of {f.brand}; by "
            f"{near_day(f.on(12))} one has become a post.",
            f"What is asked here twice becomes a post, the first of them by {near_day(f.on(12))}, "
            "without names.",
        ),
        label="Back into the campaign",
    )
