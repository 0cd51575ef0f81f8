"""Markdown read into blocks, so that every format shows the same of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from attrs import evolve
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from aicmo_core.documents.blocks import (
    Block,
    Code,
    Heading,
    Line,
    Listing,
    Paragraph,
    Quotation,
    Rule,
    Span,
    Table,
)

_SCHEMES = ("https:", "http:", "mailto:")
TOP = 3
"""The level of the highest heading within a section."""


@cache
def parser() -> MarkdownIt:
    """Return the one parser: CommonMark with tables; raw HTML, images and odd links are text."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    markdown.validateLink = _may_be_linked  # type: ignore[method-assign]
    return markdown


def _may_be_linked(url: str) -> bool:
    return url.strip().lower().startswith(_SCHEMES)


def level_headings(tokens: Sequence[Token]) -> None:
    """Let headings begin at level 3, below the section's own, and go down one level at a time."""
    above = TOP - 1
    for token in tokens:
        if token.type == "heading_open":
            above = max(TOP, min(int(token.tag[1]), above + 1))
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{above}"


def read_markdown(text: str, title: str = "") -> tuple[Block, ...]:
    """
    Return the blocks of *text*.

    Args:
        title: What it is about, to name its tables by.
    """
    tokens = parser().parse(text)
    level_headings(tokens)
    blocks = tuple(_blocks(SyntaxTreeNode(tokens)))
    return tuple(evolve(b, title=title) if isinstance(b, Table) else b for b in blocks)


def _blocks(node: SyntaxTreeNode) -> Iterator[Block]:
    for child in node.children:
        block = _block(child)
        if block is not None:
            yield block


def _block(node: SyntaxTreeNode) -> Block | None:
    match node.type:
        case "heading":
            return Heading(int(node.tag[1]), _line(node))
        case "paragraph":
            return Paragraph(_line(node))
        case "bullet_list":
            return Listing(_items(node))
        case "ordered_list":
            return Listing(_items(node), int(node.attrs.get("start", 1)))
        case "blockquote":
            return Quotation(tuple(_blocks(node)))
        case "table":
            return _table(node)
        case "fence" | "code_block":
            return Code(node.content.rstrip("\n"))
        case "hr":
            return Rule()
        case other:
            raise AssertionError(f"Markdown has a block {other!r} that nobody reads")


def _items(node: SyntaxTreeNode) -> tuple[tuple[Block, ...], ...]:
    return tuple(tuple(_blocks(item)) for item in node.children)


def _table(node: SyntaxTreeNode) -> Table:
    head, *body = node.children
    (names,) = head.children
    rows = [tuple(map(_line, row.children)) for part in body for row in part.children]
    return Table(tuple(map(_line, names.children)), tuple(rows))


def _line(node: SyntaxTreeNode) -> Line:
    return tuple(_joined(_spans(node, Span(""))))


def _spans(node: SyntaxTreeNode, style: Span) -> Iterator[Span]:
    for child in node.children:
        match child.type:
            case "inline":
                yield from _spans(child, style)
            case "text" | "text_special":
                yield evolve(style, text=child.content)
            case "softbreak":
                yield evolve(style, text=" ")
            case "hardbreak":
                yield evolve(style, text="\n")
            case "code_inline":
                yield evolve(style, text=child.content, code=True)
            case "strong":
                yield from _spans(child, evolve(style, strong=True))
            case "em":
                yield from _spans(child, evolve(style, emphasis=True))
            case "link":
                yield from _spans(child, evolve(style, link=str(child.attrs.get("href", ""))))
            case other:
                raise AssertionError(f"Markdown has a span {other!r} that nobody reads")


def _joined(spans: Iterator[Span]) -> Iterator[Span]:
    """Join neighbours that look alike; an escape is a token of its own."""
    last: Span | None = None
    for span in spans:
        if last is not None and evolve(last, text="") == evolve(span, text=""):
            last = evolve(last, text=last.text + span.text)
            continue
        if last is not None:
            yield last
        last = span
    if last is not None:
        yield last
