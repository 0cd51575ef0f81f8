"""DOCX: a file that word processors open, in which client text is only text."""

from __future__ import annotations

import io
from datetime import date
from zipfile import ZipFile

import docx
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aicmo_core.documents import Document, Section, Span, Table
from aicmo_core.documents.markdown import read_markdown
from aicmo_core.providers.office.docx import WordDocx

from .test_typst_pdf import MARKUP, everywhere, rows

WORD = WordDocx()


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
