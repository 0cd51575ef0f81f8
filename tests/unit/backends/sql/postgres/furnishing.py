"""What the tests of PostgreSQL store, and a commit that waits for somebody else."""

import threading
from typing import Any

import psycopg

from aicmo_core.backends.sql.address import read_address
from aicmo_core.backends.sql.backend import SqlBackend
from aicmo_core.backends.sql.postgres import Postgres
from aicmo_core.kernel.errors import AicmoError
from aicmo_core.storage import (
    Batch,
    Insert,
    Remove,
    Replace,
    Require,
)
from aicmo_core.testing.samples import (
    ACCOUNTS,
    BASKETS,
    CARDS,
    ENTRIES,
    TICKETS,
    Account,
    Basket,
    Card,
    Entry,
    Line,
    Note,
    Ticket,
)


def opened(url: str, **options: str) -> SqlBackend:
    """Return a backend that takes these options of the server or the driver."""
    return SqlBackend(Postgres(read_address(url).update_query_dict(options)))


def ticket(number: int, text: str = "") -> Insert:
    """Return how a ticket is stored under `token-N`."""
    return Insert(TICKETS, TICKETS.encode(Ticket(number, text), f"token-{number}"))


def stale(number: int) -> Replace:
    """Return how that ticket is replaced: stale, if somebody else did so first."""
    return Replace(
        TICKETS, TICKETS.encode(Ticket(number, "new"), f"new-{number}"), f"token-{number}"
    )


def furnish(backend: SqlBackend) -> None:
    """Store what the batches change."""
    backend.commit(
        [
            Insert(BASKETS, BASKETS.encode(Basket("b", lines=[Line("one")]), "basket-1")),
            Insert(ACCOUNTS, ACCOUNTS.encode(Account("1", owner="ann"), "account-1")),
            Insert(ACCOUNTS, ACCOUNTS.encode(Account("2", owner="bob"), "account-2")),
            Insert(CARDS, CARDS.encode(Card(card_id="c"), "card-1")),
            *map(ticket, range(9)),
        ]
    )


BATCHES: dict[str, Batch] = {
    "a step's rows": [
        Insert(BASKETS, BASKETS.encode(Basket("n", lines=[Line("a")], notes=(Note("x"),)), "t-1")),
        Insert(ENTRIES, ENTRIES.encode(Entry("run", 1), "t-2")),
        Replace(CARDS, CARDS.encode(Card(card_id="c", size=3), "card-2"), "card-1"),
        Require(TICKETS, (1,), "token-1"),
    ],
    "many rows of a table": [
        *map(stale, range(4)),
        Remove(TICKETS, (4,), "token-4"),
        Remove(TICKETS, (5,), "token-5"),
        Require(TICKETS, (6,), "token-6"),
        ticket(50),
        ticket(51),
    ],
    "children that are replaced": [
        Replace(BASKETS, BASKETS.encode(Basket("b", lines=[Line("two")]), "basket-2"), "basket-1")
    ],
    "unique values that are swapped": [
        Replace(ACCOUNTS, ACCOUNTS.encode(Account("1", owner="bob"), "account-3"), "account-1"),
        Replace(ACCOUNTS, ACCOUNTS.encode(Account("2", owner="ann"), "account-4"), "account-2"),
    ],
}


def wait_until_blocked(other: psycopg.Connection[Any], number: int = 1) -> None:
    """Return when so many other sessions wait for a lock."""
    blocked = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND wait_event_type = 'Lock'"
    )
    for _ in range(100_000):
        if other.execute(blocked).fetchall() == [(number,)]:
            return
    raise AssertionError(f"{number} sessions should wait for a lock")


class Trying(threading.Thread):
    """A commit in a thread of its own, and the error that it met."""

    def __init__(self, backend: SqlBackend, changes: Batch) -> None:
        super().__init__()
        self._backend = backend
        self._changes = changes
        self.error: AicmoError | None = None
        self.start()

    def run(self) -> None:
        try:
            self._backend.commit(self._changes)
        except AicmoError as error:
            self.error = error
