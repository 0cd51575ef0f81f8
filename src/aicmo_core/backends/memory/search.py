"""
How a query is answered: which index, which stretch of it, and what is left to test.

A search reads only the rows that its best index cannot rule out, and stops at its
limit where the index has the order that is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from heapq import merge, nsmallest
from itertools import islice, product
from typing import Any

from attrs import frozen

from aicmo_core.backends.memory.index import AFTER, entry_of
from aicmo_core.backends.memory.table import Table
from aicmo_core.storage import Condition, Key, Op, Query, Row, Scalar, sort_key
from aicmo_core.storage.query import matches, order_key


@frozen
class _Plan:
    """
    Attributes:
        columns: The index.
        choices: Per leading column, the values that it may have.
        bounds: Ranges on the column after those.
        rest: The conditions that the index does not settle.
        ordered: Whether a stretch of the index is in the query's order.
        descending: Whether to read it backwards.
    """

    columns: tuple[str, ...]
    choices: tuple[tuple[Scalar, ...], ...]
    bounds: tuple[Condition, ...]
    rest: tuple[Condition, ...]
    ordered: bool
    descending: bool

    @property
    def rank(self) -> tuple[int, int, bool]:
        return len(self.choices), len(self.bounds), self.ordered


def find(table: Table, rows: Mapping[Any, Any], query: Query) -> list[Row]:
    """Return the rows of *table* that meet *query*, in its order."""
    plan = max((_plan(query, columns) for columns in table.orders), key=lambda p: p.rank)

    def place(row: Row) -> bytes:
        return order_key(query.order_by, [table.value(row, o.column) for o in query.order_by])

    streams = [_stream(table, rows, plan, values, query) for values in product(*plan.choices)]
    if not plan.ordered:
        found = (row for stream in streams for row in stream)
        if query.limit is None:
            return sorted(found, key=place)
        return nsmallest(query.limit, found, key=place)
    in_order = streams[0] if len(streams) == 1 else merge(*streams, key=place)
    return list(islice(in_order, query.limit))


def count(table: Table, rows: Mapping[Any, Any], where: Sequence[Condition]) -> int:
    """Return how many rows of *table* meet all conditions."""
    query = Query(tuple(where))
    plan = max((_plan(query, columns) for columns in table.orders), key=lambda p: p.rank)
    if plan.rest:
        return sum(
            1
            for values in product(*plan.choices)
            for _ in _stream(table, rows, plan, values, query)
        )
    entries = table.index(plan.columns, rows).entries
    return sum(entries.count(*_stretch(plan, values)) for values in product(*plan.choices))


def _plan(query: Query, columns: tuple[str, ...]) -> _Plan:
    choices: list[tuple[Scalar, ...]] = []
    rest = list(query.where)
    for column in columns:
        chosen = next((c for c in rest if c.column == column and c.op in (Op.EQ, Op.IN)), None)
        if chosen is None:
            break
        rest.remove(chosen)
        values = (chosen.operand,) if chosen.op is Op.EQ else chosen.operand
        choices.append(tuple(dict.fromkeys(values)))
    following = columns[len(choices)] if len(choices) < len(columns) else None
    bounds = tuple(c for c in rest if c.column == following and c.op not in (Op.EQ, Op.IN))
    fixed = columns[: len(choices)]
    orders = [o for o in query.order_by if o.column not in fixed]
    directions = {o.descending for o in orders}
    wanted = tuple(o.column for o in orders)
    return _Plan(
        columns,
        tuple(choices),
        bounds,
        tuple(c for c in rest if c not in bounds),
        len(directions) < 2 and columns[len(choices) :][: len(wanted)] == wanted,
        directions == {True},
    )


def _stretch(plan: _Plan, values: Sequence[Scalar]) -> tuple[bytes, bytes]:
    """Return where the entries with these leading values, within the bounds, begin and end."""
    prefix = entry_of(values)
    low, high = prefix, prefix + AFTER
    for bound in plan.bounds:
        edge = prefix + sort_key(bound.operand)
        low = max(low, prefix + sort_key(None) + AFTER)  # a range never matches None
        match bound.op:
            case Op.GE:
                low = max(low, edge)
            case Op.GT:
                low = max(low, edge + AFTER)
            case Op.LE:
                high = min(high, edge + AFTER)
            case _:
                high = min(high, edge)
    return low, high


def _stream(
    table: Table,
    rows: Mapping[Any, Any],
    plan: _Plan,
    values: Sequence[Scalar],
    query: Query,
) -> Iterator[Row]:
    """Yield the rows of one stretch that meet the query, in the order of the index."""
    low, high = _stretch(plan, values)
    after = None
    if query.after is not None:
        after = order_key(query.order_by, query.after)
        low, high = _seek(plan, values, query, low, high)
    name = table.collection.name
    keys: Iterator[Key] = table.index(plan.columns, rows).entries.between(
        low, high, plan.descending
    )
    for key in keys:
        row: Row = rows[name, key]
        if plan.rest and not matches(plan.rest, table.values(row)):
            continue
        if after is not None:
            place = [table.value(row, o.column) for o in query.order_by]
            if order_key(query.order_by, place) <= after:
                continue
        yield row


def _seek(
    plan: _Plan, values: Sequence[Scalar], query: Query, low: bytes, high: bytes
) -> tuple[bytes, bytes]:
    """Leave out what lies before the cursor, where the order of the index tells."""
    assert query.after is not None
    cursor = {o.column: v for o, v in zip(query.order_by, query.after, strict=True)}
    fixed = dict(zip(plan.columns, values, strict=False))
    if not plan.ordered or any(cursor.get(c, v) != v for c, v in fixed.items()):
        return low, high
    free = [cursor[o.column] for o in query.order_by if o.column not in fixed]
    edge = entry_of(values) + entry_of(free)
    if plan.descending:
        return low, min(high, edge)
    return max(low, edge + AFTER), high
