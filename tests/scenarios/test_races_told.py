"""Races of persons, signals, timers and workers on one run: each effect is there once."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from functools import partial

import pytest

from aicmo_core import App, RunState, StepContext, UndoContext, Workflow, step
from aicmo_core import external_step as acting_outside
from aicmo_core.app import open_app
from aicmo_core.backends.memory.memory import Memory
from aicmo_core.runtime.errors import CancelRefused, SignalRefused
from aicmo_core.runtime.plugins import Plugins
from aicmo_core.saga import Signal, wait_for
from aicmo_core.testing.fixtures import FixedClock
from scenarios.errands import ClockedBackend, Errand, WatchedWaiter
from scenarios.ferry_stores import MANY, Report

ROUNDS = 1000 * MANY
HOUR = timedelta(hours=1)
go = Signal("go", int)


class Outside:
    """Counts what is done for each run, and taken back."""

    def __init__(self) -> None:
        self.done: Counter[str] = Counter()
        self.undone: Counter[str] = Counter()


OUTSIDE = Outside()
MEETINGS: list[threading.Barrier] = []
"""Where the step `meet` waits for somebody, once."""


def undo(context: UndoContext[Errand, None]) -> None:
    OUTSIDE.undone[context.run_id] += 1


@acting_outside(compensation=undo)
def act(context: StepContext[Errand]) -> None:
    OUTSIDE.done[context.run_id] += 1


@step
def last(context: StepContext[Errand]) -> None:
    pass


@step
def meet(context: StepContext[Errand]) -> None:
    if MEETINGS:
        MEETINGS.pop().wait()


heard = wait_for(go)
asking = Workflow("asking", 1, Errand, [heard, act, last])
timed = Workflow("timed", 1, Errand, [wait_for(go, timeout=HOUR), act, last])
plain = Workflow("plain", 1, Errand, [act, last])
meeting = Workflow("meeting", 1, Errand, [meet, last])
acting = Workflow("acting", 1, Errand, [act, heard])


@pytest.fixture
def pair() -> Iterator[tuple[App, App, FixedClock]]:
    """Two applications on one store."""
    OUTSIDE.done.clear()
    OUTSIDE.undone.clear()
    memory, clock = Memory(), FixedClock()
    with ExitStack() as stack:
        one, other = (
            stack.enter_context(
                open_app(
                    ClockedBackend(memory, clock),
                    workflows=[asking, timed, plain, meeting, acting],
                    plugins=Plugins(),
                    clock=clock,
                    waiter=WatchedWaiter(clock),
                )
            )
            for _ in range(2)
        )
        yield one, other, clock


class Racing:
    """Two threads that make two calls at once, round by round."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(2)
        self._barrier = threading.Barrier(2)

    def __enter__(self) -> Racing:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown()

    def race(self, *calls: Callable[[], object]) -> list[str]:
        """Return how each call ended: `done`, or the class of what it refused with."""
        return list(self._pool.map(self._begin, calls))

    def _begin(self, call: Callable[[], object]) -> str:
        self._barrier.wait()
        try:
            call()
        except (CancelRefused, SignalRefused) as refused:
            return type(refused).__name__
        return "done"


def settle(apps: Sequence[App], run_id: str) -> RunState:
    """
    Let what is left be done, and return how the run ended.

    By workers and not by `recover`: that watches hearts, which beat by the system's clock,
    while here time passes as soon as somebody waits.
    """
    for app in apps:
        app.worker(threads=1).run_until_idle()
    found = apps[0].runs.get(run_id)
    assert found is not None
    assert found.state.ended, found
    assert apps[0].runs.audit(run_id).balanced
    return found.state


def effects(run_id: str) -> tuple[int, int]:
    return OUTSIDE.done[run_id], OUTSIDE.undone[run_id]


def kinds(app: App, run_id: str) -> Counter[str]:
    return Counter(e.kind for e in app.runs.audit(run_id).entries)


def test_cancel_against_signal(pair: tuple[App, App, FixedClock], report: Report) -> None:
    """Whoever is first is journaled; what the signal set off is taken back, or kept whole."""
    one, other, _ = pair
    ends: Counter[str] = Counter()

    with Racing() as racing:
        for number in range(ROUNDS):
            run = one.run(asking, Errand(f"{number}")).id
            answers = racing.race(
                lambda: one.runs.cancel(run, by="ada", why="no"),  # noqa: B023
                lambda: other.runs.signal(run, go, 1, by="bob"),  # noqa: B023
            )
            state = settle(pair[:2], run)
            done, undone = effects(run)

            assert (state is RunState.CANCELLED) == (answers[0] == "done")
            assert done <= 1
            assert undone == (done if state is RunState.CANCELLED else 0)
            ends[state.value] += 1

    report(f"{ROUNDS} rounds: {dict(ends)}, 0 double effects")


