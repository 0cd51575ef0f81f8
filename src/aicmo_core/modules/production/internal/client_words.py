"""Client words: answers that mean more, or less, than they say."""

from __future__ import annotations

import re
from collections.abc import Iterable

_NOWHERE = re.compile(
    r"(?:fully |100% )?(?:remote(?:ly)?|online(?: only)?|virtual|internet|the web|worldwide"
    r"|global(?:ly)?|everywhere|anywhere|international(?:ly)?|n/?a)\W*",
    re.IGNORECASE,
)
_CAUSE = re.compile(
    r"\b(?:non-?profits?|not-for-profit|charit(?:y|ies|able)|ngos?|foundation|gemeinnützig\w*)\b"
    r"|非営利|公益法人",
    re.IGNORECASE,
)
_NO_VOICES = re.compile(
    r"\b(?:no|not|never|without|kein\w*|ohne|sans|sin)\b[^.;]*"
    r"\b(?:testimonials?|quot\w+|endorsements?"
    r"|(?:patient|customer|client|guest) (?:stories|voices|reviews))\b",
    re.IGNORECASE,
)
QUOTING = (
    *("quotable", "may be quoted", "leave to quote", "leave to show", "can be quoted"),
    *("honest sentence", "honest word", "asked for a sentence", "for one sentence"),
    *("in their own words", "customer’s own words", "own words about", "own experience with"),
    *("asks once for a review", "leave a short review", "review for"),
    *("new voices", "voices move forward", "first voices", "collect voices", "voices of"),
    *("told by those who", "told by somebody", "critics speak", "witnesses", "tell a friend of"),
)
"""How this module's own sentences ask for voices, or lend them room, in lower case."""

KNOWN_NAMES = (
    *("Instagram", "Facebook", "TikTok", "LinkedIn", "YouTube", "Pinterest", "WhatsApp"),
    *("Google", "Snapchat", "Reddit", "Twitter", "Spotify", "Groupon", "Amazon", "Etsy"),
    *("Yelp", "Tripadvisor", "Naira", "Rupee", "Euro", "Dollar", "Yen", "Sterling"),
)
"""Names that answers often begin with, and that keep their capital."""


def is_place(answer: str) -> bool:
    """Return whether an answer to where names a place: "remote" and "online" are none."""
    return _NOWHERE.fullmatch(answer) is None


def is_cause(text: str) -> bool:
    """Return whether *text* tells of somebody who may have nothing to sell."""
    return _CAUSE.search(text) is not None


def refuses_voices(limits: Iterable[str]) -> bool:
    """Return whether a limit rules out that anybody from outside is quoted."""
    return any(_NO_VOICES.search(limit) for limit in limits)
