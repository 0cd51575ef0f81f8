"""Templates: phrases of data, and the slots in them that a client's own words fill."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from aicmo_core.kernel import Problem
from aicmo_core.kernel.reasons import hint
from aicmo_core.modules.production.internal.catalogue import line_problems

_SLOT = re.compile(r"\{(\w+)\}")


def phrase_problems(path: str, text: str, slots: Sequence[str]) -> Iterator[Problem]:
    """Yield what is wrong with a phrase: it is not one line, or has a slot that nobody fills."""
    yield from line_problems(path, text)
    unknown = [slot for slot in _SLOT.findall(text) if slot not in slots]
    rest = _SLOT.sub("", text)
    if unknown or "{" in rest or "}" in rest:
        known = ", ".join("{" + slot + "}" for slot in slots)
        expected = f"no slots but {known}" if known else "no slots"
        yield Problem(path, f"expected {expected}, found {text[:60]!r}")


def list_problems(
    path: str, texts: Sequence[str], slots: Sequence[str] = (), least: int = 1
) -> Iterator[Problem]:
    """Yield what is wrong with a list of phrases, which has *least* of them at least."""
    if len(texts) < least:
        number = "a phrase at least" if least == 1 else f"{least} phrases at least"
        yield Problem(path, f"expected {number}, found {len(texts) or 'none'}")
    for n, text in enumerate(texts):
        yield from phrase_problems(f"{path}[{n}]", text, slots)


def key_problems(
    path: str, kind: str, found: Collection[str], expected: Collection[str]
) -> Iterator[Problem]:
    """Yield a problem for each key of a table that is missing, and each that nobody asks for."""
    for key in expected:
        if key not in found:
            yield Problem(f"{path}[{key!r}]", f"expected this {kind}, found nothing")
    for key in found:
        if key not in expected:
            yield Problem(f"{path}[{key!r}]", f"unknown {kind} {key!r}{hint(key, expected)}")
