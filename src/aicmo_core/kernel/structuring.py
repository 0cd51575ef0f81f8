"""
Strict structuring: plain data to attrs classes and back, with a path for each error.

Plain data is what JSON can hold: None, bool, int, float, str, lists and dicts with
text keys. Nothing is guessed: `"3"` is not an int, `"false"` not a bool, `1` not a
bool; a missing field without a default and an unknown field are errors. An int is
accepted where a float is declared, because JSON has one kind of number.

What JSON has no form for travels as text: `Decimal` in its exact spelling, aware
`datetime` as ISO 8601 in UTC with six decimals and `Z` (so that text order is time
order), `date` as ISO 8601, `UUID` in lower case, an enum as its value. `timedelta`
is an int of microseconds.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sized
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import Enum, EnumType
from typing import Any, TypeVar, cast
from uuid import UUID

import attrs
from cattrs import Converter, transform_error
from cattrs.cols import (
    homogenous_tuple_structure_factory,
    is_mapping,
    is_sequence,
    iterable_unstructure_factory,
    list_structure_factory,
    mapping_structure_factory,
)
from cattrs.errors import ForbiddenExtraKeysError
from cattrs.gen import make_dict_structure_fn

from aicmo_core.kernel import limits
from aicmo_core.kernel.errors import InvalidValue, Problem, nearest
from aicmo_core.kernel.secret import Secret

T = TypeVar("T")

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


def _plain_any(value: object) -> Any:
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


def datetime_to_text(value: datetime) -> str:
    """Return *value* in UTC as ISO 8601 with six decimals and `Z`: text order is time order."""
    return check_datetime(value).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


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


def _enum(value: object, enum: Any) -> Any:
    """Return the member with this value; the type counts too, so True is not 1."""
    for member in enum:
        if member.value == value and type(member.value) is type(value):
            return member
    options = ", ".join(repr(m.value) for m in enum)
    close = nearest(value, [str(m.value) for m in enum]) if isinstance(value, str) else None
    hint = f" (did you mean {close!r}?)" if close else ""
    raise Mismatch(f"one of {options}{hint}", value)


# -- the converter ----------------------------------------------------------------------


def _guarded(
    factory: Callable[[Any, Converter], Callable[[Any, Any], Any]],
    kinds: type | tuple[type, ...],
    expected: str,
) -> Callable[[Any, Converter], Callable[[Any, Any], Any]]:
    """Wrap a hook factory so that the container itself is checked before its items."""

    def make(cls: Any, converter: Converter) -> Callable[[Any, Any], Any]:
        inner = factory(cls, converter)

        def hook(value: Any, target: Any) -> Any:
            if not isinstance(value, kinds):
                raise Mismatch(expected, value)
            return inner(value, target)

        return hook

    return make


def _structure_attrs(cls: Any, converter: Converter) -> Callable[[Any, Any], Any]:
    return make_dict_structure_fn(
        cls, converter, _cattrs_forbid_extra_keys=True, _cattrs_detailed_validation=True
    )


def _structure_text_mapping(cls: Any, converter: Converter) -> Callable[[Any, Any], Any]:
    return mapping_structure_factory(cls, converter)


def _unless_enum(check: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    """
    Send an enum that is also a str or an int to its own hook.

    Hooks are registered by class, because cattrs prefers that to any predicate; so
    a `StrEnum` arrives where text is expected.
    """

    def hook(value: Any, target: Any) -> Any:
        return check(value) if target.__class__ is not EnumType else _enum(value, target)

    return hook


def _of_enum_or(check: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def hook(value: Any) -> Any:
        return check(value.value if isinstance(value, Enum) else value)

    return hook


def _text(value: Any) -> Any:
    """Unstructure text: the commonest value of all, so that the common case comes first."""
    if type(value) is str and value.isascii() and "\x00" not in value:
        return value
    return check_text(value.value if isinstance(value, Enum) else value)


def _never_stored(value: object, _: Any = None) -> Any:
    raise NeverStored(value)


def _none(value: object, _: Any) -> None:
    if value is not None:
        raise Mismatch("null", value)


def _make_converter() -> Converter:
    converter = Converter(detailed_validation=True, forbid_extra_keys=True)
    checks: list[tuple[Any, Callable[[Any], Any], Callable[[Any], Any]]] = [
        (str, check_text, check_text),
        (int, check_int, check_int),
        (float, check_float, check_float),
        (bool, check_bool, check_bool),
        (datetime, text_to_datetime, datetime_to_text),
        (date, text_to_date, date_to_text),
        (Decimal, text_to_decimal, decimal_to_text),
        (timedelta, int_to_timedelta, timedelta_to_int),
        (UUID, text_to_uuid, uuid_to_text),
    ]
    for cls, structure_one, unstructure_one in checks:
        converter.register_structure_hook(cls, _unless_enum(structure_one))
        converter.register_unstructure_hook(cls, _of_enum_or(unstructure_one))
    converter.register_unstructure_hook(str, _text)
    converter.register_structure_hook(Secret, _never_stored)
    converter.register_unstructure_hook(Secret, _never_stored)
    converter.register_structure_hook_func(lambda t: t is Any, lambda v, _: _plain_any(v))
    converter.register_unstructure_hook_func(lambda t: t is Any, _plain_any)
    converter.register_structure_hook_func(lambda t: t is type(None), _none)
    converter.register_structure_hook(Enum, _enum)
    converter.register_structure_hook_factory(attrs.has)(
        _guarded(_structure_attrs, Mapping, "an object")
    )
    converter.register_structure_hook_factory(is_mapping)(
        _guarded(_structure_text_mapping, Mapping, "an object")
    )
    converter.register_structure_hook_factory(is_sequence)(
        _guarded(list_structure_factory, (list, tuple), "a list")
    )
    converter.register_structure_hook_factory(_is_homogeneous_tuple)(
        _guarded(homogenous_tuple_structure_factory, (list, tuple), "a list")
    )
    converter.register_unstructure_hook_factory(_is_homogeneous_tuple)(_unstructure_to_list)
    return converter


def _is_homogeneous_tuple(cls: Any) -> bool:
    args: tuple[Any, ...] = getattr(cls, "__args__", ())
    return getattr(cls, "__origin__", None) is tuple and len(args) == 2 and args[1] is Ellipsis


def _unstructure_to_list(cls: Any, converter: Converter) -> Callable[[Any], Any]:
    return iterable_unstructure_factory(cls, converter, unstructure_to=list)


_converter = _make_converter()


# -- the public face ---------------------------------------------------------------------


def structure(data: object, cls: type[T]) -> T:
    """
    Build a *cls* from plain data, refusing whatever is not exactly of its shape.

    The error repeats the beginning of what was found, for whoever handed it in.

    Raises:
        InvalidValue: One problem per wrong place, each with its path; or the data is
            nested deeper than `MOST_LEVELS`.
    """
    if limits.is_deeper(data):
        raise _too_deep(data, _called(cls))
    try:
        return _converter.structure(data, cls)
    except Exception as error:
        raise InvalidValue(_called(cls), tuple(_problems(error))) from error


def _called(cls: Any) -> str:
    return getattr(cls, "__name__", None) or str(cls)  # unions and aliases have no name


def unstructure(value: object) -> Any:
    """
    Return *value* as plain data that `structure` turns into an equal value.

    Raises:
        InvalidValue: Something in it may not be stored; the path says where.
    """
    return unstructure_as(value, type(value))


def unstructure_as(value: object, cls: Any) -> Any:
    """Like `unstructure`, by the declared type *cls* where the value's own says less."""
    try:
        return _converter.unstructure(value, unstructure_as=cls)
    except RecursionError as error:
        deep = limits.too_deep(value)
        if deep is None:  # it is the caller who is deep
            raise
        raise InvalidValue(type(value).__name__, (deep,)) from error
    except Exception as error:
        deep = limits.too_deep(value)
        problem = deep or _locate(value, cls, "$") or Problem("$", _message(error))
        raise InvalidValue(type(value).__name__, (problem,)) from error


