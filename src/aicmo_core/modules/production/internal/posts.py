"""Posts: what a calendar entry can say, bucket by bucket, out of a client's own facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import chain
from types import MappingProxyType

from aicmo_core.kernel.patterns import matches
from aicmo_core.modules.onboarding.api import BusinessType
from aicmo_core.modules.production.internal.asks import BUCKETS
from aicmo_core.modules.production.internal.channels import Family
from aicmo_core.modules.production.internal.facts import Facts
from aicmo_core.modules.production.internal.figures import WEEKDAYS, near_day
from aicmo_core.modules.production.internal.pauses import finish, pauses
from aicmo_core.modules.production.internal.phrasing import Phrasing
from aicmo_core.modules.production.internal.post_phrases import Restraint
from aicmo_core.modules.production.internal.wording import capital, longest_count, short

_Groups = tuple[tuple[str, ...], ...]


def _own_hooks(bucket: str, f: Facts) -> _Groups:
    """Hooks out of what only this client has; each group is one way to use the facts."""
    return tuple(
        tuple(
            own.text.format(fact=fact, opening=capital(fact.rstrip("?")))
            for fact in _told(own.of, f)
        )
        for own in f.rules.posts.own[bucket]
    )


def _told(of: str, f: Facts) -> tuple[str, ...]:
    """Return the facts of a kind; a client with many words for its voice is asked about one."""
    found: str | tuple[str, ...] = getattr(f, of)
    told = (found,) if isinstance(found, str) else found
    return tuple(filter(None, told))[: 1 if of == "voice" else None]


_SHORT_NAME = 3
"""Words of a name above which hooks are short and do without it, so that a table is readable."""


def _restrained(f: Facts, by: Restraint) -> bool:
    """Whether a restraint is one for this client, at some time at least."""
    buyers = "b2b" if f.business is BusinessType.B2B else "other"
    return (
        by.buyers in ("", buyers)
        and (not by.trades or matches(by.trades, f.industry))
        and (not by.limits or any(matches(by.limits, limit) for limit in f.limits))
    )


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
        self._pauses, self._due = pauses(facts), finish(facts)
        self._brand = facts.short_brand
        self._used: set[str] = set()
        restraints = facts.rules.posts.restraints.values()
        self._restraints = [one for one in restraints if _restrained(facts, one)]
        self._pools = {bucket: list(self._pool(bucket, facts)) for bucket in BUCKETS}

    def _suits(self, text: str, day: date) -> bool:
        early = day < self._had_from
        return not any(
            matches(one.words, text) for one in self._restraints if early or not one.unreleased
        )

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

    def quiet(
        self, day: date, following: date | None, holiday: str, *, idle: bool
    ) -> tuple[str, str]:
        """
        Return the two texts of a day on which nothing is published.

        Args:
            following: The next day on which something is; None after the last one.
            holiday: What the day is called, where it is one.
            idle: Whether the client has no time on it, not even for the small tasks.
        """
        middle, posts = self._middle(day.day), self._facts.rules.posts
        free = idle and following is not None
        bank, asks = (posts.idle, posts.idle_asks) if free else (posts.quiet, posts.quiet_asks)
        coming = WEEKDAYS[following.weekday()] if following else "the week after"
        slots = {"next": coming, "holiday": capital(holiday)}
        if holiday:
            bank, asks = posts.holidays, posts.holiday_asks
        hook = self._first("quiet", bank, day, middle, extra=slots)
        ask = self._first("quiet ask", asks, day, middle, days=1, extra=slots)
        return (
            hook or f"Quiet day, {near_day(day)}",
            ask or f"Publish nothing on {near_day(day)}.",
        )

    def wish(self, day: date) -> str:
        """Return what people who are greeted on a holiday are asked for."""
        bank = self._facts.rules.posts.greeting_asks
        return self._first("greeting ask", bank, day, "") or self.claim(f"Enjoy {near_day(day)}.")

    def sayable(self, *kinds: tuple[str, ...]) -> tuple[str, ...]:
        """Return what the client does not avoid of the first of *kinds* that has such names."""
        for names in kinds:
            said = tuple(n for n in names if not self._phrasing.avoidance.concerns(n))
            if said:
                return said
        return kinds[0]

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
            called = facts.naming.plain
            options = tuple(
                called(text.format(**slots)) for text in facts.rules.posts.hooks[bucket]
            )
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
        """
        Return the day *days* later, or the next after it on which something is published.

        A request before the goal is due names no day after it.
        """
        later = day + timedelta(days=days)
        while self._pauses.why(later):
            later += timedelta(days=1)
        return min(later, self._due) if self._due and day <= self._due else later

    def _first(
        self,
        slot: str,
        bank: tuple[str, ...],
        day: date,
        middle: str,
        days: int = 2,
        extra: Mapping[str, str] = MappingProxyType({}),
    ) -> str:
        options = tuple(
            self._facts.naming.plain(
                text.format(
                    brand=self._brand,
                    middle=middle,
                    site=self._facts.site,
                    weekday=WEEKDAYS[self._open_day(day, days).weekday()],
                    today=WEEKDAYS[day.weekday()],
                    **extra,
                )
            )
            for text in bank
            if middle or "{middle}" not in text
        )
        ordered = self._phrasing.order(slot, options)
        return next((o for o in ordered if self._suits(o, day) and self.claim(o)), "")
