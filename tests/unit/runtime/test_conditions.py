"""Choices, rounds and calls: what they come to is journaled; what they raise is a failure."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import frozen

from aicmo_core import RunState, StepContext, Workflow, step
from aicmo_core.runtime.runs import Audit, Run
from aicmo_core.saga import (
    Node,
    RunView,
    Signal,
    call,
    choice,
    otherwise,
    parallel,
    repeat,
    wait_for,
    when,
)
from aicmo_core.testing.faulty import Crash, Fault
from scenarios.errands import Ambush, Errand, World, open_account

go = Signal("go", int)


@frozen
class Part:
    number: int


@step
def note_part(context: StepContext[Part]) -> int:
    return context.input.number


@step
def draw(context: StepContext[Errand]) -> int:
    return context.attempt


def performed(world: World, *nodes: Node[Errand]) -> tuple[Run, Audit]:
    workflow = Workflow("asking", 1, Errand, nodes)
    with world.process(workflows=[workflow]) as app:
        run = app.run(workflow, Errand("anna"))
        return run, app.runs.audit(run.id)


def _look(context: StepContext[Errand]) -> None:
    pass


def raising(view: RunView[Errand]) -> bool:
    raise ZeroDivisionError("it divides by nothing")


def decided(audit: Audit) -> list[tuple[str, str | None]]:
    return [(e.step, e.result) for e in audit.entries if e.kind == "decided"]


@pytest.mark.parametrize(
    "node",
    [
        choice("which", when("one", raising, [draw])),
        repeat("again", [draw], until=raising, at_most=3),
        call(Workflow("child", 1, Errand, [draw]), raising, name="child"),  # type: ignore[arg-type]
    ],
    ids=["choice", "repeat", "call"],
)
def test_condition_that_raises(node: Node[Errand]) -> None:
    """It fails as a step does, with what it raised, and the run is taken back."""
    world = World()

    run, audit = performed(world, open_account, node)

    assert run.state is RunState.COMPENSATED
    assert "it divides by nothing" in str(run.failure)
    assert world.rows("desk_accounts") == []
    assert audit.balanced


@pytest.mark.parametrize("said", [1, "no", [], None], ids=repr)
@pytest.mark.parametrize("kind", ["choice", "repeat"])
def test_condition_that_says_neither_true_nor_false(kind: str, said: Any) -> None:
    """A `return` was forgotten, or a step's result was taken for an answer: it is a failure."""
    world = World()
    nodes: dict[str, Node[Errand]] = {
        "choice": choice("which", when("yes", lambda view: said, [draw])),
        "repeat": repeat("again", [draw], until=lambda view: said, at_most=3),
    }

    run, audit = performed(world, open_account, nodes[kind])

    assert run.state is RunState.COMPENSATED
    assert "expected a bool, found" in str(run.failure)
    assert decided(audit) == []


@pytest.mark.parametrize("made", [Errand("anna"), None, {"number": 1}], ids=repr)
def test_call_input_of_another_class(made: Any) -> None:
    """Says what it should have been; the other workflow is not begun."""
    world = World()
    child = Workflow("child", 1, Part, [note_part])

    run, audit = performed(world, open_account, call(child, lambda view: made))

    assert run.state is RunState.COMPENSATED
    assert "expected a Part" in str(run.failure)
    assert not [e for e in audit.entries if e.step.startswith("child/")]


def test_condition_is_not_asked_again_after_a_crash() -> None:
    """What it said is in the journal; what it would say now does not matter."""
    world = World()
    look = step(name="look")(_look)
    answers = iter([True, False])
    node = choice("which", when("yes", lambda view: next(answers), [draw]), otherwise([look], "no"))
    asking = Workflow("asking", 1, Errand, [node])
    dying = Ambush(world.backend(), ("decided", "which"), Fault.CRASH_AFTER)
    with world.process(dying, workflows=[asking]) as app, pytest.raises(Crash):
        app.run(asking, Errand("anna"), key="k")

    with world.process(workflows=[asking]) as later:
        (run,) = later.recover(now=True).runs
        audit = later.runs.audit(run.id)

    assert run.state is RunState.COMPLETED
    assert decided(audit) == [("which", "yes")]
    assert next(answers) is False


def test_rounds_that_never_suffice() -> None:
    """After the last one the run fails, and says how many there were."""
    world = World()

    run, audit = performed(
        world, open_account, repeat("again", [draw], until=lambda view: False, at_most=3)
    )

    assert run.state is RunState.COMPENSATED
    assert "does not hold after 3 rounds" in str(run.failure)
    completed = [e.step for e in audit.entries if e.kind == "completed"]
    assert completed == ["open_account", "again#1/draw", "again#2/draw", "again#3/draw"]


def test_result_of_the_same_step_in_another_round() -> None:
    """Each round sees its own; what comes after them sees the last."""
    world = World()
    seen: list[tuple[str, int]] = []
    counter = iter(range(10, 99))

    @step
    def number(context: StepContext[Errand]) -> int:
        return next(counter)

    @step
    def look(context: StepContext[Errand]) -> None:
        seen.append((context.idempotency_key.partition("/")[2], context.result(number)))

    @step
    def look_back(context: StepContext[Errand]) -> int:
        return context.result(number)

    run, _ = performed(
        world,
        repeat("again", [number, look], until=lambda view: view.result(number) >= 12, at_most=9),
        look_back,
    )

    assert seen == [("again#1/look", 10), ("again#2/look", 11), ("again#3/look", 12)]
    assert run.result(look_back) == 12


def test_result_of_the_same_step_in_another_branch() -> None:
    """Each branch sees its own, whichever completed last."""
    world = World()
    seen: dict[str, int] = {}
    counter = iter(range(10, 99))

    @step
    def number(context: StepContext[Errand]) -> int:
        return next(counter)

    @step
    def look(context: StepContext[Errand]) -> None:
        seen[context.idempotency_key.partition("/")[2]] = context.result(number)

    heard = wait_for(go)
    one: list[Node[Errand]] = [number, heard, look]
    two: list[Node[Errand]] = [number, look]
    both = parallel("both", one=one, two=two)
    workflow = Workflow("asking", 1, Errand, [both])
    with world.process(workflows=[workflow]) as app:
        run = app.run(workflow, Errand("anna"))
        done = app.runs.signal(run.id, go, 1, by="ada")

    assert done.state is RunState.COMPLETED
    assert seen == {"both|two/look": 11, "both|one/look": 10}


def test_input_of_a_call() -> None:
    """Its steps, and their compensations, are given what was made for them, each its own."""
    world = World()
    seen: list[int] = []

    @step
    def note(context: StepContext[Part]) -> None:
        seen.append(context.input.number)

    child = Workflow("child", 1, Part, [note])
    run, _ = performed(
        world,
        call(child, lambda view: Part(1), name="one"),
        call(child, lambda view: Part(2), name="two"),
    )

    assert run.state is RunState.COMPLETED
    assert seen == [1, 2]
