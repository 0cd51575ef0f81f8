"""Capacity: how many pieces a week the client itself has time for, where it says so."""

from __future__ import annotations

from attrs import frozen

from aicmo_core.kernel.patterns import compile_pattern
from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.strategy.internal.phrases import clause
from aicmo_core.modules.strategy.internal.rules import Cadence


@frozen
class Capacity:
    """
    Attributes:
        pieces: Pieces a week over all channels, at least one.
        words: The client's words that say so.
        because: Why they come to that number.
    """

    pieces: int
    words: str
    because: str


def capacity_of(brief: NormalizedBriefDTO, cadence: Cadence) -> Capacity | None:
    """Return the least that the client's limits leave time for; None where they say nothing."""
    found = [
        Capacity(number * one.pieces.value, clause(limit), one.pieces.because)
        for limit in brief.constraints
        for one in cadence.capacity.values()
        if (match := compile_pattern(one.words).search(limit))
        and (number := _number(match["n"], cadence))
    ]
    return min(found, key=lambda capacity: capacity.pieces, default=None)


def _number(words: str, cadence: Cadence) -> int:
    """Return a number in digits or in words; 0 where the rules do not know the word."""
    if words.isdecimal():
        return int(words)
    said = words.casefold()
    return next((n for n, known in enumerate(cadence.numbers, 1) if said in known), 0)
