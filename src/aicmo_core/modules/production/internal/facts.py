"""Facts: what a brief and its strategy say, ready to stand in sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from attrs import evolve, field, fields, frozen

from aicmo_core.kernel.patterns import matches
from aicmo_core.modules.onboarding.api import BudgetPeriod, BusinessType, NormalizedBriefDTO
from aicmo_core.modules.production.internal.audiences import Buyers
from aicmo_core.modules.production.internal.avoidance import Avoidance
from aicmo_core.modules.production.internal.channels import Craft
from aicmo_core.modules.production.internal.client_words import (
    KNOWN_NAMES,
    QUOTING,
    is_cause,
    is_place,
    refuses_voices,
)
from aicmo_core.modules.production.internal.figures import CALENDAR_DAYS, money
from aicmo_core.modules.production.internal.naming import Naming, own_words
from aicmo_core.modules.production.internal.occasions import Occasion, occasion
from aicmo_core.modules.production.internal.rule_sets import shipped_rules
from aicmo_core.modules.production.internal.rules import ProductionRules
from aicmo_core.modules.production.internal.wording import (
    called,
    capital,
    excerpt,
    fold,
    inline,
    is_english,
    longest_count,
    name_of,
    sentences,
    series,
    short,
    uncapital,
    with_article,
)
from aicmo_core.modules.strategy.api import (
    DEFAULT_SOURCE,
    ChannelPlanDTO,
    KpiDTO,
    StrategyDocDTO,
)

_INFINITIVES = re.compile(
    "achieve|acquire|attract|become|book|boost|bring|build|close|convert|create|cut|double|drive"
    "|earn|encourage|enroll?|establish|expand|fill|find|fix|gain|generate|get|grow|help|hit|improve"
    "|increase|keep|launch|lift|lower|make|move|open|persuade|promote|raise|reach|reduce|sell"
    "|sign|stimulate|strengthen|triple|turn|win"
)
_ARTICLE = re.compile(
    r"(United (States|Kingdom|Arab)|USA?|UK|UAE|EU|Netherlands|Philippines|Czech Rep|Midwest"
    r"|(?:North|South)(?:east|west)|(?:East|West) Coast|(?:North|South|East|West) of|Bay Area"
    r"|Middle East|Balkans|Baltics|Alps|Caribbean)\b"
)
_B2B = re.compile(r"\bb2b\b", re.IGNORECASE)
_PERIODS = {
    BudgetPeriod.WEEK: " a week",
    BudgetPeriod.MONTH: " a month",
    BudgetPeriod.QUARTER: " a quarter",
    BudgetPeriod.YEAR: " a year",
    BudgetPeriod.TOTAL: " in all",
}
_UNSAID = ("lorem ipsum", "to be provided")
"""Text that would read as a placeholder, even where a client wrote it."""


@frozen
class Facts:
    """
    What is said of one client. Plain text on one line each, never Markdown.

    Nothing in it holds a term that the client avoids, the brand's own name apart.
    Text that a client left out is empty.

    Attributes:
        title_name: The brand's name for the report's title, hardly shortened.
        brand: The brand's name, short enough to stand in any sentence.
        description: Whole sentences of the client's own.
        goal: The main goal in the client's words, for use after a colon.
        aim: The same for use after "to"; empty where its grammar does not allow it.
        audience: Who buys, for the middle of a sentence.
        products: What is sold, for the middle of a sentence; never empty.
        product_heads: The same in at most five words each, as they begin a sentence.
        messages: What must appear, word for word.
        limits: Constraints that may be quoted.
        adjectives: Words that the client has for itself.
        looks: Colours and visual style, as the client puts them.
        limit_count: All constraints, those that may not be quoted included.
        made_on: The day on which the strategy was made.
        publishers: The planned channels on which something is published.
        avoidance: What nothing may say.
        refused: All terms that the client avoids, those in its own name included.
        buyers: The kind of people who buy, and how such people decide.
        house: What the client is called beside its name: "the inn".
        alone: Whether the client is one person.
        quiet: Weekdays on which the client wants nothing published; Monday is 0.
        rivals_liked: Competitors whose work the client likes, as it named them.
        rivals_disliked: Competitors whose work it does not like.
        rules: What calendar and posts are made by.
        english: Whether the answers are English, so that their first words may lose a capital.
        proper: Words that keep theirs: those of the client's name and places.
    """

    title_name: str
    brand: str
    industry: str
    description: str
    goal: str
    aim: str
    objectives: tuple[str, ...]
    audience: str
    second_audience: str
    audience_channels: tuple[str, ...]
    products: tuple[str, ...]
    product_heads: tuple[str, ...]
    selling_points: tuple[str, ...]
    pains: tuple[str, ...]
    proof: tuple[str, ...]
    offers: tuple[str, ...]
    events: tuple[str, ...]
    limits: tuple[str, ...]
    limit_count: int
    avoided_count: int
    messages: tuple[str, ...]
    voice: tuple[str, ...]
    adjectives: tuple[str, ...]
    looks: str
    guidelines: str
    tagline: str
    pricing: str
    success: str
    worked: tuple[str, ...]
    failed: tuple[str, ...]
    places: tuple[str, ...]
    site: str
    budget_words: str
    budget_total: str
    approval: str
    posted_by_us: bool | None
    business: BusinessType | None
    buyers: Buyers
    house: str
    alone: bool
    channels: tuple[ChannelPlanDTO, ...]
    publishers: tuple[ChannelPlanDTO, ...]
    kpis: tuple[KpiDTO, ...]
    start: date
    made_on: date
    quiet: frozenset[int]
    rivals_liked: tuple[str, ...]
    rivals_disliked: tuple[str, ...]
    english: bool
    proper: frozenset[str]
    avoidance: Avoidance = field(repr=False)
    refused: Avoidance = field(repr=False)
    rules: ProductionRules = field(repr=False, eq=False)

    def craft(self, channel: str) -> Craft:
        """Return what a channel carries."""
        return self.rules.crafts.craft(channel)

    @property
    def last(self) -> date:
        """The last day of the calendar."""
        return self.start + timedelta(days=CALENDAR_DAYS - 1)

    @cached_property
    def short_brand(self) -> str:
        """The brand's name in about four words, for a line that has room for no more."""
        return called(self.brand, 4)

    @cached_property
    def product(self) -> str:
        """The first product, for the middle of a sentence, without a further clause."""
        first = name_of(self.products[0])
        head, _, rest = first.partition(", ")
        listed = "," in rest or " " not in head
        return short(first if listed else head, 8, latest=True)

    @cached_property
    def trade(self) -> str:
        """The industry, for the middle of a sentence: "board games"."""
        return uncapital(self.industry, self.proper) if self.english else self.industry

    @cached_property
    def kind(self) -> str:
        """What is sold, as one of its kind: "an AI-powered app", "sourdough bread"."""
        return short(self.product)

    @cached_property
    def thing(self) -> str:
        """The client's own, in at most five words: "the AI-powered app", "sourdough bread"."""
        first, _, rest = self.kind.partition(" ")
        return f"the {rest}" if first in ("a", "an") and rest else self.kind

    @cached_property
    def naming(self) -> Naming:
        """How sentences call the client and those who buy."""
        rules = self.rules.houses
        names = (self.brand, self.short_brand)
        single = rules.alone.said.items() if self.alone else ()
        said = {
            several.format(brand=name): one.format(brand=name)
            for several, one in sorted(single, key=lambda pair: -len(pair[0]))
            for name in names
        }
        unsaid = self.avoidance.concerns(self.house) or self.brand == "the brand"
        return Naming(
            names=names,
            house=self.short_brand if unsaid else self.house,
            every=1 if unsaid else rules.every.value,
            after=rules.after,
            said={k: v for k, v in said.items() if not self.avoidance.concerns(v)},
            people=self.buyers.people,
            person=self.buyers.person,
            own=own_words(self._own_texts(), names, said),
        )

    def _own_texts(self) -> Iterable[str]:
        """Yield the client's own words that stand in sentences."""
        for one in fields(Facts):
            value = getattr(self, one.name)
            if isinstance(value, str) and one.name not in ("brand", "title_name", "house"):
                yield value
            elif isinstance(value, tuple):
                yield from (text for text in value if isinstance(text, str))
        yield from (self.kind, self.thing, self.product, self.readers, self.together(self.limits))
        yield from (one.name for one in self.kpis)
        for plan in self.channels:
            yield from (plan.channel, plan.reason, *plan.tactics)

    @property
    def channel_names(self) -> tuple[str, ...]:
        return tuple(c.channel for c in self.channels)

    @cached_property
    def where(self) -> str:
        """ " in Austin, TX", or empty."""
        places = self.places
        if len(places) > 1:
            places = tuple(dict.fromkeys(p.partition(",")[0].strip() for p in places))
        return f" in {series([_with_article(p) for p in places])}" if places else ""

    @property
    def towns(self) -> tuple[str, ...]:
        """Places that can be greeted, without the state or country that they lie in."""
        near = [p for p in self.places if _with_article(p) == p]
        return tuple(dict.fromkeys(p.partition(",")[0].strip() for p in near))

    @cached_property
    def readers(self) -> str:
        """The audience in a few words, for the middle of a sentence."""
        return short(self.audience, 6, latest=True)

    def occasion(self, text: str) -> Occasion:
        """Return what *text* names, and its next day from the start of the calendar on."""
        return occasion(text, self.start, self.rules.occasions)

    def lasting(self, texts: Iterable[str], day: date) -> list[str]:
        """Return those of the texts that name no last day before *day*."""
        found = [(text, self.occasion(text)) for text in texts]
        return [text for text, o in found if not (o.closes and o.day and o.day < day)]

    def together(self, texts: Sequence[str]) -> str:
        """Return several answers as one enumeration, with a capital at its beginning only."""
        rest = (uncapital(t, self.proper) if self.english else t for t in texts[1:])
        return "; ".join((*texts[:1], *rest))

    def on(self, day: int) -> date:
        """Return the date of a day of the calendar, 1 being the first."""
        return self.start + timedelta(days=day - 1)


