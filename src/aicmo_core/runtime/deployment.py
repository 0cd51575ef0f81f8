"""What becomes of the runs that have not ended, where the installed definitions are deployed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import define, field, frozen

from aicmo_core.kernel.ids import RunId
from aicmo_core.runtime.definitions import Definitions
from aicmo_core.runtime.records import JOURNAL, RUNS, JournalRecord, RunRecord, RunState
from aicmo_core.saga import Workflow
from aicmo_core.storage import Backend, OneOf, Range, compile_query

EXAMPLES = 5
"""How many runs are named of those that the same thing stops."""

_PAGE = 500
_OPEN = OneOf([state for state in RunState if not state.ended])


@define
class Stopped:
    """
    Runs that cannot go on, for one reason.

    Attributes:
        reason: What of the definition is not as it was when they were begun.
        runs: How many.
        examples: The ids of the oldest of them, at most `EXAMPLES`.
    """

    reason: str
    runs: int = 0
    examples: list[RunId] = field(factory=list)

    def add(self, run_id: RunId) -> None:
        """Count one more."""
        self.runs += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append(run_id)


@define
class Begun:
    """
    The runs that were begun with one definition, and have not ended.

    Attributes:
        workflow: Its name.
        version: Its version, then.
        fingerprint: Of its shape, then.
        installed: The version that is installed now; None, if there is no such workflow.
        runs: How many there are.
        stopped: Those that cannot go on.
    """

    workflow: str
    version: int
    fingerprint: str
    installed: int | None
    runs: int = 0
    stopped: list[Stopped] = field(factory=list)

    @property
    def left(self) -> bool:
        """Whether they are left alone, and do not park: what is installed is older, or nothing."""
        return self.installed is None or self.installed < self.version

    @property
    def stops(self) -> int:
        """How many cannot go on."""
        return sum(one.runs for one in self.stopped)

    @property
    def goes_on(self) -> int:
        """How many can go on with what is installed."""
        return self.runs - self.stops

    def stop(self, run_id: RunId, reason: str) -> None:
        """Count a run among those that cannot go on."""
        known = next((one for one in self.stopped if one.reason == reason), None)
        if known is None:
            known = Stopped(reason)
            self.stopped.append(known)
        known.add(run_id)


@frozen
class Forecast:
    """
    What becomes of the runs that have not ended, as they stood when they were looked at.

    Attributes:
        begun: By workflow and fingerprint, sorted so.
    """

    begun: tuple[Begun, ...]

    @property
    def parks(self) -> int:
        """How many runs would park, because their workflow has changed too much."""
        return sum(one.stops for one in self.begun if not one.left)

    @property
    def left(self) -> int:
        """How many runs would be left alone, for hosts that have their workflow."""
        return sum(one.stops for one in self.begun if one.left)

    @property
    def clean(self) -> bool:
        """Whether every run can go on."""
        return self.parks == self.left == 0


class Deployment:
    """The installed definitions, held against the runs of a store."""

    def __init__(
        self,
        backend: Backend,
        workflows: Mapping[str, Workflow[Any]],
        definitions: Definitions,
    ) -> None:
        self._backend = backend
        self._workflows = workflows
        self._definitions = definitions

    def check(self) -> Forecast:
        """
        Compare every run that has not ended with the installed definition of its workflow.

        Nothing is changed. Of a run that was begun with another definition the journal is
        read, of the others the row alone; neither is kept, so that memory does not grow
        with their number. A run that goes on meanwhile may get to a step that has changed.
        """
        begun: dict[tuple[str, str], Begun] = {}
        for record in self._open_runs():
            kind = (record.workflow, record.fingerprint)
            if kind not in begun:
                workflow = self._workflows.get(record.workflow)
                installed = None if workflow is None else workflow.version
                begun[kind] = Begun(record.workflow, record.version, record.fingerprint, installed)
            begun[kind].runs += 1
            reason = self._obstacle(record)
            if reason is not None:
                begun[kind].stop(record.run_id, reason)
        return Forecast(tuple(begun[kind] for kind in sorted(begun)))

    def _obstacle(self, record: RunRecord) -> str | None:
        workflow = self._workflows.get(record.workflow)
        if workflow is None:
            return f"no workflow {record.workflow!r} is installed"
        if workflow.version < record.version:
            return f"version {workflow.version} is installed, which is older"
        begun = (entry.step for entry in self._journal(record.run_id) if entry.step)
        return self._definitions.between(record.fingerprint, workflow, begun)

    def _open_runs(self) -> Iterator[RunRecord]:
        after = ""
        while True:
            where = {"state": _OPEN, "run_id": Range(gt=after)}
            rows = self._backend.find(RUNS, compile_query(RUNS, where, "run_id", _PAGE))
            yield from map(RUNS.decode, rows)
            if len(rows) < _PAGE:
                return
            after = RUNS.decode(rows[-1]).run_id

    def _journal(self, run_id: RunId) -> Iterator[JournalRecord]:
        after = 0
        while True:
            where = {"run_id": run_id, "seq": Range(gt=after)}
            rows = self._backend.find(JOURNAL, compile_query(JOURNAL, where, "seq", _PAGE))
            yield from map(JOURNAL.decode, rows)
            if len(rows) < _PAGE:
                return
            after = JOURNAL.decode(rows[-1]).seq
