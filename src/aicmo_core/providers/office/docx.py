"""DOCX by python-docx: the report for whoever wants to edit it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime, time
from functools import singledispatchmethod
from typing import Any

import docx
from docx.document import Document as File
from docx.enum.text import WD_BREAK
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.shared import Length, Mm
from docx.text.paragraph import Paragraph as Written

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
)
from aicmo_core.documents.dates import long_date
from aicmo_core.documents.words import clean, is_right_to_left
from aicmo_core.hooks import DocumentRenderer, RenderedDocument
from aicmo_core.providers.office.columns import column_shares
from aicmo_core.providers.office.packed import packed_again
from aicmo_core.providers.office.word_drawing import add_drawing
from aicmo_core.providers.office.word_style import (
    DENSE_TEXT,
    TABLE,
    TABLE_TEXT,
    element,
    set_styles,
)

_DEEPEST_BULLET = 3
_DENSE = 6
"""Columns from which a table is set in smaller type."""
_MARGIN, _TEXT_WIDTH = 24, 162
"""Of A4, in millimetres."""
_ROOM, _DENSE_ROOM = 86, 96
"""How many letters of a table's text are side by side in that width."""
_AFTER_UPDATE = ("w:hdrShapeDefaults", "w:footnotePr", "w:endnotePr", "w:compat", "w:rsids")
"""What has to follow the order to update fields, in the sequence of ECMA-376, 17.15.1.78."""


class WordDocx(DocumentRenderer):
    """
    Makes DOCX files: headings are styles, tables are tables whose heads repeat.

    The contents are a field, which a word processor brings up to date when the file is
    opened. A chart is drawn in shapes and told in words, and its data follows as a table.
    """

    @property
    def format(self) -> str:
        return "docx"

    @property
    def purpose(self) -> str:
        return "The whole report, to edit in a word processor"

    def render(self, document: Document) -> RenderedDocument:
        writer = _Writer()
        writer.write(document)
        out = io.BytesIO()
        writer.file.save(out)
        return RenderedDocument(packed_again(out.getvalue()))


