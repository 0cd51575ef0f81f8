"""
What a key-value store remembers of the declarations that its rows were written under.

Such a store has no tables that could be altered. It keeps, beside the rows, the shape
of each collection, finds out from it whether the code has changed since, and rewrites
the rows where a column, an index or a unique constraint was added. What would lose
data is refused: columns that the code does not know are those of newer code.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import attrs

from aicmo_core.kernel.errors import InvalidValue, Problem
from aicmo_core.storage.backend import SchemaState, SchemaStatus
from aicmo_core.storage.columns import Column
from aicmo_core.storage.errors import DeclarationError
from aicmo_core.storage.keyspace import Keyspace, Pairs, space_of
from aicmo_core.storage.keyvalue import KeyValueLayout, Writes
from aicmo_core.storage.packing import unpack_row
from aicmo_core.storage.rows import Row, Scalar
from aicmo_core.storage.stretches import AFTER

FORMAT = 1
"""The number of this way to lay out rows. A store with a higher one is of newer code."""

_FORMAT_KEY = b"\x00aicmo_core format"
_SHAPE_KEY = b"\x00aicmo_core shape "

_Factory: Any = type(attrs.Factory(list))

Shape: TypeAlias = dict[str, Any]
"""`key`, `columns`, `children`, `indexes` and `unique` of a collection, as JSON values."""


def shape_of(space: Keyspace) -> Shape:
    """Return what of a collection's declaration its stored rows depend on."""
    collection = space.collection
    shape = {
        "key": collection.key,
        "columns": _described(collection.columns),
        "children": {t.field: _described(t.columns) for t in collection.child_tables},
        "indexes": space.indexes,
        "unique": collection.unique,
    }
    plain: Shape = json.loads(json.dumps(shape))
    return plain


def _described(columns: Sequence[Column]) -> list[tuple[str, str, bool]]:
    return [(column.name, column.type.value, column.nullable) for column in columns]


def schema_state(layout: KeyValueLayout, pairs: Pairs, command: str) -> SchemaState:
    """
    Return how the stored shapes compare with the declared collections; see `Backend.schema`.

    Args:
        command: What the user types to have `upgrade` called.
    """
    number = _stored_format(pairs)
    if number is None:
        return SchemaState(SchemaStatus.MISSING, "no collection was stored here yet", command)
    if number > FORMAT:
        detail = f"its rows are laid out in format {number}, and this code knows {FORMAT}"
        return SchemaState(SchemaStatus.NEWER, detail, "install the newer release of aicmo_core")
    older, newer = [], []
    for space in layout.spaces:
        stored, declared = _stored_shape(pairs, space.collection.name), shape_of(space)
        if stored is None:
            older.append(f"{space.collection.name} is missing")
        elif unknown := _unknown(stored, declared):
            newer.append(f"{space.collection.name} has {', '.join(unknown)}")
        elif stored != declared:
            older.append(f"{space.collection.name} is declared otherwise")
    if newer:
        detail = f"what this code does not know: {'; '.join(newer)}"
        return SchemaState(SchemaStatus.NEWER, detail, "install the newer release of its module")
    if older:
        return SchemaState(SchemaStatus.OLDER, "; ".join(older), command)
    return SchemaState(SchemaStatus.CURRENT)


def upgrade_shapes(layout: KeyValueLayout, pairs: Pairs) -> tuple[list[str], Writes]:
    """
    Return a line for each collection that differs, and what brings all of them up to date.

    The whole of it is one transaction's writes; they are held in memory. To be called
    only where `schema_state` does not say that the store is newer.

    Raises:
        DeclarationError: The rows of a collection cannot be converted; write nothing.
    """
    lines: list[str] = []
    writes: dict[bytes, bytes | None] = {}
    if _stored_format(pairs) is None:
        writes[_FORMAT_KEY] = str(FORMAT).encode()
    for space in layout.spaces:
        name = space.collection.name
        stored, declared = _stored_shape(pairs, name), shape_of(space)
        if stored == declared:
            continue
        if stored is None:
            lines.append(f"create {name}")
        else:
            lines.append(f"convert {name}")
            writes.update(_converted(pairs, space, stored, declared))
        writes[_SHAPE_KEY + name.encode()] = json.dumps(declared).encode()
    return lines, writes


# -- what is stored


def _stored_format(pairs: Pairs) -> int | None:
    data = pairs.get(_FORMAT_KEY)
    return None if data is None else int(data)


