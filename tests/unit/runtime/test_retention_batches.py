"""Bounded batches: each a commit, each group whole."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from aicmo_core.backends.memory.backend import MemoryBackend
from aicmo_core.backends.memory.memory import Memory
from aicmo_core.providers.waiter import SystemWaiter
from aicmo_core.runtime.committing import Committer
from aicmo_core.runtime.records import COMMITS, SCHEMA, SUBSCRIBERS, SubscriberRecord
from aicmo_core.runtime.retention.batches import PAGE, commit_groups, pages
from aicmo_core.storage import BackendUnavailable, Change, Insert, compile_query
from aicmo_core.testing.faulty import Fault, FaultyBackend
from aicmo_core.testing.fixtures import MONDAY_MORNING, FixedClock


@pytest.fixture
def backend() -> FaultyBackend:
    backend = FaultyBackend(MemoryBackend(Memory()))
    backend.prepare([SCHEMA])
    return backend


def insert(name: str) -> Insert:
    return Insert(SUBSCRIBERS, SUBSCRIBERS.encode(SubscriberRecord(name, MONDAY_MORNING), name))


def commit(backend: FaultyBackend, groups: Sequence[Sequence[Change]], most: int) -> list[bool]:
    return commit_groups(Committer(backend, FixedClock(), SystemWaiter()), groups, most)


def names(backend: FaultyBackend) -> list[str]:
    return [row.key[0] for row in backend.find(SUBSCRIBERS, compile_query(SUBSCRIBERS))]


def test_groups_that_do_not_fit_into_one_commit(backend: FaultyBackend) -> None:
    """A commit holds as many whole groups as fit, and a mark of its own."""
    groups = [[insert(f"{n}-{half}") for half in "ab"] for n in range(5)]

    made = commit(backend, groups, most=5)

    assert made == [True] * 5
    assert [len(batch) for batch in backend.batches] == [4 + 1, 4 + 1, 2 + 1]
    assert backend.count(COMMITS) == 3
    assert len(names(backend)) == 10


def test_group_that_is_larger_than_a_batch(backend: FaultyBackend) -> None:
    """It is one commit all the same: a run is purged as a whole."""
    assert commit(backend, [[insert("a"), insert("b"), insert("c")]], most=2) == [True]

    assert [len(batch) for batch in backend.batches] == [4]


def test_group_that_somebody_was_faster_with(backend: FaultyBackend) -> None:
    """It is left out, and the others of its batch are made."""
    backend.inner.commit([insert("b")])

    made = commit(backend, [[insert("a")], [insert("b"), insert("x")], [insert("c")]], most=10)

    assert made == [True, False, True]
    assert names(backend) == ["a", "b", "c"]


@pytest.mark.parametrize("fault", [Fault.LOST_AFTER, Fault.DUPLICATE])
def test_batch_whose_answer_is_lost(backend: FaultyBackend, fault: Fault) -> None:
    """It is settled by its mark: what landed counts as made."""
    backend.plan[1] = fault

    assert commit(backend, [[insert("a")]], most=10) == [True]

    assert names(backend) == ["a"]


def test_batch_that_was_lost_before_it_landed(backend: FaultyBackend) -> None:
    """It never lands afterwards, and whoever asked for it is told."""
    backend.plan[1] = Fault.LOST_BEFORE

    with pytest.raises(BackendUnavailable):
        commit(backend, [[insert("a")]], most=10)

    assert names(backend) == []


def test_more_rows_than_a_page(backend: FaultyBackend) -> None:
    """Each is given once, in order."""
    wanted = [f"{n:05}" for n in range(PAGE + 1)]
    backend.inner.commit([insert(name) for name in wanted])

    found = [list(page) for page in pages(backend, SUBSCRIBERS, compile_query(SUBSCRIBERS))]

    assert [len(page) for page in found] == [PAGE, 1]
    assert [row.key[0] for page in found for row in page] == wanted
