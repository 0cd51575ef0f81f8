"""
Numbers that decide something, and why they are those; bounds and names, for checks of rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, cast

import attrs
from attrs import frozen

from aicmo_core.kernel.errors import Problem, nearest


@frozen
class Number:
    """
    A number that a rule set decides by.

    Attributes:
        path: Where it stands.
        because: Its reason or its source; empty where it has none.
    """

    path: str
    value: int | float | Decimal
    because: str


def numbers(rules: object, path: str = "$") -> Iterator[Number]:
    """
    Yield the numbers of *rules*, with their reasons.

    The reason of a number is its field's entry in `reasons`, or the `because`, the `reason` or
    the `source` of its object. A number that is not there, since its field has a default, is
    none.
    """
    if isinstance(rules, Mapping):
        for key, value in rules.items():
            yield from numbers(value, f"{path}[{key!r}]")
    elif isinstance(rules, list | tuple):
        for n, value in enumerate(rules):
            yield from numbers(value, f"{path}[{n}]")
    elif attrs.has(type(rules)):
        reasons = getattr(rules, "reasons", {})
        words = [getattr(rules, name, None) or "" for name in ("because", "reason", "source")]
        of_all = next((said for said in words if said.strip()), "")
        for one in attrs.fields(cast(Any, type(rules))):
            value = getattr(rules, one.name)
            if value != one.default:
                reason = _said(reasons, one.name, of_all)
                yield from _in_field(value, f"{path}.{one.name}", reason, reasons)
            yield from numbers(value, f"{path}.{one.name}")


def _in_field(
    value: object, path: str, reason: str, reasons: Mapping[str, str]
) -> Iterator[Number]:
    """Yield the numbers in *value*, down to the next object with reasons of its own."""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        yield Number(path, value, reason)
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from _in_field(one, f"{path}[{key!r}]", _said(reasons, key, reason), reasons)
    elif isinstance(value, list | tuple):
        for n, one in enumerate(value):
            yield from _in_field(one, f"{path}[{n}]", reason, reasons)


def _said(reasons: Mapping[str, str], name: str, otherwise: str) -> str:
    reason = reasons.get(name, "")
    return reason if reason.strip() else otherwise


def unexplained(rules: object) -> Iterator[Problem]:
    """Yield the numbers of *rules* that come without a reason or a source."""
    for number in numbers(rules):
        if not number.because:
            expected = f"expected a reason or a source beside the number {number.value}"
            yield Problem(number.path, f"{expected}, found none")


def within(path: str, found: int | float | Decimal, least: int, most: int) -> Iterator[Problem]:
    """Yield a problem where *found* is not from *least* to *most*, both included."""
    if not least <= found <= most:
        yield Problem(path, f"expected a number from {least} to {most}, found {found}")


def counts_within(rules: object, bounds: Mapping[str, tuple[int, int]]) -> Iterator[Problem]:
    """Yield a problem for each `Count` of *rules* that is not within its bounds, by field."""
    for name, (least, most) in bounds.items():
        yield from within(f"$.{name}.value", getattr(rules, name).value, least, most)


def known_names(
    path: str, kind: str, names: Sequence[str], known: Iterable[str]
) -> Iterator[Problem]:
    """Yield a problem for each of *names* that is not *known*, with the nearest that is."""
    options = list(known)
    for n, name in enumerate(names):
        yield from known_name(f"{path}[{n}]", kind, name, options)


def known_name(path: str, kind: str, name: str, known: Iterable[str]) -> Iterator[Problem]:
    """Yield a problem where *name* is not *known*, with the nearest that is."""
    options = list(known)
    if name not in options:
        yield Problem(path, f"unknown {kind} {name!r}{hint(name, options)}")


def hint(name: object, known: Iterable[object]) -> str:
    """Return the nearest known name, for the end of a sentence; empty where none is close."""
    close = nearest(str(name), map(str, known))
    return f" (did you mean {close!r}?)" if close else ""
