"""A chart on a slide as a group of shapes, where the slides have no chart of its kind."""

from __future__ import annotations

from typing import Any

from pptx.enum.shapes import MSO_SHAPE
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from aicmo_core.documents import Chart
from aicmo_core.documents.words import clean
from aicmo_core.providers.office.shapes import Shape, drawing_of
from aicmo_core.providers.office.slide_style import BOX, colour

_FORMS = {"rect": MSO_SHAPE.RECTANGLE, "ellipse": MSO_SHAPE.OVAL}
_POINT = 12_700
"""In EMU, which lengths on a slide are told in."""


def add_drawing(slide: Any, chart: Chart) -> None:
    """Put *chart* below the title of *slide*, as large as there is room for it."""
    drawing = drawing_of(chart)
    left, top, width, height = BOX
    unit = min(width / drawing.width, height / drawing.height)
    group = slide.shapes.add_group_shape()
    named = group._element.nvGrpSpPr.cNvPr
    named.set("name", clean(chart.title))
    named.set("descr", clean(chart.description))
    for shape in drawing.shapes:
        place = (
            Emu(left + int(shape.left * unit)),
            Emu(top + int(shape.top * unit)),
            Emu(int(shape.width * unit)),
            Emu(int(shape.height * unit)),
        )
        if shape.text:
            _write(group.shapes.add_textbox(*place).text_frame, shape, unit)
        else:
            _fill(group.shapes.add_shape(_FORMS[shape.form], *place), shape)


def _fill(made: Any, shape: Shape) -> None:
    made.fill.solid()
    made.fill.fore_color.rgb = colour(shape.colour)
    made.line.fill.background()
    made._element.remove(made._element.find(qn("p:style")))  # a shadow, among other things


def _write(frame: Any, shape: Shape, unit: float) -> None:
    frame.margin_left = frame.margin_top = frame.margin_right = frame.margin_bottom = 0
    frame.word_wrap = True
    run = frame.paragraphs[0].add_run()
    run.text = clean(shape.text)
    run.font.size = Pt(int(shape.size * unit / _POINT))
    run.font.bold = shape.bold
    run.font.color.rgb = colour(shape.colour)
