"""The messaging framework: what is said, how it sounds, and what stays unsaid."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.wording import (
    capital,
    counted,
    longest_count,
    series,
)
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO

_ROOM = 110
"""Words that required messages may take, word for word; what is longer is in the calendar."""


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: the core message, its pillars, and the rules for words."""
    page = context.page(125, 265, "none", "no messaging", least_bullets=4, most_bullets=10)
    f = spared(context.facts, page.avoidance)
    core(page, f, context)
    pillars(page, f, context, "Message Pillars")
    rules(page, f, context)
    return page.render()


def core(page: Page, f: Facts, context: Context) -> None:
    """Write the one message, and the reason to believe it."""
    choose = context.phrasing.choose
    promise = f.selling_points[0] if f.selling_points else ""
    page.heading("Core Message")
    page.paragraph(
        choose(
            "core",
            f"For {f.audience}, {f.brand} is the name to remember for {f.product}.",
            f"{f.brand} offers {f.product}, made for {f.audience}.",
            f"When the talk turns to {f.product}, {f.brand} wants to be the answer for "
            f"{f.audience}.",
        ),
        fact(f"The reason to believe it: {promise}" if promise else ""),
        fact(f"It closes with the line “{f.tagline}”" if f.tagline else ""),
        fill(
            choose(
                "fill core",
                f"Said in one breath, that is the whole of it; the rest gives {f.brand} reasons.",
                f"Every text from {f.brand} can be traced back to that sentence.",
                f"A reader who keeps only this has understood {f.brand}.",
            )
        ),
    )


def pillars(page: Page, f: Facts, context: Context, title: str) -> None:
    """Write what the message stands on, under a heading of the caller's."""
    choose = context.phrasing.choose
    page.heading(title)
    proof = f.proof[0] if f.proof else ""
    page.bullet(
        choose(
            "substance",
            f"Say what is special about {f.product}, in words that a newcomer follows.",
            f"Explain {f.product} the way one would to a friend, with one example.",
            f"Show {f.product} from close by, and leave the praise to others.",
        ),
        fact(f"Point to this: {f.selling_points[1]}" if len(f.selling_points) > 1 else ""),
        label="Substance",
    )
    page.bullet(
        f"Begin where the reader stands: {f.pains[0]}"
        if f.pains
        else choose(
            "relevance",
            f"Start from the day of {f.readers}, not from the product.",
            f"Open with a scene that {f.readers} will recognise.",
            f"Let the first line name a situation known to {f.readers}.",
        ),
        label="Relevance",
    )
    page.bullet(
        f"Rest it on what can be checked: {proof}"
        if proof
        else choose(
            "trust",
            f"Show how {f.brand} works, because no claim convinces like a look behind the door.",
            f"Let people and process speak for {f.brand} until there are results to quote.",
            f"Claim only what {f.brand} can show in a picture or a figure.",
        ),
        fact(f"Say it early: {f.selling_points[2]}" if len(f.selling_points) > 2 else ""),
        label="Trust",
    )
    page.bullet(
        fact(
            f"Close each text with one request that serves the aim to {f.aim}"
            if f.aim
            else f"Close each text with one request that serves the goal: {f.goal}"
        ),
        label="Direction",
    )


def rules(page: Page, f: Facts, context: Context) -> None:
    """Write how the texts sound, what they must say, and what limits them."""
    choose = context.phrasing.choose
    page.heading("Words and Limits")
    page.paragraph(
        f"The voice of {f.brand} is {series(f.voice)}."
        if f.voice
        else choose(
            "voice",
            f"The voice of {f.brand} is plain and warm: short sentences, no jargon.",
            f"{f.brand} speaks calmly and concretely, as one person to another.",
            f"Texts for {f.brand} stay friendly and factual, with one thought to a sentence.",
        ),
        fact(f"What has worked for {f.brand} stays in use: {series(f.worked)}" if f.worked else ""),
        fact(
            f"{f.brand} does not return to what failed before: {series(f.failed)}"
            if f.failed
            else ""
        ),
        f"{capital(counted(f.avoided_count))} {'term' if f.avoided_count == 1 else 'terms'} that "
        f"{f.brand} has ruled out will appear nowhere in its posts."
        if f.avoided_count
        else "",
        fill(
            choose(
                "fill rules",
                f"Numbers come before adjectives, and names before pronouns, whenever {f.brand} "
                "has them to give.",
                f"If a sentence would fit any competitor as well, it is rewritten until only "
                f"{f.brand} could have said it.",
                f"One reader, one idea, one request: that is the measure for {f.brand}.",
            )
        ),
        fill(
            f"A person at {f.brand} reads each text aloud once before it goes out, and changes "
            "what sounds like an advertisement."
        ),
        fill(
            f"Foreign words and abbreviations are explained at first use, as {f.readers} may "
            "not know them."
        ),
        fill(f"Where a picture says it better, the text for {f.brand} shrinks to a caption."),
    )
    room = _ROOM
    for message in f.messages:
        room -= longest_count(message) + 4
        if room >= 0:
            page.bullet(f"In these words: “{message}”", label="Must appear")
    for limit in f.limits:
        page.bullet(fact(limit), label="Limit")
    unquoted = f.limit_count - len(f.limits)
    if unquoted > 0:
        page.bullet(
            fact(
                f"{capital(counted(unquoted))} more from the brief "
                f"{'is' if unquoted == 1 else 'are'} kept as the team of {f.brand} wrote "
                f"{'it' if unquoted == 1 else 'them'}."
            ),
            label="Further limits",
        )
