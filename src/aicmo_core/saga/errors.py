"""How a step, or a workflow, says no."""

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import define, field

from aicmo_core.kernel.errors import AicmoError
from aicmo_core.kernel.event import Event


@define
class StepRejected(AicmoError):
    """
    A step found a reason of the business to stop. It is not tried again; the run compensates.

    Raise it from an external step only when nothing has happened outside.

    Attributes:
        reason: One sentence, for the person who asked for the run.
        details: Plain data that explains it.
        events: Stored with the failed entry, about the run.
    """

    reason: str
    details: Mapping[str, Any] = field(factory=dict)
    events: Sequence[Event] = ()

    def __str__(self) -> str:
        return self.reason


@define
class InputRefused(AicmoError):
    """
    A workflow's preparation refused its input. Nothing was written.

    Attributes:
        reason: One sentence.
        details: Everything that is wrong, at once: plain data with `message` in each.
    """

    reason: str
    details: Sequence[Mapping[str, Any]] = ()

    def __str__(self) -> str:
        lines = "; ".join(str(d.get("message", d)) for d in self.details)
        return f"{self.reason}: {lines}" if lines else self.reason


class TransientFailure(AicmoError):
    """
    Something outside did not answer now; the same attempt may succeed later.

    Raise it from a step, and give the step a retry policy.
    """


@define
class WorkflowInvalid(AicmoError):
    """A workflow is declared in a way that cannot run. Mend the declaration."""

    workflow: str
    reason: str

    def __str__(self) -> str:
        return f"workflow {self.workflow!r}: {self.reason}"
