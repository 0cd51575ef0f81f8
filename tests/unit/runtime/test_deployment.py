"""Before a deployment it is known which runs go on with the new definitions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from attrs import evolve, frozen

from aicmo_core import (
    App,
    Run,
    RunState,
    StepContext,
    StepRejected,
    UndoContext,
    Workflow,
    external_step,
    step,
)
from aicmo_core.app import open_app
from aicmo_core.backends.memory.backend import MemoryBackend
from aicmo_core.backends.memory.memory import Memory
from aicmo_core.runtime import deployment
from aicmo_core.runtime.deployment import EXAMPLES, Begun
from aicmo_core.runtime.errors import DefinitionChanged
from aicmo_core.runtime.plugins import Plugins
from aicmo_core.saga import NO_RETRY, Closing, Node, Signal, repeat, wait_for


@frozen
class Order:
    number: int = 1


go_on = Signal("go_on", bool)


@step
def check(context: StepContext[Order]) -> int:
    return context.input.number


@step(name="check")
def check_in_words(context: StepContext[Order]) -> str:
    return str(context.input.number)


@step
def deliver(context: StepContext[Order]) -> None:
    pass


@step(pivot=True)
def commit_to_it(context: StepContext[Order]) -> None:
    pass


@step
def fail(context: StepContext[Order]) -> None:
    raise RuntimeError("not today")


def waits(*, first: Node[Any] = check, rest: Sequence[Node[Any]] = (), version: int = 1) -> Any:
    """Return a version of the workflow, whose runs stand at its second node."""
    return Workflow("waits", version, Order, [first, wait_for(go_on), *rest])


def opened(memory: Memory, *workflows: Workflow[Any]) -> App:
    return open_app(MemoryBackend(memory), workflows=workflows, plugins=Plugins())


def begin(memory: Memory, workflow: Workflow[Any], count: int = 1) -> list[Run]:
    with opened(memory, workflow) as app:
        runs = [app.run(workflow, Order()) for _ in range(count)]
    assert {run.state for run in runs} == {RunState.WAITING}
    return runs


def only(app: App) -> Begun:
    (begun,) = app.definitions.check().begun
    return begun


def test_runs_of_the_installed_definition() -> None:
    """Go on; how many there are is said."""
    memory = Memory()
    begin(memory, waits(), 3)

    with opened(memory, waits()) as app:
        forecast = app.definitions.check()

    (begun,) = forecast.begun
    assert forecast.clean
    assert (begun.workflow, begun.version, begun.runs, begun.goes_on) == ("waits", 1, 3, 3)


def test_change_ahead_of_a_run() -> None:
    """Is none to it: nothing of what it has begun depends on that."""
    memory = Memory()
    begin(memory, waits())

    with opened(memory, waits(rest=[deliver], version=2)) as app:
        forecast = app.definitions.check()

    assert forecast.clean
    assert (forecast.begun[0].version, forecast.begun[0].goes_on) == (1, 1)


def test_change_behind_a_run() -> None:
    """Stops it, and the reason names the step; when it is claimed, it parks for that reason."""
    memory = Memory()
    (run,) = begin(memory, waits())

    with opened(memory, waits(first=check_in_words, version=2)) as app:
        forecast = app.definitions.check()
        before = app.runs.get(run.id)
        app.recover(now=True)  # nothing: it waits
        assert before == app.runs.get(run.id), "to look changes nothing"

    assert (forecast.clean, forecast.parks, forecast.left) == (False, 1, 0)
    (stopped,) = forecast.begun[0].stopped
    assert stopped.reason == "step 'check' is not what it was, and the run has got to it"
    assert (stopped.runs, stopped.examples) == (1, [run.id])


def test_claimed_run_that_does_not_fit_parks_for_the_reason_that_was_foretold() -> None:
    """What `check` says and what becomes of the run are one."""
    memory = Memory()
    with opened(memory, waits()) as app:
        run = app.start(waits(), Order())
        app.worker().run_until_idle()
        app.runs.signal(run.id, go_on, True, by="ada", advance=False)

    with opened(memory, waits(first=check_in_words, version=2)) as app:
        (stopped,) = only(app).stopped
        app.worker().run_until_idle()
        parked = app.runs.get(run.id)

    assert parked is not None
    assert parked.state is RunState.PARKED
    assert stopped.reason in (parked.failure or "")


def test_workflow_that_is_not_installed() -> None:
    """Leaves its runs, which is no better than parking them."""
    memory = Memory()
    begin(memory, waits(), 2)

    with opened(memory) as app:
        forecast = app.definitions.check()

    assert (forecast.clean, forecast.parks, forecast.left) == (False, 0, 2)
    assert forecast.begun[0].installed is None
    assert forecast.begun[0].stopped[0].reason == "no workflow 'waits' is installed"


def test_older_version_that_is_installed() -> None:
    """Leaves the runs of the newer one as they are, for hosts that have that."""
    memory = Memory()
    newer = waits(rest=[deliver], version=2)
    with opened(memory, newer) as app:
        run = app.start(newer, Order())

    with opened(memory, waits()) as app:
        forecast = app.definitions.check()
        worked = app.worker().run_until_idle()
        (left,) = app.recover(now=True).left
        after = app.runs.get(run.id)

    assert (forecast.clean, forecast.parks, forecast.left) == (False, 0, 1)
    assert forecast.begun[0].stopped[0].reason == "version 1 is installed, which is older"
    assert left.reason == "it is of version 2 of waits, and version 1 is installed here"
    assert worked.advanced == 0
    assert after == run


def test_shape_that_changed_without_its_version() -> None:
    """Stops every run: nobody has said that they may go on."""
    memory = Memory()
    begin(memory, waits())

    with opened(memory, waits(rest=[deliver])) as app:
        begun = only(app)

    assert [s.reason for s in begun.stopped] == [
        "its shape has changed, and its version was not raised from 1"
    ]


def test_runs_that_have_ended() -> None:
    """Are not asked about, whatever they were."""
    memory = Memory()
    ended = Workflow("waits", 1, Order, [check])
    with opened(memory, ended) as app:
        assert app.run(ended, Order()).state is RunState.COMPLETED

    with opened(memory) as app:
        forecast = app.definitions.check()

    assert forecast.begun == ()


def test_parked_run_of_a_workflow_that_has_changed() -> None:
    """Is told of: nobody could repair it any more."""

    def unbook(context: UndoContext[Order, str]) -> None:
        raise RuntimeError("the booking service does not answer")

    @external_step(compensation=unbook, compensation_retry=NO_RETRY)
    def book(context: StepContext[Order]) -> str:
        return "booked"

    @step
    def refuse(context: StepContext[Order]) -> None:
        raise StepRejected("on purpose")

    memory = Memory()
    booking = Workflow("booking", 1, Order, [book, refuse])
    with opened(memory, booking) as app:
        assert app.run(booking, Order()).state is RunState.PARKED

    with opened(memory, Workflow("booking", 2, Order, [refuse])) as app:
        forecast = app.definitions.check()

    assert forecast.parks == 1


def test_definitions_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """By workflow and shape; each page of runs is read, and few of many runs are named."""
    monkeypatch.setattr(deployment, "_PAGE", 2)
    memory = Memory()
    old = begin(memory, waits(), EXAMPLES + 2)
    begin(memory, waits(first=check_in_words, version=2), 3)

    with opened(memory, waits(first=check_in_words, version=2)) as app:
        forecast = app.definitions.check()

    first, second = sorted(forecast.begun, key=lambda b: -b.runs)
    assert (first.runs, first.stops, second.runs, second.stops) == (
        EXAMPLES + 2,
        EXAMPLES + 2,
        3,
        0,
    )
    assert first.stopped[0].examples == [run.id for run in old[:EXAMPLES]]


def test_journal_of_several_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Is read to its end: what a run began last counts."""
    monkeypatch.setattr(deployment, "_PAGE", 2)
    memory = Memory()

    @step(name="last")
    def last(context: StepContext[Order]) -> int:
        return 1

    rounds = repeat("rounds", [check], until=lambda view: view.result(check) == 1, at_most=3)
    workflow = Workflow("waits", 1, Order, [rounds, last, wait_for(go_on)])
    begin(memory, workflow)

    with opened(memory, evolve(workflow.replace("last", deliver), version=2)) as app:
        begun = only(app)

    assert [s.reason for s in begun.stopped] == ["step 2 was 'last', and is 'deliver' now"]


