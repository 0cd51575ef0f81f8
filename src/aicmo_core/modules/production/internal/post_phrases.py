"""What posts say, and what is not said to whom, as data has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import frozen

from aicmo_core.kernel import Problem
from aicmo_core.kernel.patterns import pattern_problems
from aicmo_core.kernel.reasons import known_name, known_names
from aicmo_core.modules.production.internal.asks import BUCKETS
from aicmo_core.modules.production.internal.catalogue import line_problems
from aicmo_core.modules.production.internal.templates import (
    key_problems,
    list_problems,
    phrase_problems,
)

FACTS = ("pains", "pricing", "proof", "selling_points", "tagline", "towns", "voice")
"""What a client says of itself, out of which hooks are made."""
BUYERS = ("", "b2b", "other")

_HOOK_SLOTS = ("brand", "head", "middle")
_DAY_SLOTS = ("brand", "middle", "today", "weekday")
_OWN_DAYS: Mapping[str, tuple[str, ...]] = {
    "today": ("brand", "event"),
    "last": ("brand", "event"),
    "open": ("brand", "event"),
    "announced": ("brand", "event"),
    "later": ("brand", "event"),
    "offer": ("brand", "offer"),
    "running": ("brand", "offer"),
    "closing": ("brand", "offer"),
    "message": ("brand", "message"),
}


@frozen
class OwnHook:
    """
    A hook out of what only this client has, one for each such fact.

    Attributes:
        of: Which facts: `pains`, `pricing`, `proof`, `selling_points`, `tagline`, `towns` or
            `voice`.
        text: `{fact}` is one of them as it is; `{opening}` has a capital and no question mark.
    """

    of: str
    text: str


@frozen
class Restraint:
    """
    What is not said to some clients' readers. Of what it names, all has to be so.

    Attributes:
        words: A pattern of what is not said.
        because: Why not.
        trades: A pattern of the client's trade.
        limits: A pattern of what the client rules out.
        buyers: `b2b` for people at work, `other` for all others.
        unreleased: Whether nobody can have the product yet.
    """

    words: str
    because: str
    trades: str = ""
    limits: str = ""
    buyers: str = ""
    unreleased: bool = False


@frozen
class PostPhrases:
    """
    What posts say.

    Attributes:
        hooks: Where the client's own facts say nothing, by bucket; `{brand}`, `{head}` (a
            product, as it begins a sentence) and `{middle}` (the same, within one) stand for the
            client's own words.
        quiet: Entries of days on which nothing is published.
        quiet_asks: What is to be done on such a day; `{weekday}` and `{today}` are days.
        idle: Entries of days for which the client has no time; `{next}` is the day of the next
            post.
        idle_asks: What is left for such a day.
        holidays: Entries of a `{holiday}` on which nothing is published.
        holiday_asks: What is left for such a day.
        greeting_asks: What people who are greeted on a holiday are asked for.
        own: Hooks out of the client's own facts, by bucket.
        days: Hooks of what has a day of its own: `today`, `announced`, `later` say an `{event}`,
            `open` and `last` one that ends then, `offer`, `running`, `closing` an `{offer}`, and
            `message` a long `{message}`.
        restraints: What is not said to whom, by name.
    """

    hooks: dict[str, tuple[str, ...]]
    quiet: tuple[str, ...]
    quiet_asks: tuple[str, ...]
    idle: tuple[str, ...]
    idle_asks: tuple[str, ...]
    holidays: tuple[str, ...]
    holiday_asks: tuple[str, ...]
    greeting_asks: tuple[str, ...]
    own: dict[str, tuple[OwnHook, ...]]
    days: dict[str, str]
    restraints: dict[str, Restraint]


def post_problems(rules: PostPhrases) -> Iterator[Problem]:
    """Yield buckets without hooks, and phrases that cannot be said."""
    for bucket in BUCKETS:
        if not rules.hooks.get(bucket):
            yield Problem(f"$.hooks[{bucket!r}]", "expected a hook at least, found none")
    for bucket, hooks in rules.hooks.items():
        yield from known_names(f"$.hooks[{bucket!r}]", "bucket", [bucket], BUCKETS)
        for n, hook in enumerate(hooks):
            yield from phrase_problems(f"$.hooks[{bucket!r}][{n}]", hook, _HOOK_SLOTS)
    yield from list_problems("$.quiet", rules.quiet, _DAY_SLOTS, least=0)
    yield from list_problems("$.quiet_asks", rules.quiet_asks, _DAY_SLOTS, least=0)
    idle, holiday = (*_DAY_SLOTS, "next"), (*_DAY_SLOTS, "next", "holiday")
    yield from list_problems("$.idle", rules.idle, idle, least=0)
    yield from list_problems("$.idle_asks", rules.idle_asks, idle, least=0)
    yield from list_problems("$.holidays", rules.holidays, holiday, least=0)
    yield from list_problems("$.holiday_asks", rules.holiday_asks, holiday, least=0)
    yield from list_problems("$.greeting_asks", rules.greeting_asks, _DAY_SLOTS, least=0)
    yield from key_problems("$.own", "bucket", rules.own, BUCKETS)
    for bucket, own in rules.own.items():
        for n, one in enumerate(own):
            path = f"$.own[{bucket!r}][{n}]"
            yield from known_name(f"{path}.of", "fact", one.of, FACTS)
            yield from phrase_problems(f"{path}.text", one.text, ("fact", "opening"))
    yield from key_problems("$.days", "kind of day", rules.days, _OWN_DAYS)
    for kind, text in rules.days.items():
        yield from phrase_problems(f"$.days[{kind!r}]", text, _OWN_DAYS.get(kind, ()))
    for name, restraint in rules.restraints.items():
        yield from _restraint_problems(f"$.restraints[{name!r}]", restraint)


def _restraint_problems(path: str, restraint: Restraint) -> Iterator[Problem]:
    yield from pattern_problems(f"{path}.words", restraint.words)
    yield from line_problems(f"{path}.because", restraint.because)
    for name in ("trades", "limits"):
        if getattr(restraint, name):
            yield from pattern_problems(f"{path}.{name}", getattr(restraint, name))
    yield from known_name(f"{path}.buyers", "kind of buyers", restraint.buyers, BUYERS)
