"""A collection is declared once, and what cannot be stored is refused by name."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import pytest
from attrs import field, frozen

from aicmo_core.kernel import InvalidValue
from aicmo_core.storage import (
    INDEX_BYTES,
    Collection,
    Column,
    ColumnType,
    DeclarationError,
    Row,
)


class Mixed(Enum):
    TEXT = "a"
    NUMBER = 1


@frozen
class Line:
    label: str
    price: Decimal | None = None


@frozen
class Order:
    order_id: str
    number: int = 0
    total: Decimal = Decimal(0)
    due: datetime | None = None
    note: str | None = None
    lines: list[Line] = field(factory=list)
    tags: list[str] = field(factory=list)
    extra: Any = None
    _secret: str = ""


ORDERS = Collection(
    "orders",
    Order,
    key="order_id",
    unique=(("note", "number"),),
    indexes=("due",),
    children={"lines": "order_lines"},
)


class NotAttrs:
    pass


@frozen
class Odd:
    odd_id: str
    mixed: Mixed = Mixed.TEXT
    maybe_key: str | None = None
    ratio: float = 0.0
    amount: Decimal = Decimal(0)
    tags: list[str] = field(factory=list)
    words: str = ""


@frozen
class Plain:
    plain_id: str
    maybe_key: str | None = None
    ratio: float = 0.0
    amount: Decimal | None = None
    tags: list[str] = field(factory=list)


@pytest.mark.parametrize(
    ("declare", "reason"),
    [
        (lambda: Collection("x", NotAttrs, key="id"), "NotAttrs is not an attrs class"),
        (lambda: Collection("x", Plain, key="id"), "Plain has no field 'id'"),
        (
            lambda: Collection("x", Plain, key="plain_id", indexes=("nope",)),
            "Plain has no field 'nope'",
        ),
        (
            lambda: Collection("x", Plain, key="plain_id", unique=(("plain_id", "nope"),)),
            "Plain has no field 'nope'",
        ),
        (
            lambda: Collection("x", Plain, key="plain_id", children={"nope": "y"}),
            "Plain has no field 'nope'",
        ),
        (lambda: Collection("x", Plain, key=()), "a key needs at least one field"),
        (
            lambda: Collection("x", Plain, key="maybe_key"),
            "key field 'maybe_key' must be text or int, and never None",
        ),
        (
            lambda: Collection("x", Plain, key="ratio"),
            "key field 'ratio' must be text or int, and never None",
        ),
        (
            lambda: Collection("x", Plain, key="plain_id", indexes=("amount",)),
            "'amount' has no order that every backend keeps",
        ),
        (
            lambda: Collection("x", Plain, key="plain_id", indexes=("tags",)),
            "'tags' has no order that every backend keeps",
        ),
        (
            lambda: Collection("x", Plain, key="plain_id", children={"tags": "x_tags"}),
            "child 'tags' must be a list or tuple of an attrs class",
        ),
        (
            lambda: Collection(
                "x", Order, key="order_id", indexes=("lines",), children={"lines": "y"}
            ),
            "'lines' cannot be a child table and searchable at once",
        ),
        (
            lambda: Collection("x", Plain, key="plain_id", optimistic=("ratio",)),
            "optimistic ('ratio',) is not among the unique groups",
        ),
        (
            lambda: Collection("x", Odd, key="odd_id"),
            "mixed: the values of an enum must be all text or all int",
        ),
    ],
)
def test_wrong_declaration_is_refused_with_its_reason(
    declare: Callable[[], Collection[Any]], reason: str
) -> None:
    """What no backend could store is met at first use, and named."""
    with pytest.raises(DeclarationError) as refused:
        _ = declare().columns

    assert str(refused.value) == f"collection 'x': {reason}"


def test_declaring_reads_nothing() -> None:
    """A module is imported without its annotations being resolved; errors come at first use."""
    wrong = Collection("x", NotAttrs, key="id")

    assert repr(wrong) == "<Collection x>"


def test_fields_become_columns_in_order() -> None:
    """Scalars have a type of their own, everything else is JSON, child lists are tables."""
    assert ORDERS.columns == (
        Column("order_id", ColumnType.TEXT, nullable=False, indexed=True),
        Column("number", ColumnType.INTEGER, nullable=False, indexed=True),
        Column("total", ColumnType.TEXT, nullable=False),
        Column("due", ColumnType.TEXT, nullable=True, indexed=True),
        Column("note", ColumnType.TEXT, nullable=True, indexed=True),
        Column("tags", ColumnType.JSON, nullable=False),
        Column("extra", ColumnType.JSON, nullable=False),
        Column("_secret", ColumnType.TEXT, nullable=False),
    )
    [lines] = ORDERS.child_tables
    assert (lines.field, lines.table) == ("lines", "order_lines")
    assert [column.name for column in lines.columns] == ["label", "price"]
    assert ORDERS.searchable == {"order_id", "number", "note", "due"}


def test_item_is_encoded_as_scalars_and_decoded_equal() -> None:
    """A row holds what a database can; decoding gives the item again."""
    order = Order(
        "o1",
        2,
        Decimal("1.50"),
        datetime(2026, 3, 2, 9, tzinfo=UTC),
        None,
        [Line("a", Decimal("0.10")), Line("b")],
        ["x"],
        {"k": [None]},
        "hidden",
    )

    row = ORDERS.encode(order, "t1")

    assert row == Row(
        ("o1",),
        "t1",
        ("o1", 2, "1.50", "2026-03-02T09:00:00.000000Z", None, '["x"]', '{"k":[null]}', "hidden"),
        ((("a", "0.10"), ("b", None)),),
    )
    assert ORDERS.decode(row) == order
    assert ORDERS.key_of(order) == row.key


@pytest.mark.parametrize(
    ("order", "problem"),
    [
        (Order(5), "$.order_id: expected text, found int 5"),  # type: ignore[arg-type]
        (Order("a", True), "$.number: expected an int, found True"),
        (Order("a", total=Decimal("NaN")), "$.total: expected a finite Decimal"),
        (Order("a", lines=[Line("a"), Line("\0")]), "$.lines[1].label: expected text without NUL"),
        (Order("a", extra={"b": [object()]}), "$.extra['b'][0]: expected plain data"),
        (Order("a", tags=["ok", 3]), "$.tags[1]: expected text, found int 3"),  # type: ignore[list-item]
    ],
)
def test_value_that_may_not_be_stored_is_named_by_path(order: Order, problem: str) -> None:
    """Nothing that would come back different reaches a backend."""
    with pytest.raises(InvalidValue) as refused:
        ORDERS.encode(order, "t")

    [found] = refused.value.problems
    assert str(found).startswith(problem)


def test_several_problems_are_listed() -> None:
    """One look shows everything that is wrong with an item."""
    with pytest.raises(InvalidValue) as refused:
        ORDERS.encode(Order("\0", "x", Decimal("NaN")), "t")  # type: ignore[arg-type]

    assert [p.path for p in refused.value.problems] == ["$.order_id", "$.number", "$.total"]


def test_item_of_another_class_is_refused() -> None:
    """A collection holds one type, not what looks like it."""
    with pytest.raises(InvalidValue, match="expected a Order, found Line"):
        ORDERS.encode(Line("a"), "t")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("order", "where"),
    [
        (Order("é" * (INDEX_BYTES // 2) + "x"), "$.order_id"),
        (Order("a", note="x" * (INDEX_BYTES + 1)), "$.note,number"),
    ],
)
def test_indexed_text_has_a_limit_in_bytes(order: Order, where: str) -> None:
    """Index rows have a limit, so the text of a key or constraint has one, in UTF-8."""
    with pytest.raises(InvalidValue) as refused:
        ORDERS.encode(order, "t")

    [problem] = refused.value.problems
    expected = f"expected at most {INDEX_BYTES} bytes in all, found {INDEX_BYTES + 1}"
    assert (problem.path, problem.message) == (where, expected)


def test_indexed_text_of_exactly_the_limit_is_stored() -> None:
    """The limit itself is allowed, and text that is not indexed has none."""
    order = Order("é" * (INDEX_BYTES // 2), extra="x" * 10_000)

    assert ORDERS.decode(ORDERS.encode(order, "t")) == order


@pytest.mark.parametrize("key", [None, 5, ("a", "b"), (), "\0", "x" * (INDEX_BYTES + 1)])
def test_wrong_key_is_refused(key: object) -> None:
    """A key has the declared type, number of parts, and length."""
    with pytest.raises(InvalidValue):
        ORDERS.encode_key(key)


@pytest.mark.parametrize(
    "values",
    [
        ("o1", "2", "1.50", None, None, "[]", "null", ""),
        ("o1", 2, "abc", None, None, "[]", "null", ""),
        ("o1", 2, "1.50", "yesterday", None, "[]", "null", ""),
        ("o1", 2, "1.50", None, None, "[1]", "null", ""),
        ("o1", 2, "1.50", None, None, "not json", "null", ""),
        ("o1", 2, "1.50", None),
    ],
)
def test_row_changed_by_hand_is_refused(values: tuple[Any, ...]) -> None:
    """What no encode has written is met with an error, never with a guess."""
    with pytest.raises(InvalidValue):
        ORDERS.decode(Row(("o1",), "t", values, ((),)))
