"""What a run can do next: the commands that a decision is made of."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import TypeAlias

from attrs import frozen


class Outcome(Enum):
    """How a run ended."""

    COMPLETED = "completed"
    COMPENSATED = "compensated"
    CANCELLED = "cancelled"


@frozen
class Lock:
    """
    Take the lock of the workflow, or of the call at *step*.

    Attributes:
        until: When to give up, if the run waits for it already.
    """

    step: str
    attempt: int
    until: datetime | None = None


@frozen
class Execute:
    """Attempt a step, not before the moment given, if one is."""

    step: str
    attempt: int
    not_before: datetime | None = None


@frozen
class Evaluate:
    """Ask the condition of a choice or of a round, or make the input of a call."""

    step: str
    attempt: int
    not_before: datetime | None = None


@frozen
class BeginWait:
    """Begin to wait, or to sleep: journal until when."""

    step: str
    attempt: int


@frozen
class Wait:
    """
    Do nothing until a signal comes, or the moment has come.

    Attributes:
        signal: What is waited for; None of a sleep.
    """

    step: str
    attempt: int
    signal: str | None
    until: datetime | None


@frozen
class Receive:
    """Take the earliest signal that came for a wait."""

    step: str
    attempt: int
    payload: str


@frozen
class SettleUnknown:
    """An intent has no outcome: find out, or journal that it may have acted."""

    step: str
    attempt: int


@frozen
class Compensate:
    """Take back what a step did, or may have done."""

    step: str
    attempt: int
    not_before: datetime | None = None


@frozen
class Park:
    """Wait for a person."""

    step: str
    reason: str


@frozen
class End:
    """Nothing is left to do."""

    outcome: Outcome


Command: TypeAlias = (
    Lock | Execute | Evaluate | BeginWait | Wait | Receive | SettleUnknown | Compensate | Park | End
)


def due_at(command: Command) -> datetime | None:
    """Return when *command* can be performed, if that is not now."""
    match command:
        case Wait():
            return command.until
        case Execute() | Evaluate() | Compensate():
            return command.not_before
    return None


def is_now(command: Command) -> bool:
    """Return whether *command* needs neither a moment to come, nor anybody."""
    return not isinstance(command, Park | Wait) and due_at(command) is None
