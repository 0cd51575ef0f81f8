"""Cards: a section divided into what fits on a slide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import field, frozen

from aicmo_core.documents import (
    Block,
    Chart,
    Code,
    Figure,
    Heading,
    Line,
    Listing,
    Paragraph,
    Quotation,
    Section,
    Span,
    Table,
)
from aicmo_core.providers.office.columns import column_shares

_LINES, _LETTERS = 14, 84
"""What a slide of text holds: lines, and letters in each."""
_ROWS, _ROW_LETTERS, _DENSE_ROWS, _DENSE_LETTERS, _DENSE = 15, 125, 20, 165, 5
"""What a slide of a table holds: lines, and letters in each, of all columns together; the same
for smaller type; and from how many columns on a table has that."""


@frozen
class Said:
    """
    A line of text on a card.

    Attributes:
        level: 0 is no item, 1 the first level of a list.
        heading: Whether it is the heading of what follows on a card that several share.
    """

    line: Line
    level: int = 0
    heading: bool = False

    @property
    def lines(self) -> int:
        """About how many lines it takes."""
        return 1 + sum(len(span.text) for span in self.line) // _LETTERS


@frozen
class Card:
    """What one slide shows: text, a table or a chart."""

    title: str
    said: tuple[Said, ...] = ()
    table: Table | None = None
    chart: Chart | None = field(default=None)


def cards(section: Section) -> Iterator[Card]:
    """
    Return the cards of *section*, in order; one at least.

    What stands below neighbouring headings shares a card where there is room for all of it.
    """
    shown = False
    waiting: list[Group] = []
    for group in _groups(section):
        together = [*waiting, group]
        if not group.shown and sum(each.lines for each in together) <= _LINES:
            waiting = together
            continue
        yield from _carded(section.title, waiting)
        shown = shown or bool(waiting)
        waiting = [] if group.shown else [group]
        for block in group.shown:
            yield from _standing(group.title(section.title), block)
            shown = True
    yield from _carded(section.title, waiting)
    if not shown and not waiting:
        yield Card(section.title)


@frozen
class Group:
    """
    What stands below a heading: text, or a table or chart.

    Attributes:
        heading: Empty for what stands above the first.
    """

    heading: str
    said: tuple[Said, ...] = ()
    shown: tuple[Table | Figure, ...] = ()

    @property
    def lines(self) -> int:
        """About how many lines it takes below its heading."""
        return bool(self.heading) + sum(one.lines for one in self.said)

    def title(self, section: str) -> str:
        """Return the title of a card of its own."""
        return f"{section}: {self.heading}" if self.heading else section


def _groups(section: Section) -> Iterator[Group]:
    heading, said = "", list[Said]()
    for block in section.blocks:
        if isinstance(block, Heading | Table | Figure):
            if said:
                yield Group(heading, tuple(said))
            said = []
        if isinstance(block, Heading):
            heading = plain(block.line)
        elif isinstance(block, Table | Figure):
            yield Group(heading, shown=(block,))
        else:
            said += _said(block, 0)
    if said:
        yield Group(heading, tuple(said))


def _carded(section: str, groups: Sequence[Group]) -> Iterator[Card]:
    """Return one card for groups that share it, or those that one group takes."""
    if len(groups) == 1:
        yield from _divided(groups[0].title(section), groups[0].said)
    elif groups:
        said: list[Said] = []
        for group in groups:
            if group.heading:
                said.append(Said((Span(group.heading, strong=True),), heading=True))
            said += group.said
        yield Card(section, tuple(said))


def _standing(title: str, block: Table | Figure) -> Iterator[Card]:
    if isinstance(block, Table):
        yield from _pages(title, block)
    else:
        yield Card(title, chart=block.chart)


def plain(line: Line) -> str:
    """Return the words of *line*."""
    return "".join(span.text for span in line)


def is_dense(table: Table) -> bool:
    """Return whether *table* is set in smaller type."""
    return len(table.header) >= _DENSE


def table_room(table: Table) -> float:
    """Return how many letters of *table* are side by side on a slide."""
    return _DENSE_LETTERS if is_dense(table) else _ROW_LETTERS


def _said(block: Block, level: int) -> Iterator[Said]:
    match block:
        case Paragraph(line):
            yield from (Said(part, level) for part in _parts(line))
        case Code(text):
            yield from (Said(part, level) for part in _parts((Span(text, code=True),)))
        case Quotation(blocks):
            for inner in blocks:
                yield from _said(inner, level)
        case Listing(items, first):
            for number, item in enumerate(items, first or 0):
                start = () if first is None else (Span(f"{number}. "),)
                for place, inner in enumerate(item):
                    found = list(_said(inner, level + 1))
                    if place == 0 and found:
                        found[0] = Said((*start, *found[0].line), found[0].level)
                    yield from found
        case _:
            return


def _parts(line: Line) -> Iterator[Line]:
    """Divide a paragraph that is longer than a slide, at its words."""
    most = _LINES * _LETTERS * 3 // 4
    if len(plain(line)) <= most:
        yield line
        return
    part = ""
    for word in plain(line).split(" "):
        if part and len(part) + len(word) > most:
            yield (Span(part),)
            part = ""
        part += word[:most] + " "
    yield (Span(part),)


def _divided(title: str, said: Sequence[Said]) -> Iterator[Card]:
    taken: list[Said] = []
    for one in said:
        if taken and sum(each.lines for each in taken) + one.lines > _LINES:
            yield Card(title, tuple(taken))
            taken = []
        taken.append(one)
    if taken:
        yield Card(title, tuple(taken))


def _pages(title: str, table: Table) -> Iterator[Card]:
    """Divide a table; its head is on each card."""
    most = _DENSE_ROWS if is_dense(table) else _ROWS
    room = table_room(table)
    letters = [room * share for share in column_shares((table.header, *table.rows), room)]
    taken: list[tuple[Line, ...]] = []
    used = 0
    for row in table.rows:
        lines = 1 + max(int(len(plain(c)) / n) for c, n in zip(row, letters, strict=True))
        if taken and used + lines > most:
            yield Card(title, table=Table(table.header, tuple(taken), table.numeric))
            taken, used = [], 0
        taken.append(row)
        used += lines
    yield Card(title, table=Table(table.header, tuple(taken), table.numeric))
