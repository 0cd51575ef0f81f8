"""Page by page, a finder gives the whole list exactly once."""

from __future__ import annotations

from collections.abc import Callable

from attrs import evolve

from aicmo_core.storage import Backend, Query, Row, compile_query
from aicmo_core.storage.query import cursor_of, values_by_column
from aicmo_core.testing.conformance.base import Conformance, remove, replace, save
from aicmo_core.testing.conformance.levels import Level, cases_of
from aicmo_core.testing.samples import CARDS, Card

ORDERS = [("shelf",), ("-shelf",), ("shelf", "-size"), ("-size", "shelf"), ("-done", "size"), ()]


def _cards() -> list[Card]:
    """Return cards with many ties, None among them."""
    return [
        Card(
            card_id=f"{n * 5 % 13:02}",
            shelf="aAb"[n % 3],
            size=(None, 1, 1, -1)[n % 4],
            done=(None, True, False, True, None)[n % 5],
        )
        for n in range(13)
    ]


def _next(query: Query, row: Row) -> Query:
    cursor = cursor_of(query.order_by, values_by_column(CARDS, row))
    terms = [("-" if o.descending else "") + o.column for o in query.order_by]
    return evolve(compile_query(CARDS, order_by=terms, limit=query.limit, after=cursor))


def _pages(
    backend: Backend, query: Query, between: Callable[[list[Row]], None] = lambda seen: None
) -> list[Row]:
    seen: list[Row] = []
    for _ in range(50):
        page = backend.find(CARDS, query)
        seen += page
        if not page:
            return seen
        assert query.limit is not None
        assert len(page) <= query.limit
        query = _next(query, page[-1])
        between(seen)
    raise AssertionError(f"the pages do not end: {[row.key for row in seen]}")


@cases_of(Level.ATOMIC)
class PagingConformance(Conformance):
    """Keyset paging."""

    def test_pages_give_the_whole_list_once(self, backend: Backend) -> None:
        """Whatever the page size, ties and None included: nothing twice, nothing missed."""
        save(backend, CARDS, *_cards())

        for order_by in ORDERS:
            whole = backend.find(CARDS, compile_query(CARDS, order_by=order_by))
            assert len(whole) == 13
            for size in (1, 2, 3, 5, 12, 13, 14):
                seen = _pages(backend, compile_query(CARDS, order_by=order_by, limit=size))
                assert [row.key for row in seen] == [row.key for row in whole], (order_by, size)

    def test_limit_bounds_the_page(self, backend: Backend) -> None:
        """At most so many rows, and they are the first ones."""
        save(backend, CARDS, *_cards())

        page = backend.find(CARDS, compile_query(CARDS, limit=4))

        assert [row.key for row in page] == [("00",), ("01",), ("02",), ("03",)]

    def test_insert_before_the_cursor_does_not_shift_a_page(self, backend: Backend) -> None:
        """What comes in before the cursor neither repeats a row nor hides one."""
        save(backend, CARDS, *_cards())
        query = compile_query(CARDS, order_by=("shelf", "size"), limit=3)
        whole = backend.find(CARDS, evolve(query, limit=None))

        def between(seen: list[Row]) -> None:
            save(backend, CARDS, Card(card_id=f"new-{len(seen)}", shelf="", size=None))

        assert _pages(backend, query, between) == whole

    def test_row_after_the_cursor_is_seen_when_it_comes_in(self, backend: Backend) -> None:
        """What comes in after the cursor is on a later page."""
        save(backend, CARDS, Card(card_id="a"), Card(card_id="c"))
        query = compile_query(CARDS, limit=1)
        [first] = backend.find(CARDS, query)

        save(backend, CARDS, Card(card_id="b"))

        [second] = backend.find(CARDS, _next(query, first))
        assert second.key == ("b",)

    def test_cursor_of_a_removed_row_still_holds_the_place(self, backend: Backend) -> None:
        """A cursor is a place in the order; its row need not exist."""
        rows = save(backend, CARDS, *(Card(card_id=c, size=1) for c in "abcd"))
        query = compile_query(CARDS, order_by="size", limit=2)
        backend.commit([remove(CARDS, rows[1]), replace(CARDS, Card(card_id="a", size=9), rows[0])])

        page = backend.find(CARDS, _next(query, rows[1]))

        assert [row.key for row in page] == [("c",), ("d",)]

    def test_cursor_on_none_is_passed(self, backend: Backend) -> None:
        """None has a place in the order like any value: paging goes through it."""
        cards = [Card(card_id=str(n), size=size) for n, size in enumerate([None, None, None, 1, 2])]
        rows = save(backend, CARDS, *cards)

        assert _pages(backend, compile_query(CARDS, order_by="size", limit=1)) == rows
        assert _pages(backend, compile_query(CARDS, order_by="-size", limit=1)) == rows[::-1]

    def test_pages_keep_the_condition(self, backend: Backend) -> None:
        """The cursor goes on within what the conditions leave."""
        save(backend, CARDS, *_cards())
        query = compile_query(CARDS, {"shelf": "A"}, order_by="-size", limit=1)
        whole = backend.find(CARDS, evolve(query, limit=None))
        seen: list[Row] = []

        while page := backend.find(
            CARDS, query if not seen else evolve(_next(query, seen[-1]), where=query.where)
        ):
            seen += page

        assert seen == whole
        assert len(seen) == 4
