"""The crash explorer finds what a crash breaks, and nothing where nothing is broken."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest

from aicmo_core import App, RetryPolicy, RunState, StepContext, Workflow, step
from aicmo_core.backends.memory.memory import Memory
from aicmo_core.runtime.runs import Run
from aicmo_core.saga import Signal, TransientFailure, sleep, wait_for
from aicmo_core.storage import Backend
from aicmo_core.testing import Fault, crash_points
from scenarios.errands import (
    ClockedBackend,
    Desk,
    Ending,
    Errand,
    World,
    book,
    deposit,
    errand,
    finish,
    hasty_errand,
    open_account,
)


def store(world: World) -> Backend:
    return ClockedBackend(Memory(), world.clock)


def amounts(app: App, run: Run) -> object:
    with app.unit_of_work() as work:
        account = work.port(Desk).account("anna")
    assert account is not None
    return [line.amount for line in account.lines]


@pytest.mark.parametrize(
    ("ending", "end"),
    [
        (Ending.SUCCESS, RunState.COMPLETED),
        (Ending.REJECTED, RunState.COMPENSATED),
        (Ending.FLAKY, RunState.COMPLETED),
    ],
    ids=["success", "rejected", "flaky"],
)
def test_every_commit_is_crashed_twice(ending: Ending, end: RunState) -> None:
    """Before it and after it; each run ends as the uninterrupted one did."""
    world = World()

    report = crash_points(
        world.open,
        errand,
        Errand("anna", ending),
        backend=lambda: store(world),
        compare=amounts,
    )

    assert report.uninterrupted is end
    assert len(report.points) == 2 * report.commits
    assert Counter(p.fault for p in report.points) == {
        Fault.CRASH_BEFORE: report.commits,
        Fault.CRASH_AFTER: report.commits,
    }
    assert {p.state for p in report.points} == {end}
    assert world.hotel.booked == {
        key for verb, key in world.hotel.asked if end is RunState.COMPLETED and verb == "book"
    }


def test_a_run_that_may_be_compensated_instead() -> None:
    """An external step of one attempt, whose outcome a crash left unknown, is taken back."""
    world = World()

    report = crash_points(world.open, hasty_errand, Errand("anna"), backend=lambda: store(world))

    states = Counter(p.state for p in report.points)
    assert states[RunState.COMPENSATED] == 2  # after the intent, and before the outcome
    assert states[RunState.COMPLETED] == len(report.points) - 2


approval = Signal("approval", str)
said = wait_for(approval)
waiting = Workflow(
    "waiting",
    1,
    Errand,
    [open_account, said, sleep("rest", timedelta(days=1)), deposit, book, finish],
    lock=lambda wanted: wanted.name,
)


@pytest.mark.parametrize(
    ("ending", "end"),
    [(Ending.SUCCESS, RunState.COMPLETED), (Ending.REJECTED, RunState.COMPENSATED)],
    ids=["success", "rejected"],
)
def test_a_workflow_that_waits(ending: Ending, end: RunState) -> None:
    """It is told what it waits for, once, and its pause is waited for, crash or not."""
    world = World()

    def heard(app: App, run: Run) -> object:
        kinds = [entry.kind for entry in app.runs.audit(run.id).entries]
        return run.result(said), kinds.count("signalled"), amounts(app, run)

    report = crash_points(
        partial(world.open, workflows=[waiting]),
        waiting,
        Errand("anna", ending),
        backend=lambda: store(world),
        compare=heard,
        signals=[(approval, "go on")],
    )

    assert report.uninterrupted is end
    assert report.commits >= 10
    assert {p.state for p in report.points} == {end}


def test_a_step_that_writes_past_its_unit_of_work() -> None:
    """Every crash that makes the step run again is named with what it left."""
    world = World()
    apps: list[App] = []

    @step
    def write_past(context: StepContext[Errand]) -> None:
        with apps[-1].unit_of_work() as work:
            work.port(Desk).open_account(f"past-{apps[-1].ids.new()}")

    past = Workflow("past", 1, Errand, [write_past])

    def open_it(backend: Backend) -> App:
        apps.append(world.open(backend, workflows=[past]))
        return apps[-1]

    with pytest.raises(AssertionError) as caught:
        crash_points(open_it, past, Errand("anna"), backend=lambda: store(world))

    assert "crash before commit 4: desk_accounts has 2 rows instead of 1" in str(caught.value)
    assert "crash before commit 1" not in str(caught.value)


def test_what_the_comparison_finds() -> None:
    """A difference that rows do not count is shown with both sides."""
    world = World()
    answers = iter(range(1000))

    with pytest.raises(AssertionError, match="compare: 1 instead of 0"):
        crash_points(
            world.open,
            errand,
            Errand("anna"),
            backend=lambda: store(world),
            compare=lambda app, run: next(answers),
        )


def test_commits_that_depend_on_something_else() -> None:
    """A point that is not reached is no point: it is an error, and not passed over."""
    world = World()
    begun: list[str] = []

    @step(retry=RetryPolicy(max_attempts=2))
    def fail_the_first_time(context: StepContext[Errand]) -> None:
        begun.append(context.run_id)
        if len(begun) == 1:
            raise TransientFailure("only once")

    varying = Workflow("varying", 1, Errand, [fail_the_first_time])

    def open_it(backend: Backend) -> App:
        return world.open(backend, workflows=[varying])

    with pytest.raises(AssertionError, match="fewer commits this time"):
        crash_points(open_it, varying, Errand("anna"), backend=lambda: store(world))
