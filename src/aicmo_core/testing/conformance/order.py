"""One order and one meaning of a search, on every backend."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from aicmo_core.storage import Backend, OneOf, Query, Range, Row, compile_query
from aicmo_core.storage.query import matches, order_key, values_by_column
from aicmo_core.testing.conformance import levels
from aicmo_core.testing.conformance.base import (
    Conformance,
    clear,
    examples,
    find,
    remove,
    replace,
    save,
)
from aicmo_core.testing.samples import CARDS, SHEETS, TICKETS, Card, Colour, Level, Sheet, Ticket

ASCENDING: dict[str, list[Any]] = {
    "title": [
        None,
        "",
        "\t",
        " ",
        "  ",
        "0",
        "10",
        "9",
        "A",
        "Z",
        "Zebra",
        "a",
        "a ",
        "a b",
        "ab",
        "b",
        "e\u0301",
        "z",
        "ß",
        "é",
        "ı",
        "я",
        "\uff21",
        "\uffff",
        "\U0001f600",
    ],
    "size": [None, -(2**63), -10, -9, -1, 0, 1, 2, 9, 10, 2**53, 2**53 + 1, 2**63 - 1],
    "weight": [None, -1e308, -1.5, -1.0, -5e-324, 0.0, 5e-324, 0.1, 0.5, 1.0, 2.0, 10.0, 1e308],
    "done": [None, False, True],
    "due": [
        None,
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(999, 12, 31, tzinfo=UTC),
        datetime(1969, 12, 31, tzinfo=UTC),
        datetime(2024, 1, 1, tzinfo=UTC),
        datetime(2024, 1, 1, 0, 0, 0, 1, tzinfo=UTC),
        datetime(2024, 1, 1, 0, 0, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    ],
    "day": [None, date(1, 1, 1), date(999, 12, 31), date(2024, 2, 29), date(9999, 12, 31)],
    "span": [None, timedelta(days=-1), -timedelta.resolution, timedelta(), timedelta(days=9)],
    "colour": [None, Colour.GREEN, Colour.BLUE, Colour.RED],
    "level": [None, Level.LOW, Level.MIDDLE, Level.HIGH],
}


def _cards(field: str) -> list[Card]:
    """Return cards in the order of *field*, under ids that sort the other way round."""
    values = ASCENDING[field]
    return [
        evolve(Card(card_id=f"{len(values) - n:03}"), **{field: value})
        for n, value in enumerate(values)
    ]


def _shelves() -> list[Card]:
    cards = []
    for n, (shelf, size, done) in enumerate(
        (shelf, size, done)
        for shelf in ("b", "", "a", "B")
        for size in (2, None, -1)
        for done in (True, None, False)
    ):
        cards.append(Card(card_id=f"{n * 7 % 36:02}", shelf=shelf, size=size, done=done))
    return cards


ORDERS = [
    ("shelf", "size"),
    ("-shelf", "-size"),
    ("-shelf", "size"),
    ("shelf", "-size", "done"),
    ("-done", "size", "-shelf"),
    ("done",),
    ("-done",),
    ("-card_id",),
    (),
]

SEARCHES: list[dict[str, Any]] = [
    {},
    {"shelf": "a"},
    {"shelf": "nowhere"},
    {"shelf": "a", "size": 2},
    {"shelf": "a", "size": None},
    {"size": None},
    {"done": False},
    {"done": None, "size": 2},
    {"shelf": OneOf(["a", "B", "zzz"])},
    {"size": OneOf([None, 2])},
    {"size": OneOf([])},
    {"size": OneOf([2, 2, None, 2])},
    {"shelf": OneOf(["", "b"]), "size": OneOf([-1, None]), "done": OneOf([True, None])},
    {"size": Range(ge=-1)},
    {"size": Range(gt=-1)},
    {"size": Range(le=-1)},
    {"size": Range(lt=-1)},
    {"size": Range(lt=2, gt=-1)},
    {"size": Range(ge=-1, le=2), "shelf": "b"},
    {"size": Range(ge=3)},
    {"done": Range(lt=True)},
    {"shelf": Range(gt="a")},
    {"shelf": Range(le="a"), "done": OneOf([None, False])},
    {"card_id": Range(ge="05", lt="11")},
]

_titles = st.none() | st.sampled_from(["", "a", "A", "a ", "é", "e\u0301", "😀", "\uffff"])
_shelves_named = st.sampled_from(["", "a", "b", "zzz"])
_sizes = st.none() | st.integers(-2, 2)
_dones = st.none() | st.booleans()


def _either(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    bounds = values.filter(lambda v: v is not None)
    return (
        values
        | st.lists(values, max_size=3).map(OneOf)
        | st.builds(lambda v: Range(ge=v), bounds)
        | st.builds(lambda v: Range(gt=v), bounds)
        | st.builds(lambda v, w: Range(le=v, gt=w), bounds, bounds)
        | st.builds(lambda v: Range(lt=v), bounds)
    )


_where = st.fixed_dictionaries(
    {},
    optional={
        "shelf": _either(_shelves_named),
        "title": _either(_titles),
        "size": _either(_sizes),
        "done": _either(_dones),
    },
)
_terms = st.lists(
    st.sampled_from(["title", "-title", "size", "-size", "done", "-done", "card_id", "-card_id"]),
    max_size=3,
)


def expected(rows: list[Row], query: Query) -> list[Row]:
    """Return what the query means, spelled out."""

    def place(row: Row) -> bytes:
        values = values_by_column(CARDS, row)
        return order_key(query.order_by, [values[o.column] for o in query.order_by])

    found = [row for row in rows if matches(query.where, values_by_column(CARDS, row))]
    found.sort(key=place)
    if query.after is not None:
        cursor = order_key(query.order_by, query.after)
        found = [row for row in found if place(row) > cursor]
    return found[: query.limit]


@levels.cases_of(levels.Level.ATOMIC)
class OrderConformance(Conformance):
    """Conditions and order."""

    def test_values_are_ordered_none_first(self, backend: Backend) -> None:
        """None, then numbers by size, text by code point, False before True, times by time."""
        for field, values in ASCENDING.items():
            cards = _cards(field)
            save(backend, CARDS, *cards)
            found = find(backend, CARDS, order_by=field)
            assert [getattr(card, field) for card in found] == values
            assert found == cards
            clear(backend, CARDS)

    def test_descending_order_is_the_reverse(self, backend: Backend) -> None:
        """Descending, None is last."""
        for field in ASCENDING:
            cards = _cards(field)
            save(backend, CARDS, *cards)
            assert find(backend, CARDS, order_by=f"-{field}") == cards[::-1]
            clear(backend, CARDS)

    def test_each_value_is_found_by_equality(self, backend: Backend) -> None:
        """Equality finds exactly the value, None like any other."""
        for field in ASCENDING:
            cards = _cards(field)
            save(backend, CARDS, *cards)
            for card in cards:
                where = {field: getattr(card, field)}
                assert find(backend, CARDS, where=where) == [card]
                assert backend.count(CARDS, compile_query(CARDS, where).where) == 1
            clear(backend, CARDS)

    def test_ranges_split_the_order_at_every_value(self, backend: Backend) -> None:
        """A bound parts the values as the order does, and None is in no range."""
        for field in ASCENDING:
            cards = _cards(field)
            save(backend, CARDS, *cards)
            for n, card in enumerate(cards):
                value = getattr(card, field)
                if value is None:
                    continue
                for bound, part in [
                    (Range(ge=value), cards[n:]),
                    (Range(gt=value), cards[n + 1 :]),
                    (Range(le=value), cards[1 : n + 1]),
                    (Range(lt=value), cards[1:n]),
                ]:
                    found = find(backend, CARDS, where={field: bound}, order_by=field)
                    assert found == part, bound
            clear(backend, CARDS)

    def test_mixed_directions_with_ties_are_a_total_order(self, backend: Backend) -> None:
        """Each field has its direction; the key decides ties, in the last field's direction."""
        rows = save(backend, CARDS, *_shelves())

        for order_by in ORDERS:
            query = compile_query(CARDS, order_by=order_by)
            found = backend.find(CARDS, query)
            assert [r.key for r in found] == [r.key for r in expected(rows, query)], order_by

    def test_conditions_hold_together(self, backend: Backend) -> None:
        """What is found meets all conditions, nothing else is left out, and count agrees."""
        rows = save(backend, CARDS, *_shelves())

        for where in SEARCHES:
            query = compile_query(CARDS, where, order_by=("shelf", "-size"))
            found = backend.find(CARDS, query)
            assert [r.key for r in found] == [r.key for r in expected(rows, query)], where
            assert backend.count(CARDS, query.where) == len(found), where

    def test_any_search_means_what_the_port_says(self, backend: Backend) -> None:
        """Conditions, order, limit and cursor together give what their definition gives."""
        cards = [
            Card(card_id=f"{n:02}", shelf=("", "a", "b")[n % 3], title=title, size=size, done=done)
            for n, (title, size, done) in enumerate(
                [
                    ("a", 1, True),
                    ("A", 1, None),
                    ("a ", -2, False),
                    (None, None, None),
                    (None, 0, True),
                    ("é", 2, False),
                    ("e\u0301", 2, True),
                    ("😀", None, True),
                    ("\uffff", None, False),
                    ("", 0, None),
                    ("a", 1, True),
                    ("a", 0, False),
                ]
            )
        ]
        rows = save(backend, CARDS, *cards)

        @examples(200)
        @given(_where, _terms, st.none() | st.integers(1, 4), st.none() | st.integers(0, 11))
        def holds(where: Any, order_by: Any, limit: int | None, at: int | None) -> None:
            query = compile_query(CARDS, where, order_by, limit)
            if at is not None:
                values = values_by_column(CARDS, rows[at])
                query = evolve(query, after=tuple(values[o.column] for o in query.order_by))
            assert backend.find(CARDS, query) == expected(rows, query)
            found = backend.find(CARDS, evolve(query, limit=None, after=None))
            assert backend.count(CARDS, query.where) == len(found)

        holds()

    def test_keys_of_several_fields_order_field_by_field(self, backend: Backend) -> None:
        """The first field of the key counts first, and numbers count as numbers."""
        keys = [("A", 10), ("a", -1), ("a", 2), ("a", 10), ("a ", 0)]
        save(backend, SHEETS, *(Sheet(*key) for key in reversed(keys)))

        assert [(s.book, s.number) for s in find(backend, SHEETS)] == keys
        backwards = find(backend, SHEETS, order_by=("book", "-number"))
        assert [(s.book, s.number) for s in backwards] == [keys[i] for i in (0, 3, 2, 1, 4)]

    def test_number_keys_order_as_numbers(self, backend: Backend) -> None:
        """9 comes before 10, and negative numbers before zero."""
        numbers = [-(2**63), -2, -1, 0, 9, 10, 100, 2**63 - 1]
        save(backend, TICKETS, *(Ticket(n) for n in reversed(numbers)))

        assert [t.number for t in find(backend, TICKETS)] == numbers
        assert [t.number for t in find(backend, TICKETS, order_by="-number")] == numbers[::-1]

    def test_search_sees_changes_and_removals(self, backend: Backend) -> None:
        """A finder tells of the rows as they are, not as they were when first searched."""
        one, two = save(backend, CARDS, Card(card_id="1", size=1), Card(card_id="2", size=2))
        assert len(find(backend, CARDS, where={"size": 1})) == 1

        moved = Card(card_id="1", size=3)
        backend.commit([replace(CARDS, moved, one), remove(CARDS, two)])

        assert find(backend, CARDS, where={"size": 1}) == []
        assert find(backend, CARDS, where={"size": 2}) == []
        assert find(backend, CARDS, order_by="size") == [moved]
        assert backend.count(CARDS) == 1

    def test_empty_collection_gives_nothing(self, backend: Backend) -> None:
        """Nothing stored, nothing found, none counted."""
        assert find(backend, CARDS) == []
        assert backend.count(CARDS) == 0
