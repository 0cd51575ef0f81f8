"""Markdown: a client's text escaped so that it stays text, wherever it stands in a line."""

from __future__ import annotations

import re
from collections.abc import Sequence

_SPECIAL = re.compile(r"[\\`*_\[\]{}<|~]|(?<=\{)[%#]|&(?=#?\w+;)")
_LINE_START = re.compile(r"(?:#{1,6}(?=\s|$)|[-+=>])|(?P<number>\d+)(?P<dot>[.)])(?=\s|$)")


def escape(text: str) -> str:
    """
    Return *text*, a single line, as Markdown that renders to exactly this text.

    It may begin a line, a list item or a table cell, or stand in the middle of one:
    no markup, link, heading, list, table or HTML begins in it, and no template engine
    finds an opening brace pair.
    """
    escaped = _SPECIAL.sub(lambda match: "\\" + match[0], text)
    return _LINE_START.sub(_harmless, escaped, count=1) if _LINE_START.match(escaped) else escaped


def _harmless(match: re.Match[str]) -> str:
    if match["number"]:
        return f"{match['number']}\\{match['dot']}"
    return "\\" + match[0]


def table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """Return a Markdown table; every cell is plain text and is escaped here."""
    lines = [header, ("---",) * len(header)]
    text = ["| " + " | ".join(line) + " |" for line in lines]
    text += ["| " + " | ".join(escape(cell) for cell in row) + " |" for row in rows]
    return "\n".join(text)
