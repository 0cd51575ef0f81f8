"""Finders as SQL: one statement for each shape of a query, compiled once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, NamedTuple, TypeAlias

import sqlalchemy as sa

from aicmo_core.backends.sql.database import Database, padded, parameter
from aicmo_core.backends.sql.stored import Stored
from aicmo_core.storage import Column, Condition, Op, Order, Query, Scalar

_MOST_STATEMENTS = 2_000

_NEVER: sa.ColumnElement[bool] = sa.literal_column("1 = 0", sa.Boolean())
"""Nothing. (`sa.false()` would take the clauses beside it out, and their parameters with them.)"""

_MOST_ARMS = 8
"""Of how many values a page is put together from the pages of each."""

_Arm: TypeAlias = tuple[int, int] | None
"""Which condition is of several values, and which of them a part of a statement is about."""

Take: TypeAlias = Callable[[Query], Sequence[Any]]
"""Takes some of a statement's parameters out of a query."""


class Select(NamedTuple):
    """A compiled statement, and what takes its parameters out of a query, in their order."""

    text: str
    takes: list[Take]

    def parameters(self, query: Query) -> list[Any]:
        return [value for take in self.takes for value in take(query)]


class Selector:
    """Compiles the queries to one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._compiled: dict[Hashable, Select] = {}

    def get(self, stored: Stored) -> str:
        """Return the statement that selects the row with a key, which it takes."""
        place = ("get", stored.collection)
        found = self._compiled.get(place)
        if found is None:
            at_key = [column == parameter(column) for column in stored.key_columns]
            found = self._keep(place, self._database.selection(stored).where(*at_key), [])
        return found.text

    def find(self, stored: Stored, query: Query) -> tuple[str, list[Any]]:
        """Return the statement of a finder, and its parameters."""
        place = ("find", stored.collection, _shape(query))
        found = self._compiled.get(place)
        if found is None:
            clauses = _Clauses(self._database, stored)
            never_none = {c.column for c in query.where if _excludes_none(c)}
            ordered = [clauses.order(o, o.column in never_none) for o in query.order_by]
            arms = [self._arm(stored, query, clauses, arm) for arm in self._arms(stored, query)]
            statement = arms[0] if len(arms) == 1 else sa.union_all(*arms)
            found = self._keep(place, statement.order_by(*ordered), clauses.takes)
        if query.limit is None:
            return found.text, found.parameters(query)
        parameters = [*found.parameters(query), query.limit]
        return f"{found.text} LIMIT {self._database.place(len(parameters))}", parameters

    def _arms(self, stored: Stored, query: Query) -> Sequence[_Arm]:
        """
        Return what the statement is put together from: one part, or one for each of a few values.

        Each part is read in the order of an index, where SQLite would sort all rows that have
        one of the values, for a page of them.
        """
        if self._database.merges_choices and query.limit is not None and query.order_by:
            pairs = {index[:2] for index in stored.collection.indexes}
            for place, condition in enumerate(query.where):
                is_read_in_order = (condition.column, query.order_by[0].column) in pairs
                if is_read_in_order and (size := _choices(condition)):
                    return [(place, number) for number in range(size)]
        return (None,)

    def _arm(self, stored: Stored, query: Query, clauses: _Clauses, arm: _Arm) -> sa.Select[Any]:
        statement = self._database.selection(stored).where(*clauses.where(query.where, arm))
        if query.after is None:
            return statement
        places = [i for i in range(len(query.order_by)) if i not in _pinned(query)]
        return statement.where(clauses.later(query.order_by, query.after, places))

    def count(self, stored: Stored, where: Sequence[Condition]) -> tuple[str, list[Any]]:
        """Return the statement that counts rows, and its parameters."""
        query = Query(tuple(where))
        place = ("count", stored.collection, _shape(query))
        found = self._compiled.get(place)
        if found is None:
            clauses = _Clauses(self._database, stored)
            statement = sa.select(sa.func.count()).select_from(stored.table)
            found = self._keep(place, statement.where(*clauses.where(where)), clauses.takes)
        return found.text, found.parameters(query)

    def _keep(self, place: Hashable, statement: sa.SelectBase, takes: list[Take]) -> Select:
        if len(self._compiled) >= _MOST_STATEMENTS:
            self._compiled.clear()
        select = Select(str(statement.compile(dialect=self._database.dialect)), takes)
        self._compiled[place] = select
        return select


class _Clauses:
    """
    The clauses of one statement, built in the order of its text.

    Each that has parameters adds to `takes` where they come from.
    """

    def __init__(self, database: Database, stored: Stored) -> None:
        self._database = database
        self._columns: dict[str, tuple[sa.Column[Any], Column]] = {
            column.name: (stored.table.c[column.name], column)
            for column in stored.collection.columns
        }
        self.takes: list[Take] = []

    def where(
        self, conditions: Sequence[Condition], arm: _Arm = None
    ) -> list[sa.ColumnElement[bool]]:
        return [self._test(i, condition, arm) for i, condition in enumerate(conditions)]

    def _test(self, place: int, condition: Condition, arm: _Arm) -> sa.ColumnElement[bool]:
        column, kind = self._columns[condition.column]
        if arm is not None and arm[0] == place:
            return self._compare(column, Op.EQ, lambda q: (q.where[place].operand[arm[1]],))
        if condition.op is Op.IN:
            return self._one_of(place, column, kind, condition.operand)
        if condition.operand is None:
            return column.is_(None)
        return self._compare(column, condition.op, lambda q: (q.where[place].operand,))

    def _compare(self, column: sa.Column[Any], op: Op, take: Take) -> sa.ColumnElement[bool]:
        self.takes.append(take)
        return column.bool_op(op.value)(parameter(column))

    def _one_of(
        self, place: int, column: sa.Column[Any], kind: Column, operand: tuple[Scalar, ...]
    ) -> sa.ColumnElement[bool]:
        tests: list[sa.ColumnElement[bool]] = [sa.false()]
        if size := _given(operand):
            test, pack = self._database.membership(column, kind, size)
            self.takes.append(lambda q: pack([v for v in q.where[place].operand if v is not None]))
            tests.append(test)
        if None in operand:
            tests.append(column.is_(None))
        return sa.or_(*tests)

    def order(self, order: Order, never_none: bool) -> sa.ColumnElement[Any]:
        """Return one term; where None cannot occur, as an index has it, on every database."""
        column, kind = self._columns[order.column]
        term = column.desc() if order.descending else column.asc()
        if self._database.sorts_none_first or never_none or not kind.nullable:
            return term
        return term.nulls_last() if order.descending else term.nulls_first()

    def later(
        self, orders: Sequence[Order], after: Sequence[Scalar], places: Sequence[int]
    ) -> sa.ColumnElement[bool]:
        """Return a test for rows that come after *after*, by the orders at these *places*."""
        if not places:
            return _NEVER
        order, value = orders[places[0]], after[places[0]]
        column, kind = self._columns[order.column]
        bound: sa.ColumnElement[bool] = sa.true()
        if len(places) > 1 and value is not None:
            # The rest says so too, but not so that an index can begin at the right place.
            op = Op.LE if order.descending else Op.GE
            bound = self._compare(column, op, _after(places[0]))
            if order.descending and kind.nullable:
                bound = sa.or_(bound, column.is_(None))
        return sa.and_(bound, self._strictly_later(orders, after, places))

    def _strictly_later(
        self, orders: Sequence[Order], after: Sequence[Scalar], places: Sequence[int]
    ) -> sa.ColumnElement[bool]:
        i, *rest = places
        column, kind = self._columns[orders[i].column]
        later: sa.ColumnElement[bool]
        if after[i] is None:
            later = _NEVER if orders[i].descending else column.is_not(None)
        elif orders[i].descending:
            later = self._compare(column, Op.LT, _after(i))
            later = sa.or_(later, column.is_(None)) if kind.nullable else later
        else:
            later = self._compare(column, Op.GT, _after(i))
        if not rest:
            return later
        same = column.is_(None) if after[i] is None else self._compare(column, Op.EQ, _after(i))
        return sa.or_(later, sa.and_(same, self._strictly_later(orders, after, rest)))


def _after(i: int) -> Take:
    return lambda query: query.after[i : i + 1] if query.after is not None else ()


def _pinned(query: Query) -> frozenset[int]:
    """
    Return which terms of the order say nothing about what comes after the cursor.

    All rows have the value that the cursor has: a condition says so. Without these terms
    an index that begins with them is read from the cursor's place on, not from its start.
    """
    equal = {c.column: c.operand for c in query.where if c.op is Op.EQ}
    values = zip(query.order_by, query.after or (), strict=False)
    return frozenset(
        i for i, (o, value) in enumerate(values) if o.column in equal and equal[o.column] == value
    )


def _excludes_none(condition: Condition) -> bool:
    """Return whether no row that meets *condition* has None in its column."""
    match condition.op:
        case Op.EQ:
            return condition.operand is not None
        case Op.IN:
            return None not in condition.operand
    return True


def _given(operand: tuple[Scalar, ...]) -> int:
    """Return for how many values there must be room; 0 for none."""
    size = sum(value is not None for value in operand)
    return padded(size) if size else 0


def _shape(query: Query) -> Hashable:
    """Return what decides about a query's statement: all of it but the values."""
    return (
        tuple([(c.column, c.op, *_operand_shape(c)) for c in query.where]),
        query.order_by,
        query.limit is None,
        None if query.after is None else tuple([value is None for value in query.after]),
        _pinned(query),
    )


def _operand_shape(condition: Condition) -> tuple[Hashable, ...]:
    if condition.op is not Op.IN:
        return (condition.operand is None,)
    return _choices(condition), _given(condition.operand), None in condition.operand


def _choices(condition: Condition) -> int:
    """Return how many values a condition is of, if these are several, but few; else 0."""
    if condition.op is not Op.IN or None in condition.operand:
        return 0
    size = len(condition.operand)
    return size if 1 < size <= _MOST_ARMS and len(set(condition.operand)) == size else 0
