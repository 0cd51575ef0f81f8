"""Whose runs a recovery takes: those whose executor is gone, and no others."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from aicmo_core import RunState
from aicmo_core.app import App
from aicmo_core.engines.looking import AFTER_FAILURE
from aicmo_core.runtime.executor import LAPSE
from aicmo_core.runtime.recovery import beats
from aicmo_core.storage import Backend, BackendUnavailable, Batch
from aicmo_core.testing.faulty import Crash, Fault, FaultyBackend
from aicmo_core.testing.fixtures import SequentialIds
from scenarios.errands import (
    Ambush,
    Errand,
    WatchedWaiter,
    World,
    errand,
    hasty_errand,
)
from scenarios.verdicts import check


def abandon(world: World, key: str = "k", name: str = "anna") -> None:
    """Leave a run behind, half done, by a process that never signs off."""
    faulty = Ambush(world.backend(), ("completed", "write_letter"), Fault.CRASH_AFTER)
    with world.process(faulty) as app, pytest.raises(Crash):
        app.run(errand, Errand(name), key=key)


def states(app: App) -> list[RunState]:
    return [run.state for run in app.runs.list().items]


class Observer(WatchedWaiter):
    """Waits like its world, and does something the first time that it waits for a lapse."""

    def __init__(self, world: World, during: Callable[[], None]) -> None:
        super().__init__(world.clock)
        self.during = during

    def wait(self, duration: timedelta) -> None:
        if duration == LAPSE:
            self.during()
        super().wait(duration)


def test_an_executor_whose_heart_beats_keeps_its_runs() -> None:
    """Its counter moved while it was watched."""
    world = World()
    failing = Ambush(world.backend(), ("completed", "deposit"), Fault.ERROR_BEFORE)
    with world.process(failing) as alive:
        with pytest.raises(BackendUnavailable):
            alive.run(errand, Errand("anna"), key="k")
        observer = Observer(world, alive._executor.beat)
        with world.process(waiter=observer) as app:
            report = app.recover()

            assert (report.runs, report.left, report.observed) == ([], [], 1)
            assert states(app) == [RunState.RUNNING]
        assert alive.run(errand, Errand("anna"), key="k").state is RunState.COMPLETED


def test_an_executor_whose_heart_stands_still_loses_its_runs() -> None:
    """One lapse is watched, by the observer's own clock."""
    world = World()
    abandon(world)
    observer = Observer(world, lambda: None)

    with world.process(waiter=observer) as app:
        report = app.recover()

    assert [run.state for run in report.runs] == [RunState.COMPLETED]
    assert report.observed == 0
    assert observer.waits.count(LAPSE) == 1
    check(world, report.runs[0])


def test_an_executor_that_signed_off_is_not_waited_for() -> None:
    """Its runs are taken at once."""
    world = World()
    failing = Ambush(world.backend(), ("completed", "deposit"), Fault.ERROR_BEFORE)
    with world.process(failing) as leaving, pytest.raises(BackendUnavailable):
        leaving.run(errand, Errand("anna"), key="k")
    observer = Observer(world, lambda: None)

    with world.process(waiter=observer) as app:
        report = app.recover()

    assert [run.state for run in report.runs] == [RunState.COMPLETED]
    assert LAPSE not in observer.waits


def test_the_runs_of_one_who_signed_off_do_not_wait_for_those_of_another() -> None:
    """They have ended by the time the other's heart is watched."""
    world = World()
    abandon(world, "crashed", "anna")
    failing = Ambush(world.backend(), ("completed", "deposit"), Fault.ERROR_BEFORE)
    with world.process(failing) as leaving, pytest.raises(BackendUnavailable):
        leaving.run(errand, Errand("bert"), key="left")
    seen: list[RunState] = []

    def look() -> None:
        found = app.runs.find("errand", "left")
        assert found is not None
        seen.append(found.state)

    with world.process(waiter=Observer(world, look)) as app:
        report = app.recover()

    assert seen == [RunState.COMPLETED]
    assert len(report.runs) == 2


