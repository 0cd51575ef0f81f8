"""Limits: the words by which clients rule something out, as data has them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import frozen

from aicmo_core.kernel import Problem
from aicmo_core.kernel.patterns import matches, pattern_problems
from aicmo_core.modules.production.internal.templates import key_problems, list_problems

WAYS = ("paid", "creators", "price_cuts", "mail", "sms", "whatsapp")
"""Ways of working that a report leaves out where a client refuses them."""

_WEEK = 7


@frozen
class LimitRules:
    """
    By which words clients rule something out.

    Attributes:
        refusing: A pattern of refusals, in the languages that clients write in.
        ways: Patterns of what is refused: `paid`, `creators`, `price_cuts`, `mail`, `sms` and
            `whatsapp`.
        publishing: A pattern of words for publishing, by which a weekday becomes a quiet one.
        weekdays: Names of the weekdays in lower case, Monday first, in each language.
        weekend: A pattern of words for Saturday and Sunday.
        unpaid: A pattern of limits that rule out bought reach as a whole, and not some of it ("no
            ads to children").
        capacity: A pattern of limits that say how little time there is ("two posts a week").
    """

    refusing: str
    ways: dict[str, str]
    publishing: str
    weekdays: tuple[tuple[str, ...], ...]
    weekend: str
    unpaid: str
    capacity: str

    def rules_out(self, way: str, limits: Iterable[str], avoided: Iterable[str]) -> bool:
        """
        Return whether a way of working is ruled out.

        Args:
            way: One of `WAYS`.
            limits: What the client says that nobody may do; one counts that refuses.
            avoided: What it wants left out, by name.
        """
        words = self.ways[way]
        stated = any(matches(self.refusing, one) and matches(words, one) for one in limits)
        return stated or any(matches(words, one) for one in avoided)

    def quiet_weekdays(self, limits: Iterable[str]) -> frozenset[int]:
        """Return the weekdays (Monday is 0) on which the limits forbid to publish."""
        quiet: set[int] = set()
        for limit in limits:
            if matches(self.refusing, limit) and matches(self.publishing, limit):
                found = limit.lower()
                quiet |= {
                    n for n, names in enumerate(self.weekdays) if any(map(found.count, names))
                }
                if matches(self.weekend, found):
                    quiet |= {5, 6}
        return frozenset(quiet) if len(quiet) < _WEEK - 1 else frozenset()


def limit_problems(rules: LimitRules) -> Iterator[Problem]:
    """Yield patterns that are none, and weekdays that have no name."""
    yield from key_problems("$.ways", "way of working", rules.ways, WAYS)
    for way, words in rules.ways.items():
        yield from pattern_problems(f"$.ways[{way!r}]", words)
    for name in ("refusing", "publishing", "weekend", "unpaid", "capacity"):
        yield from pattern_problems(f"$.{name}", getattr(rules, name))
    if len(rules.weekdays) != _WEEK:
        yield Problem("$.weekdays", f"expected seven weekdays, found {len(rules.weekdays)}")
    for n, names in enumerate(rules.weekdays):
        yield from list_problems(f"$.weekdays[{n}]", names)
        if any(name != name.lower() for name in names):
            yield Problem(f"$.weekdays[{n}]", "expected names in lower case")
