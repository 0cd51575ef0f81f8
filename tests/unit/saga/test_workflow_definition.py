"""Workflows as values: what is refused, what is derived, what changes the fingerprint."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from attrs import evolve

from aicmo_core.kernel.errors import UnknownName
from aicmo_core.saga import (
    NO_RETRY,
    PATIENT,
    Reading,
    RetryPolicy,
    Step,
    StepContext,
    StepKind,
    UndoContext,
    Workflow,
    WorkflowInvalid,
    external_step,
    step,
)

if TYPE_CHECKING:
    from decimal import Decimal


def withdraw(ctx: UndoContext[str, int]) -> None:
    """Takes back what a step did outside."""


@step
def first(ctx: StepContext[str]) -> int:
    return 1


@step
def second(ctx: StepContext[str]) -> list[str]:
    return []


@external_step(compensation=withdraw)
def third(ctx: StepContext[str]) -> int:
    return 3


FLOW = Workflow("flow", 1, str, [first, second, third])


def names(workflow: Workflow[Any]) -> list[str]:
    return [s.name for s in workflow.steps]


def test_a_step_is_named_after_its_function() -> None:
    """A plain `@step` is transactional, tried once, and no pivot."""
    assert first.name == "first"
    assert first.kind is StepKind.TRANSACTIONAL
    assert (first.retry, first.pivot, first.reading) == (NO_RETRY, False, Reading.PLAIN)
    assert repr(first) == "<Step first>"


def test_a_step_takes_a_name_and_a_reading_of_its_own() -> None:
    """The reading may be given by its value, as in a configuration."""

    @step(name="Erste", reading="checked", pivot=True)
    def function(ctx: StepContext[str]) -> int:
        return 1

    assert (function.name, function.reading, function.pivot) == ("Erste", Reading.CHECKED, True)


def test_an_unknown_reading_is_refused_at_the_declaration() -> None:
    """A typo does not wait for the first run."""
    with pytest.raises(ValueError, match="'exact' is not a valid Reading"):
        step(reading="exact")(first.run)


def test_an_external_step_has_its_compensation_and_is_patient_with_it() -> None:
    """Giving up on a compensation parks the run, so it is tried more than once."""
    assert third.kind is StepKind.EXTERNAL
    assert third.compensation is withdraw
    assert third.compensation_retry is PATIENT


def test_a_workflow_without_steps_is_refused() -> None:
    """There is nothing that it could do."""
    with pytest.raises(WorkflowInvalid, match="workflow 'empty': it has no steps"):
        Workflow("empty", 1, str, [])


@pytest.mark.parametrize("empty", ["", " "])
def test_an_empty_name_is_refused(empty: str) -> None:
    """Of a workflow and of a step, however it is declared: nobody could ask for it by that."""
    with pytest.raises(WorkflowInvalid, match="it has no name"):
        Workflow(empty, 1, str, [first])
    for nameless in (
        evolve(first, name=empty),
        step(name=empty)(first.run),
        external_step(name=empty, compensation=withdraw)(third.run),
    ):
        with pytest.raises(WorkflowInvalid, match="workflow 'flow': step 2 of it has no name"):
            Workflow("flow", 1, str, [second, nameless])


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("é" * 151, "has 302 bytes, and may have 300 to be stored"),
        ("a\0b", "expected text without NUL"),
        ("\ud800", "expected text without the lone surrogate"),
    ],
)
def test_a_name_that_cannot_be_stored_is_refused(name: str, reason: str) -> None:
    """When the workflow is declared, and not when its first run is to be written."""
    with pytest.raises(WorkflowInvalid, match=f"its name.* {reason}"):
        Workflow(name, 1, str, [first])
    with pytest.raises(WorkflowInvalid, match=f"workflow 'flow': the path .* {reason}"):
        Workflow("flow", 1, str, [evolve(first, name=name)])


def test_two_steps_of_one_name_are_refused() -> None:
    """The journal knows steps by name; the name is said."""
    with pytest.raises(WorkflowInvalid, match="two steps of it are named 'first'"):
        Workflow("twice", 1, str, [first, second, first])


def test_two_pivots_are_refused() -> None:
    """There is one point of no return."""
    pivots: list[Step[str, Any]] = [evolve(first, pivot=True), evolve(second, pivot=True)]

    with pytest.raises(WorkflowInvalid, match="more than one step is the pivot"):
        Workflow("pivots", 1, str, pivots)


def test_steps_are_found_by_name_in_their_order() -> None:
    """A workflow is drawn and searched by the names of its steps."""
    assert list(FLOW.places) == ["first", "second", "third"]
    assert FLOW.places["second"] is second
    assert repr(FLOW) == "<Workflow flow 1>"


def test_a_list_of_steps_that_changes_later_changes_no_workflow() -> None:
    """A definition is a value: its fingerprint says what it is."""
    steps: list[Step[str, Any]] = [first, second]
    workflow = Workflow("flow", 1, str, steps)

    steps.append(third)

    assert names(workflow) == ["first", "second"]


ADDED = evolve(first, name="added")


def test_a_step_is_inserted_after_another() -> None:
    """The workflow that it was inserted into stays as it was."""
    assert names(FLOW.insert_after("second", ADDED)) == ["first", "second", "added", "third"]
    assert names(FLOW) == ["first", "second", "third"]


def test_a_step_is_inserted_before_another() -> None:
    """At the beginning, too."""
    assert names(FLOW.insert_before("first", ADDED)) == ["added", "first", "second", "third"]


def test_a_step_is_replaced() -> None:
    """In the place of the one that goes."""
    changed = FLOW.replace("second", ADDED)

    assert names(changed) == ["first", "added", "third"]
    assert "second" not in changed.places


def test_a_change_at_an_unknown_step_suggests_the_nearest() -> None:
    """The error names the workflow, the name and what was probably meant."""
    with pytest.raises(UnknownName, match="step of workflow flow 'secnd'; did you mean 'second'"):
        FLOW.insert_after("secnd", ADDED)


def test_a_step_is_not_inserted_twice() -> None:
    """What a workflow refuses when it is declared, it refuses when it is changed."""
    with pytest.raises(WorkflowInvalid, match="two steps of it are named 'first'"):
        FLOW.insert_before("second", first)


def returns_text(ctx: StepContext[str]) -> str:
    return ""


RESHAPED = {
    "name": evolve(FLOW, name="other"),
    "version": evolve(FLOW, version=2),
    "input": Workflow[Any]("flow", 1, bytes, FLOW.steps),
    "order": evolve(FLOW, steps=[second, first, third]),
    "fewer steps": evolve(FLOW, steps=[first, second]),
    "step name": FLOW.replace("first", evolve(first, name="1st")),
    "kind": FLOW.replace("first", evolve(first, kind=StepKind.EXTERNAL)),
    "pivot": FLOW.replace("first", evolve(first, pivot=True)),
    "compensation": FLOW.replace("first", evolve(first, compensation=withdraw)),
    "result": FLOW.replace("first", Step("first", returns_text)),
}


@pytest.mark.parametrize("what", RESHAPED)
def test_a_change_of_shape_changes_the_fingerprint(what: str) -> None:
    """Each fact that a run in flight depends on is part of the digest."""
    others = {n: w.fingerprint for n, w in RESHAPED.items() if n != what}

    assert RESHAPED[what].fingerprint != FLOW.fingerprint
    assert RESHAPED[what].fingerprint not in others.values()


def another_body(ctx: StepContext[str]) -> int:
    return 1 + 1


SAME_SHAPE = {
    "retry": evolve(first, retry=RetryPolicy(max_attempts=9)),
    "compensation retry": evolve(first, compensation_retry=NO_RETRY),
    "function": evolve(first, run=another_body),
}


@pytest.mark.parametrize("what", SAME_SHAPE)
def test_what_no_run_depends_on_leaves_the_fingerprint(what: str) -> None:
    """Policies and bodies may change under runs in flight."""
    changed = FLOW.replace("first", SAME_SHAPE[what])

    assert changed.fingerprint == FLOW.fingerprint


def test_the_fingerprint_is_the_same_in_every_process() -> None:
    """It is stored with the run and compared by whoever recovers it."""
    again = Workflow("flow", 1, str, (first, second, third))

    assert again.fingerprint == FLOW.fingerprint
    assert len(FLOW.fingerprint) == 32


def test_check_passes_a_workflow_whose_annotations_resolve() -> None:
    """Result types are read from the annotations, which may be text."""
    FLOW.check()

    assert first.result_type is int
    assert second.result_type == list[str]


def unannotated(ctx):  # type: ignore[no-untyped-def]
    return 1


def hidden(ctx: StepContext[str]) -> Decimal:
    raise NotImplementedError


def misspelt(ctx: StepContext[str]) -> timedelta.nothing:  # type: ignore[name-defined]
    raise NotImplementedError


def broken(ctx: StepContext[str]) -> "list[":  # type: ignore[valid-type]  # noqa: F722
    raise NotImplementedError


def test_check_refuses_a_step_that_does_not_say_what_it_returns() -> None:
    """Workflow and step are named."""
    workflow = Workflow("flow", 1, str, [Step("first", unannotated)])

    with pytest.raises(WorkflowInvalid, match="'flow': step 'first': its return type is not"):
        workflow.check()


@pytest.mark.parametrize(
    ("function", "why"),
    [(hidden, "Decimal"), (misspelt, "nothing"), (broken, "list")],
    ids=["imported-for-typing-only", "missing-attribute", "bad-syntax"],
)
def test_check_refuses_an_annotation_that_does_not_resolve(function: Any, why: str) -> None:
    """Whatever the reason, it shows at start-up as an error that names workflow and step."""
    workflow = Workflow("flow", 1, str, [Step("first", function)])

    with pytest.raises(WorkflowInvalid, match=f"'flow': step 'first': .* resolve: .*{why}"):
        workflow.check()
