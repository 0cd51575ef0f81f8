"""
Workflows as declared data: steps, what they return, and what takes them back.

A definition is a value. It can be drawn before it runs, changed into another one,
and compared with the definition that a run in flight was started from.
"""

from __future__ import annotations

import hashlib
import json
import typing
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from functools import cached_property
from typing import Any, Generic, TypeVar, overload

from attrs import evolve, frozen

from aicmo_core.kernel.errors import UnknownName
from aicmo_core.saga.context import PrepareContext, StepContext, UndoContext
from aicmo_core.saga.errors import WorkflowInvalid
from aicmo_core.saga.retry import NO_RETRY, PATIENT, RetryPolicy

In = TypeVar("In")
R = TypeVar("R")


class StepKind(Enum):
    """Where a step has its effect."""

    TRANSACTIONAL = "transactional"
    """Only in the database: its writes, events and journal entry are one commit."""
    EXTERNAL = "external"
    """Outside: an intent is journaled first, and its outcome may be unknown."""


class Reading(Enum):
    """What must still hold of the rows that a step read, when it commits."""

    PLAIN = "plain"
    """Only rows that it changes are checked."""
    CHECKED = "checked"
    """Every row that it got by its key is unchanged, too: no write skew."""


@frozen(eq=False)
class Step(Generic[In, R]):
    """
    One step of a workflow. Make it with `@step` or `@external_step`.

    Attributes:
        name: Unique in its workflow; part of the journal.
        run: The function. Its return annotation says how its result is stored.
        kind: Where it has its effect.
        retry: How often it is attempted.
        compensation: Takes its effect back. What it did to the database is taken back
            without one.
        compensation_retry: How often the compensation is attempted before the run parks.
        pivot: Once it has completed, the run only goes forward.
        reading: What must still hold of the rows that it read.
    """

    name: str
    run: Callable[[StepContext[In]], R]
    kind: StepKind = StepKind.TRANSACTIONAL
    retry: RetryPolicy = NO_RETRY
    compensation: Callable[[UndoContext[In, R]], None] | None = None
    compensation_retry: RetryPolicy = PATIENT
    pivot: bool = False
    reading: Reading = Reading.PLAIN

    @cached_property
    def result_type(self) -> Any:
        """
        The declared type of the result.

        Raises:
            WorkflowInvalid: There is no return annotation, or it does not resolve.
        """
        try:
            hints = typing.get_type_hints(self.run)
        except (NameError, AttributeError, SyntaxError, TypeError) as error:
            raise WorkflowInvalid(
                "?",
                f"step {self.name!r}: its annotations do not resolve: {error}; import it where "
                "the step is defined, and not for type checkers only",
            ) from error
        if "return" not in hints:
            raise WorkflowInvalid("?", f"step {self.name!r}: its return type is not annotated")
        return hints["return"]

    def __repr__(self) -> str:
        return f"<Step {self.name}>"


@overload
def step(run: Callable[[StepContext[In]], R], /) -> Step[In, R]: ...
@overload
def step(
    *,
    name: str | None = None,
    retry: RetryPolicy = NO_RETRY,
    pivot: bool = False,
    reading: Reading | str = Reading.PLAIN,
) -> Callable[[Callable[[StepContext[In]], R]], Step[In, R]]: ...
@overload
def step(
    *,
    compensation: Callable[[UndoContext[In, R]], None],
    name: str | None = None,
    retry: RetryPolicy = NO_RETRY,
    pivot: bool = False,
    reading: Reading | str = Reading.PLAIN,
) -> Callable[[Callable[[StepContext[In]], R]], Step[In, R]]: ...
def step(
    run: Callable[[StepContext[In]], R] | None = None,
    /,
    *,
    name: str | None = None,
    retry: RetryPolicy = NO_RETRY,
    compensation: Callable[[UndoContext[In, R]], None] | None = None,
    pivot: bool = False,
    reading: Reading | str = Reading.PLAIN,
) -> Any:
    """
    Declare a transactional step: its writes, its events and its journal entry are one commit.

    An attempt that fails leaves nothing. What it wrote is taken back without a
    compensation, if the run fails later.
    """

    def declare(function: Callable[[StepContext[In]], R]) -> Step[In, R]:
        return Step(
            function.__name__ if name is None else name,
            function,
            retry=retry,
            compensation=compensation,
            pivot=pivot,
            reading=Reading(reading),
        )

    return declare if run is None else declare(run)


