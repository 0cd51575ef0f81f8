"""A drawing that may stand in the page: SVG, of which only shapes and text are kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

_ELEMENTS = frozenset(
    {"svg", "g", "title", "desc", "rect", "line", "path", "circle", "ellipse"}
    | {"polyline", "polygon", "text", "tspan"}
)
_ATTRIBUTES = frozenset(
    {"viewBox", "preserveAspectRatio", "width", "height", "x", "y", "x1", "x2", "y1", "y2"}
    | {"dx", "dy", "cx", "cy", "r", "rx", "ry", "d", "points", "transform"}
    | {"fill", "stroke", "opacity", "fill-opacity", "stroke-opacity", "stroke-width"}
    | {"stroke-linecap", "stroke-linejoin", "stroke-dasharray"}
    | {"font-size", "font-family", "font-weight", "text-anchor", "dominant-baseline"}
)
_REFERENCE = re.compile(r"(?i)url\s*\(|javascript:|data:|&")
_NAMESPACE = "{http://www.w3.org/2000/svg}"


class NotADrawing(ValueError):
    """The bytes are not an SVG image that can be shown."""


def inline_svg(data: bytes, label: str) -> str:
    """
    Return the drawing as markup for HTML, described by *label*.

    Scripts, styles, references and everything else that is not a shape or a text is left out.

    Raises:
        NotADrawing: *data* is not SVG, or declares a document type (entities).
    """
    if re.search(rb"<!\s*(?:DOCTYPE|ENTITY)", data, re.IGNORECASE):
        raise NotADrawing("an SVG image here may not declare a document type")
    try:
        root = ET.fromstring(data)
    except ET.ParseError as error:
        raise NotADrawing(f"it is not well-formed: {error}") from error
    if root.tag.removeprefix(_NAMESPACE) != "svg":
        raise NotADrawing(f"expected the element svg, found {root.tag!r}")
    return "".join(_element(root, f' role="img" aria-label={quoteattr(label)}'))


def _element(element: ET.Element, more: str = "") -> Iterator[str]:
    name = str(element.tag).removeprefix(_NAMESPACE)
    if name not in _ELEMENTS:
        return
    attributes = "".join(
        f" {key}={quoteattr(value)}"
        for key, value in element.attrib.items()
        if key in _ATTRIBUTES and not _REFERENCE.search(value)
    )
    yield f"<{name}{attributes}{more}>{escape(element.text or '')}"
    for child in element:
        yield from _element(child)
        yield escape(child.tail or "")
    yield f"</{name}>"
