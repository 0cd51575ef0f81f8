"""Words of any client, made fit for a document of any format."""

from __future__ import annotations

import unicodedata

_RIGHT_TO_LEFT = frozenset(["R", "AL"])
_STRONG = _RIGHT_TO_LEFT | {"L"}
_FIRST_FROM_RIGHT = "\u0590"
"""Where Hebrew begins: before it, Unicode has no script from the right."""

_FORBIDDEN = dict.fromkeys(
    [
        *(*range(0x9), *range(0xB, 0x20), *range(0x7F, 0xA0)),
        *(*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF, 0xFFFE, 0xFFFF),
    ]
)
"""Controls, also those that turn round the direction of what follows."""


def clean(text: str) -> str:
    """Return *text* without what nobody reads: controls and lone surrogates."""
    kept = "".join(c for c in text if not "\ud800" <= c <= "\udfff")
    return kept.replace("\t", " ").translate(_FORBIDDEN)


def is_right_to_left(text: str) -> bool:
    """
    Return whether *text* begins with a letter of a script from the right, and has more of them.

    The first letter alone, which UAX #9 goes by, turns round every English sentence that
    begins with a client's Arabic name; most letters alone turn round "Brand:" before it.
    """
    if max(text, default="") < _FIRST_FROM_RIGHT:
        return False
    directions = [d for d in map(unicodedata.bidirectional, text) if d in _STRONG]
    from_right = sum(one in _RIGHT_TO_LEFT for one in directions)
    return directions[:1] != ["L"] and 2 * from_right > len(directions)
