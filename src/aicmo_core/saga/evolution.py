"""
Whether a run that was begun with one definition can go on with another.

Its author says so by raising the version; and what a run has begun must be as it was: the
nodes up to the last that its journal names, in the same places. What lies ahead may differ,
because nothing depends on it yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any


def obstacle(then: Sequence[Any], now: Sequence[Any], begun: Iterable[str]) -> str | None:
    """
    Return why a run cannot go on with the definition of shape *now*; None if it can.

    Args:
        then: The shape that it was begun with: `Workflow.shape`.
        begun: The paths in its journal.
    """
    name, version, input_type, nodes = then[:4]
    if now[0] != name:
        return f"it is a run of {name!r}, not of {now[0]!r}"
    if now[1] <= version:
        return f"its shape has changed, and its version was not raised from {version}"
    if now[2] != input_type:
        return f"its input was a {input_type}, and is a {now[2]} now"
    if now[4:] != then[4:]:
        return "a lock was added, or taken away"
    reached = {_outermost(path) for path in begun}
    last = max((at for at, node in enumerate(nodes) if _name(node) in reached), default=-1)
    for at in range(last + 1):
        if at >= len(now[3]) or now[3][at] != nodes[at]:
            found = _name(now[3][at]) if at < len(now[3]) else "nothing"
            if found == _name(nodes[at]):
                return f"step {found!r} is not what it was, and the run has got to it"
            return f"step {at + 1} was {_name(nodes[at])!r}, and is {found!r} now"
    return None


_ARRANGING = ("parallel", "choice", "repeat", "wait_for", "sleep", "call")


def _name(node: Sequence[Any]) -> str:
    """Return the name in the shape of a node: of a step it comes first, else behind the kind."""
    arranges = node[0] in _ARRANGING and not (len(node) == 5 and isinstance(node[2], bool))
    return str(node[1] if arranges else node[0])


def _outermost(path: str) -> str:
    return path.partition("/")[0].partition("|")[0].partition("#")[0]
