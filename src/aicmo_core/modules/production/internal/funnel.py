"""The funnel: its stages, what a client pursues in it, and what serves which stage."""

from __future__ import annotations

import re
from enum import Enum

from attrs import frozen

from aicmo_core.modules.onboarding.api import BusinessType, NormalizedBriefDTO
from aicmo_core.modules.production.internal.asks import COMMUNITY, EDUCATION, PROMO, PROOF
from aicmo_core.modules.production.internal.channels import Family
from aicmo_core.modules.production.internal.facts import Facts
from aicmo_core.modules.production.internal.measures import Sign, sign
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


@frozen
class Pursuit:
    """
    What a client wants of people, in the words that suit it.

    Attributes:
        name: What the work is called: "lead generation".
        act: What a convinced person does, after "to".
        event: One such act, with its article.
        events: Several of them.
        won: A person who did it.
        button: The words on a page's button.
        value: The moment in which it pays for that person.
        again: What a person does who comes back.
        use: What happens between two such acts, in one word.
    """

    name: str
    act: str
    event: str
    events: str
    won: str
    button: str
    value: str
    again: str
    use: str = "use"


LEADS = Pursuit(
    "lead generation",
    "ask for a conversation",
    "an enquiry",
    "enquiries",
    "customers",
    "Ask for a conversation",
    "the first conversation that answers a question of their own",
    "widen or renew the agreement",
)
SALES = Pursuit(
    "sales",
    "place an order",
    "an order",
    "orders",
    "buyers",
    "Choose and order",
    "the first use that keeps the promise",
    "order again",
)
VISITS = Pursuit(
    "visits and bookings",
    "plan a visit",
    "a planned visit",
    "planned visits",
    "guests",
    "Plan the visit",
    "the first hour on the spot",
    "come back and bring company",
    "visit",
)
MEMBERS = Pursuit(
    "sign-ups",
    "sign up",
    "a sign-up",
    "sign-ups",
    "members",
    "Start here",
    "the first result that they reach by themselves",
    "keep using it and extend",
)


SUBSCRIPTIONS = Pursuit(
    "subscriptions",
    "subscribe",
    "a subscription",
    "subscriptions",
    "subscribers",
    "Subscribe",
    "the first delivery that is as good as promised",
    "stay subscribed",
    "delivery",
)


CALLS = Pursuit(
    "calls",
    "call",
    "a call",
    "calls",
    "customers",
    "Call now",
    "the first visit that solves the problem",
    "call again",
    "job",
)
DONATIONS = Pursuit(
    "donations",
    "give",
    "a donation",
    "donations",
    "donors",
    "Give now",
    "the first report on what a gift has done",
    "give again",
    "gift",
)
APPOINTMENTS = Pursuit(
    "appointments",
    "make an appointment",
    "an appointment",
    "appointments",
    "patients",
    "Make an appointment",
    "the first visit that goes as it was described",
    "come to the next appointment",
    "visit",
)
WISHES = Pursuit(
    "wishlist entries",
    "put it on their wishlist",
    "a wishlist entry",
    "wishlist entries",
    "people on the list",
    "Wishlist it",
    "the first look that makes them want to play",
    "follow the news",
    "look",
)


def _enrolling(root: str) -> Pursuit:
    """Return what a school pursues, spelled as the client spells it."""
    return Pursuit(
        f"{root}ment",
        root,
        f"an {root}ment",
        f"{root}ments",
        "learners",
        f"{root.capitalize()} here",
        "the first exercise that they solve by themselves",
        "take the next course",
        "lesson",
    )


ENROLLMENT = _enrolling("enroll")
ENROLMENT = _enrolling("enrol")
INTEREST = Pursuit(
    "demand",
    "get in touch",
    "a first contact",
    "first contacts",
    "customers",
    "Get in touch",
    "the first answer that helps at once",
    "come back with the next question",
)

_SIGNS = (
    (WISHES, r"wish-?lists?\b"),
    (DONATIONS, r"\bdonat|\bdonors?\b|fundrais|\bgiving\b"),
    (APPOINTMENTS, r"\bpatients?\b|\breferrals?\b|check-?ups?\b|surger"),
    (CALLS, r"\b(?:phone )?calls\b|\bcallers?\b|\bjobs a (?:week|month)\b"),
    (LEADS, r"\banfragen?\b|\bdevis\b|問い合わせ|\bdesign-ins?\b"),
    (LEADS, r"\bleads?\b|\bdemos?\b|enquir|inquir|prospect|pipeline|appointment|consultation"),
    (ENROLLMENT, r"\benroll"),
    (ENROLMENT, r"\benrol"),
    (MEMBERS, r"mitglied|\babonn|会員|定期便"),
    (MEMBERS, r"download|install|sign-?ups?\b|subscri|\bmembers?|\btrials?\b|registration"),
    (VISITS, r"touris|travel|visitors?\b|footfall|\bbook(?:ings?|ed|s)?\b|guests?\b|occupancy"),
    (SALES, r"aufträge?\b|bestellung|verk[aä]uf|\bcommandes?\b|\bventes?\b|\bventas?\b|注文|売上"),
    (SALES, r"\bsales?\b|\bsell\b|orders?\b|purchas|revenue|\broas\b|\bspend|conversions?\b|shop"),
)
"""Beginnings of words by which a goal tells what is pursued; the first that fits is taken."""

