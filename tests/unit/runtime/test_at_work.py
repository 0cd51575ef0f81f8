"""Threads of one process share its name, and yet only one of them works on a run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from attrs import frozen

from aicmo_core import RetryPolicy, RunState, StepContext, UndoContext, Workflow
from aicmo_core import external_step as acting_outside
from aicmo_core.app import App
from aicmo_core.kernel.ids import RunId
from aicmo_core.runtime.at_work import AtWork
from aicmo_core.runtime.recovery import Watch
from aicmo_core.testing.faulty import Fault, FaultyBackend
from scenarios.errands import World

RUN = RunId("a run")


@frozen
class Order:
    number: int = 1


def calling(meanwhile: Callable[[], None]) -> tuple[Workflow[Order], list[str]]:
    """Return a workflow that calls *meanwhile* when it first acts outside, and what it did."""
    did: list[str] = []

    def cancel(context: UndoContext[Order, str]) -> None:
        did.append("cancel")

    @acting_outside(compensation=cancel, retry=RetryPolicy(3, timedelta(0)))
    def book(context: StepContext[Order]) -> str:
        did.append("book")
        if did == ["book"]:
            meanwhile()
        return "booked"

    return Workflow("booking", 1, Order, [book]), did


def watch(app: App) -> Watch:
    """Return the watch of the process that *app* is."""
    coordinator = app._coordinator
    return Watch(coordinator.backend, coordinator.executor, coordinator.waiter)


def test_run_that_a_worker_of_the_same_process_is_at() -> None:
    """A recovery in this process leaves it alone: its step acts once."""
    world, recovered = World(), []
    booking, did = calling(lambda: recovered.append(app.recover(now=True)))
    with world.process(workflows=[booking]) as app:
        run = app.start(booking, Order())

        app.worker().run_until_idle()

        kinds = [entry.kind for entry in app.runs.audit(run.id).entries]
    assert [report.runs for report in recovered] == [[]]
    assert did == ["book"]
    assert kinds == ["intended", "completed"]


def test_run_that_a_thread_is_at_is_not_abandoned() -> None:
    """The watch of its own process sees that, and not only the name in its row."""
    world, seen = World(), []
    booking, _ = calling(lambda: seen.append(list(watch(app).abandoned())))

    with world.process(workflows=[booking]) as app:
        app.run(booking, Order())

    assert seen == [[]]


def test_store_that_went_away_under_a_worker() -> None:
    """The run that it left is found by the same process, which is alive, and taken up again."""
    world = World()
    booking, did = calling(lambda: None)
    faulty = FaultyBackend(world.backend())
    with world.process(faulty, workflows=[booking]) as app:
        run = app.start(booking, Order())
        app._coordinator.executor.ensure()
        faulty.plan = {faulty.commits + 2: Fault.ERROR_BEFORE}  # after the claim
        worker = app.worker()
        assert worker.run_until_idle().failed == 1

        (left,) = watch(app).abandoned()
        worker._recover()

        ended = app.runs.get(run.id)
    assert left.run_id == run.id
    assert ended is not None
    assert ended.state is RunState.COMPLETED
    assert did == ["book"]
    assert worker.worked.recovered == 1


def test_second_thread_at_a_run() -> None:
    """Is told that it is not alone, and its leaving does not free the run."""
    at_work = AtWork()

    with at_work.on(RUN):
        with at_work.alone_on(RUN) as alone:
            assert not alone
        with at_work.on(RUN):
            pass
        assert RUN in at_work, "the first thread is still at it"

    assert RUN not in at_work
    with at_work.alone_on(RUN) as alone:
        assert alone
