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


@frozen
class Intended:
    """An external step is about to act."""

    step: str
    attempt: int


@frozen
class Completed:
    """A step's effect is committed with this entry, or is known to have happened outside."""

    step: str
    attempt: int
    result: str = "null"
    undo: str | None = None


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
        step: The step whose compensation is waived; empty for the other actions.
    """

    action: RepairAction
    by: str
    why: str
    step: str = ""


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
    | Voided
)
