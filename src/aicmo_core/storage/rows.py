"""
What crosses the storage port: encoded rows, and the changes to them.

These are named tuples rather than attrs classes because one of each is made per
row on the hot path, and a driver takes their tuples as parameters unchanged.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from aicmo_core.storage.collection import Collection

Scalar: TypeAlias = str | int | float | bool | None
"""What a column of an encoded row may hold."""

Key: TypeAlias = tuple[Any, ...]
"""The scalars of a row's key fields, in their declared order."""

Token: TypeAlias = str
"""Names one content of one row; drawn once, never given to another content."""


class Row(NamedTuple):
    """
    One aggregate, encoded.

    Attributes:
        key: The scalars of the key fields.
        token: The version token of this content.
        values: One scalar per column of the collection, in column order, key included.
        children: Per child table, in declared order, a list of rows in list order.
    """

    key: Key
    token: Token
    values: tuple[Scalar, ...]
    children: tuple[tuple[tuple[Scalar, ...], ...], ...] = ()


class Insert(NamedTuple):
    """Write a row that must not be there."""

    collection: "Collection[Any]"
    row: Row

    @property
    def key(self) -> Key:
        return self.row.key


class Replace(NamedTuple):
    """Write *row* over the row whose token is *expected*, children included."""

    collection: "Collection[Any]"
    row: Row
    expected: Token

    @property
    def key(self) -> Key:
        return self.row.key


class Remove(NamedTuple):
    """Delete the row whose token is *expected*, children included."""

    collection: "Collection[Any]"
    key: Key
    expected: Token


class Require(NamedTuple):
    """Assert that the row still has the token *expected*, and lock it for the commit."""

    collection: "Collection[Any]"
    key: Key
    expected: Token


Change: TypeAlias = Insert | Replace | Remove | Require
Batch: TypeAlias = Sequence[Change]
