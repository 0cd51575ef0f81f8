"""PPTX by python-pptx: the report as slides, with tables and charts that can be edited."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from aicmo_core.documents import (
    BarChart,
    Chart,
    Document,
    Line,
    Listing,
    Paragraph,
    Section,
    Span,
    Table,
    TargetChart,
)
from aicmo_core.documents.charts import svg
from aicmo_core.documents.dates import long_date
from aicmo_core.documents.words import clean, is_right_to_left
from aicmo_core.hooks import DocumentRenderer, RenderedDocument
from aicmo_core.providers.office.cards import Card, Said, cards, is_dense, plain, table_room
from aicmo_core.providers.office.columns import column_shares
from aicmo_core.providers.office.packed import packed_again
from aicmo_core.providers.office.slide_drawing import add_drawing
from aicmo_core.providers.office.slide_style import BOX, COVER_LAYOUT, WHITE, colour, set_style

_TEXT, _TITLE_ONLY = 1, 5
"""Layouts of the template that python-pptx brings."""


class SlidesPptx(DocumentRenderer):
    """
    Makes PPTX files: text and tables are divided over slides, heads of tables repeat.

    Shares and targets are charts of the slides' own, with their numbers to edit. A timeline
    is drawn in shapes.
    """

    @property
    def format(self) -> str:
        return "pptx"

    @property
    def purpose(self) -> str:
        return "The report as slides, to present and to edit"

    def render(self, document: Document) -> RenderedDocument:
        slides = Presentation()
        set_style(slides)
        self._describe(slides.core_properties, document)
        _cover(slides, document)
        items = tuple((Paragraph((Span(each.title),)),) for each in document.sections)
        contents = Section("Contents", (Listing(items),))
        for section in (contents, *document.sections):
            for card in cards(section):
                _show(slides, card)
        out = io.BytesIO()
        slides.save(out)
        return RenderedDocument(packed_again(out.getvalue(), f"{document.day}T00:00:00Z"))

    @staticmethod
    def _describe(said: Any, document: Document) -> None:
        said.title, said.subject = clean(document.title)[:255], clean(document.client)[:255]
        said.author = said.last_modified_by = said.comments = ""
        said.created = said.modified = datetime.combine(document.day, time())


def _cover(slides: Any, document: Document) -> None:
    slide = slides.slides.add_slide(slides.slide_layouts[COVER_LAYOUT])
    slide.shapes.title.text = _text(document.title)
    slide.shapes.title.text_frame.paragraphs[0].font.size = Pt(40)
    slide.shapes.title.text_frame.paragraphs[0].font.color.rgb = colour(WHITE)
    under = (f"Prepared for {document.client}", long_date(document.day), *document.facts)
    slide.placeholders[1].text = "\n".join(map(_text, under))
    for paragraph in slide.placeholders[1].text_frame.paragraphs:
        paragraph.font.size = Pt(18)
        paragraph.font.color.rgb = colour(WHITE)


def _show(slides: Any, card: Card) -> None:
    layout = _TEXT if card.said else _TITLE_ONLY
    slide = slides.slides.add_slide(slides.slide_layouts[layout])
    slide.shapes.title.text = _text(card.title)[:120]
    if card.said:
        _write(slide.placeholders[1].text_frame, card.said)
    if card.table is not None:
        _tabulate(slide, card.table)
    if card.chart is not None:
        _chart(slide, card.chart)


def _write(frame: Any, said: Sequence[Said]) -> None:
    for number, one in enumerate(said):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.level = min(max(one.level - 1, 0), 4)
        _line(paragraph, one.line, 16)
        if one.heading:
            _set_heading(paragraph, space=number > 0)


def _set_heading(paragraph: Any, *, space: bool) -> None:
    """Take the bullet off, and set what follows apart from what was said before."""
    properties = paragraph._p.get_or_add_pPr()
    properties.set("marL", "0")
    properties.set("indent", "0")
    if space:
        paragraph.space_before = Pt(8)
    properties.append(properties.makeelement(qn("a:buNone"), {}))
    for run in paragraph.runs:
        run.font.color.theme_color = MSO_THEME_COLOR.ACCENT_1


def _line(paragraph: Any, line: Line, size: float) -> None:
    if is_right_to_left(plain(line)):
        paragraph._p.get_or_add_pPr().set("rtl", "1")
    for span in line:
        run = paragraph.add_run()
        run.text = _text(span.text)
        run.font.size = Pt(size)
        run.font.bold, run.font.italic = span.strong or None, span.emphasis or None
        if span.link:
            run.hyperlink.address = clean(span.link)


def _tabulate(slide: Any, table: Table) -> None:
    left, top, width, _ = BOX
    rows = (table.header, *table.rows)
    shape = slide.shapes.add_table(
        len(rows), len(table.header), left, top, width, Emu(300000 * len(rows))
    )
    room = table_room(table)
    for column, share in zip(shape.table.columns, column_shares(rows, room), strict=True):
        column.width = Emu(int(width * share))
    size = 9 if is_dense(table) else 12
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            _line(shape.table.cell(number, place).text_frame.paragraphs[0], cell, size)


def _chart(slide: Any, chart: Chart) -> None:
    data: Any = CategoryChartData()  # type: ignore[no-untyped-call]
    if isinstance(chart, BarChart):
        data.categories = [_text(bar.label) for bar in chart.bars]
        data.add_series("Share in percent", [float(bar.share) for bar in chart.bars])
    elif isinstance(chart, TargetChart):
        scaled = [_scaled(one.start, one.goal) for one in chart.targets]
        data.categories = [f"{_text(t.label)} ({_text(t.told)})" for t in chart.targets]
        data.add_series("Today, in percent of the larger", [today for today, _ in scaled])
        data.add_series("Target, in percent of the larger", [goal for _, goal in scaled])
    else:
        add_drawing(slide, chart)
        return
    shape = slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, *BOX, data)
    shape._element.nvGraphicFramePr.cNvPr.set("descr", clean(chart.description))
    drawn = shape.chart
    drawn.category_axis.reverse_order = True
    drawn.font.size = Pt(12)
    drawn.has_title = False
    drawn.has_legend = isinstance(chart, TargetChart)
    if drawn.has_legend:
        drawn.legend.position, drawn.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    drawn.value_axis.visible, drawn.value_axis.has_major_gridlines = False, False
    plot = drawn.plots[0]
    plot.gap_width, plot.has_data_labels = 60, True
    plot.data_labels.number_format = 'General"%"'
    plot.data_labels.number_format_is_linked = False
    for series, digits in zip(
        drawn.series, (svg.TODAY, svg.ACCENT)[-len(drawn.series) :], strict=True
    ):
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = colour(digits[1:])


def _scaled(start: Any, goal: Any) -> tuple[float | None, float]:
    """Return a measure's values in percent of the larger; None where nobody measured it."""
    largest = max(abs(float(start or 0)), abs(float(goal))) or 1.0
    today = None if start is None else round(abs(float(start)) / largest * 100, 1)
    return today, round(abs(float(goal)) / largest * 100, 1)


def _text(text: str) -> str:
    return clean(text).replace("\n", " ")
