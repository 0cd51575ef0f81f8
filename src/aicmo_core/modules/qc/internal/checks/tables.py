"""Whether a table's columns hold what their heads say, and its totals add up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from aicmo_core.modules.qc.internal.evidence import Evidence, Finding, Rule, excerpt
from aicmo_core.modules.qc.internal.numbers import figures
from aicmo_core.modules.qc.internal.passages import Block, BlockKind
from aicmo_core.modules.qc.internal.patterns import compile_pattern

_TOTAL = re.compile(r"(?:total|sum|altogether|in all)\b")
"""How the first cell begins in a row that adds up those above."""


def column_heads(evidence: Evidence) -> Iterator[Finding]:
    """Most cells of a column are what its head says; else two heads have changed places."""
    for passage in evidence.sections:
        for cells in passage.tables:
            for head in (c for c in cells if c.kind is BlockKind.COLUMN):
                under = [c for c in _under(head, cells) if any(map(str.isalnum, c.folded))]
                for column in evidence.house.columns:
                    if not compile_pattern(column.head).search(head.folded):
                        continue
                    pattern = compile_pattern(column.cell)
                    wrong = [cell for cell in under if not pattern.search(cell.folded)]
                    if 2 * len(wrong) > len(under):
                        reason = (
                            f"found {wrong[0].text[:60]!r} under {head.text!r}: {column.reason}"
                        )
                        place = excerpt(head, 0, len(head.folded))
                        yield Finding("column_heads", passage.section_id, reason, place)


def table_sums(evidence: Evidence) -> Iterator[Finding]:
    """A total is the sum of the figures above it."""
    for passage in evidence.report:
        for cells in passage.tables:
            totals = [c for c in cells if c.level == 1 and _TOTAL.match(c.folded)]
            for first in (c for c in totals if c.kind is BlockKind.CELL):
                for cell in (c for c in cells if c.line == first.line and c is not first):
                    above = [c for c in _cells(cells, cell.level) if c.line < cell.line]
                    said, found = _only_value(cell), [_only_value(c) for c in above]
                    summed = sum((value for value in found if value is not None), Decimal())
                    if said is not None and None not in found and found and said != summed:
                        reason = f"found {cell.text!r} as the sum of figures that add to {summed}"
                        place = excerpt(cell, 0, len(cell.folded))
                        yield Finding("table_sums", passage.section_id, reason, place)


def _under(head: Block, cells: tuple[Block, ...]) -> list[Block]:
    return [c for c in _cells(cells, head.level) if c.line > head.line]


def _cells(cells: tuple[Block, ...], level: int) -> list[Block]:
    return [c for c in cells if c.kind is BlockKind.CELL and c.level == level]


def _only_value(cell: Block) -> Decimal | None:
    found = [figure.value for figure in figures(cell.folded)]
    return found[0] if len(found) == 1 else None


RULES: tuple[Rule, ...] = (column_heads, table_sums)
