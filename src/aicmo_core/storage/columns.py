"""Columns: what a field of an aggregate becomes in a row, and how it gets there and back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, TypeAlias
from uuid import UUID

import attrs

from aicmo_core.kernel import structuring, values
from aicmo_core.kernel.generated import without_none
from aicmo_core.kernel.secret import Secret
from aicmo_core.kernel.values import Mismatch
from aicmo_core.storage.rows import Scalar

INDEX_BYTES = 512
"""How many bytes of UTF-8 the text of one key, index or unique constraint may have in all."""


ROW_BYTES = 7 * 1024 * 1024
"""
How many bytes of UTF-8 the text of one item may have in all, its children included.

MariaDB takes statements of 16 MiB unless told otherwise, and closes the connection at a
larger one, so that nobody knows what became of the commit. A quote or a line's end is two
bytes there: 7 MiB fit, whatever they are.
"""


class ColumnType(Enum):
    """The five things a backend has to store."""

    TEXT = "text"
    INTEGER = "integer"
    FLOAT = "float"
    BOOLEAN = "boolean"
    JSON = "json"
    """Compact JSON as text: never searched, never ordered by."""


@attrs.frozen
class Column:
    """
    One scalar of a row.

    Attributes:
        name: The attrs field's name, which is also the column's.
        type: What a backend stores.
        nullable: Whether None may be stored.
        indexed: Whether a key, an index or a unique constraint contains it; its
            text is then bounded by `INDEX_BYTES`.
    """

    name: str
    type: ColumnType
    nullable: bool
    indexed: bool = False

    def check(self, value: object) -> Scalar:
        """
        Return *value* if this column can hold it.

        Raises:
            Mismatch: It is of another type, or None where that may not be stored.
        """
        if value is None and self.nullable:
            return None
        return _CHECKS[self.type](value)


@attrs.frozen
class ChildTable:
    """
    A list field that is stored as rows of its own, so that it can be queried by SQL.

    Attributes:
        field: The parent's field.
        table: The table's name.
        columns: The columns of one element; a backend adds the parent's key and a position.
    """

    field: str
    table: str
    columns: tuple[Column, ...]


_CHECKS: dict[ColumnType, Callable[[object], Scalar]] = {
    ColumnType.TEXT: values.check_text,
    ColumnType.INTEGER: values.check_int,
    ColumnType.FLOAT: values.check_float,
    ColumnType.BOOLEAN: values.check_bool,
    ColumnType.JSON: values.check_text,
}


Convert: TypeAlias = Callable[[Any], Any]


def _stored_text(value: Any) -> str:
    if type(value) is not str:
        raise Mismatch("text", value)
    return value


def _stored_bool(value: Any) -> bool:
    if value is True or value is False:
        return value
    raise Mismatch("true or false", value)


_SCALARS: dict[Any, tuple[ColumnType, Convert, Convert]] = {
    str: (ColumnType.TEXT, values.check_text, _stored_text),
    int: (ColumnType.INTEGER, values.check_int, values.check_int),
    float: (ColumnType.FLOAT, values.check_float, values.check_float),
    bool: (ColumnType.BOOLEAN, values.check_bool, _stored_bool),
    datetime: (ColumnType.TEXT, values.datetime_to_text, values.text_to_datetime),
    date: (ColumnType.TEXT, values.date_to_text, values.text_to_date),
    timedelta: (ColumnType.INTEGER, values.timedelta_to_int, values.int_to_timedelta),
    Decimal: (ColumnType.TEXT, values.decimal_to_text, values.text_to_decimal),
    UUID: (ColumnType.TEXT, values.uuid_to_text, values.text_to_uuid),
}


def _optional(convert: Convert) -> Convert:
    def convert_unless_none(value: Any) -> Any:
        return None if value is None else convert(value)

    return convert_unless_none


def _enum_conversions(enum: type[Enum]) -> tuple[ColumnType, Convert, Convert]:
    kinds = {type(member.value) for member in enum}
    if kinds == {str}:
        column = ColumnType.TEXT
    elif kinds == {int}:
        column = ColumnType.INTEGER
    else:
        raise TypeError("the values of an enum must be all text or all int")
    members = {member.value: member for member in enum}

    def to_scalar(value: Any) -> Any:
        if not isinstance(value, enum):
            raise Mismatch(f"a {enum.__name__}", value)
        return value.value

    def from_scalar(value: Any) -> Any:
        try:
            return members[value]
        except KeyError:
            raise Mismatch(f"a value of {enum.__name__}", value) from None

    return column, to_scalar, from_scalar


def _json_conversions(hint: Any) -> tuple[ColumnType, Convert, Convert]:
    def to_scalar(value: Any) -> str:
        return structuring.to_json(value, hint)

    def from_scalar(value: Any) -> Any:
        return structuring.from_json(_stored_text(value), hint)

    return ColumnType.JSON, to_scalar, from_scalar


def conversions(hint: Any) -> tuple[ColumnType, bool, Convert, Convert]:
    """Return the column type, whether it may be None, and the two directions."""
    inner, nullable = without_none(hint)
    while hasattr(inner, "__supertype__"):  # a NewType is stored as what it stands for
        inner = inner.__supertype__
    if inner is Secret:
        raise TypeError("a Secret is never stored")
    if isinstance(inner, type) and issubclass(inner, Enum):
        column, there, back = _enum_conversions(inner)
    elif inner in _SCALARS:
        column, there, back = _SCALARS[inner]
    else:
        column, there, back = _json_conversions(inner)
    if nullable:
        there, back = _optional(there), _optional(back)
    return column, nullable, there, back