class _Reader:
    """Reads answers as phrases, leaving out what may not be said."""

    def __init__(self, brief: NormalizedBriefDTO, avoidance: Avoidance) -> None:
        self._avoidance = avoidance
        self.english = is_english(
            (brief.description, brief.target_audience, *brief.objectives, *brief.products)
        )
        self._brand = frozenset(fold(brief.brand_name).casefold().split()) - {"a", "an", "the"}
        names = (brief.brand_name, *brief.locations, *KNOWN_NAMES)
        said = (brief.description, brief.target_audience, *brief.selling_points, *brief.proof)
        ordinary = {w.strip(".,;()") for text in said for w in text.split() if w[:1].islower()}
        words = {w.strip(".,()").lower() for n in names for w in n.split()}
        self.proper = frozenset(words - ordinary)

    def said(self, text: str | None) -> str:
        """Return the sentences of *text* that hold no avoided term."""
        whole = fold(text or "")
        if not self._avoidance.concerns(whole):
            return whole
        return " ".join(s for s in sentences(whole) if not self._avoidance.concerns(s))

    def phrase(self, text: str | None, limit: int = 16) -> str:
        return inline(self.said(text), limit)

    def line(self, text: str, limit: int) -> str:
        """Return a line of the client's own with all its sentences, or its first if it is long."""
        whole = self.said(text)
        if sentences(whole)[1:] and longest_count(whole) <= limit:
            return whole
        return inline(whole, limit)

    def middle(self, text: str | None, limit: int = 16) -> str:
        phrase = self.phrase(text, limit)
        return uncapital(phrase, self.proper) if self.english else phrase

    def phrases(self, texts: Iterable[str], most: int, limit: int = 14) -> tuple[str, ...]:
        found = dict.fromkeys(self.phrase(text, limit) for text in texts)
        return tuple(p for p in found if any(c.isalnum() for c in p))[:most]

    def middles(self, texts: Iterable[str], most: int, limit: int = 14) -> tuple[str, ...]:
        found = self.phrases(texts, most, limit)
        return tuple(uncapital(p, self.proper) if self.english else p for p in found)

    def one(self, phrase: str) -> str:
        named = phrase.partition(" ")[0].casefold() in self._brand  # a name of its own
        return with_article(phrase) if self.english and not named else phrase

    def plan(self, channel: ChannelPlanDTO, products: Iterable[str]) -> ChannelPlanDTO:
        """Return a channel whose tactics name the products as a sentence does."""
        if not self.english:
            return channel
        named = {" ".join(p.split()).rstrip(" .;,"): p for p in products}
        told = {raw: self.one(self.middle(p, 40)) for raw, p in named.items() if len(raw) > 2}
        return evolve(channel, tactics=tuple(_with_names(t, told) for t in channel.tactics))

    def aim(self, goal: str) -> str:
        first = goal.partition(" ")[0]
        return first.lower() + goal[len(first) :] if _INFINITIVES.fullmatch(first.lower()) else ""


