"""Charts: whatever the labels say, a drawing is a drawing, and says in words what it shows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from attrs import evolve
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aicmo_core.documents import (
    Bar,
    BarChart,
    Chart,
    Milestone,
    Target,
    TargetChart,
    Timeline,
    draw,
)
from aicmo_core.documents.charts.labels import fit, measure, wrap
from aicmo_core.documents.charts.svg import ACCENT, TODAY

SVG = "{http://www.w3.org/2000/svg}"
LONG = "Google Business Profile and every other place where the opening hours stand"
TOKYO = "東京都港区の喫茶店のための長い長い長い名前の広告媒体のためのもの"
SHALOM = "שלום עולם"


def shares(*labels: str) -> BarChart:
    bars = tuple(Bar(label, Decimal(100) / len(labels), "EUR 1,250") for label in labels)
    return BarChart("budget", f"{labels[0]}: budget", "Channel", bars)


def targets(label: str, goal: str = "7", start: str | None = "12") -> TargetChart:
    begin = None if start is None else Decimal(start)
    one = Target(label, Decimal(goal), begin, "from 12% to 7%", date(2026, 11, 24))
    return TargetChart("targets", f"{label}: targets", (one,))


def timeline(label: str, *days: date) -> Timeline:
    stones = tuple(Milestone(label, day, label) for day in days or (date(2026, 3, 4),))
    return Timeline("timeline", f"{label}: timeline", date(2026, 3, 2), date(2026, 6, 1), stones)


def charts(label: str) -> list[Chart]:
    return [shares(label, label), targets(label), timeline(label)]


def drawn(chart: Chart) -> ElementTree.Element:
    return ElementTree.fromstring(draw(chart))


def texts(root: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{SVG}text")]


def lengths(root: ElementTree.Element, colour: str) -> list[float]:
    """Return the widths of the bars, without the squares of a legend."""
    bars = [r for r in root.iter(f"{SVG}rect") if r.get("fill") == colour and r.get("rx") == "3"]
    return [float(bar.get("width", "")) for bar in bars]


@settings(max_examples=60, deadline=None)
@given(label=st.text(max_size=90))
@example('<script>alert(1)</script> & "quoted" ]]>')
@example("\x00\x1b\ufffe\ud800 \u202egnp.exe")
@example("e\u0301" * 60)
def test_any_label_stays_text(label: str) -> None:
    """The drawing is well-formed XML of shapes and text, whatever a client is called."""
    for chart in charts(label):
        root = drawn(chart)

        names = {element.tag.removeprefix(SVG) for element in root.iter()}
        assert names <= {"svg", "title", "desc", "rect", "line", "circle", "text"}
        assert not any(key.startswith("on") for e in root.iter() for key in e.attrib)


@pytest.mark.parametrize("chart", charts("Instagram"), ids=lambda chart: str(chart.name))
def test_drawing_says_what_it_shows(chart: Chart) -> None:
    """A title and a description, which a screen reader takes for the drawing."""
    root = drawn(chart)

    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"chart-{chart.name}-title chart-{chart.name}-desc"
    assert root.findtext(f"{SVG}title") == chart.title
    assert root.findtext(f"{SVG}desc") == chart.description
    assert all(label in chart.description for label, *_ in chart.rows)


@pytest.mark.parametrize("label", [LONG, TOKYO, SHALOM * 9, "W" * 200, "i" * 400])
def test_labels_stay_in_their_column(label: str) -> None:
    """A long label takes two lines, and is cut where that is not enough."""
    for chart in charts(label):
        first = [t for t in drawn(chart).iter(f"{SVG}text") if t.get("x") == "24"][1:]

        assert 2 <= len(first) <= 4
        assert all(measure(t.text or "", 14.5) <= 206 for t in first)
        assert (first[1].text or "").endswith("…")


def test_bars_are_as_long_as_their_shares() -> None:
    """Sixty percent is one and a half times forty, and beyond all there is nothing."""
    chart = shares("a", "b", "c")
    parts = zip(chart.bars, ("60", "40", "250"), strict=True)

    root = drawn(evolve(chart, bars=tuple(evolve(b, share=Decimal(s)) for b, s in parts)))

    sixty, forty, most = lengths(root, ACCENT)
    assert sixty / forty == pytest.approx(1.5)
    assert most == 320


def test_share_of_nothing_has_no_bar() -> None:
    """A sliver would be more than nothing."""
    chart = BarChart("budget", "Budget", "Channel", (Bar("Email", Decimal(0)),))

    assert lengths(drawn(chart), ACCENT) == []
    assert "0%" in texts(drawn(chart))


def test_target_stands_beside_where_it_starts() -> None:
    """From 12 to 7: the bar of today is longer; each row has a scale of its own."""
    root = drawn(targets("Return rate"))

    assert lengths(root, ACCENT)[0] / lengths(root, TODAY)[0] == pytest.approx(7 / 12, abs=1e-3)
    assert "from 12% to 7%" in texts(root)
    assert "by 24 Nov 2026" in texts(root)


def test_target_that_nobody_measured_says_so() -> None:
    """No bar is made up for a value that nobody knows."""
    root = drawn(targets("Leads", start=None))

    assert lengths(root, TODAY) == []
    assert "not measured yet" in texts(root)


@pytest.mark.parametrize(("goal", "start"), [("0", "0"), ("0", None), ("-5", "10"), ("1e9", "0")])
def test_target_of_any_size_can_be_drawn(goal: str, start: str | None) -> None:
    """Nothing, less than nothing and very much have bars within the drawing."""
    root = drawn(targets("Debt", goal, start))

    assert all(0 < width <= 320 for width in lengths(root, ACCENT) + lengths(root, TODAY))


def test_milestones_stand_in_the_order_of_their_days() -> None:
    """The first day is at the left end, the last at the right, and the others between."""
    days = (date(2026, 3, 2), date(2026, 4, 16), date(2026, 6, 1))

    root = drawn(timeline("Review", *days))

    first, middle, last = (float(c.get("cx", "")) for c in root.iter(f"{SVG}circle"))
    assert (first, last) == (246, 566)
    assert middle == pytest.approx(246 + 320 * 45 / 91, abs=0.1)
    assert [m for m in texts(root) if len(m) == 3] == ["Mar", "Apr", "May"]


def test_timeline_of_one_day_can_be_drawn() -> None:
    """Where a plan begins and ends on one day, nothing is divided by its length."""
    one = evolve(timeline("Launch", date(2026, 3, 2)), end=date(2026, 3, 2))

    (circle,) = drawn(one).iter(f"{SVG}circle")

    assert circle.get("cx") == "246"


def test_chart_of_nothing_says_so() -> None:
    """An empty drawing would look like a fault."""
    empty: list[Chart] = [
        BarChart("budget", "Budget", "Channel", ()),
        TargetChart("targets", "Targets", ()),
        evolve(timeline("x"), milestones=()),
    ]

    assert all(chart.description in texts(drawn(chart)) for chart in empty)


def test_table_of_a_chart_has_a_cell_for_each_column() -> None:
    """What a drawing shows can be read as a table; amounts only where there are any."""
    plain = BarChart("budget", "Budget", "Channel", (Bar("Email", Decimal("12.50")),))

    assert (plain.columns, plain.rows) == (("Channel", "Share"), (("Email", "12.5%"),))
    for chart in charts("Email"):
        assert {len(row) for row in chart.rows} == {len(chart.columns)}
        assert set(chart.numeric) < set(range(len(chart.columns)))
    mixed = evolve(plain, bars=(*plain.bars, Bar("Radio", Decimal("87.5"), "EUR 7")))
    assert mixed.rows[0] == ("Email", "12.5%", "not stated")


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=80), width=st.integers(10, 300), most=st.integers(1, 3))
def test_wrapped_text_fits_and_nothing_is_made_up(text: str, width: int, most: int) -> None:
    """At most so many lines, none wider than the place, and only what the text says."""
    lines = wrap(text, width, 14, most)

    assert 1 <= len(lines) <= most
    room = max(width, 15)  # one character is never cut in two
    assert all(measure(line, 14) <= room for line in lines)
    told = "".join("".join(lines).removesuffix("…").split())
    assert "".join(text.split()).startswith(told) or "…" in text


def test_marks_stay_with_their_letters() -> None:
    """A line does not begin, and is not cut, between a letter and its accent."""
    lines = wrap("e\u0301" * 40, 100, 14)

    assert all(line.startswith("e") for line in lines)
    assert fit("e\u0301" * 40, 100, 14).endswith("\u0301…")
