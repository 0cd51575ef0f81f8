"""Cases of the kit run one by one, outside pytest: to ask which of them a backend fails."""

from __future__ import annotations

import inspect
from contextlib import ExitStack
from typing import Any

import pytest

from aicmo_core.testing.conformance.base import OpenStore, forking, reopening
from aicmo_core.testing.conformance.levels import Level, kit_cases
from aicmo_core.testing.conformance.suite import BackendConformance


def case_names(level: Level | None = None) -> list[str]:
    """Return the names of the cases, sorted: all of them, or those that belong to *level*."""
    cases = kit_cases(BackendConformance).items()
    return sorted(name for name, case in cases if level in (None, case.level))


def level_of(case: str) -> Level:
    """Return the level to which the case of this name belongs."""
    level: Level = kit_cases(BackendConformance)[case].level
    return level


def failure(open_store: OpenStore, case: str) -> BaseException | None:
    """
    Run one case on a store that is fresh; return what it raised, or None if it passed.

    Args:
        open_store: As the fixture of this name; its first call meets an empty store.
        case: The name of a method of `BackendConformance`.
    """
    method = getattr(BackendConformance(), case)
    wanted = inspect.signature(method).parameters
    with ExitStack() as stack:
        reopen = stack.enter_context(reopening(open_store))
        fixtures: dict[str, Any] = {"open_store": open_store, "reopen": reopen}
        if "backend" in wanted:
            fixtures["backend"] = reopen()
        fixtures["fork"] = fixtures["other_process"] = stack.enter_context(forking())
        try:
            method(**{name: fixtures[name] for name in wanted})
        except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001 - it is the answer
            return error
    return None
