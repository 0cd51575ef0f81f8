"""
Functions made from a declaration, as attrs makes `__init__`.

What is done to every value of every item has no room for a call per field. So a value of
a plain type is checked where it stands, and only one that is anything else is handed to
the function that says what is wrong with it.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar, cast

import attrs

from aicmo_core.kernel.values import INT_MAX, INT_MIN

T = TypeVar("T")

_PLAIN: dict[Any, str] = {
    str: "type({v}) is str and {v}.isascii() and '\\x00' not in {v}",
    int: f"type({{v}}) is int and {INT_MIN} <= {{v}} <= {INT_MAX}",
    float: "type({v}) is float and {v} - {v} == 0.0 != {v}",  # finite; zero may be negative
    bool: "type({v}) is bool",
}


def without_none(hint: Any) -> tuple[Any, bool]:
    """Return *hint* without `| None`, and whether it had that."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        rest = [arg for arg in typing.get_args(hint) if arg is not type(None)]
        if len(rest) == 1 and len(typing.get_args(hint)) == 2:
            return rest[0], True
    return hint, False


def reads(item: str, v: str, fields: Sequence[tuple[str, Any]]) -> Iterator[str]:
    """
    Yield source that assigns the fields of variable *item* to variables *v*0, *v*1, ….

    It expects a function `to_`*v*0, and so on, for each, and leaves out to call it for what
    is stored as it is. Texts are looked at all at once.

    Args:
        fields: Their names and types, in order.
    """
    texts: list[int] = []
    for i, (name, hint) in enumerate(fields):
        test = _plain(hint, f"{v}{i}")
        if test is None and without_none(hint)[1]:
            yield f"{v}{i} = {item}.{name}"
            yield f"if {v}{i} is not None: {v}{i} = to_{v}{i}({v}{i})"
            continue
        if test is None:
            yield f"{v}{i} = to_{v}{i}({item}.{name})"
            continue
        yield f"{v}{i} = {item}.{name}"
        if _stored_as(hint) is str:
            texts.append(i)
        else:
            yield f"if not ({test}): {v}{i} = to_{v}{i}({v}{i})"
    if texts:
        all_of_them = "".join(f"{v}{i}, " for i in texts)
        kinds = " is ".join(f"type({v}{i})" for i in texts)
        whole = (
            f"(whole := ''.join(({all_of_them})))"
            if len(texts) > 1
            else f"(whole := {v}{texts[0]})"
        )
        yield f"if not ({kinds} is str and {whole}.isascii() and '\\x00' not in whole):"
        for i in texts:
            yield f"    {v}{i} = to_{v}{i}({v}{i})"


def _stored_as(hint: Any) -> Any:
    while hasattr(hint, "__supertype__"):  # a NewType is stored as what it stands for
        hint = hint.__supertype__
    return hint


def _plain(hint: Any, name: str) -> str | None:
    """Return source that tells whether *name* is stored as it is; None if it never is."""
    inner, nullable = without_none(hint)
    inner = _stored_as(inner)
    test = _PLAIN.get(inner) if isinstance(inner, type) else None
    if test is None:
        return None
    test = test.format(v=name)
    return f"{name} is None or {test}" if nullable else test


def function(source: str, scope: Mapping[str, Any]) -> Callable[..., Any]:
    """
    Return the function that *source* defines.

    Args:
        source: One `def`, in which nothing but names of fields and numbers was filled in.
        scope: What it refers to.
    """
    names = dict(scope)
    exec(compile(source, "<generated>", "exec"), names)
    made: Callable[..., Any] = names[source.removeprefix("def ").partition("(")[0]]
    return made


def evolver(cls: type[T], *names: str) -> Callable[..., T]:
    """
    Return what `attrs.evolve` is, for instances of *cls* and changes of the fields *names*.

    It is called with an instance and the fields' values, in the order of *names*.
    """
    return _evolver(cast(Any, cls), names)


@cache
def _evolver(cls: Any, names: Sequence[str]) -> Callable[..., Any]:
    given = {
        one.alias: one.name if one.name in names else f"item.{one.name}"
        for one in attrs.fields(cls)
        if one.init
    }
    arguments = ", ".join(f"{alias}={value}" for alias, value in given.items())
    source = f"def evolve({', '.join(('item', *names))}):\n    return cls({arguments})"
    return function(source, {"cls": cls})
