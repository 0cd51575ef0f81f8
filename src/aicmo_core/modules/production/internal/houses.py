"""Houses: what a client is called beside its name, and how many work there, as data has it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from attrs import frozen

from aicmo_core.kernel import Problem
from aicmo_core.kernel.patterns import matches, pattern_problems
from aicmo_core.kernel.reasons import within
from aicmo_core.kernel.rules import Count
from aicmo_core.modules.production.internal.catalogue import line_problems
from aicmo_core.modules.production.internal.templates import list_problems, phrase_problems

_MOST = 20
_HEAD = re.compile(r"(?:we are |i run |i am |it is |this is )?(?:an?|the) ", re.IGNORECASE)
_JOINT = re.compile(
    r"[,;:.()/|–—&]| (?:for|with|that|who|which|in|on|at|by|of|near|from|and|where|whose|to) "
)


@frozen
class Noun:
    """
    A word for a client.

    Attributes:
        words: A pattern of what the client calls itself, in a last word or its last words.
    """

    words: str
    because: str


@frozen
class Alone:
    """
    How a client is told of that is one person.

    Attributes:
        words: A pattern by which it says so.
        unless: A pattern by which it says that others work there, or sells to such people.
        owner: What that person is called.
        said: In place of words about several people, those about one; `{brand}` is its name.
        habits: How one person finds the time.
    """

    words: str
    because: str
    unless: str
    owner: str
    said: dict[str, str]
    habits: tuple[str, ...]


@frozen
class HouseRules:
    """
    What a client is called where its name would stand too often.

    Attributes:
        nouns: Words for it, by the word; the first that it calls itself is taken.
        every: Of so many mentions, one is its name.
        after: A pattern of words behind which only the name itself makes sense.
        alone: How one person is told of.
    """

    nouns: dict[str, Noun]
    every: Count
    after: str
    alone: Alone

    def noun_of(self, told: Sequence[str]) -> str:
        """
        Return what a client calls itself: "the inn"; empty where it calls itself nothing.

        Args:
            told: Its name, its trade and its description; each counts by what its head says.
        """
        for text in told:
            head = _head(text)
            for noun, one in self.nouns.items():
                own = rf"\bmy (?:own |small |little |home )?(?:{one.words})(?!\w)"
                if matches(rf"(?<!\w)(?:{one.words})\W*$", head) or matches(own, text):
                    return f"the {noun}"
        return ""

    def is_alone(self, told: str) -> bool:
        """Return whether a client is one person, by all that it says of itself."""
        return matches(self.alone.words, told) and not matches(self.alone.unless, told)


def _head(text: str) -> str:
    """Return what a text may name a house by: "seven-room inn" of "A seven-room inn by ..."."""
    parts = _JOINT.split(_HEAD.sub("", text.strip(), count=1))
    return next((part.strip() for part in parts if part and part.strip()), "")


def house_problems(rules: HouseRules) -> Iterator[Problem]:
    """Yield what keeps a client from being told of in other words than its name."""
    for name, noun in rules.nouns.items():
        yield from phrase_problems(f"$.nouns[{name!r}]", name, ())
        yield from pattern_problems(f"$.nouns[{name!r}].words", noun.words)
        yield from line_problems(f"$.nouns[{name!r}].because", noun.because)
    yield from within("$.every.value", rules.every.value, 1, _MOST)
    yield from pattern_problems("$.after", rules.after)
    yield from pattern_problems("$.alone.words", rules.alone.words)
    yield from pattern_problems("$.alone.unless", rules.alone.unless)
    yield from phrase_problems("$.alone.owner", rules.alone.owner, ())
    for several, one in rules.alone.said.items():
        yield from phrase_problems("$.alone.said", several, ("brand",))
        yield from phrase_problems(f"$.alone.said[{several!r}]", one, ("brand",))
    yield from list_problems("$.alone.habits", rules.alone.habits, (), least=2)
