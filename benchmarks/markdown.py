"""Tables in Markdown: of what was measured, and of how it differs from an earlier run."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence

from benchmarks.answers import Change, Row, Table


def shown(value: float) -> str:
    """Return *value* with about three digits that say something, or whole if it is."""
    if value.is_integer() or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def document(command: str, machine: str, tables: Sequence[Table]) -> str:
    """Return a benchmark's tables below a line that says how they were made, and where."""
    rounds = max(len(row.values) for table in tables for row in table.rows)
    medians = f"; medians of {rounds} rounds." if rounds > 1 else "."
    parts = [f"`{command}`, on {machine}{medians}"]
    for table in tables:
        parts += [f"### {table.title}", measured(table), *table.notes]
    return "\n\n".join(parts)


def measured(table: Table) -> str:
    """
    Return *table*, its first figure with the spread.

    Columns that no row fills are left out; a row that lacks a figure leaves it blank.
    """
    figures = list(dict.fromkeys(name for row in table.rows for name in row.figures))
    heads = ["variant", "durability", figures[0], "lowest", "highest", *figures[1:]]
    lines = [[*heads, "ratio", "goal"]]
    lines += [
        [row.name, row.durability, *_cells(row, figures), *_judged(table, row)]
        for row in table.rows
    ]
    kept = [i for i in range(len(lines[0])) if any(line[i] for line in lines[1:])]
    if all(len(row.values) == 1 for row in table.rows):
        kept = [i for i in kept if lines[0][i] not in ("lowest", "highest")]
    rule = ["---:" if 1 < i < len(heads) else "---" for i in range(len(lines[0]))]
    return _joined([line[i] for i in kept] for line in [lines[0], rule, *lines[1:]])


def compared(changes: Iterable[Change]) -> str:
    """Return how each row differs from an earlier run's."""
    lines = [["table", "variant", "before", "now", "ratio", "beyond the spread"]]
    lines.append(["---", "---", "---:", "---:", "---:", "---"])
    for one in changes:
        numbers = [shown(one.before), shown(one.now), f"{one.ratio:.2f}"]
        lines.append([one.table, one.name, *numbers, one.verdict])
    return _joined(lines)


def _cells(row: Row, figures: Sequence[str]) -> list[str]:
    values = row.figures.get(figures[0], ())
    spread = [f(values) for f in (statistics.median, min, max)] if values else []
    first = [shown(value) for value in spread] or ["", "", ""]
    rest = [row.figures.get(name) for name in figures[1:]]
    return [*first, *(shown(statistics.median(v)) if v else "" for v in rest)]


def _judged(table: Table, row: Row) -> tuple[str, str]:
    ratios = [(table.ratio(row, base), base) for base in row.against]
    goals = []
    for name, bound in row.goals.items():
        reached = table.reached(row, name)
        if reached is not None:
            of = f"{name} {bound}" if name in row.figures else f"{bound} × {name}"
            goals.append(f"{of}: {'met' if reached else '**missed**'}")
    said = [f"{_ratio(ratio)} × {base}" for ratio, base in ratios if ratio is not None]
    return "; ".join(said), "; ".join(goals)


def _ratio(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.1f}"


def _joined(lines: Iterable[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
