"""Steps without a checkpoint: one commit with what follows, one failure, one undo."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest

from aicmo_core import RetryPolicy, RunState, StepContext, StepRejected, Workflow, step
from aicmo_core.saga import Node, Signal, Step, TransientFailure, sleep, wait_for
from aicmo_core.storage import BackendUnavailable
from aicmo_core.testing.faulty import Crash, Fault, FaultyBackend
from scenarios.errands import Ambush, Desk, Errand, World, book, journaled, open_account

MINUTE = timedelta(minutes=1)
go = Signal("go", bool)


def opening(
    number: int, meanwhile: Callable[[StepContext[Errand]], None] = lambda context: None
) -> Step[Errand, str]:
    def run(context: StepContext[Errand]) -> str:
        context.port(Desk).open_account(f"{context.input.name}-{number}")
        meanwhile(context)
        return f"opened {number}"

    retry = RetryPolicy(max_attempts=3, initial=MINUTE)
    return step(name=f"open_{number}", checkpoint=False, retry=retry)(run)


def last(number: int) -> Step[Errand, str]:
    def run(context: StepContext[Errand]) -> str:
        context.port(Desk).open_account(f"{context.input.name}-{number}")
        return f"opened {number}"

    return step(name=f"open_{number}")(run)


def reject(context: StepContext[Errand]) -> None:
    raise StepRejected("no")


@step(pivot=True)
def decide(context: StepContext[Errand]) -> None:
    pass


def commits(world: World, *nodes: Node[Errand]) -> list[list[str]]:
    """Run *nodes*, and return the steps that completed in each commit."""
    workflow = Workflow("grouping", 1, Errand, nodes)
    counted = FaultyBackend(world.backend())
    with world.process(counted, workflows=[workflow]) as app:
        app.run(workflow, Errand("anna"))
    found = [[step for kind, step in journaled(b) if kind == "completed"] for b in counted.batches]
    return [steps for steps in found if steps]


def test_steps_of_a_group_are_one_commit() -> None:
    """Rows, events and entries of three steps, and no commit in between."""
    world = World()

    assert commits(world, opening(1), opening(2), last(3)) == [["open_1", "open_2", "open_3"]]

    assert len(world.rows("desk_accounts")) == 3
    assert len(world.rows("aicmo_outbox")) == 3


def test_steps_that_see_one_another() -> None:
    """A later step of the group reads the rows and the results of the earlier ones."""
    world = World()
    seen: list[object] = []
    first = opening(1)

    def look(context: StepContext[Errand]) -> None:
        seen.append(context.result(first))
        seen.append(context.port(Desk).account("anna-1") is not None)

    commits(world, first, opening(2, look), last(3))

    assert seen == ["opened 1", True]


@pytest.mark.parametrize(
    "ending",
    [wait_for(go), sleep("rest", MINUTE), book, decide],
    ids=["wait", "sleep", "external step", "pivot"],
)
def test_what_ends_a_group(ending: Node[Errand]) -> None:
    """What waits, acts outside, or cannot be undone has the group committed before it."""
    world = World()

    assert commits(world, opening(1), opening(2), ending, last(3))[0] == ["open_1", "open_2"]


def test_group_at_the_end_of_the_workflow() -> None:
    """The end of the run commits it."""
    world = World()

    assert commits(world, last(1), opening(2), opening(3)) == [["open_1"], ["open_2", "open_3"]]


def test_rejection_within_a_group() -> None:
    """Nothing was committed, so nothing is taken back."""
    world = World()
    workflow = Workflow("grouping", 1, Errand, [opening(1), opening(2, reject), last(3)])

    with world.process(workflows=[workflow]) as app:
        run = app.run(workflow, Errand("anna"))
        kinds = [(e.kind, e.step) for e in app.runs.audit(run.id).entries]

    assert run.state is RunState.COMPENSATED
    assert run.failure == "open_2: no"
    assert kinds == [("failed", "open_2")]
    assert world.rows("desk_accounts") == world.rows("aicmo_outbox") == []


def test_failure_that_is_tried_again() -> None:
    """The whole group waits, and then runs again: it stays one commit."""
    world = World()
    begun: list[tuple[str, timedelta]] = []
    start = world.clock.now()

    def note(name: str) -> Callable[[StepContext[Errand]], None]:
        def noting(context: StepContext[Errand]) -> None:
            begun.append((name, world.clock.now() - start))
            if name == "two" and len(begun) < 6:
                raise TransientFailure("not yet")

        return noting

    found = commits(world, opening(1, note("one")), opening(2, note("two")), last(3))

    assert found == [["open_1", "open_2", "open_3"]]
    at = [timedelta(0), MINUTE, 3 * MINUTE]
    assert begun == [(name, moment) for moment in at for name in ("one", "two")]
    assert len(world.rows("desk_accounts")) == 3


def test_failure_in_the_end() -> None:
    """All attempts together leave nothing, and there is nothing to compensate."""
    world = World()

    def fail(context: StepContext[Errand]) -> None:
        raise TransientFailure("never")

    workflow = Workflow("grouping", 1, Errand, [opening(1), opening(2, fail), last(3)])

    with world.process(workflows=[workflow]) as app:
        run = app.run(workflow, Errand("anna"))
        kinds = [(e.kind, e.step) for e in app.runs.audit(run.id).entries]

    assert run.state is RunState.COMPENSATED
    assert kinds == [("failed", "open_2")] * 3
    assert world.rows("desk_accounts") == world.rows("aicmo_outbox") == []


def test_group_that_is_taken_back() -> None:
    """In one commit, as it was made; it is one line of the ledger."""
    world = World()
    refusing = step(name="refuse")(reject)
    workflow = Workflow("grouping", 1, Errand, [opening(1), opening(2), last(3), refusing])
    counted = FaultyBackend(world.backend())

    with world.process(counted, workflows=[workflow]) as app:
        run = app.run(workflow, Errand("anna"))
        audit = app.runs.audit(run.id)

    assert run.state is RunState.COMPENSATED
    assert [line.step for line in audit.ledger] == ["open_3"]
    assert audit.balanced
    back = [kind for b in counted.batches for kind, _ in journaled(b) if kind == "compensated"]
    assert back == ["compensated"]
    assert world.rows("desk_accounts") == []


@pytest.mark.parametrize("fault", list(Fault))
def test_every_fault_at_the_commit_of_a_group(fault: Fault) -> None:
    """It is there whole, or not at all, and once."""
    world = World()
    workflow = Workflow("grouping", 1, Errand, [open_account, opening(1), opening(2), last(3)])
    faulty = Ambush(world.backend(), ("completed", "open_3"), fault)
    with world.process(faulty, workflows=[workflow]) as app:
        with suppress(Crash, BackendUnavailable):
            app.run(workflow, Errand("anna"), key="k")
        assert faulty.then is None
    assert len(world.rows("desk_accounts")) in (1, 4)

    with world.process(workflows=[workflow]) as later:
        later.recover(now=True)
        run = later.run(workflow, Errand("anna"), key="k")

    assert run.state is RunState.COMPLETED
    assert len(world.rows("desk_accounts")) == 4
    assert len(world.rows("aicmo_outbox")) == 4