def _stored_shape(pairs: Pairs, name: str) -> Shape | None:
    data = pairs.get(_SHAPE_KEY + name.encode())
    return None if data is None else json.loads(data)


def _names(columns: Sequence[Any]) -> list[str]:
    return [name for name, _, _ in columns]


def _unknown(stored: Shape, declared: Shape) -> list[str]:
    """Return the columns and child lists that are stored, but not declared."""
    unknown = sorted(set(_names(stored["columns"])) - set(_names(declared["columns"])))
    for field, columns in stored["children"].items():
        if field not in declared["children"]:
            unknown.append(field)
            continue
        known = _names(declared["children"][field])
        unknown += [f"{field}.{name}" for name in _names(columns) if name not in known]
    return unknown


# -- conversion


def _converted(pairs: Pairs, space: Keyspace, stored: Shape, declared: Shape) -> Writes:
    """Return the writes that replace all rows and index entries of one collection."""
    name = space.collection.name
    if stored["key"] != declared["key"]:
        raise _refusal(name, f"its key was {', '.join(stored['key'])}")
    for old, new in _columns_of_both(stored, declared):
        if old[1] != new[1] or (old[2] and not new[2]):
            raise _refusal(name, f"{old[0]!r} was {old[1]}{' or None' * old[2]}")
    writes: dict[bytes, bytes | None] = {}
    for columns in stored["indexes"]:
        low = space_of(name, tuple(columns))
        writes.update((key, None) for key, _ in pairs.scan(low, low + AFTER))
    low = space_of(name, space.collection.key)
    seen: set[Any] = set()
    for _, data in pairs.scan(low, low + AFTER):
        row = _refilled(space, unpack_row(data), stored, declared)
        _check_unique(space, row, seen)
        writes.update(space.pairs_of(row))
    return writes


def _refusal(name: str, was: str) -> DeclarationError:
    reason = f"{was}; stored rows cannot be converted: declare it as it was, or under another name"
    return DeclarationError(name, reason)


def _columns_of_both(stored: Shape, declared: Shape) -> Iterator[tuple[Any, Any]]:
    tables = [(stored["columns"], declared["columns"])]
    tables += [(c, declared["children"][field]) for field, c in stored["children"].items()]
    for old_columns, new_columns in tables:
        by_name = {column[0]: column for column in new_columns}
        yield from ((old, by_name[old[0]]) for old in old_columns)


def _refilled(space: Keyspace, row: Row, stored: Shape, declared: Shape) -> Row:
    """Return *row* with the declared columns; new ones hold the default of their field."""
    old = dict(zip(_names(stored["columns"]), row.values, strict=True))
    values = tuple(
        old[name] if name in old else _default(space, name, nullable)
        for name, _, nullable in declared["columns"]
    )
    lists = dict(zip(stored["children"], row.children, strict=True))
    children = tuple(
        tuple(_element(space, field, stored, columns, element) for element in lists.get(field, ()))
        for field, columns in declared["children"].items()
    )
    return Row(row.key, row.token, values, children)


def _element(
    space: Keyspace, field: str, stored: Shape, columns: Any, element: tuple[Scalar, ...]
) -> tuple[Scalar, ...]:
    old: Mapping[str, Scalar] = dict(zip(_names(stored["children"][field]), element, strict=True))
    for name, _, nullable in columns:
        if name not in old and not nullable:
            raise _refusal(space.collection.name, f"there was no {field}.{name}, never None")
    return tuple(old.get(name) for name, _, _ in columns)


def _default(space: Keyspace, name: str, nullable: bool) -> Scalar:
    default: Any = attrs.fields_dict(space.collection.item)[name].default
    if isinstance(default, _Factory) and not default.takes_self:
        default = default.factory()
    elif default is attrs.NOTHING or isinstance(default, _Factory):
        if not nullable:
            raise _refusal(space.collection.name, f"there was no {name!r}, which has no default")
        default = None
    return None if default is None else space.collection.encode_field(name, default)


def _check_unique(space: Keyspace, row: Row, seen: set[Any]) -> None:
    for group in space.collection.unique:
        values = tuple(space.value(row, name) for name in group)
        if None in values:
            continue
        if (group, values) in seen:
            message = f"{', '.join(map(repr, values))} is there twice; keep one of the rows"
            where = f"stored {space.collection.name}"
            raise InvalidValue(where, (Problem(f"$.{','.join(group)}", message),))
        seen.add((group, values))
