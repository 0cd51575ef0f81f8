"""What migrations made, compared with what is declared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.reflection import Inspector


def differences(connection: sa.Connection, declared: sa.MetaData) -> list[str]:
    """Return how the tables of *connection* differ from those declared; nothing if they agree."""
    inspector = sa.inspect(connection)
    found = set(inspector.get_table_names())
    lines: list[str] = []
    for table in declared.sorted_tables:
        if table.name not in found:
            lines.append(f"table {table.name} is missing")
            continue
        lines += _columns(connection, inspector, table)
        lines += _keys(inspector, table)
    return lines


def _columns(connection: sa.Connection, inspector: Inspector, table: sa.Table) -> Iterator[str]:
    found = {column["name"]: column for column in inspector.get_columns(table.name)}
    # What was found is spelled as it is; what is declared, as a migration would make it.
    plain = type(connection.dialect)()
    for column in table.columns:
        name = f"{table.name}.{column.name}"
        if column.name not in found:
            yield f"column {name} is missing"
            continue
        is_type = found[column.name]["type"].compile(plain)
        yield from _differs(f"type of {name}", column.type.compile(connection.dialect), is_type)
        is_nullable = found[column.name]["nullable"]
        yield from _differs(f"nullable of {name}", bool(column.nullable), is_nullable)
    for extra in sorted(found.keys() - table.columns.keys()):
        yield f"column {table.name}.{extra} is not declared"


def _keys(inspector: Inspector, table: sa.Table) -> Iterator[str]:
    name = table.name
    key = inspector.get_pk_constraint(name)["constrained_columns"]
    yield from _differs(f"primary key of {name}", [c.name for c in table.primary_key], key)
    uniques = {
        constraint.name: [c.name for c in constraint.columns]
        for constraint in table.constraints
        if isinstance(constraint, sa.UniqueConstraint)
    }
    found = {u["name"]: u["column_names"] for u in inspector.get_unique_constraints(name)}
    yield from _differ(f"unique constraint of {name}", uniques, found)
    indexes = {index.name: [c.name for c in index.columns] for index in table.indexes}
    found_indexes = {
        index["name"]: index["column_names"]
        for index in inspector.get_indexes(name)
        if index["name"] not in found
    }
    yield from _differ(f"index of {name}", indexes, found_indexes)


def _differ(what: str, declared: dict[Any, Any], found: dict[Any, Any]) -> Iterator[str]:
    for name in sorted(declared.keys() | found.keys()):
        if name not in found:
            yield f"{what}: {name} is missing"
        elif name not in declared:
            yield f"{what}: {name} is not declared"
        else:
            yield from _differs(f"{what}: {name}", declared[name], found[name])


def _differs(what: str, declared: object, found: object) -> Iterator[str]:
    if declared != found:
        yield f"{what}: declared {declared}, found {found}"
