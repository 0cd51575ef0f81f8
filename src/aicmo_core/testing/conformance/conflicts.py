"""A refused batch names every change that does not fit, the same on every backend."""

from __future__ import annotations

import pytest

from aicmo_core.storage import (
    Backend,
    Change,
    Conflict,
    ConflictItem,
    ConflictKind,
    Insert,
    Remove,
    Replace,
    Require,
)
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
    CARDS,
    ENTRIES,
    SHEETS,
    TICKETS,
    Account,
    Card,
    Entry,
    Sheet,
    Ticket,
)

FENCE, STALE, UNIQUE = ConflictKind.FENCE, ConflictKind.STALE, ConflictKind.UNIQUE


@cases_of(Level.ATOMIC)
class ConflictConformance(Conformance):
    """Which changes are refused, and as what."""

    def test_several_refusals_are_listed_in_batch_order(self, backend: Backend) -> None:
        """Every change that does not fit is named once, whatever its collection and kind."""
        [card, other] = save(backend, CARDS, Card(card_id="a"), Card(card_id="b"))
        save(backend, ACCOUNTS, Account("x", owner="ann"))
        save(backend, ENTRIES, Entry("s", 1))
        backend.commit([replace(CARDS, Card(card_id="a", size=1), card)])

        refused = refusals(
            backend,
            insert(TICKETS, Ticket(1)),
            insert(ACCOUNTS, Account("y", owner="ann")),
            replace(CARDS, Card(card_id="a", size=2), card),
            insert(ENTRIES, Entry("s", 1)),
            require(CARDS, other),
            insert(CARDS, Card(card_id="c")),
            Remove(CARDS, ("gone",), token()),
            Require(SHEETS, ("b", 2), token()),
            insert(ACCOUNTS, Account("x")),
        )

        assert refused == [
            (UNIQUE, "kit_accounts", ("y",), "owner", 1),
            (STALE, "kit_cards", ("a",), "key", 2),
            (FENCE, "kit_entries", ("s", 1), "key", 3),
            (STALE, "kit_cards", ("gone",), "key", 6),
            (STALE, "kit_sheets", ("b", 2), "key", 7),
            (UNIQUE, "kit_accounts", ("x",), "key", 8),
        ]

    def test_conflict_carries_conflict_items(self, backend: Backend) -> None:
        """What is raised can be asked for its kinds and says what was refused."""
        save(backend, CARDS, Card(card_id="a"))

        with pytest.raises(Conflict) as caught:
            backend.commit([insert(CARDS, Card(card_id="a"))])

        assert caught.value.items == (ConflictItem(UNIQUE, "kit_cards", ("a",), "key", 0),)
        assert caught.value.has(UNIQUE)
        assert not caught.value.has(STALE)

    def test_fence_reports_whatever_does_not_fit_as_fence(self, backend: Backend) -> None:
        """A taken key, a taken unique value and a stale token of a fence are all FENCE."""
        [row] = save(backend, ENTRIES, Entry("s", 1, slot=7))

        assert refusals(backend, insert(ENTRIES, Entry("s", 1))) == [
            (FENCE, "kit_entries", ("s", 1), "key", 0)
        ]
        assert refusals(backend, insert(ENTRIES, Entry("s", 2, slot=7))) == [
            (FENCE, "kit_entries", ("s", 2), "stream,slot", 0)
        ]
        stale = Replace(ENTRIES, ENTRIES.encode(Entry("s", 1), token()), token())
        assert refusals(backend, stale) == [(FENCE, "kit_entries", ("s", 1), "key", 0)]
        gone = Require(ENTRIES, ("s", 9), token())
        assert refusals(backend, gone) == [(FENCE, "kit_entries", ("s", 9), "key", 0)]
        assert everything(backend, ENTRIES) == {"kit_entries": [row]}

    def test_taken_unique_value_is_refused(self, backend: Backend) -> None:
        """No two rows have the same values in a unique group, by insert or by replace."""
        save(backend, ACCOUNTS, Account("a", owner="ann"))
        [bob] = save(backend, ACCOUNTS, Account("b", owner="bob"))

        inserted = refusals(backend, insert(ACCOUNTS, Account("c", owner="ann")))
        replaced = refusals(backend, replace(ACCOUNTS, Account("b", owner="ann"), bob))

        assert inserted == [(UNIQUE, "kit_accounts", ("c",), "owner", 0)]
        assert replaced == [(UNIQUE, "kit_accounts", ("b",), "owner", 0)]
        assert load(backend, ACCOUNTS, "b") == Account("b", owner="bob")

    def test_unique_group_of_several_fields_is_one_value(self, backend: Backend) -> None:
        """Only rows that agree in all fields of the group collide."""
        save(backend, ACCOUNTS, Account("a", shelf="s", slot=1))
        save(backend, ACCOUNTS, Account("b", shelf="s", slot=2), Account("c", shelf="t", slot=1))

        refused = refusals(backend, insert(ACCOUNTS, Account("d", shelf="s", slot=1)))

        assert refused == [(UNIQUE, "kit_accounts", ("d",), "shelf,slot", 0)]

    def test_none_equals_nothing(self, backend: Backend) -> None:
        """Rows with None in a unique group never collide, in one batch or in several."""
        save(backend, ACCOUNTS, Account("a"), Account("b"), Account("c", shelf="s"))
        save(backend, ACCOUNTS, Account("d"), Account("e", shelf="s"))

        assert backend.count(ACCOUNTS) == 5

    def test_empty_text_is_a_value(self, backend: Backend) -> None:
        """Empty text is not None: two of them collide."""
        save(backend, ACCOUNTS, Account("a", owner=""))

        refused = refusals(backend, insert(ACCOUNTS, Account("b", owner="")))

        assert refused == [(UNIQUE, "kit_accounts", ("b",), "owner", 0)]

    def test_two_inserts_with_one_unique_value_conflict_at_the_later(
        self, backend: Backend
    ) -> None:
        """Within a batch the earlier change has the value, and the later collides with it."""
        refused = refusals(
            backend,
            insert(ACCOUNTS, Account("b", owner="ann")),
            insert(ACCOUNTS, Account("c", owner="bob")),
            insert(ACCOUNTS, Account("a", owner="ann")),
            insert(ACCOUNTS, Account("d", owner="ann")),
        )

        assert refused == [
            (UNIQUE, "kit_accounts", ("a",), "owner", 2),
            (UNIQUE, "kit_accounts", ("d",), "owner", 3),
        ]
        assert backend.count(ACCOUNTS) == 0

    def test_unique_values_may_be_swapped_in_one_batch(self, backend: Backend) -> None:
        """Uniqueness is judged by the rows as they are after the batch."""
        a, b = save(backend, ACCOUNTS, Account("a", "ann", "s", 1), Account("b", "bob", "s", 2))

        backend.commit(
            [
                replace(ACCOUNTS, Account("a", "bob", "s", 2), a),
                replace(ACCOUNTS, Account("b", "ann", "s", 1), b),
            ]
        )

        assert find(backend, ACCOUNTS) == [
            Account("a", "bob", "s", 2),
            Account("b", "ann", "s", 1),
        ]

    def test_unique_values_may_rotate_in_one_batch(self, backend: Backend) -> None:
        """Any permutation is fine, and the freed values are taken for later batches."""
        rows = save(backend, ACCOUNTS, *(Account(str(n), owner=f"o{n}") for n in range(4)))

        backend.commit(
            [
                replace(ACCOUNTS, Account(str(n), owner=f"o{(n + 1) % 4}"), row)
                for n, row in enumerate(rows)
            ]
        )

        assert [a.owner for a in find(backend, ACCOUNTS)] == ["o1", "o2", "o3", "o0"]
        refused = refusals(backend, insert(ACCOUNTS, Account("x", owner="o0")))
        assert refused == [(UNIQUE, "kit_accounts", ("x",), "owner", 0)]

    def test_unique_value_moves_from_a_removed_row(self, backend: Backend) -> None:
        """A row removed in the batch frees its values, wherever in the batch it is removed."""
        for order in (1, -1):
            key = f"new{order}"
            [old] = save(backend, ACCOUNTS, Account(f"old{order}", owner="ann", shelf="s", slot=1))
            changes: list[Change] = [
                remove(ACCOUNTS, old),
                insert(ACCOUNTS, Account(key, owner="ann", shelf="s", slot=1)),
            ]

            backend.commit(changes[::order])

            assert load(backend, ACCOUNTS, f"old{order}") is None
            row = backend.get(ACCOUNTS, (key,))
            assert row is not None
            backend.commit([remove(ACCOUNTS, row)])

    def test_unique_value_moves_from_a_replaced_row(self, backend: Backend) -> None:
        """A row that gives a value up in the batch frees it, wherever it stands."""
        for order in (1, -1):
            keys = f"a{order}", f"b{order}"
            [old] = save(backend, ACCOUNTS, Account(keys[0], owner="ann"))
            changes: list[Change] = [
                replace(ACCOUNTS, Account(keys[0]), old),
                insert(ACCOUNTS, Account(keys[1], owner="ann")),
            ]

            backend.commit(changes[::order])

            assert load(backend, ACCOUNTS, keys[1]) == Account(keys[1], owner="ann")
            row = backend.get(ACCOUNTS, (keys[1],))
            assert row is not None
            backend.commit([remove(ACCOUNTS, row)])

    def test_row_keeps_its_own_unique_value(self, backend: Backend) -> None:
        """Replacing a row does not collide with itself."""
        [old] = save(backend, ACCOUNTS, Account("a", "ann", "s", 1))

        backend.commit([replace(ACCOUNTS, Account("a", "ann", "s", 1, balance=5), old)])

        assert load(backend, ACCOUNTS, "a") == Account("a", "ann", "s", 1, 5)

    def test_required_row_keeps_its_unique_value(self, backend: Backend) -> None:
        """Require changes nothing, so the row's values stay taken."""
        [old] = save(backend, ACCOUNTS, Account("a", owner="ann"))

        refused = refusals(
            backend, require(ACCOUNTS, old), insert(ACCOUNTS, Account("b", owner="ann"))
        )

        assert refused == [(UNIQUE, "kit_accounts", ("b",), "owner", 1)]

    def test_freed_value_is_free_for_the_next_batch(self, backend: Backend) -> None:
        """Values of removed rows, and values given up, can be taken."""
        a, b = save(backend, ACCOUNTS, Account("a", owner="ann"), Account("b", owner="bob"))
        backend.commit([remove(ACCOUNTS, a), replace(ACCOUNTS, Account("b", owner="bea"), b)])

        save(backend, ACCOUNTS, Account("c", owner="ann"), Account("d", owner="bob"))

        assert [x.owner for x in find(backend, ACCOUNTS)] == ["bea", "ann", "bob"]

    def test_refused_batch_takes_no_unique_value(self, backend: Backend) -> None:
        """What a refused batch would have taken or freed is as before."""
        [old] = save(backend, ACCOUNTS, Account("a", owner="ann"))
        refusals(
            backend,
            replace(ACCOUNTS, Account("a", owner="bob"), old),
            insert(ACCOUNTS, Account("b", owner="cid")),
            Remove(CARDS, ("gone",), token()),
        )

        assert refusals(backend, insert(ACCOUNTS, Account("x", owner="ann"))) == [
            (UNIQUE, "kit_accounts", ("x",), "owner", 0)
        ]
        save(backend, ACCOUNTS, Account("y", owner="bob"), Account("z", owner="cid"))

    def test_key_is_named_before_a_unique_group(self, backend: Backend) -> None:
        """A change is named once: by its key if that is taken, else by the first group."""
        save(backend, ACCOUNTS, Account("a", "ann", "s", 1))

        both = refusals(backend, insert(ACCOUNTS, Account("a", "ann", "s", 1)))
        groups = refusals(backend, insert(ACCOUNTS, Account("b", "ann", "s", 1)))
        second = refusals(backend, insert(ACCOUNTS, Account("b", "bob", "s", 1)))

        assert both == [(UNIQUE, "kit_accounts", ("a",), "key", 0)]
        assert groups == [(UNIQUE, "kit_accounts", ("b",), "owner", 0)]
        assert second == [(UNIQUE, "kit_accounts", ("b",), "shelf,slot", 0)]

    def test_stale_token_is_named_before_a_unique_group(self, backend: Backend) -> None:
        """A Replace that is stale is STALE, also where its new value is taken."""
        save(backend, ACCOUNTS, Account("a", owner="ann"), Account("b", owner="bob"))
        stale = Replace(ACCOUNTS, ACCOUNTS.encode(Account("b", owner="ann"), token()), token())

        assert refusals(backend, stale) == [(STALE, "kit_accounts", ("b",), "key", 0)]

    def test_first_group_in_declared_order_is_named(self, backend: Backend) -> None:
        """Where one group collides with a stored row and another with the batch, order decides."""
        save(backend, ACCOUNTS, Account("a", shelf="s", slot=1))

        refused = refusals(
            backend,
            insert(ACCOUNTS, Account("b", owner="ann")),
            insert(ACCOUNTS, Account("c", owner="ann", shelf="s", slot=1)),
        )

        assert refused == [(UNIQUE, "kit_accounts", ("c",), "owner", 1)]

    def test_value_that_a_later_replace_keeps_is_refused_there(self, backend: Backend) -> None:
        """A row that the batch writes does not "stay": the earlier change has the value."""
        [old] = save(backend, ACCOUNTS, Account("a", owner="ann"))

        refused = refusals(
            backend,
            insert(ACCOUNTS, Account("b", owner="ann")),
            replace(ACCOUNTS, Account("a", owner="ann", balance=1), old),
        )

        assert refused == [(UNIQUE, "kit_accounts", ("a",), "owner", 1)]

    def test_unique_is_judged_as_if_all_other_changes_fitted(self, backend: Backend) -> None:
        """
        A refused change counts like any other for those after it.

        A stale Remove or Replace is taken to free its row's values, and a refused
        Insert to take its own: so the list does not depend on what a store tries first.
        """
        save(backend, ACCOUNTS, Account("a", owner="ann"), Account("b", owner="bob"))
        save(backend, ACCOUNTS, Account("c"))
        stale = Replace(ACCOUNTS, ACCOUNTS.encode(Account("b", owner="cid"), token()), token())

        refused = refusals(
            backend,
            Remove(ACCOUNTS, ("a",), token()),
            stale,
            insert(ACCOUNTS, Account("d", owner="ann")),
            insert(ACCOUNTS, Account("e", owner="bob")),
            insert(ACCOUNTS, Account("f", owner="cid")),
            insert(ACCOUNTS, Account("c", owner="dan")),
            insert(ACCOUNTS, Account("g", owner="dan")),
        )

        assert refused == [
            (STALE, "kit_accounts", ("a",), "key", 0),
            (STALE, "kit_accounts", ("b",), "key", 1),
            (UNIQUE, "kit_accounts", ("f",), "owner", 4),
            (UNIQUE, "kit_accounts", ("c",), "key", 5),
            (UNIQUE, "kit_accounts", ("g",), "owner", 6),
        ]

    def test_refused_insert_does_not_free_the_row_it_met(self, backend: Backend) -> None:
        """The row under a taken key stays, and so do its unique values."""
        save(backend, ACCOUNTS, Account("a", owner="ann"))

        refused = refusals(
            backend,
            insert(ACCOUNTS, Account("a", owner="bob")),
            insert(ACCOUNTS, Account("b", owner="ann")),
        )

        assert refused == [
            (UNIQUE, "kit_accounts", ("a",), "key", 0),
            (UNIQUE, "kit_accounts", ("b",), "owner", 1),
        ]

    def test_many_refusals_are_all_listed(self, backend: Backend) -> None:
        """A long batch is not judged in part."""
        save(backend, SHEETS, *(Sheet("b", n) for n in range(0, 60, 2)))

        refused = refusals(backend, *(insert(SHEETS, Sheet("b", n)) for n in range(60)))

        assert refused == [(UNIQUE, "kit_sheets", ("b", n), "key", n) for n in range(0, 60, 2)]

    def test_key_is_named_in_its_encoded_form(self, backend: Backend) -> None:
        """The item's key is the row's key: the same scalars of the same types."""
        row = SHEETS.encode(Sheet("é' ", -5), token())
        backend.commit([Insert(SHEETS, row)])

        [(_, _, key, _, _)] = refusals(backend, Insert(SHEETS, row))

        assert key == row.key
        assert [type(part) for part in key] == [str, int]
