"""Markdown to HTML, so that a report's text can only ever be text."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise, zip_longest

from markdown_it.token import Token

from aicmo_core.documents.markdown import level_headings, parser

_SHORT, _LONG = 18, 32
"""Characters of a column's longest cell, up to and from which it counts as short or long."""
_MANY = 6
"""Columns from which a table is set in smaller type."""
_BLOCKS = frozenset(
    ["paragraph_open", "heading_open", "list_item_open", "td_open", "th_open", "blockquote_open"]
)


def render_markdown(text: str, label: str) -> str:
    """
    Return *text* as HTML without scripts, images or raw markup.

    Headings are of level 3 and deeper and skip no level; tables are regions that
    scroll by themselves; each block takes its direction from its own script.

    Args:
        text: A section's body.
        label: What the section is about, to name its tables by.
    """
    markdown = parser()
    tokens = markdown.parse(text)
    level_headings(tokens)
    _describe(tokens, label)
    return str(markdown.renderer.render(tokens, markdown.options, {}))


def plain_heading(body: str) -> str:
    """Return the text of the level 1 heading that *body* begins with, or nothing."""
    tokens = parser().parse(body.lstrip()[:1000])
    if len(tokens) > 1 and tokens[0].type == "heading_open" and tokens[0].tag == "h1":
        return "".join(t.content for t in tokens[1].children or () if t.type in _WORDS).strip()
    return ""


_WORDS = frozenset(["text", "text_special", "code_inline"])


def _describe(tokens: list[Token], label: str) -> None:
    """Add what HTML needs for readers, screen readers and narrow screens."""
    for token in tokens:
        if token.type in _BLOCKS:
            token.attrSet("dir", "auto")
        if token.type == "th_open":
            token.attrSet("scope", "col")
        for inline in token.children or ():
            if inline.type == "link_open":
                inline.attrSet("rel", "noopener noreferrer nofollow")
    tables = [i for i, token in enumerate(tokens) if token.type == "table_open"]
    for number, index in reversed(list(enumerate(tables, 1))):  # from behind: places shift
        _wrap_table(tokens, index, label if number == 1 else f"{label}, table {number}")


def _wrap_table(tokens: list[Token], index: int, label: str) -> None:
    end = next(i for i in range(index, len(tokens)) if tokens[i].type == "table_close")
    _fit_columns(tokens[index:end])
    region = Token("region_open", "div", 1, block=True)
    region.attrs = {"class": "scroll", "role": "region", "tabindex": 0, "aria-label": label}
    tokens.insert(end + 1, Token("region_close", "div", -1, block=True))
    tokens.insert(index, region)


def _fit_columns(table: Sequence[Token]) -> None:
    """Give short columns no more room than they need, so that long ones have it."""
    rows: list[list[tuple[Token, int]]] = []
    for token, content in pairwise(table):
        if token.type == "tr_open":
            rows.append([])
        elif token.type in ("th_open", "td_open"):
            rows[-1].append((token, len(content.content)))
    for column in zip_longest(*rows):
        cells = [cell for cell in column if cell is not None]
        longest = max(length for _, length in cells)
        for cell, _ in cells:
            if longest <= _SHORT:
                cell.attrJoin("class", "short")
            elif longest >= _LONG:
                cell.attrJoin("class", "long")
    if rows and len(rows[0]) >= _MANY:
        table[0].attrJoin("class", "dense")
