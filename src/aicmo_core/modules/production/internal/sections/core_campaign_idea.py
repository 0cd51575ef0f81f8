"""The core campaign idea: the thought, its territory, and why it suits this client."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.idea_rules import Idea
from aicmo_core.modules.production.internal.ideas import campaign_idea
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.phases import phases
from aicmo_core.modules.production.internal.wording import clip, series
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: the idea, its territory by phase, why it works, and how it is kept."""
    page = context.page(295, 520, "viral", "make it go viral", least_bullets=6, most_bullets=13)
    f = spared(context.facts, page.avoidance)
    idea = campaign_idea(context, f)
    big_idea(page, f, context, idea)
    _territory(page, f, context, idea)
    reasons(page, f, context, idea)
    _keep(page, f, context)
    return page.render()


def big_idea(page: Page, f: Facts, context: Context, idea: Idea) -> None:
    """Write the thought, what makes it work, and the line that the pieces share."""
    choose = context.phrasing.choose
    page.heading("Big Idea")
    page.paragraph(f"{idea.name}. {idea.thought}", label="Big Idea")
    page.paragraph(
        idea.insight,
        fact(f"What stands in the way today, by the brief: {f.pains[0]}" if f.pains else ""),
        choose(
            "line",
            f"The campaign closes each piece with one line: “{idea.line}”",
            f"One line holds the pieces together: “{idea.line}”",
        ),
        fact(f"It is the tagline that {f.brand} already owns" if f.tagline else ""),
        fill(
            f"The line may change its second half by channel; its first words and the name "
            f"{f.brand} stay."
        ),
    )


def _territory(page: Page, f: Facts, context: Context, idea: Idea) -> None:
    choose = context.phrasing.choose
    page.heading("Creative Territory")
    page.paragraph(
        choose(
            "territory",
            f"The territory is wide enough for 30 days of {f.brand} and narrow enough to be "
            "recognised on the second meeting.",
            f"Within this territory, {f.brand} can say something new each day without changing the "
            "subject.",
            f"Whatever {f.brand} publishes in these weeks can be traced back to this territory.",
        )
    )
    for phase, text in zip(phases(f), (idea.attention, idea.trust, idea.decision), strict=True):
        page.bullet(text, fact(f"This is the work of {phase.span}"), label=phase.title)
    page.bullet(
        choose(
            "hero",
            f"One longer piece opens the campaign on {clip(f.publishers[0].channel, 4)}; the "
            "others are cut from it or answer it.",
            f"The strongest piece goes out first on {clip(f.publishers[0].channel, 4)}, and later "
            "ones refer to it.",
        ),
        label="Lead piece",
    )


def reasons(page: Page, f: Facts, context: Context, idea: Idea) -> None:
    """Write why the idea suits this client and its goal."""
    choose = context.phrasing.choose
    page.heading("Why It Works")
    page.bullet(idea.why[0], label="Reason 1")
    page.bullet(idea.why[1], label="Reason 2")
    page.bullet(
        choose(
            "goal aim",
            f"It ends where it has to end, with the wish to {f.aim}.",
            f"Each phase brings people one stage nearer, until {f.brand} can {f.aim}.",
        )
        if f.aim
        else choose(
            "goal",
            f"It leads to the goal as {f.brand} states it: {f.goal}",
            f"Its last phase serves nothing but the goal: {f.goal}",
        ),
        label="For the goal",
    )
    page.bullet(
        fact(f"It can lean on this: {f.proof[0]}" if f.proof else ""),
        label="Evidence",
    )
    page.bullet(
        fact(f"It repeats what has worked before: {series(f.worked)}" if f.worked else ""),
        label="Experience",
    )


def _keep(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("How the Idea Is Kept")
    page.paragraph(
        choose(
            "test",
            f"A piece belongs to the campaign if it would lose its sense with another name than "
            f"{f.brand} under it.",
            f"Three questions decide: does it show the thought, does it name {f.brand}, does it "
            "lead one step on?",
            f"If a draft could advertise a competitor, it goes back until only {f.brand} fits.",
        ),
        fact(f"The idea stays within what {f.brand} allows: {f.limits[0]}" if f.limits else ""),
        fill(
            choose(
                "series",
                f"Regular forms help: the same day of the week, the same opening, a new case from "
                f"{f.brand}.",
                f"Two fixed series carry the idea at {f.brand}, so that nobody starts from an "
                "empty page.",
            )
        ),
        fill(
            f"The idea needs no large production; a telephone, a window and somebody who knows "
            f"{f.thing} are enough to begin."
        ),
        fill(
            f"It is shown to five people of the audience before the start, and {f.brand} listens "
            "to what they repeat unasked."
        ),
        fill(f"Wit is allowed where it serves the thought; a joke that hides {f.thing} is cut."),
        fill(
            f"The thought is put in the words of {f.readers}, who will not read a brand book to "
            "follow it."
        ),
        fill(
            f"If it tires after two weeks, {f.brand} changes the cases first, the forms next, and "
            "the thought last."
        ),
        fill(
            f"Partners and staff of {f.brand} get the idea on half a page, with two good pieces "
            "and one bad one."
        ),
        fill(
            f"One person at {f.brand} may say no to a piece; a group would say yes to everything."
        ),
    )
