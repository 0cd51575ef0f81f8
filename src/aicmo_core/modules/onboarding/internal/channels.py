"""Channels: the names that clients use, and which of them mean the same place."""

from __future__ import annotations

import re
from collections.abc import Iterable

from aicmo_core.modules.onboarding.internal.cleaning import contains_phrase, words_of

_ALIASES = {
    "Instagram": "instagram|ig|insta",
    "Facebook": "facebook|fb",
    "X": "x|twitter|x twitter|twitter x|x formerly twitter",
    "LinkedIn": "linkedin|linked in",
    "YouTube": "youtube|you tube|yt",
    "TikTok": "tiktok|tik tok",
    "Pinterest": "pinterest",
    "Snapchat": "snapchat|snap",
    "WhatsApp": "whatsapp|whats app",
    "Reddit": "reddit",
    "Threads": "threads",
    "Google Ads": "google ads|adwords|google adwords",
    "Google Business Profile": "google business profile|google my business|gmb|gbp",
    "e-mail": "email|e mail|emails|e mails|mail|newsletter|newsletters|email marketing",
    "SMS": "sms|text messages|text messaging",
    "television": "television|tv|fernsehen",
    "radio": "radio",
    "print": "print|newspapers|zeitung",
    "out-of-home": "out of home|ooh|billboards|plakate",
}
_NAME_OF = {alias: name for name, aliases in _ALIASES.items() for alias in aliases.split("|")}
_SEVERAL = re.compile(r"\s*(?:[,;|\n]|\s/\s|\s(?:and|und|et|y|&|\+)\s)\s*", re.IGNORECASE)


def channels(entries: Iterable[str]) -> tuple[str, ...]:
    """
    Return the channels that *entries* name, each once, as the client wrote it first.

    "Instagram, TikTok" in one entry is two channels. "X / Twitter" is one.
    """
    named: dict[str, str] = {}
    for entry in entries:
        parts = [entry] if known_name(entry) else _SEVERAL.split(entry)
        for part in parts:
            if part:
                named.setdefault(identity(part), part)
    return tuple(named.values())


def known_name(text: str) -> str | None:
    """Return the usual name of a channel that *text* names in full, or None."""
    return _NAME_OF.get(" ".join(words_of(text)))


def identity(text: str) -> str:
    """Return what two names of one channel have in common."""
    return known_name(text) or " ".join(words_of(text))


def collides(wanted: str, avoided: str) -> bool:
    """
    Return whether using *wanted* breaks a wish to stay out of *avoided*.

    To stay out of Instagram rules out "Instagram Reels"; to stay out of "Facebook ads"
    does not rule out Facebook.
    """
    if identity(wanted) == identity(avoided):
        return True
    name = known_name(avoided)
    # "X" alone is a name; inside other words it may be any letter.
    spellings = [alias for alias, of in _NAME_OF.items() if of == name and len(alias) > 2]
    return any(contains_phrase(wanted, spelling) for spelling in spellings)
