"""Channels: what kinds of post each carries. Facts about the platforms, as data."""

from __future__ import annotations

from enum import Enum

from attrs import frozen


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
    """

    family: Family
    posts: tuple[str, ...]
    light: tuple[str, ...]
    tags: int = 0


_SOCIAL = Family.SOCIAL
_CRAFTS = {
    "instagram": Craft(_SOCIAL, ("Reel", "Carousel", "Photo"), ("Story", "Story poll"), 5),
    "facebook": Craft(_SOCIAL, ("Photo post", "Video", "Link post"), ("Story", "Poll"), 3),
    "tiktok": Craft(_SOCIAL, ("Short video",), ("Story", "Video reply"), 4),
    "linkedin": Craft(_SOCIAL, ("Document post", "Text post", "Video"), ("Short note", "Poll"), 3),
    "youtube": Craft(_SOCIAL, ("Short", "Video"), ("Community post", "Poll"), 3),
    "pinterest": Craft(_SOCIAL, ("Idea Pin", "Image Pin"), ("Fresh Pin",), 3),
    "threads": Craft(_SOCIAL, ("Thread", "Photo post"), ("Short post",), 1),
    "twitter": Craft(_SOCIAL, ("Thread", "Image post"), ("Short post", "Poll"), 2),
    "x": Craft(_SOCIAL, ("Thread", "Image post"), ("Short post", "Poll"), 2),
    "snapchat": Craft(_SOCIAL, ("Snap", "Spotlight"), ("Story",)),
    "discord": Craft(_SOCIAL, ("Announcement", "Question round"), ("Short note",)),
    "creator": Craft(_SOCIAL, ("Creator post",), ("Creator story",), 3),
    "reddit": Craft(_SOCIAL, ("Text post", "Answer thread"), ("Comment round",)),
    "email": Craft(Family.MAIL, ("Newsletter", "Letter"), ("Short note",)),
    "newsletter": Craft(Family.MAIL, ("Issue",), ("Short note",)),
    "whatsapp": Craft(Family.MAIL, ("Broadcast",), ("Status",)),
    "sms": Craft(Family.MAIL, ("Message",), ("Reminder",)),
    "blog": Craft(Family.WEB, ("Article",), ("Update",)),
    "website": Craft(Family.WEB, ("Article", "Page"), ("Update",)),
    "search": Craft(Family.WEB, ("Article",), ("Update",)),
    "seo": Craft(Family.WEB, ("Article",), ("Update",)),
    "google business": Craft(Family.WEB, ("Update", "Photo update"), ("Question answered",)),
    "review": Craft(Family.WEB, ("Owner’s update", "Photo update"), ("Review answered",)),
    "affiliate": Craft(Family.WEB, ("Partner text",), ("Partner check",)),
    "google": Craft(Family.WEB, ("Ad text",), ("Ad check",)),
    "display": Craft(Family.WEB, ("Banner",), ("Banner check",)),
    "television": Craft(Family.BROADCAST, ("Spot",), ("Airing check",)),
    "tv": Craft(Family.BROADCAST, ("Spot",), ("Airing check",)),
    "radio": Craft(Family.BROADCAST, ("Spot",), ("Mention",)),
    "print": Craft(Family.BROADCAST, ("Advert",), ("Listing",)),
    "event": Craft(Family.BROADCAST, ("Stand", "Talk"), ("Invitation",)),
    "webinar": Craft(Family.BROADCAST, ("Webinar",), ("Invitation",)),
    "press": Craft(Family.BROADCAST, ("Press note",), ("Call to an editor",)),
    "podcast": Craft(Family.BROADCAST, ("Episode",), ("Trailer",)),
}
_OTHER = Craft(_SOCIAL, ("Post", "Photo post"), ("Short update",), 2)


def craft(channel: str) -> Craft:
    """Return what a channel carries; an unknown one counts as a social network."""
    name = channel.lower()
    if name in _CRAFTS:
        return _CRAFTS[name]
    return next((c for key, c in _CRAFTS.items() if len(key) > 2 and key in name), _OTHER)
