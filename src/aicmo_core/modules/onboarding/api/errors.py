"""What onboarding refuses."""

from attrs import define

from aicmo_core.kernel.errors import AicmoError, UnknownName, nearest
from aicmo_core.modules.onboarding.api.dtos import ClarificationDTO


@define
class BriefBlocked(AicmoError):
    """
    The answers leave questions open that block the work. Nothing was written.

    Ask the client all of them at once; the answers may come as discovery notes.
    """

    clarifications: tuple[ClarificationDTO, ...]

    def __str__(self) -> str:
        blocking = [c for c in self.clarifications if c.blocking]
        lines = "; ".join(f"{c.question_id}: {c.message}" for c in blocking)
        return f"{len(blocking)} answers block the brief: {lines}"


@define
class UnknownQuestions(UnknownName):
    """
    Answers were given to questions that the form does not have. Nothing was written.

    All of them are named, each with the nearest question id that exists.

    Attributes:
        names: The unknown ids, in the order of the answers; `name` is the first.
    """

    names: tuple[str, ...]

    def __str__(self) -> str:
        close = {name: nearest(name, self.known) for name in self.names}
        told = "; ".join(
            f"unknown {self.kind} {name!r}" + (f", did you mean {other!r}?" if other else "")
            for name, other in close.items()
        )
        return told if all(close.values()) else f"{told}; known: {', '.join(self.known)}"
