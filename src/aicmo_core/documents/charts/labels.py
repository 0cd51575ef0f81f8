"""Labels: a text fitted to a width, in any script, without asking a font."""

from __future__ import annotations

import unicodedata

_NARROW = frozenset("iljtfrI.,:;'|!()[]·-’‘ ")
_BROAD = frozenset("mwMW@%")
_ELLIPSIS = "…"


def measure(text: str, size: float) -> float:
    """
    Return about how wide *text* is at a font size of *size*, rather too wide than too narrow.

    Sans-serif faces differ by a tenth or so; East Asian wide characters are squares, marks
    that sit on others have no width of their own.
    """
    return size * sum(map(_advance, text))


def _advance(character: str) -> float:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Cf", "Mn"):
        return 0.0
    if unicodedata.east_asian_width(character) in ("W", "F"):
        return 1.04
    if character in _NARROW:
        return 0.34
    if character in _BROAD:
        return 0.92
    return 0.7 if character.isupper() else 0.58


def fit(text: str, width: float, size: float) -> str:
    """Return *text*, cut with an ellipsis where it is wider than *width*."""
    if measure(text, size) <= width:
        return text
    room, kept = width - measure(_ELLIPSIS, size), ""
    for character in text:
        room -= measure(character, size)
        if room < 0:
            break
        kept += character
    return kept.rstrip(" ,;:-–—(\u200d") + _ELLIPSIS


def wrap(text: str, width: float, size: float, most: int = 2) -> tuple[str, ...]:
    """
    Return *text* in at most *most* lines that are no wider than *width*.

    Lines break at spaces; a word that is too long for a line, as all of a script without
    spaces is, breaks where the line ends. The last line is cut where more is left.
    """
    lines: list[str] = []
    rest = " ".join(text.split())
    while rest and len(lines) < most - 1 and measure(rest, size) > width:
        line = _first_line(rest, width, size)
        lines.append(line.rstrip())
        rest = rest[len(line) :].lstrip()
    return (*lines, fit(rest, width, size)) if rest or not lines else tuple(lines)


def _first_line(text: str, width: float, size: float) -> str:
    room, end = width, 0
    for character in text:
        room -= measure(character, size)
        if room < 0:
            break
        end += 1
    end = max(end, 1)
    while end < len(text) and unicodedata.combining(text[end]):
        end -= 1  # a mark stays with what it sits on
    end = max(end, 1)
    space = text.rfind(" ", 0, end + 1)
    return text[:space] if space > 0 else text[:end]
