"""Avoidance: the words that a client rules out, found however they are spelled."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_HIDDEN = dict.fromkeys([0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF])


def comparable(text: str) -> str:
    """Return *text* as it is compared: without case, width, or hidden characters."""
    plain = unicodedata.normalize("NFKC", text.translate(_HIDDEN)).casefold()
    return " ".join(unicodedata.normalize("NFKC", plain).split())


class Avoidance:
    """
    The terms that must not appear, as whole words in any case.

    Args:
        terms: Of one or several words. Blank ones count for nothing.
        fragments: Text that must not appear even within a word.
    """

    def __init__(self, terms: Iterable[str], fragments: Iterable[str] = ()) -> None:
        self.terms = tuple(t for t in dict.fromkeys(map(comparable, terms)) if t)
        self.fragments = tuple(map(comparable, fragments))
        parts = [rf"(?<!\w){re.escape(term)}(?!\w)" for term in self.terms]
        parts += [re.escape(fragment) for fragment in self.fragments]
        self._pattern = re.compile("|".join(parts)) if parts else None

    def concerns(self, text: str) -> bool:
        """Return whether *text* holds something that must not appear."""
        return self._pattern is not None and bool(self._pattern.search(comparable(text)))

    def found(self, text: str) -> tuple[str, ...]:
        """Return the terms that *text* holds, in the client's order."""
        plain = comparable(text)
        return tuple(t for t in self.terms if re.search(rf"(?<!\w){re.escape(t)}(?!\w)", plain))

    def also(self, *fragments: str) -> Avoidance:
        """Return this avoidance with further *fragments*, as one section may need."""
        return Avoidance(self.terms, (*self.fragments, *fragments))
