"""Asking what a definition leaves open: conditions, and the inputs of calls."""

from __future__ import annotations

from typing import Any

from aicmo_core.kernel.errors import InvalidValue, Problem
from aicmo_core.kernel.structuring import to_json
from aicmo_core.kernel.values import describe
from aicmo_core.runtime.context import view_from
from aicmo_core.runtime.failures import explain, say
from aicmo_core.runtime.live import LiveRun
from aicmo_core.saga import Call, Choice, Decided, Entry, Failed, FailureKind, Repeat


def decision(run: LiveRun[Any], path: str, attempt: int) -> Entry:
    """Return what the choice, the round or the call at *path* comes to: an entry, if it raises."""
    try:
        return _decided(run, path, attempt)
    except Exception as error:  # noqa: BLE001 - journaled: a condition is code of a stranger
        return Failed(path, attempt, FailureKind.BUG, say(error), details=explain(error))


def _decided(run: LiveRun[Any], path: str, attempt: int) -> Entry:
    node, view = run.node_at(path), view_from(run, path)
    match node:
        case Choice():
            return Decided(path, attempt, node.choose(view))
        case Call(_, child, make_input):
            made = make_input(view)
            if type(made) is not child.input:
                found = f"expected a {child.input.__name__}, found {describe(made)}"
                raise InvalidValue(f"input of {child.name}", (Problem("$", found),))
            return Decided(path, attempt, to_json(made, child.input))
    assert isinstance(node, Repeat)
    if node.suffices(view):
        return Decided(path, attempt, "true")
    if path.endswith(f"#{node.at_most}"):
        error = f"what it is repeated for does not hold after {node.at_most} rounds"
        return Failed(path, attempt, FailureKind.BUSINESS, error)
    return Decided(path, attempt, "false")