dump_plain = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":"), check_circular=False
).encode
"""Plain data to compact JSON text, every character kept. Made once: it is called per value."""


def to_json(value: object, cls: Any = None) -> str:
    """
    Return *value* as compact JSON text with every character kept as it is.

    Raises:
        InvalidValue: Something in it may not be stored, it is nested deeper than
            `MOST_LEVELS`, or the text is larger than `MOST_BYTES`; the path says where.
    """
    plain = unstructure_as(value, cls or type(value))
    try:
        text = dump_plain(plain)
    except TypeError as error:  # of a class that nothing here knows
        problem = Problem(_unknown(plain, "$"), str(error))
        raise InvalidValue(type(value).__name__, (problem,)) from error
    if limits.may_be_deep(text) and limits.is_deeper(plain):
        raise _too_deep(value, type(value).__name__)
    if limits.is_larger(text):
        problem = limits.too_large(value, json_bytes)
        raise InvalidValue(type(value).__name__, (problem,))
    return text


def json_bytes(value: object) -> int:
    """Return how many bytes *value* has as JSON."""
    return len(dump_plain(unstructure_as(value, type(value))).encode())


def from_json(text: str, cls: type[T]) -> T:
    """
    Build a *cls* from JSON text, which may have been stored.

    The error says what was expected, and of what sort and length it was that was found,
    but repeats nothing of it.

    Raises:
        InvalidValue: The text is not JSON (with line and column), has a key twice, is
            over the limits, or is not of this shape.
    """
    if limits.is_larger(text):
        found = f"expected at most {limits.MOST_BYTES} bytes in all, found {len(text.encode())}"
        raise InvalidValue(_called(cls), (Problem("$", found),))
    try:
        data = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_no_key_twice)
    except ValueError as error:
        raise InvalidValue(_called(cls), (Problem("$", f"not JSON: {error}"),)) from error
    except RecursionError as error:
        problem = Problem("$", f"expected at most {limits.MOST_LEVELS} nested levels")
        raise InvalidValue(_called(cls), (problem,)) from error
    if limits.may_be_deep(text) and limits.is_deeper(data):
        raise _too_deep(data, _called(cls))
    try:
        return _converter.structure(data, cls)
    except Exception as error:  # noqa: BLE001 - what its chain says would repeat the values
        problems = tuple(_problems(error, discreet=True))
    raise InvalidValue(_called(cls), problems)


