"""Finding terms in text: whole words, any case, however they are written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from attrs import frozen

_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_APOSTROPHES = dict.fromkeys(map(ord, "\u2019\u02bc\u2018"), "'")
_HYPHENS = dict.fromkeys(map(ord, "\u2010\u2011"), "-")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?!\d)|\s[–—|]\s")  # "no. 1" is no end


@frozen
class Sentence:
    """
    A sentence of a section.

    Attributes:
        line: Where it stands, from 1.
        text: Without Markdown's escapes and invisible characters.
    """

    line: int
    text: str


def sentences(markdown: str) -> Iterator[Sentence]:
    """Yield the sentences of a section; none goes beyond its line, or its cell of a table."""
    for number, line in enumerate(markdown.splitlines(), start=1):
        for text in _SENTENCE.split(plain(line)):
            if text.strip():
                yield Sentence(number, text.strip())


def plain(text: str) -> str:
    """Return text as a reader sees it: no escapes, no invisible characters, one spelling."""
    shown = _ESCAPE.sub(r"\1", unicodedata.normalize("NFKC", text))
    return shown.replace("**", "").translate(_INVISIBLE | _APOSTROPHES | _HYPHENS)


def found(terms: Iterable[str], text: str) -> list[tuple[int, str]]:
    """Return where terms stand in plain *text*, and how they are written there, in order."""
    pattern = _pattern(tuple(terms))
    return [(m.start(), m.group()) for m in pattern.finditer(text)] if pattern else []


@lru_cache(maxsize=256)
def _pattern(terms: tuple[str, ...]) -> re.Pattern[str] | None:
    # Longest first: of two terms that begin alike the longer one is what was written.
    words = sorted({plain(term) for term in terms if term.strip()}, key=lambda t: (-len(t), t))
    if not words:
        return None
    inner = "|".join(r"\s+".join(map(re.escape, word.split())) for word in words)
    return re.compile(rf"(?<![\w-])(?:{inner})(?![\w-])", re.IGNORECASE)
