"""The channel reset: which channels stay, what is stopped on them, and how they begin again."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.internal.channels import Family
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import money, near_day, plain_number
from aicmo_core.modules.production.internal.funnel import offer, pursuit
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.phases import open_day, phases
from aicmo_core.modules.production.internal.tactics import tactics
from aicmo_core.modules.production.internal.wording import (
    clip,
    counted,
    series,
)
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import ChannelPlanDTO, StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: the strategy, a role for each channel, the reset, money, and rules."""
    page = context.page(
        330, 610, "post more often", "be everywhere", least_bullets=10, most_bullets=19
    )
    f = spared(context.facts, page.avoidance)
    channels = context.facts.channels[:6]
    _strategy(page, f, context)
    _roles(page, f, context, channels)
    _reset(page, f, context)
    _money(page, f, context, channels)
    _rules(page, f, context, brief)
    return page.render()


def _strategy(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    names = series([clip(name, 4) for name in f.channel_names[:6]])
    page.heading("Channel Strategy")
    page.paragraph(
        choose(
            "fewer",
            f"{f.brand} speaks on {names}, and nowhere else until these are in order.",
            f"The reset keeps these channels: {names}. Whatever else {f.brand} has is paused, with "
            "a note that says where answers are given.",
        ),
        choose(
            "order",
            "Listening comes first, answering second, publishing third. A channel on which "
            "questions wait answers them before its next piece.",
            f"What {f.brand} owes is settled before anything new is said: open comments, open "
            "letters, open promises.",
        ),
    )


def _roles(page: Page, f: Facts, context: Context, channels: tuple[ChannelPlanDTO, ...]) -> None:
    page.heading("What Each Channel Is For Now")
    left = {
        family: context.phrasing.order(
            f"role {family.value}",
            f.rules.phrases.said(
                f"channel_reset_strategy.roles.{family.value}", brand=f.brand, thing=offer(f)
            ),
        )
        for family in Family
    }
    for plan in channels:
        bank = left[f.craft(plan.channel).family]
        work = next(iter(tactics(plan, 34)), "")
        page.bullet(
            bank.pop(0) if bank else f"Repeats what proved right for {offer(f)} elsewhere.",
            fact(f"Once that stands, the planned work begins: {work}" if work else ""),
            label=_label(plan),
        )


def _label(plan: ChannelPlanDTO) -> str:
    posts = plan.posts_per_week
    if not posts:
        return clip(plan.channel, 4)
    return f"{clip(plan.channel, 4)}, {counted(posts)} {'piece' if posts == 1 else 'pieces'} a week"


def _reset(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    first = clip(f.publishers[0].channel, 4)
    page.heading("Reset Actions")
    page.bullet(
        choose(
            "stop",
            f"Running claims about {offer(f)} that the audit could not source are taken down.",
            f"What {f.brand} had scheduled before this plan is held until somebody has read it "
            "with today’s eyes.",
        ),
        label=f"By {near_day(open_day(f, f.on(2)))}: stop",
    )
    page.bullet(
        choose(
            "clean",
            f"Names, pictures, opening lines and links of {f.brand} are made to agree and to be "
            "true.",
            f"Old promises on the profiles of {f.brand} are corrected, and the correction is "
            "dated.",
        ),
        label=f"By {near_day(open_day(f, f.on(4)))}: clean",
    )
    page.bullet(
        choose(
            "answer",
            f"Each open comment gets a reply with a name under it, the oldest first, on {first} "
            "before the others.",
            f"{f.brand} answers all that has waited, and says sorry once where it waited long.",
        ),
        label=f"By {near_day(open_day(f, f.on(7)))}: answer",
    )
    page.bullet(
        choose(
            "begin",
            f"The pieces on {first} begin to say what has changed at {f.brand}, and who is "
            "responsible.",
            f"On {first}, a person from {f.brand} shows one change a week, with a fact and without "
            "an offer.",
        ),
        label=f"From {near_day(open_day(f, f.on(8)))}: show",
    )
    page.bullet(
        choose(
            "ask",
            f"Requests to {want.act} return, provided that answers come within a day by then.",
            f"{f.brand} asks people to {want.act} again, if no complaint has stood open for a "
            "week.",
        ),
        label=f"From {near_day(open_day(f, phases(f)[2].first))}: invite",
    )


def _money(page: Page, f: Facts, context: Context, channels: tuple[ChannelPlanDTO, ...]) -> None:
    shares = series([_share(plan) for plan in channels])
    page.heading("What Goes Where")
    page.paragraph(
        f"The plan divides {f.budget_total} like this: {shares}."
        if f.budget_total
        else f"{f.brand} has stated no budget; time and attention are divided like this: {shares}.",
        context.phrasing.choose(
            "hold",
            "Bought reach waits until the page that it leads to has been mended.",
            f"{f.brand} spends on making and answering first; reach is bought when people like "
            "what they find.",
        ),
    )


def _share(plan: ChannelPlanDTO) -> str:
    amount = f" ({money(plan.budget)})" if plan.budget else ""
    return f"{clip(plan.channel, 4)} {plain_number(plan.budget_allocation_pct)}%{amount}"


def _rules(page: Page, f: Facts, context: Context, brief: NormalizedBriefDTO) -> None:
    choose = context.phrasing.choose
    page.heading("House Rules")
    page.bullet(
        choose(
            "hours",
            f"A working day is the longest that {f.brand} lets anybody wait, even if the answer is "
            "that it takes longer.",
            f"{f.brand} replies within one working day, and says when the full answer comes.",
        ),
        label="Time to answer",
    )
    page.bullet(
        choose(
            "delete",
            f"{f.brand} deletes insults and personal data, and never criticism.",
            f"Criticism of {offer(f)} stays where it stands, with the reply under it.",
        ),
        label="Deleting",
    )
    page.bullet(
        fact(
            f"Nothing is opened where {f.brand} does not wish to be."
            if brief.platforms_avoided
            else ""
        ),
        label="Stays closed",
    )
    page.bullet(
        fact(f"On all channels this holds: {'; '.join(f.limits[:2])}" if f.limits else ""),
        label="Limits",
    )
    page.paragraph(
        fill(
            f"Each channel has one owner at {f.brand} who reads it in the morning, also on days "
            "without a piece."
        ),
        fill(
            f"A channel that still draws mostly complaints about {f.short_brand} after a month "
            "is doing its work; it is not closed for that."
        ),
        fill(
            f"Humour is left aside for the time being, since people who were let down by "
            f"{f.short_brand} would read it as scorn."
        ),
        fill(f"Staff of {f.brand} answer as themselves or not at all; nobody poses as a customer."),
    )