def gather(
    brief: NormalizedBriefDTO, strategy: StrategyDocDTO, rules: ProductionRules | None = None
) -> Facts:
    """
    Return the facts of a client, each cleaned, bounded in length and free of avoided terms.

    Args:
        rules: What is decided by; None for what is shipped.
    """
    rules = rules or shipped_rules()
    refused = Avoidance(map(fold, brief.must_avoid))
    own = refused.found(fold(brief.brand_name))
    unsaid = _UNSAID + (QUOTING if refuses_voices(brief.constraints) else ())
    avoidance = Avoidance((t for t in refused.terms if t not in own), unsaid)
    read = _Reader(brief, avoidance)
    brand = called(fold(brief.brand_name), 10) or "the brand"
    goal = read.phrase(next(iter(brief.objectives), ""), 24)
    named = read.middles(brief.products, 3, 12) or (_unnamed(brief, read, brand),)
    limits = read.phrases(brief.constraints, 4, 18)
    guidelines = brief.brand_guidelines
    audience = read.middle(brief.target_audience, 18)
    business = brief.business_type or _business(brief, rules)
    told = (brief.industry, " ".join(brief.products), brief.description, brief.target_audience)
    buyers = rules.audiences.of(tuple(map(fold, told)), at_work=business is BusinessType.B2B)
    itself = (fold(brief.brand_name), fold(brief.industry), fold(brief.description))
    channels = tuple(read.plan(c, brief.products) for c in strategy.channels) or (_own_site(),)
    return Facts(
        title_name=called(fold(brief.brand_name), 20) or brand,
        brand=brand,
        industry=read.phrase(brief.industry, 10) or read.phrase(brief.description, 6) or brand,
        description=excerpt(read.said(brief.description), 45),
        goal=goal or read.phrase(strategy.kpis[0].name if strategy.kpis else brand),
        aim=read.aim(goal),
        objectives=read.phrases(brief.objectives[1:], 3, 20),
        audience=audience or f"the people {brand} serves",
        second_audience=read.middle(brief.secondary_audience, 16),
        audience_channels=read.phrases(brief.audience_channels, 3, 6),
        products=tuple(map(read.one, named)),
        product_heads=_distinct_heads(named),
        selling_points=read.phrases(brief.selling_points, 4),
        pains=read.phrases(brief.pain_points, 4, 12),
        proof=read.phrases(brief.proof, 4),
        offers=read.phrases(brief.offers, 3, 12),
        events=read.phrases(brief.events, 4, 16),
        limits=limits,
        limit_count=len([c for c in brief.constraints if fold(c)]),
        avoided_count=len(refused.terms),
        messages=_messages(brief, avoidance),
        voice=read.middles(brief.voice or _texts(guidelines.get("voice")), 4, 4),
        adjectives=read.middles(_texts(guidelines.get("adjectives")), 3, 3),
        looks=read.phrase(_text(guidelines.get("visual_style")), 18),
        guidelines=read.phrase(_text(guidelines.get("guidelines")), 18),
        tagline=read.line(_text(guidelines.get("tagline")), 12),
        pricing=read.phrase(brief.pricing, 14),
        success=read.phrase(brief.success_30_days, 22),
        worked=read.middles(brief.worked, 2, 12),
        failed=read.middles(brief.did_not_work, 2, 12),
        places=read.phrases((p for p in brief.locations if is_place(fold(p))), 3, 6),
        site=_site(brief.website, avoidance),
        budget_words=read.phrase(brief.budget.text if brief.budget else "", 12),
        budget_total=_budget(strategy),
        approval=(brief.approval_cadence or "").strip().lower(),
        posted_by_us=brief.scheduling_wanted,
        business=business,
        buyers=buyers,
        house=rules.houses.noun_of(itself) or buyers.house,
        alone=rules.houses.is_alone(_of_itself(brief)),
        channels=channels,
        publishers=_publishers(channels),
        kpis=tuple(evolve(k, name=_named(k, brief, strategy)) for k in strategy.kpis),
        start=strategy.timeline.start,
        made_on=strategy.created_at.date(),
        quiet=rules.limits.quiet_weekdays(map(fold, brief.constraints)),
        rivals_liked=read.phrases(brief.competitors_liked, 4, 10),
        rivals_disliked=read.phrases(brief.competitors_disliked, 4, 10),
        english=read.english,
        proper=read.proper,
        avoidance=avoidance,
        refused=refused,
        rules=rules,
    )


