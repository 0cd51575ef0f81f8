"""A worker takes what is due, the longest first; leaves alone what it cannot do; drains."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from datetime import timedelta

import pytest

from aicmo_core import App, RetryPolicy, RunState, StepContext, Workflow, step
from aicmo_core.hooks import provides
from aicmo_core.runtime.executor import LAPSE
from aicmo_core.runtime.records import NOBODY
from aicmo_core.runtime.runs import Run
from aicmo_core.saga import Signal, TransientFailure, wait_for
from aicmo_core.storage import BackendUnavailable, Batch
from aicmo_core.testing.faulty import Crash, Fault, FaultyBackend
from scenarios.errands import Ambush, Errand, World, deposit, errand, open_account

SECOND = timedelta(seconds=1)
go = Signal("go", bool)
TOOK: list[str] = []
READY: list[bool] = []


class Press(ABC):
    """A port that not every host has."""

    @abstractmethod
    def press(self) -> None:
        """Press."""


class SteadyPress(Press):
    def press(self) -> None:
        pass


def _press(_: object) -> Press:
    if not READY:
        raise RuntimeError("the press is being mended")
    return SteadyPress()


@step
def take(context: StepContext[Errand]) -> None:
    TOOK.append(context.input.name)


@step
def use_press(context: StepContext[Errand]) -> None:
    context.port(Press).press()


@step(retry=RetryPolicy(max_attempts=3, initial=10 * SECOND))
def flaky(context: StepContext[Errand]) -> None:
    TOOK.append(f"{context.input.name} {context.attempt}")
    if context.attempt == 1:
        raise TransientFailure("not yet")


taking = Workflow("taking", 1, Errand, [take])
pressing = Workflow("pressing", 1, Errand, [open_account, use_press])
asking = Workflow("asking", 1, Errand, [open_account, wait_for(go), deposit])
retrying = Workflow("retrying", 1, Errand, [flaky])
ALL = [taking, asking, retrying, errand]


def new_world() -> World:
    """Return a world in which nothing was taken yet, and no piece is missing."""
    TOOK.clear()
    READY[:] = [True]
    return World()


@pytest.fixture
def world() -> World:
    return new_world()


@pytest.fixture
def app(world: World) -> Iterator[App]:
    with world.process(workflows=ALL) as opened:
        yield opened


def now(app: App, run: Run) -> Run:
    found = app.runs.get(run.id)
    assert found is not None
    return found


def test_run_behind_a_stream_of_new_ones(world: World, app: App) -> None:
    """Each that it takes brings two new ones: those that were there before come first."""
    worker = app.worker(threads=1)
    names = iter(f"new {n}" for n in range(1000))

    def bring_more(record: object, added: object) -> None:
        if "Completed" in repr(added) and len(TOOK) < 40:
            for _ in range(2):
                world.waiter.pass_time(SECOND)
                app.start(taking, Errand(next(names)))

    for n in range(10):
        app.start(taking, Errand(f"old {n}"))
        world.waiter.pass_time(SECOND)
    app.observe(bring_more)
    worker.run_until_idle()

    assert TOOK[:10] == [f"old {n}" for n in range(10)]
    assert TOOK[10:] == [f"new {n}" for n in range(len(TOOK) - 10)]


def test_retry_behind_a_stream_of_new_ones(world: World, app: App) -> None:
    """What was let go of for its retry is in line from the moment that it is due."""
    app.start(retrying, Errand("patient"))
    app.worker().run_until_idle()
    world.waiter.pass_time(11 * SECOND)
    for n in range(50):
        app.start(taking, Errand(f"new {n}"))

    app.worker(threads=1).run_until_idle()

    assert TOOK.index("patient 2") == 1


def test_executor_that_has_signed_off(world: World) -> None:
    """Its runs are taken at the first look: it said that it is gone."""
    dying = Ambush(world.backend(), ("completed", "deposit"), Fault.ERROR_BEFORE)
    with world.process(dying) as app, pytest.raises(BackendUnavailable):
        app.run(errand, Errand("anna"), key="k")

    with world.process() as later:
        worker = later.worker()
        worker.run_until_idle(watch=True)
        run = later.run(errand, Errand("anna"), key="k")

    assert run.state is RunState.COMPLETED
    assert worker.worked.recovered == 1


def test_executor_that_is_silent(world: World) -> None:
    """Its runs are taken when it has been so for a lapse, and not before."""
    dying = Ambush(world.backend(), ("completed", "deposit"), Fault.CRASH_AFTER)
    with world.process(dying) as app, pytest.raises(Crash):
        app.run(errand, Errand("anna"), key="k")

    with world.process() as later:
        worker = later.worker()
        found: list[int] = []
        for passing in (timedelta(0), LAPSE - SECOND, SECOND):
            world.waiter.pass_time(passing)
            worker.run_until_idle(watch=True)
            found.append(worker.worked.recovered)

        assert found == [0, 0, 1]
        assert later.run(errand, Errand("anna"), key="k").state is RunState.COMPLETED
    assert [verb for verb, _ in world.hotel.effective] == ["book"]


def test_run_that_another_worker_took_first(world: World) -> None:
    """It is not taken from the other, who is alive: what it does outside is not cut off."""
    with world.process() as slow, world.process() as quick:
        run = slow.start(errand, Errand("anna"))
        late = quick.worker()
        found = late._due.look()

        def arrive() -> None:
            world.hotel.while_booking = lambda: None
            for record in found:
                assert late._advance(record) is False

        world.hotel.while_booking = arrive
        slow.worker().run_until_idle()
        journal = [(e.kind, e.step) for e in slow.runs.audit(run.id).entries]

        assert now(slow, run).state is RunState.COMPLETED
    assert ("late_effect", "book") not in journal
    assert [verb for verb, _ in world.hotel.asked] == ["book"]


def test_store_that_goes_away_and_returns(world: World) -> None:
    """The run is left alone for a while, then gone on with; the others are not held up."""
    faulty = FaultyBackend(world.backend())
    with world.process(faulty, workflows=ALL) as app:
        runs = [app.start(errand, Errand(name)) for name in ("anna", "bert")]
        away = faulty.commits + 2  # the first run is claimed, and then its step is not written
        faulty.plan[away] = Fault.ERROR_BEFORE
        worker = app.worker(threads=1)

        worker.run_until_idle()
        assert worker.worked.failed == 1
        assert now(app, runs[1]).state is RunState.COMPLETED
        world.waiter.pass_time(timedelta(minutes=1))
        worker.run_until_idle(watch=True)

        assert {now(app, run).state for run in runs} == {RunState.COMPLETED}
    assert len(world.hotel.booked) == 2


def test_store_that_cannot_be_asked(world: World) -> None:
    """The threads wait, and look again: they do not end."""
    asked = threading.Event()
    back = threading.Event()

    class Away(FaultyBackend):
        def find(self, collection, query):  # type: ignore[no-untyped-def]
            if not back.is_set():
                asked.set()
                raise BackendUnavailable("the store", "it is away")
            return super().find(collection, query)

    with world.process(Away(world.backend()), workflows=ALL) as app:
        run = app.start(taking, Errand("anna"))
        with app.worker(threads=2) as worker:
            assert asked.wait(60)
            back.set()
            assert all(thread.is_alive() for thread in worker._threads)
        assert worker.worked.failed >= 1
        app.worker().run_until_idle()

        assert now(app, run).state is RunState.COMPLETED


def test_piece_that_is_missing_for_a_while(world: World) -> None:
    """The run is left as it is, and not failed; once the piece is there it goes on."""
    press = provides(Press).by(_press)
    with world.process(workflows=[pressing, *ALL], providers=[press]) as app:
        run = app.start(pressing, Errand("anna"))
        other = app.start(taking, Errand("bert"))
        READY.clear()
        worker = app.worker()
        worker.run_until_idle()

        left = now(app, run)
        assert (left.state, left.executor) == (RunState.RUNNING, NOBODY)
        assert app.runs.audit(run.id).entries == ()
        assert now(app, other).state is RunState.COMPLETED
        READY.append(True)
        world.waiter.pass_time(timedelta(minutes=1))
        worker.run_until_idle()

        assert now(app, run).state is RunState.COMPLETED


def test_stopped_between_two_steps(world: World) -> None:
    """The step is finished, the run let go; nothing of it is repeated by whoever goes on."""
    with world.process() as app:
        run = app.start(errand, Errand("anna"))
        worker = app.worker()
        world.hotel.while_booking = worker._stopping.set
        worker.run_until_idle()

        found = now(app, run)
        assert (found.state, found.executor) == (RunState.RUNNING, NOBODY)
        assert found.next_at is not None
        last = app.runs.audit(run.id).entries[-1]
        assert (last.kind, last.step) == ("completed", "book")
        app.worker().run_until_idle()

        assert now(app, run).state is RunState.COMPLETED
    assert [verb for verb, _ in world.hotel.asked] == ["book"]


def test_stop_waits_for_the_step(world: World) -> None:
    """It returns when every thread has finished, and says so."""
    begun, let_on = threading.Event(), threading.Event()

    def hold() -> None:
        begun.set()
        assert let_on.wait(60)

    world.hotel.while_booking = hold
    with world.process() as app:
        run = app.start(errand, Errand("anna"))
        worker = app.worker(threads=1)
        worker.start()
        assert begun.wait(60)
        assert worker.stop(timedelta(0)) is False
        let_on.set()

        assert worker.stop() is True
        assert now(app, run).executor == NOBODY


def test_signal_between_the_wait_for_a_lock_and_the_release(world: World) -> None:
    """A worker that lets go of a run looks again, if somebody has told it something."""
    held = Workflow("held", 1, Errand, [wait_for(go)], lock=lambda e: "one")
    with world.process(workflows=[held]) as app:
        app.start(held, Errand("anna"))
        app.worker().run_until_idle()
        second = app.start(held, Errand("bert"))

        def tell(record: object, added: object) -> None:
            if "Waiting" in repr(added):
                app.runs.signal(second.id, go, True, by="ada", advance=False)

        app.observe(tell)
        app.worker().run_until_idle()

        assert now(app, second).executor == NOBODY
        assert now(app, second).next_at is not None


def test_worker_that_is_started_twice(app: App) -> None:
    """Is refused: its threads have begun."""
    with app.worker(threads=1) as worker, pytest.raises(RuntimeError, match="started before"):
        worker.start()


def test_commits_of_a_worker_that_finds_nothing(world: World) -> None:
    """To look costs no commit."""
    counted = FaultyBackend(world.backend())
    with world.process(counted, workflows=ALL) as app:
        app.worker().run_until_idle()
        batches: list[Batch] = list(counted.batches)
        for _ in range(5):
            app.worker().run_until_idle()

        assert counted.batches == batches


def test_runs_of_a_workflow_that_is_not_installed(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """They are left as they are: it is said once for all of them, and is no failure."""
    strange = Workflow("strange", 1, Errand, [taking.steps[0]])
    with world.process(workflows=[strange]) as other:
        left = [other.start(strange, Errand("anna"), key=str(n)) for n in range(3)]
    with world.process(workflows=ALL) as app:
        world.waiter.pass_time(timedelta(minutes=1))
        known = app.start(taking, Errand("bert"))
        worker = app.worker()

        for _ in range(3):
            worker.run_until_idle(watch=True)
            world.waiter.pass_time(timedelta(minutes=1))

        assert now(app, known).state is not RunState.RUNNING
        assert [app.runs.get(run.id) for run in left] == left
        assert worker.worked.failed == 0
        (said,) = [r.getMessage() for r in caplog.records if "strange" in r.getMessage()]
        assert said == "runs of strange are left alone: no workflow 'strange' is installed here"
        report = app.recover(now=True)
    assert [(one.run_id, one.reason) for one in report.left] == [
        (run.id, "no workflow 'strange' is installed here") for run in left
    ]


def test_many_runs_of_a_workflow_that_is_not_installed(world: World) -> None:
    """They are not read to find one that can be advanced, although they are due for longer."""
    strange = Workflow("strange", 1, Errand, [taking.steps[0]])
    with world.process(workflows=[strange]) as other:
        for n in range(50):
            other.start(strange, Errand("anna"), key=str(n))
    faulty = FaultyBackend(world.backend())
    with world.process(faulty, workflows=ALL) as app:
        world.waiter.pass_time(timedelta(minutes=1))
        known = app.start(taking, Errand("bert"))
        read = faulty.reads

        found = app.worker(threads=1)._due.look()

    assert [record.run_id for record in found] == [known.id]
    assert faulty.reads - read == 1
