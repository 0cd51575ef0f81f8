"""
The rules of strategy, which are data: `data/*.json`, read when they are first used.

A rule holds when every feature in its `when` was found in the brief, and says why in
words, with `{goal}`, `{trade}` and the like standing for the client's own.
"""

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import TypeVar

from attrs import frozen

from aicmo_core.kernel.structuring import from_json
from aicmo_core.modules.onboarding.api import Direction

T = TypeVar("T")

_DATA = files("aicmo_core.modules.strategy.internal") / "data"


@frozen
class Closing:
    """
    A kind of work that a client may rule out.

    Attributes:
        refusals: Phrases in the client's limits that rule it out.
        failures: Phrases in what has not worked that rule it out.
        means: What follows, in words.
    """

    refusals: tuple[str, ...]
    failures: tuple[str, ...]
    means: str


@frozen
class Vocabulary:
    """
    What a client's words tell.

    Attributes:
        features: Feature to the words that show it; `*` ends a beginning of words.
        closing: Tag of tactics to what rules it out.
    """

    features: dict[str, tuple[str, ...]]
    closing: dict[str, Closing]

    def family(self, name: str) -> Mapping[str, tuple[str, ...]]:
        """Return the features that begin with *name* and a colon."""
        return {f: words for f, words in self.features.items() if f.startswith(f"{name}:")}


@frozen
class Tactic:
    """
    Something to do on a channel.

    Attributes:
        text: The tactic; its slots must be known of the client, or it is not for them.
        measures: What it moves, the most first.
        goals: The goals that it serves best.
        trades: The trades that it is made for; no other gets it.
        business: "b2b" or "b2c" where it suits only one.
        tags: What a client may rule out: "paid", "video" and the like.
    """

    text: str
    measures: tuple[str, ...]
    goals: tuple[str, ...] = ()
    trades: tuple[str, ...] = ()
    business: str | None = None
    tags: tuple[str, ...] = ()


@frozen
class Channel:
    """
    A channel that can be planned.

    Attributes:
        kind: "social", "search", "offline" and the like; packs choose by it.
        hosts: Parts of addresses that show that a profile exists.
        posts_per_week: Pieces a week before any rule changes it; 0 where nothing is posted.
        aliases: Other names, matched as whole words in any case.
        tactics: Generic ones and special ones.
        cost: How much more than time an equal weight takes.
        tags: What must not be ruled out, or the channel is proposed to nobody.
    """

    name: str
    kind: str
    hosts: tuple[str, ...]
    posts_per_week: int
    aliases: tuple[str, ...]
    tactics: tuple[Tactic, ...]
    cost: int = 1
    tags: tuple[str, ...] = ()


@frozen
class ChannelGroup:
    """
    A name for several channels.

    Attributes:
        kinds: Every channel of these kinds belongs to it.
        channels: So do these.
        tag: Avoiding the group rules out tactics with this tag too.
    """

    name: str
    aliases: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    tag: str | None = None


@frozen
class ChannelRule:
    """Points for a channel, and why."""

    channel: str
    when: tuple[str, ...]
    points: int
    because: str


@frozen
class CadenceRule:
    """More or fewer pieces a week, and why."""

    when: tuple[str, ...]
    change: int
    because: str


@frozen
class Measure:
    """
    What can be measured, and the target that is set where the client has set none.

    Attributes:
        goals: The goals that it serves.
        factor: The target, or the part of *per* that makes it.
        per: "pieces", "weeks", "reach" or "visits".
        relative: Whether the target is a change in percent.
        asked: Whether it is planned only for a client who asks for it.
        because: How the target comes about, in words.
    """

    measure: str
    name: str
    unit: str
    goals: tuple[str, ...]
    factor: Decimal
    because: str
    per: str | None = None
    direction: Direction = Direction.INCREASE
    relative: bool = False
    asked: bool = False


@frozen
class PackRules:
    """
    What a pack plans where the client has not said.

    Attributes:
        kinds: Kinds of channels that are proposed.
        channels: How many channels are planned.
        pieces_per_week: The least of all channels together.
        always: Measures that every strategy of the pack has.
        kpis: The least number of KPIs.
    """

    weeks: int
    weeks_because: str
    kinds: tuple[str, ...]
    kinds_because: str
    channels: int
    pieces_per_week: int
    pieces_because: str
    always: tuple[str, ...]
    kpis: int


def _read(name: str, shape: type[T]) -> T:
    return from_json((_DATA / f"{name}.json").read_text(encoding="utf-8"), shape)


@cache
def vocabulary() -> Vocabulary:
    return _read("vocabulary", Vocabulary)


@cache
def channels() -> tuple[Channel, ...]:
    """Return every channel, in the order in which ties are settled."""
    return _read("channels", tuple[Channel, ...])


@cache
def channel_groups() -> tuple[ChannelGroup, ...]:
    return _read("channel_groups", tuple[ChannelGroup, ...])


@cache
def channel_rules() -> tuple[ChannelRule, ...]:
    return _read("channel_rules", tuple[ChannelRule, ...])


@cache
def cadence_rules() -> tuple[CadenceRule, ...]:
    return _read("cadence_rules", tuple[CadenceRule, ...])


@cache
def fallback_tactics() -> tuple[Tactic, ...]:
    """Return tactics for a channel that no rule knows."""
    return _read("fallback_tactics", tuple[Tactic, ...])


@cache
def measures() -> tuple[Measure, ...]:
    """Return every measure, the most telling first."""
    return _read("measures", tuple[Measure, ...])


def measure(name: str) -> Measure:
    """Return the measure called *name*."""
    return next(found for found in measures() if found.measure == name)


def pack_rules(pack: str) -> PackRules:
    """Return the rules of *pack*, or those that hold for any."""
    known = _packs()
    return known.get(pack, known["*"])


@cache
def _packs() -> dict[str, PackRules]:
    return _read("packs", dict[str, PackRules])
