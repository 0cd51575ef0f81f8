"""
What a finder asks: conditions on searchable fields, a total order, a page.

A `Query` holds encoded scalars only. `compile_query` makes one out of what a caller
writes; `matches` and `order_key` say what it means, and are what a backend without
a query language of its own may use.
"""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Collection as Container
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

import attrs

from aicmo_core.kernel.errors import InvalidValue
from aicmo_core.kernel.values import Mismatch
from aicmo_core.storage.errors import QueryRefused
from aicmo_core.storage.rows import Key, Row, Scalar

if TYPE_CHECKING:
    from aicmo_core.storage.collection import Collection

T = TypeVar("T")


class Op(Enum):
    EQ = "="
    IN = "in"
    GE = ">="
    GT = ">"
    LE = "<="
    LT = "<"


@attrs.frozen
class Condition:
    """
    One test of one column.

    `EQ` and `IN` treat None as a value like any other. The four ranges never match
    None. `operand` is a scalar, or a tuple of scalars for `IN`.
    """

    column: str
    op: Op
    operand: Any


@attrs.frozen
class Order:
    """Order by one column: None first, then by value; text by code point; False before True."""

    column: str
    descending: bool = False


@attrs.frozen
class Query:
    """
    A compiled question to one collection.

    Attributes:
        where: Conditions that all hold.
        order_by: A total order: the key's columns are its last terms.
        limit: At most this many rows; None for all.
        after: The scalars of the order's columns, of a row that need not exist; only
            rows that come strictly later in the order are returned.
    """

    where: tuple[Condition, ...] = ()
    order_by: tuple[Order, ...] = ()
    limit: int | None = None
    after: tuple[Scalar, ...] | None = None


@attrs.frozen
class Range:
    """Bounds for a finder: `where={"created_at": Range(ge=monday, lt=tuesday)}`."""

    ge: Any = None
    gt: Any = None
    le: Any = None
    lt: Any = None


