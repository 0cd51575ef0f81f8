"""Many runs at once: what is read and held grows with what is done, and with nothing else."""

from __future__ import annotations

import gc
import threading
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from aicmo_core import App, RetryPolicy, RunState, StepContext, Workflow, step
from aicmo_core.backends.memory.backend import MemoryBackend
from aicmo_core.engines.looking import AFTER_FAILURE, MOST_PAGES
from aicmo_core.engines.worker import POLL
from aicmo_core.hooks import provides
from aicmo_core.kernel.ids import ExecutorId, RunId
from aicmo_core.runtime import recovery
from aicmo_core.runtime.live import LiveRun
from aicmo_core.runtime.records import NOBODY, RUNS, SCHEMA, RunRecord
from aicmo_core.runtime.recovery import MOST_TOLD, due_runs, owners, runs_of
from aicmo_core.saga import Signal, TransientFailure, sleep, wait_for
from aicmo_core.storage import Batch, Collection, Insert, Query, Replace, Row, new_token
from aicmo_core.testing.faulty import FaultyBackend
from scenarios.errands import Desk, Errand, World

from .test_workers import READY, Press, _press, pressing, taking

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
MANY = 1_000
go = Signal("go", bool)


class Counting(FaultyBackend):
    """
    Counts the rows of runs that are read.

    Attributes:
        rows: How many finders gave.
    """

    rows = 0

    def find(self, collection: Collection[Any], query: Query) -> list[Row]:
        found = super().find(collection, query)
        if collection is RUNS:
            self.rows += len(found)
        return found


def alive(cls: type) -> int:
    """Return how many instances there are that somebody holds."""
    gc.collect()
    return sum(type(one) is cls for one in gc.get_objects())


# -- looking ---------------------------------------------------------------------------------


@pytest.fixture
def world() -> World:
    READY[:] = [True]
    return World()


def open_shop(world: World, backend: FaultyBackend) -> App:
    """An application in which nothing can be pressed where nobody is ready."""
    press = provides(Press).by(_press)
    return world.open(backend, workflows=[pressing, taking], providers=[press])


def test_runs_that_are_left_alone_are_read_once(world: World) -> None:
    """However often a worker looks for others, and until their time has come again."""
    counting = Counting(world.backend())
    with open_shop(world, counting) as app:
        app.start_many(pressing, [Errand(f"p{n}") for n in range(100)])
        READY.clear()
        worker = app.worker(threads=1)
        worker.run_until_idle()
        read = counting.rows

        for n in range(20):
            world.waiter.pass_time(SECOND / 10)
            app.start(taking, Errand(f"t{n}"))
            worker.run_until_idle()

        assert worker.worked.advanced == 20
        assert counting.rows - read == 20
        READY.append(True)
        world.waiter.pass_time(AFTER_FAILURE)
        worker.run_until_idle()

        assert worker.worked.advanced == 120
        assert {run.state for run in app.runs.list(limit=200)} == {RunState.COMPLETED}


def test_run_that_was_committed_late(world: World) -> None:
    """Its moment lies before what is left alone: it is found when that is looked at again."""

    def meanwhile(_: Batch) -> None:
        world.waiter.pass_time(SECOND)
        app.start(pressing, Errand("left"))
        READY.clear()
        worker.run_until_idle()

    slow = FaultyBackend(world.backend())
    with open_shop(world, Counting(world.backend())) as app, open_shop(world, slow) as other:
        other.start(taking, Errand("first"))
        worker = app.worker(threads=1)
        worker.run_until_idle()
        slow.plan[slow.commits + 1] = meanwhile
        late = other.start(taking, Errand("late"))

        world.waiter.pass_time(AFTER_FAILURE)
        worker.run_until_idle()

        found = app.runs.get(late.id)
    assert found is not None
    assert found.state is RunState.COMPLETED


def test_workers_that_meet_at_the_same_runs(world: World) -> None:
    """Who was slower looks elsewhere, among the first all the same; then in order again."""
    numbers = iter(range(100))
    with ExitStack() as stack:
        apps = [stack.enter_context(world.process(workflows=[taking])) for _ in range(2)]
        for app in apps:
            app._executor.beat_by_hand(lambda: f"executor {next(numbers)}")
        runs = [app.start(taking, Errand(f"t{n}")).id for n in range(200)]
        one, other = (app.worker(threads=1)._due for app in apps)
        assert [r.run_id for r in one.look()] == [r.run_id for r in other.look()] == runs[:4]

        pages = []
        for looking in (one, other):
            for _ in range(5):
                looking.lost()
            pages.append([r.run_id for r in looking.look()])

        assert pages[0] != pages[1]
        for page in pages:
            assert len(page) == 4
            assert page == sorted(page, key=runs.index)
            assert set(page) <= set(runs[: 4 * MOST_PAGES])
        for _ in range(MOST_PAGES):
            found = [r.run_id for r in one.look()]
        assert found == runs[:4]


