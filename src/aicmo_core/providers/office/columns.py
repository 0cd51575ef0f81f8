"""Columns of a table: how they share its width."""

from __future__ import annotations

from collections.abc import Sequence

from aicmo_core.documents import Line

_WIDEST, _PADDING = 26, 7
"""Letters beyond which a column is not made wider for its longest cell, and what each has more."""


def column_shares(rows: Sequence[Sequence[Line]]) -> list[float]:
    """Return the share of each column in the width, by its longest cell; together they are 1."""
    longest = [
        max(sum(len(span.text) for span in cell) for cell in column)
        for column in zip(*rows, strict=True)
    ]
    weights = [min(letters, _WIDEST) + _PADDING for letters in longest]
    return [weight / sum(weights) for weight in weights]
