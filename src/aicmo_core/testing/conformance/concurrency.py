"""What holds when several threads, or several users of one store, are at work."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from attrs import evolve

from aicmo_core.storage import Backend, BackendUnavailable, Conflict, Row
from aicmo_core.testing.conformance.base import (
    Conformance,
    OpenStore,
    everything,
    find,
    insert,
    load,
    refusals,
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
    ENTRIES,
    Account,
    Basket,
    Card,
    Entry,
    Line,
)

T = TypeVar("T")
THREADS = 6
ROUNDS = 20
PATIENCE = 10_000


def together(number: int, work: Callable[[int], T]) -> list[T]:
    """Run *work* in so many threads that begin at the same moment; return their answers."""
    gate = Barrier(number, timeout=60)

    def begin(n: int) -> T:
        gate.wait()
        return work(n)

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(begin, range(number)))


def count_up(backend: Backend, account_id: str) -> bool:
    """Add one to an account's balance, reading again whenever somebody else was first."""
    for _ in range(PATIENCE):
        row = read(backend, account_id)
        account = ACCOUNTS.decode(row)
        try:
            backend.commit([replace(ACCOUNTS, evolve(account, balance=account.balance + 1), row)])
        except (Conflict, BackendUnavailable):
            continue
        return True
    raise AssertionError(f"no commit in {PATIENCE} attempts")


def read(backend: Backend, account_id: str) -> Row:
    row = backend.get(ACCOUNTS, (account_id,))
    assert row is not None
    return row


def while_written(write: Callable[[int], None], watch: Callable[[], None]) -> None:
    """Watch in two threads, many times each, while a third writes without a pause."""
    written: list[int] = []
    ended: list[int] = []

    def work(n: int) -> None:
        watched = 0
        try:
            while n == 0 and len(ended) < 2:
                write(len(written) + 1)
                written.append(n)
            while n and (watched < ROUNDS or len(written) < ROUNDS) and 0 not in ended:
                watch()
                watched += 1
        finally:
            ended.append(n)

    together(3, work)


