"""Commits on PostgreSQL that wait for one another: what they find, and in which order they lock."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from aicmo_core.backends.sql.backend import SqlBackend
from aicmo_core.storage import (
    Change,
    Conflict,
    DatabaseLocked,
    Remove,
    Require,
)
from aicmo_core.testing.samples import (
    TICKETS,
)
from unit.backends.sql.postgres.furnishing import (
    Trying,
    furnish,
    opened,
    stale,
    ticket,
    wait_until_blocked,
)


def test_commit_waits_for_the_one_before_it_and_is_judged_by_it(
    backend: SqlBackend, other: psycopg.Connection[Any], url: str
) -> None:
    """The row had the expected token when the commit began, and another when it came to it."""
    furnish(backend)
    with psycopg.connect(url) as holder:
        holder.execute("UPDATE kit_tickets SET _token = 'theirs' WHERE number = 1")
        commit = Trying(backend, [stale(1), ticket(70)])
        wait_until_blocked(other)
        holder.commit()
        commit.join()

    assert isinstance(commit.error, Conflict)
    assert [(item.key, item.position) for item in commit.error.items] == [((1,), 0)]
    assert backend.get(TICKETS, (70,)) is None


def test_row_that_is_back_as_it_was_is_no_conflict(
    backend: SqlBackend, other: psycopg.Connection[Any], url: str
) -> None:
    """What was in the way is gone when it is looked for: the commit is tried again."""
    furnish(backend)
    with psycopg.connect(url) as holder:
        holder.execute("DELETE FROM kit_tickets WHERE number = 1")
        holder.execute("INSERT INTO kit_tickets VALUES (1, '', 'token-1')")
        commit = Trying(backend, [stale(1)])
        wait_until_blocked(other)
        holder.commit()
        commit.join()

    assert commit.error is None
    found = backend.get(TICKETS, (1,))
    assert found is not None
    assert found.token == "new-1"


def test_insert_waits_for_another_of_the_same_key(
    backend: SqlBackend, other: psycopg.Connection[Any], url: str
) -> None:
    """If the other is taken back, this one goes through."""
    with psycopg.connect(url) as holder:
        holder.execute("INSERT INTO kit_tickets VALUES (1, '', 'theirs')")
        commit = Trying(backend, [ticket(1)])
        wait_until_blocked(other)
        holder.rollback()
        commit.join()

    assert commit.error is None


def test_require_keeps_the_row_until_the_commit(
    backend: SqlBackend, other: psycopg.Connection[Any], url: str
) -> None:
    """A batch that requires a row waits for who changes it, and is judged by that."""
    furnish(backend)
    with psycopg.connect(url) as holder:
        holder.execute("UPDATE kit_tickets SET _token = 'theirs' WHERE number = 1")
        commit = Trying(backend, [Require(TICKETS, (1,), "token-1"), ticket(70)])
        wait_until_blocked(other)
        holder.commit()
        commit.join()

    assert isinstance(commit.error, Conflict)
    assert backend.get(TICKETS, (70,)) is None


def test_deadlock_is_tried_again(
    backend: SqlBackend, other: psycopg.Connection[Any], url: str
) -> None:
    """The server ends one of two that wait for each other; that one begins again."""
    furnish(backend)
    with (
        opened(url, options="-c deadlock_timeout=20ms") as victim,
        psycopg.connect(url, options="-c deadlock_timeout=60s") as holder,
    ):
        holder.execute("SELECT 1 FROM kit_tickets WHERE number = 2 FOR UPDATE")
        commit = Trying(victim, [stale(1), stale(2)])
        wait_until_blocked(other)
        holder.execute("SELECT 1 FROM kit_tickets WHERE number = 1 FOR UPDATE")
        holder.commit()
        commit.join()

    assert commit.error is None
    found = backend.get(TICKETS, (2,))
    assert found is not None
    assert found.token == "new-2"


@pytest.mark.parametrize("operation", ["require", "replace", "remove"])
def test_rows_are_locked_in_the_order_of_their_keys(
    backend: SqlBackend, other: psycopg.Connection[Any], url: str, operation: str
) -> None:
    """Whatever their order in the batch: so two batches cannot wait for each other."""
    furnish(backend)
    change: dict[str, Callable[[int], Change]] = {
        "require": lambda n: Require(TICKETS, (n,), f"token-{n}"),
        "replace": stale,
        "remove": lambda n: Remove(TICKETS, (n,), f"token-{n}"),
    }
    with psycopg.connect(url) as holder:
        holder.execute("SELECT 1 FROM kit_tickets WHERE number = 3 FOR UPDATE")
        commit = Trying(backend, [change[operation](n) for n in (8, 5, 3, 1)])
        wait_until_blocked(other)

        free = "SELECT number FROM kit_tickets WHERE number > 0 FOR UPDATE SKIP LOCKED"
        assert sorted(other.execute(free).fetchall()) == [(2,), (4,), (5,), (6,), (7,), (8,)]

        holder.commit()
        commit.join()
    assert commit.error is None


@pytest.mark.parametrize("isolation", ["repeatable read", "serializable"])
def test_stricter_isolation_is_tried_again(
    backend: SqlBackend, other: psycopg.Connection[Any], url: str, isolation: str
) -> None:
    """What the server cannot put into an order is a conflict, or goes through in the end."""
    furnish(backend)
    option = f"-c default_transaction_isolation={isolation.replace(' ', chr(92) + ' ')}"
    with opened(url, options=option) as strict, psycopg.connect(url) as holder:
        holder.execute("UPDATE kit_tickets SET text = 'same token' WHERE number = 1")
        commit = Trying(strict, [stale(1)])
        wait_until_blocked(other)
        holder.commit()
        commit.join()

    assert commit.error is None
    found = backend.get(TICKETS, (1,))
    assert found is not None
    assert found.token == "new-1"


def test_lock_timeout_is_told(backend: SqlBackend, url: str) -> None:
    """Nothing is written."""
    furnish(backend)

    with (
        opened(url, options="-c lock_timeout=10ms") as hasty,
        psycopg.connect(url) as holder,
    ):
        holder.execute("SELECT 1 FROM kit_tickets WHERE number = 1 FOR UPDATE")
        with pytest.raises(DatabaseLocked):
            hasty.commit([stale(1), ticket(70)])

    assert backend.get(TICKETS, (70,)) is None
