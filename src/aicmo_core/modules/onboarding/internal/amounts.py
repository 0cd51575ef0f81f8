"""Amounts in running text: the number, how it is magnified, and what sign it carries."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from attrs import evolve, frozen

from aicmo_core.modules.onboarding.internal.currencies import (
    ISO_4217,
    LOWER_CASE_CODES,
    SIGNS,
    WORDS,
)
from aicmo_core.modules.onboarding.internal.spelled_numbers import SPELLED, spelled_value

PERCENT = "%"
TIMES = "x"

_LONGEST_NUMBER = 18
_GROUP = r"\d{1,3}(?:[ '’]\d{3})+(?:[.,]\d+)?(?![\d])"
_NUMBER = re.compile(rf"(?<![\d.,])(?:{_GROUP}|\d+(?:[.,٫٬]\d+)*)")

_MAGNITUDES = {
    "k": 3,
    "tsd": 3,
    "thousand": 3,
    "grand": 3,
    "tausend": 3,
    "mille": 3,
    "mil": 3,
    "m": 6,
    "mn": 6,
    "mm": 6,
    "mio": 6,
    "million": 6,
    "millions": 6,
    "millionen": 6,
    "millón": 6,
    "millones": 6,
    "b": 9,
    "bn": 9,
    "billion": 9,
    "mrd": 9,
    "milliarde": 9,
    "milliarden": 9,
    "milliard": 9,
    "milliards": 9,
    "lakh": 5,
    "lakhs": 5,
    "lac": 5,
    "lacs": 5,
    "crore": 7,
    "crores": 7,
    "cr": 7,
}
_MAGNITUDE = re.compile(
    rf"\s?({'|'.join(sorted(map(re.escape, _MAGNITUDES), key=len, reverse=True))})"
    r"(?![^\W\d_])\.?",
    re.IGNORECASE,
)
_PERCENT = re.compile(
    r"\s?(?:%|٪|percent\b|per cent\b|percentage points?\b|pct\b|prozent\w*|pour cent\b|"
    r"por ciento\b|pp\b)",
    re.IGNORECASE,
)
_TIMES = re.compile(r"(?:x|×|-fold|fold)(?![^\W\d_])|\s×", re.IGNORECASE)

_SIGN = "|".join(re.escape(sign) for sign in SIGNS)
_LETTERED = "|".join(re.escape(sign) for sign in SIGNS if sign[0].isalpha())
_SYMBOL = "|".join(re.escape(sign) for sign in SIGNS if not sign[0].isalpha())
_CODE = "|".join(sorted(ISO_4217))
_LOWER = "|".join(sorted(LOWER_CASE_CODES))
_NAME = "|".join(sorted(WORDS, key=len, reverse=True))
_MONEY_BEFORE = re.compile(
    rf"(?:(?<![^\W\d_])(?:(?P<code>{_CODE}|{_LOWER})|(?P<rand>R)(?=$)|"
    rf"(?P<sign>(?i:{_LETTERED})))|(?P<symbol>{_SYMBOL}))\s?$"
)
_MONEY_AFTER = re.compile(
    rf"(?:,[-–—])?\s?(?:(?P<sign>(?i:{_SIGN}))(?![^\W\d_])|(?P<code>{_CODE}|{_LOWER})(?![^\W\d_])|"
    rf"(?P<name>(?i:{_NAME}))(?![^\W\d_]))"
)
_LETTER_BEFORE = re.compile(r"[^\W\d_][-‐–]?$")
_AND_MORE = re.compile(r"\+(?![\w+])")
"""What follows the number of "500+ sign-ups"."""
_PAIR = ("/", ":")
_THOUSANDS_SIGNS = frozenset({"TEUR", "T€"})


@frozen
class Amount:
    """
    A number in a text.

    Attributes:
        value: With its magnitude applied: "10K" is 10000.
        sign: "%", "x", a currency (or a shared sign such as "$"), or empty.
        start: Where it begins in the text, sign included.
        end: Where it ends, sign included.
        power: The magnitude that was written, as a power of ten.
        signed: "-" or "+" right before it, else empty.
    """

    value: Decimal
    sign: str
    start: int
    end: int
    power: int = 0
    signed: str = ""

    @property
    def is_money(self) -> bool:
        return self.sign not in ("", PERCENT, TIMES)


def find_amounts(text: str) -> list[Amount]:
    """Return the amounts of *text* in order. Numbers within names ("B2B", "3D") are none."""
    plain = western_digits(text)
    found = [amount for match in _NUMBER.finditer(plain) if (amount := _read(plain, match))]
    return _share_magnitudes(plain, found)


def find_spelled(text: str) -> list[Amount]:
    """Return the amounts of *text* whose numbers are English words: "two thousand euros"."""
    found = []
    for match in SPELLED.finditer(text):
        sign, end = _sign_after(text, match.end())
        found.append(Amount(spelled_value(match[0]), sign, match.start(), end))
    return found


def western_digits(text: str) -> str:
    """Return *text*, character for character, with the digits of every script as 0 to 9."""
    if text.isascii():
        return text
    return "".join(
        str(unicodedata.digit(char)) if char.isdecimal() and not char.isascii() else char
        for char in text
    )


def _read(text: str, match: re.Match[str]) -> Amount | None:
    start, end = match.span()
    if end - start > 2 * _LONGEST_NUMBER or _is_of_a_pair(text, start, end):
        return None
    head = _MONEY_BEFORE.search(text[max(0, start - 6) : start])
    if head is None and _LETTER_BEFORE.search(text[max(0, start - 2) : start]):
        return None
    power, end = _magnitude(text, end)
    sign, end = _sign_after(text, end)
    if head:
        sign = sign or _currency(head)
        start -= len(head[0])
    if _THOUSANDS_SIGNS & {(head[0] if head else text[match.end() : end]).strip().upper()}:
        power += 3
    if _AND_MORE.match(text, end):
        end += 1
    if end < len(text) and text[end].isalpha() and text[end].isascii():
        return None
    value = read_number(match[0], sign, power)
    if value is None:
        return None
    return Amount(_raised(value, power), sign, start, end, power, _signed(text, start))


def _raised(value: Decimal, power: int) -> Decimal:
    """Return *value* times ten to the *power*, written without an exponent."""
    raised = value * Decimal(10**power)
    whole = raised.to_integral_value()
    return whole.quantize(Decimal(1)) if power and raised == whole else raised


def _is_of_a_pair(text: str, start: int, end: int) -> bool:
    """Return whether the number is half of a "24/7" or a "10:30"."""
    after, before = text[end : end + 2], text[max(0, start - 2) : start]
    return (after[:1] in _PAIR and after[1:].isdigit()) or (
        before[-1:] in _PAIR and before[:-1].isdigit()
    )


def _magnitude(text: str, end: int) -> tuple[int, int]:
    found = _MAGNITUDE.match(text, end)
    if not found:
        return 0, end
    # A lone letter after a space is a word of its own.
    if found[0].startswith(" ") and len(found[1]) == 1 and found[1] not in "kKM":
        return 0, end
    return _MAGNITUDES[found[1].casefold()], found.end()


def _sign_after(text: str, end: int) -> tuple[str, int]:
    for pattern, sign in ((_PERCENT, PERCENT), (_TIMES, TIMES)):
        found = pattern.match(text, end)
        if found:
            return sign, found.end()
    money = _MONEY_AFTER.match(text, end)
    return (_currency(money), money.end()) if money else ("", end)


def _currency(found: re.Match[str]) -> str:
    parts = found.groupdict()
    if parts.get("rand"):
        return "ZAR"
    if parts.get("name"):
        return WORDS[parts["name"].casefold()]
    if parts.get("code"):
        return str(parts["code"]).upper()
    return SIGNS[str(parts.get("symbol") or parts["sign"]).upper()]


def _signed(text: str, start: int) -> str:
    before = text[max(0, start - 2) : start]
    if before[-1:] in ("-", "−", "+") and (len(before) < 2 or before[0].isspace()):
        return "-" if before[-1] != "+" else "+"
    return ""


def read_number(written: str, sign: str = "", power: int = 0) -> Decimal | None:
    """
    Return the number that *written* spells, in whichever country's way, or None.

    Two kinds of separator: the last is the decimal one. One kind, more than once:
    thousands (also in the Indian way, 12,34,567). One separator before exactly three
    digits: thousands, except a dot in a percentage, a factor, a number below one, or
    before a magnitude ("1.250 million"). Anything else: the decimal separator.
    """
    text = re.sub(r"[ '’٬]", "", written).replace("٫", ",")
    dots, commas = text.count("."), text.count(",")
    if dots and commas:
        decimal = "." if text.rfind(".") > text.rfind(",") else ","
        if text.count(decimal) > 1:
            return None
        return _plain(text.replace("," if decimal == "." else ".", "").replace(decimal, "."))
    mark = "." if dots else ","
    if dots + commas > 1:
        return _plain(text.replace(mark, "")) if _is_grouped(text.split(mark)) else None
    if dots + commas == 1:
        whole, rest = text.split(mark)
        precise = mark == "." and (sign in (PERCENT, TIMES) or power > 0)
        if len(rest) == 3 and len(whole) <= 3 and not whole.startswith("0") and not precise:
            return _plain(whole + rest)
    return _plain(text.replace(mark, "."))


def _is_grouped(groups: list[str]) -> bool:
    return (
        len(groups[0]) <= 3
        and len(groups[-1]) == 3
        and all(len(group) in (2, 3) for group in groups[1:-1])
    )


def _plain(text: str) -> Decimal | None:
    return Decimal(text) if len(text) <= _LONGEST_NUMBER else None


_RANGE = re.compile(r"\s?(?:-|–|—|−|to|bis|à|a|until|and|und|et|y)\s?", re.IGNORECASE)


def is_range(text: str, low: Amount, high: Amount) -> bool:
    """Return whether *text* joins two neighbouring amounts to a range."""
    return _RANGE.fullmatch(text[low.end : high.start]) is not None


def _share_magnitudes(text: str, amounts: list[Amount]) -> list[Amount]:
    """Let the lower end of a range have the upper's magnitude: "150-250k" is 150k to 250k."""
    shared = list(amounts)
    for i in range(len(shared) - 1):
        low, high = shared[i], shared[i + 1]
        if high.power and not low.power and is_range(text, low, high):
            raised = _raised(low.value, high.power)
            if raised <= high.value:
                shared[i] = evolve(low, value=raised, power=high.power)
    return shared
