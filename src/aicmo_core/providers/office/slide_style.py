"""How the slides look: a wide screen, titles on the left, and the colours of a report."""

from __future__ import annotations

from typing import Any

from pptx.dml.color import RGBColor
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

WIDTH, HEIGHT = Emu(12192000), Emu(6858000)
_EDGE, _TOP = Emu(609600), Emu(1463040)
BOX = (_EDGE, _TOP, Emu(WIDTH - 2 * _EDGE), Emu(4754880))
"""Left, top, width and height of what stands below a title."""
COVER_LAYOUT = 0

WHITE, _DEEP = "FFFFFF", "12343B"
_THEME = {"4F81BD": "0B6B6F", "C0504D": "76839A", "1F497D": _DEEP}
"""Colours of the theme that python-pptx brings, and what they become."""
_TITLE = Pt(26)


def colour(digits: str) -> Any:
    """Return the colour of six hexadecimal digits."""
    return RGBColor.from_string(digits.upper())  # type: ignore[no-untyped-call]


def set_style(slides: Any) -> None:
    """Give a presentation without slides the looks of a report: in its master and its theme."""
    _widen(slides)
    master = slides.slide_master
    (titles,) = master._element.iter(qn("p:titleStyle"))
    first = titles.find(qn("a:lvl1pPr"))
    first.set("algn", "l")
    first.find(qn("a:defRPr")).set("sz", str(_TITLE.centipoints))
    for named in first.iter(qn("a:schemeClr")):
        named.set("val", "tx2")
    theme = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    content = theme.blob.decode()
    for old, new in _THEME.items():
        content = content.replace(f'srgbClr val="{old}"', f'srgbClr val="{new}"')
    theme._blob = content.encode()
    _set_cover(slides.slide_layouts[COVER_LAYOUT])


def _widen(slides: Any) -> None:
    scale = WIDTH / slides.slide_width
    slides.slide_width, slides.slide_height = WIDTH, HEIGHT
    for shown in (slides.slide_master, *slides.slide_layouts):
        for shape in shown.placeholders:
            # One that has no place of its own has its master's.
            if shape._element.spPr.xfrm is not None:
                left, width = int(shape.left * scale), int(shape.width * scale)
                shape.left, shape.width = Emu(left), Emu(width)


def _set_cover(layout: Any) -> None:
    """Put the cover's words on a dark ground, on the left."""
    layout.background.fill.solid()
    layout.background.fill.fore_color.rgb = colour(_DEEP)
    for shape in layout.placeholders:
        shape.left = _EDGE
        shape.width = BOX[2]
    for level in layout._element.iter(qn("a:lvl1pPr")):
        level.set("algn", "l")
