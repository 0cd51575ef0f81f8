"""DOCX: a file that word processors open, in which client text is only text."""

from __future__ import annotations

import io
import re
from datetime import date
from zipfile import ZipFile

import docx
import pytest
from attrs import evolve
from docx.oxml.ns import qn
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aicmo_core.documents import Chart, Document, Section, Span, Table, draw
from aicmo_core.documents.markdown import read_markdown
from aicmo_core.providers.office.columns import column_shares
from aicmo_core.providers.office.docx import WordDocx
from aicmo_core.providers.office.shapes import drawing_of

from .test_golden_pages import CHARTS, SECTIONS
from .test_typst_pdf import MARKUP, everywhere, rows

WORD = WordDocx()
WORDS = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}txbx"


def opened(document: Document) -> docx.document.Document:
    return docx.Document(io.BytesIO(WORD.render(document).data))


def titled(document: docx.document.Document, style: str) -> list[str]:
    return [p.text for p in document.paragraphs if p.style is not None and p.style.name == style]


def test_headings_are_styles() -> None:
    """A reader walks through them, and the contents are made of them."""
    file = opened(everywhere("Plan"))

    assert titled(file, "Title") == ["Plan"]
    assert titled(file, "Heading 1") == ["Plan", "Nothing"]
    assert titled(file, "Heading 2") == ["Plan"]
    assert file.core_properties.title == "Plan"


def test_contents_are_a_field_that_says_something_before_it_is_brought_up_to_date() -> None:
    """Whoever only looks into the file sees the titles too."""
    xml = opened(everywhere("Plan")).element.xml

    assert 'TOC \\o "1-1"' in xml
    assert "Nothing" in xml[xml.index('TOC \\o "1-1"') : xml.index('fldCharType="end"')]


def test_tables_are_tables() -> None:
    """Their first row is a head, which is on each page."""
    (table,) = opened(rows(3)).tables

    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["Day", "Hook"],
        *[["1", "Say it"]] * 3,
    ]
    assert [row._tr.xml.count("<w:tblHeader") for row in table.rows] == [1, 0, 0, 0]


def test_items_keep_their_numbers() -> None:
    """Each list begins where it begins, and not where another has ended."""
    text = "1. a\n2. b\n\nwords\n\n5. c\n\n- d\n  - e\n"
    document = Document(
        "Plan", "Juniper", date(2026, 3, 2), "d", (Section("T", read_markdown(text)),)
    )

    file = opened(document)

    assert titled(file, "List Continue") == ["1. a", "2. b", "5. c"]
    assert (titled(file, "List Bullet"), titled(file, "List Bullet 2")) == (["d"], ["e"])


def test_links_lead_where_they_say() -> None:
    """To the web, as a link of the file."""
    file = opened(everywhere("Plan"))

    leads = [r.target_ref for r in file.part.rels.values() if r.is_external]
    assert leads == ["https://a.example"]


def test_script_from_the_right_is_marked() -> None:
    """Paragraph and words, so that both stand where a reader expects them."""
    xml = opened(everywhere("שלום")).element.xml

    assert xml.count("<w:bidi/>") > 5
    assert "<w:rtl/>" in xml


def test_chart_is_told_in_words() -> None:
    """Nothing that it shows is lost."""
    (caption,) = titled(opened(everywhere("Plan")), "Caption")

    assert caption == "Plan. Plan 60% Plan."


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: str(chart.name))
def test_chart_is_drawn_in_shapes(chart: Chart) -> None:
    """It stays sharp, has a name and the same data in words, and says what its SVG says."""
    file = opened(Document("P", "J", date(2026, 3, 2), "d", (SECTIONS[chart.name],)))

    body = file.element.body
    (told,) = body.iter(qn("wp:docPr"))
    assert (told.get("name"), told.get("descr")) == (chart.title, chart.description)
    said = [text.text for box in body.iter(WORDS) for text in box.iter(qn("w:t"))]
    assert said == re.findall(r">([^<>]+)</text>", draw(chart).replace("&amp;", "&"))
    assert not list(body.iter(qn("a:blip")))


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: str(chart.name))
def test_shapes_stay_in_their_drawing(chart: Chart) -> None:
    """Forms and words, with some room for a font that is wider than most."""
    drawing = drawing_of(chart)

    for shape in drawing.shapes:
        assert 0 <= shape.left <= shape.left + shape.width <= drawing.width
        assert 0 <= shape.top <= shape.top + shape.height <= drawing.height


