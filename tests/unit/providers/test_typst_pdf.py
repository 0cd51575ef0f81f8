"""PDF by typst: client text is only text, and the same document is the same file."""

from __future__ import annotations

import io
import os
import re
import socket
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from aicmo_core.documents import (
    Bar,
    BarChart,
    Block,
    Code,
    Document,
    Figure,
    Heading,
    Listing,
    Paragraph,
    Quotation,
    Rule,
    Section,
    Span,
    Table,
)
from aicmo_core.documents.words import clean, is_right_to_left
from aicmo_core.hooks import DocumentUnavailable
from aicmo_core.providers.typst.renderer import TypstPdf

MARKUP = "#strong[x] $x^2$ `raw` #panic(1) \\u{41} @ref <label> *b* _i_ // c /* = - + / ~ #import"
PDF = TypstPdf()


def words(text: str) -> tuple[Span, ...]:
    return (Span(text),)


def everywhere(text: str) -> Document:
    """Return a document that has *text* in every place that can have one."""
    spans = (Span(text, strong=True), Span(text, code=True), Span(text, link="https://a.example"))
    chart = BarChart("budget", text, text, (Bar(text, Decimal(60), text),))
    blocks: tuple[Block, ...] = (
        Paragraph(spans),
        Heading(3, words(text)),
        Listing(((Paragraph(words(text)),), ()), 3),
        Quotation((Paragraph(words(text)),)),
        Code(text),
        Table((words(text), words("B")), ((words(text), words("2")),), (1,), text),
        Figure(chart),
        Rule(),
    )
    sections = (Section(text, blocks), Section("Nothing", ()))
    return Document(text or "-", text, date(2026, 3, 2), text, sections, (text,))


def rows(number: int) -> Document:
    table = Table((words("Day"), words("Hook")), tuple([(words("1"), words("Say it"))] * number))
    section = Section("Calendar", (table,))
    return Document("Plan", "Juniper", date(2026, 3, 2), "draft-1", (section,))


@cache
def made(document: Document) -> PdfReader:
    rendered = PDF.render(document)
    assert rendered.undisplayed == ()
    return PdfReader(io.BytesIO(rendered.data))


def said(reader: PdfReader) -> str:
    return "".join("".join(page.extract_text() for page in reader.pages).split())


def test_markup_is_only_text() -> None:
    """Code, mathematics, references and comments of the typesetter stand there as words."""
    text = said(made(everywhere(MARKUP)))

    assert text.count("#strong[x]$x^2$`raw`#panic(1)\\u{41}@ref<label>*b*_i_//c/*") >= 8


@settings(max_examples=15, deadline=None)
@given(text=st.text(max_size=40))
@example("\x00\x1b\x7f\ufffe\ud800\U0001f469\u200d\U0001f467")
@example("\u202egnp.exe \u2067 \u05e9\u05dc\u05d5\u05dd")
@example("verylongword" * 60)
@example("e\u0301" * 90)
@example('"quoted" \\" \n\n\t \r')
def test_any_text_can_be_set(text: str) -> None:
    """There is no text that breaks a document, whichever fonts there are."""
    rendered = PDF.render(everywhere(text))

    assert rendered.data.startswith(b"%PDF-")


def test_same_document_is_the_same_file() -> None:
    """No clock and no chance: the date is the document's own."""
    again = TypstPdf()

    assert PDF.render(everywhere("A")) == again.render(everywhere("A"))
    info = made(everywhere("A")).metadata
    assert info is not None
    assert info.title == "A"
    assert str(info.creation_date) == "2026-03-02 00:00:00+00:00"


def test_screen_readers_are_told_what_is_what() -> None:
    """The file says of itself that it keeps PDF/UA-1; it has a language, and tags."""
    reader = made(everywhere("Plan"))
    root: Any = reader.trailer["/Root"]

    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    assert b"pdfuaid:part" in root["/Metadata"].get_data()
    assert [str(entry["/Title"]) for entry in reader.outline if isinstance(entry, dict)] == [
        "1 Plan",
        "2 Nothing",
    ]


