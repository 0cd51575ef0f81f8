"""Patterns of quality control: over the folded text of a block, a stretch at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from aicmo_core.kernel import patterns
from aicmo_core.modules.qc.internal.clues import clues_of

_WINDOW = 600
_OVERLAP = 150


def compile_pattern(pattern: str) -> re.Pattern[str]:
    """
    Compile a pattern for folded text: case never counts, `^` and `$` are a block's ends.

    Raises:
        ValueError: It is not a regular expression, or one whose time may grow
            exponentially.
    """
    return patterns.compile_pattern(pattern, re.IGNORECASE | re.MULTILINE)


def may_match(pattern: str, folded: str) -> bool:
    """Return whether a pattern can match somewhere in a folded text; False is certain."""
    clues = _clues_of(pattern)
    return not clues or any(clue in folded for clue in clues)


_clues_of = cache(clues_of)


def search_windows(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """Return the first match, looking at a stretch of bounded length at a time."""
    return next((found for part in _windows(text) if (found := pattern.search(part))), None)


def _windows(text: str) -> Iterator[str]:
    """A pattern of several repeats takes a power of the length: so the length is bounded."""
    for start in range(0, max(1, len(text)), _WINDOW - _OVERLAP):
        yield text[start : start + _WINDOW]
        if start + _WINDOW >= len(text):
            break
