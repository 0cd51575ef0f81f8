"""The funnel: its stages, what a client pursues in it, and what serves which stage."""

from __future__ import annotations

import re
from enum import Enum

from aicmo_core.kernel.patterns import matches
from aicmo_core.modules.onboarding.api import BusinessType, NormalizedBriefDTO
from aicmo_core.modules.production.internal.asks import COMMUNITY, EDUCATION, PROMO, PROOF
from aicmo_core.modules.production.internal.channels import Family
from aicmo_core.modules.production.internal.facts import Facts
from aicmo_core.modules.production.internal.measures import Sign, sign
from aicmo_core.modules.production.internal.pursuits import Pursuit
from aicmo_core.modules.production.internal.wording import clip, series
from aicmo_core.modules.strategy.api import ChannelPlanDTO, KpiDTO


class Stage(Enum):
    """How near a person is to the client."""

    AWARENESS = "Awareness"
    CONSIDERATION = "Consideration"
    CONVERSION = "Conversion"
    RETENTION = "Retention"
    ADVOCACY = "Advocacy"


STAGE_OF_BUCKET = {
    EDUCATION: Stage.AWARENESS,
    PROOF: Stage.CONSIDERATION,
    PROMO: Stage.CONVERSION,
    COMMUNITY: Stage.RETENTION,
}
"""What a calendar entry does for the funnel: teaching is met first, talk keeps people."""
_MAIL = re.compile(r"mail|newsletter", re.IGNORECASE)


def pursuit(f: Facts) -> Pursuit:
    """
    Return what the client pursues: by its goal, else by its other goals and measures.

    People of some trades do not get in touch or place an order, whatever the goal's words:
    they book a stay, give, or make an appointment.
    """
    told, pursuits = _pursued(f), f.rules.funnel.pursuits
    return pursuits.get(f.buyers.pursues(told), pursuits[told])


def _pursued(f: Facts) -> str:
    """Return the name of the pursuit that a client's goals tell."""
    rules = f.rules.funnel
    for text in (f.goal, " ".join((*f.objectives, *(k.name for k in f.kpis if k.goal)))):
        for name, found in rules.pursuits.items():
            if found.words and matches(found.words, text):
                return found.parcelled if found.parcelled and _is_delivered(f, text) else name
    return rules.otherwise


def _is_delivered(f: Facts, goal: str) -> bool:
    """Whether what is subscribed to comes in a parcel and not on a screen."""
    sold = f"{f.industry} {' '.join(f.products)} {f.description}"
    by_subscription = re.search(r"\bsubscri", goal, re.I) and re.search(r"\bsubscri", sold, re.I)
    return bool(by_subscription) and not matches(f.rules.funnel.on_screen, sold)


def at_work(f: Facts) -> bool:
    """Whether the client sells to people at work."""
    return f.business is BusinessType.B2B or bool(re.search(r"\bb2b\b", f.industry, re.I))


def buys_reach(f: Facts, brief: NormalizedBriefDTO) -> bool:
    """Whether bought advertising is within the client's limits."""
    said = (*brief.constraints, *brief.platforms_avoided, *brief.must_avoid)
    return not any(matches(f.rules.limits.unpaid, text) for text in said) and not any(
        re.search(r"\b(?:paid|ads|advertising)\b", text, re.I) for text in brief.platforms_avoided
    )


def may_mail(brief: NormalizedBriefDTO) -> bool:
    """Whether letters by mail are within the client's limits."""
    return not any(_MAIL.search(text) for text in brief.platforms_avoided)


def channels_for(f: Facts, stage: Stage, most: int = 2) -> tuple[ChannelPlanDTO, ...]:
    """Return the planned channels that serve a stage best; at least one."""
    rank = f.rules.funnel.ranks[stage.value]
    ordered = sorted(f.channels, key=lambda c: rank.index(_family(f, c)))
    first = rank.index(_family(f, ordered[0]))
    near = [c for c in ordered if rank.index(_family(f, c)) <= first + 1]
    return tuple(near[:most])


def _family(f: Facts, plan: ChannelPlanDTO) -> Family:
    """Banners are met like spots, in passing, although they stand on pages."""
    if re.search("display|banner", plan.channel, re.IGNORECASE):
        return Family.BROADCAST
    return f.craft(plan.channel).family


def names_for(f: Facts, stage: Stage, most: int = 2) -> str:
    """Return the names of those channels, for the middle of a sentence."""
    return joined([clip(c.channel, 4) for c in channels_for(f, stage, most)])


def joined(names: list[str]) -> str:
    """Join channels' names as prose; a name like "Website and blog" gets a comma beside it."""
    if len(names) > 1 and any(" and " in name for name in names):
        return f"{', '.join(names[:-1])}, and {names[-1]}"
    return series(names)


def kpis_for(f: Facts, stage: Stage) -> tuple[KpiDTO, ...]:
    """Return the measures that show how a stage goes; there may be none."""
    match stage:
        case Stage.AWARENESS:
            return tuple(k for k in f.kpis if sign(f, k) is Sign.REACH)
        case Stage.CONSIDERATION:
            return tuple(k for k in f.kpis if sign(f, k) is Sign.ENGAGEMENT and not _keeps(f, k))
        case Stage.CONVERSION:
            return tuple(k for k in f.kpis if sign(f, k) is Sign.RESULT and not _keeps(f, k))
        case Stage.RETENTION:
            return tuple(k for k in f.kpis if _keeps(f, k))
        case _:
            return ()


def _keeps(f: Facts, kpi: KpiDTO) -> bool:
    return matches(f.rules.funnel.staying, kpi.name)


_NOUN = re.compile(r"[a-z][a-z-]{3,}s|[a-z-]*(?:platform|app|tool|service|software)")
"""Words that can stand for a longer name: plurals, and names of one thing."""


def offer(f: Facts) -> str:
    """Return the first product as one that was named before: "the cloud-based platform"."""
    named = re.sub(r"^an? ", "the ", f.thing)
    last = named.split()[-1]
    return f"the {last}" if len(named.split()) > 3 and _NOUN.fullmatch(last) else named
