"""
The crash explorer: anybody's workflow, with a crash at every commit.

```python
def open_shop(backend):
    return open_app(backend, modules=[SHOP], workflows=[sell], plugins=Plugins())

def test_no_crash_breaks_a_sale():
    report = crash_points(open_shop, sell, Sale("a book"))

    assert len(report.points) == 2 * report.commits
```

For each commit of the workflow the process dies once before it is written and once
after; another process recovers the run, and what is there then is compared with the
uninterrupted run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, TypeAlias, TypeVar

from attrs import frozen

from aicmo_core.app import App
from aicmo_core.backends.memory.backend import MemoryBackend
from aicmo_core.runtime.errors import SignalRefused
from aicmo_core.runtime.records import OUTBOX, SCHEMA, JournalRecord, RunState
from aicmo_core.runtime.retention import Leftover
from aicmo_core.runtime.runs import Run
from aicmo_core.runtime.undo import written
from aicmo_core.runtime.waits import Awaited
from aicmo_core.saga import Signal, Workflow
from aicmo_core.storage import Backend, Collection, ModuleSchema, compile_query
from aicmo_core.testing.faulty import Crash, Fault, FaultyBackend

In = TypeVar("In")

OpenApp: TypeAlias = Callable[[Backend], App]
"""Opens the application on a backend. Called once for each process that is played."""

Compare: TypeAlias = Callable[[App, Run], object]
"""Returns what a completed run must have in common with the uninterrupted one."""

KEY = "crash-points"
"""The key of the runs, so that a run whose process died is met again."""

FAULTS = (Fault.CRASH_BEFORE, Fault.CRASH_AFTER)

_OF_RUNS = (Leftover.LOCK, Leftover.HELD_EVENT, Leftover.ENTRY)
"""What a run may leave in its own store. The files belong to the runs of all points."""


@frozen
class CrashPoint:
    """
    One crash, and how the run ended.

    Attributes:
        commit: The number of the commit, from 1.
        fault: Whether the process died before the commit was written, or after.
        state: How the run ended after recovery.
    """

    commit: int
    fault: Fault
    state: RunState

    def __str__(self) -> str:
        return f"{self.fault.value} commit {self.commit}"


@frozen
class CrashReport:
    """
    What was tried.

    Attributes:
        uninterrupted: How the run ends without a crash.
        commits: How many commits it has.
        points: Every crash that was tried: two for each commit.
    """

    uninterrupted: RunState
    commits: int
    points: tuple[CrashPoint, ...]


def crash_points(
    open_app: OpenApp,
    workflow: Workflow[In],
    run_input: In,
    *,
    backend: Callable[[], Backend] = MemoryBackend,
    compare: Compare | None = None,
    signals: Sequence[tuple[Signal[Any], Any]] = (),
) -> CrashReport:
    """
    Run *workflow* with a crash at every commit, before and after, and recover each time.

    After each recovery the run must have ended with a balanced ledger, and a sweep finds
    no lock, held event or entry that is left behind. If it ended as the uninterrupted run
    did, every collection has as many rows, children included, and the outbox as many
    events; what *compare* returns is equal. If it was compensated instead, as an external
    step that may not be attempted twice is, no row that its steps wrote is there.

    Args:
        open_app: Opens the application. What outlives a process (fakes of services, a
            folder for files) belongs outside of it.
        workflow: Registered with that application. Its commits must not depend on
            anything but the input.
        run_input: Its input.
        backend: Makes a new and empty store for each point; in memory by default.
        compare: What else has to be equal, where the run completed.
        signals: What the run is told, and with what, as soon as it rests for the first time;
            once each, however often it is sent again. A pause is waited for, by the
            application's waiter: give it one whose time passes by itself.

    Raises:
        AssertionError: Some points break a promise; all of them are listed.
    """
    explorer = _Explorer(open_app, workflow, run_input, backend, compare, signals)
    reference, commits = explorer.run_calmly()
    points: list[CrashPoint] = []
    broken: list[str] = []
    for number in range(1, commits + 1):
        for fault in FAULTS:
            found = explorer.run_with(number, fault)
            point = CrashPoint(number, fault, found.state)
            points.append(point)
            broken += [f"{point}: {why}" for why in _differences(found, reference)]
    if broken:
        raise AssertionError("\n".join(broken))
    return CrashReport(reference.state, commits, tuple(points))


@frozen
class _Outcome:
    """What is there when a run is over."""

    state: RunState
    balanced: bool
    rows: dict[str, int]
    left: tuple[str, ...]
    compared: object
    unreached: bool = False


def _differences(found: _Outcome, reference: _Outcome) -> list[str]:
    """Return what is wrong with an outcome, a sentence each."""
    if found.unreached:
        return ["the run has fewer commits this time; its commits must depend on the input only"]
    wrong: list[str] = []
    if found.state not in (reference.state, RunState.COMPENSATED):
        wrong.append(f"it ended as {found.state.value}, not as {reference.state.value}")
    if found.state.ended and not found.balanced:
        wrong.append("its ledger does not balance")
    wrong += found.left
    if found.state is reference.state:
        for name, count in reference.rows.items():
            if found.rows.get(name) != count:
                wrong.append(f"{name} has {found.rows.get(name)} rows instead of {count}")
        if found.compared != reference.compared:
            wrong.append(f"compare: {found.compared!r} instead of {reference.compared!r}")
    return wrong


class _Store(FaultyBackend):
    """Remembers which collections the application has."""

    schemas: Sequence[ModuleSchema] = ()

    def prepare(self, schemas: Sequence[ModuleSchema]) -> None:
        self.schemas = schemas
        super().prepare(schemas)


class _Explorer:
    def __init__(
        self,
        open_app: OpenApp,
        workflow: Workflow[Any],
        run_input: Any,
        backend: Callable[[], Backend],
        compare: Compare | None,
        signals: Sequence[tuple[Signal[Any], Any]],
    ) -> None:
        self._open = open_app
        self._workflow = workflow
        self._input = run_input
        self._backend = backend
        self._compare = compare
        self._signals = signals

    def run_calmly(self) -> tuple[_Outcome, int]:
        """Return the uninterrupted run's outcome, and how many commits it has."""
        store = _Store(self._backend())
        with self._open(store) as app:
            before = store.commits
            run = self._to_its_end(app)
            commits = store.commits - before
            return self._look(app, run, store), commits

    def run_with(self, number: int, fault: Fault) -> _Outcome:
        """Return the outcome after a crash at one commit, and recovery by another process."""
        store = _Store(self._backend())
        app = self._open(store)
        store.plan[store.commits + number] = fault
        with suppress(Crash):
            self._to_its_end(app)
        reached = store.dead
        with suppress(Crash):  # a dead process closes nothing
            app.close()
        if not reached:
            return _Outcome(RunState.RUNNING, False, {}, (), None, unreached=True)
        later = _Store(store.inner)
        with self._open(later) as recovering:
            recovering.recover(now=True)
            run = self._to_its_end(recovering)
            return self._look(recovering, run, later)

    def _to_its_end(self, app: App) -> Run:
        """Run the workflow, tell it what it waits for, and wait until its pauses are over."""
        run = app.run(self._workflow, self._input, KEY)
        for number, (signal, payload) in enumerate(self._signals):
            with suppress(SignalRefused):  # a run that is taken back has no use for it
                key = f"{KEY}-{number}"
                run = app.runs.signal(run.id, signal, payload, by="crash-points", key=key)
        while (pause := _pause(app, run)) is not None:
            app._coordinator.waiter.wait(pause - app.backend.now())
            app.recover()
            found = app.runs.get(run.id)
            assert found is not None
            run = found
        return run

    def _look(self, app: App, run: Run, store: _Store) -> _Outcome:
        audit = app.runs.audit(run.id)
        collections = {c.name: c for s in store.schemas for c in s.collections}
        counted = [c for c in collections.values() if c not in SCHEMA.collections]
        rows = {name: n for c in [*counted, OUTBOX] for name, n in _count(store, c).items()}
        kinds = app.retention.sweep(kinds=_OF_RUNS).kinds.values()
        left = [f"{text} is left behind" for kept in kinds for text in kept.shown]
        if run.state is RunState.COMPENSATED:
            left += left_behind(store, store.schemas, audit.entries)
        compared = None
        if run.state is RunState.COMPLETED and self._compare is not None:
            compared = self._compare(app, run)
        return _Outcome(run.state, audit.balanced, rows, tuple(left), compared)


