"""Sentences around a client's words, which are only text wherever they stand."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

_SLOT = re.compile(r"\{(\w+)\}")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def fold(text: str) -> str:
    """Return *text* on one line, its white space folded."""
    return " ".join(text.split())


def clause(text: str) -> str:
    """Return *text* on one line and without a full stop, to stand within a sentence."""
    whole = fold(text)
    return whole.rstrip(" .;,") or whole


def excerpt(text: str, limit: int = 120) -> str:
    """Return *text* as a clause; where it is longer than *limit*, its beginning and an ellipsis."""
    whole = clause(text)
    if len(whole) <= limit:
        return whole
    cut = whole.rfind(" ", limit // 2, limit)
    return whole[: cut if cut > 0 else _between_letters(whole, limit)].rstrip(" .;,:") + "…"


def _between_letters(text: str, place: int) -> int:
    """Return the nearest place before *place* that does not tear a letter from its marks."""
    while place > 1 and (_joins(text[place]) or text[place - 1] == "\u200d"):
        place -= 1
    return place


def _joins(character: str) -> bool:
    return character == "\u200d" or unicodedata.category(character).startswith("M")


def quoted(text: str, limit: int = 120) -> str:
    return f"“{excerpt(text, limit)}”"


def listing(items: Sequence[str]) -> str:
    """Return *items* as "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def slots(template: str) -> frozenset[str]:
    """Return the names that *template* asks for."""
    return frozenset(_SLOT.findall(template))


def fill(template: str, facts: Mapping[str, str]) -> str:
    """Return *template* with its slots filled, in one pass: braces within a fact stay text."""
    return _SLOT.sub(lambda slot: facts[slot[1]], template)


def sentence(text: str) -> str:
    """Return *text* with a capital and a full stop, unless it ends a sentence already."""
    capital = text[:1].upper() if len(text[:1].upper()) == 1 else text[:1]
    return capital + text[1:] + ("" if text.endswith((".", "!", "?", "。")) else ".")


def number(value: Decimal) -> str:
    """Return *value* in full, with thousands separated and no idle zeros: "12,000", "2.5"."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def amount(value: Decimal, unit: str) -> str:
    """Return a value with its unit as people write it: "3%", "4x", "EUR 500", "200 visits"."""
    if unit.startswith(("%", "x ")) or unit == "x":
        return f"{number(value)}{unit}"
    if re.fullmatch("[A-Z]{3}", unit):
        return f"{unit} {number(value)}"
    return f"{number(value)} {unit}".rstrip()


def day(value: date) -> str:
    """Return a date as "6 October 2025", whatever the machine's locale is."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def weeks(count: int) -> str:
    return "1 week" if count == 1 else f"{count} weeks"
