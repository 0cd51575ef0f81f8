"""Cases of the kit run one by one, outside pytest: to ask which of them a backend fails."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from aicmo_core.storage import Backend
from aicmo_core.testing.conformance.base import OpenStore, opened
from aicmo_core.testing.conformance.suite import BackendConformance


def case_names() -> list[str]:
    """Return the names of all cases, in order."""
    return [name for name in dir(BackendConformance) if name.startswith("test_")]


def failure(open_store: OpenStore, case: str) -> BaseException | None:
    """
    Run one case on a store that is fresh; return what it raised, or None if it passed.

    Args:
        open_store: As the fixture of this name; its first call meets an empty store.
        case: The name of a method of `BackendConformance`.
    """
    method = getattr(BackendConformance(), case)
    objects: list[Backend] = []

    def reopen() -> Backend:
        objects.append(opened(open_store))
        return objects[-1]

    fixtures: dict[str, Any] = {"open_store": open_store, "reopen": reopen}
    wanted = inspect.signature(method).parameters
    if "backend" in wanted:
        fixtures["backend"] = reopen()
    try:
        method(**{name: fixtures[name] for name in wanted})
    except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001 - it is the answer
        return error
    finally:
        for backend in objects:
            backend.close()
    return None
