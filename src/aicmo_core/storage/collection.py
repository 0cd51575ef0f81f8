"""
A collection: one aggregate, declared once, stored by every backend.

The declaration is read when the module is imported; the codec is built when the
collection is first used, so that importing a module costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Generic, TypeVar

import attrs

from aicmo_core.storage.codec import Codec
from aicmo_core.storage.columns import ChildTable, Column
from aicmo_core.storage.errors import DeclarationError
from aicmo_core.storage.rows import Key, Row, Scalar, Token

T = TypeVar("T")


def _fields(names: str | Iterable[str]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


def _groups(groups: Iterable[str | Iterable[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(_fields(group) for group in groups)


@attrs.frozen(eq=False, slots=False)  # with slots, a cached property slows every attribute
class Collection(Generic[T]):
    """
    An aggregate type and how it is stored.

    Args:
        name: The table's name; unique in an application, prefixed by its module.
        item: An attrs class. Its fields become columns: scalars of their own type,
            everything else as JSON.
        key: The field, or fields, that identify an item. Text or int.
        unique: Groups of fields of which no two items have the same values.
            None never equals None here, as in SQL.
        indexes: Fields, or groups of fields, to find and order by.
        children: List fields that are tables of their own, by table name.
        optimistic: Unique groups whose collision means that the step read too early
            (a version counted up): the step is run again instead of failing.
        subject: The searchable field with the id of whom an item is about; by it items are
            found when that person's data is erased.
        redact: Makes of an item what may stay when its subject is erased: of the same key,
            with another subject. Without it, the item is removed.
        fence: A conflict on this collection orders writers; see `ConflictKind.FENCE`.

    Raises:
        DeclarationError: At first use, naming what cannot be stored.
    """

    name: str
    item: type[T]
    key: tuple[str, ...] = attrs.field(converter=_fields)
    unique: tuple[tuple[str, ...], ...] = attrs.field(default=(), converter=_groups)
    indexes: tuple[tuple[str, ...], ...] = attrs.field(default=(), converter=_groups)
    children: Mapping[str, str] = attrs.field(factory=dict)
    optimistic: tuple[tuple[str, ...], ...] = attrs.field(default=(), converter=_groups)
    fence: bool = False
    subject: str | None = None
    redact: Callable[[T], T] | None = None

    def __repr__(self) -> str:
        return f"<Collection {self.name}>"

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns in field order, child lists left out."""
        return self._codec.columns

    @property
    def child_tables(self) -> tuple[ChildTable, ...]:
        """The child tables in field order."""
        return self._codec.child_tables

    @property
    def searchable(self) -> frozenset[str]:
        """The fields that a finder may name."""
        return self._codec.searchable

    @cached_property
    def _codec(self) -> Codec:
        codec = Codec(self)
        if self.subject is not None and self.subject not in codec.searchable:
            raise DeclarationError(self.name, f"its subject {self.subject!r} is not indexed")
        return codec

    def key_of(self, item: T) -> Key:
        """Return the encoded key of *item*."""
        return self._codec.key_of(item)

    def encode_key(self, key: object) -> Key:
        """
        Return the encoded form of *key*: a scalar, or a tuple for a key of several fields.

        Raises:
            InvalidValue: It is not a key of this collection.
        """
        return self._codec.encode_key(key)

    def encode_field(self, name: str, value: object) -> Scalar:
        """
        Return the scalar that stands for *value* in column *name*.

        Raises:
            InvalidValue: The value is not of the field's type.
        """
        return self._codec.encode_field(name, value)

    def encode(self, item: T, token: Token) -> Row:
        """
        Return *item* as a row.

        Raises:
            InvalidValue: A value in it may not be stored; the path names it.
        """
        return self._codec.encode(item, token)

    def decode(self, row: Row) -> T:
        """
        Return the item that was encoded as *row*, equal to it in every field.

        Raises:
            InvalidValue: The row is not one of this collection, as after a manual change.
        """
        item: T = self._codec.decode(row)
        return item