def test_recovery_now_does_not_watch() -> None:
    """Every other executor is taken for gone."""
    world = World()
    abandon(world)
    observer = Observer(world, lambda: None)

    with world.process(waiter=observer) as app:
        report = app.recover(now=True)

    assert [run.state for run in report.runs] == [RunState.COMPLETED]
    assert LAPSE not in observer.waits


def test_a_run_of_ones_own_that_no_thread_works_on() -> None:
    """Is taken on by the same process: its store had failed, and is back."""
    world = World()
    failing = Ambush(world.backend(), ("completed", "deposit"), Fault.ERROR_BEFORE)

    with world.process(failing) as app:
        with pytest.raises(BackendUnavailable):
            app.run(errand, Errand("anna"), key="k")
        report = app.recover()

    assert [run.state for run in report.runs] == [RunState.COMPLETED]


def test_a_second_call_finishes_what_an_unavailable_store_interrupted() -> None:
    """The same key goes on from where the journal ends; nothing is done twice."""
    world = World()
    faulty = Ambush(world.backend(), ("completed", "withdraw"), Fault.ERROR_BEFORE)

    with world.process(faulty) as app:
        with pytest.raises(BackendUnavailable):
            app.run(errand, Errand("anna"), key="k")
        run = app.run(errand, Errand("anna"), key="k")

    assert run.state is RunState.COMPLETED
    assert world.hotel.asked == [("book", f"{run.id}/book")]
    check(world, run)


def test_a_caller_whose_run_was_taken_over_by_one_that_dies() -> None:
    """Takes it back: nobody waits for a process that is gone."""
    world = World()
    rivals: list[str] = []

    def rival_dies(_: Batch) -> None:
        dying = Ambush(world.backend(), ("completed", "finish"), Fault.CRASH_BEFORE)
        with world.process(dying) as rival, pytest.raises(Crash):
            rival.recover(now=True)
        rivals.append("died")

    faulty = Ambush(world.backend(), ("completed", "write_letter"), rival_dies)
    with world.process(faulty) as app:
        run = app.run(errand, Errand("anna"), key="k")

    assert rivals == ["died"]
    assert run.state is RunState.COMPLETED
    assert world.waiter.elapsed() >= LAPSE
    with world.process() as app:
        app.relay()
    check(world, run)


def test_one_run_that_cannot_be_recovered_does_not_keep_the_others() -> None:
    """It is reported with its reason."""
    world = World()
    abandon(world, "strange", "anna")
    abandon(world, "k", "bert")
    spoil(world, "strange")

    with world.process() as app:
        report = app.recover(now=True)

    assert [left.reason.partition(":")[0] for left in report.left] == ["InvalidValue"]
    assert [run.state for run in report.runs] == [RunState.COMPLETED]


def spoil(world: World, key: str) -> None:
    """Make one journal entry of the run with this key unreadable, as a manual change may."""
    run_id = next(r[0] for r in world.rows("aicmo_runs") if r[4] == key)
    place = ("aicmo_journal", (run_id, 1))
    row = world.memory.rows[place]
    world.memory.rows[place] = row._replace(values=(*row.values[:5], "yesterday", *row.values[6:]))


def test_recovering_a_run_that_ended_meanwhile_changes_nothing() -> None:
    """Terminal is final: not even the run's row is written."""
    world = World()
    abandon(world)

    class FinishedByOthers(FaultyBackend):
        """Another process finishes the run after it was listed, and before it is read."""

        done = False

        def find(self, collection, query):  # type: ignore[no-untyped-def]
            rows = super().find(collection, query)
            if collection.name == "aicmo_runs" and not self.done:
                self.done = True
                with world.process() as other:
                    other.recover(now=True)
                seen.append(world.rows("aicmo_runs"))
            return rows

    seen: list[object] = []
    with world.process(FinishedByOthers(world.backend())) as app:
        app.recover(now=True)

    assert seen == [world.rows("aicmo_runs")]


def test_a_claim_whose_answer_is_lost() -> None:
    """Is settled by writing again: the run is driven by the recovery that claimed it."""
    for fault in (Fault.LOST_BEFORE, Fault.LOST_AFTER, Fault.DUPLICATE):
        world = World()
        abandon(world)
        claiming: Backend = FaultyBackend(world.backend(), {2: fault})

        with world.process(claiming) as app:
            report = app.recover(now=True)

        assert [run.state for run in report.runs] == [RunState.COMPLETED], fault
        check(world, report.runs[0])


