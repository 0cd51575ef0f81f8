"""
Pages look as they did when somebody last looked at them.

What was seen lies in the folder `golden`. After a change that is meant, draw it anew and look:

    AICMO_WRITE_GOLDEN=1 pytest tests/unit/providers/test_golden_pages.py
"""

from __future__ import annotations

import io
import os
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageFilter, ImageStat

from aicmo_core.documents import (
    Bar,
    BarChart,
    Block,
    Document,
    Figure,
    Heading,
    Listing,
    Milestone,
    Paragraph,
    Section,
    Span,
    Table,
    Target,
    TargetChart,
    Timeline,
)
from aicmo_core.providers.typst.renderer import TypstPdf

GOLDEN = Path(__file__).with_name("golden")
WRITE = "AICMO_WRITE_GOLDEN"
MOST = 0.6
"""How much pages may differ: the mean of all dots, of 255, after a blur of one dot."""

PAGES = ("cover", "contents", "table", "budget", "targets", "timeline", "scripts")


def words(text: str) -> tuple[Span, ...]:
    return (Span(text),)


def table(rows: int) -> Table:
    head = ("Day", "Platform", "Format", "Hook", "Call to action", "Reach")
    body = ("Mon 2 Mar", "Instagram", "Carousel", "Four days old, and no more", "Come by", "1,200")
    return Table(tuple(map(words, head)), tuple([tuple(map(words, body))] * rows), (5,))


CHARTS = (
    BarChart(
        "budget",
        "Juniper & Co: budget by channel",
        "Channel",
        (
            Bar("Instagram", Decimal("62.5"), "EUR 1,250"),
            Bar("Google Business Profile and other places", Decimal("37.5"), "EUR 750"),
        ),
    ),
    TargetChart(
        "targets",
        "Juniper & Co: targets",
        (
            Target("Returns", Decimal(7), Decimal(12), "from 12% to 7%", date(2026, 6, 1)),
            Target("Leads", Decimal(500), None, "500", date(2026, 6, 1)),
        ),
    ),
    Timeline(
        "timeline",
        "Juniper & Co: timeline",
        date(2026, 3, 2),
        date(2026, 5, 31),
        (Milestone("Setup", date(2026, 3, 2)), Milestone("Report", date(2026, 5, 28))),
    ),
)
SCRIPTS = ("Zażółć gęślą jaźń", "Кофейня у моря", "Καφέ στο λιμάνι", "שלום לכולם", "عطور الواحة")


def mixed() -> tuple[Block, ...]:
    lines = [Paragraph((Span(f"{text}: "), Span(text, strong=True))) for text in SCRIPTS]
    items = tuple((Paragraph(words(text)),) for text in SCRIPTS)
    return (Heading(3, words("Words of many scripts")), *lines, Listing(items, 1))


SECTIONS = {
    "table": Section("30-day calendar", (table(60),)),
    **{chart.name: Section(chart.name.title(), (Figure(chart), table(3))) for chart in CHARTS},
    "scripts": Section("Scripts", mixed()),
}


def drawn_of(*sections: Section) -> list[Image.Image]:
    document = Document(
        "Juniper & Co: spring plan",
        "Juniper & Co",
        date(2026, 3, 2),
        "draft-1",
        sections,
        ("6 sections", "Calendar of 30 days", "Instagram, Email"),
    )
    drawn = TypstPdf().pages(document, 48)
    return [Image.open(io.BytesIO(png)).convert("L") for png in drawn]


@cache
def page(name: str) -> Image.Image:
    """Draw a page: the cover, the contents, or the first one of a section."""
    if name in SECTIONS:
        return drawn_of(SECTIONS[name])[2]
    return drawn_of(*SECTIONS.values())[PAGES.index(name)]


def difference(one: Image.Image, other: Image.Image) -> float:
    """Return how much two pages differ; of two sizes they differ as much as can be."""
    if one.size != other.size:
        return 255.0
    soft = [image.filter(ImageFilter.BoxBlur(1)) for image in (one, other)]
    return ImageStat.Stat(ImageChops.difference(*soft)).mean[0]


@pytest.mark.parametrize("name", PAGES)
def test_page_looks_as_it_did(name: str) -> None:
    """Letters may be drawn a little otherwise; nothing may move, grow, vanish or be cut."""
    drawn, place = page(name), GOLDEN / f"{name}.png"
    if os.environ.get(WRITE) == "1":
        drawn.quantize(24).save(place, "PNG", optimize=True)

    assert difference(drawn, Image.open(place).convert("L")) <= MOST, f"look at it; {WRITE}=1"


def test_every_picture_is_compared() -> None:
    """None that nobody looks at is left in the folder."""
    assert {place.stem for place in GOLDEN.glob("*.png")} == set(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_page_that_has_moved_would_be_seen(name: str) -> None:
    """By four dots of 400, or as large as nine tenths of it."""
    drawn = page(name)
    smaller = drawn.resize((drawn.width * 9 // 10, drawn.height * 9 // 10))
    shrunk = Image.new("L", drawn.size, 255)
    shrunk.paste(smaller, (0, 0))

    assert difference(drawn, ImageChops.offset(drawn, 0, 4)) > MOST
    assert difference(drawn, shrunk) > MOST


def test_document_without_sections_has_two_pages() -> None:
    """No empty page follows the contents, or comes between them and the cover."""
    assert len(drawn_of()) == 2
    assert len(drawn_of(SECTIONS["scripts"])) == 3
