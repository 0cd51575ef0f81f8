"""Sixty-four threads, two processes, and stores that are opened over and over."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

from attrs import evolve

from aicmo_core.storage import Backend, BackendUnavailable, Conflict, Insert
from aicmo_core.testing.conformance.base import (
    Conformance,
    OpenStore,
    find,
    insert,
    load,
    opened,
    replace,
    save,
)
from aicmo_core.testing.conformance.concurrency import count_up, read, together
from aicmo_core.testing.conformance.forks import Fork, Say
from aicmo_core.testing.conformance.levels import Level, cases_of
from aicmo_core.testing.samples import (
    ACCOUNTS,
    BASKETS,
    CARDS,
    ENTRIES,
    Account,
    Basket,
    Card,
    Entry,
    Line,
)

CROWD = 64
TURNS = 25
OPENINGS = 25
ANSWERS = 20


def claim(backend: Backend, slot: int, name: str) -> bool:
    """Try to own *slot*; return whether the store says so. Nobody is told wrong."""
    while True:
        try:
            backend.commit([insert(ACCOUNTS, Account(f"{slot}-{name}", owner=f"slot {slot}"))])
        except Conflict:
            return False
        except BackendUnavailable:
            continue
        return True


@cases_of(Level.HARDENED)
class LoadConformance(Conformance):
    """Many at once, and many times."""

    def test_crowd_of_threads_reads_at_once(self, backend: Backend) -> None:
        """Each read of sixty-four threads is answered, and completely."""
        baskets = [Basket(f"{n:02}", n, [Line("x")] * (n % 3)) for n in range(CROWD)]
        save(backend, BASKETS, *baskets)

        def look(n: int) -> tuple[object, object, int]:
            mine = load(backend, BASKETS, f"{n:02}")
            return mine, find(backend, BASKETS), backend.count(BASKETS)

        answers = together(CROWD, look)

        assert answers == [(basket, baskets, CROWD) for basket in baskets]

    def test_crowd_of_threads_loses_no_update(self, backend: Backend) -> None:
        """Sixty-four threads count up one row."""
        save(backend, ACCOUNTS, Account("a"))

        together(CROWD, lambda n: [count_up(backend, "a") for _ in range(2)])

        assert load(backend, ACCOUNTS, "a") == Account("a", balance=2 * CROWD)

    def test_crowd_of_threads_has_one_winner(self, backend: Backend) -> None:
        """Of sixty-four that want one unique value, one is told that it has it."""
        answers = together(CROWD, lambda n: [claim(backend, s, f"{n}") for s in range(3)])

        assert [sum(verdicts) for verdicts in zip(*answers, strict=True)] == [1, 1, 1]
        owners = [account.owner for account in find(backend, ACCOUNTS)]
        assert owners == ["slot 0", "slot 1", "slot 2"]

    def test_store_is_closed_and_opened_many_times(
        self, backend: Backend, open_store: OpenStore, reopen: OpenStore
    ) -> None:
        """Each time all that was written before is there, and can be changed."""
        save(backend, BASKETS, Basket("a"))
        backend.close()

        for turn in range(1, OPENINGS + 1):
            with opened(open_store) as again:
                row = again.get(BASKETS, ("a",))
                assert row is not None
                change = replace(BASKETS, Basket("a", turn, [Line("x")] * turn), row)
                again.commit([change, insert(ENTRIES, Entry("s", turn))])

        last = reopen()
        assert load(last, BASKETS, "a") == Basket("a", OPENINGS, [Line("x")] * OPENINGS)
        assert [entry.seq for entry in find(last, ENTRIES)] == list(range(1, OPENINGS + 1))

    def test_closing_releases_what_was_opened(self, open_store: OpenStore) -> None:
        """However often a store is opened, no file, socket or thread is left behind."""

        def use() -> None:
            with opened(open_store) as backend:
                find(backend, CARDS)
                count_up_once(backend)

        for _ in range(3):
            use()
        before = _held()
        for _ in range(OPENINGS):
            use()

        assert _held() < before + OPENINGS

    def test_two_processes_lose_no_update(
        self, backend: Backend, open_store: OpenStore, other_process: Fork
    ) -> None:
        """Counting up from this process and two others counts every one."""
        save(backend, ACCOUNTS, Account("a"))

        def count(say: Say) -> None:
            with opened(open_store) as own:
                for _ in range(TURNS):
                    count_up(own, "a")

        children = [other_process(count) for _ in range(2)]
        for _ in range(TURNS):
            count_up(backend, "a")
        for child in children:
            child.join()

        assert load(backend, ACCOUNTS, "a") == Account("a", balance=3 * TURNS)

    def test_of_two_processes_one_wins(
        self, backend: Backend, open_store: OpenStore, other_process: Fork
    ) -> None:
        """A unique value that two processes want has one owner, and no other is told so."""

        def want(say: Say) -> None:
            with opened(open_store) as own:
                for slot in range(TURNS):
                    say(f"{claim(own, slot, 'child')}")

        child = other_process(want)
        mine = [claim(backend, slot, "parent") for slot in range(TURNS)]
        theirs = [line == "True" for line in child.join()]

        assert [a + b for a, b in zip(mine, theirs, strict=True)] == [1] * TURNS
        assert backend.count(ACCOUNTS) == TURNS

    def test_answer_outlives_the_process_that_had_it(
        self, backend: Backend, open_store: OpenStore, other_process: Fork
    ) -> None:
        """After `kill -9` each batch that was answered is there, and each batch is whole."""

        def write(say: Say) -> None:
            with opened(open_store) as own:
                for n in range(100_000):
                    lines = [Line(f"{n}")] * (n % 5)
                    own.commit([insert(BASKETS, Basket(f"{n:06}", n % 5, lines)), _entry(n)])
                    say(f"{n}")

        child = other_process(write)
        answered = [int(child.hear() or "-1") for _ in range(ANSWERS)]
        answered += map(int, child.kill())

        assert answered == list(range(len(answered)))
        first = {entry.seq for entry in find(backend, ENTRIES)}
        baskets = find(backend, BASKETS)
        later = {entry.seq for entry in find(backend, ENTRIES)}
        assert set(answered) <= first <= {int(b.basket_id) for b in baskets} <= later
        assert [len(b.lines) for b in baskets] == [b.total for b in baskets]

    def test_killed_process_does_not_hold_up_the_others(
        self, backend: Backend, open_store: OpenStore, other_process: Fork
    ) -> None:
        """What a killed process had locked is free."""
        save(backend, ACCOUNTS, Account("a"))

        def count(say: Say) -> None:
            with opened(open_store) as own:
                while count_up(own, "a"):
                    say("counted")

        child = other_process(count)
        heard = [child.hear() for _ in range(ANSWERS)]
        heard += child.kill()
        for _ in range(TURNS):
            count_up(backend, "a")

        assert set(heard) == {"counted"}
        assert ACCOUNTS.decode(read(backend, "a")).balance in (
            len(heard) + TURNS,
            len(heard) + TURNS + 1,
        )

    def test_child_and_parent_use_what_was_open(self, backend: Backend, fork: Fork) -> None:
        """After a fork both go on with the object, and neither hears the other's answers."""
        mine, theirs = Basket("parent"), Basket("child")
        rows = save(backend, BASKETS, mine, theirs)

        def live(say: Say) -> None:
            _work(backend, theirs, rows[1].token, lambda n: say(f"{n}"))

        child = fork(live)
        _work(backend, mine, rows[0].token, lambda n: None)

        assert child.join() == [str(n) for n in range(TURNS)]

    def test_child_that_closes_does_not_close_for_its_parent(
        self, backend: Backend, fork: Fork
    ) -> None:
        """What a fork inherited is released in the child alone."""
        save(backend, CARDS, Card(card_id="a"))

        def leave(say: Say) -> None:
            assert load(backend, CARDS, "a") is not None
            backend.close()

        fork(leave).join()

        save(backend, CARDS, Card(card_id="b"))
        assert [card.card_id for card in find(backend, CARDS)] == ["a", "b"]

    def test_child_that_ends_without_a_word_does_no_harm(
        self, backend: Backend, fork: Fork
    ) -> None:
        """A child that never touches what it inherited ends, and the parent notices nothing."""
        save(backend, CARDS, Card(card_id="a"))

        fork(lambda say: None).join()

        save(backend, CARDS, Card(card_id="b"))
        assert backend.count(CARDS) == 2


