"""The memory backend's indexes: the same answers as a plain list, at a cost that does not grow."""

import itertools
import sys

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from aicmo_core.backends.memory import MemoryBackend
from aicmo_core.backends.memory.index import SortedEntries
from aicmo_core.storage import Insert, Remove, Row, compile_query
from aicmo_core.testing.conformance.base import insert, replace, save
from aicmo_core.testing.conformance.order import expected
from aicmo_core.testing.samples import CARDS, KIT, Card

numbers = st.integers(0, 40)


def entry(number: int) -> bytes:
    return number.to_bytes(4, "big")


@settings(deadline=None)
@given(
    st.lists(numbers, unique=True),
    st.lists(st.tuples(st.booleans(), numbers), max_size=30),
    numbers,
    numbers,
    st.booleans(),
)
def test_sorted_entries_are_a_sorted_list(
    begin: list[int],
    changes: list[tuple[bool, int]],
    low: int,
    high: int,
    descending: bool,
) -> None:
    """Whatever is added and removed, a stretch has the entries that belong in it, in order."""
    entries = SortedEntries((entry(n), (n,)) for n in begin)
    model = set(begin)

    for adds, number in changes:
        if adds and number not in model:
            entries.add(entry(number), (number,))
            model.add(number)
        elif not adds and number in model:
            entries.remove(entry(number))
            model.remove(number)

    stretch = sorted(n for n in model if low <= n < high)
    found = [n for (n,) in entries.between(entry(low), entry(high), descending)]
    assert found == (stretch[::-1] if descending else stretch)
    assert entries.count(entry(low), entry(high)) == len(stretch)


def test_many_entries_in_any_order_stay_sorted() -> None:
    """Blocks are split as they grow and dropped as they empty."""
    entries = SortedEntries()
    scattered = [n * 7919 % 5003 for n in range(5003)]
    for number in scattered:
        entries.add(entry(number), (number,))
    assert [n for (n,) in entries.between(b"", b"\xff", False)] == list(range(5003))

    for number in scattered:
        if number % 100:
            entries.remove(entry(number))

    left = [n for (n,) in entries.between(b"", b"\xff", True)]
    assert left == list(range(5000, -1, -100))
    assert entries.count(entry(100), entry(300)) == 2


@pytest.fixture
def backend() -> MemoryBackend:
    backend = MemoryBackend()
    backend.prepare([KIT])
    return backend


def card(number: int) -> Card:
    return Card(
        card_id=f"{number:05}", shelf="ab"[number % 2], size=number % 50, done=number % 3 == 0
    )


def steps_of(backend: MemoryBackend, limit: int) -> int:
    """Return how many lines of Python a few typical searches run through."""
    queries = [
        compile_query(CARDS, {"size": 7}, limit=limit),
        compile_query(CARDS, {"shelf": "a", "size": 8}, order_by="-card_id", limit=limit),
        compile_query(CARDS, order_by="-card_id", limit=limit),
        compile_query(CARDS, {"size": 7, "done": True}, limit=1),
    ]
    lines = itertools.count()

    def trace(*_: object) -> object:
        next(lines)
        return trace

    for query in queries:
        backend.find(CARDS, query)
    outer = sys.gettrace()
    sys.settrace(trace)  # type: ignore[arg-type]
    try:
        for query in queries:
            backend.find(CARDS, query)
            backend.count(CARDS, compile_query(CARDS, {"size": 7}).where)
    finally:
        sys.settrace(outer)
    return next(lines)


def test_cost_of_a_search_does_not_grow_with_the_table(backend: MemoryBackend) -> None:
    """Ten times the rows take the same steps, but for the few of a longer bisection."""
    save(backend, CARDS, *map(card, range(500)))
    few = steps_of(backend, limit=5)

    save(backend, CARDS, *map(card, range(500, 5000)))

    assert steps_of(backend, limit=5) < few * 1.5


def test_searches_between_bursts_of_writes_are_right(backend: MemoryBackend) -> None:
    """Indexes are brought up to date, or made anew, without a row lost or kept too long."""
    rows: dict[str, Row] = {}
    query = compile_query(CARDS, {"shelf": "a"}, order_by=("-size",), limit=40)

    for burst, size in enumerate((3, 2500, 10, 3000, 1)):
        batch: list[Insert] = [insert(CARDS, card(burst * 5000 + n)) for n in range(size)]
        backend.commit(batch)
        rows |= {change.row.key[0]: change.row for change in batch}
        for key in list(rows)[:: 3 * size]:
            old = rows.pop(key)
            if key.endswith("0"):
                backend.commit([Remove(CARDS, old.key, old.token)])
            else:
                change = replace(CARDS, evolve(CARDS.decode(old), shelf="a", size=99), old)
                backend.commit([change])
                rows[key] = change.row
        assert backend.find(CARDS, query) == expected(list(rows.values()), query)
        assert backend.count(CARDS) == len(rows)