def test_runs_that_two_workers_share_by_turns(world: World) -> None:
    """Whoever is slower loses its claim, and no run is lost by that."""
    with ExitStack() as stack:
        apps = [stack.enter_context(world.process(workflows=[taking])) for _ in range(2)]
        apps[0].start_many(taking, [Errand(f"t{n}") for n in range(60)])
        workers = [app.worker(threads=1) for app in apps]
        for worker in workers:
            worker._due._found = worker._due.look()

        turns = [worker._advance_one() for _ in range(60) for worker in workers]

        assert turns[-2:] == [POLL, POLL]
        assert sum(worker.worked.advanced for worker in workers) == 60
        assert sum(worker.worked.failed for worker in workers) == 0


# -- recovering ------------------------------------------------------------------------------


def abandon(app: App, count: int) -> None:
    """Leave runs behind, as a process that died had them."""
    gone = ExecutorId("gone")
    for one in app.start_many(taking, [Errand(f"{n}") for n in range(count)]).new:
        row = app.backend.get(RUNS, (one.run_id,))
        assert row is not None
        left = evolve(RUNS.decode(row), executor=gone, next_at=None)
        app.backend.commit([Replace(RUNS, RUNS.encode(left, new_token()), row.token)])


def recovering(count: int) -> tuple[int, int, Counting]:
    """Recover that many runs; return how many live runs and records were held at most."""
    world = World()
    counting = Counting(world.backend())
    live, records, commits = 0, 0, 0

    def look(record: RunRecord, added: object) -> None:
        nonlocal live, records, commits
        commits += 1
        if commits % 100 == 1:
            live, records = max(live, alive(LiveRun)), max(records, alive(RunRecord))

    with world.process(counting, workflows=[taking]) as app:
        abandon(app, count)
        app.observe(look)
        counting.rows = 0
        report = app.recover(now=True)

        assert (report.recovered, report.left_alone, report.parked) == (count, 0, 0)
        assert len(report.runs) == min(count, MOST_TOLD)
        assert {run.state for run in app.runs.list(limit=10 * count)} == {RunState.COMPLETED}
    return live, records, counting


def test_recovery_of_many_abandoned_runs() -> None:
    """Each is read once to find it, and what is held at once does not grow."""
    page = 150
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recovery, "_PAGE", page)
        few_live, _, few = recovering(3 * page // 5)
        many_live, records, many = recovering(3 * page)

    assert many_live == few_live
    assert records <= page + 2 * many_live + 20
    assert many.rows <= 5 * few.rows + 2 * len(many.batches) // page


_RUNS = st.lists(
    st.tuples(
        st.sampled_from(["", "a", "b", "c"]),
        st.sampled_from(list(RunState)),
        st.none() | st.integers(0, 5),
        st.sampled_from(["taking", "pressing"]),
    ),
    max_size=12,
)
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)


def stored(backend: MemoryBackend, runs: list[tuple[str, RunState, int | None, str]]) -> list[Any]:
    """Store runs, and return their records."""
    records = [
        RunRecord(
            run_id=RunId(f"r{n}"),
            workflow=workflow,
            version=1,
            fingerprint="",
            key=f"k{n}",
            input_hash="",
            input="{}",
            state=state,
            executor=ExecutorId(executor if state.live else NOBODY),
            created_at=MONDAY,
            updated_at=MONDAY,
            next_at=None if at is None else MONDAY + at * HOUR,
        )
        for n, (executor, state, at, workflow) in enumerate(runs)
    ]
    backend.prepare([SCHEMA])
    backend.commit([Insert(RUNS, RUNS.encode(one, new_token())) for one in records])
    return records


def by_moment(records: list[RunRecord]) -> list[RunRecord]:
    return sorted(records, key=lambda r: (r.next_at or MONDAY - HOUR, r.executor, r.run_id))


