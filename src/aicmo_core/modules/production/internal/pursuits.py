"""Pursuits: what clients want of people, and how the funnel is read, as data has it."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
from attrs import frozen

from aicmo_core.kernel import Problem
from aicmo_core.kernel.patterns import pattern_problems
from aicmo_core.kernel.reasons import known_name
from aicmo_core.modules.production.internal.banks import SIGNS, STAGES
from aicmo_core.modules.production.internal.channels import Family
from aicmo_core.modules.production.internal.templates import key_problems, phrase_problems

APPOINTMENTS, DONATIONS, LEADS, VISITS = KINDS = ("appointments", "donations", "leads", "visits")
"""Kinds of pursuit of which a report speaks in sentences of their own."""


@frozen
class Pursuit:
    """
    What a client wants of people, in the words that suit it.

    Attributes:
        name: What the work is called: "lead generation".
        act: What a convinced person does, after "to".
        event: One such act, with its article.
        events: Several of them.
        won: A person who did it.
        button: The words on a page's button.
        value: The moment in which it pays for that person.
        again: What a person does who comes back.
        use: What happens between two such acts, in one word.
        words: A pattern by which a goal tells it; empty where none does.
        kind: `appointments`, `donations`, `leads` or `visits`, where it is one of them.
        parcelled: The pursuit in its place where what is subscribed to comes in a parcel.
    """

    name: str
    act: str
    event: str
    events: str
    won: str
    button: str
    value: str
    again: str
    use: str = "use"
    words: str = ""
    kind: str = ""
    parcelled: str = ""


@frozen
class FunnelRules:
    """
    How a client's goals, channels and measures belong to the funnel.

    Attributes:
        pursuits: What clients want of people; the first whose words a goal has is taken.
        otherwise: The pursuit of a client whose goals have no such words.
        on_screen: A pattern of what comes to a subscriber on a screen, and in no parcel.
        ranks: Kinds of channel that serve a stage, the most natural first, by stage.
        measures: Patterns of what a measure is a sign of, in the order in which they are tried.
        staying: A pattern of measures that tell whether people stay.
        at_work: A pattern of audiences who buy at work.
    """

    pursuits: dict[str, Pursuit]
    otherwise: str
    on_screen: str
    ranks: dict[str, tuple[Family, ...]]
    measures: dict[str, str]
    staying: str
    at_work: str


def funnel_problems(rules: FunnelRules) -> Iterator[Problem]:
    """Yield what keeps a goal, a channel or a measure from having its place."""
    for name, pursuit in rules.pursuits.items():
        yield from _pursuit_problems(f"$.pursuits[{name!r}]", pursuit, rules)
    yield from known_name("$.otherwise", "pursuit", rules.otherwise, rules.pursuits)
    yield from pattern_problems("$.on_screen", rules.on_screen)
    yield from key_problems("$.ranks", "stage", rules.ranks, STAGES)
    for stage, families in rules.ranks.items():
        if sorted(one.value for one in families) != sorted(one.value for one in Family):
            every = ", ".join(one.value for one in Family)
            yield Problem(f"$.ranks[{stage!r}]", f"expected each of {every} once")
    yield from key_problems("$.measures", "sign", rules.measures, SIGNS)
    for sign, words in rules.measures.items():
        yield from pattern_problems(f"$.measures[{sign!r}]", words)
    yield from pattern_problems("$.staying", rules.staying)
    yield from pattern_problems("$.at_work", rules.at_work)


def _pursuit_problems(path: str, pursuit: Pursuit, rules: FunnelRules) -> Iterator[Problem]:
    for one in attrs.fields(Pursuit):
        if one.name not in ("words", "kind", "parcelled"):
            yield from phrase_problems(f"{path}.{one.name}", getattr(pursuit, one.name), ())
    if pursuit.words:
        yield from pattern_problems(f"{path}.words", pursuit.words)
    if pursuit.kind:
        yield from known_name(f"{path}.kind", "kind", pursuit.kind, KINDS)
    if pursuit.parcelled:
        yield from known_name(f"{path}.parcelled", "pursuit", pursuit.parcelled, rules.pursuits)
