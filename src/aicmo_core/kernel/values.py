"""
Single values that may be stored: what each type takes, and its form in plain data.

What JSON has no form for travels as text: `Decimal` in its exact spelling, aware
`datetime` as ISO 8601 in UTC with six decimals and `Z` (so that text order is time
order), `date` as ISO 8601, `UUID` in lower case. `timedelta` is an int of microseconds.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sized
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any
from uuid import UUID

INT_MIN, INT_MAX = -(2**63), 2**63 - 1
_MICROSECOND = timedelta(microseconds=1)
_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_UNSAFE_TEXT = re.compile("[\x00\ud800-\udfff]")


class Mismatch(ValueError):
    """
    A single value is not what was declared; the path is added by whoever walks.

    Attributes:
        discreet: What is wrong, without the value: for what comes out of a store.
    """

    def __init__(self, expected: str, found: object) -> None:
        super().__init__(f"expected {expected}, found {describe(found)}")
        self.discreet = f"expected {expected}, found {kind_of(found)}"


class UnsafeText(Mismatch):
    """A text that no store takes. It may be a whole document, and is not repeated."""

    def __str__(self) -> str:
        return self.discreet


class NeverStored(Mismatch):
    """A secret where a value would be stored, or read from what was."""

    def __init__(self, found: object) -> None:
        super().__init__("a value that may be stored, which a Secret never is", kind_of(found))

    def __str__(self) -> str:
        return self.discreet


def describe(value: object) -> str:
    """Return a short account of *value* for an error: its type and how it begins."""
    if value is None or isinstance(value, bool):
        return repr(value)
    shown = repr(value)
    if len(shown) > 60:
        shown = shown[:57] + "..."
    return f"{type(value).__name__} {shown}"


def kind_of(value: object) -> str:
    """Return what sort of value it is, and how long, but nothing of what it says."""
    name = "text" if type(value) is str else type(value).__name__
    return f"{name} of length {len(value)}" if isinstance(value, Sized) else name


# -- one check per storable type; each returns the value or raises Mismatch ----------


def check_text(value: object) -> str:
    """Text of any script, without NUL (no database index takes it) or lone surrogates."""
    if type(value) is not str and not (isinstance(value, str) and not isinstance(value, Enum)):
        raise Mismatch("text", value)
    if not value.isascii() or "\x00" in value:
        bad = _UNSAFE_TEXT.search(value)
        if bad:
            name = "NUL" if bad[0] == "\x00" else f"the lone surrogate U+{ord(bad[0]):04X}"
            raise UnsafeText(f"text without {name} (at character {bad.start()})", value)
    return value


def check_int(value: object) -> int:
    """An int of 64 bits; bool is not an int here."""
    if type(value) is not int:
        raise Mismatch("an int", value)
    if not INT_MIN <= value <= INT_MAX:
        raise Mismatch("an int of at most 64 bits", value)
    return value


def check_float(value: object) -> float:
    """A finite float; negative zero becomes zero, because not every store keeps its sign."""
    if type(value) is int:
        try:
            value = float(check_int(value))
        except OverflowError:  # pragma: no cover - 64-bit ints always fit
            raise Mismatch("a float", value) from None
    if type(value) is not float:
        raise Mismatch("a float", value)
    if not math.isfinite(value):
        raise Mismatch("a finite float", value)
    return value + 0.0


def check_bool(value: object) -> bool:
    if type(value) is not bool:
        raise Mismatch("true or false", value)
    return value


def check_datetime(value: object) -> datetime:
    if not isinstance(value, datetime):
        raise Mismatch("a datetime", value)
    if value.tzinfo is None or value.utcoffset() is None:
        raise Mismatch("a datetime with a time zone", value)
    try:
        return value if value.tzinfo is UTC else value.astimezone(UTC)
    except OverflowError:
        raise Mismatch("a datetime within the years 1 to 9999 of UTC", value) from None


def check_any(value: object) -> Any:
    """A value of no declared type may hold only what JSON gives back equal."""
    return _check_any(value, "")


def _check_any(value: object, path: str) -> Any:
    try:
        match value:
            case None | bool():
                return value
            case int():
                return check_int(value)
            case float():
                return check_float(value)
            case str():
                return check_text(value)
            case list():
                return [_check_any(item, f"{path}[{i}]") for i, item in enumerate(value)]
            case dict():
                for key in value:
                    check_text(key)
                return {key: _check_any(item, f"{path}[{key!r}]") for key, item in value.items()}
        raise Mismatch(
            "plain data (None, bool, int, float, text, list, dict with text keys)", value
        )
    except Mismatch as error:
        if path and not hasattr(error, "at"):
            error.at = path  # type: ignore[attr-defined]
        raise


# -- text forms -----------------------------------------------------------------------


_second: tuple[tuple[int, ...], str] = (), ""
"""The second that was written last, and its text: most moments of a run are of one second."""


def datetime_to_text(value: datetime) -> str:
    """Return *value* in UTC as ISO 8601 with six decimals and `Z`: text order is time order."""
    global _second
    if type(value) is not datetime or value.tzinfo is not UTC:
        value = check_datetime(value)
    of = value.second, value.minute, value.hour, value.day, value.month, value.year
    known, text = _second
    if of != known:
        text = value.isoformat("T", "seconds")[:19]  # without the offset, which is 0
        _second = of, text
    return f"{text}.{value.microsecond:06}Z"


def text_to_datetime(value: object) -> datetime:
    if type(value) is not str:
        raise Mismatch("an ISO 8601 datetime as text", value)
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise Mismatch("an ISO 8601 datetime", value) from None
    return check_datetime(moment)


def text_to_date(value: object) -> date:
    if type(value) is not str:
        raise Mismatch("an ISO 8601 date as text", value)
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise Mismatch("an ISO 8601 date", value) from None


def decimal_to_text(value: object) -> str:
    if type(value) is not Decimal:
        raise Mismatch("a Decimal", value)
    if not value.is_finite():
        raise Mismatch("a finite Decimal", value)
    return str(value)


def text_to_decimal(value: object) -> Decimal:
    if type(value) is not str:
        raise Mismatch("a decimal number as text", value)
    if not _DECIMAL.fullmatch(value):  # Decimal would take "1_0", " 1" and "NaN"
        raise Mismatch("a decimal number", value)
    try:
        return Decimal(value)
    except InvalidOperation:
        raise Mismatch("a decimal number of a smaller exponent", value) from None


def timedelta_to_int(value: object) -> int:
    if not isinstance(value, timedelta):
        raise Mismatch("a timedelta", value)
    return check_int(value // _MICROSECOND)


def int_to_timedelta(value: object) -> timedelta:
    try:
        return timedelta(microseconds=check_int(value))
    except OverflowError:
        raise Mismatch("microseconds within the range of timedelta", value) from None


def text_to_uuid(value: object) -> UUID:
    if type(value) is not str:
        raise Mismatch("a UUID as text", value)
    try:
        return UUID(value)
    except ValueError:
        raise Mismatch("a UUID", value) from None


def date_to_text(value: object) -> str:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise Mismatch("a date", value)
    return value.isoformat()


def uuid_to_text(value: object) -> str:
    if not isinstance(value, UUID):
        raise Mismatch("a UUID", value)
    return str(value)