def _of_itself(brief: NormalizedBriefDTO) -> str:
    """Return all that tells how many people work at the client's."""
    said = (brief.description, *brief.selling_points, *brief.constraints, brief.anything_else)
    return fold(" | ".join(filter(None, (*said, brief.discovery_notes))))


def _unnamed(brief: NormalizedBriefDTO, read: _Reader, brand: str) -> str:
    """Return what is spoken of where no product may be: the trade, or a cause's own work."""
    if is_cause(f"{brief.industry} {brief.description}"):
        parts = re.split(r"\s*[/,–|]\s*", fold(brief.industry))
        field = next((p for p in parts if p and not is_cause(p)), "")
        return read.middle(field, 5) or f"the work of {called(brand, 4)}"
    return read.middle(brief.industry, 8) or brand


def _with_names(text: str, told: Mapping[str, str]) -> str:
    """Return *text* with names in it as they are told, except where one begins it."""
    for raw, name in told.items():
        text = re.sub(rf"(?<=\w ){re.escape(raw)}(?!\w)", name.replace("\\", r"\\"), text)
    return text


def spared(facts: Facts, avoidance: Avoidance) -> Facts:
    """Return the facts for a section with rules of its own: names that break one are described."""

    def said(texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(t for t in texts if not avoidance.concerns(t))

    return evolve(
        facts,
        brand="the brand" if avoidance.concerns(facts.brand) else facts.brand,
        audience="its customers" if avoidance.concerns(facts.audience) else facts.audience,
        products=said(facts.products) or ("its offer",),
        selling_points=said(facts.selling_points),
        pains=said(facts.pains),
        proof=said(facts.proof),
        voice=said(facts.voice),
        adjectives=said(facts.adjectives),
        offers=said(facts.offers),
        events=said(facts.events),
        limits=said(facts.limits),
    )


def _with_article(place: str) -> str:
    return f"the {place}" if _ARTICLE.match(place) else place


def _distinct_heads(products: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(capital(short(p)) for p in products))


def _messages(brief: NormalizedBriefDTO, avoidance: Avoidance) -> tuple[str, ...]:
    """The required messages, word for word; one that quotes an avoided term is left out."""
    found = dict.fromkeys(fold(message) for message in brief.must_include)
    return tuple(m for m in found if m and not avoidance.concerns(m))


def _site(website: str | None, avoidance: Avoidance) -> str:
    address = fold(website or "").partition("://")[2] or fold(website or "")
    host = address.removeprefix("www.").rstrip("/")
    bad = len(host) > 60 or " " in host or "." not in host or avoidance.concerns(host)
    return "" if bad else host


def _business(brief: NormalizedBriefDTO, rules: ProductionRules) -> BusinessType | None:
    """Return whom the client sells to, as the words for who buys tell; None where they do not."""
    at_work = _B2B.search(brief.industry) or matches(rules.funnel.at_work, brief.target_audience)
    return BusinessType.B2B if at_work else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, list | tuple):
        return tuple(v for v in value if isinstance(v, str))
    return (value,) if isinstance(value, str) else ()


