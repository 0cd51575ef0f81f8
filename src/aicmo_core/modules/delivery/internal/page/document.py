"""What `index.html` says, and its rendering."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from attrs import frozen
from jinja2 import BaseLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from aicmo_core.modules.delivery.internal.page.calendar import (
    WEEKDAYS,
    Sheet,
    bucket_colours,
    long_date,
    month_sheets,
)
from aicmo_core.modules.delivery.internal.page.chart import inline_svg
from aicmo_core.modules.delivery.internal.page.markdown import plain_heading, render_markdown
from aicmo_core.modules.production.api import BudgetLineDTO, ContentDraftDTO, SectionKind

if TYPE_CHECKING:
    from collections.abc import Sequence

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
class File:
    """A file that the page offers, beside which it lies."""

    name: str
    purpose: str
    size: str


FILES = (
    ("report.md", "The whole report as text, to edit or paste"),
    ("calendar.csv", "The content calendar as a spreadsheet"),
    ("calendar.ics", "The content calendar for Outlook, Google or Apple Calendar"),
    ("budget.svg", "The budget chart as an image of any size"),
)
"""The files of a bundle that a reader may want, and what for."""


def render_page(draft: ContentDraftDTO, bundle: dict[str, bytes]) -> bytes:
    """
    Return `index.html` for *draft*: the same bytes for the same draft and files.

    Args:
        draft: What is delivered. All its text is shown as text.
        bundle: The files of its bundle by name.

    Raises:
        NotADrawing: `budget.svg` is not an SVG image.
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
        budget=draft.budget,
        chart=_chart(draft.budget, bundle.get("budget.svg")),
        files=_files(bundle),
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


def _chart(budget: Sequence[BudgetLineDTO], svg: bytes | None) -> Markup:
    if not budget or svg is None:
        return Markup("")
    shares = ", ".join(f"{line.channel} {percent(line)}" for line in budget)
    return Markup(inline_svg(svg, f"Budget by channel: {shares}"))


def percent(line: BudgetLineDTO) -> str:
    """Return the line's share with no more decimals than it needs: "12.5 %"."""
    text = f"{line.share_pct:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + "%"


def _files(bundle: dict[str, bytes]) -> tuple[File, ...]:
    offered = []
    for name, purpose in FILES:
        if name in bundle:
            offered.append(File(name, purpose, f"{max(1, round(len(bundle[name]) / 1024))} kB"))
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
    environment.filters["percent"] = percent
    return environment.from_string(_resource("page.html.jinja"))


def _resource(name: str) -> str:
    return files(__package__).joinpath(name).read_text("utf-8")
