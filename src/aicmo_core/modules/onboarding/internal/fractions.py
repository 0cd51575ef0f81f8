"""Fractions in words: "half of £1,000", "a third of the 400 tickets", "10% of 50,000 EUR"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from attrs import evolve

from aicmo_core.modules.onboarding.internal.amounts import PERCENT, Amount

_WORDS = {
    "half": (1, 2),
    "a half": (1, 2),
    "one half": (1, 2),
    "a third": (1, 3),
    "one third": (1, 3),
    "two thirds": (2, 3),
    "a quarter": (1, 4),
    "one quarter": (1, 4),
    "quarter": (1, 4),
    "three quarters": (3, 4),
    "a fifth": (1, 5),
    "one fifth": (1, 5),
    "a tenth": (1, 10),
    "die hälfte": (1, 2),
    "ein drittel": (1, 3),
    "ein viertel": (1, 4),
    "la moitié": (1, 2),
    "un tiers": (1, 3),
    "un quart": (1, 4),
    "la mitad": (1, 2),
    "un tercio": (1, 3),
    "la metà": (1, 2),
    "metade": (1, 2),
}
_NAMED = "|".join(sorted(_WORDS, key=len, reverse=True))
_OF = r"\s(?:of|von|de|del|di|vom)(?:\s(?:the|our|all|den|unseren|nos|los))?"
_BEFORE = re.compile(rf"(?<![\w-])(?P<part>{_NAMED})(?:{_OF})?\s$", re.IGNORECASE)
_SHARE_OF = re.compile(_OF + r"\s", re.IGNORECASE)
_BY = re.compile(
    rf"(?<![\w-])(?:by|um|de|d'|en|del)\s?(?P<part>{_NAMED})(?![\w-])(?!{_OF}\s)(?!\s[\d£$€])",
    re.IGNORECASE,
)
_HUNDREDTH = Decimal("0.01")


def parted(text: str, amounts: Sequence[Amount]) -> list[Amount]:
    """Return the amounts with the part taken that *text* says before each: half, or 10 %."""
    found: list[Amount] = []
    for amount in amounts:
        before = found[-1] if found else None
        named = _BEFORE.search(text[max(0, amount.start - 40) : amount.start])
        if named and not _is_time(text, amount):
            start = amount.start - len(named[0])
            found.append(evolve(amount, value=_part(amount.value, named["part"]), start=start))
        elif (
            before
            and before.sign == PERCENT
            and amount.sign != PERCENT
            and _SHARE_OF.fullmatch(text, before.end, amount.start)
        ):
            share = _rounded(amount.value * before.value / 100)
            found[-1] = evolve(amount, value=share, start=before.start)
        else:
            found.append(amount)
    return found


def changes_by(text: str) -> list[Amount]:
    """Return the changes that *text* puts into words: "by half" is 50 %."""
    return [
        Amount(_part(Decimal(100), match["part"]), PERCENT, match.start("part"), match.end())
        for match in _BY.finditer(text)
    ]


def unparted(text: str) -> str:
    """Return *text* without its fractions, so that "a quarter of" is no length of time."""
    return re.sub(rf"(?<![\w-])(?:{_NAMED})(?={_OF}\s|\sa\s)", " ", text, flags=re.IGNORECASE)


def _is_time(text: str, amount: Amount) -> bool:
    return re.match(r"\s?(?:days?|weeks?|months?|years?)\b", text[amount.end :]) is not None


def _part(value: Decimal, words: str) -> Decimal:
    over, under = _WORDS[words.casefold()]
    return _rounded(value * over / under)


def _rounded(value: Decimal) -> Decimal:
    """Return whole numbers as such, others to the hundredth."""
    whole = value.to_integral_value()
    return whole if whole == value else value.quantize(_HUNDREDTH, ROUND_HALF_UP).normalize()
