"""The awareness strategy: how strangers come to notice the client, and where."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import due, long_day, near_day, stated
from aicmo_core.modules.production.internal.funnel import (
    Stage,
    buys_reach,
    channels_for,
    kpis_for,
    names_for,
    offer,
)
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.tactics import tactics
from aicmo_core.modules.production.internal.wording import capital, clip, series
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import ChannelPlanDTO, StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: objective, key channels, core tactics, message, and limits."""
    page = context.page(
        295, 520, "go viral", "viral", "just post more often", least_bullets=8, most_bullets=14
    )
    f = spared(context.facts, page.avoidance)
    _objective(page, f, context)
    _channels(page, f, context)
    _tactics(page, f, context, paid=buys_reach(context.facts, brief))
    _order(page, f, context)
    return page.render()


def _objective(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Objective")
    kpis = kpis_for(f, Stage.AWARENESS)
    page.paragraph(
        choose(
            "objective",
            f"{capital(f.audience)} shall know what {f.brand} stands for, and recognise the name "
            "when they meet it again.",
            f"At the end of these weeks, {f.audience} shall be able to say in one sentence what "
            f"{f.brand} does.",
        ),
        fact(
            f"The figure to hold this against: {stated(kpis[0])}, by "
            f"{long_day(due(kpis[0], f.start))}."
            if kpis
            else ""
        ),
        choose(
            "not all",
            "Being seen by the wrong people costs the same as being seen by the right ones, so "
            "width comes after fit.",
            f"It is better for {f.brand} to be met three times by the right person than once by "
            "three others.",
        ),
        fill(
            f"Recognition needs repetition: the same colours, the same first words and the same "
            f"name of {offer(f)} in each piece."
        ),
    )


def _channels(page: Page, f: Facts, context: Context) -> None:
    page.heading("Key Channels")
    chosen = channels_for(f, Stage.AWARENESS, 3)
    page.paragraph(
        context.phrasing.choose(
            "channels",
            f"Strangers are met on {series([clip(c.channel, 4) for c in chosen])}, and the other "
            "channels wait until there is interest.",
            f"The first meeting takes place on {series([clip(c.channel, 4) for c in chosen])}; "
            f"{f.brand} does not try to be everywhere at once.",
        )
        if len(f.channels) > len(chosen)
        else f"All planned channels help {f.brand} to be noticed, each in its own way.",
    )
    used: set[str] = set()
    for plan in chosen:
        family = f.craft(plan.channel).family
        bank = f"awareness_strategy.roles.{family.value}"
        roles = f.rules.phrases.said(bank, brand=f.brand, thing=offer(f))
        order = context.phrasing.order("role", roles)
        text = next((role for role in order if role not in used), f"the name {f.brand}, once more")
        used.add(text)
        page.bullet(text, label=clip(plan.channel, 4))
    page.bullet(
        fact(
            f"By their own account people spend time on {series(f.audience_channels)}; what is "
            "planned above follows from it."
            if f.audience_channels
            else ""
        ),
        label="Why there",
    )


def _tactics(page: Page, f: Facts, context: Context, *, paid: bool) -> None:
    choose = context.phrasing.choose
    page.heading("Core Tactics")
    for plan in channels_for(f, Stage.AWARENESS):
        page.bullet(fact(_tactic(plan)), label=f"On {clip(plan.channel, 4)}")
    page.bullet(
        choose(
            "series",
            f"A fixed series on {offer(f)} with one name and one look, so that a second piece is "
            "recognised as the second.",
            f"One question about {offer(f)} a week, answered where it is asked; the series grows "
            "by itself.",
        ),
        label="Series",
    )
    page.bullet(
        choose(
            "lend",
            f"Partners of {f.brand} who already speak with {f.readers} get a finished piece that "
            "they may use under their own name.",
            f"Partners and suppliers who know {f.brand} are asked to carry one piece each; "
            "nothing is asked of them twice in a month.",
        ),
        label="Borrowed attention",
    )
    page.bullet(
        choose(
            "bought",
            f"Bought reach supports only pieces that did well unpaid, and only among {f.readers}.",
            f"{f.brand} pays to show a piece further once it has proved itself; weak pieces are "
            "not helped with money.",
        )
        if paid
        else choose(
            "unbought",
            f"No reach is bought, as {f.brand} wishes; what spreads is passed on by people.",
            f"As {f.brand} rules out bought reach, the effort goes into what people pass on.",
        ),
        label="Reach",
    )
    page.bullet(
        fact(f"“{f.events[0]}” is an occasion to be met by new people" if f.events else ""),
        label="Occasion",
    )


def _tactic(plan: ChannelPlanDTO) -> str:
    planned = tactics(plan, 36)
    return f"As planned in the strategy: {planned[-1]}" if planned else ""


def _order(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Order of Work")
    page.bullet(
        choose(
            "first weeks",
            f"Until {near_day(f.on(10))}, five first lines about {offer(f)} are tried; the two "
            "that hold people longest stay.",
            f"The days to {near_day(f.on(10))} serve to find out which opening makes people stay.",
        ),
        label="Find the opening",
    )
    page.bullet(
        choose(
            "then",
            f"From {near_day(f.on(11))} on, the winners return on "
            f"{names_for(f, Stage.AWARENESS)} in new clothes.",
            f"What held them is varied from {near_day(f.on(11))} on, and not replaced.",
        ),
        label="Repeat it",
    )
    page.paragraph(
        fill(
            f"A piece by {f.brand} has done its work when a stranger could retell it. Likes are "
            "pleasant, and they are no proof of that."
        ),
        fill(
            f"New people get no request in this stage; {f.brand} asks for nothing before it has "
            "been useful."
        ),
        fill(
            f"Captions, subtitles and descriptions are written for people who cannot hear or see "
            f"a piece by {f.brand}; they help search engines too."
        ),
    )
