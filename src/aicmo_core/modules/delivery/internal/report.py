"""The report as a document, for every format besides the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aicmo_core.documents import Block, Chart, Document, Figure, Section, Span, Table
from aicmo_core.documents.markdown import read_markdown
from aicmo_core.modules.delivery.internal.page.document import TITLES
from aicmo_core.modules.delivery.internal.page.markdown import plain_heading
from aicmo_core.modules.production.api import ContentDraftDTO


def report_of(draft: ContentDraftDTO, charts: Sequence[Chart]) -> Document:
    """Return what *draft* says, with its charts behind its sections."""
    sections = [Section(s.title, read_markdown(s.body, s.title)) for s in draft.sections]
    sections += [
        Section(TITLES.get(one.name, one.title), tuple(_drawn(one))) for one in charts if one.rows
    ]
    return Document(
        title=plain_heading(draft.body) or draft.brand_name,
        client=draft.brand_name,
        day=draft.created_at.date(),
        reference=draft.draft_id,
        sections=tuple(sections),
        facts=tuple(_facts(draft)),
    )


def _drawn(chart: Chart) -> Iterator[Block]:
    yield Figure(chart)
    header = tuple((Span(head),) for head in chart.columns)
    rows = tuple(tuple((Span(cell),) for cell in row) for row in chart.rows)
    yield Table(header, rows, chart.numeric, chart.title)


def _facts(draft: ContentDraftDTO) -> Iterator[str]:
    yield f"{len(draft.sections)} {'section' if len(draft.sections) == 1 else 'sections'}"
    days = len({entry.day for entry in draft.calendar})
    if days:
        yield f"Calendar of {days} {'day' if days == 1 else 'days'}"
        yield ", ".join(dict.fromkeys(entry.channel for entry in draft.calendar))
