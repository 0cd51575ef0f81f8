"""
Paths: where in a run something happens, as text.

A step of a plain workflow has its own name as its path. `/` leads into what a node
holds, `|` into a branch of a parallel node, and `#` counts the rounds of a repetition:
`produce|copy/revise#2/draft`. A place is a path without its rounds: it names a node of
the definition, where a path names what a run did there.
"""

from __future__ import annotations

import re

RESERVED = "/|#"
"""What no name of a node may contain, because it divides a path."""

_ROUND = re.compile(r"#\d+")


def inside(path: str, name: str) -> str:
    """Return the path of the node called *name* within the one at *path*, or at the top."""
    return f"{path}/{name}" if path else name


def branch_of(path: str, branch: str) -> str:
    """Return the path that leads into *branch* of the parallel node at *path*."""
    return f"{path}|{branch}"


def round_of(path: str, number: int) -> str:
    """Return the path of round *number*, which counts from 1, of the repetition at *path*."""
    return f"{path}#{number}"


def place_of(path: str) -> str:
    """Return where in the definition *path* lies."""
    return _ROUND.sub("", path) if "#" in path else path


def within(path: str, outer: str) -> bool:
    """Return whether *path* is *outer*, or lies in it."""
    return path == outer or (path.startswith(outer) and path[len(outer)] in RESERVED)


def independent(one: str, other: str) -> bool:
    """
    Return whether neither of two paths comes before the other.

    So it is if they part in the branches of one parallel node, and only then.
    """
    if "|" not in one or "|" not in other:
        return False
    for mine, theirs in zip(one.split("/"), other.split("/"), strict=False):
        if mine != theirs:
            node, bar, _ = mine.partition("|")
            return bool(bar) and theirs.startswith(f"{node}|")
    return False


def nearness(path: str, asking: str) -> int:
    """Return how many parts of two paths are the same, from the top on."""
    shared = 0
    for mine, theirs in zip(path.split("/"), asking.split("/"), strict=False):
        if mine != theirs:
            break
        shared += 1
    return shared
