"""The rule sets of production: their files in `data`, and what holds in each beyond its shape."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, TypeVar

from aicmo_core.hooks import RuleBook
from aicmo_core.kernel import Problem
from aicmo_core.kernel.reasons import counts_within, known_names, within
from aicmo_core.kernel.rules import Reader, RuleSet, shipped
from aicmo_core.modules.production.internal.asks import BUCKETS
from aicmo_core.modules.production.internal.catalogue import PACKS, line_problems
from aicmo_core.modules.production.internal.channels import Crafts
from aicmo_core.modules.production.internal.figures import CALENDAR_DAYS
from aicmo_core.modules.production.internal.rules import (
    CalendarRules,
    PostPhrases,
    ProductionRules,
)

S = TypeVar("S")

_SLOT = re.compile(r"\{(\w+)\}")


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


def _posts(rules: PostPhrases, _: Reader) -> Iterator[Problem]:
    for bucket in BUCKETS:
        if not rules.hooks.get(bucket):
            yield Problem(f"$.hooks[{bucket!r}]", "expected a hook at least, found none")
    for bucket, hooks in rules.hooks.items():
        yield from known_names(f"$.hooks[{bucket!r}]", "bucket", [bucket], BUCKETS)
        yield from _phrases(f"$.hooks[{bucket!r}]", hooks, ("brand", "head", "middle"))
    days = ("brand", "middle", "today", "weekday")
    yield from _phrases("$.quiet", rules.quiet, days)
    yield from _phrases("$.quiet_asks", rules.quiet_asks, days)


def _phrases(path: str, texts: Sequence[str], slots: Sequence[str]) -> Iterator[Problem]:
    for n, text in enumerate(texts):
        yield from line_problems(f"{path}[{n}]", text)
        unknown = [slot for slot in _SLOT.findall(text) if slot not in slots]
        rest = _SLOT.sub("", text)
        if unknown or "{" in rest or "}" in rest:
            known = ", ".join("{" + slot + "}" for slot in slots)
            yield Problem(f"{path}[{n}]", f"expected no slots but {known}, found {text[:60]!r}")


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


def _declared(name: str, shape: type[S], check: Any) -> RuleSet[S]:
    package = "aicmo_core.modules.production.internal"
    return RuleSet(f"production.{name}", shape, package, f"data/{name}.json", check)


CALENDAR = _declared("calendar", CalendarRules, _calendar)
POSTS = _declared("posts", PostPhrases, _posts)
CHANNELS = _declared("channels", Crafts, _channels)
ALL: tuple[RuleSet[Any], ...] = (PACKS, CALENDAR, POSTS, CHANNELS)


def rules_of(book: RuleBook) -> ProductionRules:
    """Return the rules of production that are in force."""
    return ProductionRules(
        book.read(PACKS), book.read(CALENDAR), book.read(POSTS), book.read(CHANNELS)
    )


@cache
def shipped_rules() -> ProductionRules:
    """Return the rules of production that are shipped."""
    return ProductionRules(
        shipped(PACKS).rules,
        shipped(CALENDAR).rules,
        shipped(POSTS).rules,
        shipped(CHANNELS).rules,
    )
