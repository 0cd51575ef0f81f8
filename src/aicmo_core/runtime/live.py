"""A run in the hands of one thread: its record, its journal, and what follows from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

from attrs import evolve

from aicmo_core.kernel.structuring import from_json
from aicmo_core.runtime.records import RunRecord, RunState
from aicmo_core.saga import (
    Cancelled,
    Command,
    End,
    Entry,
    Execute,
    Expired,
    Failed,
    Lock,
    Node,
    Outcome,
    Park,
    Standing,
    Step,
    Wait,
    Workflow,
    Yielding,
    due_at,
    next_commands,
    read,
    standing,
)
from aicmo_core.saga.decide import urgency
from aicmo_core.saga.paths import independent, nearness, place_of
from aicmo_core.storage import Token

R = TypeVar("R")
In = TypeVar("In")

_ENDS = {
    Outcome.COMPLETED: RunState.COMPLETED,
    Outcome.COMPENSATED: RunState.COMPENSATED,
    Outcome.CANCELLED: RunState.CANCELLED,
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
        commands: What can be done, the most urgent first.
        next: The first of these: what is to be done.
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
        self._inputs: dict[str, Any] = {}
        self.standing: Standing = self._stand()
        self.commands: Sequence[Command] = self._ahead()
        self.next: Command = self.commands[0]

    @property
    def input(self) -> In:
        if self._input is None:
            self._input = from_json(self.record.input, self.workflow.input)
        return self._input

    def _stand(self) -> Standing:
        """Return what the journal amounts to: what had completed is not begun anew."""
        now = standing(self.workflow, self.entries)
        if self.record.state is RunState.COMPLETED and not now.kept:
            now.keep()  # by the definition of then; that of now may have more steps
        return now

    def _ahead(self) -> Sequence[Command]:
        """Return what can be done: a group of which a step failed waits whole for its retry."""
        commands = next_commands(self.workflow, self.standing)
        if not self.standing.failures:
            return commands
        named = {getattr(command, "step", "") for command in commands}
        behind = {
            path: failure.retry_at
            for path, failure in self.standing.failures.items()
            if failure.retry_at is not None and path not in named
        }
        waiting = [self._with_its_group(command, behind) for command in commands]
        return sorted(waiting, key=urgency)

    def _with_its_group(self, command: Command, behind: Mapping[str, datetime]) -> Command:
        if not isinstance(command, Execute) or self.step_at(command.step).checkpoint:
            return command
        retries = [at for path, at in behind.items() if not independent(path, command.step)]
        return evolve(command, not_before=max(retries)) if retries else command

    def input_at(self, path: str) -> Any:
        """Return the input of what happens at *path*: that of the call around it, or the run's."""
        around = self.workflow.call_around(place_of(path)) if "/" in path else None
        if around is None:
            return self.input
        place, node = around
        depth = place.count("/") + 1
        where = "/".join(path.split("/")[:depth])
        if where not in self._inputs:
            made = self.standing.decisions[where]
            self._inputs[where] = from_json(made, node.workflow.input)
        return self._inputs[where]

    def node_at(self, path: str) -> Node[Any]:
        """Return the node that *path* is about."""
        return self.workflow.places[place_of(path) if "#" in path else path]

    def step_at(self, path: str) -> Step[Any, Any]:
        """Return the step that *path* is about."""
        node = self.workflow.places[place_of(path) if "#" in path else path]
        assert isinstance(node, Step)
        return node

    @property
    def at_once(self) -> bool:
        """Whether the next is a step that waits for no moment."""
        return isinstance(self.next, Execute) and self.next.not_before is None

    @property
    def over(self) -> bool:
        """Whether nothing is left to do, now or by itself."""
        return isinstance(self.next, Park) or not self.record.state.live

    @property
    def parks(self) -> list[Park]:
        """What waits for a person: the least urgent of what can be done."""
        if not isinstance(self.commands[-1], Park):
            return []
        return [command for command in self.commands if isinstance(command, Park)]

    @property
    def awaits_lock(self) -> bool:
        """Whether it waits for a lock that another run holds."""
        return isinstance(self.next, Lock) and self.next.until is not None

    @property
    def due(self) -> datetime | None:
        """When there is something to be done next, if that is known, and not now."""
        due, deadline = due_at(self.next), self.record.deadline
        if deadline is None or self.bound or (due is None and not isinstance(self.next, Wait)):
            return due
        return deadline if due is None else min(due, deadline)

    @property
    def bound(self) -> bool:
        """Whether no cancellation and no deadline turns it any more."""
        return self.standing.turned or self.standing.bound(self.workflow)

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
        read(self.workflow, self.standing, entry)
        self._decide()

    def forget(self, count: int) -> None:
        """Drop the last *count* entries, whose commit failed."""
        del self.entries[len(self.entries) - count :]
        self.standing = self._stand()
        self._decide()

    def _decide(self) -> None:
        self.commands = self._ahead()
        self.next = self.commands[0]

    def keep_result(self, path: str, result: Any) -> None:
        """Remember what a step returned, so that it is not decoded again."""
        self._results[path] = result

    def result(self, step: Yielding[Any, R], asking: str = "") -> R:
        """
        Return what a step of this run returned, or the signal that it waited for.

        Args:
            asking: The path that asks: of a step that completed in several places, or
                rounds, the nearest result is meant.

        Raises:
            LookupError: It has not completed, or was compensated.
        """
        path = self._nearest(step, asking)
        if path is None:
            raise LookupError(
                f"step {step.name!r} has not completed in run {self.record.run_id}; "
                f"completed are: {', '.join(self.standing.completed) or 'none'}"
            )
        if path not in self._results:
            completed = self.standing.completed[path]
            self._results[path] = from_json(completed.result, step.result_type)
        return self._results[path]  # type: ignore[no-any-return]

    def _nearest(self, step: Yielding[Any, Any], asking: str) -> str | None:
        """Return the nearest of the paths where *step* completed; of several, the last."""
        name = step.name
        if name in self.standing.completed and self.workflow.places_of.get(step) == {name}:
            return name  # it stands in one place, at the top
        matches = self._matches(step)
        nearest, best = None, -1
        for path in self.standing.completed:
            if matches(path) and (near := nearness(path, asking)) >= best:
                nearest, best = path, near
        return nearest

    def _matches(self, step: Yielding[Any, Any]) -> Callable[[str], bool]:
        places = self.workflow.places_of.get(step)
        if places is not None:
            return lambda path: place_of(path) in places
        # The host's own copy of a step that was replaced: its name says which is meant.
        return lambda path: self.node_at(path).name == step.name

    def state(self) -> RunState:
        """Return the state that follows from the journal."""
        match self.next:
            case End(outcome):
                return _ENDS[outcome]
            case Park():
                return RunState.PARKED
            case Wait():
                return RunState.WAITING
            case Lock(_, _, until) if until is not None:
                return RunState.WAITING
        return RunState.COMPENSATING if self.standing.turned else RunState.RUNNING

    def reason(self) -> str | None:
        """Return why the run is parked or failed, in a sentence."""
        parks = self.parks
        if parks:
            return parks[0].reason
        if not self.standing.turned:
            return None
        for entry in reversed(self.entries):
            match entry:
                case Failed(step, _, _, error):
                    return f"{step}: {error}"
                case Expired(step):
                    return f"{step or 'its deadline'}: time is up"
                case Cancelled(by, why):
                    return f"cancelled by {by}: {why}"
        return None
