"""`commit_many`: several batches, each with its own verdict."""

from __future__ import annotations

from aicmo_core.storage import Backend, Conflict, ConflictItem, ConflictKind
from aicmo_core.testing.conformance.base import (
    Conformance,
    everything,
    find,
    insert,
    load,
    replace,
    save,
)
from aicmo_core.testing.conformance.levels import Level, cases_of
from aicmo_core.testing.samples import ACCOUNTS, BASKETS, CARDS, Account, Basket, Card, Line


@cases_of(Level.ATOMIC)
class BatchConformance(Conformance):
    """Independent verdicts."""

    def test_each_batch_has_its_own_verdict(self, backend: Backend) -> None:
        """One batch's conflict changes nothing for the others, before or after it."""
        [old] = save(backend, CARDS, Card(card_id="a", size=1))

        verdicts = backend.commit_many(
            [
                [insert(CARDS, Card(card_id="b")), insert(BASKETS, Basket("b", 1, [Line("x")]))],
                [insert(BASKETS, Basket("c")), insert(CARDS, Card(card_id="a"))],
                [replace(CARDS, Card(card_id="a", size=2), old)],
            ]
        )

        item = ConflictItem(ConflictKind.UNIQUE, "kit_cards", ("a",), "key", 1)
        assert [type(v) for v in verdicts] == [type(None), Conflict, type(None)]
        assert isinstance(verdicts[1], Conflict)
        assert verdicts[1].items == (item,)
        assert find(backend, CARDS) == [Card(card_id="a", size=2), Card(card_id="b")]
        assert find(backend, BASKETS) == [Basket("b", 1, [Line("x")])]

    def test_later_batch_is_judged_by_the_outcome_of_the_earlier(self, backend: Backend) -> None:
        """Batches that name one row are judged one after the other, in order."""
        [old] = save(backend, CARDS, Card(card_id="a", size=0))

        verdicts = backend.commit_many(
            [
                [replace(CARDS, Card(card_id="a", size=1), old)],
                [replace(CARDS, Card(card_id="a", size=2), old)],
                [insert(CARDS, Card(card_id="b", size=1))],
                [insert(CARDS, Card(card_id="b", size=2))],
            ]
        )

        assert [v is None for v in verdicts] == [True, False, True, False]
        assert [c.size for c in find(backend, CARDS)] == [1, 1]

    def test_unique_value_goes_to_the_first_batch(self, backend: Backend) -> None:
        """Unique constraints hold across the batches."""
        verdicts = backend.commit_many(
            [[insert(ACCOUNTS, Account(str(n), owner="ann"))] for n in range(3)]
        )

        assert [v is None for v in verdicts] == [True, False, False]
        assert find(backend, ACCOUNTS) == [Account("0", owner="ann")]

    def test_refused_batch_leaves_nothing_of_itself(self, backend: Backend) -> None:
        """All or nothing holds for each batch in turn."""
        save(backend, CARDS, Card(card_id="taken"))

        backend.commit_many(
            [
                [insert(CARDS, Card(card_id=f"{n}")), insert(CARDS, Card(card_id=last))]
                for n, last in enumerate(["x", "taken", "y", "taken"])
            ]
        )

        assert [c.card_id for c in find(backend, CARDS)] == ["0", "2", "taken", "x", "y"]

    def test_no_batches_and_empty_batches_are_fine(self, backend: Backend) -> None:
        """Nothing is asked, nothing is done; an empty batch succeeds."""
        before = everything(backend, CARDS)

        assert backend.commit_many([]) == []
        assert backend.commit_many([[], [insert(CARDS, Card(card_id="a"))], []]) == [None] * 3

        assert before == {"kit_cards": []}
        assert load(backend, CARDS, "a") == Card(card_id="a")

    def test_many_batches_are_all_written(self, backend: Backend) -> None:
        """As many verdicts as batches."""
        batches = [[insert(BASKETS, Basket(f"{n:03}", n, [Line("x")]))] for n in range(120)]

        assert backend.commit_many(batches) == [None] * 120
        assert [b.total for b in find(backend, BASKETS)] == list(range(120))
