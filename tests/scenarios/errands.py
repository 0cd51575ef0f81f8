"""
A small world for faults to hit: one module, somebody outside, and a workflow over both.

Its steps update one row three times, write a file, emit events and act outside, so
that one short run has every kind of effect that a long one may have.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from enum import Enum
from threading import Lock
from typing import Any

from attrs import evolve, frozen

from aicmo_core import Event, RetryPolicy, StepContext, StepRejected, UndoContext, Workflow, step
from aicmo_core import external_step as acting_outside
from aicmo_core.app import App, open_app
from aicmo_core.backends.memory.backend import MemoryBackend
from aicmo_core.backends.memory.memory import Memory
from aicmo_core.hooks import Artifacts, Module, Provides, Scope, Subscriber, provides
from aicmo_core.kernel.clock import Waiter
from aicmo_core.providers.memory_artifacts import MemoryArtifactStore
from aicmo_core.runtime.plugins import Plugins
from aicmo_core.runtime.records import JOURNAL
from aicmo_core.saga import TransientFailure
from aicmo_core.storage import Backend, Batch, Collection, Insert, Store
from aicmo_core.testing.faulty import Crash, Fault, FaultyBackend
from aicmo_core.testing.fixtures import FixedClock

# -- the module ------------------------------------------------------------------------------


@frozen
class Line:
    amount: int
    why: str


@frozen
class Account:
    account_id: str
    balance: int
    lines: tuple[Line, ...] = ()


@frozen
class Letter:
    letter_id: str
    path: str
    sha256: str


@frozen
class AccountOpened(Event):
    account_id: str


@frozen
class Deposited(Event):
    account_id: str
    amount: int


@frozen
class LetterWritten(Event):
    letter_id: str


@frozen
class ErrandRefused(Event):
    name: str


ACCOUNTS = Collection(
    "desk_accounts", Account, key="account_id", children={"lines": "desk_account_lines"}
)
LETTERS = Collection("desk_letters", Letter, key="letter_id")


class Desk(ABC):
    """Keeps accounts and letters."""

    @abstractmethod
    def open_account(self, account_id: str) -> Account:
        """Open an account that must not be there yet."""

    @abstractmethod
    def deposit(self, account_id: str, amount: int, why: str) -> Account:
        """Change an account's balance."""

    @abstractmethod
    def write(self, letter_id: str, text: str) -> Letter:
        """Write a letter, with its file."""

    @abstractmethod
    def announce(self, account_id: str) -> None:
        """Emit an event about an account without changing it."""

    @abstractmethod
    def account(self, account_id: str) -> Account | None:
        """Return an account, or None."""


class StoredDesk(Desk):
    def __init__(self, store: Store, artifacts: Callable[[], Artifacts]) -> None:
        self._store = store
        self._artifacts = artifacts

    def open_account(self, account_id: str) -> Account:
        account = self._store.open(ACCOUNTS).add(Account(account_id, 0))
        self._store.emit(AccountOpened(account_id), ACCOUNTS, account_id)
        return account

    def deposit(self, account_id: str, amount: int, why: str) -> Account:
        accounts = self._store.open(ACCOUNTS)
        account = accounts.require(account_id)
        changed = evolve(
            account, balance=account.balance + amount, lines=(*account.lines, Line(amount, why))
        )
        accounts.replace(changed)
        self._store.emit(Deposited(account_id, amount), ACCOUNTS, account_id)
        return changed

    def write(self, letter_id: str, text: str) -> Letter:
        written = self._artifacts().put("letter.md", text.encode())
        letter = self._store.open(LETTERS).add(Letter(letter_id, written.path, written.sha256))
        self._store.emit(LetterWritten(letter_id), LETTERS, letter_id)
        return letter

    def announce(self, account_id: str) -> None:
        self._store.emit(Deposited(account_id, 0), ACCOUNTS, account_id)

    def account(self, account_id: str) -> Account | None:
        return self._store.open(ACCOUNTS).get(account_id)


def _desk(scope: Scope) -> Desk:
    return StoredDesk(scope.store, lambda: scope.get(Artifacts))


DESK = Module("desk", [ACCOUNTS, LETTERS], [provides(Desk).by(_desk)])


# -- somebody outside ----------------------------------------------------------------------------


