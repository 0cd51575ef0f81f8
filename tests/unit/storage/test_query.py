"""What a finder may ask, and what order means."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from attrs import frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from aicmo_core.storage import (
    Collection,
    Condition,
    OneOf,
    Op,
    Order,
    Page,
    Query,
    QueryRefused,
    Range,
    compile_query,
    sort_key,
)
from aicmo_core.storage.query import cursor_of, order_key, values_by_column


@frozen
class Task:
    task_id: str
    rank: int | None = None
    weight: float | None = None
    done: bool = False
    due: datetime | None = None
    title: str | None = None


TASKS = Collection(
    "tasks",
    Task,
    key="task_id",
    indexes=("rank", "weight", "done", "due", ("title", "rank")),
)

text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
ints = st.integers(-(2**63), 2**63 - 1)
floats = st.floats(allow_nan=False, allow_infinity=False).map(lambda f: f + 0.0)


@settings(deadline=None)
@given(text | st.none(), text | st.none())
def test_texts_sort_by_code_point(one: str | None, other: str | None) -> None:
    """None first; then as Python compares text, which is by code point."""
    wanted = (one is not None, one or "") < (other is not None, other or "")

    assert (sort_key(one) < sort_key(other)) is wanted


@settings(deadline=None)
@given(ints, ints)
def test_ints_sort_by_size(one: int, other: int) -> None:
    """To the limits of 64 bits."""
    assert (sort_key(one) < sort_key(other)) is (one < other)
    assert sort_key(None) < sort_key(one)


@settings(deadline=None)
@given(floats, floats)
def test_floats_sort_by_size(one: float, other: float) -> None:
    """Subnormal, negative and huge numbers alike."""
    assert (sort_key(one) < sort_key(other)) is (one < other)
    assert sort_key(None) < sort_key(one)


def test_false_sorts_before_true_and_after_none() -> None:
    """As if they were 0 and 1."""
    assert sort_key(None) < sort_key(False) < sort_key(True)


@settings(deadline=None)
@given(st.lists(st.tuples(text | st.none(), ints | st.none()), max_size=8), st.booleans())
def test_keys_of_several_columns_sort_column_by_column(
    rows: list[tuple[str | None, int | None]], descending: bool
) -> None:
    """No key is a prefix of another, so concatenated they sort as tuples do."""
    orders = (Order("title", descending), Order("rank"))

    by_key = sorted(rows, key=lambda row: order_key(orders, row))

    def rank(row: tuple[str | None, int | None]) -> Any:
        return (row[1] is not None, row[1] or 0)

    def title(row: tuple[str | None, int | None]) -> Any:
        return (row[0] is not None, row[0] or "")

    by_column = sorted(sorted(rows, key=rank), key=title, reverse=descending)
    assert by_key == by_column


@settings(deadline=None)
@given(text, text)
def test_no_sort_key_is_a_prefix_of_another(one: str, other: str) -> None:
    """What makes concatenation safe."""
    if one != other:
        assert not sort_key(one).startswith(sort_key(other))


def test_arguments_become_conditions_on_scalars() -> None:
    """Values are encoded as their columns are; a range is one condition per bound."""
    day = datetime(2026, 3, 2, tzinfo=UTC)

    query = compile_query(
        TASKS,
        {"due": Range(ge=day, lt=day), "rank": OneOf([1, None]), "title": None},
        order_by=("-due", "rank"),
        limit=5,
    )

    moment = "2026-03-02T00:00:00.000000Z"
    assert query == Query(
        (
            Condition("due", Op.GE, moment),
            Condition("due", Op.LT, moment),
            Condition("rank", Op.IN, (1, None)),
            Condition("title", Op.EQ, None),
        ),
        (Order("due", descending=True), Order("rank"), Order("task_id")),
        5,
    )


@pytest.mark.parametrize(
    ("order_by", "expected"),
    [
        ((), [("task_id", False)]),
        ("rank", [("rank", False), ("task_id", False)]),
        ("-rank", [("rank", True), ("task_id", True)]),
        (("-rank", "due"), [("rank", True), ("due", False), ("task_id", False)]),
        (("-task_id",), [("task_id", True)]),
        (("rank", "-rank"), [("rank", False), ("task_id", False)]),
    ],
)
def test_key_ends_every_order(order_by: Any, expected: list[tuple[str, bool]]) -> None:
    """The key decides ties, in the direction of the last field: the order is total."""
    query = compile_query(TASKS, order_by=order_by)

    assert [(order.column, order.descending) for order in query.order_by] == expected


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"where": {"nope": 1}}, "'nope' is not indexed; searchable are "),
        ({"order_by": "-nope"}, "'nope' is not indexed; searchable are "),
        ({"where": {"rank": "1"}}, "tasks is not valid: $.rank: expected an int, found str '1'"),
        ({"where": {"done": 1}}, "tasks is not valid: $.done: expected true or false, found int 1"),
        ({"where": {"rank": OneOf([1, "x"])}}, "tasks is not valid: $.rank: expected an int"),
        ({"where": {"rank": Range()}}, "the range on 'rank' has no bound"),
        ({"where": {"rank": Range(gt=True)}}, "tasks is not valid: $.rank: expected an int"),
        (
            {"where": {"due": datetime(2026, 1, 1)}},  # noqa: DTZ001
            "tasks is not valid: $.due: expected a datetime with a time zone",
        ),
        ({"limit": 0}, "limit must be 1 or more, found 0"),
        ({"limit": True}, "limit must be 1 or more, found True"),
        ({"limit": 1.5}, "limit must be 1 or more, found 1.5"),
    ],
)
def test_question_that_cannot_be_answered_is_refused(
    arguments: dict[str, Any], reason: str
) -> None:
    """The field, the value and what is possible are named."""
    with pytest.raises(QueryRefused) as refused:
        compile_query(TASKS, **arguments)

    assert str(refused.value).startswith(f"cannot search 'tasks': {reason}")


@settings(deadline=None)
@given(text, ints | st.none(), floats | st.none(), st.booleans())
def test_cursor_holds_the_place_of_any_row(
    key: str, rank: int | None, weight: float | None, done: bool
) -> None:
    """Made from a row and read again, it gives the row's values in the order's columns."""
    order_by = ("-rank", "weight", "done")
    query = compile_query(TASKS, order_by=order_by)
    row = TASKS.encode(Task(key, rank, weight, done), "t")

    cursor = cursor_of(query.order_by, values_by_column(TASKS, row))

    again = compile_query(TASKS, order_by=order_by, after=cursor)
    assert again.after == (rank, weight, done, key)
    assert cursor.isascii()
    assert "=" not in cursor


def _cursor(place: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "a",
        "€",
        "not a cursor!",
        _cursor(None),
        _cursor([]),
        _cursor({"rank": 1}),
        _cursor([1, 2]),
        _cursor([["rank", False, "1"], ["task_id", False, "a"]]),
        _cursor([["rank", False, True], ["task_id", False, "a"]]),
        _cursor([["rank", False, 2**63], ["task_id", False, "a"]]),
        _cursor([["rank", False, 1], ["task_id", False, None]]),
        _cursor([["rank", False, 1], ["task_id", False, 5]]),
        _cursor([["rank", False, 1], ["task_id", False, ["a"]]]),
        _cursor([["rank", False, 1], ["task_id", False, "\ud800"]]),
        _cursor([["rank", False, 1], ["task_id", False, "\0"]]),
        _cursor([["rank", True, 1], ["task_id", False, "a"]]),
        _cursor([["rank", False, 1]]),
    ],
)
def test_made_up_cursor_is_refused(cursor: str) -> None:
    """A cursor comes back from outside: nothing in it reaches a backend unchecked."""
    with pytest.raises(QueryRefused, match="cursor"):
        compile_query(TASKS, order_by="rank", after=cursor)


def test_cursor_of_another_order_is_refused() -> None:
    """It names a place in one order, and in no other."""
    first = compile_query(TASKS, order_by="rank")
    cursor = cursor_of(first.order_by, {"rank": 1, "task_id": "a"})

    with pytest.raises(QueryRefused, match="of a finder with another order"):
        compile_query(TASKS, order_by="-rank", after=cursor)


def test_page_is_a_sequence_of_its_items() -> None:
    """It can be counted, indexed and walked, and knows where the next one begins."""
    page = Page(("a", "b"), "cursor")

    assert (len(page), page[0], list(page), page.next) == (2, "a", ["a", "b"], "cursor")
    assert not Page(())
