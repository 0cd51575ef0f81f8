"""
A plot of tables as SVG: a bar for each row's median, a line over it for the spread.

The colours follow the reader's, light or dark, background included.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from benchmarks.answers import Row, Table
from benchmarks.markdown import shown

WIDTH = 760
_NAMES, _BARS = 300, 360
"""Where bars begin, and how long the longest is."""
_ROW, _HEAD = 22, 42

_STYLE = """\
.paper { fill: #ffffff } .ink { fill: #1f2328 } .faint { fill: #59636e }
.floor { fill: #9aa4af } .ours { fill: #2f6fd0 } .spread { stroke: #1f2328; stroke-width: 1.5 }
text { font: 12px system-ui, sans-serif } .title { font-weight: 600; font-size: 13px }
@media (prefers-color-scheme: dark) {
.paper { fill: #14171a } .ink { fill: #e6e9ec } .faint { fill: #9aa4af }
.floor { fill: #6b7580 } .ours { fill: #6ea4f4 } .spread { stroke: #e6e9ec }
}"""


def plot(title: str, captions: Sequence[str], tables: Sequence[Table]) -> str:
    """
    Return the plot of *tables*, one below the other, each to its own scale from zero.

    Args:
        title: What is read to those who do not see it.
        captions: Lines that say how the numbers were made, and where.
    """
    body: list[str] = []
    y = 30
    for table in tables:
        body += _table(table, y)
        y += _HEAD + _ROW * len(table.rows)
    for line in captions:
        body.append(f'<text class="faint" x="16" y="{y}">{escape(line)}</text>')
        y += 18
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" role="img">',
            f"<title>{escape(title)}</title>",
            f"<style>\n{_STYLE}\n</style>",
            f'<rect class="paper" width="{WIDTH}" height="{y}" rx="6"/>',
            *body,
            "</svg>\n",
        ]
    )


def _table(table: Table, y: int) -> list[str]:
    longest = max(max(row.values) for row in table.rows) or 1.0
    unit = next(iter(table.rows[0].figures))
    better = "less is better" if table.less_is_better else "more is better"
    lines = [
        f'<text class="ink title" x="16" y="{y}">{_plain(table.title)}</text>',
        f'<text class="faint" x="{WIDTH - 16}" y="{y}" text-anchor="end">'
        f"{escape(unit)}, {better}</text>",
    ]
    for number, row in enumerate(table.rows):
        lines += _bar(row, y + 12 + number * _ROW, _BARS / longest)
    return lines


def _bar(row: Row, y: int, scale: float) -> list[str]:
    kind = "ours" if row.against else "floor"
    low, high = (_NAMES + value * scale for value in (min(row.values), max(row.values)))
    middle = y + 7
    lines = [
        f'<text class="ink" x="{_NAMES - 8}" y="{y + 11}" text-anchor="end">'
        f"{_plain(row.name)}</text>",
        f'<rect class="{kind}" x="{_NAMES}" y="{y}" width="{row.median * scale:.1f}" height="14"/>',
        f'<text class="ink" x="{high + 6:.1f}" y="{y + 11}">{shown(row.median)}</text>',
    ]
    if high > low:
        ends = f'x1="{low:.1f}" x2="{high:.1f}" y1="{middle}" y2="{middle}"'
        lines.append(f'<line class="spread" {ends}/>')
    return lines


def _plain(text: str) -> str:
    """Return what Markdown's *text* says, as XML."""
    return escape(text.replace("`", ""))