class Hotel:
    """
    Takes bookings, once per key, and keeps a ledger of what was asked of it.

    Attributes:
        asked: Every call, in order, as (verb, key).
        booked: The keys that hold a room.
        refusals: How many cancellations to refuse before one is taken.
        while_booking: Called after a room is booked and before the answer.
    """

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.effective: list[tuple[str, str]] = []
        self.results_given_back: list[Any] = []
        self.booked: set[str] = set()
        self.refusals = 0
        self.before_booking: Callable[[], None] = lambda: None
        self.while_booking: Callable[[], None] = lambda: None
        self._lock = Lock()

    def book(self, key: str) -> str:
        self.before_booking()
        with self._lock:
            self.asked.append(("book", key))
            if key not in self.booked:
                self.booked.add(key)
                self.effective.append(("book", key))
        self.while_booking()
        return f"room for {key}"

    def cancel(self, key: str) -> None:
        with self._lock:
            self.asked.append(("cancel", key))
            if self.refusals:
                self.refusals -= 1
                raise ConnectionError("nobody at the desk")
            if key in self.booked:
                self.booked.discard(key)
                self.effective.append(("cancel", key))


# -- the workflow ---------------------------------------------------------------------------------


class Ending(Enum):
    """What the last step does."""

    SUCCESS = "success"
    REJECTED = "rejected"
    BUG = "bug"
    FLAKY = "flaky"


@frozen
class Errand:
    name: str
    ending: Ending = Ending.SUCCESS


@step
def open_account(context: StepContext[Errand]) -> Account:
    return context.port(Desk).open_account(context.input.name)


@step
def deposit(context: StepContext[Errand]) -> Account:
    return context.port(Desk).deposit(context.input.name, 100, "deposit")


@step
def write_letter(context: StepContext[Errand]) -> Letter:
    balance = context.result(deposit).balance
    return context.port(Desk).write(context.input.name, f"Your balance is {balance}.")


def cancel(context: UndoContext[Errand, str]) -> None:
    hotel = context.port(Hotel)
    hotel.results_given_back.append(context.result)
    hotel.cancel(context.idempotency_key)


@acting_outside(
    compensation=cancel,
    retry=RetryPolicy(max_attempts=2, initial=timedelta(seconds=1)),
    compensation_retry=RetryPolicy(max_attempts=3, initial=timedelta(seconds=1)),
)
def book(context: StepContext[Errand]) -> str:
    return context.port(Hotel).book(context.idempotency_key)


@acting_outside(compensation=cancel, name="book")
def book_once(context: StepContext[Errand]) -> str:
    return context.port(Hotel).book(context.idempotency_key)


@step
def withdraw(context: StepContext[Errand]) -> Account:
    return context.port(Desk).deposit(context.input.name, -30, context.result(book))


@step(retry=RetryPolicy(max_attempts=3, initial=timedelta(seconds=10)))
def finish(context: StepContext[Errand]) -> Account:
    done = context.port(Desk).deposit(context.input.name, -20, "finish")
    match context.input.ending:
        case Ending.REJECTED:
            raise StepRejected("no", {"balance": done.balance}, [ErrandRefused(context.input.name)])
        case Ending.BUG:
            raise RuntimeError("a bug")
        case Ending.FLAKY if context.attempt < 3:
            raise TransientFailure(f"not yet, attempt {context.attempt}")
    return done


STEPS = ("open_account", "deposit", "write_letter", "book", "withdraw", "finish")

errand = Workflow(
    "errand", 1, Errand, [open_account, deposit, write_letter, book, withdraw, finish]
)
"""Its external step is attempted twice, so that an unknown outcome is tried again."""

hasty_errand = Workflow(
    "hasty_errand", 1, Errand, [open_account, deposit, write_letter, book_once, withdraw, finish]
)
"""Its external step is attempted once, so that an unknown outcome is compensated."""


# -- time, stores and processes -----------------------------------------------------------------


class WatchedWaiter(Waiter):
    """
    Time that passes only while somebody waits, and moves the clock with it.

    Attributes:
        waits: Every wait, in order.
        meanwhile: Called during each wait.
    """

    def __init__(self, clock: FixedClock) -> None:
        self.clock = clock
        self.waits: list[timedelta] = []
        self.meanwhile: Callable[[], None] = lambda: None
        self._elapsed = timedelta(0)

    def elapsed(self) -> timedelta:
        return self._elapsed

    def wait(self, duration: timedelta) -> None:
        self.waits.append(duration)
        self.pass_time(max(duration, timedelta(0)))
        self.meanwhile()

    def pass_time(self, duration: timedelta) -> None:
        self._elapsed += duration
        self.clock.advance(duration)


