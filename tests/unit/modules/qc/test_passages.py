"""Markdown is taken away as a reader's eye does it."""

import re

from hypothesis import given
from hypothesis import strategies as st

from aicmo_core.modules.qc.internal.passages import (
    MOST_CHARACTERS,
    BlockKind,
    read_passage,
)


def test_blocks_carry_kind_line_and_plain_text() -> None:
    """Headings, lists, tables and paragraphs are told apart, each with its first line."""
    text = (
        "### A *title*\n\nTwo\nlines\n\n- one\n- [two](https://x.io)\n\n|H|I|\n|-|-|\n|a|b\\|c|\n"
    )

    passage = read_passage("s", text)

    assert [(b.kind, b.line, b.text) for b in passage.blocks] == [
        (BlockKind.HEADING, 1, "A title"),
        (BlockKind.PARAGRAPH, 3, "Two lines"),
        (BlockKind.BULLET, 6, "one"),
        (BlockKind.BULLET, 7, "https://x.io two"),
        (BlockKind.COLUMN, 9, "H"),
        (BlockKind.COLUMN, 9, "I"),
        (BlockKind.CELL, 11, "a"),
        (BlockKind.CELL, 11, "b|c"),
    ]


def test_escapes_and_entities_stand_for_their_characters() -> None:
    r"""`\*`, `\_` and `&amp;` are compared as what a reader sees."""
    passage = read_passage("s", r"E\*TRADE \& AT&amp;T, snake\_case, \<b\>, `code`")

    assert passage.blocks[0].text == "E*TRADE & AT&T, snake_case, <b>, code"


def test_place_of_a_word_is_its_block() -> None:
    """An offset in the folded text leads back to the line."""
    passage = read_passage("s", "First.\n\nＳecond here.\n\n- Third")

    assert passage.block_at(passage.folded.index("second")).place == "line 3"
    assert passage.block_at(passage.folded.index("third")).place == "line 5"


def test_more_than_is_read_is_said() -> None:
    """What was cut off is counted."""
    assert read_passage("s", "a" * (MOST_CHARACTERS + 7)).unread == 7
    assert read_passage("s", "a" * MOST_CHARACTERS).unread == 0


VISIBLE = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=40)


@given(VISIBLE)
def test_escaped_text_is_read_as_it_was(text: str) -> None:
    """Text whose ASCII punctuation is escaped comes back character by character."""
    escaped = re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)

    passage = read_passage("s", f"x{escaped}x")

    assert [block.text for block in passage.blocks] == [f"x{text}x"]


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    """Whatever a section holds, its blocks point to its lines, in order."""
    passage = read_passage("s", text)

    lines = [block.line for block in passage.blocks]
    assert all(1 <= line <= len(text.splitlines()) + 1 for line in lines)
    assert lines == sorted(lines)
