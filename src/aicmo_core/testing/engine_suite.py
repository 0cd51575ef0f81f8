"""The conformance suite of engines. Import it from `aicmo_core.testing`."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from contextlib import suppress
from datetime import timedelta
from typing import Any, ClassVar

import pytest

from aicmo_core.app import App
from aicmo_core.runtime.executor import LAPSE
from aicmo_core.runtime.records import NOBODY, RunState
from aicmo_core.runtime.runs import Run
from aicmo_core.saga import Workflow
from aicmo_core.storage import BackendUnavailable
from aicmo_core.testing.engine_world import (
    HOUR,
    EngineWorld,
    Task,
    asking,
    asking_briefly,
    go,
    heard,
    plain,
    refused,
    resting,
    trying,
)
from aicmo_core.testing.faulty import Fault, FaultyBackend

MOMENT = timedelta(microseconds=1)


class EngineConformance(ABC):
    """
    The promises of an engine: whatever calls the coordinator until every run is at rest.

    Subclass it, name the class `Test…`, and say how your engine is made and used. The suite
    brings the store, whose time passes only when the suite says so, and the workflows.

    Attributes:
        drains: Whether the engine can be stopped between two steps of a run.
    """

    drains: ClassVar[bool] = True

    @abstractmethod
    def engine(self, app: App) -> Any:
        """Return an engine for *app*, which does nothing yet."""

    @abstractmethod
    def advance(self, engine: Any) -> None:
        """Have it do all that is due now, and what becomes due by that; return at rest."""

    @abstractmethod
    def watch(self, engine: Any) -> None:
        """Have it look once for executors that are gone, and go on with their runs."""

    def stop(self, engine: Any) -> None:
        """Tell it, from a step that it performs, to begin no other."""
        raise NotImplementedError("this engine says that it drains, so it can be stopped")

    @pytest.fixture
    def world(self) -> EngineWorld:
        """A store in which there is nothing yet."""
        return EngineWorld()

    def advanced(self, app: App, *runs: Run) -> list[RunState]:
        """Return the states of *runs* when a new engine has done all that is due."""
        self.advance(self.engine(app))
        return [state_of(app, run) for run in runs]

    # -- to rest -------------------------------------------------------------------------------

    @pytest.mark.parametrize(
        ("workflow", "state"),
        [
            (plain, RunState.COMPLETED),
            (refused, RunState.COMPENSATED),
            (asking, RunState.WAITING),
            (resting, RunState.WAITING),
        ],
        ids=["completes", "fails", "waits for a signal", "pauses"],
    )
    def test_started_run_is_brought_to_rest(
        self, world: EngineWorld, workflow: Workflow[Task], state: RunState
    ) -> None:
        """It ends, or waits; in between it is nobody's affair but the engine's."""
        with world.open() as app:
            run = app.start(workflow, Task("a"))

            assert self.advanced(app, run) == [state]

    def test_run_that_waits_belongs_to_nobody(self, world: EngineWorld) -> None:
        """So that whoever hears the signal, or finds it due, may go on with it."""
        with world.open() as app:
            run = app.start(asking, Task("a"))
            self.advanced(app, run)

            found = app.runs.get(run.id)

            assert found is not None
            assert found.executor == NOBODY

    def test_every_run_is_performed_once(self, world: EngineWorld) -> None:
        """Of many runs, each has its effect, and has it once."""
        names = [f"run-{n}" for n in range(25)]
        with world.open() as app:
            runs = [app.start(world.outside, Task(name)) for name in names]

            assert set(self.advanced(app, *runs)) == {RunState.COMPLETED}

        assert world.notes() == dict.fromkeys(names, 1)
        assert world.acted == {f"{run.id}/act": 1 for run in runs}

    def test_what_waits_longest_comes_first(self, world: EngineWorld) -> None:
        """A run does not starve behind those that were started after it."""
        names = [f"run-{n}" for n in range(12)]
        with world.open() as app:
            for name in names:
                app.start(world.two_steps, Task(name))
                world.time.go_on(timedelta(seconds=1))
            self.advance(self.engine(app))

        assert world.begun[0] == names[0]
        assert all(abs(world.begun.index(name) - at) < 4 for at, name in enumerate(names))

    def test_nothing_to_do(self, world: EngineWorld) -> None:
        """An engine without runs returns, and leaves a run that has ended as it is."""
        with world.open() as app:
            self.advance(self.engine(app))
            run = app.run(plain, Task("a"))
            before = app.runs.audit(run.id)

            self.advance(self.engine(app))

            assert app.runs.audit(run.id) == before

    def test_events_are_handed_over(self, world: EngineWorld) -> None:
        """Subscribers hear of what the runs did."""
        with world.open() as app:
            app.start(plain, Task("a"))
            self.advance(self.engine(app))

        assert world.told == ["a"]

    # -- timers --------------------------------------------------------------------------------

    @pytest.mark.parametrize(
        ("workflow", "after"),
        [(resting, RunState.COMPLETED), (asking_briefly, RunState.COMPENSATED)],
        ids=["pause", "timeout"],
    )
    def test_timer_is_never_early(
        self, world: EngineWorld, workflow: Workflow[Task], after: RunState
    ) -> None:
        """By the store's clock: a microsecond before its moment nothing happens, at it all."""
        with world.open() as app:
            run = app.start(workflow, Task("a"))
            assert self.advanced(app, run) == [RunState.WAITING]
            found = app.runs.get(run.id)
            assert found is not None
            assert found.next_at is not None

            world.clock.set(found.next_at - MOMENT)
            assert self.advanced(app, run) == [RunState.WAITING]
            world.clock.set(found.next_at)

            assert self.advanced(app, run) == [after]

    def test_timer_is_never_lost(self, world: EngineWorld) -> None:
        """However much later somebody looks, and though all who knew of it are gone."""
        with world.open() as app:
            run = app.start(resting, Task("a"))
            self.advance(self.engine(app))
        world.time.go_on(1000 * HOUR)

        with world.open() as later:
            assert self.advanced(later, run) == [RunState.COMPLETED]

    def test_failed_attempt_is_tried_again(self, world: EngineWorld) -> None:
        """At its moment, and as often as its policy says."""
        with world.open() as app:
            run = app.start(trying, Task("a"))
            for _ in range(4):
                self.advance(self.engine(app))
                world.time.go_on(HOUR)

            journal = [(e.kind, e.attempt) for e in app.runs.audit(run.id).entries][:3]

            assert state_of(app, run) is RunState.COMPLETED
            assert journal == [("failed", 1), ("failed", 2), ("completed", 3)]

    # -- what others say -----------------------------------------------------------------------

    @pytest.mark.parametrize("early", [True, False], ids=["before the wait", "during the wait"])
    def test_signal_is_taken(self, world: EngineWorld, early: bool) -> None:
        """Whenever it came; the sender need not advance the run."""
        with world.open() as app:
            run = app.start(asking, Task("a"))
            if not early:
                self.advance(self.engine(app))
            app.runs.signal(run.id, go, 7, by="kit", advance=False)

            assert self.advanced(app, run) == [RunState.COMPLETED]
            found = app.runs.get(run.id)
            assert found is not None
            assert found.result(heard) == 7

    def test_cancelled_run_is_taken_back(self, world: EngineWorld) -> None:
        """The engine compensates it, and begins no other step."""
        with world.open() as app:
            run = app.start(asking, Task("a"))
            self.advance(self.engine(app))
            app.runs.cancel(run.id, by="kit", why="the suite says so", advance=False)

            assert self.advanced(app, run) == [RunState.CANCELLED]

        assert world.notes() == {}

    def test_cancelled_while_a_step_is_at_work(self, world: EngineWorld) -> None:
        """What comes next is not begun, and nothing of the run stays."""
        with world.open() as app:
            run = app.start(world.two_steps, Task("a"))
            world.during["a"] = lambda: _cancel(app, run)

            assert self.advanced(app, run) == [RunState.CANCELLED]

        assert world.notes() == {}

    # -- those that are gone -------------------------------------------------------------------

    @pytest.mark.parametrize("entry", [2, 3], ids=["before it acted", "after it acted"])
    def test_run_of_an_executor_that_is_gone(self, world: EngineWorld, entry: int) -> None:
        """Once its heartbeat has stood still for a lapse, its run is gone on with."""
        world.abandon(world.outside, "a", entry)

        with world.open() as app:
            engine = self.engine(app)
            self.watch(engine)
            world.time.go_on(LAPSE)
            self.watch(engine)
            run = app.run(world.outside, Task("a"), key="a")

        assert run.state is RunState.COMPLETED
        assert world.notes() == {"a": 1}

    def test_run_of_an_executor_that_lives(self, world: EngineWorld) -> None:
        """As long as its heart beats, its run is not touched, however long a step takes."""
        with world.open() as living, world.open() as app:
            run = living.start(world.two_steps, Task("a"))
            found: list[tuple[Any, ...]] = []

            def meanwhile() -> None:
                world.during.clear()
                world.time.meanwhile = living._executor.beat
                engine = self.engine(app)
                for _ in range(4):
                    self.watch(engine)
                    world.time.go_on(LAPSE / 2)
                    living._executor.beat()
                    self.advance(engine)
                found.append(app.runs.audit(run.id).entries)

            world.during["a"] = meanwhile
            states = self.advanced(living, run)

        assert found == [()]
        assert states == [RunState.COMPLETED]
        assert world.begun == ["a"]

    # -- more than one -------------------------------------------------------------------------

    def test_two_engines_at_once(self, world: EngineWorld) -> None:
        """Two applications share the runs of one store: each effect is there once."""
        names = [f"run-{n}" for n in range(60)]
        with world.open() as one, world.open() as other:
            runs = [one.start(world.outside, Task(name)) for name in names]
            self._at_once([self.engine(one), self.engine(other)])
            states = self.advanced(one, *runs)

        assert set(states) == {RunState.COMPLETED}
        assert world.notes() == dict.fromkeys(names, 1)
        assert world.acted == {f"{run.id}/act": 1 for run in runs}

    def test_one_application_twice_at_once(self, world: EngineWorld) -> None:
        """Two threads of one process do not work on one run together, either."""
        names = [f"run-{n}" for n in range(60)]
        with world.open() as app:
            engine = self.engine(app)
            runs = [app.start(world.outside, Task(name)) for name in names]
            self._at_once([engine, engine])
            states = self.advanced(app, *runs)

        assert set(states) == {RunState.COMPLETED}
        assert world.acted == {f"{run.id}/act": 1 for run in runs}

    def _at_once(self, engines: list[Any]) -> None:
        barrier, raised = threading.Barrier(len(engines)), list[BaseException]()

        def begin(engine: Any) -> None:
            try:
                barrier.wait()
                self.advance(engine)
            except BaseException as error:  # noqa: BLE001 - told below, by the test
                raised.append(error)

        threads = [threading.Thread(target=begin, args=(engine,)) for engine in engines]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert raised == []

    # -- trouble -------------------------------------------------------------------------------

    def test_run_that_cannot_go_on_here(self, world: EngineWorld) -> None:
        """Its workflow is not installed: it is left alone, and does not hold up the others."""
        with world.open() as whole:
            strange, known = whole.start(asking, Task("a")), whole.start(plain, Task("b"))
            with world.open(workflows=[plain]) as lacking:
                assert self.advanced(lacking, known) == [RunState.COMPLETED]
            found = whole.runs.get(strange.id)

            assert found is not None
            assert (found.state, found.executor) == (RunState.RUNNING, NOBODY)
            assert self.advanced(whole, strange) == [RunState.WAITING]

    def test_store_that_goes_away_and_returns(self, world: EngineWorld) -> None:
        """Nothing is lost by it, and nothing happens twice."""
        backend = FaultyBackend(world.backend())
        with world.open(backend) as app:
            run = app.start(world.outside, Task("a"))
            away = range(backend.commits + 1, backend.commits + 4)
            backend.plan.update(dict.fromkeys(away, Fault.ERROR_BEFORE))
            for _ in away:
                with suppress(BackendUnavailable):
                    self.advance(self.engine(app))
                world.time.go_on(HOUR)
            self.advance(self.engine(app))

            assert state_of(app, run) is RunState.COMPLETED
        assert world.notes() == {"a": 1}

    # -- an end --------------------------------------------------------------------------------

    def test_stopped_in_the_middle_of_a_run(self, world: EngineWorld) -> None:
        """It finishes the step, begins no other, and lets the run go: another engine goes on."""
        if not self.drains:
            pytest.skip("this engine says that it cannot be stopped between two steps")
        with world.open() as app:
            run = app.start(world.two_steps, Task("a"))
            engine = self.engine(app)
            world.during["a"] = lambda: self.stop(engine)
            self.advance(engine)
            found = app.runs.get(run.id)
            kinds = [(e.kind, e.step) for e in app.runs.audit(run.id).entries]

            assert kinds == [("completed", "first")]
            assert found is not None
            assert (found.state, found.executor) == (RunState.RUNNING, NOBODY)
            assert self.advanced(app, run) == [RunState.COMPLETED]
        assert world.begun == ["a"]


def state_of(app: App, run: Run) -> RunState:
    """Return where a run stands now."""
    found = app.runs.get(run.id)
    assert found is not None
    return found.state


def _cancel(app: App, run: Run) -> None:
    app.runs.cancel(run.id, by="kit", why="the suite says so", advance=False)
