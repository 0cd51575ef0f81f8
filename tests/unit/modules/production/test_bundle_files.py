"""The files of a bundle, read back by independent readers."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from aicmo_core.documents import draw
from aicmo_core.modules.production.api import CalendarEntryDTO, ContentDraftDTO
from aicmo_core.modules.production.internal.charts import Charts
from aicmo_core.modules.production.internal.files.calendar_csv import calendar_csv, neutral
from aicmo_core.modules.production.internal.files.calendar_ics import calendar_ics
from aicmo_core.modules.production.internal.files.rendering import render
from aicmo_core.modules.production.internal.wording import fold

from .desk import OneBrief, OneStrategy

TEXT = st.text(max_size=120).map(fold)


@pytest.fixture
def draft(open_desk: Callable[..., Any], make: Callable[[str], Any]) -> ContentDraftDTO:
    made: ContentDraftDTO = open_desk(make("bakery")).draft()
    return made


def with_entry(draft: ContentDraftDTO, hook: str, channel: str = "Instagram") -> ContentDraftDTO:
    entry = CalendarEntryDTO(date(2026, 11, 23), channel, "Proof", "Reel", hook, "Look.")
    return evolve(draft, calendar=(entry,))


def unfold(data: bytes) -> list[str]:
    """Return the content lines of an iCalendar stream (RFC 5545, section 3.1)."""
    return data.decode().replace("\r\n ", "").split("\r\n")


def values(data: bytes, name: str) -> list[str]:
    """Return the values of all properties called *name*, unescaped."""
    found = [line.partition(":")[2] for line in unfold(data) if re.match(f"{name}[:;]", line)]
    plain = {"\\n": "\n", "\\N": "\n"}
    return [re.sub(r"\\(.)", lambda m: plain.get(m[0], m[1]), value) for value in found]


def test_the_same_draft_gives_the_same_bytes(draft: ContentDraftDTO) -> None:
    """Nothing in a file comes from the clock or from chance."""
    assert render(draft, ()) == render(draft, ())


def test_the_report_is_the_body(draft: ContentDraftDTO) -> None:
    """report.md holds what was written, in UTF-8."""
    files = {f.name: f.data for f in render(draft, ())}

    assert list(files) == ["report.md", "calendar.csv", "calendar.ics"]
    assert files["report.md"].decode() == draft.body


def test_the_table_has_a_record_for_each_entry(draft: ContentDraftDTO) -> None:
    """Days count from one, dates are ISO 8601, every line ends with CR LF."""
    data = calendar_csv(draft)

    rows = list(csv.reader(io.StringIO(data.decode(), newline="")))
    assert len(rows) == len(draft.calendar) + 1
    assert rows[0] == ["Day", "Date", "Platform", "Bucket", "Format", "Hook", "Call to action"]
    assert [r[1] for r in rows[1:]] == [e.day.isoformat() for e in draft.calendar]
    assert rows[1][0] == "1"
    assert rows[-1][0] == "30"
    assert data.count(b"\r\n") == len(rows)
    assert data.count(b"\n") == len(rows)


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\u00a0=1", "＝1+1", "＋1", "－1",
        "＠SUM", "\u3000＝1", "\ufeff=1", "\u200b=1", "\n=1",
    ],
)  # fmt: skip
def test_a_formula_is_made_harmless(cell: str) -> None:
    """A cell that a spreadsheet would run gets an apostrophe, and only that."""
    assert neutral(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["Bread", "3-2", "a=b", "", "'quoted", "10% off"])
def test_an_ordinary_cell_is_left_alone(cell: str) -> None:
    """Signs inside a text are only signs."""
    assert neutral(cell) == cell


@given(hook=TEXT, channel=TEXT)
def test_any_text_comes_back_from_the_table(hook: str, channel: str) -> None:
    """Quotes, commas and any script survive; nothing adds a record or a field."""
    drafted = with_entry(EMPTY, hook, channel)

    rows = list(csv.reader(io.StringIO(calendar_csv(drafted).decode(), newline="")))

    assert len(rows) == 2
    assert rows[1][5].removeprefix("'") == hook.removeprefix("'")
    assert rows[1][2].removeprefix("'") == channel.removeprefix("'")


def test_the_feed_has_an_event_for_each_entry(draft: ContentDraftDTO) -> None:
    """All-day events that end on the next day, with ids of their own and a stable stamp."""
    data = calendar_ics(draft)

    lines = unfold(data)
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == len(draft.calendar)
    assert values(data, "DTSTART") == [f"{e.day:%Y%m%d}" for e in draft.calendar]
    assert values(data, "DTEND")[0] == "20261124"
    assert len(set(values(data, "UID"))) == len(draft.calendar)
    assert set(values(data, "DTSTAMP")) == {"20261119T093000Z"}
    assert values(data, "UID")[0] == f"{draft.draft_id}-1@aicmo-core"


@given(hook=TEXT)
def test_any_text_comes_back_from_the_feed(hook: str) -> None:
    """Commas, semicolons and backslashes are escaped; lines have 75 octets at most."""
    data = calendar_ics(with_entry(EMPTY, hook))

    assert values(data, "SUMMARY") == [f"Instagram: {hook}"]
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert data.decode().count("BEGIN:VEVENT\r\n") == 1


def test_a_line_break_in_the_feed_is_escaped() -> None:
    """Text cannot end its property and begin another."""
    data = calendar_ics(with_entry(EMPTY, "a\r\nEND:VEVENT\nb"))

    assert values(data, "SUMMARY") == ["Instagram: a\nEND:VEVENT\nb"]


def test_every_chart_of_a_draft_is_drawn(open_desk: Callable[..., Any], make: Any) -> None:
    """Targets and timeline of its strategy, and its budget, each with its words."""
    desk = open_desk(make("bakery"))

    charts = {c.name: c for c in desk.charts.of(desk.draft())}

    assert list(charts) == ["targets", "timeline", "budget"]
    assert charts["budget"].description == (
        "Instagram 60% EUR 180; Google Business Profile 40% EUR 120"
    )
    assert charts["targets"].rows[0] == ("Breakfast boxes sold", "400", "28 February 2027")
    assert len(charts["timeline"].rows) == len(make("bakery").strategy.timeline.milestones)


def test_charts_leave_out_what_the_client_avoids(open_desk: Callable[..., Any], make: Any) -> None:
    """A measure whose name holds an avoided word is in no drawing, as it is in no table."""
    client = make("bakery").but(must_avoid=("breakfast boxes",))
    desk = open_desk(client)

    charts = {c.name: c for c in desk.charts.of(desk.draft())}

    assert any("breakfast boxes" in kpi.name for kpi in client.strategy.kpis)
    assert not any("breakfast boxes" in str(chart).casefold() for chart in charts.values())


def test_a_draft_whose_strategy_is_gone_has_its_budget(draft: ContentDraftDTO) -> None:
    """Whatever was erased meanwhile, what the draft itself says can be drawn."""
    charts = Charts(OneStrategy(), OneBrief()).of(draft)

    assert [c.name for c in charts] == ["budget"]


def test_a_draft_without_budget_has_a_chart_that_says_so() -> None:
    """No line is no reason to fail."""
    (chart,) = Charts(OneStrategy(), OneBrief()).of(EMPTY)

    assert chart.description == "Nothing is divided"
    assert "Nothing is divided" in draw(chart)


def _empty() -> ContentDraftDTO:
    from datetime import UTC, datetime

    from aicmo_core.kernel.ids import BriefId, ClientId, DraftId, StrategyId

    return ContentDraftDTO(
        DraftId("draft-1"),
        StrategyId("strategy-1"),
        "marketing_report",
        "# Nu\n",
        datetime(2026, 11, 19, 9, 30, tzinfo=UTC),
        "quick_social_basic",
        BriefId("brief-1"),
        ClientId("nu"),
        "Nu",
    )


EMPTY = _empty()
