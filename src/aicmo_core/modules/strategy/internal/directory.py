"""The channel directory: which channels a client's words name."""

import re
from collections.abc import Iterable, Iterator, Sequence

from attrs import frozen

from aicmo_core.modules.strategy.internal.phrases import clause, excerpt
from aicmo_core.modules.strategy.internal.rules import (
    Channel,
    ChannelGroup,
    Channels,
)
from aicmo_core.modules.strategy.internal.words import contains_term, mentions, spelled

_PARTS = re.compile(r"[,;/&+|·•、，；]|\b(?:and|or|und|oder)\b", re.IGNORECASE)
_BOUGHT = ("ads", "ad", "advertising", "paid", "boosting", "sponsored", "anzeigen", "werbung")
_SHORTEST = 3  # a shorter alias, such as "x", counts only as the whole name
_NO_NAMES = frozenset(
    {"", "all", "any", "anything", "everything", "keine", "n a", "na", "no", "none", "nothing"}
)
"""Answers to a question for channels that name no channel."""


@frozen
class Mentioned:
    """
    The channels that a client named.

    Attributes:
        channels: In the client's order, each once; those of no directory under their own name.
        groups: Names for several channels, such as "social media".
        bought: Channels that were named only for bought reach, as "Facebook ads" are.
    """

    channels: tuple[Channel, ...]
    groups: tuple[ChannelGroup, ...] = ()
    bought: tuple[Channel, ...] = ()

    @property
    def all(self) -> tuple[Channel, ...]:
        """Every channel that was named, for whatever purpose, each once."""
        others = (c for c in self.bought if not any(same(c, named) for named in self.channels))
        return (*self.channels, *others)

    def has(self, channel: Channel) -> bool:
        """Whether *channel* is named, by itself or in a group."""
        return any(same(channel, named) for named in self.channels) or any(
            belongs(channel, group) for group in self.groups
        )


def same(one: Channel, other: Channel) -> bool:
    return _identity(one) == _identity(other)


def belongs(channel: Channel, group: ChannelGroup) -> bool:
    return channel.kind in group.kinds or channel.name in group.channels


def mentioned(texts: Iterable[str], directory: Channels) -> Mentioned:
    """Return the channels that *texts*, one answer each, name under any alias in any case."""
    named: dict[str, Channel] = {}
    bought: dict[str, Channel] = {}
    groups: dict[str, ChannelGroup] = {}
    for text in texts:
        for part in _parts(text, directory):
            group = _group(part, directory)
            found = () if group else tuple(_channels(part, directory))
            if group is not None:
                groups[group.name] = group
            for channel in found or (() if group else (_own(part, directory),)):
                only_bought = channel.kind == "social" and contains_term(part, _BOUGHT)
                (bought if only_bought else named).setdefault(_identity(channel), channel)
    return Mentioned(tuple(named.values()), tuple(groups.values()), tuple(bought.values()))


def hosted(channel: Channel, addresses: Sequence[str]) -> str | None:
    """Return the first of *addresses* that is a profile on *channel*."""
    for address in addresses:
        if any(re.search(rf"(?<![\w-]){re.escape(host)}", address) for host in channel.hosts):
            return address
    return None


def _identity(channel: Channel) -> str:
    return spelled(channel.name) or channel.name


def _parts(text: str, directory: Channels) -> list[str]:
    """Return the single names of an answer that may list several."""
    whole = clause(text)
    if not whole or (whole.isascii() and spelled(whole) in _NO_NAMES):
        return []
    if _exact(whole, directory) or _group(whole, directory):
        return [whole]
    parts = [part for part in map(clause, _PARTS.split(whole)) if part]
    known = any(_group(part, directory) or any(_channels(part, directory)) for part in parts)
    return parts if known else [whole]


def _exact(name: str, directory: Channels) -> Channel | None:
    return directory.by_alias.get(spelled(name))


def _group(name: str, directory: Channels) -> ChannelGroup | None:
    return directory.groups_by_alias.get(spelled(name))


def _telling(channel: Channel) -> tuple[str, ...]:
    return tuple(alias for alias in channel.aliases if len(alias) >= _SHORTEST)


def _channels(part: str, directory: Channels) -> Iterator[Channel]:
    exact = _exact(part, directory)
    if exact is not None:
        yield exact
        return
    yield from (channel for channel in directory.all if mentions(part, _telling(channel)))


def _own(name: str, directory: Channels) -> Channel:
    """Return a channel that is in no directory, under the client's own name for it."""
    posts, tactics = directory.posts_elsewhere, directory.tactics_elsewhere
    return Channel(excerpt(name, 80), "own", (), (name,), posts, tactics)
