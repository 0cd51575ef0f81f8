"""A run in the hands of one thread: its record, its journal, and what follows from them."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from aicmo_core.kernel.structuring import from_json
from aicmo_core.runtime.records import RunRecord, RunState
from aicmo_core.saga import (
    Command,
    Compensate,
    End,
    Entry,
    Failed,
    Outcome,
    Park,
    Standing,
    Step,
    Workflow,
    next_command,
    standing,
)
from aicmo_core.storage import Token

R = TypeVar("R")
In = TypeVar("In")

_ENDS = {
    Outcome.COMPLETED: RunState.COMPLETED,
    Outcome.COMPENSATED: RunState.COMPENSATED,
}


class LiveRun(Generic[In]):
    """
    A run as one thread works on it.

    What this thread journaled it does not read back. When somebody else turns out to
    have written, it is thrown away and loaded again.

    Attributes:
        record: As stored, or as it will be stored with the first entry.
        token: Of the stored record; None while the run is not stored.
        recovered: Whether another executor worked on it before.
        wrote_files: Whether this thread wrote files for it.
        next: What is to be done.
    """

    def __init__(
        self,
        workflow: Workflow[In],
        record: RunRecord,
        token: Token | None,
        entries: list[Entry],
        run_input: In | None = None,
        *,
        recovered: bool = False,
    ) -> None:
        self.workflow = workflow
        self.record = record
        self.token = token
        self.entries = entries
        self.recovered = recovered
        self.wrote_files = False
        self._loaded = token is not None
        self._input = run_input
        self._results: dict[str, Any] = {}
        self.standing: Standing = standing(workflow, entries)
        self.next: Command = next_command(workflow, self.standing)

    @property
    def input(self) -> In:
        if self._input is None:
            self._input = from_json(self.record.input, self.workflow.input)
        return self._input

    @property
    def over(self) -> bool:
        """Whether nothing is left to do, now or by itself."""
        return isinstance(self.next, Park) or (
            isinstance(self.next, End) and self.record.state.ended
        )

    @property
    def may_have_files(self) -> bool:
        """Whether somebody may have written files for it."""
        return self.record.artifacts is not None and (self.wrote_files or self._loaded)

    @property
    def begun_here(self) -> bool:
        """Whether this thread committed everything that there is of it."""
        return not self._loaded

    @property
    def seq(self) -> int:
        """The number of the next entry."""
        return len(self.entries) + 1

    def expect(self, entry: Entry) -> None:
        """Take *entry* into account before it is committed; `forget` takes that back."""
        self.entries.append(entry)
        self.standing.read(self.workflow, entry)
        self.next = next_command(self.workflow, self.standing)

    def forget(self, count: int) -> None:
        """Drop the last *count* entries, whose commit failed."""
        del self.entries[len(self.entries) - count :]
        self.standing = standing(self.workflow, self.entries)
        self.next = next_command(self.workflow, self.standing)

    def keep_result(self, step: str, result: Any) -> None:
        """Remember what a step returned, so that it is not decoded again."""
        self._results[step] = result

    def result(self, step: Step[Any, R]) -> R:
        """
        Return what a step of this run returned.

        Raises:
            LookupError: It has not completed, or was compensated.
        """
        completed = self.standing.completed.get(step.name)
        if completed is None:
            raise LookupError(
                f"step {step.name!r} has not completed in run {self.record.run_id}; "
                f"completed are: {', '.join(self.standing.completed) or 'none'}"
            )
        if step.name in self._results:
            return self._results[step.name]  # type: ignore[no-any-return]
        found: R = from_json(completed.result, step.result_type)
        self._results[step.name] = found
        return found

    def state(self) -> RunState:
        """Return the state that follows from the journal."""
        match self.next:
            case End(outcome):
                return _ENDS[outcome]
            case Park():
                return RunState.PARKED
            case Compensate():
                return RunState.COMPENSATING
        return RunState.RUNNING

    def reason(self) -> str | None:
        """Return why the run is parked or failed, in a sentence."""
        if isinstance(self.next, Park):
            return self.next.reason
        if not self.standing.turned:
            return None
        for entry in reversed(self.entries):
            if isinstance(entry, Failed):
                return f"{entry.step}: {entry.error}"
        return None
