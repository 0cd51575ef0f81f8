"""What `index.html` says, and its rendering."""

from __future__ import annotations

from functools import cache
from importlib.resources import files as resources
from typing import TYPE_CHECKING

from attrs import frozen
from jinja2 import BaseLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from aicmo_core.documents.charts import Chart, draw
from aicmo_core.documents.dates import long_date
from aicmo_core.modules.delivery.internal.page.calendar import (
    WEEKDAYS,
    Sheet,
    bucket_colours,
    month_sheets,
)
from aicmo_core.modules.delivery.internal.page.markdown import (
    direction,
    is_wide,
    plain_heading,
    render_markdown,
)
from aicmo_core.modules.production.api import ContentDraftDTO, SectionKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jinja2 import Template


@frozen
class Part:
    """
    A section of the page.

    Attributes:
        anchor: Its id in the page, generated.
        html: Its body, rendered from Markdown.
        sheets: The month sheets that go before it, if it is the calendar.
    """

    anchor: str
    title: str
    html: Markup
    sheets: tuple[Sheet, ...] = ()


@frozen
class Drawn:
    """
    A chart of the page, and the same data as a table.

    Attributes:
        svg: The drawing, as markup.
        wide: Whether a phone shows a row of the table as a card.
    """

    chart: Chart
    title: str
    svg: Markup
    wide: bool


@frozen
class File:
    """A file that the page offers, beside which it lies."""

    name: str
    purpose: str
    size: str


FILES = (
    ("report.md", "The whole report as text, to edit or paste"),
    ("calendar.csv", "The content calendar as a spreadsheet"),
    ("calendar.ics", "The content calendar for Outlook, Google or Apple Calendar"),
    ("targets.svg", "The targets as an image of any size"),
    ("timeline.svg", "The timeline as an image of any size"),
    ("budget.svg", "The budget chart as an image of any size"),
)
"""The files that a reader may want, and what for."""

TITLES = {"targets": "Targets", "timeline": "Timeline", "budget": "Budget"}
"""What the parts of a report are called that its charts stand in."""


def render_page(
    draft: ContentDraftDTO,
    charts: Sequence[Chart],
    files: Mapping[str, bytes],
    purposes: Mapping[str, str],
) -> bytes:
    """
    Return `index.html` for *draft*: the same bytes for the same draft and files.

    Args:
        draft: What is delivered. All its text is shown as text.
        charts: What is drawn in it.
        files: The files that lie beside it, by name.
        purposes: What a reader wants documents among them for.
    """
    page = _template().render(
        title=plain_heading(draft.body) or draft.brand_name,
        brand=draft.brand_name,
        date=long_date(draft.created_at.date()),
        machine_date=draft.created_at.date().isoformat(),
        reference=draft.draft_id,
        parts=_parts(draft),
        weekdays=WEEKDAYS,
        buckets=bucket_colours(draft.calendar),
        days=len({entry.day for entry in draft.calendar}),
        channels=list(dict.fromkeys(entry.channel for entry in draft.calendar)),
        drawn=[_drawn(chart) for chart in charts if chart.rows],
        files=_files(files, {**purposes, **dict(FILES)}),
        style=Markup(_resource("page.css")),
    )
    return page.encode()


def _parts(draft: ContentDraftDTO) -> tuple[Part, ...]:
    sheets = month_sheets(draft.calendar)
    parts = []
    for number, section in enumerate(draft.sections, 1):
        html = Markup(render_markdown(section.body, section.title))
        mine = sheets if SectionKind.CALENDAR in section.kinds else ()
        if mine:
            sheets = ()
        parts.append(Part(f"section-{number}", section.title, html, mine))
    return tuple(parts)


def _drawn(chart: Chart) -> Drawn:
    lengths = [[len(cell) for cell in row] for row in (chart.columns, *chart.rows)]
    title = TITLES.get(chart.name, chart.title)
    return Drawn(chart, title, Markup(draw(chart)), wide=is_wide(lengths))


def _files(files: Mapping[str, bytes], purposes: Mapping[str, str]) -> tuple[File, ...]:
    offered = []
    for name, purpose in purposes.items():
        if name in files:
            offered.append(File(name, purpose, f"{max(1, round(len(files[name]) / 1024))} kB"))
    return tuple(offered)


@cache
def _template() -> Template:
    environment = ImmutableSandboxedEnvironment(
        loader=BaseLoader(),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["direction"] = direction
    return environment.from_string(_resource("page.html.jinja"))


def _resource(name: str) -> str:
    return resources(__package__).joinpath(name).read_text("utf-8")
