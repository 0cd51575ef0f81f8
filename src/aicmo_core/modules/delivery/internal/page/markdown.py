"""Markdown to HTML, so that a report's text can only ever be text."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from markdown_it.token import Token

from aicmo_core.documents.markdown import level_headings, parser
from aicmo_core.documents.words import is_right_to_left

_SHORT, _LONG = 18, 32
"""Characters of a column's longest cell, up to and from which it counts as short or long."""
_MANY = 6
"""Columns from which a table is set in smaller type."""
_PHONE = 40
"""Characters of a row that are side by side on a phone, in three columns or more."""
_BLOCKS = frozenset(
    [
        *("paragraph_open", "heading_open", "blockquote_open", "td_open", "th_open"),
        *("bullet_list_open", "ordered_list_open", "list_item_open"),
    ]
)


def render_markdown(text: str, label: str) -> str:
    """
    Return *text* as HTML without scripts, images or raw markup.

    Headings are of level 3 and deeper and skip no level; tables are regions that
    scroll by themselves, cells name their column, for phones that show a row as a card;
    each block has the direction of its own words.

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


def direction(text: str) -> str:
    """Return the value of the attribute `dir` for *text*."""
    return "rtl" if is_right_to_left(text) else "ltr"


def is_wide(rows: Sequence[Sequence[int]]) -> bool:
    """
    Return whether a table is too wide for a phone.

    Args:
        rows: The characters of each cell, the head's among them.
    """
    columns = list(zip_longest(*rows, fillvalue=0))
    return len(columns) > 2 and sum(map(max, columns)) > _PHONE


def _describe(tokens: list[Token], label: str) -> None:
    """Add what HTML needs for readers, screen readers and narrow screens."""
    for index, token in enumerate(tokens):
        if token.type in _BLOCKS:
            token.attrSet("dir", direction(_said(tokens, index)))
        if token.type == "th_open":
            token.attrSet("scope", "col")
        for inline in token.children or ():
            if inline.type == "link_open":
                inline.attrSet("rel", "noopener noreferrer nofollow")
    tables = [i for i, token in enumerate(tokens) if token.type == "table_open"]
    for number, index in reversed(list(enumerate(tables, 1))):  # from behind: places shift
        _wrap_table(tokens, index, label if number == 1 else f"{label}, table {number}")


def _said(tokens: Sequence[Token], index: int) -> str:
    """Return the words of the block that opens at *index*."""
    told = []
    for token in tokens[index + 1 :]:
        if token.nesting < 0 and token.level == tokens[index].level:
            break
        told += [child.content for child in token.children or () if child.type in _WORDS]
    return " ".join(told)


def _wrap_table(tokens: list[Token], index: int, label: str) -> None:
    end = next(i for i in range(index, len(tokens)) if tokens[i].type == "table_close")
    rows = _cells(tokens[index:end])
    _fit_columns(tokens[index], rows)
    for row in rows[1:]:
        for (cell, _), (_, head) in zip(row, rows[0], strict=True):
            cell.attrSet("data-label", head)
    wide = is_wide([[len(words) for _, words in row] for row in rows])
    region = Token("region_open", "div", 1, block=True)
    kind = "scroll stack" if wide else "scroll"
    region.attrs = {"class": kind, "role": "region", "tabindex": 0, "aria-label": label}
    tokens.insert(end + 1, Token("region_close", "div", -1, block=True))
    tokens.insert(index, region)


def _cells(table: Sequence[Token]) -> list[list[tuple[Token, str]]]:
    """Return the cells of each row, the head's first, with their words."""
    rows: list[list[tuple[Token, str]]] = []
    for index, token in enumerate(table):
        if token.type == "tr_open":
            rows.append([])
        elif token.type in ("th_open", "td_open"):
            rows[-1].append((token, _said(table, index)))
    return rows


def _fit_columns(table: Token, rows: Sequence[Sequence[tuple[Token, str]]]) -> None:
    """Give short columns no more room than they need, so that long ones have it."""
    for column in zip(*rows, strict=True):
        longest = max(len(words) for _, words in column)
        for cell, _ in column:
            if longest <= _SHORT:
                cell.attrJoin("class", "short")
            elif longest >= _LONG:
                cell.attrJoin("class", "long")
    if rows and len(rows[0]) >= _MANY:
        table.attrJoin("class", "dense")
