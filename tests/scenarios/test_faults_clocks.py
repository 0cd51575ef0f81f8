"""Clocks that jump: backwards, by a year, and on each host by another amount."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import pytest

from aicmo_core import App
from aicmo_core.backends.memory.memory import Memory
from aicmo_core.runtime.executor import LAPSE
from aicmo_core.runtime.records import RunRecord
from aicmo_core.saga import Entry, Failed
from aicmo_core.storage import Backend, BackendUnavailable, Batch
from aicmo_core.testing.faulty import Crash, Fault, FaultyBackend
from aicmo_core.testing.fixtures import FixedClock
from scenarios.errands import ClockedBackend, WatchedWaiter, journaled
from scenarios.ferry import Horn, Passenger, open_ferry, passage
from scenarios.ferry_stores import MANY, Report
from scenarios.ferry_verdict import judge
from scenarios.stores import MemoryOracle

SEED = 20260302
ROUNDS = 150 * MANY
YEAR = timedelta(days=365)
JUMPS = (-YEAR, YEAR, timedelta(hours=-3), timedelta(hours=1), timedelta(0), timedelta(0))


class Times:
    """
    The clocks of one store and of the hosts that use it, all of which may jump.

    Attributes:
        jumps: How many jumps there were.
        retried: How many attempts had to wait for a moment.
        early: Those that did not, with the moment and when they were made.
        delays: For how long attempts were put off, by the store's clock.
    """

    def __init__(self, seed: int) -> None:
        self.store = FixedClock()
        self.hosts = [FixedClock(), FixedClock()]
        self._random = random.Random(seed)
        self._due: datetime | None = None
        self._committed = self.store.now()
        self.delays: set[timedelta] = set()
        self.jumps = 0
        self.retried = 0
        self.early: list[tuple[datetime, datetime]] = []

    def jump(self) -> None:
        """Let every clock jump, each by an amount of its own."""
        for clock in (self.store, *self.hosts):
            by = self._random.choice(JUMPS)
            self.jumps += bool(by)
            # A clock that wanders off for good would leave the calendar.
            home = abs(clock.now() + by - FixedClock().now()) > 20 * YEAR
            clock.set(FixedClock().now() if home else clock.now() + by)

    def observe(self, record: RunRecord, entries: Sequence[Entry]) -> None:
        """Note for when an attempt of the last step is put off."""
        for entry in entries:
            if isinstance(entry, Failed) and entry.step == "board":
                self._due = entry.retry_at
                if self._due is not None:
                    self.delays.add(self._due - self._committed)

    def commits(self, *, attempt: bool) -> None:
        """Note when something is about to be committed: perhaps an attempt of the last step."""
        self._committed = self.store.now()
        if attempt:
            self._attempted()

    def _attempted(self) -> None:
        due, self._due = self._due, None
        if due is not None:
            self.retried += 1
            if self.store.now() < due:
                self.early.append((due, self.store.now()))


class JumpingBackend(FaultyBackend):
    """A store after whose every commit the clocks jump."""

    def __init__(self, inner: Backend, times: Times) -> None:
        super().__init__(inner)
        self._times = times

    def commit(self, changes: Batch) -> None:
        self._times.commits(attempt=any(step == "board" for _, step in journaled(changes)))
        super().commit(changes)
        self._times.jump()


def test_clocks_that_jump_while_runs_wait(horn: Horn, report: Report) -> None:
    """No attempt comes before its moment by the store's clock, and none is forgotten."""
    oracle, times = MemoryOracle(), Times(SEED)
    chance = random.Random(SEED)
    names = [f"p{i}" for i in range(ROUNDS)]
    crashes = 0

    for name in names:
        passenger = Passenger(name, flaky=chance.randrange(3))
        plan = {chance.randrange(1, 9): Fault.CRASH_AFTER}
        crashes += _carry(oracle.memory, times, horn, passenger, plan)

    verdict = judge(oracle, horn, names)
    assert verdict.wrong == []
    assert times.early == []
    assert times.delays == {timedelta(seconds=30), timedelta(seconds=60)}
    assert min(times.retried, times.jumps, crashes) > ROUNDS // 3
    report(
        f"seed {SEED}: {len(names)} runs, {times.jumps} jumps, {crashes} crashes, "
        f"{times.retried} retries: 0 early, 0 lost"
    )


def _carry(
    memory: Memory, times: Times, horn: Horn, passenger: Passenger, plan: dict[int, Fault]
) -> bool:
    """Run on one host, which may die, and recover on the other; return whether it died."""
    first, second = (JumpingBackend(ClockedBackend(memory, times.store), times) for _ in range(2))
    first.plan = dict(plan)
    app = _open(first, times, horn, host=0)
    with suppress(Crash):
        app.run(passage, passenger, key=passenger.name)
    died = first.dead
    with suppress(Crash):
        app.close()
    with _open(second, times, horn, host=1) as later:
        later.recover()
        run = later.run(passage, passenger, key=passenger.name)
    assert run.state.value == "completed"
    return died


def _open(backend: Backend, times: Times, horn: Horn, host: int) -> App:
    waiter = WatchedWaiter(times.store)
    waiter.meanwhile = times.jump
    app = open_ferry(backend, horn, clock=times.hosts[host], waiter=waiter)
    app.observe(times.observe)
    return app


class Watcher(WatchedWaiter):
    """Sees clocks jump, and perhaps something else, whenever it watches a heart for a lapse."""

    def __init__(self, times: Times, during: Callable[[], None]) -> None:
        super().__init__(times.store)
        self._times, self._during = times, during

    def wait(self, duration: timedelta) -> None:
        if duration == LAPSE:
            self._times.jump()
            self._during()
            self._times.jump()
        super().wait(duration)


@pytest.mark.parametrize("alive", [True, False], ids=["alive", "gone"])
def test_clocks_that_jump_while_an_executor_is_watched(
    alive: bool, horn: Horn, report: Report
) -> None:
    """Only its counter says whether it lives, and only the watcher's own patience how long."""
    oracle, times = MemoryOracle(), Times(SEED)
    lost = 0

    for i in range(ROUNDS):
        failing = FaultyBackend(ClockedBackend(oracle.memory, times.store), {4: Fault.ERROR_BEFORE})
        with _open(failing, times, horn, host=0) as owner:
            with pytest.raises(BackendUnavailable):
                owner.run(passage, Passenger(f"p{i}"), key=f"p{i}")
            failing.dead = not alive
            waiter = Watcher(times, owner._executor.beat if alive else lambda: None)
            with open_ferry(
                ClockedBackend(oracle.memory, times.store),
                horn,
                clock=times.hosts[1],
                waiter=waiter,
            ) as watcher:
                found = watcher.recover()
            lost += len(found.runs)
            assert waiter.waits.count(LAPSE) == 1
            assert found.observed == int(alive)
            if alive:
                owner.run(passage, Passenger(f"p{i}"), key=f"p{i}")
            failing.dead = False

    assert judge(oracle, horn, [f"p{i}" for i in range(ROUNDS)]).wrong == []
    assert lost == (0 if alive else ROUNDS)
    report(f"seed {SEED}: {ROUNDS} executors watched, {times.jumps} jumps: {lost} lost their runs")
