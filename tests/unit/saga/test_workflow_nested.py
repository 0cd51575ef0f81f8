"""Workflows that are more than a sequence, as values: refused, changed, and told apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from aicmo_core.kernel.errors import UnknownName
from aicmo_core.saga import (
    Node,
    RunView,
    Signal,
    Sleep,
    Step,
    StepContext,
    UndoContext,
    WaitFor,
    Workflow,
    WorkflowInvalid,
    call,
    choice,
    external_step,
    otherwise,
    parallel,
    repeat,
    sleep,
    step,
    wait_for,
    when,
)
from aicmo_core.saga.definition import DEEPEST
from aicmo_core.workflows import client_to_delivery

SECOND = timedelta(seconds=1)
GO = Signal("go", int)


def withdraw(ctx: UndoContext[str, int]) -> None:
    """Takes back what a step did outside."""


@step
def first(ctx: StepContext[str]) -> int:
    return 1


@step
def second(ctx: StepContext[str]) -> list[str]:
    return []


@external_step(compensation=withdraw, pivot=True)
def pay(ctx: StepContext[str]) -> int:
    return 3


def holds(view: RunView[str]) -> bool:
    return True


def same(view: RunView[str]) -> str:
    return view.input


def lock(text: str) -> str:
    return text


def flow(*nodes: Node[str], **how: Any) -> Workflow[str]:
    return Workflow("flow", 1, str, nodes, **how)


CHILD = Workflow("child", 1, str, [first, second])


def nested(inner: Sequence[Node[str]]) -> dict[str, Node[str]]:
    """Return every combinator that holds nodes, around *inner*, by the way that leads in."""
    return {
        "p|a": parallel("p", a=inner, b=[second]),
        "c/yes": choice("c", when("yes", holds, inner), otherwise([second])),
        "r": repeat("r", inner, until=holds, at_most=2),
        "k": call(evolve(CHILD, name="k", steps=inner), same),
    }


WAYS = sorted(nested([first]))


@pytest.mark.parametrize("way", WAYS)
def test_a_nested_step_is_found_at_its_place(way: str) -> None:
    """The node around it comes before it."""
    workflow = flow(nested([first])[way])

    assert workflow.places[f"{way}/first"] is first
    assert next(iter(workflow.places)) == way[0]
    assert first in workflow.all_steps


@pytest.mark.parametrize("way", WAYS)
def test_a_nested_step_is_inserted_and_replaced_by_its_place_or_its_name(way: str) -> None:
    """The workflow that it is changed from stays as it was."""
    workflow = flow(nested([first])[way])
    added = evolve(first, name="added")

    after = workflow.insert_after(f"{way}/first", added)
    before = workflow.insert_before("first", added)
    other = workflow.replace("first", added)

    assert inner(after, way) == ["first", "added"]
    assert inner(before, way) == ["added", "first"]
    assert inner(other, way) == ["added"]
    assert inner(workflow, way) == ["first"]


def inner(workflow: Workflow[str], way: str) -> list[str]:
    lead = f"{way}/"
    return [p.removeprefix(lead) for p in workflow.places if p.startswith(lead)]


def test_the_other_branches_are_left_as_they_are() -> None:
    """Only the node at the place is changed, however deep it lies."""
    deep = parallel("p", a=nested([first]).values(), b=[first])  # type: ignore[arg-type]
    workflow = flow(deep)

    changed = workflow.replace("p|a/c/yes/first", evolve(first, name="other"))

    assert changed.places.keys() ^ workflow.places.keys() == {
        "p|a/c/yes/first",
        "p|a/c/yes/other",
    }


def test_a_name_that_stands_in_several_places_is_not_enough() -> None:
    """The places are said."""
    workflow = flow(call(CHILD, same, name="one"), call(CHILD, same, name="two"))

    with pytest.raises(UnknownName, match=r"did you mean .(one|two)/first."):
        workflow.replace("first", second)


def test_a_node_that_holds_none_refuses_nodes() -> None:
    """Nobody can put a step into a step."""
    with pytest.raises(LookupError, match="first holds no nodes"):
        first.with_nested("", [second])


@pytest.mark.parametrize("reserved", "/|#")
@pytest.mark.parametrize("around", ["flow", *WAYS])
def test_a_name_that_divides_paths_is_refused(around: str, reserved: str) -> None:
    """Of any node, wherever it lies."""
    odd = evolve(first, name=f"a{reserved}b")

    with pytest.raises(WorkflowInvalid, match="divides the paths of a journal"):
        flow(odd if around == "flow" else nested([odd])[around])


@pytest.mark.parametrize("reserved", "/|#")
def test_a_branch_or_an_alternative_whose_name_divides_paths_is_refused(reserved: str) -> None:
    """They are parts of paths, too."""
    with pytest.raises(WorkflowInvalid, match="a branch of parallel 'p' is named"):
        parallel("p", **{f"a{reserved}": [first]})
    with pytest.raises(WorkflowInvalid, match="an alternative of choice 'c' is named"):
        choice("c", when(f"a{reserved}", holds, [first]))


@pytest.mark.parametrize("way", WAYS)
def test_an_empty_sequence_is_refused(way: str) -> None:
    """The place is named, where there is nothing to do."""
    emptied = {
        "p|a": lambda: parallel("p", a=[]),
        "c/yes": lambda: choice("c", when("yes", holds, [])),
        "r": lambda: repeat("r", [], until=holds, at_most=1),
        "k": lambda: call(evolve(CHILD, name="k", steps=[]), same),
    }
    where = "it" if way == "k" else way

    with pytest.raises(WorkflowInvalid) as refused:
        flow(emptied[way]())  # type: ignore[no-untyped-call]

    assert refused.value.reason == f"{where} has no steps"


def test_the_place_of_what_is_wrong_deep_inside_is_named_in_full() -> None:
    """Whoever declared it finds it."""
    hollow = repeat("r", [], until=holds, at_most=1)

    with pytest.raises(WorkflowInvalid, match=r"p\|a/c/yes/r has no steps"):
        flow(parallel("p", a=[choice("c", when("yes", holds, [hollow]))]))


@pytest.mark.parametrize("way", ["p|a", "r"])
def test_a_pivot_where_other_branches_or_rounds_may_fail_is_refused(way: str) -> None:
    """Also if it lies deeper."""
    for held in ([pay], [choice("d", when("yes", holds, [pay]))]):
        with pytest.raises(WorkflowInvalid, match=r"is the pivot, but lies in '[pr]'"):
            flow(nested(held)[way])


@pytest.mark.parametrize("way", ["c/yes", "k"])
def test_a_pivot_that_is_passed_once_may_lie_deeper(way: str) -> None:
    """In a choice, and in a call."""
    assert flow(nested([pay])[way]).places[f"{way}/pay"] is pay


def test_a_call_that_would_bring_a_second_pivot_is_refused() -> None:
    """There is one point of no return, also of a run that calls."""
    paying = Workflow("paying", 1, str, [pay])

    with pytest.raises(WorkflowInvalid, match="more than one step is the pivot"):
        flow(call(paying, same, name="one"), call(paying, same, name="two"))


def test_workflows_that_call_each_other_in_a_circle_are_refused() -> None:
    """It is said what to do, and the check ends."""
    one = Workflow("one", 1, str, [first])
    two = Workflow("two", 1, str, [call(one, same), call(one, same, name="again")])
    object.__setattr__(one, "steps", (call(two, same),))

    with pytest.raises(WorkflowInvalid, match="call each other in a circle, break it"):
        Workflow("three", 1, str, [call(two, same)])


def test_nodes_may_lie_as_deep_as_a_person_reads() -> None:
    """One more is refused."""

    def depth(count: int) -> Node[str]:
        node: Node[str] = first
        for _ in range(count - 1):
            node = repeat("r", [node], until=holds, at_most=1)
        return node

    flow(depth(DEEPEST))
    with pytest.raises(WorkflowInvalid, match=f"more than {DEEPEST} nodes deep"):
        flow(depth(DEEPEST + 1))


REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "no branch": (lambda: parallel("p"), "parallel 'p' has no branches"),
    "no alternative": (lambda: choice("c"), "choice 'c' has no alternatives"),
    "two alternatives of one name": (
        lambda: choice("c", when("a", holds, [first]), when("a", holds, [second])),
        "two alternatives of choice 'c' are 'a'",
    ),
    "an alternative behind otherwise": (
        lambda: choice("c", otherwise([first]), when("a", holds, [second])),
        "choice 'c' has alternatives behind 'otherwise'",
    ),
    "no round": (
        lambda: repeat("r", [first], until=holds, at_most=0),
        "repeat 'r' is for at most 0 rounds; allow one",
    ),
    "no timeout": (
        lambda: wait_for(GO, timeout=timedelta(0)),
        "wait 'go' has a timeout of 0:00:00",
    ),
    "optional for ever": (
        lambda: wait_for(GO, optional=True),  # type: ignore[call-overload]
        "wait 'go' is optional, but has no timeout",
    ),
    "no sleep": (lambda: sleep("z", timedelta(0)), "sleep 'z' lasts 0:00:00"),
    "no deadline": (
        lambda: flow(first, deadline=timedelta(0)),
        "its deadline is 0:00:00 after its beginning",
    ),
    "a workflow in place of a step": (
        lambda: flow(CHILD),  # type: ignore[arg-type]
        "step 1 of it is <Workflow child 1>, which is no step; decorate it with @step, or pass a "
        "workflow by call(...)",
    ),
    "a function in place of a step": (
        lambda: flow(holds),  # type: ignore[arg-type]
        "step 1 of it is holds, which is no step; decorate it with @step, or pass a workflow by "
        "call(...)",
    ),
    "two signals of one name": (
        lambda: flow(wait_for(GO), wait_for(Signal("go", str), name="again")),
        "signal 'go' comes with builtins.int to one wait and with builtins.str to another; give "
        "one of them another name",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_run_is_refused_when_it_is_declared(what: str) -> None:
    """In words that say what was found."""
    declare, reason = REFUSED[what]

    with pytest.raises(WorkflowInvalid) as refused:
        declare()

    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ({"pivot": True}, "is the pivot"),
        ({"compensation": withdraw}, "has a compensation"),
        ({"kind": pay.kind}, "acts outside"),
    ],
    ids=["pivot", "compensation", "external"],
)
def test_a_step_that_needs_a_commit_of_its_own_may_not_share_one(
    how: dict[str, Any], reason: str
) -> None:
    """Nobody could take it back by itself, or know that it has happened."""
    with pytest.raises(WorkflowInvalid, match=f"step 'first' {reason}.* drop checkpoint=False"):
        evolve(first, checkpoint=False, **how)


def test_two_waits_may_wait_for_one_signal() -> None:
    """Signals with one name and one payload are one signal."""
    workflow = flow(
        wait_for(Signal("tags", list[str])), wait_for(Signal("tags", list[str]), name="x")
    )

    assert list(workflow.signals) == ["tags"]


def test_a_wait_that_is_optional_may_yield_none() -> None:
    """Its result type says so, and is checked with those of steps."""
    workflow = flow(wait_for(GO, timeout=SECOND, optional=True), wait_for(GO, name="b"))

    workflow.check()

    optional, other = workflow.steps
    assert isinstance(optional, WaitFor)
    assert isinstance(other, WaitFor)
    assert (optional.result_type, other.result_type) == (int | None, int)


def test_check_finds_a_step_that_lies_deep() -> None:
    """A mistake in a branch shows at start-up, too."""

    def unannotated(ctx):  # type: ignore[no-untyped-def]
        return 1

    with pytest.raises(WorkflowInvalid, match="'flow': step 'odd': its return type is not"):
        flow(parallel("p", a=[Step("odd", unannotated)])).check()


@pytest.mark.parametrize(
    ("place", "around"),
    [("k/first", "k"), ("k/child/first", "k/child"), ("first", None), ("k", None)],
)
def test_the_innermost_call_around_a_place(place: str, around: str | None) -> None:
    """Its input is what a step there is given."""
    middle = Workflow("k", 1, str, [first, call(CHILD, same)])
    workflow = flow(first, call(middle, same))

    found = workflow.call_around(place)

    assert (None if found is None else found[0]) == around


# Fingerprints


def test_the_fingerprints_of_sequences_are_those_that_runs_were_started_with() -> None:
    """What combinators added to shapes does not park a run of a plain workflow."""
    assert client_to_delivery.fingerprint == "16155fe54e87ec1827ca01ef89fc33e7"
    plain = Workflow("plain", 1, str, [evolve(first, name="reserve"), evolve(pay, name="publish")])
    assert plain.fingerprint == "5a6c8f20f139b82cf6b1346ec16977da"


WAIT = wait_for(GO, timeout=SECOND)
SHAPES: dict[str, Workflow[str]] = {
    "plain": flow(first, second),
    "locked": flow(first, second, lock=lock),
    "parallel": flow(parallel("p", a=[first], b=[second])),
    "another branch": flow(parallel("p", a=[first], c=[second])),
    "order of branches": flow(parallel("p", b=[second], a=[first])),
    "choice": flow(choice("p", when("a", holds, [first]), when("b", holds, [second]))),
    "another alternative": flow(choice("p", when("a", holds, [first]), otherwise([second]))),
    "repeat": flow(repeat("p", [first, second], until=holds, at_most=2)),
    "more rounds": flow(repeat("p", [first, second], until=holds, at_most=3)),
    "call": flow(call(CHILD, same, name="p")),
    "locked call": flow(call(evolve(CHILD, lock=lock), same, name="p")),
    "input of a call": flow(
        call(Workflow[Any]("child", 1, bytes, [first, second]), same, name="p")
    ),
    "steps of a call": flow(call(evolve(CHILD, steps=[first]), same, name="p")),
    "wait": flow(first, WAIT),
    "optional wait": flow(first, evolve(WAIT, optional=True)),
    "payload": flow(first, evolve(WAIT, signal=Signal("go", str))),
    "signal": flow(first, evolve(WAIT, signal=Signal("stop", int))),
    "name of a wait": flow(first, evolve(WAIT, name="other")),
    "sleep": flow(first, sleep("go", SECOND)),
}


def test_each_shape_has_a_fingerprint_of_its_own() -> None:
    """Whatever a run in flight depends on tells two definitions apart."""
    prints = {workflow.fingerprint for workflow in SHAPES.values()}

    assert len(prints) == len(SHAPES)


def other(view: RunView[str]) -> Any:
    return not holds(view)


KEPT: dict[str, tuple[str, Node[str]]] = {
    "condition of a choice": (
        "choice",
        choice("p", when("a", other, [first]), when("b", other, [second])),
    ),
    "condition of a repetition": (
        "repeat",
        repeat("p", [first, second], until=other, at_most=2),
    ),
    "input of a call": ("call", call(evolve(CHILD, name="other", version=2), other, name="p")),
}


@pytest.mark.parametrize("what", KEPT)
def test_a_function_may_change_under_runs_in_flight(what: str) -> None:
    """What it said is journaled, or will be."""
    same_shape, node = KEPT[what]

    assert flow(node).fingerprint == SHAPES[same_shape].fingerprint


def test_how_long_is_waited_may_change_under_runs_in_flight() -> None:
    """A wait that has begun keeps its moment."""
    longer = flow(first, evolve(WAIT, timeout=2 * SECOND))
    slower = flow(first, Sleep("go", 2 * SECOND))
    patient = flow(first, second, lock=lock, lock_timeout=SECOND, deadline=SECOND)

    assert longer.fingerprint == SHAPES["wait"].fingerprint
    assert slower.fingerprint == SHAPES["sleep"].fingerprint
    assert patient.fingerprint == SHAPES["locked"].fingerprint
