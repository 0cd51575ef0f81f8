"""Movements: a measure's way from one number to another, "10%→15%" or "40 (today) to 60"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from attrs import evolve

from aicmo_core.modules.onboarding.api.dtos import Direction
from aicmo_core.modules.onboarding.internal.amounts import PERCENT, TIMES, Amount
from aicmo_core.modules.onboarding.internal.goal_words import (
    ACCOMPANYING,
    BY,
    FROM,
    LEVELS,
    LINKS,
    STOPS,
    TO,
    VERBS,
)

_JOINING = (
    ACCOMPANYING | BY | FROM | LEVELS | LINKS | STOPS | TO | VERBS | {"between", "additional"}
)

ARROW = re.compile(r"->|=>|→|⇒|⟶|➔|➜|から|से|إلى")
"""What is only ever written between where something stands and where it shall stand."""

_BY_ARROW = re.compile(rf"\s*\(?\s*(?:{ARROW.pattern}|>)\s*")
_BY_WORD = re.compile(r"\s+(?:to|auf|à|a|para|naar|do|até|till)\s+", re.IGNORECASE)
_RATE = re.compile(
    r"(?:rate|ratio|share|score|participation|occupancy|quote|anteil|taux|tasa|taxa)\s*:?\s*$",
    re.IGNORECASE,
)
_COLON = re.compile(r"\w\s*:\s*$")
_NAMED = re.compile(r"([^\W\d_]{3,})\s+$")
_ENDS = re.compile(r"\s*(?:$|[\x00.,;:!?()])")


def movement(text: str, amounts: Sequence[Amount]) -> tuple[Amount, Amount] | None:
    """
    Return where a measure stands and where it shall stand, if *text* says it without "from".

    "Win rate: 18% to 25%" is a movement; "visits: 200 to 300 a day" is a range, and so is
    "sales up 20 to 30 %".
    """
    for low, high in pairwise(amounts):
        between, before = text[low.end : high.start], text[: low.start]
        if _BY_ARROW.fullmatch(between):
            return low, evolve(high, sign=high.sign or low.sign)
        if _BY_WORD.fullmatch(between) and _names_a_measure(before, low, text, high):
            return low, evolve(high, sign=high.sign or low.sign)
    return None


def _names_a_measure(before: str, low: Amount, text: str, high: Amount) -> bool:
    """Return whether what stands before two numbers is what goes from one to the other."""
    if _RATE.search(before):
        return True
    if not _ENDS.match(text, high.end):
        return False
    word = _NAMED.search(before)
    named = word is not None and word[1].casefold() not in _JOINING and not (low.sign or high.sign)
    return named or _COLON.search(before) is not None


def level(baseline: Amount, change: Amount, direction: Direction) -> Amount:
    """
    Return what *change* makes of *baseline*: "3x leads, today 25" is 75 leads.

    Args:
        change: A factor or a percentage.
        direction: Which way a percentage changes it.
    """
    factor = change.value
    if change.sign == PERCENT:
        signed = -change.value if direction is Direction.DECREASE else change.value
        factor = 1 + signed / 100
    value = baseline.value * factor
    return evolve(change, value=_shortest(value), sign=baseline.sign, signed="")


def changes(amount: Amount) -> bool:
    """Return whether a number can be a change at all: a factor, or a percentage."""
    return amount.sign in (PERCENT, TIMES)


def _shortest(value: Decimal) -> Decimal:
    whole = value.to_integral_value()
    return whole if whole == value else value.quantize(Decimal("0.01")).normalize()