def _pause(app: App, run: Run) -> datetime | None:
    """Return until when a run pauses, if that is all that it waits for now."""
    pending = app.runs.waits(run.id).pending
    return pending[0].until if pending and pending[0].awaited is Awaited.MOMENT else None


def _count(store: Backend, collection: Collection[Any]) -> dict[str, int]:
    """Return how many rows a collection's table and those of its children have."""
    rows = store.find(collection, compile_query(collection))
    counts = {collection.name: len(rows)}
    for place, child in enumerate(collection.child_tables):
        counts[child.table] = sum(len(row.children[place]) for row in rows)
    return counts


def left_behind(
    store: Backend, schemas: Sequence[ModuleSchema], journal: Sequence[JournalRecord]
) -> list[str]:
    """Return which rows that a run's steps wrote are there, although it was taken back."""
    collections = {c.name: c for s in schemas for c in s.collections}
    undo = [entry.undo for entry in journal if entry.undo is not None]
    return [line for text in undo for line in _left(store, collections, text)]


def _left(store: Backend, collections: dict[str, Collection[Any]], undo: str) -> list[str]:
    """Return which rows that a step wrote are there, although it was compensated."""
    found: list[str] = []
    for name, key, token in written(undo):
        row = store.get(collections[name], key)
        if row is not None and row.token == token:
            found.append(f"{name}[{', '.join(map(str, key))}] is left by a compensated run")
    return found
