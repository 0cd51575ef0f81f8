"""Timeouts, pauses and deadlines: by the store's clock, never early, never lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from aicmo_core import App, RetryPolicy, RunState, StepContext, Workflow, step
from aicmo_core.runtime.errors import SignalRefused
from aicmo_core.runtime.runs import Run
from aicmo_core.saga import Signal, TransientFailure, parallel, sleep, wait_for
from aicmo_core.testing.faulty import Crash, Fault
from aicmo_core.testing.fixtures import FixedClock
from scenarios.errands import (
    Ambush,
    ClockedBackend,
    Errand,
    World,
    book,
    deposit,
    open_account,
    withdraw,
)

HOUR = timedelta(hours=1)
MOMENT = timedelta(microseconds=1)

amount = Signal("amount", int)
said = wait_for(amount, timeout=HOUR)
perhaps = wait_for(amount, timeout=HOUR, optional=True)


@step(retry=RetryPolicy(max_attempts=9, initial=24 * HOUR, maximum=24 * HOUR))
def not_today(context: StepContext[Errand]) -> None:
    raise TransientFailure("come back tomorrow")


@step(pivot=True)
def decide(context: StepContext[Errand]) -> None:
    pass


asking = Workflow("asking", 1, Errand, [open_account, said, deposit])
lenient = Workflow("lenient", 1, Errand, [open_account, perhaps, deposit])
pausing = Workflow("pausing", 1, Errand, [open_account, sleep("rest", HOUR), deposit])
racing = Workflow(
    "racing",
    1,
    Errand,
    [open_account, parallel("both", long=[sleep("long", 3 * HOUR)], short=[sleep("short", HOUR)])],
)
overdue = Workflow(
    "overdue", 1, Errand, [open_account, book, withdraw, wait_for(amount)], deadline=2 * HOUR
)
trying = Workflow("trying", 1, Errand, [open_account, not_today], deadline=2 * HOUR)
bound = Workflow("bound", 1, Errand, [open_account, decide, wait_for(amount)], deadline=HOUR)
ALL = [asking, lenient, pausing, racing, overdue, trying, bound]


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def app(world: World) -> Iterator[App]:
    with world.process(workflows=ALL) as opened:
        yield opened


def work(app: App, run: Run) -> Run:
    """Do all that is due, and return the run as it stands then."""
    app.worker().run_until_idle()
    found = app.runs.get(run.id)
    assert found is not None
    return found


@pytest.mark.parametrize("workflow", [asking, lenient, pausing], ids=lambda w: w.name)
def test_nothing_happens_before_the_moment(
    world: World, app: App, workflow: Workflow[Errand]
) -> None:
    """A microsecond before, no worker finds anything to do; at the moment itself it does."""
    run = app.run(workflow, Errand("anna"))
    assert run.next_at == world.clock.now() + HOUR

    world.waiter.pass_time(HOUR - MOMENT)
    before = app.runs.audit(run.id).entries
    assert work(app, run).state is RunState.WAITING
    assert app.runs.audit(run.id).entries == before
    world.waiter.pass_time(MOMENT)

    assert work(app, run).state is not RunState.WAITING


def test_timeout_of_a_wait(world: World, app: App) -> None:
    """The run is taken back, and says which signal did not come."""
    run = app.run(asking, Errand("anna"))
    world.waiter.pass_time(HOUR)

    run = work(app, run)

    assert (run.state, run.failure) == (RunState.COMPENSATED, "amount: time is up")
    assert world.rows("desk_accounts") == []
    assert app.runs.audit(run.id).balanced


def test_timeout_of_an_optional_wait(world: World, app: App) -> None:
    """The run goes on with None."""
    run = app.run(lenient, Errand("anna"))
    world.waiter.pass_time(HOUR)

    run = work(app, run)

    assert run.state is RunState.COMPLETED
    assert run.result(perhaps) is None


def test_signal_after_the_timeout(world: World, app: App) -> None:
    """Whichever is written first counts: before anybody noticed the time, the signal came."""
    late, lost = app.run(asking, Errand("anna")), app.run(asking, Errand("bert"))
    world.waiter.pass_time(HOUR)

    late = app.runs.signal(late.id, amount, 1, by="ada")
    lost = work(app, lost)

    assert late.state is RunState.COMPLETED
    assert lost.state is RunState.COMPENSATED
    with pytest.raises(SignalRefused, match="compensated"):
        app.runs.signal(lost.id, amount, 1, by="ada")


def test_moments_come_in_their_order(world: World, app: App) -> None:
    """The row says the nearest; that of the other branch is not lost by it."""
    begun = world.clock.now()
    run = app.run(racing, Errand("anna"))
    assert run.next_at == begun + HOUR

    world.waiter.pass_time(HOUR)
    run = work(app, run)
    assert (run.state, run.next_at) == (RunState.WAITING, begun + 3 * HOUR)
    world.waiter.pass_time(2 * HOUR)

    assert work(app, run).state is RunState.COMPLETED


def test_moment_that_has_passed_while_nobody_was_there(world: World) -> None:
    """It is in the row, so that any later process finds it, however late."""
    with world.process(workflows=ALL) as app:
        run = app.run(pausing, Errand("anna"))
    world.waiter.pass_time(1000 * HOUR)

    with world.process(workflows=ALL) as later:
        recovered = later.recover()

    assert [(r.id, r.state) for r in recovered.runs] == [(run.id, RunState.COMPLETED)]


@pytest.mark.parametrize("fault", [Fault.CRASH_BEFORE, Fault.CRASH_AFTER])
def test_crash_as_the_wait_begins(world: World, fault: Fault) -> None:
    """The hour is counted from the entry that is stored, once."""
    dying = Ambush(world.backend(), ("waiting", "rest"), fault)
    with world.process(dying, workflows=ALL) as app, pytest.raises(Crash):
        app.run(pausing, Errand("anna"), key="k")
    world.waiter.pass_time(HOUR / 2)

    with world.process(workflows=ALL) as later:
        later.recover(now=True)
        run = later.run(pausing, Errand("anna"), key="k")

        left = HOUR if fault is Fault.CRASH_BEFORE else HOUR / 2
        assert run.next_at == world.clock.now() + left


def test_host_whose_clock_is_days_ahead(world: World) -> None:
    """Is as patient as the others: only the store's clock counts."""
    stored = FixedClock(world.clock.now())
    world.clock.advance(timedelta(days=3))
    backend = ClockedBackend(world.memory, stored)

    with world.process(backend, workflows=ALL) as app:
        run = app.run(pausing, Errand("anna"))
        assert run.next_at == stored.now() + HOUR
        world.clock.advance(timedelta(days=3))
        assert work(app, run).state is RunState.WAITING
        stored.advance(HOUR)
        assert work(app, run).state is RunState.COMPLETED


