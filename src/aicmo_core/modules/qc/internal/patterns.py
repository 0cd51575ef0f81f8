"""Patterns of rule files: regular expressions that end in time on any text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

_WINDOW = 600
_OVERLAP = 150


@lru_cache(maxsize=1024)
def compile_pattern(pattern: str) -> re.Pattern[str]:
    """
    Compile a pattern for folded text: case never counts, `^` and `$` are a block's ends.

    Raises:
        ValueError: It is not a regular expression, or one whose time may grow
            exponentially: a repeated group that itself repeats or offers alternatives.
    """
    if nested := _nested_repeat(pattern):
        raise ValueError(
            f"the repeated group {nested!r} repeats or offers alternatives inside, which takes "
            "exponential time on some texts; repeat a single character or class instead"
        )
    try:
        return re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error


def search_windows(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """Return the first match, looking at a stretch of bounded length at a time."""
    return next((found for part in _windows(text) if (found := pattern.search(part))), None)


def _windows(text: str) -> Iterator[str]:
    """A pattern of several repeats takes a power of the length: so the length is bounded."""
    for start in range(0, max(1, len(text)), _WINDOW - _OVERLAP):
        yield text[start : start + _WINDOW]
        if start + _WINDOW >= len(text):
            break


_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{\d*,?\d*\}|.", re.DOTALL)
_REPEATS = re.compile(r"[*+]|\{\d*,\d*\}|\{\d{2,}\}")


def _nested_repeat(pattern: str) -> str | None:
    """Return the first repeated group that holds a repeat or an alternative, or None."""
    tokens = list(_TOKEN.finditer(pattern))
    opened: list[tuple[int, bool]] = []  # where each open group begins, and whether it varies
    for number, token in enumerate(tokens):
        text = token[0]
        if text == "(":
            opened.append((token.start(), False))
        elif text == ")" and opened:
            start, varies = opened.pop()
            repeated = number + 1 < len(tokens) and _REPEATS.fullmatch(tokens[number + 1][0])
            if varies and repeated:
                return pattern[start : token.end()]
            if opened and varies:
                opened[-1] = (opened[-1][0], True)
        elif opened and (text == "|" or _REPEATS.fullmatch(text)):
            opened[-1] = (opened[-1][0], True)
    return None
