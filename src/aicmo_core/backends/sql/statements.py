"""The statements that write a collection row by row, compiled once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from aicmo_core.backends.sql.database import parameter
from aicmo_core.backends.sql.stored import Stored
from aicmo_core.storage import Row

Parameters = tuple[Any, ...]


class Statements:
    """
    Inserts, updates and deletes by key, and the parameters that each takes.

    Those that name an expected token take it last, after the key.
    """

    def __init__(self, stored: Stored, dialect: sa.Dialect, sharing: str) -> None:
        self._stored = stored
        self._dialect = dialect
        self._sharing = sharing
        table = stored.table
        rest = [i for i, c in enumerate(stored.collection.columns) if i not in stored.key]
        self._rest: Callable[[Row], list[Any]] = lambda row: [row.values[i] for i in rest]
        self.insert = self._compile(sa.insert(table), [c.name for c in table.columns])

    def _compile(self, statement: Any, columns: list[str] | None = None) -> str:
        return str(statement.compile(dialect=self._dialect, column_keys=columns))

    @property
    def _at_key(self) -> list[sa.ColumnElement[bool]]:
        return [_equals(c) for c in self._stored.key_columns]

    @property
    def _as_expected(self) -> list[sa.ColumnElement[bool]]:
        return [*self._at_key, _equals(self._stored.token_column)]

    @cached_property
    def replace(self) -> str:
        """Takes the values but the key's, the token, the key and the expected token."""
        table = self._stored.table
        columns = [c.name for c in table.columns if c.name not in self._stored.collection.key]
        return self._compile(sa.update(table).where(*self._as_expected), columns)

    @cached_property
    def remove(self) -> str:
        return self._compile(sa.delete(self._stored.table).where(*self._as_expected))

    @cached_property
    def require(self) -> str:
        statement = sa.select(self._stored.token_column)
        return f"{self._compile(statement.where(*self._as_expected))} {self._sharing}".rstrip()

    @cached_property
    def insert_children(self) -> list[str]:
        """One for each child table; takes the parent's key, the position and the values."""
        return [
            self._compile(sa.insert(table), [c.name for c in table.columns])
            for table in self._stored.children
        ]

    @cached_property
    def remove_children(self) -> list[str]:
        """One for each child table; takes the parent's key."""
        return [
            self._compile(sa.delete(table).where(*map(_equals, self._parents(table))))
            for table in self._stored.children
        ]

    def _parents(self, table: sa.Table) -> Sequence[sa.Column[Any]]:
        return list(table.columns)[: len(self._stored.key)]

    # -- parameters

    def replacing(self, row: Row, expected: str) -> Parameters:
        return (*self._rest(row), row.token, *row.key, expected)

    def inserting_children(self, rows: Sequence[Row], child: int) -> list[Parameters]:
        return [
            (*row.key, position, *values)
            for row in rows
            for position, values in enumerate(row.children[child])
        ]


def _equals(column: sa.Column[Any]) -> sa.ColumnElement[bool]:
    return column == parameter(column)


def asking(insert: str, *selects: str) -> str:
    """Return *insert* that inserts its row only if each of *selects* finds one."""
    head, _, values = insert.rpartition(" VALUES (")
    return f"{head} SELECT {values[:-1]} WHERE {' AND '.join(f'EXISTS ({s})' for s in selects)}"
