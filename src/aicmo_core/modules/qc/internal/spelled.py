"""Numbers in words: "three thousand pounds", "forty-five percent", "eightfold"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from aicmo_core.modules.qc.internal.numbers import Figure

_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip
_TENS = (
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
)  # fmt: skip
_VALUES = (
    {name: value for value, name in enumerate(_ONES)}
    | {name: 10 * value for value, name in enumerate(_TENS, start=2)}
    | {"a": 1, "an": 1, "dozen": 12}
)
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_SMALL = "|".join(sorted({*_VALUES} - {"a", "an"}, key=len, reverse=True))
_ANY = f"{_SMALL}|{'|'.join(_SCALES)}"
NUMBER = rf"(?:a |an )?\b(?:{_ANY})(?:(?:-| and | )(?:{_ANY})\b)*"
"""A number in words, as a part of a pattern for folded text."""
_UNITS = {
    "percent": "%", "per cent": "%", "pounds": "gbp", "euros": "eur", "euro": "eur",
    "dollars": "usd", "rupees": "inr", "francs": "chf", "yen": "jpy", "fold": "x",
}  # fmt: skip
_SPELLED = re.compile(rf"(?<![\w-])(?P<number>{NUMBER})(?:[ -]?(?P<unit>{'|'.join(_UNITS)})\b)")


def spelled(folded: str) -> Iterator[Figure]:
    """Return the numbers in words of a folded text that are money, a percentage or a multiple."""
    if not any(unit in folded for unit in _UNITS):
        return
    for found in _SPELLED.finditer(folded):
        value = Decimal(value_of(found["number"]))
        yield Figure(value, found[0], _UNITS[found["unit"]], found.start())


def value_of(words: str) -> int:
    """Return the value of a number, in figures or in words."""
    if words.isdigit():
        return int(words)
    total, part = 0, 0
    for word in re.findall(r"[a-z]+", words):
        if word in _VALUES:
            part += _VALUES[word]
        elif word == "hundred":
            part = max(part, 1) * 100
        elif word in _SCALES:
            total, part = total + max(part, 1) * _SCALES[word], 0
    return total + part