@cases_of(Level.CONCURRENT)
class ConcurrencyConformance(Conformance):
    """Threads that share one object, and objects that share one store."""

    def test_no_update_is_lost(self, backend: Backend) -> None:
        """Counting up with Replace, and reading again on Conflict, counts every one."""
        save(backend, ACCOUNTS, Account("a"))

        together(THREADS, lambda n: [count_up(backend, "a") for _ in range(ROUNDS)])

        assert load(backend, ACCOUNTS, "a") == Account("a", balance=THREADS * ROUNDS)

    def test_one_of_many_inserts_of_a_key_wins(self, backend: Backend) -> None:
        """Who is told that it was written has written it; all others are refused."""

        def claim(seq: int, n: int) -> bool:
            try:
                backend.commit(
                    [
                        insert(CARDS, Card(card_id=f"{seq}-{n}")),
                        insert(ENTRIES, Entry("s", seq, text=str(n))),
                    ]
                )
            except Conflict:
                return False
            return True

        answers = together(THREADS, lambda n: [claim(seq, n) for seq in range(ROUNDS)])

        winners = [[n for n in range(THREADS) if answers[n][seq]] for seq in range(ROUNDS)]
        assert [len(w) for w in winners] == [1] * ROUNDS
        assert [[int(e.text)] for e in find(backend, ENTRIES)] == winners
        written = {card.card_id for card in find(backend, CARDS)}
        assert written == {f"{seq}-{n}" for seq, [n] in enumerate(winners)}

    def test_one_of_many_inserts_of_a_unique_value_wins(self, backend: Backend) -> None:
        """A unique constraint holds under threads."""

        def claim(slot: int, n: int) -> bool:
            try:
                backend.commit([insert(ACCOUNTS, Account(f"{slot}-{n}", owner=str(slot)))])
            except Conflict:
                return False
            return True

        answers = together(THREADS, lambda n: [claim(slot, n) for slot in range(ROUNDS)])

        assert [sum(verdicts) for verdicts in zip(*answers, strict=True)] == [1] * ROUNDS
        assert backend.count(ACCOUNTS) == ROUNDS

    def test_write_skew_is_refused_by_require(self, backend: Backend) -> None:
        """
        Two that each change one row and require the other do not both succeed.

        Each withdraws from its own account as long as both together hold enough.
        """

        def withdraw(n: int, pair: tuple[str, str]) -> bool:
            mine, other = pair[n], pair[1 - n]
            rows = read(backend, mine), read(backend, other)
            accounts = [ACCOUNTS.decode(row) for row in rows]
            if sum(account.balance for account in accounts) < 2:
                return False
            gate.wait()
            changed = replace(ACCOUNTS, evolve(accounts[0], balance=-1), rows[0])
            try:
                backend.commit([changed, require(ACCOUNTS, rows[1])])
            except Conflict:
                return False
            return True

        for round_ in range(ROUNDS):
            pair = (f"a{round_}", f"b{round_}")
            save(backend, ACCOUNTS, *(Account(key, balance=1) for key in pair))
            gate = Barrier(2, timeout=60)
            verdicts = together(2, lambda n, pair=pair: withdraw(n, pair))  # type: ignore[misc]
            balances = sorted(ACCOUNTS.decode(read(backend, key)).balance for key in pair)
            assert sum(verdicts) == 1
            assert balances == [-1, 1]

    def test_children_are_never_torn_from_their_parent(self, backend: Backend) -> None:
        """A read under a writer gives a parent with the children of the same content."""
        save(backend, BASKETS, Basket("a"))

        def write(n: int) -> None:
            row = backend.get(BASKETS, ("a",))
            assert row is not None
            backend.commit([replace(BASKETS, Basket("a", n % 7, [Line("x")] * (n % 7)), row)])

        def watch() -> None:
            got = load(backend, BASKETS, "a")
            assert got is not None
            [found] = find(backend, BASKETS)
            assert len(got.lines) == got.total
            assert len(found.lines) == found.total

        while_written(write, watch)

    def test_batch_of_several_rows_is_seen_whole(self, backend: Backend) -> None:
        """A single find sees all of a batch or nothing of it."""
        save(backend, ACCOUNTS, *(Account(f"{n}") for n in range(5)))

        def write(n: int) -> None:
            rows = everything(backend, ACCOUNTS)["kit_accounts"]
            backend.commit(
                [replace(ACCOUNTS, Account(f"{k}", balance=n), row) for k, row in enumerate(rows)]
            )

        def watch() -> None:
            balances = [account.balance for account in find(backend, ACCOUNTS)]
            assert balances == balances[:1] * 5

        while_written(write, watch)

    def test_batches_that_name_rows_in_another_order_do_not_block(self, backend: Backend) -> None:
        """Whatever the order of rows in the batches: each ends, and no update is lost."""
        save(backend, ACCOUNTS, Account("a"), Account("b"), Account("c"))

        def add(n: int) -> bool:
            keys = ["a", "b", "c"][:: 1 if n % 2 else -1]
            for _ in range(PATIENCE):
                rows = [read(backend, key) for key in keys]
                accounts = [ACCOUNTS.decode(row) for row in rows]
                changes = [
                    replace(ACCOUNTS, evolve(account, balance=account.balance + 1), row)
                    for account, row in zip(accounts, rows, strict=True)
                ]
                try:
                    backend.commit(changes)
                except (Conflict, BackendUnavailable):
                    continue
                return True
            raise AssertionError(f"no commit in {PATIENCE} attempts")

        together(4, lambda n: [add(n) for _ in range(ROUNDS)])

        assert [account.balance for account in find(backend, ACCOUNTS)] == [4 * ROUNDS] * 3

    def test_threads_on_rows_of_their_own_all_succeed(self, backend: Backend) -> None:
        """Who names different rows does not meet a conflict."""

        def work(n: int) -> None:
            [row] = save(backend, BASKETS, Basket(f"{n}"))
            for k in range(ROUNDS):
                change = replace(BASKETS, Basket(f"{n}", k, [Line(str(n))] * (k % 3)), row)
                backend.commit([change, insert(ENTRIES, Entry(f"s{n}", k))])
                row = change.row

        together(THREADS, work)

        assert [b.total for b in find(backend, BASKETS)] == [ROUNDS - 1] * THREADS
        assert backend.count(ENTRIES) == THREADS * ROUNDS

    def test_commit_is_visible_to_all_threads_at_once(self, backend: Backend) -> None:
        """A read that begins after a commit has returned sees it, in any thread."""
        with ThreadPoolExecutor(1) as pool:
            pool.submit(find, backend, CARDS).result()
            for n in range(ROUNDS):
                save(backend, CARDS, Card(card_id=f"{n}", size=n))
                assert pool.submit(load, backend, CARDS, f"{n}").result() is not None
                assert len(pool.submit(find, backend, CARDS).result()) == n + 1
                assert pool.submit(backend.count, CARDS).result() == n + 1

    def test_commit_is_visible_to_a_second_object(
        self, backend: Backend, reopen: OpenStore
    ) -> None:
        """Two Backend objects on one store see each other's commits at once, both ways."""
        other = reopen()

        for n in range(ROUNDS):
            writer, reader = (backend, other) if n % 2 else (other, backend)
            save(writer, CARDS, Card(card_id=f"{n:02}", size=n))
            assert load(reader, CARDS, f"{n:02}") == Card(card_id=f"{n:02}", size=n)
            assert reader.count(CARDS) == n + 1
            assert len(find(reader, CARDS)) == n + 1

    def test_second_object_meets_the_conflicts_of_the_first(
        self, backend: Backend, reopen: OpenStore
    ) -> None:
        """Keys, tokens and unique values are judged by the store, not by one object."""
        other = reopen()
        [row] = save(backend, ACCOUNTS, Account("a", owner="ann"))
        other.commit([replace(ACCOUNTS, Account("a", owner="ann", balance=1), row)])

        verdicts = [
            backend.commit_many([[change]])[0]
            for change in (
                replace(ACCOUNTS, Account("a", balance=2), row),
                insert(ACCOUNTS, Account("a")),
                insert(ACCOUNTS, Account("b", owner="ann")),
            )
        ]

        assert [type(v) for v in verdicts] == [Conflict] * 3
        assert load(backend, ACCOUNTS, "a") == Account("a", owner="ann", balance=1)

    def test_no_update_is_lost_between_objects(self, backend: Backend, reopen: OpenStore) -> None:
        """Counting up through two objects counts every one."""
        save(backend, ACCOUNTS, Account("a"))
        objects = [backend, reopen()]

        together(4, lambda n: [count_up(objects[n % 2], "a") for _ in range(ROUNDS // 2)])

        assert load(backend, ACCOUNTS, "a") == Account("a", balance=4 * (ROUNDS // 2))

    def test_reader_does_not_hold_up_a_writer(self, backend: Backend, reopen: OpenStore) -> None:
        """A read holds no lock when it has returned, whoever then writes."""
        other = reopen()
        rows = save(backend, BASKETS, *(Basket(f"{n}", n, [Line("x")]) for n in range(10)))

        find(backend, BASKETS)
        backend.get(BASKETS, ("1",))
        backend.count(BASKETS)
        other.commit([replace(BASKETS, Basket("1", 7), rows[1])])

        assert load(backend, BASKETS, "1") == Basket("1", 7)

    def test_refused_commit_does_not_hold_up_the_next(
        self, backend: Backend, reopen: OpenStore
    ) -> None:
        """A refused batch leaves no lock behind, in this object or another."""
        other = reopen()
        [row] = save(backend, CARDS, Card(card_id="a"))
        stale = row._replace(token=token())

        for one, two in ((backend, other), (other, backend)):
            refusals(one, insert(CARDS, Card(card_id="b")), require(CARDS, stale))
            current = two.get(CARDS, ("a",))
            assert current is not None
            two.commit([replace(CARDS, Card(card_id="a"), current)])
