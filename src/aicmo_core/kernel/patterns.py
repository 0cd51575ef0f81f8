"""Patterns that data brings: regular expressions that end in time on any text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from aicmo_core.kernel.errors import Problem

_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{\d*,?\d*\}|.", re.DOTALL)
_REPEATS = re.compile(r"[*+]|\{\d*,\d*\}|\{\d{2,}\}")


@lru_cache(maxsize=1024)
def compile_pattern(pattern: str, flags: re.RegexFlag = re.IGNORECASE) -> re.Pattern[str]:
    """
    Compile a pattern; case never counts.

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
        return re.compile(pattern, flags)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error


def matches(pattern: str, text: str) -> bool:
    """Return whether *pattern*, which is known to be one, is found in *text*."""
    return compile_pattern(pattern).search(text) is not None


def pattern_problems(path: str, pattern: str) -> Iterator[Problem]:
    """Yield what is wrong with a pattern that has to be there; one that fits anything is wrong."""
    if not pattern:
        yield Problem(path, "expected a pattern, found none")
        return
    try:
        compiled = compile_pattern(pattern)
    except ValueError as error:
        yield Problem(path, str(error))
        return
    if compiled.search(""):
        yield Problem(path, f"expected a pattern that needs a word, found {pattern[:60]!r}")


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
