"""A refused batch is explained by reading: which changes do not fit, and why."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from aicmo_core.backends.sql.plugin import open_sqlite
from aicmo_core.storage import (
    Backend,
    Change,
    ConflictItem,
    ConflictKind,
    Insert,
    Remove,
    Replace,
    Require,
)
from aicmo_core.storage.diagnosis import diagnose
from aicmo_core.testing.databases import fresh_sqlite
from aicmo_core.testing.samples import ACCOUNTS, ENTRIES, KIT, Account, Entry


@pytest.fixture
def backend(tmp_path: Path) -> Iterator[Backend]:
    """Two accounts: ann has the first, with a shelf and slot; bob has the second."""
    with open_sqlite(fresh_sqlite(tmp_path)) as backend:
        backend.prepare([KIT])
        backend.commit(
            [
                _insert("1", "ann", shelf="top", slot=1),
                _insert("2", "bob", shelf="top"),
                Insert(ENTRIES, ENTRIES.encode(Entry("run", 1, slot=5), "token-run")),
            ]
        )
        yield backend


def _insert(key: str, owner: str | None, shelf: str = "", slot: int | None = None) -> Insert:
    return Insert(ACCOUNTS, ACCOUNTS.encode(Account(key, owner, shelf, slot), f"token-{key}"))


def _replace(key: str, owner: str | None, token: str | None = None) -> Replace:
    row = ACCOUNTS.encode(Account(key, owner), f"new-{key}")
    return Replace(ACCOUNTS, row, token or f"token-{key}")


def _item(kind: ConflictKind, key: str, constraint: str, position: int) -> ConflictItem:
    return ConflictItem(kind, "kit_accounts", (key,), constraint, position)


STALE, UNIQUE = ConflictKind.STALE, ConflictKind.UNIQUE

REFUSED: dict[str, tuple[list[Change], list[ConflictItem]]] = {
    "key taken": ([_insert("1", None)], [_item(UNIQUE, "1", "key", 0)]),
    "key before unique value": ([_insert("1", "bob")], [_item(UNIQUE, "1", "key", 0)]),
    "first of two unique values": (
        [_insert("3", "ann", "top", 1)],
        [_item(UNIQUE, "3", "owner", 0)],
    ),
    "unique values together": (
        [_insert("3", "eve", "top", 1)],
        [_item(UNIQUE, "3", "shelf,slot", 0)],
    ),
    "row gone or changed": (
        [
            _replace("1", "ann", "old"),
            Remove(ACCOUNTS, ("9",), "x"),
            Require(ACCOUNTS, ("2",), "x"),
        ],
        [_item(STALE, "1", "key", 0), _item(STALE, "9", "key", 1), _item(STALE, "2", "key", 2)],
    ),
    "value of an earlier change": (
        [_insert("3", "eve"), _insert("4", "eve"), _insert("5", "eve")],
        [_item(UNIQUE, "4", "owner", 1), _item(UNIQUE, "5", "owner", 2)],
    ),
    "value that a replaced row takes": (
        [_replace("1", "bob")],
        [_item(UNIQUE, "1", "owner", 0)],
    ),
}

FITTING: dict[str, list[Change]] = {
    "value of a removed row": [_insert("3", "ann"), Remove(ACCOUNTS, ("1",), "token-1")],
    "values swapped": [_replace("1", "bob"), _replace("2", "ann")],
    "value kept by its row": [_replace("1", "ann")],
    "None twice": [_insert("3", None), _insert("4", None), _replace("2", None)],
}


@pytest.mark.parametrize(("changes", "items"), REFUSED.values(), ids=REFUSED.keys())
def test_change_that_does_not_fit_is_named(
    backend: Backend, changes: list[Change], items: list[ConflictItem]
) -> None:
    """One item for each, in batch order: the key or token first, then unique values in turn."""
    assert list(diagnose(backend, changes)) == items


@pytest.mark.parametrize("changes", FITTING.values(), ids=FITTING.keys())
def test_batch_that_fits_has_no_conflict(backend: Backend, changes: list[Change]) -> None:
    """Unique values are judged as they are after the batch."""
    assert diagnose(backend, changes) == ()
    backend.commit(changes)


def test_fence_reports_a_fence(backend: Backend) -> None:
    """Whatever a fence collides on, the answer is to read the journal again."""
    changes: list[Change] = [
        Insert(ENTRIES, ENTRIES.encode(Entry("run", 1), "x")),
        Insert(ENTRIES, ENTRIES.encode(Entry("run", 2, slot=5), "y")),
        Remove(ENTRIES, ("run", 7), "z"),
    ]

    items = diagnose(backend, changes)

    assert {item.kind for item in items} == {ConflictKind.FENCE}
    assert [item.constraint for item in items] == ["key", "stream,slot", "key"]
