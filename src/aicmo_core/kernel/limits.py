"""
How large and how deep a value may be that is stored, and what of it is to blame.

Both limits hold for every backend, so that a value which one of them takes is taken by
all. What is over them is refused before any database is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias, cast

import attrs

from aicmo_core.kernel.errors import Problem

MOST_LEVELS = 64
"""
How deep lists, objects and attrs instances may be nested in one value.

A brief needs five levels. Python's own limit, of some 300 levels here, depends on how
deep the caller is, and is met by a crash; this one is not.
"""

MOST_BYTES = 6 * 1024 * 1024
"""
How many bytes of UTF-8 one value may have as JSON: an input, a result, an event, a field.

MariaDB takes statements of 16 MiB unless told otherwise, and a statement may spell each
byte of a text as two; see `ROW_BYTES` for what a row may have in all.
"""

SHORT = 2 * MOST_LEVELS
"""How many characters of JSON text are within both, whatever they are."""

_COUNTED = 10_000
_CONTAINERS = (list, tuple, dict)
_Trail: TypeAlias = tuple[Any, ...]


def is_larger(text: str, most: int = MOST_BYTES) -> bool:
    """Return whether *text* has more than *most* bytes, at the cost of a look at its length."""
    if len(text) * 4 <= most:
        return False
    return len(text) > most or len(text.encode()) > most


def may_be_over(text: str) -> bool:
    """Return whether JSON text that is not `SHORT` has to be looked at more closely."""
    return may_be_deep(text) or len(text) * 4 > MOST_BYTES


def may_be_deep(text: str) -> bool:
    """Return whether JSON text has brackets enough to be nested too deep."""
    return len(text) > SHORT and text.count("[") + text.count("{") > MOST_LEVELS


def is_deeper(plain: object) -> bool:
    """Return whether plain data is nested deeper than it may be. It may contain itself."""
    level: Iterable[Any] = (plain,) if isinstance(plain, _CONTAINERS) else ()
    for _ in range(MOST_LEVELS):
        inner: dict[int, Any] = {}
        for container in level:
            values = container.values() if isinstance(container, dict) else container
            inner.update((id(v), v) for v in values if isinstance(v, _CONTAINERS))
        if not inner:
            return False
        level = inner.values()
    return True


# -- what is to blame; runs only after a failure


def too_deep(value: object) -> Problem | None:
    """Return where *value* is nested the deepest and how deep, if that is deeper than allowed."""
    levels, trail = 0, ()
    level: dict[int, tuple[Any, _Trail]] = {id(value): (value, ())}
    while level and levels < _COUNTED:
        levels += 1
        ((_, trail), *_) = level.values()
        level = {
            id(part): (part, (trail_of, step))
            for whole, trail_of in level.values()
            for step, part in _parts(whole)
            if isinstance(part, _CONTAINERS) or attrs.has(type(part))
        }
    if levels <= MOST_LEVELS:
        return None
    found = f"at least {levels}" if level else str(levels)
    message = f"expected at most {MOST_LEVELS} nested levels, found {found}"
    return Problem(_path(trail), message)


def too_large(
    value: object, measure: Callable[[object], int], most: int = MOST_BYTES, path: str = "$"
) -> Problem:
    """
    Return which part of *value* makes it larger than *most*.

    It is the innermost part that is more than half of the whole.

    Args:
        measure: Returns how many bytes a part has.
    """
    whole = size = measure(value)
    while True:
        parts = [(measure(part), step, part) for step, part in _parts(value)]
        largest = max(parts, key=lambda part: part[0], default=(0, "", None))
        if largest[0] * 2 <= whole:
            break
        size, step, value = largest
        path += step
    found = f"found {whole}" if size == whole else f"found {whole}, of them {size} here"
    return Problem(path, f"expected at most {most} bytes in all, {found}")


def _parts(value: object) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield f"[{_shortened(repr(key), 60)}]", part
    elif isinstance(value, list | tuple):
        for i, part in enumerate(value):
            yield f"[{i}]", part
    elif attrs.has(type(value)):
        for one in attrs.fields(cast(Any, type(value))):
            yield f".{one.name}", getattr(value, one.name)


def _path(trail: _Trail) -> str:
    steps: list[str] = []
    while trail:
        trail, step = trail
        steps.append(step)
    return _shortened("$" + "".join(reversed(steps)), 200)


def _shortened(text: str, most: int) -> str:
    half = most // 2
    return text if len(text) <= most else f"{text[:half]}…{text[-half:]}"
