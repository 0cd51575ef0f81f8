"""Elements of SVG as text: small, without script, style sheet, font or network."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

FONTS = "system-ui, -apple-system, Segoe UI, Roboto, Helvetica, Arial, sans-serif"

INK, SOFT, LINE, TRACK = "#1c2230", "#5a6375", "#dfe3ea", "#e6eaf0"
ACCENT, TODAY, WARM = "#0b6b6f", "#76839a", "#b4532a"
"""On white, text has a contrast of 5.9:1 at least, shapes of 3.8:1 (WCAG 2.2: 4.5 and 3)."""


def clean(value: str) -> str:
    """Return *value* as XML character data; what XML does not allow is left out."""
    kept = "".join(c for c in value if c >= " " and c not in "\x7f\ufffe\uffff")
    return escape("".join(c for c in kept if not "\ud800" <= c <= "\udfff"))


def number(value: float) -> str:
    """Return a coordinate with at most one decimal."""
    return f"{value:.1f}".removesuffix(".0")


def rect(x: float, y: float, width: float, height: float, fill: str, radius: float = 3) -> str:
    return (
        f'<rect x="{number(x)}" y="{number(y)}" width="{number(width)}" '
        f'height="{number(height)}" rx="{number(radius)}" fill="{fill}"/>'
    )


def line(x1: float, y1: float, x2: float, y2: float, stroke: str) -> str:
    return (
        f'<line x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}" y2="{number(y2)}" '
        f'stroke="{stroke}" stroke-width="1"/>'
    )


def circle(x: float, y: float, radius: float, fill: str) -> str:
    return f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius)}" fill="{fill}"/>'


def text(
    x: float, y: float, value: str, size: float, fill: str = INK, *, bold: bool = False
) -> str:
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{number(x)}" y="{number(y)}" font-size="{number(size)}"{weight} '
        f'fill="{fill}">{clean(value)}</text>'
    )


def lines(x: float, middle: float, values: Sequence[str], size: float, fill: str = INK) -> str:
    """Return a few lines of text whose middle is at *middle*."""
    leading = size * 1.25
    first = middle - leading * (len(values) - 1) / 2 + size * 0.36
    return "".join(text(x, first + leading * n, v, size, fill) for n, v in enumerate(values))


def picture(
    name: str, size: tuple[float, float], title: str, description: str, inside: Sequence[str]
) -> str:
    """
    Return a whole drawing, with a title and a description for those who cannot see it.

    Args:
        name: What its ids begin with: unique in a page.
        size: Its width and height.
    """
    width, height = map(number, size)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'width="{width}" height="{height}" role="img" '
            f'aria-labelledby="chart-{name}-title chart-{name}-desc" font-family="{FONTS}">',
            f'<title id="chart-{name}-title">{clean(title)}</title>',
            f'<desc id="chart-{name}-desc">{clean(description)}</desc>',
            rect(0, 0, *size, "#ffffff", 0),
            *inside,
            "</svg>",
            "",
        ]
    )