def _too_deep(value: object, what: str) -> InvalidValue:
    return InvalidValue(what, (limits.too_deep(value) or Problem("$", "nested too deep"),))


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _unknown(plain: Any, path: str) -> str:
    """Return where in what was to be plain data the first value is that is not."""
    if isinstance(plain, dict):
        parts = [(f"{path}[{key!r}]", part) for key, part in plain.items()]
    elif isinstance(plain, list):
        parts = [(f"{path}[{i}]", part) for i, part in enumerate(plain)]
    else:
        return "" if plain is None or isinstance(plain, bool | int | float | str) else path
    return next((found for place, part in parts if (found := _unknown(part, place))), "")


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


# -- errors with an address -----------------------------------------------------------------

_MARK = "\x1f"


def _message(error: BaseException, *, discreet: bool = False) -> str:
    if isinstance(error, Mismatch):
        return error.discreet if discreet else str(error)
    if isinstance(error, KeyError):
        return "missing"
    if isinstance(error, ForbiddenExtraKeysError):
        known = [a.name for a in attrs.fields(cast(Any, error.cl))]
        parts = []
        for name in sorted(error.extra_fields, key=str):  # YAML has keys that are not text
            close = nearest(str(name), known)
            parts.append(
                f"unknown field {name!r}" + (f" (did you mean {close!r}?)" if close else "")
            )
        return ", ".join(parts)
    if discreet:
        return f"its class refuses it with {type(error).__name__}"
    return str(error) or type(error).__name__


def discreet_message(error: BaseException) -> str:
    """Return what is wrong with a stored value, without repeating it."""
    if isinstance(error, InvalidValue):
        return "; ".join(map(str, error.problems))
    return _message(error, discreet=True)


def _problems(error: BaseException, *, discreet: bool = False) -> list[Problem]:
    def line_of(error: BaseException, _: type | None) -> str:
        message = _message(error, discreet=discreet)
        return f"{getattr(error, 'at', '')}{_MARK}{message}{_MARK}"

    found = []
    for line in transform_error(error, format_exception=line_of):
        at, message, place = line.split(_MARK)
        found.append(Problem(place.removeprefix(" @ ") + at, message))
    return found


def _locate(value: Any, cls: Any, path: str) -> Problem | None:
    """Find the first value inside *value* that is refused. Runs only after a failure."""
    if attrs.has(type(value)):
        hints = attrs.fields(attrs.resolve_types(type(value)))
        parts = [(f"{path}.{a.name}", getattr(value, a.name), a.type) for a in hints]
    elif isinstance(value, (list, tuple)):
        parts = [(f"{path}[{i}]", item, _item_type(cls)) for i, item in enumerate(value)]
    elif isinstance(value, dict):
        parts = [(f"{path}[{k!r}]", item, _item_type(cls)) for k, item in value.items()]
    else:
        parts = []
    for place, item, declared in parts:
        found = _locate(item, declared, place)
        if found:
            return found
    try:
        _converter.unstructure(value, unstructure_as=cls)
    except Exception as error:  # noqa: BLE001 - whatever was raised is what is reported
        return Problem(path + getattr(error, "at", ""), _message(error))
    return None


def _item_type(cls: Any) -> Any:
    args = [a for a in getattr(cls, "__args__", ()) if a is not type(None) and a is not Ellipsis]
    return args[-1] if args else Any
