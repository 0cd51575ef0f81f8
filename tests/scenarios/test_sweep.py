"""What is left of no living run is found and, where that is safe, removed; nothing else is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve, frozen
from click.testing import CliRunner

from aicmo_core import RunState, StepContext, StepRejected, Workflow, open_app, step
from aicmo_core.app import App, schemas
from aicmo_core.cli.main import aicmo
from aicmo_core.hooks import Artifacts
from aicmo_core.kernel.ids import CorrelationId, EventId, ExecutorId, RunId
from aicmo_core.providers.memory_artifacts import MemoryArtifactStore
from aicmo_core.runtime.plugins import Plugins
from aicmo_core.runtime.records import (
    COMMITS,
    EXECUTORS,
    INBOX,
    JOURNAL,
    LOCKS,
    OUTBOX,
    CommitRecord,
    ExecutorRecord,
    InboxRecord,
    InboxState,
    JournalRecord,
    LockRecord,
    OutboxRecord,
)
from aicmo_core.runtime.retention import Leftover
from aicmo_core.saga import Signal, wait_for
from aicmo_core.storage import (
    Backend,
    Batch,
    Change,
    Collection,
    Insert,
    SchemaMismatch,
)
from aicmo_core.testing.faulty import Crash, Fault, FaultyBackend
from aicmo_core.testing.fixtures import FixedClock
from scenarios.errands import Ambush, WatchedWaiter
from scenarios.ferry import text
from scenarios.ferry_stores import Report
from scenarios.stores import MemoryOracle, Oracle, SqliteOracle

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
GONE = RunId("00000000-gone")
NOW = FixedClock().now()

go = Signal("go", bool)


@frozen
class Stay:
    room: str
    refused: bool = False


@step
def write(context: StepContext[Stay]) -> str:
    return context.port(Artifacts).put("key.txt", context.input.room.encode()).path


@step
def check_in(context: StepContext[Stay]) -> None:
    if context.input.refused:
        raise StepRejected("no room")


def room(stay: Stay) -> str:
    return f"room:{stay.room}"


staying = Workflow("staying", 1, Stay, [write, check_in], lock=room)
waiting = Workflow("waiting", 1, Stay, [write, wait_for(go)], lock=room)


class Inn:
    """One store with its files, and the processes on it."""

    def __init__(self, oracle: Oracle) -> None:
        self.oracle = oracle
        self.clock = FixedClock()
        self.waiter = WatchedWaiter(self.clock)
        self.files = MemoryArtifactStore()
        backend = oracle.backend()
        try:
            backend.prepare(schemas([]))
        except SchemaMismatch:
            backend.upgrade()
        backend.close()

    def open(self, backend: Backend | None = None) -> App:
        return open_app(
            backend or self.oracle.backend(),
            artifacts=self.files,
            workflows=[staying, waiting],
            plugins=Plugins(),
            clock=self.clock,
            waiter=self.waiter,
        )

    def first_column(self, table: str) -> list[str]:
        """Return the first column of a table, read without the library."""
        return sorted(str(text(row)[0]) for row in self.oracle.rows(table))


@pytest.fixture
def inn(oracle: Oracle) -> Inn:
    return Inn(oracle)


@pytest.fixture
def memory_inn() -> Inn:
    return Inn(MemoryOracle())


@pytest.fixture
def app(inn: Inn) -> Iterator[App]:
    with inn.open() as opened:
        yield opened


def every_ending(app: App) -> dict[RunState, str]:
    """Make a run of every ending, and one that waits; return their ids."""
    done = app.run(staying, Stay("1"))
    back = app.run(staying, Stay("2", refused=True))
    called_off = app.runs.cancel(app.run(waiting, Stay("3")).id, by="dora", why="flooded")
    open_one = app.run(waiting, Stay("4"))
    runs = [done, back, called_off, open_one]
    by_state = {run.state: run.id for run in runs}
    assert list(by_state) == [
        RunState.COMPLETED,
        RunState.COMPENSATED,
        RunState.CANCELLED,
        RunState.WAITING,
    ]
    return {state: str(run_id) for state, run_id in by_state.items()}


def insert(collection: Collection[Any], record: Any, token: str = "left") -> Insert:
    return Insert(collection, collection.encode(record, token))


def litter(inn: Inn, taken_back: str) -> list[Change]:
    """Return rows as faults and retired subscribers leave them; leave files as well."""
    now = inn.clock.now()
    inn.files.put(f"{taken_back}/late.txt", b"by a process that was paused")
    inn.files.put(f"{GONE}/of-another-store.txt", b"")
    inn.files.put("host-7/not-of-a-run.txt", b"")
    event = OutboxRecord(
        "c", "k", 1, EventId("e"), "x.Said", "{}", now, CorrelationId(GONE), held=True
    )
    inbox = InboxRecord("retired", "digest", 0, "c", "k", 0, 1, InboxState.PENDING)
    return [
        insert(LOCKS, LockRecord("room:2", RunId(taken_back), now), taken_back),
        insert(LOCKS, LockRecord("room:2b", RunId(taken_back), now), taken_back),
        insert(LOCKS, LockRecord("room:9", GONE, now), GONE),
        insert(OUTBOX, event),
        insert(OUTBOX, evolve(event, n=2, event_id=EventId("e2"), held=False)),
        insert(INBOX, inbox),
        insert(INBOX, evolve(inbox, aggregate="another")),
        insert(JOURNAL, JournalRecord(GONE, 1, "intended", "write", 1, now)),
        insert(EXECUTORS, ExecutorRecord(ExecutorId("dead"), 3, "host:1", now)),
        insert(COMMITS, CommitRecord("old", now - DAY - MINUTE)),
        insert(COMMITS, CommitRecord("new", now - DAY + MINUTE)),
    ]


FOUND = {
    Leftover.LOCK: (3, 2),
    Leftover.HELD_EVENT: (1, 0),
    Leftover.INBOX: (2, 0),
    Leftover.ENTRY: (1, 0),
    Leftover.FILE: (2, 1),
    Leftover.EXECUTOR: (1, 1),
    Leftover.COMMIT_MARK: (1, 1),
}
"""How many of each kind there are in the litter, and how many of these may be removed."""


def test_a_store_without_faults(inn: Inn, app: App) -> None:
    """Nothing is found, whatever became of its runs, and whoever works on it."""
    every_ending(app)
    app.retention.purge(timedelta(0), unrelayed=True, states=[RunState.COMPENSATED])

    with inn.open() as other:
        other.run(staying, Stay("5"))
        inn.waiter.meanwhile = other._executor.beat
        swept = app.retention.sweep(remove=True)

    assert (dict(swept.kinds), swept.left) == ({}, 0)
    assert inn.waiter.waits == [app._executor.lapse]


def test_whatever_is_left(inn: Inn, app: App) -> None:
    """Is found, by kind, counted and named; nothing is written."""
    taken_back = every_ending(app)[RunState.COMPENSATED]
    app.backend.commit(litter(inn, taken_back))
    tables = [c.name for c in (LOCKS, OUTBOX, INBOX, JOURNAL, EXECUTORS, COMMITS)]
    before = [inn.oracle.rows(table) for table in tables], inn.files.list("")

    swept = app.retention.sweep()

    assert {kind: swept.found(kind) for kind in Leftover} == {k: n for k, (n, _) in FOUND.items()}
    assert swept.left == sum(n for n, _ in FOUND.values())
    assert (
        f"lock 'room:2', 'room:2b' of run {taken_back}, which is compensated"
        in swept.kinds[Leftover.LOCK].shown
    )
    assert ([inn.oracle.rows(table) for table in tables], inn.files.list("")) == before


def test_removing_what_is_safe(inn: Inn, app: App) -> None:
    """What may be somebody else's stays; a second sweep finds just that."""
    runs = every_ending(app)
    app.backend.commit(litter(inn, runs[RunState.COMPENSATED]))

    swept = app.retention.sweep(remove=True)

    assert {k: (kept.found, kept.removed) for k, kept in swept.kinds.items()} == FOUND
    again = app.retention.sweep(remove=True)
    assert {k: again.found(k) for k in Leftover} == {k: n - gone for k, (n, gone) in FOUND.items()}
    assert inn.files.list("") == sorted(
        [
            f"{GONE}/of-another-store.txt",
            f"{runs[RunState.COMPLETED]}/key.txt",
            f"{runs[RunState.WAITING]}/key.txt",
            "host-7/not-of-a-run.txt",
        ]
    )
    assert inn.first_column("aicmo_locks") == ["room:4", "room:9"]


