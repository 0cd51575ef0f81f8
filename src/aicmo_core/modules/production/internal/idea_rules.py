"""The ideas that a campaign can carry, and whom each suits, as data has them."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
from attrs import frozen

from aicmo_core.kernel import Problem
from aicmo_core.kernel.patterns import pattern_problems
from aicmo_core.kernel.reasons import known_name, known_names
from aicmo_core.modules.production.internal.catalogue import line_problems
from aicmo_core.modules.production.internal.templates import list_problems, phrase_problems

NEEDS = ("place", "proof", "b2b", "b2c")
"""What an idea may need a client to have: places, two proofs, and buyers at work or at home."""

_SLOTS = ("brand", "thing", "readers")
_REASONS = 2


@frozen
class Idea:
    """
    A campaign's idea. Each text stands in one section only, so that no report repeats it.

    `{brand}`, `{thing}` (what is sold) and `{readers}` (the audience) stand for the client's words.

    Attributes:
        name: The creative territory's name.
        thought: The idea in a sentence.
        line: What the pieces close with, where the client has no tagline of its own.
        insight: What about people makes the idea work.
        why: Why it suits this client, in two sentences.
        attention: What pieces do while people do not know the client yet.
        trust: What they do once people look closer.
        decision: What they do when people may decide.
        world: What pictures show.
        creator: What a creator is asked to make.
        ad: What an advertisement shows in its first second.
    """

    name: str
    thought: str
    line: str
    insight: str
    why: tuple[str, ...]
    attention: str
    trust: str
    decision: str
    world: str
    creator: str
    ad: str


@frozen
class Suited:
    """
    Whom an idea suits; with no need and no words, anybody.

    Attributes:
        idea: Its name in the table of ideas.
        because: Why it suits them.
        needs: What the client has to have: `place`, `proof`, `b2b` or `b2c`.
        words: A pattern of the client's trade and first product.
        described: Whether the words may also stand in the client's description of itself.
    """

    idea: str
    because: str
    needs: tuple[str, ...] = ()
    words: str = ""
    described: bool = False


@frozen
class IdeaRules:
    """
    Which idea a campaign carries.

    Attributes:
        ideas: By name.
        suited: Whom they suit; the first that suits is taken. The last one suits anybody.
        spare: Ideas that are tried where a client avoids the words of those that suit it.
    """

    ideas: dict[str, Idea]
    suited: tuple[Suited, ...]
    spare: tuple[str, ...]


def idea_problems(rules: IdeaRules) -> Iterator[Problem]:
    """Yield what keeps an idea from being told, and clients from having one."""
    for name, idea in rules.ideas.items():
        path = f"$.ideas[{name!r}]"
        if len(idea.why) != _REASONS:
            yield Problem(f"{path}.why", f"expected 2 reasons, found {len(idea.why)}")
        yield from list_problems(f"{path}.why", idea.why, _SLOTS, least=0)
        yield from phrase_problems(f"{path}.name", idea.name, ())
        for one in attrs.fields(Idea):
            if one.name not in ("name", "why"):
                yield from phrase_problems(f"{path}.{one.name}", getattr(idea, one.name), _SLOTS)
    for n, suited in enumerate(rules.suited):
        path = f"$.suited[{n}]"
        yield from known_name(f"{path}.idea", "idea", suited.idea, rules.ideas)
        yield from known_names(f"{path}.needs", "need", suited.needs, NEEDS)
        yield from line_problems(f"{path}.because", suited.because)
        if suited.words:
            yield from pattern_problems(f"{path}.words", suited.words)
    if not rules.suited or rules.suited[-1].needs or rules.suited[-1].words:
        yield Problem("$.suited", "expected as the last one an idea that suits anybody")
    yield from known_names("$.spare", "idea", rules.spare, rules.ideas)
