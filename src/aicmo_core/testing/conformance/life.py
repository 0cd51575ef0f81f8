"""An object's life: made ready, used, closed; and its clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from aicmo_core.kernel import UnknownName
from aicmo_core.storage import (
    Backend,
    Collection,
    DeclarationError,
    ModuleSchema,
    NoMigrations,
    NothingToMigrate,
    SchemaStatus,
)
from aicmo_core.testing.conformance.base import (
    Conformance,
    OpenStore,
    everything,
    load,
    opened,
    save,
)
from aicmo_core.testing.conformance.levels import Level, cases_of
from aicmo_core.testing.samples import (
    BASKETS,
    CARDS,
    COLLECTIONS,
    Basket,
    Card,
    Line,
)


@cases_of(Level.ATOMIC)
class LifeConformance(Conformance):
    """One object on one store."""

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

    def test_tables_of_a_fresh_store_do_not_differ(self, backend: Backend) -> None:
        """Looked at closely, they are what is declared; each module's are at their heads."""
        assert list(backend.check()) == []
        assert [revision for revision in backend.revisions() if not revision.current] == []

    def test_module_that_is_not_there_is_not_taken_back(self, backend: Backend) -> None:
        """Nor is a migration drafted for it; the rows of the others stay."""
        save(backend, CARDS, Card(card_id="a"))

        with pytest.raises((NoMigrations, UnknownName)):
            backend.downgrade("no_such_module", "base")
        with pytest.raises((NoMigrations, UnknownName)):
            backend.draft_migration("no_such_module", "words")

        assert load(backend, CARDS, "a") == Card(card_id="a")

    def test_nothing_is_drafted_where_nothing_differs(self, backend: Backend) -> None:
        """Tables that agree with their declarations need no migration."""
        with pytest.raises((NoMigrations, NothingToMigrate)):
            backend.draft_migration("kit", "words")

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