def count_up_once(backend: Backend) -> None:
    """Add one to the row `opened`, which is made if it is not there."""
    row = backend.get(ACCOUNTS, ("opened",))
    if row is None:
        backend.commit([insert(ACCOUNTS, Account("opened"))])
        return
    account = ACCOUNTS.decode(row)
    backend.commit([replace(ACCOUNTS, evolve(account, balance=account.balance + 1), row)])


def _work(backend: Backend, basket: Basket, token: str, done: Callable[[int], None]) -> None:
    """Change a basket of one's own many times; each change is read back."""
    for n in range(TURNS):
        row = backend.get(BASKETS, (basket.basket_id,))
        assert row is not None
        assert row.token == token
        changed = evolve(basket, total=n, lines=[Line(f"{n}")] * (n % 4))
        change = replace(BASKETS, changed, row)
        backend.commit([change])
        assert load(backend, BASKETS, basket.basket_id) == changed
        token = change.row.token
        done(n)


def _entry(n: int) -> Insert:
    return insert(ENTRIES, Entry("s", n))


def _held() -> int:
    """Return how many threads, and files where the system lists them, this process has."""
    files = next((place for place in ("/proc/self/fd", "/dev/fd") if os.path.isdir(place)), None)
    return threading.active_count() + (len(os.listdir(files)) if files else 0)
