"""
Starting many runs: a batch of them is written in one commit.

Each run keeps the meaning of its own key. A commit that meets a run which somebody else
has written is not lost for the others: what is there is told, and the rest committed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeAlias, TypeVar

from attrs import define, evolve, field, frozen

from aicmo_core.kernel.clock import Waiter
from aicmo_core.kernel.errors import AicmoError, InvalidValue, Problem
from aicmo_core.kernel.ids import RunId
from aicmo_core.kernel.values import describe
from aicmo_core.runtime.beginning import Beginner, Existing
from aicmo_core.runtime.committing import write_row
from aicmo_core.runtime.errors import KeyReused, RunPurged, SubjectBarred
from aicmo_core.runtime.records import NOBODY, RUNS, RunRecord
from aicmo_core.runtime.subjects import Subjects
from aicmo_core.runtime.tombstones import same_input
from aicmo_core.runtime.writing import CONTENTION
from aicmo_core.saga import InputRefused, Workflow
from aicmo_core.storage import (
    Backend,
    Conflict,
    Insert,
    Key,
    OneOf,
    Require,
    compile_query,
    new_token,
)

_log = logging.getLogger("aicmo_core.coordinator")

In = TypeVar("In")

BATCH = 50
"""How many runs are written in one commit, unless told otherwise."""

MOST_PROBLEMS = 100
"""How many problems of inputs are told at once."""

_REFUSALS = (InputRefused, InvalidValue, KeyReused, RunPurged, SubjectBarred)

Progress: TypeAlias = Callable[[int, int], None]
"""Called after each commit with how many inputs are settled, and of how many."""


@frozen
class StartedRun:
    """
    The run of one of many inputs.

    Attributes:
        place: The input's, among those that were given, from 0.
        key: The caller's, or the run's own id.
        run_id: Its id.
    """

    place: int
    key: str
    run_id: RunId


@frozen
class NotStarted:
    """
    One of many inputs that no run was started for, and why.

    Attributes:
        place: The input's, among those that were given, from 0.
        key: The caller's; None if none was given.
        error: What `App.start` raises for it.
    """

    place: int
    key: str | None
    error: AicmoError


@frozen
class Started:
    """
    What became of many inputs, each in their order. Every input is in one of the three.

    Attributes:
        new: The runs that were written.
        existing: The runs that keys named already, whatever became of them.
        refused: Those for which nothing was written.
    """

    new: tuple[StartedRun, ...]
    existing: tuple[StartedRun, ...]
    refused: tuple[NotStarted, ...]


@frozen
class _Asked(Generic[In]):
    """One input, as the caller gave it."""

    place: int
    run_input: In
    key: str | None


_Begun: TypeAlias = tuple[_Asked[Any], RunRecord]


@define
class _Outcome:
    """
    What became of the inputs so far.

    Attributes:
        repeated: Whether a key named a run already: then more of them may.
    """

    repeated: bool = False
    new: list[StartedRun] = field(factory=list)
    existing: list[StartedRun] = field(factory=list)
    refused: list[NotStarted] = field(factory=list)

    def refuse(self, asked: _Asked[Any], error: AicmoError) -> None:
        self.refused.append(NotStarted(asked.place, asked.key, error))

    def started(self) -> Started:
        by_place = [sorted(one, key=_place) for one in (self.new, self.existing, self.refused)]
        return Started(*map(tuple, by_place))  # type: ignore[arg-type]


class Starter:
    """Starts many runs of one workflow."""

    def __init__(
        self, backend: Backend, waiter: Waiter, beginner: Beginner, subjects: Subjects
    ) -> None:
        self._backend = backend
        self._waiter = waiter
        self._beginner = beginner
        self._subjects = subjects

    def start(
        self,
        workflow: Workflow[In],
        inputs: Sequence[In],
        keys: Sequence[str] | None,
        batch: int,
        progress: Progress | None,
    ) -> Started:
        """
        Write a run for each input, *batch* of them in one commit, for whoever finds them due.

        Raises:
            InvalidValue: An input is of another class, or an input or a key may not be
                stored; nothing was written.
            ValueError: *batch* is less than 1, or there is not one key for each input.
        """
        if batch < 1:
            raise ValueError(f"a batch holds at least one run, found {batch}")
        if keys is not None and len(keys) != len(inputs):
            raise ValueError(f"expected {len(inputs)} keys, one an input, found {len(keys)}")
        asked = [
            _Asked(place, one, None if keys is None else keys[place])
            for place, one in enumerate(inputs)
        ]
        self._check(workflow, asked)
        outcome = _Outcome()
        for first in range(0, len(asked), batch):
            self._start_batch(workflow, asked[first : first + batch], outcome)
            if progress is not None:
                progress(min(first + batch, len(asked)), len(asked))
        return outcome.started()

    def _check(self, workflow: Workflow[In], asked: Sequence[_Asked[In]]) -> None:
        """Refuse what can never be stored, before anything is written."""
        problems: list[Problem] = []
        for one in asked:
            at = f"$[{one.place}]"
            if type(one.run_input) is not workflow.input:
                found = f"expected a {workflow.input.__name__}, found {describe(one.run_input)}"
                problems.append(Problem(at, found))
                continue
            try:
                self._beginner.check(workflow, one.run_input, one.key)
            except InvalidValue as invalid:
                problems += [
                    Problem(at + p.path.removeprefix("$"), p.message) for p in invalid.problems
                ]
        if problems:
            raise InvalidValue(f"inputs of {workflow.name}", tuple(problems[:MOST_PROBLEMS]))

    def _start_batch(
        self, workflow: Workflow[In], asked: Sequence[_Asked[In]], outcome: _Outcome
    ) -> None:
        seen: set[str] = set()
        again: list[_Asked[In]] = []
        begun: list[_Begun] = []
        for one in asked:
            if one.key is not None and one.key in seen:
                again.append(one)  # its run is one that this batch writes
                continue
            if one.key is not None:
                seen.add(one.key)
            try:
                run = self._beginner.begin(workflow, one.run_input, one.key)
            except _REFUSALS as error:
                outcome.refuse(one, error)
                continue
            if isinstance(run, Existing):
                outcome.existing.append(_of(one, run.record))
            else:
                begun.append((one, run.record))
        self._write(begun, outcome)
        if again:
            self._start_batch(workflow, again, outcome)

    def _write(self, begun: list[_Begun], outcome: _Outcome) -> None:
        """Commit all of *begun* that nobody else has written."""
        due = self._backend.now() if begun else None
        rest = [(one, evolve(r, executor=NOBODY, next_at=due)) for one, r in begun]
        for turn in range(CONTENTION):
            if turn or outcome.repeated:
                rest = self._not_there(rest, outcome)
            changes, rest = self._changes(rest, outcome)
            if not rest:
                return
            try:
                write_row(self._backend, self._waiter, *changes)
            except Conflict as conflict:
                _log.debug("starting %d runs again: %s", len(rest), conflict)
                outcome.repeated = True
                if turn + 1 == CONTENTION:
                    raise
                continue
            outcome.new += [_of(one, record) for one, record in rest]
            return

    def _not_there(self, rest: Sequence[_Begun], outcome: _Outcome) -> list[_Begun]:
        """Return those whose keys name no run yet; what becomes of the others is told."""
        if not rest:
            return []
        keys = OneOf([record.key for _, record in rest])
        query = compile_query(RUNS, {"workflow": rest[0][1].workflow, "key": keys})
        there = {r.key: r for r in map(RUNS.decode, self._backend.find(RUNS, query))}
        left = []
        for one, record in rest:
            stored = there.get(record.key)
            if stored is None:
                left.append((one, record))
            elif stored.run_id == record.run_id:
                # Its commit had landed, and a worker was faster than its answer.
                outcome.new.append(_of(one, record))
            else:
                self._meet(one, stored, record.input_hash, outcome)
        return left

    def _meet(self, one: _Asked[Any], stored: RunRecord, digest: str, outcome: _Outcome) -> None:
        try:
            outcome.existing.append(_of(one, same_input(stored, digest)))
        except (KeyReused, RunPurged) as error:
            outcome.refuse(one, error)

    def _changes(self, rest: Sequence[_Begun], outcome: _Outcome) -> tuple[list[Any], list[_Begun]]:
        """Return what writes the runs with what they require, and those that may be written."""
        allowed: list[_Begun] = []
        rows: list[Insert] = []
        required: dict[tuple[str, Key], Insert | Require] = {}
        for one, record in rest:
            try:
                needed = self._subjects.required(None, record)
            except SubjectBarred as error:
                outcome.refuse(one, error)
                continue
            # Of runs about one subject, one change says for all that it is admitted.
            required |= {(c.collection.name, c.key): c for c in needed}
            rows.append(Insert(RUNS, RUNS.encode(record, new_token())))
            allowed.append((one, record))
        return [*rows, *required.values()], allowed


def _of(one: _Asked[Any], record: RunRecord) -> StartedRun:
    return StartedRun(one.place, record.key, record.run_id)


def _place(one: StartedRun | NotStarted) -> int:
    return one.place
