"""A store's life: made ready, closed, opened again; and its clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from aicmo_core.storage import Backend, Collection, DeclarationError, ModuleSchema, SchemaStatus
from aicmo_core.testing.conformance.base import (
    Conformance,
    OpenStore,
    everything,
    insert,
    load,
    opened,
    refusals,
    remove,
    replace,
    save,
)
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


class DurabilityConformance(Conformance):
    """What has been answered stays."""

    def test_fresh_store_is_empty_and_current(self, backend: Backend) -> None:
        """Prepared, it holds nothing, and there is nothing to mend."""
        state = backend.schema()

        assert (state.status, state.command) == (SchemaStatus.CURRENT, "")
        assert everything(backend, *COLLECTIONS) == {c.name: [] for c in COLLECTIONS}

    def test_upgrade_of_a_current_store_does_nothing(self, backend: Backend) -> None:
        """Doing it again is harmless: no line, no lost row."""
        save(backend, BASKETS, Basket("a", 1, [Line("x")]))

        assert list(backend.upgrade()) == []
        assert list(backend.upgrade()) == []

        assert backend.schema().status is SchemaStatus.CURRENT
        assert load(backend, BASKETS, "a") == Basket("a", 1, [Line("x")])

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

    def test_closing_twice_is_harmless(self, backend: Backend) -> None:
        """The second close does nothing and raises nothing."""
        save(backend, CARDS, Card(card_id="a"))

        backend.close()
        backend.close()

    def test_closing_an_unprepared_object_is_harmless(self, open_store: OpenStore) -> None:
        """An object that was never used can be closed."""
        open_store().close()

    def test_leaving_the_context_closes(self, open_store: OpenStore) -> None:
        """`with` opens and closes, and rows written inside can be read inside."""
        with opened(open_store) as backend:
            save(backend, CARDS, Card(card_id="a"))
            assert load(backend, CARDS, "a") == Card(card_id="a")

    def test_closing_one_object_leaves_the_other(self, backend: Backend, reopen: OpenStore) -> None:
        """Close releases what this object holds, and nothing of anybody else's."""
        other = reopen()
        save(backend, CARDS, Card(card_id="a"))

        backend.close()

        save(other, CARDS, Card(card_id="b"))
        assert other.count(CARDS) == 2

    def test_collection_that_cannot_be_stored_is_refused(self, open_store: OpenStore) -> None:
        """A wrong declaration is met by `prepare`, not by the first commit."""
        wrong = Collection("kit_wrong", Card, key="no_such_field")
        backend = open_store()

        try:
            with pytest.raises(DeclarationError, match="no_such_field"):
                backend.prepare([ModuleSchema("wrong", (wrong,))])
        finally:
            backend.close()

    def test_time_is_aware_and_in_utc(self, backend: Backend) -> None:
        """The store's time says which zone it is in, and that is UTC."""
        now = backend.now()

        assert isinstance(now, datetime)
        assert now.tzinfo is not None
        assert now.utcoffset() == timedelta(0)
        assert now.astimezone(UTC) == now
        assert now.year >= 2024

    def test_time_does_not_go_backwards(self, backend: Backend) -> None:
        """Of two readings, the later one is not earlier."""
        readings = [backend.now() for _ in range(50)]

        assert readings == sorted(readings)

    def test_users_of_a_store_share_its_time(self, backend: Backend, reopen: OpenStore) -> None:
        """Another object's reading lies between two of this one."""
        other = reopen()

        first, between, last = backend.now(), other.now(), backend.now()

        assert first <= between <= last