def test_clock_of_the_store_that_jumps_back(world: World, app: App) -> None:
    """Waits longer, and is not early by the clock that it has then."""
    run = app.run(pausing, Errand("anna"))
    due = run.next_at
    assert due is not None
    world.clock.set(due - 5 * HOUR)

    world.clock.advance(5 * HOUR - MOMENT)
    assert work(app, run).state is RunState.WAITING
    world.clock.advance(MOMENT)

    assert work(app, run).state is RunState.COMPLETED


def test_deadline_of_a_run_that_waits_for_a_signal(world: World, app: App) -> None:
    """It is taken back whole, with what it did outside."""
    run = app.run(overdue, Errand("anna"))
    assert run.next_at == run.deadline == world.clock.now() + 2 * HOUR

    world.waiter.pass_time(2 * HOUR - MOMENT)
    assert work(app, run).state is RunState.WAITING
    world.waiter.pass_time(MOMENT)
    run = work(app, run)

    assert (run.state, run.failure) == (RunState.COMPENSATED, "its deadline: time is up")
    assert [verb for verb, _ in world.hotel.effective] == ["book", "cancel"]
    assert world.rows("desk_accounts") == []


def test_deadline_before_the_next_attempt(world: World, app: App) -> None:
    """A run that waits for its retry is not kept alive by it."""
    begun = world.clock.now()
    run = work(app, app.start(trying, Errand("anna")))
    assert (run.state, run.next_at) == (RunState.RUNNING, begun + 2 * HOUR)

    world.waiter.pass_time(2 * HOUR)

    assert work(app, run).state is RunState.COMPENSATED


def test_deadline_in_the_callers_own_thread(world: World, app: App) -> None:
    """Whoever stays with the run notices it at its moment, and no later."""
    begun = world.clock.now()

    run = app.run(trying, Errand("anna"))

    assert run.state is RunState.COMPENSATED
    assert world.clock.now() == begun + 2 * HOUR


def test_deadline_of_a_run_past_its_pivot(world: World, app: App) -> None:
    """It goes on."""
    run = app.run(bound, Errand("anna"))
    world.waiter.pass_time(5 * HOUR)

    assert work(app, run).state is RunState.WAITING
    assert app.runs.signal(run.id, amount, 1, by="ada").state is RunState.COMPLETED


def test_deadline_that_passes_while_a_step_is_at_work(world: World) -> None:
    """What it did is committed, no other step starts, and all is taken back."""
    begun: list[datetime] = []

    @step
    def long(context: StepContext[Errand]) -> None:
        begun.append(world.clock.now())
        world.waiter.pass_time(3 * HOUR)

    @step
    def never(context: StepContext[Errand]) -> None:
        raise AssertionError("it started after the deadline")

    slow = Workflow("slow", 1, Errand, [open_account, long, never], deadline=2 * HOUR)
    with world.process(workflows=[slow]) as app:
        run = app.run(slow, Errand("anna"))
        kinds = [e.kind for e in app.runs.audit(run.id).entries]

    assert run.state is RunState.COMPENSATED
    assert kinds == ["completed", "completed", "expired", "compensated", "compensated"]


def test_clock_that_jumps_back_when_a_deadline_has_come(world: World) -> None:
    """What the run waits for is not over by that: it waits on, until the deadline comes again."""

    class Jumping(ClockedBackend):
        ahead = 0

        def now(self) -> datetime:
            self.ahead -= 1
            return super().now() + (2 * HOUR if self.ahead >= 0 else 0 * HOUR)

    backend = Jumping(world.memory, world.clock)
    with world.process(backend, workflows=ALL) as app:
        run = app.run(overdue, Errand("anna"))
        before = app.runs.audit(run.id).entries
        backend.ahead = 2  # where the run is found to be due, and where it is seen to be ready

        assert work(app, run).state is RunState.WAITING
        assert app.runs.audit(run.id).entries == before
        assert backend.ahead < 0
        world.waiter.pass_time(2 * HOUR)

        assert work(app, run).state is RunState.COMPENSATED
