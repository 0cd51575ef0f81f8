"""Two processes on one run: at most one of them commits each entry, and what is one is whole."""

from __future__ import annotations

from contextlib import suppress

import pytest

from aicmo_core import App, RunState, StepContext, Workflow, step
from aicmo_core.saga import Signal, wait_for
from aicmo_core.testing.faulty import Crash, Fault
from scenarios.errands import Ambush, Desk, Ending, Errand, World, errand, open_account

go = Signal("go", bool)


def test_process_that_stands_still_in_a_step(world: World) -> None:
    """Another one does the step meanwhile; what the first then commits is refused."""
    begun: list[str] = []

    @step
    def pay(context: StepContext[Errand]) -> None:
        begun.append(context.run_id)
        context.port(Desk).deposit(context.input.name, 10, "once")
        if len(begun) == 1:
            with world.process(workflows=[paying]) as rival:
                rival.recover(now=True)

    paying = Workflow("paying", 1, Errand, [open_account, pay])
    with world.process(workflows=[paying]) as app:
        run = app.run(paying, Errand("anna"))
        kinds = [(e.kind, e.step) for e in app.runs.audit(run.id).entries]

    assert len(begun) == 2
    assert kinds == [("completed", "open_account"), ("completed", "pay")]
    assert [row[1] for row in world.rows("desk_accounts")] == [10]


def test_signal_to_a_run_that_was_taken_over(world: World) -> None:
    """The former executor does not go on behind it as if the run were still its own."""
    begun: list[int] = []
    rivals: list[App] = []

    @step
    def pay(context: StepContext[Errand]) -> None:
        begun.append(context.attempt)
        if len(begun) == 1:
            assert rivals[0]._coordinator.claim(context.run_id) is not None
            rivals[0].runs.signal(context.run_id, go, True, by="ada", advance=False)

    paying = Workflow("paying", 1, Errand, [open_account, pay, wait_for(go)])
    with world.process(workflows=[paying]) as rival, world.process(workflows=[paying]) as app:
        rivals.append(rival)
        run = app.run(paying, Errand("anna"))

    assert run.state is RunState.COMPLETED
    assert begun == [1, 1]


@pytest.mark.parametrize("fault", [Fault.CRASH_BEFORE, Fault.CRASH_AFTER])
@pytest.mark.parametrize("name", ["open_account", "deposit", "book", "withdraw"])
def test_crash_while_a_step_is_taken_back(world: World, name: str, fault: Fault) -> None:
    """Its rows and its entry are one commit: whoever goes on finds both, or neither."""
    taken_back(world, name, fault)


def taken_back(world: World, name: str, fault: Fault) -> None:
    rejected = Errand("anna", Ending.REJECTED)
    dying = Ambush(world.backend(), ("compensated", name), fault)
    with world.process(dying) as app, suppress(Crash):
        app.run(errand, rejected, key="k")
    assert dying.dead

    with world.process() as later:
        later.recover(now=True)
        run = later.run(errand, rejected, key="k")

        assert run.state is RunState.COMPENSATED
        assert later.runs.audit(run.id).balanced
    assert world.rows("desk_accounts") == world.rows("desk_letters") == []
    assert [verb for verb, _ in world.hotel.effective] == ["book", "cancel"]


def test_all_attempts_have_one_key(world: World) -> None:
    """What is done outside is known by the run and the step, not by the attempt."""
    failures = [ConnectionError("no line")]

    def fail_once() -> None:
        if failures:
            raise failures.pop()

    world.hotel.while_booking = fail_once

    with world.process() as app:
        run = app.run(errand, Errand("anna"))

    assert run.state is RunState.COMPLETED
    assert world.hotel.asked == [("book", f"{run.id}/book")] * 2
    assert len(world.hotel.booked) == 1


def test_run_that_begins_to_wait(world: World) -> None:
    """Belongs to nobody with the very entry that says so: a crash behind it does not matter."""
    asking = Workflow("asking", 1, Errand, [open_account, wait_for(go)])
    dying = Ambush(world.backend(), ("completed", "open_account"), Fault.CRASH_AFTER)
    with world.process(dying, workflows=[asking]) as app, suppress(Crash):
        app.run(asking, Errand("anna"), key="k")

    with world.process(workflows=[asking]) as later:
        (run,) = later.runs.list().items

        assert (run.state, run.executor) == (RunState.WAITING, "")
        assert later.runs.signal(run.id, go, True, by="ada").state is RunState.COMPLETED


@pytest.fixture
def world() -> World:
    return World()
