"""How much a backend keeps: four levels, each with all that is asked below it."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from enum import Enum
from typing import Any, TypeVar

T = TypeVar("T")


class Level(Enum):
    """What a backend claims, and what the kit then asks of it. Each includes those above."""

    ATOMIC = "atomic"
    """One user at a time: values, keys, order, conflicts, and batches that are whole."""
    DURABLE = "durable"
    """What was answered is there when the store is opened again."""
    CONCURRENT = "concurrent"
    """Threads of one object, and several objects on one store, lose and tear nothing."""
    HARDENED = "hardened"
    """It holds at the limits: hostile text, heavy load, forks, killed processes, wrong clocks."""

    def includes(self, other: Level) -> bool:
        """Return whether who claims this level is asked what belongs to *other*."""
        ladder = list(Level)
        return ladder.index(other) <= ladder.index(self)


def cases_of(level: Level) -> Callable[[type[T]], type[T]]:
    """Declare that the cases written in the decorated class belong to *level*."""

    def declare(suite: type[T]) -> type[T]:
        for name, case in vars(suite).items():
            if name.startswith("test_"):
                case.level = level
        return suite

    return declare


def kit_cases(suite: type) -> dict[str, Any]:
    """Return the kit's own cases in *suite* by name, whether it asks, replaces or drops them."""
    return {
        name: case
        for base in reversed(suite.__mro__)
        for name, case in vars(base).items()
        if isinstance(getattr(case, "level", None), Level)
    }


def leave_out(suite: Any) -> None:
    """
    Take from *suite* the cases that its claims do not call for, so that none is collected.

    A case of the kit that a base class has left out comes back if *suite* claims it.

    Raises:
        TypeError: What it claims is no level.
    """
    if not isinstance(suite.level, Level):
        found = f"{suite.__name__}.level is {suite.level!r}"
        raise TypeError(f"{found}; expected a Level, such as Level.DURABLE")
    for name, case in kit_cases(suite).items():
        if not _is_asked(suite, case):
            setattr(suite, name, None)
        elif getattr(suite, name) is None and name not in vars(suite):
            setattr(suite, name, case)


def _is_asked(suite: Any, case: Any) -> bool:
    wanted = inspect.signature(case).parameters
    if "reopen" in wanted and not suite.reopens:
        return False
    if "other_process" in wanted and not suite.processes:
        return False
    if {"fork", "other_process"} & set(wanted) and not hasattr(os, "fork"):
        return False
    return bool(suite.level.includes(case.level))
