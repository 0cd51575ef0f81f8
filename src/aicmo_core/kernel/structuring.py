"""
Strict structuring: plain data to attrs classes and back, with a path for each error.

Plain data is what JSON can hold: None, bool, int, float, str, lists and dicts with
text keys. Nothing is guessed: `"3"` is not an int, `"false"` not a bool, `1` not a
bool; a missing field without a default and an unknown field are errors. An int is
accepted where a float is declared, because JSON has one kind of number.

What JSON has no form for travels as `values` says; an enum travels as its value.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum, EnumType
from functools import cache
from typing import Any, TypeVar, cast
from uuid import UUID

import attrs
import orjson
from cattrs import Converter, transform_error
from cattrs.cols import (
    homogenous_tuple_structure_factory,
    is_mapping,
    is_sequence,
    list_structure_factory,
    mapping_structure_factory,
)
from cattrs.errors import ForbiddenExtraKeysError
from cattrs.gen import make_dict_structure_fn

from aicmo_core.kernel import generated, limits
from aicmo_core.kernel.errors import InvalidValue, Problem, nearest
from aicmo_core.kernel.secret import Secret
from aicmo_core.kernel.values import (
    Mismatch,
    NeverStored,
    check_any,
    check_bool,
    check_float,
    check_int,
    check_text,
    date_to_text,
    datetime_to_text,
    decimal_to_text,
    int_to_timedelta,
    text_to_date,
    text_to_datetime,
    text_to_decimal,
    text_to_uuid,
    timedelta_to_int,
    uuid_to_text,
)

T = TypeVar("T")

# -- the converter ----------------------------------------------------------------------


def _enum(value: object, enum: Any) -> Any:
    """Return the member with this value; the type counts too, so True is not 1."""
    for member in enum:
        if member.value == value and type(member.value) is type(value):
            return member
    options = ", ".join(repr(m.value) for m in enum)
    close = nearest(value, [str(m.value) for m in enum]) if isinstance(value, str) else None
    hint = f" (did you mean {close!r}?)" if close else ""
    raise Mismatch(f"one of {options}{hint}", value)


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
    converter.register_structure_hook_func(lambda t: t is Any, lambda v, _: check_any(v))
    converter.register_unstructure_hook_func(lambda t: t is Any, check_any)
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
    converter.register_unstructure_hook_factory(is_sequence)(_unstructure_to_list)
    converter.register_unstructure_hook_factory(_is_homogeneous_tuple)(_unstructure_to_list)
    converter.register_unstructure_hook_factory(_is_plain_class)(_unstructure_attrs)
    return converter


def _is_homogeneous_tuple(cls: Any) -> bool:
    args: tuple[Any, ...] = getattr(cls, "__args__", ())
    return getattr(cls, "__origin__", None) is tuple and len(args) == 2 and args[1] is Ellipsis


def _unstructure_to_list(cls: Any, converter: Converter) -> Callable[[Any], Any]:
    args = getattr(cls, "__args__", ())
    one = converter.unstructure if not args else _unstructurer(args[0], converter)
    return lambda values: [one(value) for value in values]


def _is_plain_class(cls: Any) -> bool:
    return isinstance(cls, type) and attrs.has(cls) and not hasattr(cls, "__parameters__")


def _unstructure_attrs(cls: Any, converter: Converter) -> Callable[[Any], Any]:
    """Return a function from an instance of *cls* to a dict, which checks what is plain itself."""
    fields = [a for a in attrs.fields(attrs.resolve_types(cls)) if a.init]
    lines = generated.reads("item", "v", [(one.name, one.type) for one in fields])
    parts = [f"{one.name!r}: v{i}" for i, one in enumerate(fields)]
    source = ["def unstructure(item):", *(f"    {line}" for line in lines)]
    source.append(f"    return {{{', '.join(parts)}}}")
    scope = {f"to_v{i}": _unstructurer(one.type, converter) for i, one in enumerate(fields)}
    return generated.function("\n".join(source), scope)


def _unstructurer(hint: Any, converter: Converter) -> Callable[[Any], Any]:
    """Return what unstructures values of *hint*; of a class that contains itself, when called."""
    if hint is None:
        return converter.unstructure
    try:
        return converter.get_unstructure_hook(hint, cache_result=False)
    except RecursionError:
        return converter.unstructure


_converter = _make_converter()


_hook = cache(_converter.get_unstructure_hook)


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
        return _hook(cls)(value)
    except RecursionError as error:
        deep = limits.too_deep(value)
        if deep is None:  # it is the caller who is deep
            raise
        raise InvalidValue(type(value).__name__, (deep,)) from error
    except Exception as error:
        deep = limits.too_deep(value)
        problem = deep or _locate(value, cls, "$") or Problem("$", _message(error))
        raise InvalidValue(type(value).__name__, (problem,)) from error


_AS_IT_IS = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME


def dump_plain(plain: object) -> str:
    """Return plain data as compact JSON text, every character kept."""
    return orjson.dumps(plain, None, _AS_IT_IS).decode()


def to_json(value: object, cls: Any = None) -> str:
    """
    Return *value* as compact JSON text with every character kept as it is.

    Raises:
        InvalidValue: Something in it may not be stored, it is nested deeper than
            `MOST_LEVELS`, or the text is larger than `MOST_BYTES`; the path says where.
    """
    plain = unstructure_as(value, cls or type(value))
    try:
        text = orjson.dumps(plain, None, _AS_IT_IS).decode()
    except TypeError as error:  # of a class that nothing here knows, or far too deep
        if limits.is_deeper(plain):
            raise _too_deep(value, type(value).__name__) from error
        problem = Problem(_unknown(plain, "$"), str(error))
        raise InvalidValue(type(value).__name__, (problem,)) from error
    if len(text) > limits.SHORT and limits.may_be_over(text):
        _check_limits(value, plain, text)
    return text


def _check_limits(value: object, plain: object, text: str) -> None:
    if limits.may_be_deep(text) and limits.is_deeper(plain):
        raise _too_deep(value, type(value).__name__)
    if limits.is_larger(text):
        problem = limits.too_large(value, json_bytes)
        raise InvalidValue(type(value).__name__, (problem,))


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
    data = plain_from_json(text, _called(cls))
    try:
        return _converter.structure(data, cls)
    except Exception as error:  # noqa: BLE001 - what its chain says would repeat the values
        problems = tuple(_problems(error, discreet=True))
    raise InvalidValue(_called(cls), problems)


def plain_from_json(text: str, what: str) -> Any:
    """
    Return the plain data that JSON text says.

    Args:
        what: What the text is of, for the error.

    Raises:
        InvalidValue: The text is not JSON (with line and column), has a key twice, or is over
            the limits. The error repeats nothing of it.
    """
    if limits.is_larger(text):
        found = f"expected at most {limits.MOST_BYTES} bytes in all, found {len(text.encode())}"
        raise InvalidValue(what, (Problem("$", found),))
    try:
        data = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_no_key_twice)
    except ValueError as error:
        raise InvalidValue(what, (Problem("$", f"not JSON: {error}"),)) from error
    except RecursionError as error:
        problem = Problem("$", f"expected at most {limits.MOST_LEVELS} nested levels")
        raise InvalidValue(what, (problem,)) from error
    if limits.may_be_deep(text) and limits.is_deeper(data):
        raise _too_deep(data, what)
    return data


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
