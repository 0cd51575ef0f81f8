"""PPTX: slides that nothing runs off, with tables and charts of their own."""

from __future__ import annotations

import io
from datetime import date
from typing import Any
from zipfile import ZipFile

from hypothesis import example, given, settings
from hypothesis import strategies as st
from pptx import Presentation
from pptx.oxml.ns import qn

from aicmo_core.documents import Document, Paragraph, Section, Span
from aicmo_core.documents.charts.labels import measure
from aicmo_core.documents.markdown import read_markdown
from aicmo_core.providers.office.cards import cards, plain
from aicmo_core.providers.office.packed import packed_again
from aicmo_core.providers.office.pptx import SlidesPptx
from aicmo_core.providers.office.slide_style import BOX

from .test_golden_pages import CHARTS, SECTIONS
from .test_typst_pdf import MARKUP, everywhere, rows

SLIDES = SlidesPptx()
TABLE = "| A | B |\n| --- | --- |\n| 1 | 2 |\n"


def opened(document: Document) -> Any:
    return Presentation(io.BytesIO(SLIDES.render(document).data))


def document(*sections: Section) -> Document:
    return Document("Plan", "Juniper", date(2026, 3, 2), "draft-1", sections)


def titles(slides: Any) -> list[str]:
    return [slide.shapes.title.text for slide in slides.slides]


def test_section_is_divided_at_its_headings() -> None:
    """After the cover and the contents; a section that says nothing has its slide too."""
    long = "\n".join("- item" for _ in range(10))
    text = f"words\n\n### A\n\n{long}\n\n### B\n\n{long}\n\n### C\n\nc"

    slides = opened(document(Section("One", read_markdown(text)), Section("Two", ())))

    assert titles(slides) == ["Plan", "Contents", "One", "One", "Two"]
    assert slides.slides[2].placeholders[1].text.split("\n") == ["words", "A", *["item"] * 10]
    shared = slides.slides[3].placeholders[1].text_frame.paragraphs
    assert [one.text for one in shared] == ["B", *["item"] * 10, "C", "c"]
    plainly = [one.text for one in shared if one._p.pPr.find(qn("a:buNone")) is not None]
    assert plainly == ["B", "C"]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 20)), max_size=8))
def test_nothing_is_lost_between_slides(parts: list[tuple[int, int]]) -> None:
    """Every heading that says something, and every word in order, on slides that hold it."""
    text = "".join(
        f"### H{n}\n\n"
        + "".join(f"- w{n}x{k}\n" for k in range(items))
        + f"\n{TABLE * (kind == 3)}\n"
        for n, (kind, items) in enumerate(parts)
    )

    found = list(cards(Section("S", read_markdown(text))))

    told = [word for card in found for one in card.said for word in plain(one.line).split()]
    assert [w for w in told if w.startswith("w")] == [
        f"w{n}x{k}" for n, (_, items) in enumerate(parts) for k in range(items)
    ]
    titled = " ".join([*told, *(card.title for card in found)])
    assert all(f"H{n}" in titled for n in range(len(parts)))
    assert sum(card.table is not None for card in found) == sum(kind == 3 for kind, _ in parts)
    assert all(sum(one.lines for one in card.said) <= 14 for card in found)


def test_text_that_is_too_long_goes_on_on_the_next_slide() -> None:
    """Every word is there once, and no slide has more than it holds."""
    long = " ".join(f"word{n}" for n in range(900))
    found = list(cards(Section("T", (Paragraph((Span(long),)), *[Paragraph((Span("x"),))] * 40))))

    said = [one for card in found for one in card.said]
    words = " ".join(span.text for one in said for span in one.line).split()
    assert words == [*long.split(), *["x"] * 40]
    assert all(sum(one.lines for one in card.said) <= 14 for card in found)


