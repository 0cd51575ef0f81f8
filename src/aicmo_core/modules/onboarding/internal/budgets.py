"""Money text: "$150k-$250k per year" becomes amounts, a currency and a period."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from attrs import evolve, frozen

from aicmo_core.modules.onboarding.api.dtos import BudgetDTO, BudgetPeriod
from aicmo_core.modules.onboarding.internal.amounts import (
    Amount,
    find_amounts,
    find_spelled,
    is_range,
)
from aicmo_core.modules.onboarding.internal.cleaning import words_of
from aicmo_core.modules.onboarding.internal.currencies import presumed, settle
from aicmo_core.modules.onboarding.internal.fractions import parted, unparted
from aicmo_core.modules.onboarding.internal.money_words import (
    hinted,
    in_english,
    is_foreign,
    not_spent,
)

_LONGEST_TEXT = 500

_NO_MONEY = re.compile(
    r"(?:(?:no|zero|nothing|none|0|kein|keins|keine|nichts|rien|nada|niente|ningún|ninguno|zilch)"
    r"(?: (?:budget|money|ads|spend))*|(?:pas de|sin|senza|sem) (?:budget|presupuesto|verba)"
    r"|not(?: decided)?)"
    r"(?: (?:yet|right now|now|for now|at the moment|at present|currently|so far|derzeit|aktuell"
    r"|pour l ?instant|por ahora|al momento))?"
)
"""Answers that say that there is no money, as words for comparing."""

_PERIODS = (
    (BudgetPeriod.QUARTER, r"quarter(?:ly)?|qtr|quartal\w*|vierteljähr\w*|trimestr\w*|/\s?q\b"),
    (BudgetPeriod.MONTH, r"month(?:ly)?|mo|mth|monat(?:lich)?|mtl|mois|mensuel\w*|mes|mensual\w*|"
     r"pm|pcm|mnd|mån\w*|måned\w*|mies\w*"),
    (BudgetPeriod.YEAR, r"year(?:ly)?|yr|annual(?:ly)?|annum|jahr|jährlich|pa|an|année|annuel\w*|"
     r"año|anual\w*|anno"),
    (BudgetPeriod.WEEK, r"week(?:ly)?|wk|woche|wöchentlich|semaine|semana\w*"),
)  # fmt: skip
_DAY = re.compile(
    r"\b(?:daily|(?:(?:per|a|each|every|pro|am|par|al)\s|/\s?)(?:day|tag|jour|día))\b"
)
_TOTAL = re.compile(
    r"\b(?:total|in all|overall|one[- ]?off|once|einmalig|insgesamt|gesamt|au total|en total)\b|"
    r"\b(?:for|over|within|für|über|pour|para|in)\s(?:the\s|a\s|den\s|die\s|das\s)?(?:next\s|first\s)?"
    r"(?:\w+\s)?(?:\d+|launch|campaign|project|kampagne|projekt|campagne|campaña|two|three|four|six)\b"
)
_SPELLED = {"p.m.": "pm", "p. m.": "pm", "p.a.": "pa", "p. a.": "pa", "p/m": "pm", "p/a": "pa"}
_YEAR = (Decimal(1900), Decimal(2100))
_BEFORE_YEAR = re.compile(r"\b(?:in|for|of|since|by|für|seit|en|year)\s$", re.IGNORECASE)
_TIME = re.compile(
    r"[\s-]?(?:days?|weeks?|months?|quarters?|years?|figures?|digits?|tage?n?|wochen?|monate?n?|jahre?n?|jours?|"
    r"semaines?|mois|ans?|días?|semanas?|meses|años?|posts?|channels?|people)\b",
    re.IGNORECASE,
)


@frozen
class MoneyReading:
    """
    What money text came to.

    Attributes:
        budget: The money, or None where there is none or it cannot be read.
        problem: Why it cannot be read; empty if it can.
        presumptions: What the text does not say, and what is assumed instead.
    """

    budget: BudgetDTO | None
    problem: str = ""
    presumptions: tuple[str, ...] = ()


def read_budget(text: str, local: tuple[str, ...] = ()) -> MoneyReading:
    """
    Read cleaned money text.

    A single amount, "up to" an amount included, is a range of one point. What stands
    in brackets is read only if nothing outside them is. Without a period the money is
    for the whole work; a sum for each day is counted by the week. Words of other
    languages and the numbers of East Asia are read too.

    Args:
        local: The currencies of the client's places, for signs that several share
            and for money without a currency.
    """
    said = " ".join(words_of(text))
    if _NO_MONEY.fullmatch(said) and said not in ("not", "nothing yet"):
        return MoneyReading(None)
    if len(text) > _LONGEST_TEXT:
        return MoneyReading(None, "it is too long to be a sum of money")
    english = in_english(text)
    outside = re.sub(r"\([^()]*\)|\[[^\[\]]*\]", " ", english)
    for part in dict.fromkeys((outside, english)):
        amounts = _money(part)
        if amounts:
            return _read(text, part, amounts, local)
    return MoneyReading(None, "it names no amount in figures")


def _money(text: str) -> list[Amount]:
    """Return the amounts that are money: those with a currency, else the bare numbers."""
    amounts = parted(text, find_amounts(text) or find_spelled(text))
    priced = [a for a in amounts if a.is_money]
    bare = [a for a in amounts if not a.sign and not _is_of_time(text, a)]
    if not priced:
        return bare
    return [a for a in amounts if a in priced or (a in bare and _is_end(text, amounts, a))]


def _is_of_time(text: str, amount: Amount) -> bool:
    if _YEAR[0] <= amount.value <= _YEAR[1] and _BEFORE_YEAR.search(text[: amount.start]):
        return True
    return _TIME.match(text, amount.end) is not None


def _is_end(text: str, amounts: Sequence[Amount], amount: Amount) -> bool:
    i = amounts.index(amount)
    above = i + 1 < len(amounts) and is_range(text, amount, amounts[i + 1])
    return above or (i > 0 and is_range(text, amounts[i - 1], amount))


def _read(text: str, part: str, amounts: Sequence[Amount], local: tuple[str, ...]) -> MoneyReading:
    if any(a.signed == "-" for a in amounts):
        return MoneyReading(None, "it names less than nothing")
    low, high = amounts[0], amounts[-1]
    signs = {settle(a.sign, local) for a in amounts if a.sign}
    if len(signs) > 1:
        return MoneyReading(None, f"it names more than one currency: {', '.join(sorted(signs))}")
    joined = len(amounts) == 2 and is_range(part, low, high)
    if len(amounts) > 2 or (len(amounts) == 2 and not joined and low.value != high.value):
        named = ", ".join(f"{a.value:,f}" for a in amounts)
        return MoneyReading(None, f"it names several amounts, and not as one range: {named}")
    if not signs and (other := not_spent(text)):
        return MoneyReading(None, f"it names {other}, and a plan is paid in a currency of today")
    if not signs and not local and is_foreign(text):
        return MoneyReading(None, "it names no currency that can be recognised")
    currency = signs.pop() if signs else presumed(local or tuple(filter(None, [hinted(text)])))
    period, days, said = _period(unparted(part))
    presumptions = [] if any(a.sign for a in amounts) else [f"the currency is {currency}"]
    if not said:
        presumptions.append("the sum is for the whole work, not for each month")
    budget = BudgetDTO(
        min(low.value, high.value), max(low.value, high.value), currency, period, text
    )
    return MoneyReading(_times(budget, days), "", tuple(presumptions))


def _times(budget: BudgetDTO, days: int) -> BudgetDTO:
    return evolve(budget, minimum=budget.minimum * days, maximum=budget.maximum * days)


def _period(text: str) -> tuple[BudgetPeriod, int, bool]:
    """Return the period, how often the sum falls into it, and whether the text says so."""
    spoken = text.casefold()
    for written, short in _SPELLED.items():
        spoken = spoken.replace(written, f" {short} ")
    if _DAY.search(spoken):
        return BudgetPeriod.WEEK, 7, True
    for period, words in _PERIODS:
        if re.search(rf"(?<!\w)(?:{words})(?!\w)", spoken):
            return period, 1, True
    return BudgetPeriod.TOTAL, 1, _TOTAL.search(spoken) is not None
