"""A collection as one database stores it: its tables, and rows out of records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from aicmo_core.backends.sql.database import Database, Restore
from aicmo_core.backends.sql.tables import TOKEN, child_table_of, table_of
from aicmo_core.storage import Collection, Column, Key, Row, Scalar


class Stored:
    """
    The tables of one collection, and how their records become rows.

    Attributes:
        collection: What is stored.
        table: Its table: the columns, then the token.
        children: Its child tables, in declared order.
        key: Where in a row's values the key's scalars are.
    """

    def __init__(self, collection: Collection[Any], database: Database) -> None:
        metadata = sa.MetaData()
        self.collection = collection
        self.table = table_of(collection, metadata)
        self.children = [
            child_table_of(collection, child, metadata) for child in collection.child_tables
        ]
        names = [column.name for column in collection.columns]
        self.key = tuple(names.index(name) for name in collection.key)
        self._width = len(names)
        self._restore = _restores(collection.columns, database.restore)
        self._restore_child = [
            _restores(child.columns, database.restore_child) for child in collection.child_tables
        ]

    @property
    def key_columns(self) -> list[sa.Column[Any]]:
        return [self.table.c[name] for name in self.collection.key]

    @property
    def token_column(self) -> sa.Column[Any]:
        return self.table.c[TOKEN]

    def row(self, record: Sequence[Any], children: Iterable[Iterable[Any]] = ()) -> Row:
        """Return a row out of a record of the table and records of its child tables."""
        values = _restored(record[: self._width], self._restore)
        return Row(
            tuple([values[i] for i in self.key]),
            record[self._width],
            values,
            tuple(
                tuple([_restored(child, restores) for child in records])
                for records, restores in zip(children, self._restore_child, strict=True)
            ),
        )

    def key_of(self, record: Sequence[Any]) -> Key:
        """Return the key of a record of the table."""
        return tuple([record[i] for i in self.key])


class Shelf(dict[Collection[Any], Stored]):
    """
    The collections that were used so far, as one database stores them.

    Whoever asks for another one finds it put on the shelf.
    """

    def __init__(self, database: Database) -> None:
        super().__init__()
        self._database = database

    def __missing__(self, collection: Collection[Any]) -> Stored:
        return self.add(collection)

    def add(self, collection: Collection[Any]) -> Stored:
        """
        Put a collection on the shelf.

        Raises:
            DeclarationError: It is declared in a way that cannot be stored.
        """
        return self.setdefault(collection, Stored(collection, self._database))


def _restores(
    columns: Iterable[Column], restore_of: Callable[[Column], Restore | None]
) -> list[tuple[int, Restore]]:
    """Return, for the columns that need it, their place and how a scalar is restored."""
    found = [(i, restore_of(column)) for i, column in enumerate(columns)]
    return [(i, restore) for i, restore in found if restore is not None]


def _restored(record: Sequence[Any], restores: list[tuple[int, Restore]]) -> tuple[Scalar, ...]:
    if not restores:
        return tuple(record)
    values = list(record)
    for i, restore in restores:
        if values[i] is not None:
            values[i] = restore(values[i])
    return tuple(values)