def test_head_of_a_table_is_on_each_slide() -> None:
    """And no row is lost between two."""
    tables = [
        shape.table
        for slide in opened(rows(40)).slides
        for shape in slide.shapes
        if shape.has_table
    ]

    assert len(tables) > 2
    assert all(table.cell(0, 1).text == "Hook" for table in tables)
    assert sum(len(table.rows) - 1 for table in tables) == 40


def test_charts_are_charts_with_their_numbers() -> None:
    """Shares in percent; targets and where they start, each in percent of the larger."""
    sections = [SECTIONS[chart.name] for chart in CHARTS]

    charts = [
        shape.chart
        for slide in opened(document(*sections)).slides
        for shape in slide.shapes
        if shape.has_chart
    ]

    budget, targets = charts
    assert next(iter(budget.plots[0].categories)) == "Instagram"
    assert list(budget.series[0].values) == [62.5, 37.5]
    assert [list(series.values) for series in targets.series] == [[100.0, None], [58.3, 100.0]]


def test_timeline_is_drawn_and_told() -> None:
    """In shapes, which lie on the slide, with every label and a description in words."""
    timeline = next(chart for chart in CHARTS if chart.name == "timeline")

    slides = opened(document(SECTIONS["timeline"]))

    (group,) = [s for slide in slides.slides for s in slide.shapes if hasattr(s, "shapes")]
    assert group._element.nvGrpSpPr.cNvPr.get("descr") == timeline.description
    said = " ".join(shape.text_frame.text for shape in group.shapes)
    assert all(label.split()[0] in said for label, *_ in timeline.rows)
    for shape in group.shapes:
        assert 0 <= shape.left <= shape.left + shape.width <= slides.slide_width
        assert 0 <= shape.top <= shape.top + shape.height <= slides.slide_height


def test_no_slide_asks_for_text() -> None:
    """Placeholders are filled or not there; each slide has a title, and nothing runs off it."""
    slides = opened(everywhere("Plan"))

    for slide in slides.slides:
        assert slide.shapes.title.text
        for shape in slide.shapes:
            assert not shape.is_placeholder or shape.text_frame.text
            assert 0 <= shape.left <= shape.left + shape.width <= slides.slide_width
            assert 0 <= shape.top <= shape.top + shape.height <= slides.slide_height


@given(st.lists(st.text("abc ", max_size=300), min_size=1, max_size=30))
def test_text_fits_its_slide(paragraphs: list[str]) -> None:
    """Lines of 16 points, as many as a card says that it has, fit what is below a title."""
    blocks = tuple(Paragraph((Span(text),)) for text in paragraphs)

    for card in cards(Section("T", blocks)):
        height = sum(one.lines for one in card.said) * 16 * 1.2 * 12_700
        assert height <= BOX[3]
        assert all(
            measure(text, 16) <= one.lines * BOX[2] / 12_700
            for one in card.said
            for text in [plain(one.line)]
        )


def test_same_document_is_the_same_file() -> None:
    """No day but the document's own; in the workbooks of its charts neither."""
    made = SLIDES.render(document(SECTIONS["budget"])).data

    with ZipFile(io.BytesIO(made)) as packed:
        (workbook,) = (name for name in packed.namelist() if name.endswith(".xlsx"))
        with ZipFile(io.BytesIO(packed.read(workbook))) as inner:
            told = inner.read("docProps/core.xml")
    assert told.count(b"2026-03-02T00:00:00Z") == 2
    assert packed_again(made, "2026-03-02T00:00:00Z") == made
    assert SlidesPptx().render(document(SECTIONS["budget"])).data == made


@settings(max_examples=8, deadline=None)
@given(text=st.text(max_size=40))
@example(MARKUP)
@example("\x00\x1b\x7f\ufffe\ud800 <a:t>&amp;</a:t> \u202egnp.exe")
@example("a\nb\tc\r\u2028 שלום")
def test_any_text_is_only_text(text: str) -> None:
    """There is no text that breaks the file."""
    slides = opened(everywhere(text))

    assert len(slides.slides) >= 5
