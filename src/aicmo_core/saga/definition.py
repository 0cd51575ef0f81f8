"""
Workflows as declared data: nodes in order, and what they hold.

A definition is a value. It can be drawn before it runs, changed into another one,
and compared with the definition that a run in flight was started from.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from datetime import timedelta
from functools import cached_property
from typing import Any, Generic, TypeVar

from attrs import evolve, frozen

from aicmo_core.kernel.errors import UnknownName
from aicmo_core.kernel.values import Mismatch, check_text
from aicmo_core.saga.combinators import Call, Parallel, Repeat, WaitFor
from aicmo_core.saga.context import PrepareContext
from aicmo_core.saga.errors import WorkflowInvalid
from aicmo_core.saga.node import Node, Yielding, check_sequence
from aicmo_core.saga.paths import inside
from aicmo_core.saga.step import Step, type_name

In = TypeVar("In")

DEEPEST = 32
"""How deep nodes may lie in one another. No person reads deeper; a circle of calls is."""

MOST_NAME_BYTES = 300
"""
How many bytes of UTF-8 a workflow's name, or the path of a node, may have.

A store's index takes 512. Beside the name there is a run's key, and in a path `#` with
the number of each round.
"""


@frozen(eq=False)
class Workflow(Generic[In]):
    """
    A saga: steps, and what arranges them, over an input.

    Attributes:
        name: How hosts and the journal call it.
        version: Raised by its author when its shape changes.
        input: An attrs class. A run keeps it as JSON.
        steps: Steps, and other nodes, in order.
        prepare: Called before a run is made; may refuse by raising `InputRefused`, may
            write by its ports what shall stay whatever becomes of the run, and returns
            the input that the run is given.
        lock: Makes, of the input, the name of a lock that a run takes before its first
            step and holds to its end. Of two runs with one lock, one waits.
        lock_timeout: How long a run waits for its lock before it parks.
        deadline: How long after its beginning a run is taken back that has not passed its
            pivot yet, by the store's clock.
        subject: Says whose data the input, and so the run, is about: an id of a person,
            for erasure. None: it is about nobody.

    Raises:
        WorkflowInvalid: It or a node has no name or a name that divides paths, two that
            stand side by side have one name, two are the pivot or it may be passed twice
            or not for all, two signals have one name, there is no step, nodes lie too
            deep in one another, or the name or a path cannot be stored.
    """

    name: str
    version: int
    input: type[In]
    steps: Sequence[Node[In]]
    prepare: Callable[[PrepareContext, In], In] | None = None
    lock: Callable[[In], str] | None = None
    lock_timeout: timedelta = timedelta(minutes=5)
    deadline: timedelta | None = None
    subject: Callable[[In], str] | None = None

    def __attrs_post_init__(self) -> None:
        # A copy: a list that is changed later would change the definition behind its fingerprint.
        object.__setattr__(self, "steps", tuple(self.steps))
        if not self.name.strip():
            raise WorkflowInvalid(self.name, "it has no name")
        self._check_length("its name", self.name)
        if self.deadline is not None and self.deadline <= timedelta(0):
            raise WorkflowInvalid(self.name, f"its deadline is {self.deadline} after its beginning")
        self._check_nodes("", self.steps, 1)
        if sum(s.pivot for s in self.all_steps) > 1:
            raise WorkflowInvalid(self.name, "more than one step is the pivot")
        self._check_signals()
        for place, node in self.places.items():
            self._check_length(f"the path {place!r}", place)
            if isinstance(node, Parallel | Repeat):
                self._check_no_pivot(place, node)

    def _check_length(self, what: str, text: str) -> None:
        try:
            size = len(check_text(text).encode())
        except Mismatch as error:
            raise WorkflowInvalid(self.name, f"{what}: {error}") from None
        if size > MOST_NAME_BYTES:
            reason = f"{what} has {size} bytes, and may have {MOST_NAME_BYTES} to be stored"
            raise WorkflowInvalid(self.name, reason)

    def _check_nodes(self, before: str, nodes: Sequence[Node[Any]], depth: int) -> None:
        if depth > DEEPEST:
            raise WorkflowInvalid(
                self.name,
                f"{before} lies more than {DEEPEST} nodes deep; if workflows call each other in "
                "a circle, break it",
            )
        check_sequence(self.name, before or "it", nodes)
        for node in nodes:
            for within, held in node.nested():
                self._check_nodes(inside(before, node.name) + within, held, depth + 1)

    def _check_signals(self) -> None:
        payloads: dict[str, Any] = {}
        for node in self.places.values():
            if isinstance(node, WaitFor):
                name, payload = node.signal.name, node.signal.payload
                if payloads.setdefault(name, payload) != payload:
                    raise WorkflowInvalid(
                        self.name,
                        f"signal {name!r} comes with {type_name(payloads[name])} to one wait and "
                        f"with {type_name(payload)} to another; give one of them another name",
                    )

    def _check_no_pivot(self, place: str, node: Node[Any]) -> None:
        for inner, step in self.places.items():
            if inner.startswith((f"{place}/", f"{place}|")) and getattr(step, "pivot", False):
                raise WorkflowInvalid(
                    self.name,
                    f"{inner!r} is the pivot, but lies in {place!r}: other branches or rounds "
                    "could still fail when it has passed",
                )

    def check(self) -> None:
        """
        Resolve what is resolved late, so that a mistake shows at start-up.

        Raises:
            WorkflowInvalid: A return annotation is missing or does not resolve.
        """
        for node in self.places.values():
            if isinstance(node, Yielding):
                try:
                    _ = node.result_type
                except WorkflowInvalid as error:
                    raise WorkflowInvalid(self.name, error.reason) from error

    @cached_property
    def places(self) -> Mapping[str, Node[Any]]:
        """Every node by its place, those that hold others before what they hold."""
        return dict(_placed("", self.steps))

    @cached_property
    def all_steps(self) -> Sequence[Step[Any, Any]]:
        """Every step, however deep it lies."""
        return tuple(node for node in self.places.values() if isinstance(node, Step))

    @cached_property
    def signals(self) -> Mapping[str, Any]:
        """The signals that it waits for, by name."""
        waits = (node for node in self.places.values() if isinstance(node, WaitFor))
        return {wait.signal.name: wait.signal for wait in waits}

    @cached_property
    def places_of(self) -> Mapping[Node[Any], Set[str]]:
        """The places of each node: a node may stand in several."""
        found: dict[Node[Any], Set[str]] = {}
        for place, node in self.places.items():
            found[node] = found.get(node, frozenset()) | {place}
        return found

    @cached_property
    def shape(self) -> list[Any]:
        """What a run in flight depends on, and nothing else, as plain data."""
        shape: list[Any] = [self.name, self.version, type_name(self.input)]
        shape.append([node.shape for node in self.steps])
        return shape if self.lock is None else [*shape, "locked"]

    @cached_property
    def fingerprint(self) -> str:
        """A digest of the shape."""
        return hashlib.sha256(json.dumps(self.shape).encode()).hexdigest()[:32]

    def call_around(self, place: str) -> tuple[str, Call[Any, Any]] | None:
        """Return the innermost call that holds *place*, with its own place; None if none does."""
        for outer in sorted(self.places, key=len, reverse=True):
            node = self.places[outer]
            if isinstance(node, Call) and place.startswith(f"{outer}/"):
                return outer, node
        return None

    def insert_after(self, place: str, added: Node[Any]) -> Workflow[In]:
        """
        Return this workflow with *added* after the node at *place*.

        Args:
            place: A path without rounds, such as `produce|copy/draft`; or the name of a
                node that stands in one place only.

        Raises:
            UnknownName: There is no such node, or the name is that of several.
        """
        return self._with(place, lambda one: (one, added))

    def insert_before(self, place: str, added: Node[Any]) -> Workflow[In]:
        """Return this workflow with *added* before the node at *place*."""
        return self._with(place, lambda one: (added, one))

    def replace(self, place: str, other: Node[Any]) -> Workflow[In]:
        """Return this workflow with *other* in place of the node at *place*."""
        return self._with(place, lambda one: (other,))

    def _with(self, place: str, around: Callable[[Node[Any]], Sequence[Node[Any]]]) -> Workflow[In]:
        named = [p for p, node in self.places.items() if node.name == place]
        if place not in self.places and len(named) != 1:
            raise UnknownName(f"step of workflow {self.name}", place, named or self.places)
        found = place if place in self.places else named[0]
        return evolve(self, steps=_changed("", self.steps, found, around))

    def __repr__(self) -> str:
        return f"<Workflow {self.name} {self.version}>"


def _placed(before: str, nodes: Sequence[Node[Any]]) -> Iterator[tuple[str, Node[Any]]]:
    for node in nodes:
        place = inside(before, node.name)
        yield place, node
        for within, held in node.nested():
            yield from _placed(place + within, held)


def _changed(
    before: str,
    nodes: Sequence[Node[Any]],
    wanted: str,
    around: Callable[[Node[Any]], Sequence[Node[Any]]],
) -> tuple[Node[Any], ...]:
    """Return *nodes*, which stand in *before*, with what *around* makes of the wanted one."""
    changed: list[Node[Any]] = []
    for node in nodes:
        place = inside(before, node.name)
        if place == wanted:
            changed += around(node)
            continue
        for within, held in node.nested():
            new = _changed(place + within, held, wanted, around)
            if new != tuple(held):
                node = node.with_nested(within, new)
        changed.append(node)
    return tuple(changed)
