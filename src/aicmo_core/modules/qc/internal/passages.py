"""A draft's text as a reader sees it: Markdown taken away, block by block."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from enum import Enum
from functools import cache, cached_property
from typing import TYPE_CHECKING

from attrs import frozen

from aicmo_core.modules.qc.internal.terms import fold

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

MOST_CHARACTERS = 100_000
"""How much of one section is read. The longest sections of real reports have 10,000."""


class BlockKind(Enum):
    """What a block is in the document."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    BULLET = "bullet"
    COLUMN = "column"
    """The head of a table's column."""
    CELL = "cell"
    CODE = "code"


@frozen
class Block:
    """
    A run of plain text between two breaks.

    Attributes:
        line: The line of the section where it begins, from 1; cells of one row share it.
            0 for text that is not part of a section's Markdown.
        text: Without Markdown: escapes and entities stand for their characters.
        origin: Where it comes from, if not from a line.
        level: Of a heading, 1 to 6; of a table's cell or column, its place in the row, from 1.
    """

    kind: BlockKind
    line: int
    text: str
    origin: str = ""
    level: int = 0

    @cached_property
    def folded(self) -> str:
        return fold(self.text)

    @property
    def place(self) -> str:
        return self.origin or f"line {self.line}"


@frozen
class Passage:
    """
    A section, or another part of the draft, as blocks.

    Attributes:
        unread: How many characters at the end were too many to read.
    """

    section_id: str
    blocks: tuple[Block, ...]
    unread: int = 0

    @cached_property
    def folded(self) -> str:
        """The folded text, one line for each block: no term crosses a line."""
        return "\n".join(block.folded for block in self.blocks)

    @cached_property
    def _starts(self) -> list[int]:
        starts, position = [], 0
        for block in self.blocks:
            starts.append(position)
            position += len(block.folded) + 1
        return starts

    def block_at(self, offset: int) -> Block:
        """Return the block that holds the character at *offset* of the folded text."""
        return self.blocks[bisect_right(self._starts, offset) - 1]

    @cached_property
    def rows(self) -> tuple[tuple[Block, ...], ...]:
        """The cells of each table row, heads left out."""
        rows: dict[int, list[Block]] = {}
        for block in self.blocks:
            if block.kind is BlockKind.CELL:
                rows.setdefault(block.line, []).append(block)
        return tuple(map(tuple, rows.values()))

    @cached_property
    def tables(self) -> tuple[tuple[Block, ...], ...]:
        """The blocks of each table, its head first."""
        tables: list[list[Block]] = []
        for block in self.blocks:
            if block.kind is BlockKind.COLUMN and block.level == 1:
                tables.append([])
            if block.kind in (BlockKind.COLUMN, BlockKind.CELL) and tables:
                tables[-1].append(block)
        return tuple(map(tuple, tables))

    @property
    def extent(self) -> str:
        """The place of the whole passage: its lines; empty where it has none."""
        lines = [block.line for block in self.blocks if block.line]
        if not lines:
            return ""
        return f"lines {lines[0]} to {lines[-1]}" if lines[-1] > lines[0] else f"line {lines[0]}"

    def of_kind(self, *kinds: BlockKind) -> tuple[Block, ...]:
        return tuple(block for block in self.blocks if block.kind in kinds)


def read_passage(section_id: str, markdown: str) -> Passage:
    """Return the plain text of some Markdown, of its first `MOST_CHARACTERS` characters."""
    unread = max(0, len(markdown) - MOST_CHARACTERS)
    return Passage(section_id, tuple(_blocks(markdown[:MOST_CHARACTERS])), unread)


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table")


_FIELD = re.compile(r"[A-Z][A-Z0-9_]+")
_OPENS = {
    "heading_open": BlockKind.HEADING,
    "paragraph_open": BlockKind.PARAGRAPH,
    "th_open": BlockKind.COLUMN,
    "td_open": BlockKind.CELL,
}


def _blocks(markdown: str) -> Iterator[Block]:
    kind, line, level, begins_item = BlockKind.PARAGRAPH, 1, 0, False
    for token in _parser().parse(markdown):
        if token.map and token.nesting >= 0:
            line = token.map[0] + 1
        if token.type == "list_item_open":
            begins_item = True
        elif token.type in _OPENS:
            kind = _OPENS[token.type]
            if begins_item and kind is BlockKind.PARAGRAPH:
                kind = BlockKind.BULLET
            begins_item = False
            level = _level(token, level)
        elif token.type == "tr_open":
            level = 0
        elif token.type == "inline":
            yield Block(kind, line, _plain(token), level=level)
        elif token.type in ("fence", "code_block"):
            if token.info:
                yield Block(BlockKind.CODE, line, token.markup + token.info)
            for number, text in enumerate(token.content.splitlines(), start=bool(token.info)):
                yield Block(BlockKind.CODE, line + number, text)


def _level(token: Token, before: int) -> int:
    """Return the level of a heading, or the number of a cell in its row; 0 of other blocks."""
    if token.type == "heading_open":
        return int(token.tag[1:])
    return before + 1 if token.type in ("th_open", "td_open") else 0


def _plain(token: Token) -> str:
    parts: list[str] = []
    children = token.children or []
    for at, child in enumerate(children):
        match child.type:
            case "text" | "text_special" | "code_inline":
                parts.append(child.content)
            case "softbreak" | "hardbreak":
                parts.append(" ")
            case "image":
                parts.append(_plain(child))
            case "link_open":
                # An address is part of what is sent, so it is checked like the words.
                parts.append(f"{child.attrs.get('href', '')} ")
            case "strong_open" | "em_open" if _is_merge_field(child, children[at + 1 : at + 2]):
                parts.append(child.markup)
            case "strong_close" | "em_close" if _is_merge_field(child, children[at - 1 : at]):
                parts.append(child.markup)
    return "".join(parts).strip()


def _is_merge_field(mark: Token, inside: list[Token]) -> bool:
    """Return whether it is a mail program's field that Markdown takes for stress: "__NAME__"."""
    text = inside[0].content if inside else ""
    if mark.markup == "__":
        return bool(_FIELD.fullmatch(text))
    return mark.markup == "*" and len(text) > 2 and text[0] == text[-1] == "|"
