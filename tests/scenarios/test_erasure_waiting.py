"""Runs that wait, hold locks, were told something, or acted late: nothing is left of whom."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import frozen

from aicmo_core import RunState, StepContext, UndoContext, Workflow, external_step, step
from aicmo_core.app import App, open_app
from aicmo_core.backends.memory.backend import MemoryBackend
from aicmo_core.providers.memory_artifacts import MemoryArtifactStore
from aicmo_core.runtime.errors import SubjectBarred
from aicmo_core.runtime.plugins import Plugins
from aicmo_core.runtime.records import SCHEMA
from aicmo_core.saga import RetryPolicy, RunView, Signal, call, wait_for
from aicmo_core.storage import Backend, Batch, OutcomeUnknown
from aicmo_core.testing.faulty import Fault
from aicmo_core.testing.fixtures import FixedClock
from scenarios.errands import Ambush, WatchedWaiter
from scenarios.stores import MemoryOracle

MARK = "Quillfeather"


@frozen
class Guest:
    name: str


said = Signal("said", str)
more = Signal("more", str)


def who(guest: Guest) -> str:
    return guest.name


def lock(guest: Guest) -> str:
    return f"guest:{guest.name}"


@step
def greet(context: StepContext[Guest]) -> str:
    return f"hello {context.input.name}"


def same(context: RunView[Guest]) -> Guest:
    return context.input


inner = Workflow("inner", 1, Guest, [greet])
visit = Workflow(
    "visit",
    1,
    Guest,
    [
        greet,
        call(inner, same, name="calling"),
        wait_for(said),
        wait_for(more, timeout=timedelta(days=1)),
    ],
    subject=who,
    lock=lock,
)


class House:
    """One store, and the processes on it."""

    def __init__(self) -> None:
        self.oracle = MemoryOracle()
        self.clock = FixedClock()
        self.files = MemoryArtifactStore()

    def open(self, *workflows: Workflow[Guest], backend: Backend | None = None) -> App:
        return open_app(
            backend or MemoryBackend(self.oracle.memory),
            artifacts=self.files,
            workflows=[visit, *workflows],
            plugins=Plugins(),
            clock=self.clock,
            waiter=WatchedWaiter(self.clock),
        )

    def traces(self) -> list[str]:
        return [c.name for c in SCHEMA.collections if MARK in repr(self.oracle.rows(c.name))]


def test_a_run_that_waits_with_a_lock_and_was_told_something() -> None:
    """It is taken back, its lock is free, and who is next in line is not disturbed."""
    house = House()
    with house.open() as app:
        run = app.run(visit, Guest(MARK), key="k")
        app.runs.signal(run.id, said, f"from {MARK}", by="dora", key=f"told-{MARK}")
        app.run(visit, Guest("ben"), key="other")
        assert {"aicmo_runs", "aicmo_journal", "aicmo_locks"} <= set(house.traces())
        kinds = {entry.kind for entry in app.runs.audit(run.id).entries}
        assert kinds >= {"decided", "waiting", "signalled", "locked"}

        erased = app.retention.erase(MARK, by="dora", why="asked for on paper")

        assert erased.finished
        assert house.traces() == []
        audit = app.runs.audit(run.id)
        assert (audit.run.state.ended, audit.balanced) == (True, True)
        assert [row[0] for row in house.oracle.rows("aicmo_locks")] == ["guest:ben"]
        assert app.retention.sweep().left == 0


def test_a_run_that_was_cancelled_before() -> None:
    """Why it was is not kept, and who decided is."""
    house = House()
    with house.open() as app:
        run = app.run(visit, Guest(MARK), key="k")
        app.runs.cancel(run.id, by="dora", why=f"{MARK} is ill")

        assert app.retention.erase(MARK, by="dora", why="asked for on paper").finished

        assert house.traces() == []
        (cancelled,) = [e for e in app.runs.audit(run.id).entries if e.kind == "cancelled"]
        assert cancelled.details == {"by": "dora", "why": "erased"}


def test_an_effect_that_comes_late() -> None:
    """It opens its run again, whose content is gone; another call of erase closes it."""
    house, calls = House(), []

    def uncall(context: UndoContext[Guest, str]) -> None:
        calls.append(("uncall", context.input.name))

    @external_step(compensation=uncall, retry=RetryPolicy(max_attempts=1))
    def ring(context: StepContext[Guest]) -> str:
        if not calls:
            calls.append(("ring", context.input.name))
            with house.open(late) as other:
                other.recover(now=True)
                assert other.retention.erase(MARK, by="dora", why="asked for on paper").finished
        return f"rang {context.input.name}"

    late = Workflow("late", 1, Guest, [greet, ring], subject=who)
    with house.open(late) as app:
        run = app.run(late, Guest(MARK), key="k")
        assert "late_effect" in {entry.kind for entry in app.runs.audit(run.id).entries}
        assert run.state is RunState.PARKED

        assert app.retention.erase(MARK, by="dora", why="asked for on paper").finished

        assert house.traces() == []
        audit = app.runs.audit(run.id)
        assert (audit.run.state.ended, audit.balanced) == (True, True)


def test_a_first_commit_whose_answer_is_lost() -> None:
    """What makes it void stores the run, so that it admits the run's subject as well."""
    house = House()
    plain = Workflow("plain", 1, Guest, [greet], subject=who)
    losing = Ambush(MemoryBackend(house.oracle.memory), ("completed", "greet"), Fault.LOST_BEFORE)
    with house.open(plain, backend=losing) as app:
        run = app.run(plain, Guest(MARK))

        assert run.state is RunState.COMPLETED
        assert {entry.kind for entry in app.runs.audit(run.id).entries} == {"voided", "completed"}
        assert len(house.oracle.rows("aicmo_subjects")) == 1


def test_a_first_commit_whose_answer_is_lost_while_its_subject_is_erased() -> None:
    """Making it void is refused as the commit would have been: no run is left of whom."""
    house = House()
    plain = Workflow("plain", 1, Guest, [greet], subject=who)

    def erased(batch: Batch) -> None:
        with house.open(plain) as other:
            assert other.retention.erase(MARK, by="dora", why="asked for on paper").finished
        raise OutcomeUnknown("memory", "the answer was lost, and nothing was written")

    losing = Ambush(MemoryBackend(house.oracle.memory), ("completed", "greet"), erased)
    with house.open(plain, backend=losing) as app:
        with pytest.raises(SubjectBarred):
            app.run(plain, Guest(MARK))
        assert house.traces() == []
        assert house.oracle.rows("aicmo_runs") == []
