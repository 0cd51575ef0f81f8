"""Finding words and phrases in a client's text: whole words, any case, any width."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

_SEPARATORS = re.compile(r"[\W_]+")


def spelled(text: str) -> str:
    """Return *text* for comparison: case and width folded, words parted by one space."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return _SEPARATORS.sub(" ", folded).strip()


@lru_cache(maxsize=512)
def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    alternatives = (
        re.escape(spelled(word)) + (r"\w*" if word.endswith("*") else "") for word in words
    )
    return re.compile(rf"(?<!\w)(?:{'|'.join(alternatives)})(?!\w)")


def mentions(text: str, words: Sequence[str]) -> bool:
    """Whether *text* contains one of *words*; a word that ends in `*` stands for its beginnings."""
    return bool(words) and _pattern(tuple(words)).search(spelled(text)) is not None


def first_mention(texts: Iterable[str], words: Sequence[str]) -> str | None:
    """Return the first of *texts* that contains one of *words*."""
    return next((text for text in texts if mentions(text, words)), None)


def contains_term(text: str, terms: Iterable[str]) -> bool:
    """Whether *text* contains one of *terms* literally, as whole words in any case."""
    spelling = f" {spelled(text)} "
    return any(term and f" {term} " in spelling for term in map(spelled, terms))