@given(_RUNS, st.sets(st.sampled_from(["a", "b", "d"])), st.integers(1, 4))
def test_whose_runs_there_are(
    runs: list[tuple[str, RunState, int | None, str]], asked: set[str], page: int
) -> None:
    """All of them, in order, whatever the size of a page."""
    with MemoryBackend() as backend:
        records = stored(backend, runs)
        executors = [ExecutorId(one) for one in asked]

        assert owners(backend) == {r.executor for r in records} - {NOBODY}
        found = list(runs_of(backend, executors, page))
        assert found == by_moment([r for r in records if r.executor in asked])


@given(_RUNS, st.sets(st.sampled_from(["taking", "pressing"])), st.integers(1, 4), st.data())
def test_what_is_due(
    runs: list[tuple[str, RunState, int | None, str]],
    workflows: set[str],
    page: int,
    data: st.DataObject,
) -> None:
    """All of it, in order, behind whatever run and whatever the size of a page."""

    class Clocked(MemoryBackend):
        def now(self) -> datetime:
            return MONDAY + 3 * HOUR

    with Clocked() as backend:
        records = stored(backend, runs)
        due = by_moment(
            [
                r
                for r in records
                if r.executor == NOBODY
                and r.next_at is not None
                and r.next_at <= backend.now()
                and r.workflow in workflows
            ]
        )

        assert list(due_runs(backend, workflows, page)) == due
        if due:
            place = data.draw(st.integers(0, len(due) - 1))
            assert list(due_runs(backend, workflows, page, due[place])) == due[place + 1 :]


# -- a thousand at once ------------------------------------------------------------------------


THREADS: set[str] = set()


@step
def begin(context: StepContext[Errand]) -> None:
    THREADS.update(thread.name for thread in threading.enumerate())
    context.port(Desk).open_account(context.input.name)


@step(retry=RetryPolicy(max_attempts=3, initial=10 * SECOND))
def stumble(context: StepContext[Errand]) -> None:
    THREADS.update(thread.name for thread in threading.enumerate())
    if context.attempt == 1:
        raise TransientFailure("not yet")


patient = Workflow("patient", 1, Errand, [begin, sleep("night", HOUR), wait_for(go), stumble])


class Milestone:
    """An observer that tells when so many runs have come to the same point."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._there: dict[str, set[str]] = {}
        self._reached: dict[str, threading.Event] = {}

    def __call__(self, record: RunRecord, added: Any) -> None:
        for entry in added:
            point = f"{type(entry).__name__} {getattr(entry, 'step', '')}"
            with self._lock:
                there = self._there.setdefault(point, set())
                there.add(record.run_id)
                if len(there) == MANY:
                    self._event(point).set()

    def wait(self, point: str) -> None:
        with self._lock:
            event = self._event(point)
        assert event.wait(120), f"{len(self._there.get(point, ()))} runs came to {point}"

    def _event(self, point: str) -> threading.Event:
        return self._reached.setdefault(point, threading.Event())


def states(app: App) -> dict[tuple[RunState, str], int]:
    found: dict[tuple[RunState, str], int] = {}
    for run in app.runs.list(limit=2 * MANY):
        found[run.state, run.executor] = found.get((run.state, run.executor), 0) + 1
    return found


def test_thousand_runs_that_wait_in_one_worker() -> None:
    """Asleep, waiting for a signal or for a retry they hold no thread, and nothing in memory."""
    THREADS.clear()
    world, reached = World(), Milestone()
    before = {thread.name for thread in threading.enumerate()}
    with world.process(workflows=[patient]) as app:
        app.observe(reached)
        runs = app.start_many(patient, [Errand(f"{n}") for n in range(MANY)]).new
        with app.worker(threads=4):
            reached.wait("Waiting night")
            assert states(app) == {(RunState.WAITING, NOBODY): MANY}
            assert alive(LiveRun) <= 8  # what each thread is at, or has just left
            world.waiter.pass_time(HOUR)
            reached.wait("Completed night")
            for one in runs:
                app.runs.signal(one.run_id, go, True, by="ada", advance=False)
            reached.wait("Failed stumble")
            world.waiter.pass_time(10 * SECOND)
            reached.wait("Completed stumble")

            assert states(app) == {(RunState.COMPLETED, NOBODY): MANY}
    mine = {name for name in THREADS - before if name.startswith("aicmo")}
    assert len(mine) <= 4 + 3  # with those that watch, relay and beat
