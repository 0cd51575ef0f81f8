"""Instances of declared classes, derived from the types of their fields by hypothesis."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from aicmo_core.kernel.money import Money

_LONGEST = 24
"""Of a text: three of them, at four bytes a character, fit into one index row."""

TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=_LONGEST
)

_SCALARS: dict[Any, SearchStrategy[Any]] = {
    str: TEXT,
    int: st.integers(-(2**63), 2**63 - 1),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    type(None): st.none(),
    Decimal: st.decimals(-(10**12), 10**12, places=4),
    datetime: st.datetimes(timezones=st.just(UTC)),
    date: st.dates(),
    timedelta: st.timedeltas(timedelta(days=-36500), timedelta(days=36500)),
    UUID: st.uuids(),
    Any: st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT,
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2),
        max_leaves=4,
    ),
    Money: st.builds(
        Money, st.decimals(0, 10**9, places=2), st.sampled_from(["EUR", "USD", "JPY", "KWD"])
    ),
}

Samples = Mapping[type, Sequence[Any]]


class CannotDerive(TypeError):
    """Nothing is known of a type from which a value could be made. Give a sample of its class."""


def values_of(hint: Any, samples: Samples | None = None) -> SearchStrategy[Any]:
    """
    Return a strategy for values of a declared type.

    Args:
        hint: As a field declares it.
        samples: Instances by class, used for those classes, wherever they are nested,
            instead of deriving any.

    Raises:
        CannotDerive: The type, or one in it, is none that may be stored.
    """
    given = samples or {}
    while hasattr(hint, "__supertype__"):
        hint = hint.__supertype__
    if isinstance(hint, type) and hint in given:
        return st.sampled_from(list(given[hint]))
    if hint in _SCALARS:
        return _SCALARS[hint]
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(list(hint))
    if isinstance(hint, type) and attrs.has(hint):
        return _instances_of(hint, given)
    return _container(hint, given)


def _container(hint: Any, samples: Samples) -> SearchStrategy[Any]:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return st.one_of([values_of(a, samples) for a in arguments])
    if origin is tuple and arguments[1:] == (Ellipsis,):
        return st.lists(values_of(arguments[0], samples), max_size=3).map(tuple)
    if origin in (list, Sequence):
        return st.lists(values_of(arguments[0], samples), max_size=3)
    if origin in (dict, Mapping):
        return st.dictionaries(TEXT, values_of(arguments[1], samples), max_size=3)
    raise CannotDerive(f"no value can be derived from {hint!r}; give a sample of its class")


def _instances_of(cls: type, samples: Samples) -> SearchStrategy[Any]:
    hints = typing.get_type_hints(cls)
    fields = {a.alias: _later(hints[a.name], samples) for a in attrs.fields(cls) if a.init}
    return st.builds(cls, **fields)


def _later(hint: Any, samples: Samples) -> SearchStrategy[Any]:
    """Derive when drawn from: a class may contain itself."""
    return st.deferred(lambda: values_of(hint, samples))
