"""What is wrong with an input file, and where."""

from __future__ import annotations

from attrs import define

from aicmo_core.kernel.errors import AicmoError


@define
class UnreadableInput(AicmoError):
    """The input is not JSON or YAML. Mend it at the place that is named."""

    source: str
    reason: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        place = self.source
        if self.line is not None:
            place += f", line {self.line}"
        if self.column is not None:
            place += f", column {self.column}"
        return f"{place}: {self.reason}"


def unreadable_at(source: str, reason: str, text: str, position: int) -> UnreadableInput:
    """Return the error for what stands at *position* of *text*."""
    before = text[:position]
    return UnreadableInput(source, reason, before.count("\n") + 1, position - before.rfind("\n"))
