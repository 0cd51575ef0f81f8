"""The tables of a collection: derived here, once, for statements, checks and migrations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from aicmo_core.storage import ChildTable, Collection, Column, ColumnType

TOKEN = "_token"
POSITION = "_position"
TOKEN_LENGTH = 64
INDEXED_LENGTH = 512


def column_type(column: Column) -> sa.types.TypeEngine[Any]:
    """Return the type of *column*, as a migration spells it."""
    match column.type:
        case ColumnType.TEXT:
            return sa.String(INDEXED_LENGTH) if column.indexed else sa.Text()
        case ColumnType.JSON:
            return sa.Text()
        case ColumnType.INTEGER:
            return sa.BigInteger()
        case ColumnType.FLOAT:
            return sa.Double()
        case ColumnType.BOOLEAN:
            return sa.Boolean()


def parent_column(key_field: str) -> str:
    """Return the name of the column in which a child table holds its parent's *key_field*."""
    return f"parent_{key_field}"


def unique_name(table: str, columns: Sequence[str]) -> str:
    return "_".join(("uq", table, *columns))


def index_name(table: str, columns: Sequence[str]) -> str:
    return "_".join(("ix", table, *columns))


def table_of(collection: Collection[Any], metadata: sa.MetaData) -> sa.Table:
    """Return the table of *collection*: its columns in order, then the token."""
    name = collection.name
    return sa.Table(
        name,
        metadata,
        *(_plain(column) for column in collection.columns),
        sa.Column(TOKEN, sa.String(TOKEN_LENGTH), nullable=False),
        sa.PrimaryKeyConstraint(*collection.key),
        *(sa.UniqueConstraint(*g, name=unique_name(name, g)) for g in collection.unique),
        *(sa.Index(index_name(name, g), *g) for g in collection.indexes),
    )


def child_table_of(
    collection: Collection[Any], child: ChildTable, metadata: sa.MetaData
) -> sa.Table:
    """Return the table of *child*: the parent's key, the position, then its columns."""
    keys = {column.name: column for column in collection.columns}
    parents = [
        sa.Column(parent_column(name), column_type(keys[name]), nullable=False, autoincrement=False)
        for name in collection.key
    ]
    return sa.Table(
        child.table,
        metadata,
        *parents,
        sa.Column(POSITION, sa.BigInteger(), nullable=False, autoincrement=False),
        *(_plain(column) for column in child.columns),
        sa.PrimaryKeyConstraint(*(c.name for c in parents), POSITION),
    )


def tables_of(collections: Sequence[Collection[Any]]) -> sa.MetaData:
    """Return all tables of *collections*, child tables included."""
    metadata = sa.MetaData()
    for collection in collections:
        table_of(collection, metadata)
        for child in collection.child_tables:
            child_table_of(collection, child, metadata)
    return metadata


def absent(collections: Iterable[Collection[Any]], records: Iterable[Sequence[Any]]) -> list[str]:
    """
    Return what would stop a row of *collections* from being written, in words.

    Args:
        records: Of each column that is there: table, column, whether it must be given.
    """
    found: dict[str, dict[str, bool]] = {}
    for table, column, required in records:
        found.setdefault(table, {})[column] = bool(required)
    lines: list[str] = []
    for table, columns in _named(collections):
        there = found.get(table)
        if there is None:
            lines.append(f"table {table} is missing")
            continue
        lines += [f"column {table}.{name} is missing" for name in columns if name not in there]
        lines += [
            f"column {table}.{name} is not declared and must be given a value"
            for name, required in there.items()
            if required and name not in columns
        ]
    return lines


def _named(collections: Iterable[Collection[Any]]) -> Iterator[tuple[str, list[str]]]:
    for collection in collections:
        yield collection.name, [*(c.name for c in collection.columns), TOKEN]
        parents = [parent_column(name) for name in collection.key]
        for child in collection.child_tables:
            yield child.table, [*parents, POSITION, *(c.name for c in child.columns)]


def _plain(column: Column) -> sa.Column[Any]:
    return sa.Column(
        column.name, column_type(column), nullable=column.nullable, autoincrement=False
    )
