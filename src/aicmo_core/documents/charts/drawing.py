"""Drawing: a chart becomes SVG. The same chart gives the same bytes, on any machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import singledispatch

from aicmo_core.documents.charts import svg
from aicmo_core.documents.charts.chart import BarChart, Chart, Target, TargetChart, Timeline
from aicmo_core.documents.charts.labels import fit, wrap
from aicmo_core.documents.dates import MONTHS, short_date

_WIDTH, _EDGE, _GAP = 790, 24, 16
_LABELS, _PLOT, _VALUES = 206, 320, 184
_PLOT_AT = _EDGE + _LABELS + _GAP
_VALUES_AT = _PLOT_AT + _PLOT + _GAP
_TOP, _ROW, _BOTTOM = 68, 46, 16
_SIZE, _SMALL, _HEADING = 14.5, 12.5, 19
_MONTH = 32
"""The room that the name of a month takes."""


def draw(chart: Chart) -> str:
    """Return *chart* as an SVG image: text in any script, each label in its own place."""
    return _draw(chart)


@singledispatch
def _draw(chart: object) -> str:
    raise TypeError(f"expected a chart, found {type(chart).__name__}")


@_draw.register
def _(chart: BarChart) -> str:
    rows: list[str] = []
    for number, bar in enumerate(chart.bars):
        middle = _middle(number)
        length = _PLOT * min(max(float(bar.share), 0.0), 100.0) / 100
        value = " · ".join(filter(None, (bar.percent, bar.amount)))
        rows += [
            _label(middle, bar.label),
            svg.rect(_PLOT_AT, middle - 12, _PLOT, 24, svg.TRACK),
            svg.rect(_PLOT_AT, middle - 12, length, 24, svg.ACCENT) if length else "",
            _value(middle, (value,)),
        ]
    return _picture(chart, len(chart.bars), rows)


@_draw.register
def _(chart: TargetChart) -> str:
    rows: list[str] = []
    for number, target in enumerate(chart.targets):
        middle = _middle(number)
        rows.append(_label(middle, target.label))
        rows += _target_bars(target, middle)
        rows.append(_value(middle, (target.told, f"by {short_date(target.by)}")))
    return _picture(chart, len(chart.targets), [*_legend(), *rows])


@_draw.register
def _(chart: Timeline) -> str:
    bottom = _TOP + _ROW * max(len(chart.milestones), 1)
    rows = list(_months(chart.start, chart.end, bottom))
    for number, milestone in enumerate(chart.milestones):
        middle = _middle(number)
        x = _place(milestone.day, chart.start, chart.end)
        rows += [
            _label(middle, milestone.label),
            svg.rect(_PLOT_AT, middle - 2, _PLOT, 4, svg.TRACK, 2),
            svg.rect(_PLOT_AT, middle - 2, x - _PLOT_AT, 4, svg.ACCENT, 2),
            svg.circle(x, middle, 7, svg.ACCENT),
            _value(middle, (short_date(milestone.day),)),
        ]
    return _picture(chart, len(chart.milestones), rows)


def _picture(chart: Chart, rows: int, inside: Sequence[str]) -> str:
    heading = fit(chart.title, _WIDTH - 2 * _EDGE, _HEADING)
    if not rows:
        inside = [svg.text(_EDGE, _middle(0), chart.description, _SIZE, svg.SOFT)]
    size = (_WIDTH, _TOP + _ROW * max(rows, 1) + _BOTTOM)
    shown = [svg.text(_EDGE, 38, heading, _HEADING, bold=True), *filter(None, inside)]
    return svg.picture(chart.name, size, chart.title, chart.description, shown)


def _middle(row: int) -> float:
    return _TOP + _ROW * (row + 0.5)


def _label(middle: float, label: str) -> str:
    return svg.lines(_EDGE, middle, wrap(label, _LABELS, _SIZE), _SIZE)


def _value(middle: float, values: Sequence[str]) -> str:
    if len(values) == 1:
        return svg.lines(_VALUES_AT, middle, wrap(values[0], _VALUES, _SIZE), _SIZE)
    fitted = [fit(value, _VALUES, _SMALL) for value in values]
    return svg.lines(_VALUES_AT, middle, fitted, _SMALL)


def _legend() -> Iterator[str]:
    """Say which bar is which, and that no two rows are measured with one rule."""
    told = (("today", svg.TODAY), ("target", svg.ACCENT))
    for number, (name, colour) in enumerate(told):
        x = _PLOT_AT + 70 * number
        yield svg.rect(x, _TOP - 16, 12, 12, colour, 2)
        yield svg.text(x + 18, _TOP - 6, name, _SMALL, svg.SOFT)
    yield svg.text(_PLOT_AT + 150, _TOP - 6, "each row has its own scale", _SMALL, svg.SOFT)


def _target_bars(target: Target, middle: float) -> list[str]:
    goal, start = abs(float(target.goal)), abs(float(target.start or 0))
    largest = max(goal, start) or 1.0
    bars = [
        svg.rect(_PLOT_AT, middle - 13, _PLOT, 26, svg.TRACK),
        svg.rect(_PLOT_AT, middle + 1, max(_PLOT * goal / largest, 2), 12, svg.ACCENT),
    ]
    if target.start is None:
        return [*bars, svg.text(_PLOT_AT + 8, middle - 2.5, "not measured yet", 11, svg.SOFT)]
    length = max(_PLOT * start / largest, 2)
    return [*bars, svg.rect(_PLOT_AT, middle - 13, length, 12, svg.TODAY)]


def _place(day: date, start: date, end: date) -> float:
    span = max((end - start).days, 1)
    return _PLOT_AT + _PLOT * min(max((day - start).days / span, 0), 1)


def _months(start: date, end: date, bottom: float) -> Iterator[str]:
    """Mark the first day of each month that has room for its name."""
    free = 0.0
    for day in _firsts(start, end):
        x = _place(day, start, end)
        yield svg.line(x, _TOP, x, bottom, svg.LINE)
        if x >= free and x + 24 <= _PLOT_AT + _PLOT + _GAP:
            yield svg.text(x, _TOP - 6, MONTHS[day.month - 1][:3], _SMALL, svg.SOFT)
            free = x + _MONTH


def _firsts(start: date, end: date) -> Iterator[date]:
    """Return the first days of the months, and before them *start* where there is room for it."""
    day = (start.replace(day=1) + timedelta(days=32)).replace(day=1)
    if start.day == 1 or _place(day, start, end) >= _PLOT_AT + _MONTH:
        yield start
    while day <= end:
        yield day
        day = (day + timedelta(days=32)).replace(day=1)
