"""
Clues: words of which one stands in every text that a pattern matches.

To look for a word costs a fiftieth of what it costs to look for a pattern, and few drafts
hold a clue of what should not be there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?(?:[:=!]|<[=!])|\{\d*,?\d*\}|.", re.DOTALL)
_REPEAT = re.compile(r"[?*+]|\{(?P<least>\d*),?\d*\}")
_OTHER_GROUP = re.compile(r"\(\?(?![:=!]|<[=!])")
_GROUPS = ("(", "(?:")
_LOOKS = ("(?=", "(?!", "(?<=", "(?<!")


def clues_of(pattern: str) -> frozenset[str]:
    """
    Return the clues of a pattern that compiles, in lower case; none where it has no sure one.

    A group that may be left out, a class of characters and a look ahead give none; of what
    stands one behind the other, the longest is taken.
    """
    if _OTHER_GROUP.search(pattern):
        return frozenset()
    clues, _ = _alternatives(_TOKEN.findall(pattern), 0)
    return clues


def _alternatives(tokens: list[str], at: int) -> tuple[frozenset[str], int]:
    """Return the clues from a place to the end of its group, and the place behind it."""
    branches = []
    while True:
        clues, at = _branch(tokens, at)
        branches.append(clues)
        if at >= len(tokens) or tokens[at] == ")":
            break
        at += 1
    return (frozenset().union(*branches) if all(branches) else frozenset()), at + 1


def _branch(tokens: list[str], at: int) -> tuple[frozenset[str], int]:
    """Return the best clues of one alternative, and the place of the bar or bracket behind it."""
    found: list[frozenset[str]] = []
    run = ""
    while at < len(tokens) and tokens[at] not in ("|", ")"):
        token = tokens[at]
        at += 1
        part: frozenset[str] = frozenset()
        if token in _GROUPS or token in _LOOKS:
            part, at = _alternatives(tokens, at)
        least, at, repeated = _repeat(tokens, at)
        literal = _literal(token)
        run += literal * least
        if not literal or repeated:
            found += [frozenset((run,))] if run else []
            run = ""
        if part and least and token in _GROUPS:
            found.append(part)
    found += [frozenset((run,))] if run else []
    return max(found, key=_worth, default=frozenset()), at


def _repeat(tokens: list[str], at: int) -> tuple[int, int, bool]:
    """Return how often the token before a place stands at least, the place behind, and if so."""
    sign = _REPEAT.fullmatch(tokens[at]) if at < len(tokens) else None
    if not sign:
        return 1, at, False
    least = int(sign["least"] or 0) if sign["least"] is not None else int(sign[0] == "+")
    at += 1
    if at < len(tokens) and tokens[at] in ("?", "+"):  # lazy, or possessive
        at += 1
    return least, at, True


def _literal(token: str) -> str:
    """Return the character that a token stands for; empty where it may be several."""
    if len(token) == 2 and token[0] == "\\":
        return "" if token[1].isalnum() else token[1]
    return token.lower() if len(token) == 1 and token not in ".^$(" else ""


def _worth(clues: Iterable[str]) -> int:
    return min(map(len, clues))
