"""Audiences: who buys from a client, and how such people decide, as data has it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

import attrs
from attrs import frozen

from aicmo_core.kernel import Problem
from aicmo_core.kernel.patterns import matches, pattern_problems
from aicmo_core.kernel.reasons import known_name
from aicmo_core.modules.production.internal.catalogue import line_problems
from aicmo_core.modules.production.internal.phrasebook import Labelled
from aicmo_core.modules.production.internal.templates import list_problems, phrase_problems

HOME, WORK = "home", "work"
"""The kinds of buyers of whom nothing is known but whether they buy at work."""

ANY_PURSUIT = "*"
"""Stands for what any goal tells."""

_BUYERS = ("", "b2b", "any")
_WORDLESS = ("words", "buyers", "instead", "motives")
_MOTIVES = 4


@frozen
class Buyers:
    """
    The people of one kind of market: what moves and stops them, and how they decide.

    Attributes:
        words: A pattern of what is sold to them, in trade, products and description.
        because: Why they decide as they do.
        people: What they are called, several of them: "guests".
        person: What one of them is called.
        first: What the first persona is called.
        second: What the second one is called.
        motives: What they hope for, in four kinds, the strongest first.
        pains: What makes it hard for them.
        doubts: Questions that stop them.
        decides: How they choose.
        day: What the first one's day is like.
        believes: What convinces them.
        starts: What makes them begin to look.
        tips: What settles the matter.
        words_for_it: How they search.
        second_wants: What the second one wants.
        second_doubts: The second one's question.
        second_needs: What the second one needs.
        role: What part the second one has in the decision.
        rhythm: How often they come back, and which pause is a sign.
        lookers: Who reacts to the client's pieces without being meant.
        house: What a client with such buyers is called that calls itself nothing: "the studio".
        instead: By a pursuit that a goal's words tell, the one that is pursued of these
            people; `*` stands for any other.
        buyers: `b2b` for those who buy at work, `any` where that makes no difference.
    """

    words: str
    because: str
    people: str
    person: str
    first: str
    second: str
    motives: tuple[Labelled, ...]
    pains: tuple[str, ...]
    doubts: tuple[str, ...]
    decides: tuple[str, ...]
    day: str
    believes: tuple[str, ...]
    starts: tuple[str, ...]
    tips: tuple[str, ...]
    words_for_it: str
    second_wants: str
    second_doubts: str
    second_needs: str
    role: str
    rhythm: tuple[str, ...]
    lookers: str
    house: str
    instead: dict[str, str]
    buyers: str = ""

    def pursues(self, name: str) -> str:
        """Return the name of what is pursued of these people, where a goal tells *name*."""
        return self.instead.get(name, self.instead.get(ANY_PURSUIT, name))


@frozen
class Life:
    """
    A situation in life that a client names with its audience.

    Attributes:
        words: A pattern by which an audience tells it.
        because: Why it matters.
        wants: What people in it want of whatever they buy.
        day: What their day is like.
    """

    words: str
    because: str
    wants: str
    day: str


@frozen
class Level:
    """
    A level of prices, and what it does to those who pay.

    Attributes:
        words: A pattern by which a client tells it; empty for the one of all others.
    """

    words: str
    because: str
    texts: tuple[str, ...]


@frozen
class AudienceRules:
    """
    Whom a report speaks of, by what the client says of itself and of them.

    Attributes:
        kinds: Kinds of buyers; `home` and `work` are those of whom no word tells more.
        lives: Situations in life.
        levels: Levels of prices; the first whose words are told is taken.
    """

    kinds: dict[str, Buyers]
    lives: dict[str, Life]
    levels: dict[str, Level]

    def of(self, told: Sequence[str], *, at_work: bool) -> Buyers:
        """
        Return the buyers of a client.

        Args:
            told: What it says of what it sells, its trade first, which counts twice; of kinds
                that fit as well as one another, the first is taken.
            at_work: Whether it sells to companies.
        """
        fitting = ("b2b", "any") if at_work else ("", "any")
        best, most = self.kinds[WORK if at_work else HOME], 0
        for kind in self.kinds.values():
            if not kind.words or kind.buyers not in fitting:
                continue
            fits = [matches(kind.words, text) for text in told]
            points = sum(fits) + sum(fits[:1])
            if points > most:
                best, most = kind, points
        return best

    def life_of(self, audience: str) -> Life | None:
        """Return the first situation in life that *audience* tells."""
        return next((life for life in self.lives.values() if matches(life.words, audience)), None)

    def level_of(self, told: Iterable[str]) -> Level:
        """Return the level of prices that a client tells of."""
        text = " ".join(told)
        rated = (one for one in self.levels.values() if one.words and matches(one.words, text))
        return next(rated, next(one for one in self.levels.values() if not one.words))


def audience_problems(
    rules: AudienceRules, pursuits: Collection[str], shipped: Collection[str]
) -> Iterator[Problem]:
    """
    Yield what keeps people from being told of.

    Args:
        pursuits: The names of what clients pursue.
        shipped: Those that are shipped: one that is taken out of the house is told by no goal.
    """
    told = {*pursuits, *shipped, ANY_PURSUIT}
    for name, kind in rules.kinds.items():
        path = f"$.kinds[{name!r}]"
        yield from _kind_problems(path, name, kind)
        for goal, instead in kind.instead.items():
            yield from known_name(f"{path}.instead", "pursuit", goal, told)
            yield from known_name(f"{path}.instead[{goal!r}]", "pursuit", instead, told)
    for name in (HOME, WORK):
        if name not in rules.kinds:
            yield Problem(f"$.kinds[{name!r}]", "missing: clients of no other kind have it")
    for name, life in rules.lives.items():
        yield from pattern_problems(f"$.lives[{name!r}].words", life.words)
        for one in ("because", "wants", "day"):
            yield from phrase_problems(f"$.lives[{name!r}].{one}", getattr(life, one), ())
    for name, level in rules.levels.items():
        if level.words:
            yield from pattern_problems(f"$.levels[{name!r}].words", level.words)
        yield from line_problems(f"$.levels[{name!r}].because", level.because)
        yield from list_problems(f"$.levels[{name!r}].texts", level.texts)
    if all(level.words for level in rules.levels.values()):
        yield Problem("$.levels", "expected a level without words, for clients of no other")


def _kind_problems(path: str, name: str, kind: Buyers) -> Iterator[Problem]:
    if name in (HOME, WORK):
        if kind.words:
            yield Problem(f"{path}.words", "expected none: it is for clients of no other kind")
    else:
        yield from pattern_problems(f"{path}.words", kind.words)
    yield from known_name(f"{path}.buyers", "kind of buyers", kind.buyers, _BUYERS)
    for n, motive in enumerate(kind.motives):
        yield from phrase_problems(f"{path}.motives[{n}].label", motive.label, ())
        yield from phrase_problems(f"{path}.motives[{n}].text", motive.text, ())
    if len(kind.motives) < _MOTIVES:
        found = f"expected {_MOTIVES} at least, found {len(kind.motives)}"
        yield Problem(f"{path}.motives", found)
    for one in attrs.fields(Buyers):
        value = getattr(kind, one.name)
        if one.name in _WORDLESS:
            continue
        if isinstance(value, str):
            yield from phrase_problems(f"{path}.{one.name}", value, ())
        else:
            yield from list_problems(f"{path}.{one.name}", value, (), least=2)
