"""Children of many rows in few statements, for databases that read them separately."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from aicmo_core.backends.sql.database import Database, pad, padded, parameter
from aicmo_core.backends.sql.stored import Stored
from aicmo_core.backends.sql.tables import POSITION
from aicmo_core.storage import Key, Row

_MOST_KEYS = 256


class ChildReader:
    """Reads the children of the rows that a statement found, in the same transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._statements: dict[tuple[str, int], str] = {}

    def rows(self, connection: Any, stored: Stored, records: Sequence[Sequence[Any]]) -> list[Row]:
        """Return the rows of *records*, with their children."""
        keys = [stored.key_of(record) for record in records]
        found: dict[Key, list[list[Any]]] = {key: [[] for _ in stored.children] for key in keys}
        for i, table in enumerate(stored.children):
            for record in self._records(connection, table, keys, len(stored.key)):
                key = tuple(record[: len(stored.key)])
                found[key][i].append(record[len(stored.key) :])
        return [stored.row(r, found[key]) for r, key in zip(records, keys, strict=True)]

    def _records(
        self, connection: Any, table: sa.Table, keys: list[Key], width: int
    ) -> Iterator[Any]:
        for start in range(0, len(keys), _MOST_KEYS):
            chunk = keys[start : start + _MOST_KEYS]
            size = padded(len(chunk))
            parameters = [scalar for key in pad(chunk, size) for scalar in key]
            statement = self._statement(table, width, size)
            yield from self._database.fetch(connection, statement, parameters)

    def _statement(self, table: sa.Table, width: int, size: int) -> str:
        found = self._statements.get((table.name, size))
        if found is None:
            parents = list(table.columns)[:width]
            rest = [c for c in table.columns if c not in parents and c.name != POSITION]
            statement = (
                sa.select(*parents, *rest)
                .where(sa.or_(*(_is_child(parents) for _ in range(size))))
                .order_by(*parents, table.c[POSITION])
            )
            found = str(statement.compile(dialect=self._database.dialect))
            self._statements[table.name, size] = found
        return found


def _is_child(parents: list[sa.Column[Any]]) -> sa.ColumnElement[bool]:
    return sa.and_(*(column == parameter(column) for column in parents))