def test_only_the_kinds_that_are_asked_for(inn: Inn, app: App) -> None:
    """Others are not looked for, and nobody waits to see whose heart beats."""
    app.backend.commit(litter(inn, every_ending(app)[RunState.COMPENSATED]))

    swept = app.retention.sweep(kinds=[Leftover.ENTRY])

    assert list(swept.kinds) == [Leftover.ENTRY]
    assert inn.waiter.waits == []


def test_many_old_marks(memory_inn: Inn) -> None:
    """They go in bounded batches, each a commit."""
    old = memory_inn.clock.now() - 2 * DAY
    faulty = FaultyBackend(memory_inn.oracle.backend())
    with memory_inn.open(faulty) as app:
        app.backend.commit([insert(COMMITS, CommitRecord(f"{n:05}", old)) for n in range(1201)])
        begun = faulty.commits

        swept = app.retention.sweep(remove=True)

        assert swept.kinds[Leftover.COMMIT_MARK].removed == 1201
        assert [len(batch) for batch in faulty.batches[begun:]] == [501, 501, 202]


# -- beside what runs ---------------------------------------------------------------------------


class Restless(FaultyBackend):
    """Calls somebody before a certain read."""

    def __init__(self, inner: Backend) -> None:
        super().__init__(inner)
        self.before: dict[int, Callable[[], object]] = {}

    def _count_read(self) -> None:
        super()._count_read()
        self.before.pop(self.reads, lambda: None)()