def test_looks_are_styles() -> None:
    """Whoever edits the file changes one place: outside drawings no words have a size or colour."""
    file = opened(everywhere("Plan"))

    body = file.element.body
    set_by_hand = [one for name in ("w:sz", "w:color") for one in body.iter(qn(name))]
    assert set_by_hand
    assert all(next(one.iterancestors(WORDS), None) is not None for one in set_by_hand)
    assert {table.style.name for table in file.tables if table.style} == {"Report Table"}


def test_language_is_said_once_and_for_all() -> None:
    """A spelling checker and a voice know what they read."""
    file = opened(evolve(everywhere("Plan"), language="de"))

    told = [one.get(qn("w:val")) for one in file.styles.element.iter(qn("w:lang"))]
    assert told == ["de"]
    assert file.core_properties.language == "de"


def test_settings_are_in_the_order_that_the_format_demands() -> None:
    """A word processor that is strict calls a file broken otherwise."""
    settings = [one.tag for one in opened(everywhere("Plan")).settings.element]

    assert settings.index(qn("w:updateFields")) < settings.index(qn("w:compat"))


@given(
    st.lists(
        st.lists(st.text("abc def", max_size=60), min_size=3, max_size=3), min_size=1, max_size=5
    )
)
def test_column_has_room_for_its_longest_word(rows: list[list[str]]) -> None:
    """Where a table's words fit its width side by side, none is broken."""
    words = [
        max(len(w) for cell in column for w in (*cell.split(), ""))
        for column in zip(*rows, strict=True)
    ]
    room = sum(min(word, 24) for word in words) + 40.0

    shares = column_shares([[(Span(cell),) for cell in row] for row in rows], room)

    assert sum(shares) == pytest.approx(1)
    for share, word in zip(shares, words, strict=True):
        assert share * room >= min(word, 24)


def test_same_document_is_the_same_file() -> None:
    """No day but the document's own, in the file and in its ZIP."""
    first, second = WORD.render(everywhere("A")), WordDocx().render(everywhere("A"))

    assert first == second
    with ZipFile(io.BytesIO(first.data)) as packed:
        assert {entry.date_time for entry in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert packed.testzip() is None


@settings(max_examples=8, deadline=None)
@given(text=st.text(max_size=40))
@example(MARKUP)
@example("\x00\x1b\x7f\ufffe\ud800 <w:p>&amp;</w:p> \u202egnp.exe")
@example("a\nb\tc\r\u2028")
def test_any_text_is_only_text(text: str) -> None:
    """There is no text that breaks the file, or that is more than text in it."""
    document = Document(
        text, text, date(2026, 3, 2), text, (Section(text, (Table(((Span(text),),), ()),)),)
    )

    file = opened(document)

    plain = opened(Document("a", "a", date(2026, 3, 2), "a", (Section("a", ()),)))
    allowed = {element.tag for element in plain.element.iter()}
    tags = {str(element.tag).rpartition("}")[2] for element in file.element.iter()}
    assert tags <= {str(tag).rpartition("}")[2] for tag in allowed} | {
        *("br", "tab", "bidi", "rtl", "cantSplit", "tblHeader", "rPr", "lang"),
        *(
            "tbl",
            "tblPr",
            "tblStyle",
            "tblW",
            "tblLook",
            "tblLayout",
            "sz",
            "b",
            "tblGrid",
            "gridCol",
        ),
        *("tr", "trPr", "tc", "tcPr", "tcW", "noBreakHyphen", "jc"),
    }
