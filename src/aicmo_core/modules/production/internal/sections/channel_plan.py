"""The channel plan: where the campaign runs, in which role, with which work and money."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.internal.calendar import planned_posts
from aicmo_core.modules.production.internal.channels import Family
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import money, near_day, plain_number
from aicmo_core.modules.production.internal.measures import read_in
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.tactics import tactics
from aicmo_core.modules.production.internal.wording import (
    capital,
    clip,
    counted,
    fold,
    longest_count,
    series,
)
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import ChannelPlanDTO, StrategyDocDTO

_MOST = 6
"""More channels than a campaign team can serve well are listed, not described."""


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: priorities, roles, tactics, and where the budget goes."""
    page = context.page(
        410, 760, "be present on all channels", "do everything everywhere",
        least_bullets=10, most_bullets=22,
    )  # fmt: skip
    f = spared(context.facts, page.avoidance)
    channels = f.channels[:_MOST]
    _priorities(page, f, context, channels, brief)
    _roles(page, f, context, channels)
    _tactics(page, f, context, channels)
    _money(page, f, context, channels)
    _rules(page, f, context)
    return page.render()


def _priorities(
    page: Page,
    f: Facts,
    context: Context,
    channels: tuple[ChannelPlanDTO, ...],
    brief: NormalizedBriefDTO,
) -> None:
    choose = context.phrasing.choose
    names = [clip(c.channel, 4) for c in channels]
    page.heading("Priority Channels")
    page.paragraph(
        choose(
            "lead",
            f"{names[0]} leads the campaign of {f.brand}; what works there is carried to the rest.",
            f"{f.brand} opens on {names[0]} and lets the other channels answer.",
            f"The first place belongs to {names[0]}, since people first decide on {f.thing} there.",
        )
        if len(names) > 1
        else f"The campaign of {f.brand} stays on {names[0]} and does that one thing well.",
        fact(
            f"{names[1]} supports it, with a task of its own."
            if len(names) == 2
            else f"{series(names[1:])} support it, each with a task of its own."
            if len(names) > 2
            else ""
        ),
        _left_out(brief, f),
        fill(
            f"A channel that {f.brand} cannot feed for a month is better left for later than begun "
            "and abandoned."
        ),
    )
    given: set[str] = set()
    for plan in channels[:4]:
        reason = _reason(plan)
        if reason and reason not in given:
            page.bullet(fact(reason), label=clip(plan.channel, 4))
        given.add(reason)


def _reason(plan: ChannelPlanDTO) -> str:
    """Return the first of the strategy's reasons for a channel, as many as stay readable."""
    kept: list[str] = []
    for part in plan.reason.rstrip(". ").split("; "):
        if longest_count(" ".join((*kept, part))) > 30 or "…" in part:
            break
        kept.append(part)
    return "; ".join(kept)


def _left_out(brief: NormalizedBriefDTO, f: Facts) -> str:
    left = len([p for p in brief.platforms_avoided if fold(p)])
    if not left:
        return ""
    is_one = left == 1
    return (
        f"{capital(counted(left))} {'channel' if is_one else 'channels'} that {f.brand} does not "
        f"want {'is' if is_one else 'are'} left out, in posts as in advertising."
    )


_PAID_ROLE = (
    "Meets people in the moment in which they search for {thing}, and brings them to the page."
)
_MAP_ROLE = "Shows hours, way and reviews to people nearby who are about to choose."


def _own_role(channel: str) -> str:
    """Return the role of a channel that is like no other of its family."""
    name = channel.casefold()
    if name in ("google ads", "search ads", "bing ads", "microsoft ads"):
        return _PAID_ROLE
    return _MAP_ROLE if name == "google business profile" else ""


def _roles(page: Page, f: Facts, context: Context, channels: tuple[ChannelPlanDTO, ...]) -> None:
    page.heading("Role of Each Channel")
    orders = {
        family: context.phrasing.order(f"role {family.value}", _bank("roles", f, family))
        for family in Family
    }
    for plan in channels:
        left = orders[f.craft(plan.channel).family]
        own = _own_role(plan.channel).format(thing=f.thing)
        role = (
            own
            if own
            else left.pop(0)
            if left
            else f"Repeats for its own readers what proved itself for {f.thing} elsewhere"
        )
        name = clip(plan.channel, 4)
        page.bullet(
            role,
            fact(f"Its effect is read in {_where(f, plan.channel)}"),
            label=name,
        )


