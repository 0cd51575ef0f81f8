"""
The entries of a journal. A run is what its journal says, and nothing else.

The saga reads of an entry only what a decision needs. Results and undo are opaque
text to it, which the runtime writes and reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any, TypeAlias

from attrs import field, frozen


class FailureKind(Enum):
    """Why an attempt failed, which says what to do about it."""

    BUSINESS = "business"
    """The step said no: the run compensates now. Nothing happened outside."""
    TRANSIENT = "transient"
    """Something did not answer; trying again may help."""
    BUG = "bug"
    """Anything else."""
    UNKNOWN = "unknown"
    """The attempt was cut off after its intent: it may have acted."""


class RepairAction(Enum):
    """What a person decided about a parked run."""

    RETRY = "retry"
    COMPENSATE = "compensate"
    WAIVE = "waive"
    SKIP = "skip"


@frozen
class Intended:
    """An external step is about to act."""

    step: str
    attempt: int


@frozen
class Completed:
    """
    A step's effect is committed with this entry, or is known to have happened outside.

    Of a wait, it says that the earliest signal that was not taken yet is taken.

    Attributes:
        grouped: Whether the step has its commit, and its undo, together with the next
            that completes without this.
    """

    step: str
    attempt: int
    result: str = "null"
    undo: str | None = None
    grouped: bool = False


@frozen
class Failed:
    """
    An attempt failed.

    Attributes:
        retry_at: When the next attempt is due; None when there is none.
        acted: Whether it may have had an effect outside.
    """

    step: str
    attempt: int
    kind: FailureKind
    error: str
    retry_at: datetime | None = None
    acted: bool = False
    details: Mapping[str, Any] = field(factory=dict)


@frozen
class Compensated:
    """What a step did is taken back, in the commit of this entry or before it."""

    step: str
    attempt: int


@frozen
class CompensationFailed:
    """An attempt to compensate failed. Without *retry_at* the run parks."""

    step: str
    attempt: int
    error: str
    retry_at: datetime | None = None
    details: Mapping[str, Any] = field(factory=dict)


@frozen
class LateEffect:
    """
    A step acted outside after somebody else had taken the run on.

    If the step's effect had been taken back by then, it is taken back again.

    Attributes:
        result: None where the attempt raised, so that it is not known whether it acted.
    """

    step: str
    attempt: int
    result: str | None = "null"


@frozen
class Parked:
    """The run cannot go on without a person, for a reason that is not a step's failure."""

    reason: str


@frozen
class Repaired:
    """
    A person decided about a parked run.

    Attributes:
        step: The step that is waived or skipped; empty for the other actions.
        result: What a skipped step is taken to have returned.
    """

    action: RepairAction
    by: str
    why: str
    step: str = ""
    result: str = "null"


@frozen
class Decided:
    """What a choice, a repetition or a call came to, so that it is not asked again."""

    step: str
    attempt: int
    value: str


@frozen
class Waiting:
    """
    A wait, a sleep, or the wait for a lock has begun.

    Attributes:
        until: When it is over by itself; None where it is not.
    """

    step: str
    attempt: int
    until: datetime | None = None


@frozen
class Expired:
    """A wait was in vain: its time is up. Of no step: the time of the whole run is."""

    step: str
    attempt: int


@frozen
class Signalled:
    """
    The run was told something.

    Attributes:
        by: Who told it.
        key: The sender's, by which the same signal is told once.
    """

    signal: str
    payload: str
    by: str
    key: str = ""


@frozen
class Locked:
    """The run holds a lock, to its end."""

    step: str
    attempt: int
    lock: str


@frozen
class Cancelled:
    """A person decided that the run is to be taken back."""

    by: str
    why: str


@frozen
class Voided:
    """A number that was claimed so that a commit whose answer was lost can never land."""


Entry: TypeAlias = (
    Intended
    | Completed
    | Failed
    | Compensated
    | CompensationFailed
    | LateEffect
    | Parked
    | Repaired
    | Decided
    | Waiting
    | Expired
    | Signalled
    | Locked
    | Cancelled
    | Voided
)

FROM_OUTSIDE = (Signalled, Cancelled)
"""Entries that others than a run's executor add, while it works on the run."""
