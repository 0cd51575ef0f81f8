"""Blocks: what a section is made of. Every text in them is text and nothing else."""

from __future__ import annotations

from typing import TypeAlias

from attrs import field, frozen
from attrs.validators import ge

from aicmo_core.documents.charts import Chart


@frozen
class Span:
    """
    A run of words that look alike.

    Attributes:
        text: A line break in it is one.
        link: Where it leads: `http:`, `https:` or `mailto:`; empty for nowhere.
    """

    text: str
    strong: bool = False
    emphasis: bool = False
    code: bool = False
    link: str = ""


Line: TypeAlias = tuple[Span, ...]
"""Words in one line or paragraph."""


@frozen
class Heading:
    """A heading within a section: level 3 below the section's own, then 4, and so on."""

    level: int = field(validator=ge(3))
    line: Line


@frozen
class Paragraph:
    """Words, which a hard break may divide into lines."""

    line: Line


@frozen
class Listing:
    """
    Items, each of blocks.

    Attributes:
        first: The number of the first item; None where items are not numbered.
    """

    items: tuple[tuple[Block, ...], ...]
    first: int | None = None


@frozen
class Quotation:
    """Somebody else's words."""

    blocks: tuple[Block, ...]


@frozen
class Code:
    """Text whose line breaks and spaces count."""

    text: str


@frozen
class Table:
    """
    Columns with a head, and rows that are as long as it.

    Attributes:
        numeric: The columns, counted from 0, whose cells are set flush right.
        title: What it is about, for those who hear it; not printed.
    """

    header: tuple[Line, ...]
    rows: tuple[tuple[Line, ...], ...]
    numeric: tuple[int, ...] = ()
    title: str = ""


@frozen
class Figure:
    """A chart, in a format that can as its own native chart."""

    chart: Chart


@frozen
class Rule:
    """A line between two thoughts."""


Block: TypeAlias = "Heading | Paragraph | Listing | Quotation | Code | Table | Figure | Rule"
"""Whatever stands below the title of a section."""
