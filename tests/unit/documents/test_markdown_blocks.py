"""Markdown read into blocks: every format is made from the same ones."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from aicmo_core.documents import (
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
from aicmo_core.documents.markdown import read_markdown


def plain(line: Line) -> str:
    return "".join(span.text for span in line)


def words(text: str) -> Line:
    return (Span(text),)


def test_every_kind_of_block_is_read() -> None:
    """What CommonMark with tables can say, and no more."""
    text = (
        "Words.\n\n## Top\n\n- a\n  1. b\n- c\n\n> said\n\n| A | B |\n|---|---|\n| 1 | \\| |\n\n"
        "```\nx  y\n```\n\n---\n"
    )

    assert read_markdown(text, "Plan") == (
        Paragraph(words("Words.")),
        Heading(3, words("Top")),
        Listing(
            (
                (Paragraph(words("a")), Listing(((Paragraph(words("b")),),), 1)),
                (Paragraph(words("c")),),
            )
        ),
        Quotation((Paragraph(words("said")),)),
        Table((words("A"), words("B")), ((words("1"), words("|")),), title="Plan"),
        Code("x  y"),
        Rule(),
    )


def test_spans_look_as_they_were_written() -> None:
    """Strong, emphasised, code and linked words; breaks; an escape leaves no seam."""
    (paragraph,) = read_markdown("a \\* b **c *d*** `e`\nf\\\ng [h](https://i.example/?j&k)")

    assert paragraph == Paragraph(
        (
            Span("a * b "),
            Span("c ", strong=True),
            Span("d", strong=True, emphasis=True),
            Span(" "),
            Span("e", code=True),
            Span(" f\ng "),
            Span("h", link="https://i.example/?j&k"),
        )
    )


def test_what_could_act_is_text() -> None:
    """Raw markup, images, and links to anything but the web and e-mail."""
    (paragraph,) = read_markdown("<b onclick=x>a</b> [b](javascript:c) ![d](https://e.example/f)")

    assert isinstance(paragraph, Paragraph)
    assert plain(paragraph.line).startswith("<b onclick=x>a</b> [b](javascript:c) !")
    assert {span.link for span in paragraph.line} == {"", "https://e.example/f"}


def test_headings_skip_no_level() -> None:
    """They begin below the section's own, and go down one level at a time."""
    blocks = read_markdown("# a\n\n###### b\n\n## c\n\n##### d")

    assert [b.level for b in blocks if isinstance(b, Heading)] == [3, 4, 3, 4]


def test_rows_are_as_long_as_the_head() -> None:
    """A cell that is missing is empty, one too many is none."""
    (table,) = read_markdown("| A | B |\n|---|---|\n| 1 |\n| 1 | 2 | 3 |\n")

    assert isinstance(table, Table)
    assert [[plain(cell) for cell in row] for row in table.rows] == [["1", ""], ["1", "2"]]


@settings(max_examples=80, deadline=None)
@given(text=st.text(alphabet="ab \n\t#*_`~[]()<>!|-+=\\&;0.1:\"'{}$@\u05d0\u202e\x00", max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    """There is no text that this fails on."""
    blocks = read_markdown(text)

    assert isinstance(blocks, tuple)
