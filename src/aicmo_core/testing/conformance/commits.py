"""A commit writes all of its changes or none, under the tokens that were read."""

from __future__ import annotations

import pytest

from aicmo_core.storage import Backend, Change, ConflictKind, Remove, Replace, Require, Row
from aicmo_core.testing.conformance.base import (
    Conformance,
    everything,
    find,
    insert,
    load,
    refusals,
    remove,
    replace,
    require,
    save,
    token,
)
from aicmo_core.testing.conformance.levels import Level, cases_of
from aicmo_core.testing.samples import (
    ACCOUNTS,
    BASKETS,
    CARDS,
    COLLECTIONS,
    ENTRIES,
    SHEETS,
    TICKETS,
    Account,
    Basket,
    Card,
    Entry,
    Line,
    Sheet,
    Ticket,
)

STALE, UNIQUE = ConflictKind.STALE, ConflictKind.UNIQUE


@cases_of(Level.ATOMIC)
class CommitConformance(Conformance):
    """Insert, Replace, Remove and Require, alone and together."""

    def test_insert_replace_and_remove_do_what_they_say(self, backend: Backend) -> None:
        """Each change is visible to the next read."""
        [row] = save(backend, CARDS, Card(card_id="a", size=1))
        assert load(backend, CARDS, "a") == Card(card_id="a", size=1)

        change = replace(CARDS, Card(card_id="a", size=2), row)
        backend.commit([change])
        assert backend.get(CARDS, ("a",)) == change.row

        backend.commit([remove(CARDS, change.row)])
        assert backend.get(CARDS, ("a",)) is None

    def test_insert_of_a_taken_key_is_refused(self, backend: Backend) -> None:
        """The row that is there stays, token and content."""
        [row] = save(backend, CARDS, Card(card_id="a", size=1))

        refused = refusals(backend, insert(CARDS, Card(card_id="a", size=2)))

        assert refused == [(UNIQUE, "kit_cards", ("a",), "key", 0)]
        assert backend.get(CARDS, ("a",)) == row

    def test_replace_with_an_old_token_is_refused(self, backend: Backend) -> None:
        """Whoever read before somebody else saved does not overwrite it."""
        [old] = save(backend, CARDS, Card(card_id="a", size=1))
        newer = replace(CARDS, Card(card_id="a", size=2), old)
        backend.commit([newer])

        refused = refusals(backend, replace(CARDS, Card(card_id="a", size=3), old))

        assert refused == [(STALE, "kit_cards", ("a",), "key", 0)]
        assert backend.get(CARDS, ("a",)) == newer.row

    def test_replace_of_a_missing_row_is_refused(self, backend: Backend) -> None:
        """Replace never inserts."""
        row = CARDS.encode(Card(card_id="a"), token())

        refused = refusals(backend, Replace(CARDS, row, token()))

        assert refused == [(STALE, "kit_cards", ("a",), "key", 0)]
        assert backend.get(CARDS, ("a",)) is None

    def test_remove_with_an_old_token_is_refused(self, backend: Backend) -> None:
        """What somebody else has saved since is not removed."""
        [old] = save(backend, CARDS, Card(card_id="a", size=1))
        newer = replace(CARDS, Card(card_id="a", size=2), old)
        backend.commit([newer])

        refused = refusals(backend, remove(CARDS, old))

        assert refused == [(STALE, "kit_cards", ("a",), "key", 0)]
        assert backend.get(CARDS, ("a",)) == newer.row

    def test_remove_of_a_missing_row_is_refused(self, backend: Backend) -> None:
        """Removing nothing is not a success."""
        refused = refusals(backend, Remove(CARDS, ("a",), token()))

        assert refused == [(STALE, "kit_cards", ("a",), "key", 0)]

    def test_require_of_an_unchanged_row_changes_nothing(self, backend: Backend) -> None:
        """It passes, and the row keeps token and content."""
        [row] = save(backend, BASKETS, Basket("a", 1, [Line("x")]))

        backend.commit([require(BASKETS, row)])
        backend.commit([insert(CARDS, Card(card_id="a")), require(BASKETS, row)])

        assert backend.get(BASKETS, ("a",)) == row
        assert load(backend, CARDS, "a") == Card(card_id="a")

    def test_require_of_a_changed_row_refuses_the_batch(self, backend: Backend) -> None:
        """What was decided on a content that is no longer there is not written."""
        [old] = save(backend, CARDS, Card(card_id="a", size=1))
        backend.commit([replace(CARDS, Card(card_id="a", size=2), old)])

        refused = refusals(backend, insert(CARDS, Card(card_id="b")), require(CARDS, old))

        assert refused == [(STALE, "kit_cards", ("a",), "key", 1)]
        assert load(backend, CARDS, "b") is None

    def test_require_of_a_missing_row_refuses_the_batch(self, backend: Backend) -> None:
        """A row that is gone is not as it was read."""
        change = insert(CARDS, Card(card_id="b"))

        refused = refusals(backend, Require(CARDS, ("a",), token()), change)

        assert refused == [(STALE, "kit_cards", ("a",), "key", 0)]
        assert backend.count(CARDS) == 0

    def test_equal_content_under_another_token_is_stale(self, backend: Backend) -> None:
        """Tokens are compared, not contents: there and back again is a change."""
        card = Card(card_id="a", size=1)
        [first] = save(backend, CARDS, card)
        second = replace(CARDS, Card(card_id="a", size=2), first)
        backend.commit([second])
        backend.commit([replace(CARDS, card, second.row)])

        refused = refusals(backend, require(CARDS, first))

        assert refused == [(STALE, "kit_cards", ("a",), "key", 0)]

    def test_old_token_comes_back_with_its_old_content(self, backend: Backend) -> None:
        """An undo writes the old row with its old token, and who read it then is right again."""
        [old] = save(backend, BASKETS, Basket("a", 1, [Line("x"), Line("y")]))
        newer = replace(BASKETS, Basket("a", 2, [Line("z")]), old)
        backend.commit([newer])

        backend.commit([Replace(BASKETS, old, newer.row.token)])

        assert backend.get(BASKETS, ("a",)) == old
        backend.commit([require(BASKETS, old)])

    def test_token_of_a_row_before_its_removal_is_stale(self, backend: Backend) -> None:
        """A key that was removed and inserted again is another row."""
        [first] = save(backend, CARDS, Card(card_id="a"))
        backend.commit([remove(CARDS, first)])
        [second] = save(backend, CARDS, Card(card_id="a"))

        refusals(backend, replace(CARDS, Card(card_id="a", size=1), first))

        assert backend.get(CARDS, ("a",)) == second

    def test_tokens_are_compared_byte_for_byte(self, backend: Backend) -> None:
        """A token that differs in case or by a space is another token."""
        row = CARDS.encode(Card(card_id="a"), "token-a")
        backend.commit([insert(CARDS, Card(card_id="b"))._replace(row=row)])

        for other in ("TOKEN-A", "token-a ", "token-"):
            refusals(backend, Require(CARDS, ("a",), other))

        backend.commit([Require(CARDS, ("a",), "token-a")])

    def test_changes_of_several_collections_are_one(self, backend: Backend) -> None:
        """All kinds of change, in several collections, happen together."""
        card, gone = save(backend, CARDS, Card(card_id="a", size=1), Card(card_id="gone"))
        [basket] = save(backend, BASKETS, Basket("a", 1, [Line("x"), Line("y")]))
        [ticket] = save(backend, TICKETS, Ticket(1, "old"))

        backend.commit(
            [
                insert(ENTRIES, Entry("s", 1)),
                replace(CARDS, Card(card_id="a", size=2), card),
                require(TICKETS, ticket),
                replace(BASKETS, Basket("a", 2, [Line("z")]), basket),
                remove(CARDS, gone),
                insert(SHEETS, Sheet("b", 7)),
                insert(CARDS, Card(card_id="new")),
                insert(TICKETS, Ticket(2, "new")),
            ]
        )

        assert find(backend, CARDS) == [Card(card_id="a", size=2), Card(card_id="new")]
        assert find(backend, BASKETS) == [Basket("a", 2, [Line("z")])]
        assert find(backend, TICKETS) == [Ticket(1, "old"), Ticket(2, "new")]
        assert find(backend, SHEETS) == [Sheet("b", 7)]
        assert find(backend, ENTRIES) == [Entry("s", 1)]

    def test_one_refused_change_refuses_all(self, backend: Backend) -> None:
        """Wherever in the batch it stands, nothing at all is written."""
        changes = self._many_changes(self._furnish(backend))
        snapshot = everything(backend, *COLLECTIONS)
        misfit = insert(CARDS, Card(card_id="taken", size=2))

        for at in range(len(changes) + 1):
            refused = refusals(backend, *changes[:at], misfit, *changes[at:])
            assert refused == [(UNIQUE, "kit_cards", ("taken",), "key", at)]
            assert everything(backend, *COLLECTIONS) == snapshot

    def test_refused_batch_can_be_mended_and_committed(self, backend: Backend) -> None:
        """A refusal leaves no lock and no trace: the rest of the batch fits afterwards."""
        changes = self._many_changes(self._furnish(backend))
        refusals(backend, *changes, insert(CARDS, Card(card_id="taken")))

        backend.commit(changes)

        assert load(backend, TICKETS, 2) == Ticket(2)
        assert load(backend, CARDS, "removed") is None

    def test_late_unique_collision_leaves_nothing(self, backend: Backend) -> None:
        """Also what a store notices only at the end leaves nothing of the batch."""
        changes = self._many_changes(self._furnish(backend))
        snapshot = everything(backend, *COLLECTIONS)

        refused = refusals(backend, *changes, insert(ACCOUNTS, Account("x", owner="ann")))

        assert refused == [(UNIQUE, "kit_accounts", ("x",), "owner", len(changes))]
        assert everything(backend, *COLLECTIONS) == snapshot

    def test_empty_batch_does_nothing(self, backend: Backend) -> None:
        """It is no error."""
        self._furnish(backend)
        snapshot = everything(backend, *COLLECTIONS)

        backend.commit([])
        backend.commit(())

        assert everything(backend, *COLLECTIONS) == snapshot

    def test_batch_that_names_a_row_twice_is_refused(self, backend: Backend) -> None:
        """A batch holds one net change a row; two are a mistake of the caller."""
        row = self._furnish(backend)["replaced"]
        first = replace(CARDS, Card(card_id="replaced", size=8), row)
        snapshot = everything(backend, *COLLECTIONS)

        for second in (
            insert(CARDS, Card(card_id="replaced")),
            replace(CARDS, Card(card_id="replaced", size=9), row),
            remove(CARDS, row),
            require(CARDS, row),
        ):
            with pytest.raises(ValueError, match="kit_cards"):
                backend.commit([insert(TICKETS, Ticket(5)), first, second])
            assert everything(backend, *COLLECTIONS) == snapshot

    def test_same_key_in_two_collections_is_not_named_twice(self, backend: Backend) -> None:
        """A row is named by collection and key together."""
        backend.commit([insert(CARDS, Card(card_id="a")), insert(ACCOUNTS, Account("a"))])

        assert (backend.count(CARDS), backend.count(ACCOUNTS)) == (1, 1)

    def test_large_batch_is_one_commit(self, backend: Backend) -> None:
        """A batch of many rows is written as a whole, and refused as a whole."""
        many = [insert(BASKETS, Basket(f"{n:04}", n, [Line("x")] * (n % 3))) for n in range(700)]
        backend.commit(many)
        assert backend.count(BASKETS) == 700

        more = [insert(BASKETS, Basket(f"x{n:04}")) for n in range(700)]
        refusals(backend, *more, insert(BASKETS, Basket("0000")))

        assert backend.count(BASKETS) == 700
        assert load(backend, BASKETS, "0699") == Basket("0699", 699, [])

    # -- a furnished store

    def _furnish(self, backend: Backend) -> dict[str, Row]:
        rows = save(
            backend,
            CARDS,
            Card(card_id="taken"),
            Card(card_id="replaced"),
            Card(card_id="removed"),
            Card(card_id="required"),
        )
        [account] = save(backend, ACCOUNTS, Account("a", owner="ann", shelf="s", slot=1))
        [basket] = save(backend, BASKETS, Basket("a", 1, [Line("x"), Line("y")]))
        save(backend, TICKETS, Ticket(1))
        named = {row.key[0]: row for row in rows}
        return {**named, "account": account, "basket": basket}

    def _many_changes(self, rows: dict[str, Row]) -> list[Change]:
        return [
            insert(TICKETS, Ticket(2)),
            replace(CARDS, Card(card_id="replaced", size=1), rows["replaced"]),
            insert(SHEETS, Sheet("b", 1)),
            replace(BASKETS, Basket("a", 2, [Line("z")]), rows["basket"]),
            remove(CARDS, rows["removed"]),
            require(CARDS, rows["required"]),
            require(ACCOUNTS, rows["account"]),
            insert(ENTRIES, Entry("s", 1)),
        ]