_ON_SCREEN = re.compile(
    r"\b(?:apps?|software|saas|platforms?|streaming|online|digital|magazines?|newsletters?"
    r"|podcasts?)\b",
    re.IGNORECASE,
)

_UNPAID = re.compile(
    r"\b(?:no|never|without)\b[^.;]{0,24}\b(?:paid|ads|advertising|sponsored)"
    r"(?: (?:ads|advertising|media|reach|posts?|campaigns?|social))*\W*(?:$|at all|for now|this)"
    r"|\borganic(?:ally)? only\b|\bonly organic\b",
    re.IGNORECASE,
)
"""Limits that rule out bought reach as a whole, and not some of it ("no ads to children")."""
_MAIL = re.compile(r"mail|newsletter", re.IGNORECASE)
_RANKS = {
    Stage.AWARENESS: (Family.BROADCAST, Family.SOCIAL, Family.WEB, Family.MAIL),
    Stage.CONSIDERATION: (Family.WEB, Family.SOCIAL, Family.MAIL, Family.BROADCAST),
    Stage.CONVERSION: (Family.MAIL, Family.WEB, Family.SOCIAL, Family.BROADCAST),
    Stage.RETENTION: (Family.MAIL, Family.SOCIAL, Family.WEB, Family.BROADCAST),
    Stage.ADVOCACY: (Family.SOCIAL, Family.MAIL, Family.WEB, Family.BROADCAST),
}
"""Which kinds of channel serve a stage, the most natural first."""


def pursuit(f: Facts) -> Pursuit:
    """Return what the client pursues: by its goal, else by its other goals and measures."""
    for text in (f.goal, " ".join((*f.objectives, *(k.name for k in f.kpis if k.goal)))):
        for found, pattern in _SIGNS:
            if re.search(pattern, text, re.IGNORECASE):
                return SUBSCRIPTIONS if found is MEMBERS and _is_delivered(f, text) else found
    return INTEREST


def _is_delivered(f: Facts, goal: str) -> bool:
    """Whether what is subscribed to comes in a parcel and not on a screen."""
    sold = f"{f.industry} {' '.join(f.products)} {f.description}"
    by_subscription = re.search(r"\bsubscri", goal, re.I) and re.search(r"\bsubscri", sold, re.I)
    return bool(by_subscription) and not _ON_SCREEN.search(sold)


def at_work(f: Facts) -> bool:
    """Whether the client sells to people at work."""
    return f.business is BusinessType.B2B or bool(re.search(r"\bb2b\b", f.industry, re.I))


def buys_reach(brief: NormalizedBriefDTO) -> bool:
    """Whether bought advertising is within the client's limits."""
    said = (*brief.constraints, *brief.platforms_avoided, *brief.must_avoid)
    return not any(_UNPAID.search(text) for text in said) and not any(
        re.search(r"\b(?:paid|ads|advertising)\b", text, re.I) for text in brief.platforms_avoided
    )


def may_mail(brief: NormalizedBriefDTO) -> bool:
    """Whether letters by mail are within the client's limits."""
    return not any(_MAIL.search(text) for text in brief.platforms_avoided)


def channels_for(f: Facts, stage: Stage, most: int = 2) -> tuple[ChannelPlanDTO, ...]:
    """Return the planned channels that serve a stage best; at least one."""
    rank = _RANKS[stage]
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
            return tuple(k for k in f.kpis if sign(k) is Sign.REACH)
        case Stage.CONSIDERATION:
            return tuple(k for k in f.kpis if sign(k) is Sign.ENGAGEMENT and not _keeps(k))
        case Stage.CONVERSION:
            return tuple(k for k in f.kpis if sign(k) is Sign.RESULT and not _keeps(k))
        case Stage.RETENTION:
            return tuple(k for k in f.kpis if _keeps(k))
        case _:
            return ()


def _keeps(kpi: KpiDTO) -> bool:
    return bool(re.search(r"retention|repeat|churn|renew|return|cancel", kpi.name, re.IGNORECASE))


_NOUN = re.compile(r"[a-z][a-z-]{3,}s|[a-z-]*(?:platform|app|tool|service|software)")
"""Words that can stand for a longer name: plurals, and names of one thing."""


def offer(f: Facts) -> str:
    """Return the first product as one that was named before: "the cloud-based platform"."""
    named = re.sub(r"^an? ", "the ", f.thing)
    last = named.split()[-1]
    return f"the {last}" if len(named.split()) > 3 and _NOUN.fullmatch(last) else named
