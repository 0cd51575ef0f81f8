"""A client's text in Markdown: whatever it holds, it is shown as it is."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from aicmo_core.modules.production.api.markdown import escape, table
from aicmo_core.modules.production.internal.wording import fold

MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])

MARKUP = st.text(
    alphabet=st.sampled_from("\\`*_[](){}<>|~#+-=!&;:.\"'$%/ab1 \n\t\u00a0é茶ع🥨"), max_size=40
)
LINES = st.one_of(st.text(max_size=60), MARKUP).map(fold)


def shown(tokens: list[Token]) -> list[str]:
    """Return the text of each paragraph or cell; a token that is not text fails."""
    found = []
    for token in tokens:
        if token.type == "inline":
            assert token.children is not None
            kinds = {child.type for child in token.children}
            assert kinds <= {"text", "text_special"}, kinds
            found.append("".join(child.content for child in token.children))
    return found


@given(LINES)
@example("<script>alert(1)</script>")
@example("1. one")
@example("+ plus")
@example("===")
@example("# heading #")
@example("&lt;b&gt; &amp; &#35;")
@example("[a](b) ![c](d) <http://e.example>")
@example("{{ 7*7 }} {% x %} ${y}")
@example("a\\|b")
@example("~~gone~~ ~gone~")
@example("12345678901. not a list")
def test_escaped_text_renders_to_exactly_itself(text: str) -> None:
    """As a paragraph, in a list item and behind a label, nothing of it becomes markup."""
    plain = shown(MARKDOWN.parse(escape(text)))
    item = shown(MARKDOWN.parse(f"- {escape(text)}"))
    behind = shown(MARKDOWN.parse(f"Label: {escape(text)}"))

    assert plain == ([text] if text else [])
    assert item == ([text] if text else [])
    assert behind == [f"Label: {text}".rstrip()]


@given(st.lists(LINES, min_size=2, max_size=2))
@example(["a|b", "c\\|d"])
@example(["|", "\\"])
def test_a_cell_stays_one_cell(cells: list[str]) -> None:
    """A pipe in a client's text neither ends a cell nor gets lost."""
    tokens = MARKDOWN.parse(table(("One", "Two"), [tuple(cells)]))

    assert shown(tokens) == ["One", "Two", *cells]


@given(LINES)
def test_no_template_engine_finds_a_beginning(text: str) -> None:
    """Double braces never survive, whichever template a host pours the report into."""
    escaped = escape(text)

    assert all(mark not in escaped for mark in ("{{", "{%", "{#", "${"))


@pytest.mark.parametrize("text", ["Brot & Brötchen", "1911", "3.5x", "café-bar", "a (b) c!"])
def test_ordinary_text_is_left_alone(text: str) -> None:
    """What means nothing to Markdown is not cluttered with backslashes."""
    assert escape(text) == text
