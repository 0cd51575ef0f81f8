"""How a query is answered out of a table's indexes, as `plan_query` plans it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from heapq import merge, nsmallest
from itertools import islice
from typing import Any

from aicmo_core.backends.memory.table import Table
from aicmo_core.storage import Condition, Key, Plan, Query, Row, Stretch, plan_query
from aicmo_core.storage.query import matches, order_key


def find(table: Table, rows: Mapping[Any, Any], query: Query) -> list[Row]:
    """Return the rows of *table* that meet *query*, in its order."""
    plan = plan_query(table.orders, query)

    def place(row: Row) -> bytes:
        return order_key(query.order_by, [table.value(row, o.column) for o in query.order_by])

    streams = [_stream(table, rows, plan, stretch, query) for stretch in plan.stretches(query)]
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
    plan = plan_query(table.orders, query)
    stretches = plan.stretches(query)
    if plan.rest:
        return sum(1 for one in stretches for _ in _stream(table, rows, plan, one, query))
    entries = table.index(plan.columns, rows).entries
    return sum(entries.count(one.low, one.high) for one in stretches)


def _stream(
    table: Table, rows: Mapping[Any, Any], plan: Plan, stretch: Stretch, query: Query
) -> Iterator[Row]:
    """Yield the rows of one stretch that meet the query, in the order of the index."""
    after = None if query.after is None else order_key(query.order_by, query.after)
    name = table.collection.name
    keys: Iterator[Key] = table.index(plan.columns, rows).entries.between(
        stretch.low, stretch.high, plan.descending
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