def external_step(
    *,
    compensation: Callable[[UndoContext[In, R]], None],
    name: str | None = None,
    retry: RetryPolicy = NO_RETRY,
    compensation_retry: RetryPolicy = PATIENT,
    pivot: bool = False,
) -> Callable[[Callable[[StepContext[In]], R]], Step[In, R]]:
    """
    Declare a step that acts outside the database.

    Its intent is journaled before it acts. Where its outcome is unknown, after a
    crash or an error, it may be attempted again with the same idempotency key, and
    if the run fails its compensation runs, with `result` None. So both the step and
    the compensation must be idempotent.
    """

    def declare(function: Callable[[StepContext[In]], R]) -> Step[In, R]:
        return Step(
            function.__name__ if name is None else name,
            function,
            kind=StepKind.EXTERNAL,
            retry=retry,
            compensation=compensation,
            compensation_retry=compensation_retry,
            pivot=pivot,
        )

    return declare


@frozen(eq=False)
class Workflow(Generic[In]):
    """
    A saga: steps in order, over an input.

    Attributes:
        name: How hosts and the journal call it.
        version: Raised by its author when its shape changes.
        input: An attrs class. A run keeps it as JSON.
        steps: In order.
        prepare: Called before a run is made; may refuse by raising `InputRefused`, may
            write by its ports what shall stay whatever becomes of the run, and returns
            the input that the run is given.
        subject: Says whose data the input, and so the run, is about: an id of a person,
            for erasure. None: it is about nobody.

    Raises:
        WorkflowInvalid: It or a step has no name, two steps have one name, two are the
            pivot, or there is no step.
    """

    name: str
    version: int
    input: type[In]
    steps: Sequence[Step[In, Any]]
    prepare: Callable[[PrepareContext, In], In] | None = None
    subject: Callable[[In], str] | None = None

    def __attrs_post_init__(self) -> None:
        # A copy: a list that is changed later would change the definition behind its fingerprint.
        object.__setattr__(self, "steps", tuple(self.steps))
        names = [s.name for s in self.steps]
        if not self.name.strip():
            raise WorkflowInvalid(self.name, "it has no name")
        if not names:
            raise WorkflowInvalid(self.name, "it has no steps")
        for at, name in enumerate(names, 1):
            if not name.strip():
                raise WorkflowInvalid(self.name, f"step {at} has no name")
            if names.count(name) > 1:
                raise WorkflowInvalid(self.name, f"two steps are named {name!r}")
        if sum(s.pivot for s in self.steps) > 1:
            raise WorkflowInvalid(self.name, "more than one step is the pivot")

    def check(self) -> None:
        """
        Resolve what is resolved late, so that a mistake shows at start-up.

        Raises:
            WorkflowInvalid: A return annotation is missing or does not resolve.
        """
        for one in self.steps:
            try:
                _ = one.result_type
            except WorkflowInvalid as error:
                raise WorkflowInvalid(self.name, error.reason) from error

    @cached_property
    def by_name(self) -> Mapping[str, Step[In, Any]]:
        """The steps by name."""
        return {s.name: s for s in self.steps}

    @cached_property
    def fingerprint(self) -> str:
        """A digest of the shape: what a run in flight depends on, and nothing else."""
        shape = [
            [s.name, s.kind.value, s.pivot, s.compensation is not None, _type_name(s.result_type)]
            for s in self.steps
        ]
        text = json.dumps([self.name, self.version, _type_name(self.input), shape])
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def insert_after(self, name: str, added: Step[In, Any]) -> Workflow[In]:
        """
        Return this workflow with *added* after the step called *name*.

        Raises:
            UnknownName: There is no such step.
        """
        return self._with(name, lambda one: (one, added))

    def insert_before(self, name: str, added: Step[In, Any]) -> Workflow[In]:
        """Return this workflow with *added* before the step called *name*."""
        return self._with(name, lambda one: (added, one))

    def replace(self, name: str, other: Step[In, Any]) -> Workflow[In]:
        """Return this workflow with *other* in place of the step called *name*."""
        return self._with(name, lambda one: (other,))

    def _with(
        self, name: str, around: Callable[[Step[In, Any]], Sequence[Step[In, Any]]]
    ) -> Workflow[In]:
        if name not in self.by_name:
            raise UnknownName(f"step of workflow {self.name}", name, self.by_name)
        steps = [new for one in self.steps for new in (around(one) if one.name == name else (one,))]
        return evolve(self, steps=tuple(steps))

    def __repr__(self) -> str:
        return f"<Workflow {self.name} {self.version}>"


def _type_name(hint: Any) -> str:
    return f"{hint.__module__}.{hint.__qualname__}" if isinstance(hint, type) else str(hint)
