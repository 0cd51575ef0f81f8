"""The longest, the largest, the deepest and the most that the storage port lets pass."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from attrs import evolve

from aicmo_core.storage import INDEX_BYTES, Backend, Change, Range, Row, compile_query
from aicmo_core.testing.conformance import levels
from aicmo_core.testing.conformance.base import (
    Conformance,
    find,
    insert,
    load,
    refusals,
    remove,
    replace,
    require,
    save,
)
from aicmo_core.testing.samples import (
    ACCOUNTS,
    BASKETS,
    CARDS,
    ENTRIES,
    SAMPLES,
    SHEETS,
    Account,
    Basket,
    Card,
    Entry,
    Line,
    Sample,
    Sheet,
)

LEAST, GREATEST = -(2**63), 2**63 - 1
TAILS = ["\U0010ffff", "\U0010fffe", "😀", "\U00010000"]
LONGEST = ["😀" * (INDEX_BYTES // 4 - 1) + tail for tail in TAILS]
"""Texts of as many bytes as an index may have, alike but for their last character."""

MANY = 10_000
MEGABYTES = 2


def _sample(sample_id: str, **fields: Any) -> Sample:
    moment = datetime(2024, 2, 29, tzinfo=UTC)
    base = Sample(sample_id=sample_id, moment=moment, day=date(2024, 2, 29), mark=UUID(int=1))
    return evolve(base, **fields)


def _nested(depth: int) -> Any:
    value: Any = "core"
    for n in range(depth):
        value = {"in": value} if n % 2 else [value]
    return value


def _changed(n: int, row: Row) -> Change:
    """Return one of three kinds of change, by the row's number."""
    match n % 6:
        case 0 | 3:
            return require(CARDS, row)
        case 2 | 4:
            return replace(CARDS, evolve(CARDS.decode(row), shelf="t", size=1), row)
        case _:
            return remove(CARDS, row)