def _bank(use: str, f: Facts, family: Family) -> tuple[str, ...]:
    name = f"channel_plan.{use}.{family.value}"
    return f.rules.phrases.said(name, brand=f.brand, thing=f.thing)


def _where(f: Facts, channel: str) -> str:
    place = read_in(f, channel)
    return place if channel in place else f"{place} of {channel}".replace("channel’s ", "")


def _tactics(page: Page, f: Facts, context: Context, channels: tuple[ChannelPlanDTO, ...]) -> None:
    page.heading("Key Tactics")
    taken: set[str] = set()
    most = 4 if len(channels) == 1 else 2
    spare = {
        family: context.phrasing.order(f"work {family.value}", _bank("work", f, family))
        for family in Family
    }
    for plan in channels:
        own = tactics(plan, 28)
        left = spare[f.craft(plan.channel).family]
        found = [t for t in (*own, *left) if t.casefold() not in taken][:most]
        for text in found:
            taken.add(text.casefold())
            if text in left:
                left.remove(text)
        page.bullet(*_work(found), label=_rate(plan))
    if len(context.calendar) > sum(planned_posts(f).values()):
        light = "Light entries on the days between come on top of these posts"
        page.paragraph(fact(f"{light}, so that the calendar has no empty day."))


def _work(found: list[str]) -> list[str]:
    """Return what is done on a channel, in the order of its weight."""
    leads = ("First", "Second", "Third", "Fourth")
    return [f"{lead}: {text}" for lead, text in zip(leads, found, strict=False)]


def _rate(plan: ChannelPlanDTO) -> str:
    name, posts = clip(plan.channel, 4), plan.posts_per_week
    if not posts:
        return name
    return f"{name}, {counted(posts)} full {'post' if posts == 1 else 'posts'} a week"


def _money(page: Page, f: Facts, context: Context, channels: tuple[ChannelPlanDTO, ...]) -> None:
    choose = context.phrasing.choose
    page.heading("Budget Focus")
    shares = series([_share(plan) for plan in channels])
    page.paragraph(
        f"Of {f.budget_total}, the channels receive: {shares}."
        if f.budget_total
        else f"As {f.brand} states no budget, these shares divide time and attention: {shares}.",
        choose(
            "money",
            f"The first amount goes into pieces about {f.thing}, the second into reach for the "
            "pieces that proved good.",
            f"{f.brand} pays for making first and for reach later, once a piece has shown its "
            "worth unpaid.",
        ),
        choose(
            "move",
            f"On {near_day(f.on(15))}, {f.brand} compares the cost of a result by channel before "
            "anything moves.",
            f"Nothing moves between channels before {near_day(f.on(15))}, as two weeks are the "
            "least that can be read.",
        ),
    )


def _share(plan: ChannelPlanDTO) -> str:
    amount = f" ({money(plan.budget)})" if plan.budget else ""
    return f"{clip(plan.channel, 4)} {plain_number(plan.budget_allocation_pct)}%{amount}"


def _rules(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Working Together")
    page.paragraph(
        choose(
            "together",
            f"Channels hand over to each other: who saw {f.thing} in a post finds the same words "
            "on the page behind it.",
            f"The same promise about {f.thing} stands on each channel, told in the manner of the "
            "place.",
        ),
        fact(f"Limits hold on all of them: {'; '.join(f.limits[:2])}" if f.limits else ""),
        fact(f"All ways lead to {f.site}" if f.site else ""),
    )
    habits = f.rules.phrases.pairs(
        "channel_plan.habits",
        brand=f.brand,
        thing=f.thing,
        readers=f.readers,
        first=clip(f.publishers[0].channel, 4),
    )
    for label, text in habits:
        page.bullet(fill(text), label=label)
    page.paragraph(
        fill(
            f"Old posts that contradict the campaign are corrected, as people who look up "
            f"{f.brand} will scroll back."
        ),
        fill(
            f"What a channel cannot do for {f.brand} is written down too, so that nobody asks it "
            "again in the third week."
        ),
        fill(
            f"A profile that {f.brand} no longer uses says so, and names the place where answers "
            "are given."
        ),
    )
