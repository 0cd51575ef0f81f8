"""Waits and signals: what was sent is taken once, whenever it came; the rest is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from aicmo_core import App, RunState, StepContext, Workflow, step
from aicmo_core.kernel.errors import InvalidValue, NotFound
from aicmo_core.runtime.errors import SignalRefused
from aicmo_core.runtime.runs import Run
from aicmo_core.saga import Signal, parallel, wait_for
from scenarios.errands import Ending, Errand, World, deposit, finish, open_account

amount = Signal("amount", int)
unasked = Signal("unasked", int)
first = wait_for(amount, name="first")
second = wait_for(amount, name="second")


@step
def total(context: StepContext[Errand]) -> int:
    return context.result(first) * 100 + context.result(second)


twice = Workflow("twice", 1, Errand, [open_account, first, deposit, second, total])
side_by_side = Workflow(
    "side_by_side", 1, Errand, [parallel("both", one=[first], other=[second]), total]
)
failing = Workflow("failing", 1, Errand, [open_account, first, deposit, finish])
ALL = [twice, side_by_side, failing]


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def app(world: World) -> Iterator[App]:
    with world.process(workflows=ALL) as opened:
        yield opened


def kinds(app: App, run: Run) -> list[str]:
    return [e.kind for e in app.runs.audit(run.id).entries]


def test_signal_after_the_wait_has_begun(app: App) -> None:
    """The run goes on at once, with what came."""
    run = app.run(twice, Errand("anna"))
    assert run.state is RunState.WAITING

    run = app.runs.signal(run.id, amount, 3, by="ada")
    assert run.state is RunState.WAITING
    run = app.runs.signal(run.id, amount, 4, by="ada")

    assert (run.state, run.result(total)) == (RunState.COMPLETED, 304)


def test_signal_before_the_wait_has_begun(app: App) -> None:
    """It is kept until it is waited for."""
    run = app.start(twice, Errand("anna"))
    for number in (3, 4):
        assert app.runs.signal(run.id, amount, number, by="ada", advance=False).executor == ""

    app.worker().run_until_idle()

    done = app.runs.get(run.id)
    assert done is not None
    assert (done.state, done.result(total)) == (RunState.COMPLETED, 304)


def test_one_signal_and_two_waits(app: App) -> None:
    """It is taken by one of them, once, and the run waits for another."""
    run = app.run(side_by_side, Errand("anna"))

    run = app.runs.signal(run.id, amount, 7, by="ada")

    assert run.state is RunState.WAITING
    assert run.result(first) == 7
    with pytest.raises(LookupError):
        run.result(second)
    assert app.runs.signal(run.id, amount, 8, by="ada").result(total) == 708


def test_signal_that_is_sent_twice_with_one_key(app: App) -> None:
    """The first counts; the second adds nothing, not even when it says something else."""
    run = app.run(twice, Errand("anna"))

    app.runs.signal(run.id, amount, 3, by="ada", key="mail-1")
    again = app.runs.signal(run.id, amount, 9, by="ada", key="mail-1")

    assert again.state is RunState.WAITING
    assert kinds(app, run).count("signalled") == 1
    done = app.runs.signal(run.id, amount, 4, by="ada", key="mail-2")
    assert done.result(total) == 304


def test_key_that_comes_again_after_the_run_has_ended(app: App) -> None:
    """Its sender is not told that it came too late: it came in time, once."""
    run = app.run(twice, Errand("anna"))
    app.runs.signal(run.id, amount, 3, by="ada", key="mail-1")
    done = app.runs.signal(run.id, amount, 4, by="ada", key="mail-2")
    before = kinds(app, run)

    again = app.runs.signal(run.id, amount, 4, by="ada", key="mail-2")

    assert again.state is done.state is RunState.COMPLETED
    assert kinds(app, run) == before


@pytest.mark.parametrize("payload", ["3", None, True, 3.0])
def test_payload_of_another_type(app: App, payload: Any) -> None:
    """Is refused with the place of the mistake; the run is as it was."""
    run = app.run(twice, Errand("anna"))
    before = kinds(app, run)

    with pytest.raises(InvalidValue, match=r"\$"):
        app.runs.signal(run.id, amount, payload, by="ada")

    assert kinds(app, run) == before


def test_signal_that_nobody_waits_for(app: App) -> None:
    """Of another workflow, or of none: the refusal says which ones there are."""
    run = app.run(twice, Errand("anna"))
    before = kinds(app, run)

    with pytest.raises(SignalRefused, match="waits for amount"):
        app.runs.signal(run.id, unasked, 1, by="ada")
    with pytest.raises(SignalRefused, match="waits for amount"):
        app.runs.signal(run.id, "typo", 1, by="ada")

    assert kinds(app, run) == before


def test_run_that_is_not_there(app: App) -> None:
    """Nothing is begun by a signal."""
    with pytest.raises(NotFound, match="nobody"):
        app.runs.signal("nobody", amount, 1, by="ada")

    assert app.runs.list().items == ()


def test_sender_without_a_name(app: App) -> None:
    """The journal says who; so somebody has to."""
    run = app.run(twice, Errand("anna"))

    with pytest.raises(InvalidValue, match=r"\$\.by"):
        app.runs.signal(run.id, amount, 1, by=" ")


def complete(app: App, run: Run) -> None:
    app.runs.signal(run.id, amount, 3, by="ada")
    app.runs.signal(run.id, amount, 4, by="ada")


def cancel(app: App, run: Run) -> None:
    app.runs.cancel(run.id, by="ada", why="not wanted")


@pytest.mark.parametrize("end", [complete, cancel])
def test_run_that_has_ended(app: App, end: Callable[[App, Run], None]) -> None:
    """Takes no signal any more, and says why."""
    run = app.run(twice, Errand("anna"))
    end(app, run)
    before = kinds(app, run)
    now = app.runs.get(run.id)
    assert now is not None

    with pytest.raises(SignalRefused, match=now.state.value):
        app.runs.signal(run.id, amount, 5, by="ada")

    assert kinds(app, run) == before


def test_run_that_is_being_taken_back(app: App, world: World) -> None:
    """It has no use for what comes: it only goes backwards."""
    run = app.run(failing, Errand("anna", Ending.BUG))
    app.runs.cancel(run.id, by="ada", why="not wanted", advance=False)

    with pytest.raises(SignalRefused, match="compensating"):
        app.runs.signal(run.id, amount, 5, by="ada")


def test_signal_to_a_run_that_another_application_waits_with(world: World, app: App) -> None:
    """Whoever hears it may go on: a waiting run belongs to nobody."""
    run = app.run(twice, Errand("anna"))

    with world.process(workflows=ALL) as other:
        other.runs.signal(run.id, amount, 3, by="ada")
        done = other.runs.signal(run.id, amount, 4, by="ada")

    assert (done.state, done.executor) != (RunState.WAITING, run.executor)
    assert done.result(total) == 304


def test_signal_to_be_taken_by_a_worker(app: App) -> None:
    """The sender only writes it down; whoever looks for due runs finds this one."""
    run = app.run(twice, Errand("anna"))

    told = app.runs.signal(run.id, amount, 3, by="ada", advance=False)
    assert told.next_at is not None
    worked = app.worker().run_until_idle()

    assert worked.advanced == 1
    assert kinds(app, run)[-2:] == ["completed", "completed"]


def test_signal_that_comes_while_a_step_is_at_work(world: World) -> None:
    """What the step wrote is committed behind it, and the step is not repeated."""
    apps: list[App] = []
    seen: list[int] = []

    @step
    def slow(context: StepContext[Errand]) -> None:
        seen.append(context.attempt)
        if len(seen) == 1:
            apps[0].runs.signal(context.run_id, amount, 5, by="ada")

    hearing = Workflow("hearing", 1, Errand, [slow, open_account, first])
    begun = Workflow("begun", 1, Errand, [open_account, slow, first])
    with world.process(workflows=[hearing, begun]) as app:
        apps.append(app)
        run = app.run(begun, Errand("anna"))

        assert (run.state, run.result(first)) == (RunState.COMPLETED, 5)
        assert seen == [1]
        journal = [(e.kind, e.step) for e in app.runs.audit(run.id).entries]

    assert journal[1:3] == [("signalled", ""), ("completed", "slow")]
