"""Denials: words by which a sentence says what is not so, or not done."""

from __future__ import annotations

import re

_DENIES = re.compile(
    r"\b(?:no(?!\. ?\d)|not|never|nor|neither|nobody|without|avoids?|nothing|none|instead|cannot"
    r"|leaves? out)\b|n't\b"
)
_STOPS = re.compile(r"[.!?:;] ")


def denies(sentence: str) -> bool:
    """Return whether a folded sentence denies something."""
    return bool(_DENIES.search(sentence))


def is_denied(folded: str, start: int) -> bool:
    """Return whether the words before a place, back to the last stop, deny what follows."""
    stops = [stop.end() for stop in _STOPS.finditer(folded, 0, start)]
    return bool(_DENIES.search(folded, stops[-1] if stops else 0, start))