FORKING = """
import os, threading
from aicmo_core.app import open_app

app = open_app("memory:", allow=["aicmo_core"])
executor = app._executor
mine = executor.ensure()
holding, release = threading.Event(), threading.Event()

def hold():
    with executor._lock:
        holding.set()
        release.wait()

keeper = threading.Thread(target=hold)
keeper.start()
holding.wait()
reading, writing = os.pipe()
child = os.fork()
if child == 0:
    os.write(writing, executor.ensure().encode())
    os._exit(0)
release.set()
keeper.join()
_, status = os.waitpid(child, 0)
theirs = os.read(reading, 100).decode()
app.close()
assert status == 0, status
assert theirs and theirs != mine, (theirs, mine)
assert executor.ensure() != theirs
print("own id")
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_child_is_an_executor_of_its_own() -> None:
    """Although its parent's heart held the lock when it was born."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", FORKING],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.stdout == "own id\n", done.stderr


def test_a_hasty_run_of_a_dead_process_is_taken_back_whole() -> None:
    """Its external step had an intent and no outcome, and is not attempted twice."""
    world = World()
    faulty = Ambush(world.backend(), ("completed", "book"), Fault.CRASH_BEFORE)
    with world.process(faulty) as dying, pytest.raises(Crash):
        dying.run(hasty_errand, Errand("anna"), key="k")
    assert world.hotel.booked

    with world.process() as app:
        report = app.recover(now=True)

    assert [run.state for run in report.runs] == [RunState.COMPENSATED]
    check(world, report.runs[0])


def test_a_run_that_ends_while_it_is_read() -> None:
    """A caller who waits for it is never given a run that says running."""
    world = World()
    abandon(world)

    class EndsInBetween(FaultyBackend):
        """Another process ends the run after its row was read, and before its journal is."""

        done = False

        def get(self, collection, key):  # type: ignore[no-untyped-def]
            row = super().get(collection, key)
            if collection.name == "aicmo_runs" and not self.done:
                self.done = True
                with world.process() as other:
                    other.recover(now=True)
            return row

    with world.process(EndsInBetween(world.backend())) as app:
        run = app.run(errand, Errand("anna"), key="k")

    assert run.state is RunState.COMPLETED
    check(world, run)


def test_a_run_that_an_error_left_in_a_workers_hands() -> None:
    """Nobody else would take it, for the worker's heart beats: so it goes on with it itself."""
    world = World()
    failing = Ambush(world.backend(), ("completed", "write_letter"), Fault.ERROR_BEFORE)
    with world.process(failing) as app:
        started = app.start(errand, Errand("anna"), key="k")
        worker = app.worker(1)

        worker.run_until_idle()
        assert states(app) == [RunState.RUNNING]
        world.waiter.pass_time(AFTER_FAILURE)
        worker.run_until_idle(watch=True)

        run = app.runs.get(started.id)
        assert run is not None
        check(world, run)
        assert run.state is RunState.COMPLETED


def test_a_worker_that_watches_by_hand() -> None:
    """It takes the run of a process that is gone, once its heart stood still for a lapse."""
    world = World()
    abandon(world)
    with world.process() as app:
        worker = app.worker(1)

        worker.run_until_idle(watch=True)
        assert states(app) == [RunState.RUNNING]
        world.waiter.pass_time(LAPSE)
        worker.run_until_idle(watch=True)

        assert states(app) == [RunState.COMPLETED]
        assert worker.worked.recovered == 1


def test_an_executor_that_is_beaten_by_hand() -> None:
    """No thread is started, so that its heart stands still until somebody beats."""
    world = World()
    with world.process() as app:
        threads = threading.active_count()
        app._executor.beat_by_hand(SequentialIds("by-hand").new)
        name = app._executor.ensure()

        before = beats(app.backend, [name])
        app._executor.beat()

        assert name == "by-hand-000001"
        assert beats(app.backend, [name])[name] == before[name] + 1
        assert threading.active_count() == threads
        with pytest.raises(RuntimeError, match="beats already"):
            app._executor.beat_by_hand(SequentialIds().new)
