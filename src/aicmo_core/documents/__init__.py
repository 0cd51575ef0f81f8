"""
Documents as values: what is said, before a format decides how it looks.

Nothing here knows a file format but SVG, or reads a clock: a document goes to any
renderer, and the same document gives the same bytes.
"""

from aicmo_core.documents.blocks import (
    Block,
    Code,
    Figure,
    Heading,
    Line,
    Listing,
    Paragraph,
    Quotation,
    Rule,
    Span,
    Table,
)
from aicmo_core.documents.charts import (
    Bar,
    BarChart,
    Chart,
    Milestone,
    Target,
    TargetChart,
    Timeline,
    draw,
)
from aicmo_core.documents.document import Document, Section

__all__ = [
    "Bar",
    "BarChart",
    "Block",
    "Chart",
    "Code",
    "Document",
    "Figure",
    "Heading",
    "Line",
    "Listing",
    "Milestone",
    "Paragraph",
    "Quotation",
    "Rule",
    "Section",
    "Span",
    "Table",
    "Target",
    "TargetChart",
    "Timeline",
    "draw",
]
