"""A chart in a DOCX: a group of shapes, which stays sharp and can be edited."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape, quoteattr

from docx.oxml import parse_xml
from docx.shared import Mm
from docx.text.paragraph import Paragraph as Written

from aicmo_core.documents import Chart
from aicmo_core.documents.words import clean
from aicmo_core.providers.office.shapes import Shape, drawing_of

_NAMES = " ".join(
    f'xmlns:{prefix}="http://schemas.{place}"'
    for prefix, place in (
        ("w", "openxmlformats.org/wordprocessingml/2006/main"),
        ("wp", "openxmlformats.org/drawingml/2006/wordprocessingDrawing"),
        ("a", "openxmlformats.org/drawingml/2006/main"),
        ("mc", "openxmlformats.org/markup-compatibility/2006"),
        ("wpg", "microsoft.com/office/word/2010/wordprocessingGroup"),
        ("wps", "microsoft.com/office/word/2010/wordprocessingShape"),
    )
)
_GROUP = "http://schemas.microsoft.com/office/word/2010/wordprocessingGroup"
_POINT = 12_700
"""In EMU, which lengths in a drawing are told in."""


def add_drawing(paragraph: Written, chart: Chart, number: int, width: float) -> None:
    """
    Put *chart* into *paragraph*.

    Word processors of before 2010 know no such shapes, and show nothing in their place.

    Args:
        number: Of the drawing in its file, from 1.
        width: In millimetres.
    """
    drawing = drawing_of(chart)
    unit = Mm(width) / drawing.width
    extent = f'cx="{round(drawing.width * unit)}" cy="{round(drawing.height * unit)}"'
    told = f"name={quoteattr(clean(chart.title))} descr={quoteattr(clean(chart.description))}"
    shapes = "".join(_shape(one, n, unit) for n, one in enumerate(drawing.shapes, number * 1000))
    made: Any = parse_xml(
        f'<mc:AlternateContent {_NAMES}><mc:Choice Requires="wpg"><w:drawing>'
        f'<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {extent}/>'
        f'<wp:docPr id="{number}" {told}/><wp:cNvGraphicFramePr/>'
        f'<a:graphic><a:graphicData uri="{_GROUP}"><wpg:wgp><wpg:cNvGrpSpPr/>'
        f'<wpg:grpSpPr><a:xfrm><a:off x="0" y="0"/><a:ext {extent}/>'
        f'<a:chOff x="0" y="0"/><a:chExt {extent}/></a:xfrm></wpg:grpSpPr>{shapes}'
        "</wpg:wgp></a:graphicData></a:graphic></wp:inline>"
        "</w:drawing></mc:Choice></mc:AlternateContent>"
    )
    paragraph.add_run()._r.append(made)


def _shape(shape: Shape, number: int, unit: float) -> str:
    left, top = round(shape.left * unit), round(shape.top * unit)
    extent = f'cx="{round(shape.width * unit)}" cy="{round(shape.height * unit)}"'
    fill = f'<a:solidFill><a:srgbClr val="{shape.colour}"/></a:solidFill>'
    return (
        f'<wps:wsp><wps:cNvPr id="{number}" name="{shape.form} {number}"/><wps:cNvSpPr/>'
        f'<wps:spPr><a:xfrm><a:off x="{left}" y="{top}"/><a:ext {extent}/></a:xfrm>'
        f'<a:prstGeom prst="{shape.form}"><a:avLst/></a:prstGeom>'
        f"{'<a:noFill/>' if shape.text else fill}<a:ln><a:noFill/></a:ln></wps:spPr>"
        f"{_text(shape, unit) if shape.text else ''}"
        '<wps:bodyPr wrap="none" lIns="0" tIns="0" rIns="0" bIns="0" anchor="t"/></wps:wsp>'
    )


def _text(shape: Shape, unit: float) -> str:
    points = shape.size * unit / _POINT
    bold = "<w:b/>" if shape.bold else ""
    line = round(shape.height * unit / _POINT * 20)
    return (
        '<wps:txbx><w:txbxContent><w:p><w:pPr><w:spacing w:before="0" w:after="0" '
        f'w:line="{line}" w:lineRule="exact"/></w:pPr><w:r><w:rPr>'
        f'<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial"/>{bold}'
        f'<w:color w:val="{shape.colour}"/><w:sz w:val="{round(2 * points)}"/></w:rPr>'
        f'<w:t xml:space="preserve">{escape(clean(shape.text))}</w:t></w:r></w:p>'
        "</w:txbxContent></wps:txbx>"
    )
