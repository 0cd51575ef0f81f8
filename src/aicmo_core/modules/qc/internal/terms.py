"""
Terms: whole words in any case and any Unicode spelling.

Text is compared in a folded form (Unicode's NFKC_Casefold, so that full-width,
composed and upper-case spellings are one), without the characters that a reader does
not see, and with one spelling of spaces, dashes and quotation marks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from attrs import frozen

# Default-ignorable code points (Unicode 16, DerivedCoreProperties): soft hyphen, joiners,
# zero-width spaces, bidirectional marks, variation selectors, tags.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_SPACE = re.compile(r"\s+")
_ONE_SPELLING = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
    | dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc\u2032\u00b4", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb", '"')
    | {"\u0131": "i"}  # without a dot
)

# Letters of Cyrillic and Greek that look like a Latin one (Unicode Technical Standard 39,
# confusables): a word that mixes scripts is written with them to hide what it says.
_LOOKALIKES = str.maketrans("аеорсухіјѕԁһԛԝοανικρτυ", "aeopcyxijsdhqwoavikptu")
_MIXED = re.compile("(?=[^\\W\\d_]*[a-z])(?=[^\\W\\d_]*[\u0370-\u052f])[^\\W\\d_]+")

# Scripts that put no space between words, or join particles to them (Hangul): there a
# term may stand directly beside another letter.
_RUN_TOGETHER = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff"
    "\uf900-\ufaff\U00016fe0-\U00018d8f\U0001aff0-\U0001b2ff\U00020000-\U0003ffff]"
)

_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae"})


def fold(text: str) -> str:
    """Return the form in which texts are compared. Folding twice changes nothing."""
    if text.isascii():
        return _SPACE.sub(" ", text.lower()).strip()
    text = unicodedata.normalize("NFD", _INVISIBLE.sub("", text)).casefold()
    text = unicodedata.normalize("NFKC", text).casefold()
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).translate(_ONE_SPELLING)
    text = _MIXED.sub(lambda word: word[0].translate(_LOOKALIKES), text)
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", text)).strip()


def without_accents(word: str) -> str:
    """Return a word as it is written without accents: "gruen" for "grün"."""
    spelled_out = unicodedata.normalize("NFKD", word.translate(_SPELLED_OUT))
    return spelled_out.encode("ascii", "ignore").decode()


@frozen
class Term:
    """
    Words to look for, in their order, with any white space or a hyphen between them.

    Attributes:
        text: The words as they were given.
    """

    text: str
    _pattern: re.Pattern[str]

    def spans(self, folded: str) -> Iterator[tuple[int, int]]:
        """Return where the term stands as whole words in a folded text, from left to right."""
        position = 0
        while found := self._pattern.search(folded, position):
            start, end = found.span()
            if _is_edge(folded, start) and _is_edge(folded, end):
                yield start, end
                position = end
            else:
                position = start + 1

    def count(self, folded: str) -> int:
        """Return how often the term stands in a folded text."""
        return sum(1 for _ in self.spans(folded))

    def is_in(self, folded: str) -> bool:
        """Return whether the term stands in a folded text."""
        return any(True for _ in self.spans(folded))


@lru_cache(maxsize=512)
def term(text: str) -> Term:
    """
    Return the term of these words.

    Raises:
        ValueError: Nothing visible is in *text*.
    """
    words = [word for word in re.split(r" |(?<=\w)-(?=\w)", fold(text)) if word]
    if not words:
        raise ValueError(f"expected at least one visible character, found {text!r}")
    return Term(text, re.compile("[ -]".join(map(re.escape, words))))


def places(words: str, folded: str) -> Iterator[int]:
    """Return where folded *words* stand in a folded text exactly so, as whole words."""
    at = folded.find(words)
    while words and at >= 0:
        if _is_edge(folded, at) and _is_edge(folded, at + len(words)):
            yield at
        at = folded.find(words, at + 1)


def stands_in(words: str, folded: str) -> bool:
    """Return whether folded *words* stand in a folded text exactly so, as whole words."""
    return any(True for _ in places(words, folded))


def whole_words(folded: str, start: int, end: int) -> tuple[int, int]:
    """Return the span made wide enough to cut no word, within 60 characters to either side."""
    least, most = max(0, start - 60), min(len(folded), end + 60)
    while start > least and not _is_edge(folded, start):
        start -= 1
    while end < most and not _is_edge(folded, end):
        end += 1
    return start, end


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_" or unicodedata.category(character)[0] == "M"


def _is_edge(text: str, at: int) -> bool:
    """Return whether a word may begin or end between the characters around *at*."""
    if at <= 0 or at >= len(text):
        return True
    before, after = text[at - 1], text[at]
    if unicodedata.category(after)[0] == "M":
        return not _is_word(before)  # a mark belongs to the letter before it, if there is one
    if not (_is_word(before) and _is_word(after)):
        return True
    return bool(_RUN_TOGETHER.match(before) or _RUN_TOGETHER.match(after))
