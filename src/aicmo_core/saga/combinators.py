"""
What arranges steps: branches, choices, repetitions, waits and calls of other workflows.

Each is declared data. A condition is a pure function of the input and of results; what
it said is journaled, so that a run never asks it twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeAlias, TypeVar, overload

from attrs import evolve, frozen

from aicmo_core.kernel.errors import InvalidValue, Problem
from aicmo_core.kernel.values import describe
from aicmo_core.saga.context import RunView
from aicmo_core.saga.errors import WorkflowInvalid
from aicmo_core.saga.node import Node, Yielding, check_name
from aicmo_core.saga.step import type_name

if TYPE_CHECKING:
    from aicmo_core.saga.definition import Workflow

In = TypeVar("In")
C = TypeVar("C")
R = TypeVar("R")

Condition: TypeAlias = Callable[[RunView[In]], bool]


@frozen
class Signal(Generic[R]):
    """
    Something that a run may be told from outside: a name, and what comes with it.

    Attributes:
        name: How runs and operators call it.
        payload: A type that may be stored.
    """

    name: str
    payload: type[R]


def _holds(name: str, condition: Condition[In], view: RunView[In]) -> bool:
    """Ask *condition*. One without a `return`, or a coroutine, would hold never, or always."""
    said: object = condition(view)
    if not isinstance(said, bool):
        found = f"expected a bool, found {describe(said)}"
        raise InvalidValue(f"condition of {name}", (Problem("$", found),))
    return said


def _shapes(nodes: Sequence[Node[Any]]) -> list[Any]:
    return [node.shape for node in nodes]


@frozen(eq=False)
class Branch(Generic[In]):
    """One branch of a parallel node."""

    name: str
    nodes: Sequence[Node[In]]


@frozen(eq=False)
class Parallel(Node[In]):
    """
    Branches that do not depend on one another. Make it with `parallel`.

    None waits for another: not for its retries, its signals, or its compensation. What
    follows waits for all of them.
    """

    name: str
    branches: tuple[Branch[In], ...]

    @property
    def shape(self) -> list[Any]:
        return ["parallel", self.name, [[b.name, _shapes(b.nodes)] for b in self.branches]]

    def nested(self) -> Iterator[tuple[str, Sequence[Node[Any]]]]:
        for branch in self.branches:
            yield f"|{branch.name}", branch.nodes

    def with_nested(self, where: str, nodes: Sequence[Node[Any]]) -> Parallel[In]:
        changed = (evolve(b, nodes=nodes) if f"|{b.name}" == where else b for b in self.branches)
        return evolve(self, branches=tuple(changed))


def parallel(name: str, /, **branches: Sequence[Node[In]]) -> Parallel[In]:
    """
    Let branches go on independently: `parallel("produce", copy=[draft], art=[sketch])`.

    One thread at a time advances a run, so this is about waiting, not about speed: while
    one branch waits for a person or a retry, the others go on; and one that cannot be
    compensated does not keep the others from being so.

    Raises:
        WorkflowInvalid: There is no branch, or the name of one divides paths.
    """
    if not branches:
        raise WorkflowInvalid("?", f"parallel {name!r} has no branches")
    for branch in branches:
        check_name("?", f"a branch of parallel {name!r}", branch)
    return Parallel(name, tuple(Branch(n, tuple(nodes)) for n, nodes in branches.items()))


@frozen(eq=False)
class When(Generic[In]):
    """An alternative of a choice. Make it with `when` or `otherwise`."""

    name: str
    condition: Condition[In] | None
    nodes: Sequence[Node[In]]


def when(name: str, condition: Condition[In], nodes: Sequence[Node[In]]) -> When[In]:
    """Return the alternative that is taken if *condition* holds."""
    return When(name, condition, tuple(nodes))


def otherwise(nodes: Sequence[Node[In]], name: str = "otherwise") -> When[In]:
    """Return the alternative that is taken if no condition holds."""
    return When(name, None, tuple(nodes))


@frozen(eq=False)
class Choice(Node[In]):
    """The first alternative whose condition holds, or nothing. Make it with `choice`."""

    name: str
    alternatives: tuple[When[In], ...]

    @property
    def shape(self) -> list[Any]:
        return ["choice", self.name, [[a.name, _shapes(a.nodes)] for a in self.alternatives]]

    def nested(self) -> Iterator[tuple[str, Sequence[Node[Any]]]]:
        for alternative in self.alternatives:
            yield f"/{alternative.name}", alternative.nodes

    def with_nested(self, where: str, nodes: Sequence[Node[Any]]) -> Choice[In]:
        changed = (
            evolve(a, nodes=nodes) if f"/{a.name}" == where else a for a in self.alternatives
        )
        return evolve(self, alternatives=tuple(changed))

    def choose(self, view: RunView[In]) -> str:
        """
        Return the name of the first alternative whose condition holds; empty if none.

        Raises:
            InvalidValue: A condition said something that is not a bool.
            Exception: Whatever a condition raises.
        """
        for alternative in self.alternatives:
            condition = alternative.condition
            if condition is None or _holds(f"{self.name}/{alternative.name}", condition, view):
                return alternative.name
        return ""


def choice(name: str, /, *alternatives: When[In]) -> Choice[In]:
    """
    Take the first alternative whose condition holds; none, if none does.

    Raises:
        WorkflowInvalid: There is none, two have one name, or one comes behind `otherwise`.
    """
    if not alternatives:
        raise WorkflowInvalid("?", f"choice {name!r} has no alternatives")
    names = [a.name for a in alternatives]
    for at, one in enumerate(alternatives):
        check_name("?", f"an alternative of choice {name!r}", one.name)
        if names.count(one.name) > 1:
            raise WorkflowInvalid("?", f"two alternatives of choice {name!r} are {one.name!r}")
        if one.condition is None and at + 1 < len(alternatives):
            raise WorkflowInvalid("?", f"choice {name!r} has alternatives behind {one.name!r}")
    return Choice(name, alternatives)


@frozen(eq=False)
class Repeat(Node[In]):
    """Nodes that are gone through again and again. Make it with `repeat`."""

    name: str
    nodes: Sequence[Node[In]]
    until: Condition[In]
    at_most: int

    @property
    def shape(self) -> list[Any]:
        return ["repeat", self.name, self.at_most, _shapes(self.nodes)]

    def nested(self) -> Iterator[tuple[str, Sequence[Node[Any]]]]:
        yield "", self.nodes

    def with_nested(self, where: str, nodes: Sequence[Node[Any]]) -> Repeat[In]:
        return evolve(self, nodes=nodes)

    def suffices(self, view: RunView[In]) -> bool:
        """
        Return whether the round that has just ended was the last.

        Raises:
            InvalidValue: The condition said something that is not a bool.
            Exception: Whatever the condition raises.
        """
        return _holds(self.name, self.until, view)


def repeat(
    name: str, nodes: Sequence[Node[In]], *, until: Condition[In], at_most: int
) -> Repeat[In]:
    """
    Go through *nodes* until *until* holds, which is asked after each round.

    If it does not hold after *at_most* rounds, the run fails as by a step that says no.

    Raises:
        WorkflowInvalid: *at_most* is less than 1.
    """
    if at_most < 1:
        raise WorkflowInvalid("?", f"repeat {name!r} is for at most {at_most} rounds; allow one")
    return Repeat(name, tuple(nodes), until, at_most)


@frozen(eq=False)
class WaitFor(Yielding[In, R]):
    """A wait for a signal. Make it with `wait_for`."""

    name: str
    signal: Signal[Any]
    timeout: timedelta | None = None
    optional: bool = False

    @property
    def result_type(self) -> Any:
        return self.signal.payload | None if self.optional else self.signal.payload

    @property
    def shape(self) -> list[Any]:
        payload = type_name(self.signal.payload)
        return ["wait_for", self.name, self.signal.name, payload, self.optional]


@overload
def wait_for(
    signal: Signal[R],
    *,
    timeout: timedelta | None = None,
    optional: Literal[False] = False,
    name: str | None = None,
) -> WaitFor[Any, R]: ...
@overload
def wait_for(
    signal: Signal[R], *, timeout: timedelta, optional: Literal[True], name: str | None = None
) -> WaitFor[Any, R | None]: ...
def wait_for(
    signal: Signal[Any],
    *,
    timeout: timedelta | None = None,
    optional: bool = False,
    name: str | None = None,
) -> WaitFor[Any, Any]:
    """
    Wait until the run is sent *signal*; what came with it is the result.

    A signal that came before is not lost: it is taken as soon as the wait begins. Each
    is taken once.

    Args:
        timeout: How long at most, by the store's clock. Then the run fails, and is
            taken back, unless the wait is optional.
        optional: Whether the run goes on without it after the timeout, with None.
        name: The signal's name, if none is given.

    Raises:
        WorkflowInvalid: *timeout* is not positive, or the wait is optional without one.
    """
    called = signal.name if name is None else name
    if timeout is not None and timeout <= timedelta(0):
        raise WorkflowInvalid("?", f"wait {called!r} has a timeout of {timeout}")
    if optional and timeout is None:
        raise WorkflowInvalid("?", f"wait {called!r} is optional, but has no timeout")
    return WaitFor(called, signal, timeout, optional)


@frozen(eq=False)
class Sleep(Node[In]):
    """A pause. Make it with `sleep`."""

    name: str
    duration: timedelta

    @property
    def shape(self) -> list[Any]:
        return ["sleep", self.name]


def sleep(name: str, duration: timedelta) -> Sleep[Any]:
    """
    Go on after *duration*, by the store's clock, however often the process restarts.

    Raises:
        WorkflowInvalid: *duration* is not positive.
    """
    if duration <= timedelta(0):
        raise WorkflowInvalid("?", f"sleep {name!r} lasts {duration}")
    return Sleep(name, duration)


@frozen(eq=False)
class Call(Node[In], Generic[In, C]):
    """Another workflow's steps, as a part of this one. Make it with `call`."""

    name: str
    workflow: Workflow[C]
    make_input: Callable[[RunView[In]], C]

    @property
    def shape(self) -> list[Any]:
        child = self.workflow
        shape = ["call", self.name, type_name(child.input), _shapes(child.steps)]
        return shape if child.lock is None else [*shape, "locked"]

    def nested(self) -> Iterator[tuple[str, Sequence[Node[Any]]]]:
        yield "", self.workflow.steps

    def with_nested(self, where: str, nodes: Sequence[Node[Any]]) -> Call[In, C]:
        return evolve(self, workflow=evolve(self.workflow, steps=tuple(nodes)))


def call(
    workflow: Workflow[C], make_input: Callable[[RunView[In]], C], *, name: str | None = None
) -> Call[In, C]:
    """
    Go through another workflow's steps, in this run's journal.

    It has no end of its own, so it is taken back with the rest. Its lock, if it has one, is
    taken before its first step and held to the end of the run; its preparation and its
    deadline are not used.

    Args:
        make_input: A pure function that makes the other workflow's input.
        name: The workflow's name, if none is given.
    """
    return Call(workflow.name if name is None else name, workflow, make_input)
