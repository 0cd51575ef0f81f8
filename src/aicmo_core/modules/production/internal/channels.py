"""Channels: what kinds of post each carries, as data has it."""

from __future__ import annotations

from enum import Enum

from attrs import field, frozen


class Family(Enum):
    """How a reader can answer on a channel, which decides what a post may ask for."""

    SOCIAL = "social"
    MAIL = "mail"
    WEB = "web"
    BROADCAST = "broadcast"


@frozen
class Craft:
    """
    Attributes:
        posts: Formats of a full post, in rotation.
        light: Formats for a day between posts, which take minutes to make.
        tags: Whether hashtags are of use, and how many to one post.
        reasons: Why a field has its value, by field name.
    """

    family: Family
    posts: tuple[str, ...]
    light: tuple[str, ...]
    tags: int = 0
    reasons: dict[str, str] = field(factory=dict)


@frozen
class Crafts:
    """
    What channels carry.

    Attributes:
        channels: By name in lower case, or by a word of the name.
        other: What a channel carries that is not among them.
    """

    channels: dict[str, Craft]
    other: Craft

    def craft(self, channel: str) -> Craft:
        """Return what a channel carries."""
        name = channel.lower()
        if name in self.channels:
            return self.channels[name]
        words = (c for key, c in self.channels.items() if len(key) > 2 and key in name)
        return next(words, self.other)
