"""The drawing of a chart as shapes, which an office file has of its own: sharp, and to edit."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

from attrs import frozen

from aicmo_core.documents import Chart, draw
from aicmo_core.documents.charts.labels import measure

_ROUND, _FLAT, _LINE = "ellipse", "rect", 1.0
_ASCENT, _LEADING = 0.98, 1.25
"""Of a font size: from the top of a line to what letters stand on, and from line to line."""
_BOLD = 1.2
"""How much wider bold letters may be."""


@frozen
class Shape:
    """
    A filled form, or words.

    Lengths are in the units of the drawing, whose width is `Drawing.width`.

    Attributes:
        form: "rect" or "ellipse", as DrawingML names it.
        colour: Of the form, or of its words: six hexadecimal digits.
        text: What it says; empty for a form, which says nothing.
        size: Of the words.
    """

    form: str
    left: float
    top: float
    width: float
    height: float
    colour: str
    text: str = ""
    size: float = 0.0
    bold: bool = False


@frozen
class Drawing:
    """A chart as shapes, the hindmost first."""

    width: float
    height: float
    shapes: tuple[Shape, ...]


def drawing_of(chart: Chart) -> Drawing:
    """Return the shapes that the SVG of *chart* is made of."""
    # It was drawn here: nobody else's markup is read.
    root = ElementTree.fromstring(draw(chart))
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    return Drawing(width, height, tuple(_shapes(root, width)))


def _shapes(root: ElementTree.Element, across: float) -> Iterator[Shape]:
    for element in root:
        told = element.attrib
        match element.tag.rpartition("}")[2]:
            case "rect":
                left, top, width, height = (float(told[k]) for k in ("x", "y", "width", "height"))
                yield Shape(_FLAT, left, top, width, height, told["fill"][1:])
            case "line":
                left, top = float(told["x1"]), float(told["y1"])
                height = float(told["y2"]) - top
                yield Shape(_FLAT, left - _LINE / 2, top, _LINE, height, told["stroke"][1:])
            case "circle":
                x, y, radius = (float(told[k]) for k in ("cx", "cy", "r"))
                left, top, wide = x - radius, y - radius, 2 * radius
                yield Shape(_ROUND, left, top, wide, wide, told["fill"][1:])
            case "text":
                yield _words(element, across)


def _words(element: ElementTree.Element, across: float) -> Shape:
    told, text = element.attrib, element.text or ""
    size, left, bold = float(told["font-size"]), float(told["x"]), "font-weight" in told
    room = measure(text, size) * (_BOLD if bold else 1) + size
    return Shape(
        _FLAT,
        left,
        float(told["y"]) - _ASCENT * size,
        min(room, across - left),
        _LEADING * size,
        told["fill"][1:],
        text,
        size,
        bold,
    )