class _Writer:
    """One file under way."""

    def __init__(self) -> None:
        self.file: File = docx.Document()
        self.drawings = 0

    def write(self, document: Document) -> None:
        self._describe(document)
        self._words(self.file.add_paragraph(style="Subtitle"), f"Prepared for {document.client}")
        self._words(self.file.add_paragraph(style="Title"), document.title)
        for fact in (*document.facts, long_date(document.day), document.reference):
            self._words(self.file.add_paragraph(), fact)
        self._contents([section.title for section in document.sections])
        for section in document.sections:
            self._words(self.file.add_paragraph(style="Heading 1"), section.title)
            for block in section.blocks:
                self._block(block, 1)
        footer = self.file.sections[0].footer.paragraphs[0]
        self._words(footer, f"{document.title}  ")
        _field(footer, "PAGE", "1")

    def _describe(self, document: Document) -> None:
        said, day = self.file.core_properties, datetime.combine(document.day, time())
        said.title, said.subject = clean(document.title)[:255], clean(document.client)[:255]
        said.author, said.comments, said.language = "", "", document.language
        said.created = said.modified = day
        set_styles(self.file, document.language)
        page = self.file.sections[0]
        page.page_width, page.page_height = Mm(210), Mm(297)
        page.left_margin = page.right_margin = Mm(_MARGIN)
        # The word processor asks whether to bring the contents up to date.
        settings: Any = self.file.settings.element
        settings.insert_element_before(element("w:updateFields", val="true"), *_AFTER_UPDATE)

    def _contents(self, titles: Sequence[str]) -> None:
        self._words(self.file.add_paragraph(style="TOC Heading"), "Contents")
        listed = self.file.add_paragraph()
        _field(listed, 'TOC \\o "1-1" \\h \\z \\u', "\n".join(map(clean, titles)))
        listed.add_run().add_break(WD_BREAK.PAGE)

    def _words(self, paragraph: Written, text: str) -> None:
        self._line(paragraph, (Span(text),))

    def _line(self, paragraph: Written, line: Line) -> None:
        right_to_left = is_right_to_left("".join(span.text for span in line))
        if right_to_left:
            paragraph._p.get_or_add_pPr().append(element("w:bidi"))
        for span in line:
            run = paragraph.add_run(clean(span.text))
            run.bold, run.italic = span.strong or None, span.emphasis or None
            if span.code:
                run.font.name = "Consolas"
            if right_to_left:
                run._r.get_or_add_rPr().append(element("w:rtl"))
            if span.link:
                run.font.underline = True
                link = element("w:hyperlink")
                known = paragraph.part.relate_to(
                    clean(span.link), RELATIONSHIP_TYPE.HYPERLINK, is_external=True
                )
                link.set(qn("r:id"), known)
                link.append(run._r)
                paragraph._p.append(link)

    @singledispatchmethod
    def _block(self, block: Any, level: int) -> None:
        raise TypeError(f"expected a block of a document, found {type(block).__name__}")

    @_block.register
    def _(self, block: Paragraph, level: int) -> None:
        self._line(self.file.add_paragraph(), block.line)

    @_block.register
    def _(self, block: Heading, level: int) -> None:
        style = f"Heading {min(block.level - 1, 9)}"
        self._line(self.file.add_paragraph(style=style), block.line)

    @_block.register
    def _(self, block: Listing, level: int) -> None:
        depth = min(level, _DEEPEST_BULLET)
        for number, item in enumerate(block.items, block.first or 0):
            for place, inner in enumerate(item):
                if place == 0 and isinstance(inner, Paragraph):
                    self._item(inner.line, depth, None if block.first is None else number)
                else:
                    self._block(inner, level + 1)

    def _item(self, line: Line, depth: int, number: int | None) -> None:
        """Write an item. Its number is text: the style's own goes on from the list before."""
        kind = "List Bullet" if number is None else "List Continue"
        style = kind if depth == 1 else f"{kind} {depth}"
        start = () if number is None else (Span(f"{number}. "),)
        self._line(self.file.add_paragraph(style=style), (*start, *line))

    @_block.register
    def _(self, block: Quotation, level: int) -> None:
        for inner in block.blocks:
            if isinstance(inner, Paragraph):
                self._line(self.file.add_paragraph(style="Intense Quote"), inner.line)
            else:
                self._block(inner, level)

    @_block.register
    def _(self, block: Code, level: int) -> None:
        self._line(self.file.add_paragraph(style="No Spacing"), (Span(block.text, code=True),))

    @_block.register
    def _(self, block: Rule, level: int) -> None:
        self.file.add_paragraph("* * *")

    @_block.register
    def _(self, block: Figure, level: int) -> None:
        drawn = self.file.add_paragraph()
        drawn.paragraph_format.keep_with_next = True
        self.drawings += 1
        add_drawing(drawn, block.chart, self.drawings, _TEXT_WIDTH)
        told = f"{block.chart.title}. {block.chart.description}."
        self._words(self.file.add_paragraph(style="Caption"), told)

    @_block.register
    def _(self, block: Table, level: int) -> None:
        dense = len(block.header) >= _DENSE
        shares = column_shares((block.header, *block.rows), _DENSE_ROOM if dense else _ROOM)
        widths: list[Length] = [Mm(_TEXT_WIDTH * share) for share in shares]
        table = self.file.add_table(0, len(widths), TABLE)
        table.autofit = False
        if block.title:
            table._tblPr.append(element("w:tblCaption", val=clean(block.title)))
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        for number, cells in enumerate((block.header, *block.rows)):
            row = table.add_row()
            row._tr.get_or_add_trPr().append(element("w:cantSplit"))
            if number == 0:
                row._tr.get_or_add_trPr().append(element("w:tblHeader"))
            for cell, line, width in zip(row.cells, cells, widths, strict=True):
                cell.width = width
                cell.paragraphs[0].style = DENSE_TEXT if dense else TABLE_TEXT
                self._line(cell.paragraphs[0], line)
        self.file.add_paragraph()


def _field(paragraph: Written, code: str, shown: str) -> None:
    """Add a field, and what is shown until it is brought up to date."""
    for kind in ("begin", "separate", "end"):
        run = paragraph.add_run()
        run._r.append(element("w:fldChar", fldCharType=kind))
        if kind == "begin":
            order = element("w:instrText")
            order.text = code
            paragraph.add_run()._r.append(order)
        if kind == "separate":
            paragraph.add_run(shown)
