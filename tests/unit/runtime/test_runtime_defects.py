"""
Deliberate defects of the runtime, each a small patch: the tests of this folder notice all.

A test that holds for the right code says little until it is seen to fail for the wrong one.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from _pytest.outcomes import Failed

from aicmo_core.testing.faulty import Fault
from scenarios.errands import World

from .defects import DEFECTS, Defect
from .planting import planted


def noticing(defect: Defect) -> tuple[Any, Callable[..., None]]:
    """Return the module and the test that must notice *defect*."""
    file, name = defect.noticed_by
    module = importlib.import_module(f"{__package__}.test_{file}")
    return module, getattr(module, f"test_{name}")


@contextmanager
def arguments(defect: Defect) -> Iterator[dict[str, Any]]:
    """Make what the test asks for, as its fixtures do."""
    module, test = noticing(defect)
    found: dict[str, Any] = dict(defect.arguments)
    if "fault" in found:
        found["fault"] = Fault[found["fault"]]
    asked = inspect.signature(test).parameters
    world = module.new_world() if hasattr(module, "new_world") else World()
    if "world" in asked:
        found["world"] = world
    if "app" not in asked:
        yield found
        return
    with world.process(workflows=module.ALL) as app:
        yield found | {"app": app}


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda d: d.name.replace(" ", "-"))
def test_seeded_defect_is_noticed(defect: Defect) -> None:
    """The test holds for the right code, and fails for the wrong one."""
    assert not fails(defect)

    with planted(defect):
        assert fails(defect)


def fails(defect: Defect) -> bool:
    """Return whether the test that must notice *defect* finds what it asserts broken."""
    _, test = noticing(defect)
    try:
        with arguments(defect) as given:
            test(**given)
    except (AssertionError, Failed):
        return True
    return False


def test_defects_are_taken_out_again() -> None:
    """What runs after them is the right code."""
    for defect in DEFECTS:
        with planted(defect):
            pass
        assert not fails(defect)


def test_runtime_defects_are_many_and_different() -> None:
    """No two are one patch."""
    patches = {tuple(d.patches) for d in DEFECTS}

    assert len(patches) == len({d.name for d in DEFECTS}) == len(DEFECTS) >= 15