@levels.cases_of(levels.Level.HARDENED)
class LimitConformance(Conformance):
    """What may be stored at all is stored whole."""

    def test_longest_keys_that_begin_alike_are_apart(self, backend: Backend) -> None:
        """The last character of the longest key counts like any other."""
        cards = [Card(card_id=text, title=text, size=n) for n, text in enumerate(LONGEST)]
        save(backend, CARDS, *cards)

        for card in cards:
            assert load(backend, CARDS, card.card_id) == card
            assert find(backend, CARDS, where={"title": card.title}) == [card]
        assert find(backend, CARDS, order_by="title") == sorted(cards, key=lambda c: c.card_id)

    def test_longest_parts_of_keys_and_groups_are_apart(self, backend: Backend) -> None:
        """Beside a number at its limit, in keys of two fields and in unique groups."""
        numbers = [LEAST, GREATEST]
        save(backend, SHEETS, *(Sheet(text, n, "x") for text in LONGEST for n in numbers))
        save(
            backend,
            ACCOUNTS,
            *(
                Account(f"{k}{n}", owner=None, shelf=text, slot=n)
                for k, text in enumerate(LONGEST)
                for n in numbers
            ),
        )
        save(backend, ENTRIES, *(Entry(text, n, slot=n) for text in LONGEST for n in numbers))

        assert [(s.book, s.number) for s in find(backend, SHEETS)] == [
            (text, n) for text in sorted(LONGEST) for n in numbers
        ]
        assert backend.count(ACCOUNTS) == backend.count(ENTRIES) == 8

    def test_longest_unique_values_are_compared_to_their_end(self, backend: Backend) -> None:
        """Equal ones are refused, and those that differ at the end only are not."""
        save(backend, ACCOUNTS, *(Account(f"{n}", owner=t) for n, t in enumerate(LONGEST[:3])))

        changes = [insert(ACCOUNTS, Account(f"new {n}", owner=t)) for n, t in enumerate(LONGEST)]

        assert [(key, at) for _, _, key, _, at in refusals(backend, *changes)] == [
            ((f"new {n}",), n) for n in range(3)
        ]
        backend.commit(changes[3:])

    def test_text_of_megabytes_comes_back(self, backend: Backend) -> None:
        """As text, as JSON and in a child, to its last character."""
        text = "länger\n" * (MEGABYTES * 2**20 // 8) + "end"
        sample = _sample("a", text=text, anything=[text], tags=(text,))
        basket = Basket("a", 1, [Line(text, extra={"text": text})])

        backend.commit([insert(SAMPLES, sample), insert(BASKETS, basket)])

        assert load(backend, SAMPLES, "a") == sample
        assert load(backend, BASKETS, "a") == basket

    def test_numbers_at_their_limits_are_found_and_ordered(self, backend: Backend) -> None:
        """In indexes, in conditions and beside text, where a store may compute with them."""
        sizes = [LEAST, LEAST + 1, -(2**53) - 1, -(2**53), 2**53, 2**53 + 1, GREATEST - 1, GREATEST]
        weights = [-1.7976931348623157e308, -5e-324, 5e-324, 1e-7, 0.1 + 0.2, 1e22, 1e23, 1e308]
        cards = [
            Card(card_id=f"{n}", shelf="s", size=size, weight=weight)
            for n, (size, weight) in enumerate(zip(sizes, weights, strict=True))
        ]
        save(backend, CARDS, *cards)

        for n, card in enumerate(cards):
            assert find(backend, CARDS, where={"size": card.size}) == [card]
            assert find(backend, CARDS, where={"weight": card.weight}) == [card]
            assert find(backend, CARDS, where={"size": Range(gt=card.size)}) == cards[n + 1 :]
            assert find(backend, CARDS, where={"weight": Range(le=card.weight)}) == cards[: n + 1]

    def test_times_at_their_limits_are_found_and_ordered(self, backend: Backend) -> None:
        """From the first microsecond of year one to the last of year 9999."""
        second = timedelta(microseconds=1)
        first = datetime(1, 1, 1, tzinfo=UTC)
        last = datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
        dues = [first, first + second, last - second, last]
        spans = [timedelta(days=-99_999_999), -second, second, timedelta(days=99_999_999)]
        cards = [
            Card(card_id=f"{n}", due=due, day=due.date(), span=span)
            for n, (due, span) in enumerate(zip(dues, spans, strict=True))
        ]
        save(backend, CARDS, *cards)

        for n, card in enumerate(cards):
            assert find(backend, CARDS, where={"due": Range(ge=card.due)}) == cards[n:]
            assert find(backend, CARDS, where={"span": Range(lt=card.span)}) == cards[:n]
        assert find(backend, CARDS, order_by="-due") == cards[::-1]

    def test_decimal_of_a_thousand_digits_comes_back(self, backend: Backend) -> None:
        """Digit by digit, with its exponent and its trailing zeros."""
        digits = "1234567890" * 100
        amounts = [Decimal(f"-{digits}.{digits}"), Decimal("1E+400"), Decimal("-0E-400")]
        amounts.append(Decimal("0." + "0" * 999 + "10"))
        samples = [
            _sample(f"{n}", amount=amount, maybe_amount=amount, amounts={"a": amount})
            for n, amount in enumerate(amounts)
        ]
        save(backend, SAMPLES, *samples)

        for sample in samples:
            stored = load(backend, SAMPLES, sample.sample_id)
            assert stored is not None
            assert str(stored.amount) == str(stored.maybe_amount) == str(sample.amount)
            assert str(stored.amounts["a"]) == str(sample.amount)

    def test_deep_json_comes_back(self, backend: Backend) -> None:
        """Lists in mappings in lists, sixty times."""
        sample = _sample("a", anything=_nested(60), facts={"deep": _nested(60)})

        save(backend, SAMPLES, sample)

        assert load(backend, SAMPLES, "a") == sample

    def test_thousands_of_children_follow_their_parent(self, backend: Backend) -> None:
        """They come back in order, and go when they are replaced."""
        lines = [Line(f"{n}", n) for n in range(3000)]
        [row] = save(backend, BASKETS, Basket("a", 3000, lines))
        assert load(backend, BASKETS, "a") == Basket("a", 3000, lines)

        backend.commit([replace(BASKETS, Basket("a", 2999, lines[1:]), row)])

        assert find(backend, BASKETS) == [Basket("a", 2999, lines[1:])]

    def test_batch_of_ten_thousand_changes_is_one_commit(self, backend: Backend) -> None:
        """All of it is written, and all of it is refused for its last change."""
        keys = [f"{n:05}" for n in range(MANY)]
        rows = save(backend, CARDS, *(Card(card_id=key, shelf="s", size=0) for key in keys))
        assert backend.count(CARDS) == MANY

        batch = [_changed(n, row) for n, row in enumerate(rows)]
        misfit = insert(ACCOUNTS, Account("taken"))
        save(backend, ACCOUNTS, Account("taken"))
        [(_, _, key, _, position)] = refusals(backend, *batch, misfit)

        assert (key, position) == (("taken",), MANY)
        assert backend.count(CARDS, compile_query(CARDS, {"shelf": "s", "size": 0}).where) == MANY
        backend.commit(batch)
        kept = [key for n, key in enumerate(keys) if n % 3 == 0 or n % 2 == 0]
        assert [card.card_id for card in find(backend, CARDS)] == kept
