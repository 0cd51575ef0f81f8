"""English numbers in words: "two thousand five hundred"."""

from __future__ import annotations

import re
from decimal import Decimal

_DIGITS = ("two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = (
    *("ten", "eleven", "twelve", "thirteen", "fourteen"),
    *("fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_VALUES = {
    "a": 1,
    "one": 1,
    **{word: value for value, word in enumerate((*_DIGITS, *_TEENS), 2)},
    **{word: 10 * value for value, word in enumerate(_TENS, 2)},
}
_POWERS = {"dozen": 12, "hundred": 100, "thousand": 1000, "grand": 1000, "million": 1_000_000}

_BELOW_100 = (
    rf"(?:(?:{'|'.join(_TENS)})(?:[-\s](?:one|{'|'.join(_DIGITS)}))?|{'|'.join(_DIGITS + _TEENS)})"
)
_POWER = rf"\s(?:{'|'.join(_POWERS)})\b"
SPELLED = re.compile(
    rf"(?<![\w-])(?:{_BELOW_100}|(?:a|one)(?={_POWER}))"
    rf"(?:{_POWER}(?:\s(?:and\s)?{_BELOW_100})?)*(?![\w-])",
    re.IGNORECASE,
)
"""A number from two on: "one" and "a" alone mostly mean no number."""


def spelled_value(words: str) -> Decimal:
    """Return the value of words that SPELLED found."""
    total = part = 0
    for word in re.split(r"[-\s]+(?:and\s)?", words.casefold()):
        if word in _POWERS:
            part *= _POWERS[word]
            if part >= 1000:
                total, part = total + part, 0
        else:
            part += _VALUES[word]
    return Decimal(total + part)
