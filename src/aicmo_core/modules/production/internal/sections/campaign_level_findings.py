"""The findings by channel: what each has to show, what is won or lost, and what is missing."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.api.markdown import table
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import near_day, plain_number
from aicmo_core.modules.production.internal.funnel import buys_reach, offer, pursuit
from aicmo_core.modules.production.internal.measures import read_in
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.phases import open_day
from aicmo_core.modules.production.internal.wording import capital, clip
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: a table of channels, wins and losses, gaps, and how it is read."""
    page = context.page(340, 600, "channels performing well", least_bullets=10, most_bullets=17)
    f = spared(context.facts, page.avoidance)
    _channels(page, f, context)
    _verdicts(page, f, context)
    _record(page, f, context)
    _gaps(page, f, context, paid=buys_reach(context.facts, brief))
    _reading(page, f, context)
    return page.render()


def _channels(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Channel Performance")
    page.paragraph(
        choose(
            "table",
            f"One line to a channel. The figures come from the accounts of {f.brand}; until they "
            "are read, no channel is called good or bad.",
            f"The table says what is read on each channel of {f.brand}, and which question the "
            "figure answers. Verdicts wait for the figures.",
        )
    )
    questions = context.phrasing.order(
        "questions",
        (
            f"What does {want.event} cost here?",
            "How many of those who saw it stayed?",
            f"Do people come back to {f.short_brand} from here?",
            "Which piece brought half of the result?",
            "What happened in the weakest week?",
            "Who reacts, and who was meant?",
        ),
    )
    rows = [
        (
            clip(plan.channel, 4),
            f"{plain_number(plan.budget_allocation_pct)}%",
            capital(read_in(f, plan.channel)),
            questions[number % len(questions)] if questions else "–",
        )
        for number, plan in enumerate(context.facts.channels[:6])
    ]
    page.block(table(("Channel", "Share in the plan", "Read in", "First question"), rows))


def _verdicts(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    lead = f.kpis[0] if f.kpis else None
    page.heading("How a Verdict Is Reached")
    page.bullet(
        choose(
            "win",
            f"A campaign is a win if its {want.events} cost less than the average of {f.brand} in "
            "two weeks out of three.",
            f"Won is what brought {want.events} below the average cost of {f.brand}, and not for "
            "one week only.",
        ),
        label="Win",
    )
    page.bullet(
        choose(
            "loss",
            f"A campaign is a loss if it took its full share and brought {f.brand} less than half "
            "of the average.",
            f"Lost is what spent as planned and moved {lead.name} not at all."
            if lead
            else f"Lost is what spent as planned and moved nothing for {f.brand}.",
        ),
        label="Loss",
    )
    page.bullet(
        choose(
            "open",
            f"Whatever brought fewer than thirty {want.events} is neither; {f.brand} lets it run "
            "or merges it.",
            f"With fewer than thirty {want.events}, a difference is chance, and {f.brand} decides "
            "nothing by it.",
        ),
        label="Undecided",
    )


def _record(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Wins & Losses")
    page.paragraph(
        f"The brief itself names what went before, and {f.brand} knows it better than any report."
        if f.worked or f.failed
        else choose(
            "empty",
            f"{f.brand} has named neither wins nor losses. Until the accounts are read, both "
            "columns stay empty, and nothing is made up.",
            f"The answers of {f.brand} hold no past results, so this part lists where to find "
            "them.",
        )
    )
    for label, text in zip(("Win, as told", "Second win, as told"), f.worked, strict=False):
        page.bullet(fact(f"Kept, and tried on another channel: {text}"), label=label)
    for label, text in zip(("Loss, as told", "Second loss, as told"), f.failed, strict=False):
        page.bullet(fact(f"Stopped, and its reason looked for: {text}"), label=label)
    page.bullet(
        choose(
            "find wins",
            f"The three pieces about {offer(f)} with the lowest cost of a result in the last "
            "quarter, with their first lines.",
            f"Weeks in which {f.brand} sold more than usual, and what ran in them.",
        ),
        label="Where wins are found",
    )
    page.bullet(
        choose(
            "find losses",
            f"The campaigns that ran longest without a decision; {f.brand} asks who looked at them "
            "last.",
            f"Whatever took a tenth of the money and is not named when {f.brand} tells of its "
            "successes.",
        ),
        label="Where losses are found",
    )


def _gaps(page: Page, f: Facts, context: Context, *, paid: bool) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Gaps")
    page.bullet(
        fact(
            f"A campaign should answer this, and {f.brand} looks whether one does: {f.pains[0]}"
            if f.pains
            else f"The brief names no trouble of {f.readers}, so nobody can say yet which "
            "campaign is missing for it."
        ),
        label="Unanswered need",
    )
    page.bullet(
        choose(
            "stage",
            f"Between the first look and the request to {want.act}, is there anything at all? The "
            "middle is missing most often.",
            f"Count the pieces of {f.brand} by nearness: for strangers, for those who compare, for "
            "the decided.",
        ),
        label="Missing stage",
    )
    page.bullet(
        choose(
            "again",
            f"Whoever came to the page of {f.brand} once and left is met again, or is not; the "
            "account tells.",
            f"Is there a second meeting for people who looked at {offer(f)} and went away?",
        )
        if paid
        else f"People who looked at {offer(f)} and left cannot be bought back here; is there a "
        "letter or a page for them?",
        label="Second meeting",
    )
    page.bullet(
        fact(
            f"Has anybody spoken to {f.second_audience} in a campaign of their own?"
            if f.second_audience
            else ""
        ),
        label="Second audience",
    )


def _reading(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("When the Review Is Done")
    page.paragraph(
        choose(
            "done",
            f"The table is complete on {near_day(open_day(f, f.on(9)))}, and {f.brand} decides on "
            "each campaign: keep, mend or stop.",
            f"On {near_day(open_day(f, f.on(9)))} each campaign has a verdict, given by the rules "
            f"above and not by taste.",
        ),
        fact(f"No verdict overrides this: {f.limits[-1]}" if f.limits else ""),
        fill(f"A verdict names figure, period and reader, so that {f.brand} can contest it."),
        fill(
            f"Channels that {f.brand} left long ago are not judged again; their lesson is written "
            "down in a sentence."
        ),
        fill(
            f"Stopping hurts for a week. {f.brand} compares after the second, when the learning of "
            "the other campaigns has settled."
        ),
        fill(
            f"Two people judge without seeing each other’s list; where they differ, "
            f"{f.short_brand} looks again at the figures."
        ),
        fill(
            f"Small campaigns with the same purpose at {f.short_brand} are "
            "merged, so that they gather figures faster."
        ),
    )
