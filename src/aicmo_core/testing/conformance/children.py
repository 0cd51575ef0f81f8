"""Child rows live and die with their parent."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from aicmo_core.storage import Backend, compile_query
from aicmo_core.testing.conformance.base import (
    Conformance,
    examples,
    find,
    fresh,
    insert,
    load,
    refusals,
    remove,
    replace,
    save,
)
from aicmo_core.testing.conformance.levels import Level, cases_of
from aicmo_core.testing.samples import BASKETS, SHEETS, Basket, Cell, Line, Note, Sheet

LINES = [
    Line("z", 1, Decimal("1.10"), {"a": [1, None]}),
    Line("", None, None),
    Line("a ", -1, Decimal("0E-9")),
    Line("z", 1, Decimal("1.10"), {"a": [1, None]}),
]
SHAPES = {
    "grown": ([], LINES),
    "shrunk": (LINES, LINES[:1]),
    "emptied": (LINES, []),
    "reversed": (LINES, LINES[::-1]),
    "first dropped": (LINES, LINES[1:]),
    "one put in front": (LINES[1:], LINES),
    "one changed": (LINES, [*LINES[:2], Line("new"), LINES[3]]),
    "unchanged": (LINES, LINES),
}
_lines = st.lists(st.builds(Line, st.text("ab é", max_size=3), st.none() | st.integers(-9, 9)))


@cases_of(Level.ATOMIC)
class ChildConformance(Conformance):
    """Lists that are tables of their own."""

    def test_children_come_back_in_list_order(self, backend: Backend) -> None:
        """Position decides, not content; equal elements are kept apart."""
        basket = Basket("a", 1, LINES, (Note("n"), Note(""), Note("m")))

        save(backend, BASKETS, basket)

        assert load(backend, BASKETS, "a") == basket
        assert find(backend, BASKETS) == [basket]

    def test_many_children_keep_their_positions(self, backend: Backend) -> None:
        """Element ten comes after element nine."""
        basket = Basket("a", 0, [Line(str(n), n) for n in range(120)])

        save(backend, BASKETS, basket)

        assert load(backend, BASKETS, "a") == basket

    def test_replacing_a_parent_replaces_its_children(self, backend: Backend) -> None:
        """After a Replace the children are those of the new content, and no others."""
        untouched = Basket("~", 2, LINES)
        save(backend, BASKETS, untouched)

        for shape, (before, after) in SHAPES.items():
            [old] = save(backend, BASKETS, Basket(shape, 1, before, (Note("x"),)))
            changed = Basket(shape, 3, after, (Note("y"), Note("x")))
            change = replace(BASKETS, changed, old)
            backend.commit([change])
            assert load(backend, BASKETS, shape) == changed
            assert find(backend, BASKETS) == [changed, untouched]
            backend.commit([remove(BASKETS, change.row)])

    def test_removing_a_parent_removes_its_children(self, backend: Backend) -> None:
        """A parent that comes again under the same key has only the children it brings."""
        [old, _] = save(
            backend, BASKETS, Basket("a", 1, LINES, (Note("n"),)), Basket("b", 1, LINES)
        )
        backend.commit([remove(BASKETS, old)])

        save(backend, BASKETS, Basket("a", 2, [], ()))

        assert load(backend, BASKETS, "a") == Basket("a", 2)
        assert load(backend, BASKETS, "b") == Basket("b", 1, LINES)

    def test_children_of_a_key_of_several_fields(self, backend: Backend) -> None:
        """Children belong to the whole key, not to a part of it."""
        sheets = [
            Sheet("a", 1, "", [Cell("a1"), Cell(None)]),
            Sheet("a", 2, "", [Cell("a2")]),
            Sheet("b", 1, "", [Cell("b1")]),
        ]
        rows = save(backend, SHEETS, *sheets)
        assert find(backend, SHEETS) == sheets

        backend.commit([remove(SHEETS, rows[0])])

        assert find(backend, SHEETS) == sheets[1:]

    def test_children_of_similar_keys_are_kept_apart(self, backend: Backend) -> None:
        """Children find their parent by its exact key."""
        keys = ["a", "A", "a ", "é", "e\u0301"]
        baskets = [Basket(key, n, [Line(f"{key}{n}")]) for n, key in enumerate(keys)]

        save(backend, BASKETS, *baskets)

        assert [load(backend, BASKETS, key) for key in keys] == baskets
        assert find(backend, BASKETS) == sorted(baskets, key=lambda b: b.basket_id)

    def test_found_parents_have_their_own_children(self, backend: Backend) -> None:
        """A page of parents comes with the children of each, and of no other."""
        baskets = [
            Basket(f"{n:02}", n, [Line(f"{n}.{i}") for i in range(n % 4)]) for n in range(12)
        ]
        save(backend, BASKETS, *baskets)

        rows = backend.find(BASKETS, compile_query(BASKETS, order_by="-basket_id", limit=5))

        assert [BASKETS.decode(row) for row in rows] == baskets[:-6:-1]

    def test_refused_replace_leaves_the_children(self, backend: Backend) -> None:
        """Children of a batch that is refused are not written."""
        [old] = save(backend, BASKETS, Basket("a", 1, LINES))
        backend.commit([replace(BASKETS, Basket("a", 2, LINES[:2]), old)])

        refusals(backend, replace(BASKETS, Basket("a", 3, []), old))

        assert load(backend, BASKETS, "a") == Basket("a", 2, LINES[:2])

    def test_children_follow_any_sequence_of_contents(self, backend: Backend) -> None:
        """After any number of replacements the last content is there, exactly."""

        @examples(25)
        @given(st.lists(_lines, min_size=1, max_size=4))
        def holds(contents: list[list[Line]]) -> None:
            key = fresh()
            written = insert(BASKETS, Basket(key))
            backend.commit([written])
            row = written.row
            for n, lines in enumerate(contents):
                basket = Basket(key, n, lines)
                change = replace(BASKETS, basket, row)
                backend.commit([change])
                row = change.row
                assert load(backend, BASKETS, key) == basket

        holds()
