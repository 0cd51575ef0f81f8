"""
A batch as one statement, or as one pipeline, for PostgreSQL.

A statement of data-modifying CTEs is a transaction by itself and one round trip. What
it can hold has limits:

- Nothing in a CTE aborts the statement. The *main query* does, by a cast that fails on
  a wrong number of matched rows; a condition on constants would be folded, and fail always.
- Only what the main query references runs in a known order: there the row locks are
  taken, by table and key. What is not referenced runs after it, and so under those locks.
- All of it sees one snapshot. The children of a row that is replaced could be those of an
  older content, so such batches lock in one statement and write in later ones.
- A unique value that moves from one row to another may be taken still: the same.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import partial
from typing import Any, TypeAlias

import sqlalchemy as sa

from aicmo_core.backends.sql.grouping import Group
from aicmo_core.backends.sql.postgres_tables import TableSql, arrays
from aicmo_core.backends.sql.stored import Stored
from aicmo_core.storage import Row, Scalar

Statement: TypeAlias = tuple[str, Sequence[Any]]
_Operation: TypeAlias = Callable[[TableSql, int], str]

_GUARD = "conflict"
_MOST_STATEMENTS = 2_000


class _Work:
    """Operations in order, with the parameters of each."""

    def __init__(self) -> None:
        self.operations: list[tuple[_Operation, TableSql]] = []
        self.parameters: list[Sequence[Any]] = []

    def add(self, operation: _Operation, table: TableSql, parameters: Sequence[Any]) -> None:
        self.operations.append((operation, table))
        self.parameters.append(parameters)

    def insert(self, table: TableSql, rows: Sequence[Sequence[Scalar]]) -> None:
        if len(rows) == 1:
            self.add(TableSql.insert, table, rows[0])
        elif rows:
            self.add(TableSql.insert_many, table, arrays(rows))


class _Tables:
    """The table of a collection and its child tables."""

    def __init__(self, stored: Stored, dialect: sa.Dialect) -> None:
        self.own = TableSql(stored.table, stored.key, dialect)
        parent = range(len(stored.key))
        self.children = [TableSql(table, parent, dialect) for table in stored.children]

    def insert(self, work: _Work, rows: Sequence[Row]) -> None:
        work.insert(self.own, [(*row.values, row.token) for row in rows])
        self.insert_children(work, rows)

    def insert_children(self, work: _Work, rows: Sequence[Row]) -> None:
        for i, child in enumerate(self.children):
            work.insert(child, _positioned(rows, i))


class Batches:
    """Writes batches down as statements, each kept under all that decides about its text."""

    def __init__(self, dialect: sa.Dialect) -> None:
        self._dialect = dialect
        self._tables: dict[Stored, _Tables] = {}
        self._statements: dict[Hashable, str] = {}

    @staticmethod
    def fits_one_statement(groups: Sequence[Group]) -> bool:
        """Return whether one statement can hold the batch; see above what it cannot."""
        for group in groups:
            if group.removes or group.replaces:
                kinds = len(group.replaces) + bool(group.removes) + bool(group.inserts)
                if group.stored.children or (group.stored.collection.unique and kinds > 1):
                    return False
        return True

    @staticmethod
    def is_guard(message: str | None) -> bool:
        """Return whether *message* is that of the cast that aborts a batch which does not fit."""
        return message is not None and f'"{_GUARD} ' in message

    def statement(self, groups: Sequence[Group]) -> Statement:
        """Return the batch as one statement."""
        guards, writes, expected = _Work(), _Work(), 0
        for group in groups:
            tables = self._tables_of(group.stored)
            if guarded := len(group.requires) + len(group.removes) + len(group.replaces):
                expected += guarded
                if guarded == 1:
                    _change_one(guards, tables, group)
                else:
                    _lock(guards, tables, group)
                    _take_away(writes, tables, [change.key for change in group.removes])
                    _write_over(writes, tables, group)
            if group.inserts:
                tables.insert(writes, group.inserts)
        place = (tuple(guards.operations), tuple(writes.operations))
        text = self._kept(place, lambda: _one_statement(guards, writes))
        parameters = [p for part in (*guards.parameters, *writes.parameters) for p in part]
        if expected:
            parameters.append(expected)
        return text, parameters

    def statements(self, groups: Sequence[Group]) -> Iterator[Statement]:
        """Return the batch as statements of one transaction: all locks first, then writes."""
        work = _Work()
        for group in groups:
            tables = self._tables_of(group.stored)
            locks = _Work()
            if _lock(locks, tables, group):
                yield self._locking(locks, group)
            replaced = [change.row for change in group.replaces]
            leaving = [change.key for change in group.removes]
            changed = [*leaving, *(row.key for row in replaced)]
            for child in tables.children if changed else ():
                work.add(TableSql.remove_many, child, arrays(changed))
            if group.may_collide_on_the_way:
                _take_away(work, tables, changed)
                tables.insert(work, replaced)
            else:
                _take_away(work, tables, leaving)
                _write_over(work, tables, group)
                tables.insert_children(work, replaced)
            tables.insert(work, group.inserts)
        for (operation, table), parameters in zip(work.operations, work.parameters, strict=True):
            yield self._kept((operation, table), partial(operation, table, 1)), parameters

    def _locking(self, locks: _Work, group: Group) -> Statement:
        text = self._kept(("lock", *locks.operations), lambda: _one_statement(locks, _Work()))
        number = len(group.requires) + len(group.removes) + len(group.replaces)
        return text, [*locks.parameters[0], number]

    def _tables_of(self, stored: Stored) -> _Tables:
        found = self._tables.get(stored)
        if found is None:
            found = self._tables.setdefault(stored, _Tables(stored, self._dialect))
        return found

    def _kept(self, place: Hashable, write: Callable[[], str]) -> str:
        text = self._statements.get(place)
        if text is None:
            if len(self._statements) >= _MOST_STATEMENTS:
                self._statements.clear()
            text = self._statements[place] = write()
        return text


def _one_statement(guards: _Work, writes: _Work) -> str:
    """Return a statement whose main query fails unless each guard returned what it must."""
    parts: list[str] = []
    first = 1
    for work in (guards, writes):
        for (operation, table), parameters in zip(work.operations, work.parameters, strict=True):
            parts.append(operation(table, first))
            first += len(parameters)
    if guards.operations:
        union = " UNION ALL ".join(f"SELECT 1 FROM p{i}" for i in range(len(guards.operations)))
        main = (
            f"SELECT CAST('{_GUARD} ' || count(*) AS int) FROM ({union}) AS matched "
            f"HAVING count(*) <> ${first}::bigint"
        )
    else:
        main = parts.pop()
    if not parts:
        return main
    return f"WITH {', '.join(f'p{i} AS ({part})' for i, part in enumerate(parts))} {main}"


def _change_one(work: _Work, tables: _Tables, group: Group) -> None:
    """Change or require a single row: the operation is its own guard."""
    for require in group.requires:
        work.add(TableSql.require, tables.own, (*require.key, require.expected))
    for remove in group.removes:
        work.add(TableSql.remove, tables.own, (*remove.key, remove.expected))
    for replace in group.replaces:
        row = replace.row
        work.add(TableSql.replace, tables.own, (*row.values, row.token, replace.expected))


def _lock(work: _Work, tables: _Tables, group: Group) -> bool:
    """Lock all rows that must be as expected, in the order of their keys; say if there are any."""
    rows = [(*c.key, c.expected) for c in group.requires]
    rows += [(*c.key, c.expected) for c in group.removes]
    rows += [(*c.row.key, c.expected) for c in group.replaces]
    if rows:
        work.add(TableSql.lock_many, tables.own, arrays(rows))
    return bool(rows)


def _take_away(work: _Work, tables: _Tables, keys: Sequence[Sequence[Scalar]]) -> None:
    if keys:
        work.add(TableSql.remove_many, tables.own, arrays(keys))


def _write_over(work: _Work, tables: _Tables, group: Group) -> None:
    if group.replaces:
        rows = [(*change.row.values, change.row.token) for change in group.replaces]
        work.add(TableSql.replace_many, tables.own, arrays(rows))


def _positioned(rows: Sequence[Row], child: int) -> list[tuple[Scalar, ...]]:
    return [
        (*row.key, position, *values)
        for row in rows
        for position, values in enumerate(row.children[child])
    ]