def test_run_that_was_gone_on_with_under_a_changed_definition() -> None:
    """Is of that one from then on, so that the next change is compared with it."""
    memory = Memory()
    second = waits(rest=[deliver], version=2)
    third = waits(rest=[deliver, wait_for(go_on, name="again")], version=3)
    with opened(memory, waits()) as app:
        run = app.start(waits(), Order())
    with opened(memory, second) as app:
        app.worker().run_until_idle()

    with opened(memory, third) as app:
        begun = only(app)
        app.runs.signal(run.id, go_on, True, by="ada")
        at_last = app.runs.get(run.id)

    assert (begun.fingerprint, begun.stopped) == (second.fingerprint, [])
    assert at_last is not None
    assert at_last.state is RunState.WAITING


def test_key_of_a_run_that_completed_under_an_earlier_definition() -> None:
    """Names that run still: it is returned as it ended, and does not begin what was added."""
    memory = Memory()
    first, second = (
        Workflow("short", 1, Order, [check]),
        Workflow("short", 2, Order, [check, deliver]),
    )
    with opened(memory, first) as app:
        ended = app.run(first, Order(), key="k")

    with opened(memory, second) as app:
        again = app.run(second, Order(), key="k")
        audit = app.runs.audit(ended.id)

    assert again == ended
    assert again.state is RunState.COMPLETED
    assert audit.balanced
    assert [line.closing for line in audit.ledger] == [Closing.KEPT]


