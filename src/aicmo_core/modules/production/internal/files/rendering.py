"""Rendering: the list of a bundle's files, and how each comes from a draft."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attrs import frozen

from aicmo_core.documents.charts import Chart, draw
from aicmo_core.modules.production.api import ContentDraftDTO
from aicmo_core.modules.production.internal.files.calendar_csv import calendar_csv
from aicmo_core.modules.production.internal.files.calendar_ics import calendar_ics


@frozen
class Rendered:
    """A file before it is written."""

    name: str
    asset_type: str
    media_type: str
    data: bytes


def _report(draft: ContentDraftDTO) -> bytes:
    return draft.body.encode()


_FILES: tuple[tuple[str, str, str, Callable[[ContentDraftDTO], bytes]], ...] = (
    ("report.md", "report", "text/markdown; charset=utf-8", _report),
    ("calendar.csv", "calendar", "text/csv; charset=utf-8", calendar_csv),
    ("calendar.ics", "calendar_feed", "text/calendar; charset=utf-8", calendar_ics),
)


def render(draft: ContentDraftDTO, charts: Sequence[Chart]) -> list[Rendered]:
    """Return the draft's files and a drawing of each chart: the same bytes for the same draft."""
    files = [Rendered(name, kind, media, make(draft)) for name, kind, media, make in _FILES]
    return [*files, *map(_drawing, charts)]


def _drawing(chart: Chart) -> Rendered:
    data = draw(chart).encode()
    return Rendered(f"{chart.name}.svg", f"{chart.name}_chart", "image/svg+xml", data)
