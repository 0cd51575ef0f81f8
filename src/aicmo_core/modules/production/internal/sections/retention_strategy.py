"""The retention strategy: why people stay, what they return for, and when to speak to them."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import due, long_day, near_day, stated
from aicmo_core.modules.production.internal.funnel import (
    Stage,
    at_work,
    kpis_for,
    may_mail,
    names_for,
    offer,
    pursuit,
)
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.wording import capital
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: drivers, loops, moments, signs of leaving, and the measure."""
    page = context.page(
        320, 580, "just send more emails", "frequent discounts", least_bullets=9, most_bullets=17
    )
    f = spared(context.facts, page.avoidance)
    _drivers(page, f, context)
    _loops(page, f, context)
    _moments(page, f, context, mail=may_mail(brief))
    _signs(page, f, context)
    _measure(page, f, context)
    return page.render()


def _drivers(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Retention Drivers")
    page.paragraph(
        choose(
            "why",
            f"People stay with {f.brand} for what it does after the decision, when nobody has to "
            "be won any more.",
            f"Winning somebody costs {f.brand} more than keeping somebody, so the days after the "
            "decision get their own plan.",
        ),
        fill(
            f"None of what follows is bought with price; {f.brand} keeps {want.won} by being "
            "reliable and attentive."
        ),
    )
    page.bullet(
        f"What was promised is kept, and this above all: {f.selling_points[0]}"
        if f.selling_points
        else choose(
            "keep",
            f"{f.brand} does what it promised about {offer(f)}, on the day that was named.",
            f"The second time with {offer(f)} is as good as the first; {f.brand} sees to that.",
        ),
        label="The promise kept",
    )
    page.bullet(
        choose(
            "known",
            f"Whoever comes back to {f.brand} does not start from the beginning; names, wishes "
            "and dates are remembered, with consent.",
            f"{f.brand} remembers what was said, within what people agreed to, and uses it to "
            "save them time.",
        ),
        label="Being known",
    )
    page.bullet(
        choose(
            "better",
            f"{capital(want.won)} learn to get more out of {offer(f)} than they did in the "
            "first week.",
            f"Every few weeks, {f.brand} shows a side of {offer(f)} that few have discovered.",
        ),
        label="Growing value",
    )
    page.bullet(
        f"A fixed person at {f.brand} whom colleagues and successors can call as well."
        if at_work(f)
        else choose(
            "belong",
            f"People meet others like themselves through {f.brand}, without being made to.",
            f"{f.brand} lets those who stay have a say in small things: a colour, a date, a name.",
        ),
        label="Belonging" if not at_work(f) else "A face",
    )


def _loops(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Habit Loops")
    page.bullet(
        choose(
            "rhythm",
            f"A fixed day of the week on which {f.brand} shows something worth coming for; cue, "
            "look and reward stay the same.",
            f"One weekly piece by {f.brand} that people expect, as they expect a column in a "
            "newspaper.",
        ),
        label="Weekly loop",
    )
    page.bullet(
        choose(
            "use loop",
            f"After each {want.use} comes one useful hint from {f.brand}, so that the next is "
            "better than the last.",
            f"A good {want.use} is followed by a short note from {f.brand}, and the note suggests "
            "the next one.",
        ),
        label="Repeat loop",
    )
    page.bullet(
        choose(
            "say loop",
            f"Suggestions get an answer, and those that {f.brand} takes up carry the name of "
            "whoever made them, if that is wished.",
            f"People say something, {f.brand} changes something, and says whose idea it was, with "
            "leave.",
        ),
        label="Loop of voice",
    )


def _moments(page: Page, f: Facts, context: Context, *, mail: bool) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Engagement Moments")
    page.bullet(
        choose(
            "after",
            f"Three days after {want.event}: a question whether all went well, signed by a person "
            f"at {f.brand}.",
            f"On the third day after {want.event}, {f.brand} asks one thing and offers help.",
        ),
        label="Soon after",
    )
    page.bullet(
        choose(
            "month",
            f"After a month: what others do with {offer(f)}, and one thing to try.",
            f"Four weeks on, {f.brand} sends one example that fits what the person chose.",
        ),
        label="One month on",
    )
    page.bullet(
        fact(f"“{f.events[0]}” is announced to {want.won} before the public hears of it")
        if f.events
        else fill(f"News from {f.brand} reaches {want.won} a day before it reaches others."),
        label="First to know",
    )
    way = "letters" if mail else f"messages on {names_for(f, Stage.RETENTION)}"
    page.paragraph(
        choose(
            "channel",
            f"These moments take place on {names_for(f, Stage.RETENTION)}; nobody gets more than "
            f"one of them a week from {f.brand}.",
            f"{f.brand} uses {names_for(f, Stage.RETENTION)} for them, at most once a week for any "
            "one person.",
        ),
        fill(
            f"Such {way} can be ended with one click, and {f.brand} asks those who leave for one "
            "word on why."
        ),
    )


def _signs(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Signs of Leaving")
    page.bullet(
        choose(
            "silent",
            f"Silence for twice the usual time is the earliest sign; then a person at {f.brand} "
            "writes, and no machine does.",
            f"When somebody has been quiet twice as long as usual, {f.brand} asks one personal "
            "question.",
        ),
        label="Silence",
    )
    page.bullet(
        choose(
            "complaint",
            f"A complaint that is answered on the same day keeps more people at {f.brand} than a "
            "month without any.",
            f"Whoever complains still expects something; {f.brand} answers the same day, mends, "
            "and says what was changed.",
        ),
        label="Complaint",
    )
    page.paragraph(
        fill(
            f"Those who leave {f.brand} are thanked, since the last impression is what they "
            "will speak from."
        )
    )


def _measure(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("How It Is Measured")
    kpis = kpis_for(f, Stage.RETENTION)
    page.paragraph(
        f"The measure is set already: {stated(kpis[0])}, by {long_day(due(kpis[0], f.start))}."
        if kpis
        else choose(
            "base",
            f"{f.brand} has stated no figure for it, so the first reading on "
            f"{near_day(f.on(30))} sets the line: how many {want.won} came back, out of how many.",
            f"No target is set for retention yet. On {near_day(f.on(30))}, {f.brand} counts who "
            "came back, and sets one from that.",
        ),
        choose(
            "groups",
            "People are counted by the month in which they came, so that growth does not hide "
            "loss.",
            f"Newcomers and regulars are counted apart at {f.short_brand}, since one group can "
            "hide the other.",
        ),
    )