def test_key_of_a_run_that_parked_under_an_earlier_definition() -> None:
    """The run is returned as it is, although the definition of now would go on with it."""
    memory = Memory()
    first = Workflow("late", 1, Order, [commit_to_it, fail])
    second = Workflow("late", 2, Order, [commit_to_it, deliver, fail])
    with opened(memory, first) as app:
        parked = app.run(first, Order(), key="k")
        assert parked.state is RunState.PARKED

    with opened(memory, second) as app:
        assert app.run(second, Order(), key="k") == parked


def test_key_of_a_run_of_a_newer_definition() -> None:
    """An older host says that it cannot go on with it, and leaves it for one that can."""
    memory = Memory()
    newer = waits(rest=[deliver], version=2)
    with opened(memory, newer) as app:
        run = app.start(newer, Order(), key="k")

    with opened(memory, waits()) as app:
        with pytest.raises(DefinitionChanged):
            app.run("waits", Order(), key="k")
        assert app.runs.get(run.id) == run


def test_newer_host_that_takes_a_run_which_an_older_worker_has_found() -> None:
    """It is the newer one's from then on: the worker leaves it, and that is no failure."""
    memory = Memory()
    seen: list[Run | None] = []

    @step(name="check")
    def check_while_deploying(context: StepContext[Order]) -> int:
        if not seen:
            with opened(memory, waits(rest=[deliver], version=2)) as newer:
                newer.worker().run_until_idle()
                newer.runs.signal(runs[1].id, go_on, True, by="ada", advance=False)
                seen.append(newer.runs.get(runs[1].id))
        return context.input.number

    older = waits(first=check_while_deploying)
    with opened(memory, older) as app:
        runs = [app.start(older, Order(1)), app.start(older, Order(2))]
        worked = app.worker(threads=1).run_until_idle()
        after = app.runs.get(runs[1].id)

    assert seen == [after]
    assert after is not None
    assert (after.version, after.state) == (2, RunState.RUNNING)
    assert worked.failed == 0