def sweep_beside(first: int, second: int) -> tuple[int, list[str]]:
    """
    Sweep, while a run with a lock and a file begins at one read, and ends at another.

    Return how many reads there were, and what was found.
    """
    inn = Inn(MemoryOracle())
    restless = Restless(inn.oracle.backend())
    with inn.open() as other, inn.open(restless) as app:
        every_ending(other)
        inn.waiter.meanwhile = other._executor.beat
        begun: list[Any] = []

        def begin() -> None:
            begun.append(other.run(waiting, Stay("7")))

        def end() -> None:
            other.runs.signal(begun[0].id, go, True, by="dora")

        reads = restless.reads
        restless.before = {reads + first: begin, reads + second: end}
        swept = app.retention.sweep(remove=True)

        found = [text for kept in swept.kinds.values() for text in kept.shown]
        if begun and not restless.before:
            run = other.runs.get(begun[0].id)
            assert run is not None
            assert run.state is RunState.COMPLETED
            assert f"{run.id}/key.txt" in inn.files.list("")
    return restless.reads - reads, found


def test_a_run_that_begins_and_ends_between_any_two_reads(report: Report) -> None:
    """Nothing of it is taken for a leftover, and it ends as it would have."""
    reads, found = sweep_beside(1000, 1001)
    assert (reads > 10, found) == (True, [])
    tried, wrong = 0, []

    for first in range(1, reads + 1):
        for second in range(first + 1, reads + 2):
            _, found = sweep_beside(first, second)
            tried += 1
            wrong += [f"begun at read {first}, ended at {second}: {text}" for text in found]

    assert wrong == []
    assert tried == reads * (reads + 1) // 2
    report(f"{tried} pairs of {reads} reads")


def test_a_heart_that_beats_during_the_lapse(inn: Inn, app: App) -> None:
    """Its executor is not touched, whoever else is dead."""
    with inn.open() as other:
        name = other._executor.ensure()
        app.backend.commit([insert(EXECUTORS, ExecutorRecord(ExecutorId("dead"), 3, "h", NOW))])
        inn.waiter.meanwhile = other._executor.beat

        swept = app.retention.sweep(remove=True)

        assert swept.kinds[Leftover.EXECUTOR].shown == ("executor dead of h",)
        assert inn.first_column("aicmo_executors") == [name]


