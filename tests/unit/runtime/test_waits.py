"""A run says what it waits for: signals, moments, retries, locks, persons."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from attrs import frozen

from aicmo_core import App, RetryPolicy, RunState, StepContext, Workflow, step
from aicmo_core.app import open_app
from aicmo_core.backends.memory.backend import MemoryBackend
from aicmo_core.backends.memory.memory import Memory
from aicmo_core.kernel.errors import NotFound, UnknownName
from aicmo_core.runtime.errors import DefinitionChanged
from aicmo_core.runtime.plugins import Plugins
from aicmo_core.runtime.waits import Awaited, Pending
from aicmo_core.saga import Signal, TransientFailure, parallel, sleep, wait_for

DAY = timedelta(days=1)


@frozen
class Order:
    client: str = "anna"


approval = Signal("approval", bool)


@step
def check(context: StepContext[Order]) -> int:
    return 1


@step(retry=RetryPolicy(max_attempts=3, initial=DAY))
def send(context: StepContext[Order]) -> None:
    raise TransientFailure("the mail server is away")


@step(pivot=True)
def charge(context: StepContext[Order]) -> None:
    pass


@step
def thank(context: StepContext[Order]) -> None:
    raise ValueError("no words")


approving = Workflow("approving", 1, Order, [check, wait_for(approval)], deadline=2 * DAY)
timed = Workflow("timed", 1, Order, [wait_for(approval, timeout=DAY, name="said")])
pausing = Workflow("pausing", 1, Order, [sleep("night", DAY)])
retrying = Workflow("retrying", 1, Order, [send])
broad = Workflow(
    "broad",
    1,
    Order,
    [charge, parallel("both", asked=[wait_for(approval)], said=[thank])],
)
locked = Workflow("locked", 1, Order, [wait_for(approval)], lock=lambda o: f"client:{o.client}")
ending = Workflow("ending", 1, Order, [check], deadline=DAY)

ALL = [approving, timed, pausing, retrying, broad, locked, ending]


@pytest.fixture
def app() -> Iterator[App]:
    with open_app(MemoryBackend(Memory()), workflows=ALL, plugins=Plugins()) as opened:
        yield opened


def begin(app: App, workflow: Workflow[Order]) -> str:
    run = app.start(workflow, Order())
    app.worker().run_until_idle()
    return run.id


def test_signal_without_an_end(app: App) -> None:
    """Its name, where the run waits, and the deadline of the whole."""
    run_id = begin(app, approving)

    waits = app.runs.waits(run_id)

    assert waits.pending == (Pending(Awaited.SIGNAL, "approval", "approval"),)
    run = app.runs.get(run_id)
    assert run is not None
    assert waits.deadline == run.deadline
    assert waits.deadline is not None
    assert run.next_at == waits.deadline


def test_signal_with_a_timeout(app: App) -> None:
    """Until when; the path is that of the wait, which has a name of its own."""
    run_id = begin(app, timed)

    (pending,) = app.runs.waits(run_id).pending

    run = app.runs.get(run_id)
    assert run is not None
    assert (pending.step, pending.what) == ("said", "approval")
    assert pending.until is not None
    assert pending.until == run.next_at


def test_pause(app: App) -> None:
    """Is over by itself."""
    run_id = begin(app, pausing)

    (pending,) = app.runs.waits(run_id).pending

    assert (pending.awaited, pending.step, pending.what) == (Awaited.MOMENT, "night", "")
    assert pending.until is not None


def test_retry(app: App) -> None:
    """When the next attempt is due."""
    run_id = begin(app, retrying)

    (pending,) = app.runs.waits(run_id).pending

    assert (pending.awaited, pending.step) == (Awaited.RETRY, "send")
    assert pending.until is not None


def test_one_branch_is_parked(app: App) -> None:
    """Both are told, the person last; the run waits, and its reason is that of the park."""
    run_id = begin(app, broad)

    waits = app.runs.waits(run_id)

    assert [(p.awaited, p.step) for p in waits.pending] == [
        (Awaited.SIGNAL, "both|asked/approval"),
        (Awaited.PERSON, "both|said/thank"),
    ]
    run = app.runs.get(run_id)
    assert run is not None
    assert (run.state, run.failure) == (RunState.WAITING, waits.pending[1].what)
    assert "no words" in waits.pending[1].what


def test_lock_that_another_run_holds(app: App) -> None:
    """Its name, and that run; which holds it, and waits for nothing but its signal."""
    holder, other = begin(app, locked), begin(app, locked)

    assert app.runs.waits(holder).locks == ("client:anna",)
    (pending,) = app.runs.waits(other).pending
    assert (pending.awaited, pending.what) == (Awaited.LOCK, "client:anna")
    assert pending.held_by == holder
    assert pending.until is not None
    assert app.runs.waits(other).locks == ()


def test_lock_that_was_released(app: App) -> None:
    """Nobody holds it any more."""
    holder, other = begin(app, locked), begin(app, locked)

    app.runs.signal(holder, approval, True, by="ada")

    assert app.runs.waits(holder).locks == ()
    assert app.runs.waits(other).pending[0].held_by is None


def test_run_that_has_ended(app: App) -> None:
    """Waits for nothing, and its deadline is over."""
    waits = app.runs.waits(begin(app, ending))

    assert (waits.pending, waits.locks, waits.deadline) == ((), (), None)


def test_run_past_its_pivot_has_no_deadline(app: App) -> None:
    """It only goes forward."""
    workflow = Workflow("bound", 1, Order, [charge, wait_for(approval)], deadline=DAY)
    with open_app(app.backend, workflows=[workflow], plugins=Plugins()) as other:
        waits = other.runs.waits(begin(other, workflow))

    assert waits.deadline is None


def test_workflow_that_cannot_tell(app: App) -> None:
    """Not installed, or changed: what the run waits for is not guessed at."""
    run_id = begin(app, approving)
    changed = Workflow("approving", 2, Order, [charge, check])

    with pytest.raises(NotFound):
        app.runs.waits("nobody")
    with (
        open_app(app.backend, workflows=[changed], plugins=Plugins()) as other,
        pytest.raises(DefinitionChanged),
    ):
        other.runs.waits(run_id)
    with open_app(app.backend, plugins=Plugins()) as none, pytest.raises(UnknownName):
        none.runs.waits(run_id)