def _budget(strategy: StrategyDocDTO) -> str:
    if strategy.budget_total is None:
        return ""
    period = _PERIODS[strategy.budget_period] if strategy.budget_period else ""
    return f"{money(strategy.budget_total)}{period}"


def _named(kpi: KpiDTO, brief: NormalizedBriefDTO, strategy: StrategyDocDTO) -> str:
    """Return a measure's name; German and others give nouns a capital that they keep."""
    foreign = kpi.source != DEFAULT_SOURCE and not is_english(brief.objectives)
    return inline(kpi.name, 8) if foreign else _common(kpi.name, brief, strategy)


def _common(name: str, brief: NormalizedBriefDTO, strategy: StrategyDocDTO) -> str:
    """Return a measure's name for the middle of a sentence: "website visits", "ROAS"."""
    name = inline(name, 8)
    first = name.partition(" ")[0]
    names = " ".join((brief.brand_name, *(c.channel for c in strategy.channels))).split()
    ordinary = first.isascii() and first[:1].isupper() and first[1:].islower()
    proper = first in names and first != "Website"
    return name[:1].lower() + name[1:] if ordinary and not proper else name


def _own_site() -> ChannelPlanDTO:
    """Where a strategy names no channel, there is still the client's own site."""
    return ChannelPlanDTO("Website", Decimal(100), ("Publish one useful page a week",), "", 2)


def _publishers(channels: tuple[ChannelPlanDTO, ...]) -> tuple[ChannelPlanDTO, ...]:
    return tuple(c for c in channels if c.posts_per_week > 0) or channels