def test_a_dead_executor_that_has_a_run(inn: Inn) -> None:
    """It is left to whoever recovers the run; without it, it is a leftover."""
    crashing = Ambush(inn.oracle.backend(), ("completed", "write"), Fault.CRASH_AFTER)
    with suppress(Crash), inn.open(crashing) as dying:
        dying.run(staying, Stay("1"))
    crashing.inner.close()

    with inn.open() as app:
        before = app.retention.sweep(remove=True)
        app.recover(now=True)
        after = app.retention.sweep(remove=True)

    assert before.left == before.found(Leftover.EXECUTOR) == 0
    assert after.kinds[Leftover.EXECUTOR].removed == 1


def test_an_executor_that_wakes_while_its_row_is_removed(inn: Inn) -> None:
    """It begins a run: its row comes back, so that nobody takes the run from it."""
    begun: list[Any] = []
    with inn.open() as sleeper:
        name = sleeper._executor.ensure()

        def wake(_: Batch) -> None:
            begun.append(sleeper._coordinator.begin(waiting, Stay("7"), None))
            sleeper._coordinator.perform(begun[0])

        faulty = FaultyBackend(inn.oracle.backend())
        with inn.open(faulty) as app:
            faulty.plan[faulty.commits + 1] = wake
            swept = app.retention.sweep(remove=True)

            assert swept.kinds[Leftover.EXECUTOR].removed == 0
            assert begun[0].record.executor == name
            assert inn.first_column("aicmo_executors") == [name]


def test_a_run_that_is_opened_again_while_its_lock_is_removed(inn: Inn) -> None:
    """Its row is another one since: the lock stays, and the next sweep judges anew."""
    with inn.open() as first:
        taken_back = every_ending(first)[RunState.COMPENSATED]
        first.backend.commit(litter(inn, taken_back))

        def reopen(_: Batch) -> None:
            coordinator = first._coordinator
            run = coordinator.load(RunId(taken_back))
            coordinator._writer.save(run, run.record)

        faulty = FaultyBackend(inn.oracle.backend())
        with inn.open(faulty) as app:
            faulty.plan[faulty.commits + 1] = reopen
            swept = app.retention.sweep(remove=True, kinds=[Leftover.LOCK])

            assert swept.kinds[Leftover.LOCK].removed == 0
    assert "room:2" in inn.first_column("aicmo_locks")


class Slow(MemoryArtifactStore):
    """Files, and somebody who does something just before they are listed."""

    def __init__(self) -> None:
        super().__init__()
        self.before: Callable[[], object] = lambda: None

    def list(self, prefix: str) -> list[str]:
        self.before()
        return super().list(prefix)


def test_a_run_that_begins_while_files_are_listed(memory_inn: Inn) -> None:
    """Its file is nobody's leftover, although the run was not there before."""
    files = Slow()
    memory_inn.files = files
    with memory_inn.open() as app:
        begun: list[str] = []

        def begin() -> None:
            files.before = lambda: None
            begun.append(app.run(staying, Stay("1")).id)

        files.before = begin
        swept = app.retention.sweep(remove=True)

        assert swept.found(Leftover.FILE) == 0
        assert files.list("") == [f"{begun[0]}/key.txt"]


# -- the command --------------------------------------------------------------------------------


def test_command(tmp_path: Path) -> None:
    """`aicmo sweep` names what it finds and ends with 4; with 0 when nothing is left."""
    oracle = SqliteOracle(tmp_path)
    with open_app(oracle.url, allow=[]) as app:
        app.backend.commit([insert(COMMITS, CommitRecord("old", NOW))])
    words = ["--allow", "aicmo_core", "sweep", "--db", oracle.url, "--out", str(tmp_path / "out")]

    told = CliRunner().invoke(aicmo, words)
    counted = CliRunner().invoke(aicmo, [*words, "--json"])
    removed = CliRunner().invoke(aicmo, [*words, "--remove", "--json"])
    calm = CliRunner().invoke(aicmo, words)

    one = {"found": 1, "removed": 0, "shown": ["mark old"]}
    assert (told.exit_code, told.output) == (4, "commit marks: 1 found\n  mark old\n")
    assert (counted.exit_code, json.loads(counted.output)) == (
        4,
        {"left": 1, "kinds": {"commit marks": one}},
    )
    assert removed.exit_code == 0
    assert json.loads(removed.output)["kinds"]["commit marks"]["removed"] == 1
    assert (calm.exit_code, calm.output) == (0, "nothing is left behind\n")
