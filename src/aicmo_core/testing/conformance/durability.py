"""A store that is closed and opened again, and what its users share."""

from __future__ import annotations

from aicmo_core.storage import Backend, SchemaStatus
from aicmo_core.testing.conformance.base import (
    Conformance,
    OpenStore,
    everything,
    insert,
    refusals,
    remove,
    replace,
    save,
)
from aicmo_core.testing.conformance.levels import Level, cases_of
from aicmo_core.testing.samples import (
    ACCOUNTS,
    BASKETS,
    CARDS,
    COLLECTIONS,
    Account,
    Basket,
    Card,
    Line,
    Note,
)


@cases_of(Level.DURABLE)
class DurabilityConformance(Conformance):
    """What has been answered stays."""

    def test_what_was_committed_survives_closing(self, backend: Backend, reopen: OpenStore) -> None:
        """Rows, children, tokens and unique values are there when the store is opened again."""
        rows = save(backend, CARDS, Card(card_id="a", size=1), Card(card_id="b"))
        save(backend, ACCOUNTS, Account("a", owner="ann"))
        save(backend, BASKETS, Basket("a", 1, [Line("x"), Line("y")], (Note("n"),)))
        changed = replace(CARDS, Card(card_id="a", size=2), rows[0])
        backend.commit([changed, remove(CARDS, rows[1])])
        before = everything(backend, *COLLECTIONS)
        backend.close()

        again = reopen()

        assert again.schema().status is SchemaStatus.CURRENT
        assert everything(again, *COLLECTIONS) == before
        again.commit([replace(CARDS, Card(card_id="a", size=3), changed.row)])
        refusals(again, insert(ACCOUNTS, Account("b", owner="ann")))

    def test_refused_batch_leaves_nothing_after_closing(
        self, backend: Backend, reopen: OpenStore
    ) -> None:
        """What was not written before is not there later."""
        save(backend, CARDS, Card(card_id="a"))
        refusals(
            backend, insert(BASKETS, Basket("b", 1, [Line("x")])), insert(CARDS, Card(card_id="a"))
        )
        backend.close()

        assert everything(reopen(), CARDS, BASKETS)["kit_baskets"] == []

    def test_closing_one_object_leaves_the_other(self, backend: Backend, reopen: OpenStore) -> None:
        """Close releases what this object holds, and nothing of anybody else's."""
        other = reopen()
        save(backend, CARDS, Card(card_id="a"))

        backend.close()

        save(other, CARDS, Card(card_id="b"))
        assert other.count(CARDS) == 2

    def test_users_of_a_store_share_its_time(self, backend: Backend, reopen: OpenStore) -> None:
        """Another object's reading lies between two of this one."""
        other = reopen()

        first, between, last = backend.now(), other.now(), backend.now()

        assert first <= between <= last
