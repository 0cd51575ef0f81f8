"""Columns of a table: how they share its width."""

from __future__ import annotations

from collections.abc import Sequence

from aicmo_core.documents import Line

_WIDEST, _PADDING = 40, 4
"""Letters beyond which a column is not made wider for its longest cell, and what each has more."""
_LONGEST_WORD = 24


def column_shares(rows: Sequence[Sequence[Line]], room: float) -> list[float]:
    """
    Return the share of each column in the width; together they are 1.

    Each has room for its longest word, and what is left goes to those whose cells are longer. A
    table that is too wide for its words shares what there is.

    Args:
        room: How many letters the whole width has room for.
    """
    columns = [
        ["".join(span.text for span in cell) for cell in each] for each in zip(*rows, strict=True)
    ]
    words = [min(max(map(_longest_word, each)), _LONGEST_WORD) + _PADDING for each in columns]
    wanted = [
        max(min(max(map(len, each)), _WIDEST) + _PADDING - word, 0)
        for each, word in zip(columns, words, strict=True)
    ]
    left = max(room - sum(words), 0)
    share = min(left / sum(wanted), 1) if sum(wanted) else 0
    weights = [word + share * more for word, more in zip(words, wanted, strict=True)]
    return [weight / sum(weights) for weight in weights]


def _longest_word(text: str) -> int:
    return max(map(len, text.split()), default=0)