def _any_tuple(values: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(values)


@attrs.frozen
class OneOf:
    """A choice for a finder: `where={"state": OneOf([State.OPEN, State.LATE])}`."""

    values: tuple[Any, ...] = attrs.field(converter=_any_tuple)


Where: TypeAlias = Mapping[str, Any]
"""Field name to value, `Range` or `OneOf`; all must hold."""


@attrs.frozen
class Page(Sequence[T], Generic[T]):
    """
    One page of a finder's answer, and the cursor of the next one.

    Attributes:
        items: The items, in order.
        next: Pass it as `after` to get the following page; None when this is the last.
    """

    items: tuple[T, ...]
    next: str | None = None

    def __getitem__(self, index: Any) -> Any:
        return self.items[index]

    def __len__(self) -> int:
        return len(self.items)


def compile_query(
    collection: Collection[Any],
    where: Where | None = None,
    order_by: str | Sequence[str] = (),
    limit: int | None = None,
    after: str | None = None,
) -> Query:
    """
    Return the query that the arguments describe.

    Args:
        where: Tests on searchable fields.
        order_by: Field names, each with `-` before it for descending. The key is
            appended, in the direction of the last field, so the order is total.
        limit: At most so many; at least 1.
        after: A cursor that a page of the same finder gave.

    Raises:
        QueryRefused: A field is not searchable, a value is not of its type, the
            limit is not positive, or the cursor is not one of this order.
    """
    conditions = [
        condition
        for name, wanted in (where or {}).items()
        for condition in _conditions(collection, name, wanted)
    ]
    if limit is not None and (type(limit) is not int or limit < 1):
        raise QueryRefused(collection.name, f"limit must be 1 or more, found {limit!r}")
    orders = _orders(collection, (order_by,) if isinstance(order_by, str) else order_by)
    cursor = None if after is None else _read_cursor(collection, orders, after)
    return Query(tuple(conditions), orders, limit, cursor)


def _searchable(collection: Collection[Any], name: str) -> str:
    if name not in collection.searchable:
        known = ", ".join(sorted(collection.searchable))
        raise QueryRefused(collection.name, f"{name!r} is not indexed; searchable are {known}")
    return name


def _conditions(collection: Collection[Any], name: str, wanted: object) -> list[Condition]:
    _searchable(collection, name)

    def scalar(value: object) -> Scalar:
        if value is None:
            return None
        try:
            return collection.encode_field(name, value)
        except InvalidValue as error:
            raise QueryRefused(collection.name, str(error)) from error

    if isinstance(wanted, OneOf):
        return [Condition(name, Op.IN, tuple(scalar(v) for v in wanted.values))]
    if isinstance(wanted, Range):
        bounds = {Op.GE: wanted.ge, Op.GT: wanted.gt, Op.LE: wanted.le, Op.LT: wanted.lt}
        given = {op: bound for op, bound in bounds.items() if bound is not None}
        if not given:
            raise QueryRefused(collection.name, f"the range on {name!r} has no bound")
        return [Condition(name, op, scalar(bound)) for op, bound in given.items()]
    return [Condition(name, Op.EQ, scalar(wanted))]


def _orders(collection: Collection[Any], order_by: Sequence[str]) -> tuple[Order, ...]:
    orders: dict[str, Order] = {}
    for term in order_by:
        name = _searchable(collection, term.removeprefix("-"))
        orders.setdefault(name, Order(name, term.startswith("-")))
    descending = next(reversed(orders.values())).descending if orders else False
    for name in collection.key:
        orders.setdefault(name, Order(name, descending))
    return tuple(orders.values())


# -- what a query means ------------------------------------------------------------------


def sort_key(value: Scalar) -> bytes:
    """
    Return bytes that sort as the values do: None, then False, True; numbers; text.

    The values of one column sort among themselves on every store that orders bytes.
    No key is a prefix of another, so keys of several columns may be concatenated.
    """
    if value is None:
        return b"\x00"
    if isinstance(value, bool):
        return b"\x01\x01" if value else b"\x01\x00"
    if isinstance(value, int):
        return b"\x02" + struct.pack(">Q", value + 2**63)
    if isinstance(value, float):
        (bits,) = struct.unpack(">Q", struct.pack(">d", value))
        return b"\x02" + struct.pack(">Q", bits ^ (2**64 - 1 if bits >> 63 else 2**63))
    # UTF-8 keeps code-point order. NUL, which is no storable text, ends the value.
    return b"\x03" + value.encode() + b"\x00"


def values_by_column(collection: Collection[Any], row: Row) -> dict[str, Scalar]:
    """Return the row's scalars by column name."""
    return {c.name: v for c, v in zip(collection.columns, row.values, strict=True)}


def matches(conditions: Container[Condition], values: Mapping[str, Scalar]) -> bool:
    """Return whether a row with these column values meets all *conditions*."""
    return all(_holds(condition, values[condition.column]) for condition in conditions)


def _holds(condition: Condition, value: Scalar) -> bool:
    operand = condition.operand
    match condition.op:
        case Op.EQ:
            return bool(value == operand)
        case Op.IN:
            return value in operand
    if value is None:
        return False
    key, bound = sort_key(value), sort_key(operand)
    match condition.op:
        case Op.GE:
            return key >= bound
        case Op.GT:
            return key > bound
        case Op.LE:
            return key <= bound
        case _:
            return key < bound


def order_key(orders: Sequence[Order], values: Sequence[Scalar]) -> bytes:
    """Return bytes that sort rows, given by their ordered columns' values, as *orders* says."""
    return b"".join(
        bytes(255 - b for b in sort_key(value)) if order.descending else sort_key(value)
        for order, value in zip(orders, values, strict=True)
    )


# -- cursors -------------------------------------------------------------------------------


def cursor_of(orders: Sequence[Order], values: Mapping[str, Scalar]) -> str:
    """Return the opaque cursor of a row: its place in the order, as text."""
    place = [[o.column, o.descending, values[o.column]] for o in orders]
    text = json.dumps(place, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_cursor(
    collection: Collection[Any], orders: Sequence[Order], cursor: str
) -> tuple[Scalar, ...]:
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        place = json.loads(raw)
        columns = [(name, descending) for name, descending, _ in place]
        values = tuple(value for _, _, value in place)
    except (ValueError, TypeError):
        raise QueryRefused(collection.name, f"{cursor!r} is not a cursor") from None
    if columns != [(o.column, o.descending) for o in orders]:
        raise QueryRefused(collection.name, "the cursor is of a finder with another order")
    types = {c.name: c for c in collection.columns}
    try:
        return tuple(
            types[order.column].check(value) for order, value in zip(orders, values, strict=True)
        )
    except Mismatch:  # whoever made it up did not read our columns
        raise QueryRefused(collection.name, f"{cursor!r} is not a cursor") from None


def key_columns(collection: Collection[Any], key: Key) -> dict[str, Scalar]:
    """Return the key's scalars by column name."""
    return dict(zip(collection.key, key, strict=True))
