"""
Answers of a model: read strictly, and held against the sentences that they reword.

What an answer says is never repeated in what is wrong with it: that is sent back to the
model, and stored.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence

from attrs import frozen

from aicmo_core.kernel import InvalidValue, from_json
from aicmo_core.modules.production.internal.avoidance import Avoidance, comparable

SCHEMA = (
    '{"type":"object","properties":{"passages":{"type":"array","items":{"type":"string"}}},'
    '"required":["passages"],"additionalProperties":false}'
)
SHORTEST, LONGEST = 0.5, 1.5
"""How long a passage may be, as a share of the one that it rewords."""

LEAST_KEPT = 0.3
"""The share of a passage's long words that its rewording says, too."""

_FUNCTION_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be by each for from has have in is it its no not of on or so that "
        "the their them they this to what when where which who with",
    )
)
_DATES = "|".join(
    (
        "january|february|march|april|may|june|july|august|september|october|november|december",
        "monday|tuesday|wednesday|thursday|friday|saturday|sunday",
    )
)
_FIGURE = re.compile(rf"\d+(?:[.,:]\d+)*|[€$£¥%]|\b(?:{_DATES})\b")
_ADDRESS = re.compile(r"\w+://|\bwww\b|[@#]\w+|\b[\w-]+\.[a-z]{2,}\b")
_QUOTED = re.compile(r"“[^”]*”")
_MARKUP = re.compile(r"[\[\]{}<>|`*_~\\]")
_UNKNOWN = re.compile(r"unknown field .*", re.DOTALL)
_WORD = re.compile(r"[^\W\d_]+")
_LONG_WORD = 5


@frozen
class Reworded:
    """The shape of an answer."""

    passages: tuple[str, ...]


def read_answer(
    text: str, own: Sequence[str], brand: str, avoided: Avoidance
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """
    Return the passages of an answer, and what is wrong with it: one of them is empty.

    Args:
        own: The passages that it rewords.
        brand: A name that it says as often as they do.
        avoided: What it may say only where they do.
    """
    try:
        found = from_json(text, Reworded).passages
    except InvalidValue as error:
        return (), tuple(_UNKNOWN.sub("unknown fields", str(p)) for p in error.problems[:5])
    if len(found) != len(own):
        return (), (f"expected {len(own)} passages, found {len(found)}",)
    problems = [
        f"passage {number}: {problem}"
        for number, (new, old) in enumerate(zip(found, own, strict=True), 1)
        for problem in _problems(new, old, brand, avoided)
    ]
    if not problems and _english(found) < _english(own) / 2:
        problems.append("the passages are in another language than English")
    return ((), tuple(problems)) if problems else (found, ())


def _problems(new: str, old: str, brand: str, avoided: Avoidance) -> Iterator[str]:
    if new != new.strip():
        yield "it begins or ends with a space"
    if not _hidden(new) <= _hidden(old):
        yield "it has line breaks or characters that are not shown"
    if not len(old) * SHORTEST <= len(new) <= len(old) * LONGEST:
        yield f"expected about {len(old)} characters, found {len(new)}"
    for what, collect in _KEPT.items():
        if collect(new) != collect(old):
            yield f"it has other {what}"
    for what, pattern in _ADDED.items():
        if not set(pattern.findall(new.casefold())) <= set(pattern.findall(old.casefold())):
            yield f"it has {what} of its own"
    if new.count(brand) != old.count(brand):
        yield "it says the brand's name more or less often"
    if not set(avoided.found(new)) <= set(avoided.found(old)):
        yield "it says a term that the client avoids"
    kept, words = _long_words(old) & _long_words(new), _long_words(old)
    if len(kept) < LEAST_KEPT * len(words):
        yield "it says something else: too few of the words are left"


def _hidden(text: str) -> set[str]:
    return {c for c in text if unicodedata.category(c)[0] == "C" or c in "\u2028\u2029"}


def _long_words(text: str) -> set[str]:
    return {w for w in _WORD.findall(comparable(text)) if len(w) >= _LONG_WORD}


def _english(texts: Sequence[str]) -> float:
    """Return the share of English function words: a third of ordinary text."""
    words = [word for text in texts for word in _WORD.findall(text.casefold())]
    return sum(word in _FUNCTION_WORDS for word in words) / max(len(words), 1)


_KEPT: dict[str, Callable[[str], set[str]]] = {
    "figures, days or months": lambda text: set(_FIGURE.findall(text.casefold())),
    "quotations": lambda text: set(_QUOTED.findall(text)),
}
_ADDED = {"addresses, handles or tags": _ADDRESS, "markup": _MARKUP}