def test_contents_name_every_section_and_its_page() -> None:
    """The second page lists them; pages are numbered from the cover on."""
    reader = made(everywhere("Plan"))

    contents = reader.pages[1].extract_text().split()
    assert contents[:7] == ["Contents", "1", "Plan", "3", "2", "Nothing", "3"]
    assert reader.pages[2].extract_text().split()[-1] == "3"


def test_head_of_a_table_is_on_each_of_its_pages() -> None:
    """A reader of the third page knows what a column is."""
    pages = [page.extract_text().split() for page in made(rows(120)).pages[2:]]

    assert len(pages) >= 3
    assert all(words[words.index("Day") + 1] == "Hook" for words in pages)
    assert sum(words.count("Say") for words in pages) == 120


def test_row_that_is_longer_than_a_page_is_shown_whole() -> None:
    """It breaks, where any other row stays on one page."""
    tall = Table((words("A"), words("B")), ((words("word " * 3000), words("2")),))
    document = Document("Plan", "Juniper", date(2026, 3, 2), "d", (Section("T", (tall,)),))

    assert said(made(document)).count("word") == 3000


def test_what_no_font_has_is_told() -> None:
    """A letter of nobody's is a box in the file, and the maker is told of it."""
    rendered = PDF.render(everywhere("Plan \U0010fffe"))

    assert rendered.undisplayed == ("\U0010fffe",)
    assert rendered.data.startswith(b"%PDF-")


def test_scripts_that_typst_brings_fonts_for() -> None:
    """On a machine without fonts too: Latin, Greek, Cyrillic, Hebrew, Arabic and Devanagari."""
    for text in ("Zażółć", "Καφέ", "Кофейня", "שלום", "عطور", "कॉफ़ी"):
        assert PDF.render(everywhere(text)).undisplayed == ()


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No connection, and no file of the folder that it runs in."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a document opens no connection")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.chdir(tmp_path)
    tmp_path.rmdir()

    assert TypstPdf().render(everywhere("A")).data == PDF.render(everywhere("A")).data


def test_wrong_setting_is_named() -> None:
    """A paper that nobody sells is refused with the typesetter's own words."""
    with pytest.raises(DocumentUnavailable, match="paper") as refused:
        TypstPdf(paper="a99").render(everywhere("A"))

    assert refused.value.format == "pdf"


def test_american_paper() -> None:
    """Eight and a half by eleven inches."""
    reader = PdfReader(io.BytesIO(TypstPdf(paper="us-letter").render(everywhere("A")).data))

    box = reader.pages[0].mediabox
    assert (round(box.width), round(box.height)) == (612, 792)


def test_long_words_stay_on_the_page() -> None:
    """A word that is longer than a line breaks within, and can still be read whole."""
    word = "abcdefghij" * 30
    document = evolve(everywhere("A"), sections=(Section("T", (Paragraph(words(word)),)),))

    assert word in re.sub("[\u200b\u00ad]", "", said(made(document)))


def test_direction_is_that_of_the_words() -> None:
    """A name in another script turns nothing round; digits and signs have no direction."""
    assert is_right_to_left("12. שלום עולם world")
    assert not is_right_to_left("12. world שלום עולם")
    assert not is_right_to_left("שלום whole world")
    assert not is_right_to_left("12.")


def test_controls_are_left_out() -> None:
    """Line breaks stay; what would turn round the text that follows does not."""
    assert clean("a\x00\x1b\u202eb\n\tc\ud800") == "ab\n c"


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="only Linux tells it so")
def test_documents_leave_nothing_behind() -> None:
    """Many are made by one process, and typst would keep ten of them in case they come again."""
    PDF.render(rows(600))
    before = _resident()
    for number in range(8):
        PDF.render(evolve(rows(600), title=f"Plan {number}"))

    assert _resident() - before < 25


def _resident() -> float:
    """Return the megabytes that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
