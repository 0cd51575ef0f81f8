"""Posts: what a calendar entry can say, bucket by bucket, out of a client's own facts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import chain

from aicmo_core.modules.onboarding.api import BusinessType
from aicmo_core.modules.production.internal.asks import BUCKETS
from aicmo_core.modules.production.internal.channels import Family
from aicmo_core.modules.production.internal.facts import Facts
from aicmo_core.modules.production.internal.figures import WEEKDAYS, near_day
from aicmo_core.modules.production.internal.phrasing import Phrasing
from aicmo_core.modules.production.internal.wording import capital, longest_count, short

_Groups = tuple[tuple[str, ...], ...]


def _own_hooks(bucket: str, f: Facts) -> _Groups:
    """Hooks out of what only this client has; each group is one way to use the facts."""
    match bucket:
        case "Education":
            return (
                tuple(f"{capital(p.rstrip('?'))}? Start here" for p in f.pains),
                tuple(f"Why it matters: {p}" for p in f.selling_points),
                tuple(f"A small answer to “{p}”" for p in f.pains),
            )
        case "Proof":
            return (
                tuple(capital(p) for p in f.proof),
                tuple(f"See for yourself: {p}" for p in f.selling_points),
                tuple(f"The story behind “{p}”" for p in f.proof),
            )
        case "Promo":
            priced = (f"What it costs: {f.pricing}",) if f.pricing else ()
            return (
                (f.tagline,) if f.tagline else (),
                priced,
            )
        case _:
            return (
                tuple(f"{p}, this one is for you" for p in f.towns),
                tuple(f"What does “{v}” mean to you?" for v in f.voice[:1]),
            )


_SHORT_NAME = 3
"""Words of a name above which hooks are short and do without it, so that a table is readable."""
_PRIVATE = re.compile(
    "friend|memory|photo with|was there|with a picture|bring to|favourite|moment", re.IGNORECASE
)
"""Words of private life, which buyers at work are spared."""
_GRAVE = re.compile(
    r"hospital|clinic|medical|hospice|\bcare\b|funeral|\blegal\b|\blaw\b|solicitor|attorney|debt|charit"
    r"|non-?profit|\bNGO\b|therap|oncolog|dent(?:al|ist)|doctor|surg",
    re.IGNORECASE,
)
"""Trades in which nobody is urged or amused."""
_LIGHT = re.compile(
    r"not yet\?|good moment|this or that|\bvote\b|\bpoll\b|make this the week|looking to choosing"
    r"|still thinking|choose yours|one word: ready|reserve a|memory|photo with|your way|cast your"
    r"|tag a friend|pick (?:a side|your)",
    re.IGNORECASE,
)
"""What urges or amuses."""
_UNQUOTED = re.compile(r"\b(?:no|never|without)\b[^.;]*\b(?:quot|testimonial)", re.IGNORECASE)
"""A limit by which nobody is quoted."""
_QUOTING = re.compile(r"own words|rate your own|share your own", re.IGNORECASE)
_TRADE = re.compile(r"\bto the trade\b")
"""Words that only buyers at work have a use for."""
_USED = re.compile(
    r"customer’s own words|then and now|memory|photo with|your way|was there|thank-you"
    r"|hears most|experience with|your own moment|post yours|review of|step by step|Up close",
    re.IGNORECASE,
)
"""Words that only somebody who has had the product can follow, or of whom they tell."""


class Wordsmith:
    """
    Gives each entry words that no other entry has, in an order that is this client's own.

    Args:
        had_from: Before this day nobody can have the product, nor tell of it.
    """

    def __init__(self, facts: Facts, phrasing: Phrasing, had_from: date) -> None:
        self._facts = facts
        self._phrasing = phrasing
        self._had_from = had_from
        self._brand = facts.short_brand
        self._used: set[str] = set()
        self._pools = {bucket: list(self._pool(bucket, facts)) for bucket in BUCKETS}

    def _suits(self, text: str, day: date) -> bool:
        at_work = self._facts.business is BusinessType.B2B
        if _GRAVE.search(self._facts.industry) and _LIGHT.search(text):
            return False
        if _QUOTING.search(text) and any(map(_UNQUOTED.search, self._facts.limits)):
            return False
        if day < self._had_from and _USED.search(text):
            return False
        return not (_PRIVATE if at_work else _TRADE).search(text)

    def claim(self, text: str) -> str:
        """Take *text* word for word, so that no other entry says it; empty if one does."""
        key = text.casefold()
        if not text or key in self._used or self._phrasing.avoidance.concerns(text):
            return ""
        self._used.add(key)
        return text

    def hook(self, bucket: str, day: date) -> str:
        """Return the next unused hook of *bucket*."""
        pool = self._pools[bucket]
        suited = [c for c in pool if self._suits(c, day)]
        if self._had_from > self._facts.start:  # a launch speaks of what is launched
            suited.sort(key=self._names_another)
        elif longest_count(self._brand) > _SHORT_NAME:
            suited.sort(key=longest_count)
        for candidate in suited:
            pool.remove(candidate)
            if self.claim(candidate):
                return candidate
        return self.claim(f"{self._brand}, {near_day(day)}") or f"{near_day(day)}: {bucket}"

    def _names_another(self, text: str) -> bool:
        """Whether a hook names a product, and not the first one."""
        heads = (head.casefold() for head in self._facts.product_heads[1:])
        return any(head in text.casefold() for head in heads)

    def quiet(self, day: date) -> tuple[str, str]:
        """Return the two texts of a day on which nothing is published."""
        middle, posts = self._middle(day.day), self._facts.rules.posts
        hook = self._first("quiet", posts.quiet, day, middle) or f"Quiet day, {near_day(day)}"
        ask = self._first("quiet ask", posts.quiet_asks, day, middle, days=1)
        return hook, ask or f"Publish nothing on {near_day(day)}."

    def sayable(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return those of *names* that the client does not avoid, or all where it avoids all."""
        return tuple(n for n in names if not self._phrasing.avoidance.concerns(n)) or names

    def ask(self, bucket: str, family: Family, day: date, hook: str) -> str:
        """Return an unused request that answers to *hook* and can be followed on the channel."""
        bank = self._facts.rules.asks.to(bucket, family, hook, self._facts.site)
        slot = f"ask {bucket} {day.isoformat()}"
        if longest_count(self._brand) > _SHORT_NAME:
            bank = tuple(t for t in bank if "{brand}" not in t) or bank
        found = self._first(slot, bank, day, self._told(hook))
        return found or self.claim(f"Answer by {near_day(day)}.") or f"Reply on {near_day(day)}."

    def _told(self, hook: str) -> str:
        """Return the product that a hook names, as a sentence does; else nothing."""
        heads = (short(product) for product in self._facts.products)
        return next((head for head in heads if head.casefold() in hook.casefold()), "")

    def _pool(self, bucket: str, facts: Facts) -> Iterator[str]:
        groups = _own_hooks(bucket, facts)
        own = list(chain.from_iterable(self._spread(groups)))
        general: list[str] = []
        for number, head in enumerate(facts.product_heads):
            slots = {"brand": self._brand, "head": head, "middle": self._middle(number)}
            options = tuple(text.format(**slots) for text in facts.rules.posts.hooks[bucket])
            general += self._phrasing.order(f"{bucket} {number}", options)
        general = list(dict.fromkeys(general))
        while own or general:  # every second hook is one that only this client can have
            if own:
                yield own.pop(0)
            if general:
                yield general.pop(0)

    @staticmethod
    def _spread(groups: _Groups) -> list[tuple[str, ...]]:
        """Take one of each group in turn, so that a fact's two uses lie apart."""
        longest = max(map(len, groups), default=0)
        return [tuple(group[i] for group in groups if i < len(group)) for i in range(longest)]

    def _middle(self, number: int) -> str:
        products = self._facts.products
        return short(products[number % len(products)])

    def _open_day(self, day: date, days: int) -> date:
        """Return the day *days* later, or the next after it on which something is published."""
        later = day + timedelta(days=days)
        while later.weekday() in self._facts.quiet:
            later += timedelta(days=1)
        return later

    def _first(
        self, slot: str, bank: tuple[str, ...], day: date, middle: str, days: int = 2
    ) -> str:
        options = tuple(
            text.format(
                brand=self._brand,
                middle=middle,
                site=self._facts.site,
                weekday=WEEKDAYS[self._open_day(day, days).weekday()],
                today=WEEKDAYS[day.weekday()],
            )
            for text in bank
            if middle or "{middle}" not in text
        )
        ordered = self._phrasing.order(slot, options)
        return next((o for o in ordered if self._suits(o, day) and self.claim(o)), "")
