"""The audience segments: whom the work addresses first, whom next, and how ready they are."""

from __future__ import annotations

import re

from aicmo_core.modules.onboarding.api import BusinessType, NormalizedBriefDTO
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.phases import phases
from aicmo_core.modules.production.internal.wording import capital, clip, series
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO

_ELSEWHERE = re.compile(r"\b(?:in|from|across|outside) (?:the )?[A-Z]")
"""A place that the client names with its audience: there they are, wherever the client is."""


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: first audience, second audience, readiness, and use."""
    page = context.page(
        215, 440, "everyone", "mass market", "for everyone", least_bullets=9, most_bullets=14
    )
    f = spared(context.facts, page.avoidance)
    _primary(page, f, context)
    _secondary(page, f, context)
    _readiness(page, f, context)
    _use(page, f, context)
    return page.render()


def _primary(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Primary Audience")
    page.paragraph(
        choose(
            "who",
            f"{f.brand} speaks first to {f.audience}.",
            f"First in line for {f.brand}: {f.audience}.",
            f"This campaign is made for one group before any other: {f.audience}.",
        ),
        choose(
            "first",
            f"They come first because the goal of {f.brand} depends on their decision.",
            f"Without their yes, the goal of {f.brand} remains a wish.",
            "Whatever is planned below is tested on them before it is tested on others.",
        ),
        fill(
            f"People outside this group may see a piece; they do not decide what {f.brand} says "
            "in it."
        ),
    )
    page.bullet(
        fact(f"In their own words, this is what they struggle with: {f.together(f.pains[:2])}")
        if f.pains
        else context.audience.nth("motives", 2, tuple(m.text for m in f.buyers.motives)),
        label="Need",
    )
    page.bullet(
        context.audience.nth("starts", 0, f.buyers.starts),
        fact(
            f"What speaks for {f.brand} with them: {f.selling_points[0]}"
            if f.selling_points
            else ""
        ),
        label="Trigger",
    )
    met = f.audience_channels or f.channel_names[:2]
    page.bullet(
        choose(
            "where",
            f"{f.brand} meets them on {series(met)}, mostly in short free moments.",
            f"They are reached on {series(met)}, where {f.brand} can show before it tells.",
            f"On {series(met)} they already follow subjects that border on {f.kind}.",
        ),
        label="Where",
    )


def _secondary(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Secondary Audience")
    page.paragraph(
        choose(
            "second",
            f"Next come {f.second_audience}, who hear the same promise from another side.",
            f"Beside them stand {f.second_audience}, addressed less often and by name.",
        )
        if f.second_audience
        else _derived(f, context),
        fill(
            f"They get a smaller share of the pieces, since {f.brand} wins them through the first "
            "group more easily than directly."
        ),
    )
    page.bullet(
        f.buyers.role,
        label="Role",
    )
    page.bullet(
        fact(
            f"They want to see this confirmed: {f.proof[0]}"
            if f.proof
            else f"They want one sentence about {f.brand} that they can repeat without a mistake."
        ),
        label="What they need",
    )


def _derived(f: Facts, context: Context) -> str:
    if f.business is BusinessType.B2B:
        return context.phrasing.choose(
            "derived b2b",
            f"The brief names no second group, so the plan takes those who share the decision on "
            f"{f.kind}: users, budget holders, and whoever signs.",
            f"No second group is named; in most companies others sign with the first, so {f.brand} "
            "prepares words for them as well.",
        )
    return context.phrasing.choose(
        "derived",
        f"The brief names no second group, so the plan takes those who are asked for advice on "
        f"{f.kind}: partners, friends, colleagues.",
        f"No second group is named; {f.brand} therefore counts those who recommend {f.kind} to "
        "others.",
    )


def _readiness(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Segments by Readiness")
    one, two, three = phases(f)
    page.bullet(
        choose(
            "unaware",
            f"They are not looking for {f.kind} yet. They get a scene from their own day, and the "
            f"name {f.brand} at its end.",
            f"They have the need, not the search. {f.brand} gives them something useful and asks "
            "for nothing.",
        ),
        fact(f"Their time is {one.span}"),
        label="Not looking yet",
    )
    page.bullet(
        choose(
            "comparing",
            f"They weigh {f.kind} against other ways. They get reasons, examples and an honest "
            "limit.",
            f"They have two or three names in mind. {f.brand} shows what differs, and how to check "
            "it.",
        ),
        fact(f"Their time is {two.span}"),
        label="Comparing",
    )
    page.bullet(
        choose(
            "ready",
            f"They would start with {f.brand} if the first step were clear. They get that step, "
            "alone.",
            f"Only the moment is missing. {f.brand} names the step, what it costs in time, and "
            "what follows.",
        ),
        fact(f"Their time is {three.span}"),
        label="Ready",
    )
    page.bullet(
        fact(context.audience.nth("tips", 0, f.buyers.tips)),
        label="What settles it",
    )
    page.bullet(
        choose(
            "customers",
            f"They know {f.brand} already. They are thanked, asked for a sentence, and shown what "
            "is new.",
            f"They chose {f.brand} before. They hear news first and are asked what to improve.",
        ),
        label=capital(f.buyers.people),
    )


def _use(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("How the Segments Are Used")
    lead = f.kpis[0].name if f.kpis else ""
    page.paragraph(
        choose(
            "use",
            "Each entry of the calendar is written for one segment; none tries to serve two.",
            f"Before a text for {f.brand} is written, its segment is named at the draft’s head.",
            "A segment decides the first line of a piece; the offer stays the same.",
        ),
        f"Whether the order is right shows in {lead}, read for each segment where the channel "
        "allows it."
        if lead
        else "",
        fact(
            f"Places matter: the work is addressed to people{f.where}"
            if f.where and not _ELSEWHERE.search(f.audience)
            else ""
        ),
        fill(
            f"After the first ten days, {f.brand} asks five people of the first group what they "
            "remember, and corrects this page by their answers."
        ),
        fill(
            f"No list is bought: {f.brand} addresses those whom its channels reach and those who "
            "gave their consent."
        ),
        fill(
            f"Age and income are left aside unless they change what {f.brand} would say; the need "
            "decides."
        ),
    )
    page.bullet(
        fill(
            f"If a segment stays silent on {clip(f.publishers[0].channel, 4)} for two weeks, its "
            f"pieces get another first line before {f.brand} gives it up."
        ),
        label="Correction",
    )
    page.bullet(
        fill(f"The same name for {f.thing} is used in each group, so that search finds one thing."),
        label="One name",
    )