class ClockedBackend(MemoryBackend):
    """A store in memory whose time a test decides."""

    def __init__(self, memory: Memory, clock: FixedClock) -> None:
        super().__init__(memory)
        self.clock = clock

    def now(self) -> datetime:
        return self.clock.now()


def journaled(batch: Batch) -> list[tuple[str, str]]:
    """Return the kind and the step of each journal entry in *batch*."""
    rows = [c.row for c in batch if isinstance(c, Insert) and c.collection is JOURNAL]
    return [(str(row.values[2]), str(row.values[3])) for row in rows]


class Ambush(FaultyBackend):
    """
    Fails at the first commit that journals a certain entry, whatever its number.

    Args:
        entry: The kind and the step of the entry.
        then: Called with the batch, after it is committed if *late*.
    """

    def __init__(
        self,
        inner: Backend,
        entry: tuple[str, str],
        then: Fault | Callable[[Batch], None],
        *,
        late: bool = False,
    ) -> None:
        super().__init__(inner)
        self.entry = entry
        self.then: Fault | Callable[[Batch], None] | None = then
        self.late = late

    def commit(self, changes: Batch) -> None:
        met, then = self.entry in journaled(changes), self.then
        if not met or then is None:
            super().commit(changes)
            return
        self.then = None
        if isinstance(then, Fault) or not self.late:
            self.plan[self.commits + 1] = then
        super().commit(changes)
        if self.late and not isinstance(then, Fault):
            then(changes)


class World:
    """
    One store with everything around it that outlives a process.

    Attributes:
        told: The events that subscribers were told of, in order, whoever told them.
    """

    def __init__(self) -> None:
        self.memory = Memory()
        self.clock = FixedClock()
        self.waiter = WatchedWaiter(self.clock)
        self.hotel = Hotel()
        self.artifacts = MemoryArtifactStore()
        self.told: list[Event] = []

    def backend(self) -> Backend:
        """Return a new backend object on the store: another process, as it were."""
        return ClockedBackend(self.memory, self.clock)

    @contextmanager
    def process(
        self,
        backend: Backend | None = None,
        *,
        workflows: Sequence[Workflow[Any]] = (errand, hasty_errand),
        subscribers: Sequence[Subscriber] | None = None,
        waiter: Waiter | None = None,
        modules: Sequence[Module] = (DESK,),
        providers: Sequence[Provides[Any]] = (),
    ) -> Iterator[App]:
        """An application on this world; one that crashed leaves quietly."""
        app = self.open(
            backend,
            workflows=workflows,
            subscribers=subscribers,
            waiter=waiter,
            modules=modules,
            providers=providers,
        )
        try:
            yield app
        finally:
            with suppress(Crash):  # a dead process closes nothing
                app.close()

    def open(
        self,
        backend: Backend | None = None,
        *,
        workflows: Sequence[Workflow[Any]] = (errand, hasty_errand),
        subscribers: Sequence[Subscriber] | None = None,
        waiter: Waiter | None = None,
        modules: Sequence[Module] = (DESK,),
        providers: Sequence[Provides[Any]] = (),
    ) -> App:
        """Return an application on this world, for the caller to close."""
        if subscribers is None:
            subscribers = [Subscriber("recorder", Event, self.told.append)]
        hotel: Provides[Any] = provides(Hotel).by(lambda _: self.hotel)
        return open_app(
            backend or self.backend(),
            artifacts=self.artifacts,
            modules=modules,
            workflows=workflows,
            providers=[hotel, *providers],
            subscribers=subscribers,
            plugins=Plugins(),
            clock=self.clock,
            waiter=waiter or self.waiter,
        )

    def rows(self, table: str) -> list[tuple[Any, ...]]:
        """Return the rows of a collection as stored, without tokens, sorted; by no library code."""
        return sorted(
            (
                (*row.values, *row.children)
                for (name, _), row in list(self.memory.rows.items())
                if name == table and hasattr(row, "values")
            ),
            key=repr,
        )

    def files(self) -> list[str]:
        """Return the paths of all files."""
        return self.artifacts.list("")
