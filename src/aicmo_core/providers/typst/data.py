"""A document as the plain data that the template reads."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import singledispatch
from typing import Any

from aicmo_core.documents import (
    Code,
    Document,
    Figure,
    Heading,
    Line,
    Listing,
    Paragraph,
    Quotation,
    Rule,
    Span,
    Table,
    draw,
)
from aicmo_core.documents.dates import long_date
from aicmo_core.documents.words import clean, is_right_to_left

_LONG_WORD, _LONG_CELL = 40, 600
_DENSE = 6
"""Columns from which a table is set in smaller type."""
_SHORT, _WIDEST, _SHORT_IN_ALL = 16.0, 56.0, 56.0
"""In letters: up to where a column is as wide as its longest cell, and what counts at most."""
_OPPORTUNITY = "\u200b"


def plain(document: Document, fonts: Sequence[str], paper: str) -> dict[str, Any]:
    """Return what the template reads: strings, numbers, lists and mappings."""
    return {
        "title": "".join(span.text for span in _title((Span(clean(document.title)),))),
        "heading": _line((Span(document.title),)),
        "title-size": 34 if len(document.title) <= 60 else 26 if len(document.title) <= 120 else 20,
        "description": clean(f"Prepared for {document.client}, {long_date(document.day)}"),
        "prepared-for": _line((Span(f"Prepared for {document.client}"),)),
        "running": _line((Span(_short(document.title, 90)),)),
        "day": [document.day.year, document.day.month, document.day.day],
        "day-text": long_date(document.day),
        "reference": clean(document.reference),
        "facts": [_line((Span(fact),)) for fact in document.facts],
        "language": document.language,
        "contents": "Contents",
        "sections": [
            {"title": _line(_title((Span(s.title),))), "blocks": [_block(b) for b in s.blocks]}
            for s in document.sections
        ],
        "fonts": list(fonts),
        "paper": paper,
    }


def _title(line: Line) -> Line:
    """Return *line*, or a dash for one that shows nothing: a title that is none has no use."""
    return line if any(span.text and _is_seen(clean(span.text)) for span in line) else (Span("–"),)


def _is_seen(text: str) -> bool:
    return any(unicodedata.category(character)[0] not in "CZM" for character in text)


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _line(line: Line, most: int = _LONG_WORD) -> dict[str, Any]:
    return {
        "rtl": is_right_to_left("".join(span.text for span in line)),
        "spans": [
            {
                "text": _breakable(clean(span.text), most),
                "strong": span.strong,
                "emphasis": span.emphasis,
                "code": span.code,
                "link": clean(span.link) if _is_seen(clean(span.text)) else "",
            }
            for span in line
        ],
    }


def _breakable(text: str, most: int) -> str:
    """Let words that are too long for a line break within."""
    return re.sub(rf"[^\s{_OPPORTUNITY}]{{{most + 1},}}", lambda found: _cut(found[0], most), text)


def _cut(word: str, most: int) -> str:
    step, cut, length = max(most // 3, 4), "", 0
    for character in word:
        if length >= step and unicodedata.category(character)[0] not in "MC":
            cut, length = cut + _OPPORTUNITY, 0
        cut, length = cut + character, length + 1
    return cut


@singledispatch
def _block(block: object) -> dict[str, Any]:
    raise TypeError(f"expected a block of a document, found {type(block).__name__}")


@_block.register
def _(block: Paragraph) -> dict[str, Any]:
    return {"kind": "paragraph", "line": _line(block.line)}


@_block.register
def _(block: Heading) -> dict[str, Any]:
    return {"kind": "heading", "level": block.level, "line": _line(_title(block.line))}


@_block.register
def _(block: Listing) -> dict[str, Any]:
    items = [[_block(inner) for inner in item] for item in block.items]
    first = items[0][0] if items and items[0] else {}
    rtl = first.get("line", {}).get("rtl", False)
    return {"kind": "listing", "first": block.first, "items": items, "rtl": rtl}


@_block.register
def _(block: Quotation) -> dict[str, Any]:
    return {"kind": "quotation", "blocks": [_block(inner) for inner in block.blocks]}


@_block.register
def _(block: Code) -> dict[str, Any]:
    return {"kind": "code", "text": _breakable(clean(block.text), _LONG_WORD)}


@_block.register
def _(block: Rule) -> dict[str, Any]:
    return {"kind": "rule"}


@_block.register
def _(block: Figure) -> dict[str, Any]:
    return {
        "kind": "figure",
        "svg": draw(block.chart),
        "description": clean(f"{block.chart.title}. {block.chart.description}"),
    }


@_block.register
def _(block: Table) -> dict[str, Any]:
    dense = len(block.header) >= _DENSE
    most = 14 if dense else 18
    return {
        "kind": "table",
        "header": [_line(cell, most) for cell in block.header],
        "rows": [
            {"cells": [_line(cell, most) for cell in row], "long": _is_long(row)}
            for row in block.rows
        ],
        "numeric": list(block.numeric),
        "widths": _widths([block.header, *block.rows]),
        "dense": dense,
    }


def _is_long(row: Iterable[Line]) -> bool:
    """Return whether a row could be longer than a page, so that it must be let break."""
    return any(sum(len(span.text) for span in cell) > _LONG_CELL for cell in row)


def _widths(rows: Sequence[Sequence[Line]]) -> list[float | None]:
    """Return the share of each column in the width; None for one as wide as its longest cell."""
    longest = [max(map(_extent, column)) for column in zip(*rows, strict=True)]
    short = [extent for extent in longest if extent <= _SHORT]
    fitted = sum(short) <= _SHORT_IN_ALL and len(short) < len(longest)
    return [
        None if fitted and extent <= _SHORT else round(min(extent, _WIDEST) + 3, 1)
        for extent in longest
    ]


def _extent(cell: Line) -> float:
    """Return about how many Latin letters are as wide as what the cell says."""
    text = "".join(span.text for span in cell)
    return sum(1.9 if unicodedata.east_asian_width(c) in ("W", "F") else 1.0 for c in text)
