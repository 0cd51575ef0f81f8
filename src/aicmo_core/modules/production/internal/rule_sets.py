"""The rule sets of production: their files in `data`, and what holds in each beyond its shape."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, TypeVar

from aicmo_core.hooks import RuleBook
from aicmo_core.kernel import Problem
from aicmo_core.kernel.reasons import counts_within, known_names, within
from aicmo_core.kernel.rules import Reader, RuleSet, shipped
from aicmo_core.modules.production.internal.asks import BUCKETS, AskRules, ask_problems
from aicmo_core.modules.production.internal.audiences import AudienceRules, audience_problems
from aicmo_core.modules.production.internal.catalogue import PACKS, line_problems
from aicmo_core.modules.production.internal.channels import Crafts
from aicmo_core.modules.production.internal.figures import CALENDAR_DAYS
from aicmo_core.modules.production.internal.holidays import OccasionRules, occasion_problems
from aicmo_core.modules.production.internal.houses import HouseRules, house_problems
from aicmo_core.modules.production.internal.idea_rules import IdeaRules, idea_problems
from aicmo_core.modules.production.internal.limits import LimitRules, limit_problems
from aicmo_core.modules.production.internal.phrasebook import Phrasebook, phrasebook_problems
from aicmo_core.modules.production.internal.post_phrases import PostPhrases, post_problems
from aicmo_core.modules.production.internal.pursuits import FunnelRules, funnel_problems
from aicmo_core.modules.production.internal.rules import (
    CalendarRules,
    ProductionRules,
)
from aicmo_core.modules.production.internal.sentences import SENTENCES
from aicmo_core.modules.production.internal.tag_rules import TagRules, tag_problems

S = TypeVar("S")


def _calendar(rules: CalendarRules, _: Reader) -> Iterator[Problem]:
    words = (200, 5000)
    bounds = {
        "most_entries": (CALENDAR_DAYS + 2, 120),
        "most_words": words,
        "most_words_by_phase": words,
        "posts_per_week": (1, 21),
    }
    yield from counts_within(rules, bounds)
    if not rules.mix.buckets:
        yield Problem("$.mix.buckets", "expected a bucket at least, found none")
    yield from known_names("$.mix.buckets", "bucket", rules.mix.buckets, BUCKETS)


def _channels(rules: Crafts, _: Reader) -> Iterator[Problem]:
    for name, craft in [*rules.channels.items(), (None, rules.other)]:
        path = "$.other" if name is None else f"$.channels[{name!r}]"
        if name is not None and (not name.strip() or name != name.lower()):
            yield Problem(path, "expected a name in lower case")
        for field in ("posts", "light"):
            formats = getattr(craft, field)
            if not formats:
                yield Problem(f"{path}.{field}", "expected a format at least, found none")
            for n, text in enumerate(formats):
                yield from line_problems(f"{path}.{field}[{n}]", text)
        yield from within(f"{path}.tags", craft.tags, 0, 30)


def _audiences(rules: AudienceRules, read: Reader) -> Iterator[Problem]:
    yield from audience_problems(rules, read(FUNNEL).pursuits, shipped(FUNNEL).rules.pursuits)


def _alone(problems: Callable[[S], Iterator[Problem]]) -> Callable[[S, Reader], Iterator[Problem]]:
    """Return a check that needs no other set."""
    return lambda rules, _: problems(rules)


def _declared(name: str, shape: type[S], check: Any) -> RuleSet[S]:
    package = "aicmo_core.modules.production.internal"
    return RuleSet(f"production.{name}", shape, package, f"data/{name}.json", check)


CALENDAR = _declared("calendar", CalendarRules, _calendar)
POSTS = _declared("posts", PostPhrases, _alone(post_problems))
CHANNELS = _declared("channels", Crafts, _channels)
ASKS = _declared("asks", AskRules, _alone(ask_problems))
PHRASES = _declared("sections", Phrasebook, _alone(phrasebook_problems))
IDEAS = _declared("ideas", IdeaRules, _alone(idea_problems))
FUNNEL = _declared("funnel", FunnelRules, _alone(funnel_problems))
AUDIENCES = _declared("audiences", AudienceRules, _audiences)
HOUSES = _declared("houses", HouseRules, _alone(house_problems))
HASHTAGS = _declared("hashtags", TagRules, _alone(tag_problems))
OCCASIONS = _declared("occasions", OccasionRules, _alone(occasion_problems))
LIMITS = _declared("limits", LimitRules, _alone(limit_problems))
_SETS: dict[str, RuleSet[Any]] = {
    "catalogue": PACKS,
    "calendar": CALENDAR,
    "posts": POSTS,
    "crafts": CHANNELS,
    "asks": ASKS,
    "phrases": PHRASES,
    "ideas": IDEAS,
    "funnel": FUNNEL,
    "audiences": AUDIENCES,
    "houses": HOUSES,
    "hashtags": HASHTAGS,
    "occasions": OCCASIONS,
    "limits": LIMITS,
    "sentences": SENTENCES,
}
"""By the field of `ProductionRules` that holds it."""
ALL: tuple[RuleSet[Any], ...] = tuple(_SETS.values())


def rules_of(book: RuleBook) -> ProductionRules:
    """Return the rules of production that are in force."""
    return ProductionRules(**{name: book.read(one) for name, one in _SETS.items()})


@cache
def shipped_rules() -> ProductionRules:
    """Return the rules of production that are shipped."""
    return ProductionRules(**{name: shipped(one).rules for name, one in _SETS.items()})
