"""Asks: what a calendar entry requests of its reader, so that it answers to its own hook."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from aicmo_core.kernel import Problem
from aicmo_core.kernel.patterns import matches, pattern_problems
from aicmo_core.kernel.reasons import known_names
from aicmo_core.modules.production.internal.catalogue import line_problems
from aicmo_core.modules.production.internal.channels import Family
from aicmo_core.modules.production.internal.templates import (
    key_problems,
    list_problems,
    phrase_problems,
)

EDUCATION, PROOF, PROMO, COMMUNITY = "Education", "Proof", "Promo", "Community"
BUCKETS = (EDUCATION, PROOF, PROMO, COMMUNITY)

_SLOTS = ("brand", "middle", "today", "weekday")
_OTHERS = tuple(family.value for family in Family if family is not Family.SOCIAL)


@frozen
class OwnAsks:
    """
    A kind of hook to which nothing else is an answer.

    Attributes:
        words: A pattern that its hooks match.
        because: Why it has requests of its own.
        social: Its requests on social networks.
        other: Those on other channels.
    """

    words: str
    because: str
    social: tuple[str, ...]
    other: tuple[str, ...]


@frozen
class SocialAsk:
    """
    Attributes:
        to: A pattern of the hooks to which it answers; empty for all.
    """

    text: str
    to: str = ""


@frozen
class OtherAsk:
    """
    Attributes:
        buckets: Those to whose hooks it answers.
    """

    text: str
    buckets: tuple[str, ...]


@frozen
class AskRules:
    """
    What calendar entries ask of their readers.

    In each text, `{brand}` and `{middle}` (a product) stand for the client's own words,
    `{weekday}` and `{today}` for days.

    Attributes:
        own: Kinds of hook with requests of their own; the first that fits first.
        social: Requests on social networks, by bucket.
        other: Requests on channels of the other kinds: `mail`, `web` and `broadcast`.
        site: Requests that send people to the client's own address, `{site}`.
    """

    own: dict[str, OwnAsks]
    social: dict[str, tuple[SocialAsk, ...]]
    other: dict[str, tuple[OtherAsk, ...]]
    site: tuple[str, ...]

    def to(self, bucket: str, family: Family, hook: str, site: str) -> tuple[str, ...]:
        """
        Return the requests, with slots, that answer to a hook on a kind of channel.

        Args:
            site: The client's own address; without one, nobody is sent there.
        """
        social = family is Family.SOCIAL
        for kind in self.own.values():
            if matches(kind.words, hook):
                return kind.social if social else kind.other
        if social:
            bank = tuple(a.text for a in self.social[bucket] if not a.to or matches(a.to, hook))
        else:
            bank = tuple(a.text for a in self.other[family.value] if bucket in a.buckets)
        visits = bucket == PROMO or (not social and bucket != COMMUNITY)
        return bank + self.site if site and visits else bank


def ask_problems(rules: AskRules) -> Iterator[Problem]:
    """Yield what keeps requests from being asked: of every hook on every kind of channel."""
    for name, kind in rules.own.items():
        path = f"$.own[{name!r}]"
        yield from pattern_problems(f"{path}.words", kind.words)
        yield from line_problems(f"{path}.because", kind.because)
        yield from list_problems(f"{path}.social", kind.social, _SLOTS)
        yield from list_problems(f"{path}.other", kind.other, _SLOTS)
    yield from _social_problems(rules)
    yield from _other_problems(rules)
    yield from list_problems("$.site", rules.site, (*_SLOTS, "site"))


def _social_problems(rules: AskRules) -> Iterator[Problem]:
    yield from key_problems("$.social", "bucket", rules.social, BUCKETS)
    for bucket, found in rules.social.items():
        path = f"$.social[{bucket!r}]"
        if not any(not ask.to for ask in found):
            yield Problem(path, "expected a request that answers to any hook, found none")
        for n, ask in enumerate(found):
            yield from phrase_problems(f"{path}[{n}].text", ask.text, _SLOTS)
            if ask.to:
                yield from pattern_problems(f"{path}[{n}].to", ask.to)


def _other_problems(rules: AskRules) -> Iterator[Problem]:
    yield from key_problems("$.other", "kind of channel", rules.other, _OTHERS)
    for family, found in rules.other.items():
        path = f"$.other[{family!r}]"
        for bucket in BUCKETS:
            if not any(bucket in ask.buckets for ask in found):
                yield Problem(path, f"expected a request for {bucket} at least, found none")
        for n, ask in enumerate(found):
            yield from phrase_problems(f"{path}[{n}].text", ask.text, _SLOTS)
            yield from known_names(f"{path}[{n}].buckets", "bucket", ask.buckets, BUCKETS)