def test_cancel_against_the_step_that_completes(
    pair: tuple[App, App, FixedClock], report: Report
) -> None:
    """It is committed before the cancellation, and taken back, or not at all; no other starts."""
    one, other, _ = pair
    ends: Counter[str] = Counter()
    doing = threading.Barrier(2)

    def cancel(run: str) -> None:
        doing.wait()
        other.runs.cancel(run, by="ada", why="no", advance=False)

    with Racing() as racing:
        for number in range(ROUNDS):
            run = one.start(meeting, Errand(f"{number}")).id
            MEETINGS[:] = [doing]
            answers = racing.race(one.worker(threads=1).run_until_idle, partial(cancel, run))
            state = settle(pair[:2], run)
            journal = [(e.kind, e.step) for e in one.runs.audit(run).entries]

            assert (state is RunState.CANCELLED) == (answers[1] == "done")
            if state is RunState.CANCELLED:
                told = journal.index(("cancelled", ""))
                assert all(kind == "compensated" for kind, _ in journal[told + 1 :])
            ends[f"{state.value} after {sum(k == 'completed' for k, _ in journal)}"] += 1

    report(f"{ROUNDS} rounds: {dict(ends)}, 0 steps after it")


def test_signal_against_timeout(pair: tuple[App, App, FixedClock], report: Report) -> None:
    """One of them ends the wait: the signal is refused, or the run goes on with it."""
    one, other, clock = pair
    ends: Counter[str] = Counter()

    with Racing() as racing:
        for number in range(ROUNDS):
            run = one.run(timed, Errand(f"{number}")).id
            clock.advance(HOUR)
            answers = racing.race(
                one.worker(threads=1).run_until_idle,
                lambda: other.runs.signal(run, go, 1, by="bob"),  # noqa: B023
            )
            state = settle(pair[:2], run)

            assert (state is RunState.COMPLETED) == (answers[1] == "done")
            assert effects(run) == ((1, 0) if state is RunState.COMPLETED else (0, 0))
            found = kinds(one, run)
            assert found["expired"] + found["signalled"] == 1
            ends[state.value] += 1

    report(f"{ROUNDS} rounds: {dict(ends)}, 0 double effects")


def test_two_workers_on_the_same_due_runs(
    pair: tuple[App, App, FixedClock], report: Report
) -> None:
    """A run is advanced by one of them; the other is too late, and does it no harm."""
    one, other, _ = pair
    at_once, took = 4, Counter[str]()

    with Racing() as racing:
        for number in range(0, ROUNDS, at_once):
            runs = [one.start(plain, Errand(f"{number + n}")).id for n in range(at_once)]
            workers = [app.worker(threads=1) for app in (one, other)]
            racing.race(workers[0].run_until_idle, workers[1].run_until_idle)
            for name, worker in zip(("one", "other"), workers, strict=True):
                took[name] += worker.worked.advanced
            for run in runs:
                assert settle(pair[:2], run) is RunState.COMPLETED
                assert effects(run) == (1, 0)
                assert kinds(one, run) == {"intended": 1, "completed": 2}

    assert took.total() >= ROUNDS
    report(f"{ROUNDS} runs: advanced by {dict(took)}, 0 double effects")


def test_two_signals_with_one_key(pair: tuple[App, App, FixedClock], report: Report) -> None:
    """One of them is journaled, and taken; both senders are told that it was."""
    one, other, _ = pair
    heard_first: Counter[int] = Counter()

    with Racing() as racing:
        for number in range(ROUNDS):
            run = one.run(acting, Errand(f"{number}")).id
            answers = racing.race(
                lambda: one.runs.signal(run, go, 1, by="ada", key="k"),  # noqa: B023
                lambda: other.runs.signal(run, go, 2, by="bob", key="k"),  # noqa: B023
            )
            assert answers == ["done", "done"]
            assert settle(pair[:2], run) is RunState.COMPLETED
            assert kinds(one, run)["signalled"] == 1
            assert effects(run) == (1, 0)
            found = one.runs.get(run)
            assert found is not None
            heard_first[found.result(heard)] += 1

    report(f"{ROUNDS} rounds: heard first {dict(heard_first)}, 0 taken twice")
