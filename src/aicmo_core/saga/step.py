"""Steps: what a workflow does, and what takes it back."""

from __future__ import annotations

import typing
from collections.abc import Callable
from enum import Enum
from functools import cached_property
from typing import Any, Generic, TypeAlias, TypeVar, overload

from attrs import frozen

from aicmo_core.saga.context import StepContext, UndoContext
from aicmo_core.saga.errors import WorkflowInvalid
from aicmo_core.saga.node import Yielding
from aicmo_core.saga.retry import NO_RETRY, PATIENT, RetryPolicy

In = TypeVar("In")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


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


@frozen
class Done(Generic[R_co]):
    """An attempt whose outcome was unknown has acted, and this is what it returns."""

    result: R_co


@frozen
class NotDone:
    """An attempt whose outcome was unknown has not acted, and never will."""


Answer: TypeAlias = Done[R] | NotDone | None
"""What a service says about a key: None where it cannot tell."""


@frozen(eq=False)
class Step(Yielding[In, R]):
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
        checkpoint: Whether it has a commit of its own. Otherwise it shares one with the
            transactional steps that follow at once.
        was_done: Asks the service outside about an attempt whose outcome is unknown.
    """

    name: str
    run: Callable[[StepContext[In]], R]
    kind: StepKind = StepKind.TRANSACTIONAL
    retry: RetryPolicy = NO_RETRY
    compensation: Callable[[UndoContext[In, R]], None] | None = None
    compensation_retry: RetryPolicy = PATIENT
    pivot: bool = False
    reading: Reading = Reading.PLAIN
    checkpoint: bool = True
    was_done: Callable[[StepContext[In]], Answer[R]] | None = None

    def __attrs_post_init__(self) -> None:
        if self.checkpoint:
            return
        for what, present in (
            ("acts outside", self.kind is StepKind.EXTERNAL),
            ("is the pivot", self.pivot),
            ("has a compensation", self.compensation is not None),
        ):
            if present:
                raise WorkflowInvalid(
                    "?",
                    f"step {self.name!r} {what}, so it needs a commit of its own; drop "
                    "checkpoint=False",
                )

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

    @property
    def shape(self) -> list[Any]:
        return [
            self.name,
            self.kind.value,
            self.pivot,
            self.compensation is not None,
            type_name(self.result_type),
        ]

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
    checkpoint: bool = True,
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
    checkpoint: bool = True,
) -> Any:
    """
    Declare a transactional step: its writes, its events and its journal entry are one commit.

    An attempt that fails leaves nothing. What it wrote is taken back without a
    compensation, if the run fails later.

    With `checkpoint=False` it is one commit with the transactional steps that follow it
    at once: a failure of one is a failure of all of them, and they are taken back together.

    Raises:
        WorkflowInvalid: It has no checkpoint, but is the pivot or has a compensation.
    """

    def declare(function: Callable[[StepContext[In]], R]) -> Step[In, R]:
        return Step(
            function.__name__ if name is None else name,
            function,
            retry=retry,
            compensation=compensation,
            pivot=pivot,
            reading=Reading(reading),
            checkpoint=checkpoint,
        )

    return declare if run is None else declare(run)


def external_step(
    *,
    compensation: Callable[[UndoContext[In, R]], None],
    name: str | None = None,
    retry: RetryPolicy = NO_RETRY,
    compensation_retry: RetryPolicy = PATIENT,
    pivot: bool = False,
    was_done: Callable[[StepContext[In]], Answer[R]] | None = None,
) -> Callable[[Callable[[StepContext[In]], R]], Step[In, R]]:
    """
    Declare a step that acts outside the database.

    Its intent is journaled before it acts. Where its outcome is unknown, after a
    crash or an error, it may be attempted again with the same idempotency key, and
    if the run fails its compensation runs, with `result` None. So both the step and
    the compensation must be idempotent.

    Where the service can be asked, pass `was_done`. It is called with the context of the
    attempt whose outcome is unknown, and answers by its idempotency key. A key that it
    answers `NotDone` for must not act later: neither is it compensated then.
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
            was_done=was_done,
        )

    return declare


def type_name(hint: Any) -> str:
    """Return how a type is called in a shape."""
    return f"{hint.__module__}.{hint.__qualname__}" if isinstance(hint, type) else str(hint)
