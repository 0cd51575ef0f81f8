"""Definitions drawn at random: every combinator, in one another, with a pivot where one may be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import count
from typing import Any

from attrs import define, evolve, field, frozen
from hypothesis import strategies as st

from aicmo_core.saga import (
    Answer,
    Node,
    Parallel,
    Repeat,
    RetryPolicy,
    RunView,
    Signal,
    Step,
    StepContext,
    StepKind,
    UndoContext,
    Workflow,
    call,
    choice,
    otherwise,
    parallel,
    repeat,
    sleep,
    wait_for,
    when,
)

_POLICIES = [RetryPolicy(max_attempts=n, initial=timedelta(seconds=7)) for n in (1, 2, 3)]
POLICIES = st.sampled_from(_POLICIES)
IMPATIENT = st.sampled_from([_POLICIES[0], *_POLICIES[:2]])


@frozen
class Order:
    number: int = 1


GO, STOP = Signal("go", int), Signal("stop", int)


def act(ctx: StepContext[Order]) -> int:
    return ctx.attempt


def undo(ctx: UndoContext[Order, int]) -> None:
    """Nothing is run here; what matters is that a compensation is declared."""


def ask(ctx: StepContext[Order]) -> Answer[int]:
    """Nothing is asked here; the simulation answers."""
    return None


def condition(view: RunView[Order]) -> bool:
    return view.input.number > 0


def same_input(view: RunView[Order]) -> Order:
    return view.input


def lock(order: Order) -> str:
    return f"order:{order.number}"


@st.composite
def plain_workflows(draw: st.DrawFn, at_least: int = 1) -> Workflow[Order]:
    """Any sequence of up to six steps, called s0, s1 and so on."""
    drawing = _Drawing(draw, grouped=False)
    nodes = [drawing.step() for _ in range(draw(st.integers(at_least, 6)))]
    return _with_pivot(draw, Workflow("simulated", 1, Order, nodes))


@st.composite
def workflows(draw: st.DrawFn) -> Workflow[Order]:
    """Any small definition, with combinators that hold one another."""
    nodes = _Drawing(draw).sequence(deepest=2, longest=4)
    workflow = Workflow(
        "simulated",
        1,
        Order,
        nodes,
        lock=lock if draw(st.booleans()) else None,
        deadline=draw(st.sampled_from([timedelta(hours=1), timedelta(hours=1), None])),
    )
    return _with_pivot(draw, workflow)


def _with_pivot(draw: st.DrawFn, workflow: Workflow[Order]) -> Workflow[Order]:
    closed = [p for p, n in workflow.places.items() if isinstance(n, Parallel | Repeat)]
    where = [
        place
        for place, node in workflow.places.items()
        if isinstance(node, Step) and not any(place.startswith((f"{c}/", f"{c}|")) for c in closed)
    ]
    outside = [p for p in where if getattr(workflow.places[p], "kind", None) is StepKind.EXTERNAL]
    chosen = draw(st.sampled_from([None, *where, *outside, *outside]))
    if chosen is None:
        return workflow
    step = workflow.places[chosen]
    assert isinstance(step, Step)
    return workflow.replace(chosen, evolve(step, pivot=True, checkpoint=True))


@define
class _Drawing:
    draw: st.DrawFn
    grouped: bool = True
    numbers: Any = field(factory=count)

    def sequence(self, deepest: int, longest: int) -> Sequence[Node[Order]]:
        length = self.draw(st.sampled_from([longest, *range(1, longest)]))
        return [self._node(deepest) for _ in range(length)]

    def _node(self, deepest: int) -> Node[Order]:
        kinds = [self.step] * 4 + [self._wait, self._sleep]
        holding = [self._parallel, self._parallel, self._choice, self._repeat, self._call]
        if deepest and self.draw(st.booleans()):
            return self.draw(st.sampled_from(holding))(deepest - 1)
        return self.draw(st.sampled_from(kinds))()

    def step(self) -> Step[Order, int]:
        kinds = ["external", "external", "plain", "compensated", "plain"]
        kind = self.draw(st.sampled_from([*kinds, "grouped", "grouped"] if self.grouped else kinds))
        external = kind == "external"
        return Step(
            f"s{next(self.numbers)}",
            act,
            kind=StepKind.EXTERNAL if external else StepKind.TRANSACTIONAL,
            retry=self.draw(POLICIES),
            compensation=undo if external or kind == "compensated" else None,
            compensation_retry=self.draw(IMPATIENT),
            checkpoint=kind != "grouped",
            was_done=ask if external and self.draw(st.booleans()) else None,
        )

    def _wait(self) -> Node[Order]:
        name = f"w{next(self.numbers)}"
        signal = self.draw(st.sampled_from([GO, GO, STOP]))
        match self.draw(st.sampled_from(["patient", "timed", "optional"])):
            case "patient":
                return wait_for(signal, name=name)
            case "timed":
                return wait_for(signal, name=name, timeout=timedelta(seconds=50))
        return wait_for(signal, name=name, timeout=timedelta(seconds=50), optional=True)

    def _sleep(self) -> Node[Order]:
        return sleep(f"z{next(self.numbers)}", timedelta(seconds=20))

    def _parallel(self, deepest: int) -> Node[Order]:
        branches = {b: self.sequence(deepest, 2) for b in self.draw(st.sampled_from(["ab", "abc"]))}
        return parallel(f"p{next(self.numbers)}", **branches)

    def _choice(self, deepest: int) -> Node[Order]:
        alternatives = [when("yes", condition, self.sequence(deepest, 2))]
        if self.draw(st.booleans()):
            alternatives.append(otherwise(self.sequence(deepest, 1)))
        return choice(f"c{next(self.numbers)}", *alternatives)

    def _repeat(self, deepest: int) -> Node[Order]:
        at_most = self.draw(st.integers(1, 2))
        nodes = self.sequence(deepest, 2)
        return repeat(f"r{next(self.numbers)}", nodes, until=condition, at_most=at_most)

    def _call(self, deepest: int) -> Node[Order]:
        name = f"k{next(self.numbers)}"
        locked = lock if self.draw(st.booleans()) else None
        child = Workflow(name, 1, Order, self.sequence(deepest, 2), lock=locked)
        return call(child, same_input)
