"""
Which part of which index answers a query: the planning of a store that keeps sorted entries.

An entry is the sort keys of some columns, the key's columns last, so that entries sort
as rows do. A search reads the stretches that its best index cannot rule out, tests
what is left, and stops at its limit where the index has the order that is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

from attrs import frozen

from aicmo_core.storage.query import Condition, Op, Query, sort_key
from aicmo_core.storage.rows import Scalar

if TYPE_CHECKING:
    from aicmo_core.storage.collection import Collection

AFTER = b"\xff"
"""Sorts after whatever may follow in an entry: no sort key begins with it."""


def entry_of(values: Iterable[Scalar]) -> bytes:
    """Return bytes that sort rows by these values, first to last."""
    return b"".join([sort_key(value) for value in values])


def index_columns(collection: Collection[Any]) -> tuple[tuple[str, ...], ...]:
    """
    Return the columns of each index that the collection declares, the key's own first.

    Each ends with what it lacks of the key's columns, so that no two rows have one entry.
    """
    groups = (collection.key, *collection.unique, *collection.indexes)
    return tuple(
        dict.fromkeys((*g, *(name for name in collection.key if name not in g)) for g in groups)
    )


@frozen
class Stretch:
    """
    Entries from *low* up to, not including, *high*.

    Attributes:
        fixed: The values that the index's leading columns have in all of them.
    """

    low: bytes
    high: bytes
    fixed: tuple[Scalar, ...] = ()


@frozen
class Plan:
    """
    How one index answers a query.

    Attributes:
        columns: The index's, the key's columns included.
        choices: Per leading column, the values that it may have.
        bounds: Ranges on the column after those.
        rest: The conditions that the stretches do not settle.
        ordered: Whether each stretch is in the query's order.
        descending: Whether to read it backwards for that.
    """

    columns: tuple[str, ...]
    choices: tuple[tuple[Scalar, ...], ...]
    bounds: tuple[Condition, ...]
    rest: tuple[Condition, ...]
    ordered: bool
    descending: bool

    def stretches(self, query: Query) -> Iterator[Stretch]:
        """
        Yield what to read: one stretch for each combination of the leading values.

        What lies before the query's cursor is left out as far as the index's order
        tells; the cursor is still to be tested where `ordered` is false.
        """
        for fixed in product(*self.choices):
            yield self._after_cursor(self._bounded(fixed), query)

    def _bounded(self, fixed: tuple[Scalar, ...]) -> Stretch:
        prefix = entry_of(fixed)
        low, high = prefix, prefix + AFTER
        for bound in self.bounds:
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
        return Stretch(low, high, fixed)

    def _after_cursor(self, stretch: Stretch, query: Query) -> Stretch:
        if query.after is None or not self.ordered:
            return stretch
        cursor = {o.column: v for o, v in zip(query.order_by, query.after, strict=True)}
        fixed = dict(zip(self.columns, stretch.fixed, strict=False))
        if any(cursor.get(column, value) != value for column, value in fixed.items()):
            return stretch
        edge = entry_of(stretch.fixed)
        edge += entry_of([cursor[o.column] for o in query.order_by if o.column not in fixed])
        if self.descending:
            return Stretch(stretch.low, min(stretch.high, edge), stretch.fixed)
        return Stretch(max(stretch.low, edge + AFTER), stretch.high, stretch.fixed)


def plan_query(indexes: Sequence[tuple[str, ...]], query: Query) -> Plan:
    """Return how the best of *indexes*, as `index_columns` gives them, answers the query."""
    return max((_plan(query, columns) for columns in indexes), key=_rank)


def _rank(plan: Plan) -> tuple[int, int, bool]:
    return len(plan.choices), len(plan.bounds), plan.ordered


def _plan(query: Query, columns: tuple[str, ...]) -> Plan:
    choices: list[tuple[Scalar, ...]] = []
    rest = list(query.where)
    for column in columns:
        chosen = next((c for c in rest if c.column == column and c.op in (Op.EQ, Op.IN)), None)
        if chosen is None:
            break
        rest.remove(chosen)
        values = (chosen.operand,) if chosen.op is Op.EQ else chosen.operand
        choices.append(tuple(dict.fromkeys(values)))
    fixed, free = columns[: len(choices)], columns[len(choices) :]
    bounds = tuple(c for c in rest if c.column in free[:1] and c.op not in (Op.EQ, Op.IN))
    orders = [o for o in query.order_by if o.column not in fixed]
    return Plan(
        columns,
        tuple(choices),
        bounds,
        tuple(c for c in rest if c not in bounds),
        ordered=len({o.descending for o in orders}) < 2
        and free[: len(orders)] == tuple(o.column for o in orders),
        descending=bool(orders) and orders[0].descending,
    )
