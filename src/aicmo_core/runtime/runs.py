"""Looking at runs: one, a page of them, and the ledger of what each did."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from attrs import field, frozen

from aicmo_core.kernel.errors import InvalidValue, NotFound, Problem
from aicmo_core.kernel.ids import ExecutorId, RunId
from aicmo_core.runtime.coordinator import Coordinator
from aicmo_core.runtime.live import LiveRun
from aicmo_core.runtime.records import RUNS, JournalRecord, RunRecord, RunState
from aicmo_core.runtime.tombstones import refuse_erased
from aicmo_core.saga import Closing, RepairAction, Repaired, Step
from aicmo_core.storage import OneOf, Page, compile_query
from aicmo_core.storage.query import cursor_of, values_by_column

R = TypeVar("R")

_NOT_PURGED = [state for state in RunState if state is not RunState.PURGED]


@frozen
class Run:
    """
    A run as it was when it was looked at.

    Attributes:
        id: Its id.
        workflow: The workflow's name.
        version: Of the definition that it was started with.
        key: The caller's key, or the id again where none was given.
        state: Where it stands.
        failure: Why it failed or is parked, in a sentence; None otherwise.
        created_at: When it began.
        updated_at: When its state last changed.
        executor: Who advances it, or did last.
        artifacts: The address of the artifact store that it writes to.
        ended_as: How it had ended, if it was purged; None otherwise.
    """

    id: RunId
    workflow: str
    version: int
    key: str
    state: RunState
    failure: str | None
    created_at: datetime
    updated_at: datetime
    executor: ExecutorId
    artifacts: str | None
    ended_as: RunState | None
    _load: Callable[[], LiveRun[Any]] = field(repr=False, eq=False)

    def result(self, step: Step[Any, R]) -> R:
        """
        Return what *step* returned in this run.

        Raises:
            LookupError: It has not completed, or was compensated.
            RunGone: The run was purged meanwhile.
            RunErased: Its content was erased, with that of whom it was about.
        """
        run = self._load()
        refuse_erased(run.record)
        return run.result(step)


def view(record: RunRecord, load: Callable[[], LiveRun[Any]]) -> Run:
    """Return *record* as hosts see it."""
    return Run(
        record.run_id,
        record.workflow,
        record.version,
        record.key,
        record.state,
        record.reason,
        record.created_at,
        record.updated_at,
        record.executor,
        record.artifacts,
        record.ended_as,
        load,
    )


@frozen
class LedgerLine:
    """
    One effect of one step, and what became of it.

    Attributes:
        known: Whether the step is known to have acted; otherwise it may have.
        closing: Kept, compensated, waived, or still open.
        error: Why it could not be taken back so far.
    """

    step: str
    known: bool
    closing: Closing
    error: str | None


@frozen
class Audit:
    """
    Everything that a run did.

    Attributes:
        entries: Its journal, in order.
        ledger: Its effects, in the order in which they came about.
    """

    run: Run
    entries: tuple[JournalRecord, ...]
    ledger: tuple[LedgerLine, ...]

    @property
    def balanced(self) -> bool:
        """Whether every effect has exactly one closing; so it is once a run has ended."""
        return all(line.closing is not Closing.OPEN for line in self.ledger)


class Runs:
    """The runs of an application, from every process that shares its store."""

    def __init__(self, coordinator: Coordinator, repair: Callable[[RunId, Repaired], Run]) -> None:
        self._coordinator = coordinator
        self._repair = repair

    def get(self, run_id: str) -> Run | None:
        """Return the run with this id, or None."""
        row = self._coordinator.backend.get(RUNS, RUNS.encode_key(run_id))
        return None if row is None else self._view(RUNS.decode(row))

    def find(self, workflow: str, key: str) -> Run | None:
        """Return the run of *workflow* that *key* names, or None."""
        query = compile_query(RUNS, {"workflow": workflow, "key": key})
        rows = self._coordinator.backend.find(RUNS, query)
        return self._view(RUNS.decode(rows[0])) if rows else None

    def list(
        self,
        *,
        state: RunState | Sequence[RunState] | None = None,
        workflow: str | None = None,
        limit: int = 50,
        after: str | None = None,
    ) -> Page[Run]:
        """
        Return runs, the newest first, a page at a time.

        Args:
            state: Only runs in this state, or in one of these; all but the purged ones, if
                left out.
            workflow: Only runs of the workflow of this name.
            limit: How many at most.
            after: The `next` of the page before.

        Raises:
            QueryRefused: *limit* is not positive, or *after* is not such a cursor.
        """
        wanted = _NOT_PURGED if state is None else state
        where: dict[str, Any] = {"state": wanted if isinstance(wanted, RunState) else OneOf(wanted)}
        if workflow is not None:
            where["workflow"] = workflow
        query = compile_query(RUNS, where, "-run_id", limit, after)
        one_more = compile_query(RUNS, where, "-run_id", limit + 1, after)
        rows = self._coordinator.backend.find(RUNS, one_more)
        cursor = None
        if len(rows) > limit:
            rows = rows[:limit]
            cursor = cursor_of(query.order_by, values_by_column(RUNS, rows[-1]))
        return Page(tuple(self._view(RUNS.decode(row)) for row in rows), cursor)

    def audit(self, run_id: str) -> Audit:
        """
        Return the journal and the undo ledger of a run.

        Raises:
            NotFound: There is no such run.
            RunGone: It was purged.
            UnknownName: Its workflow is not installed.
        """
        run = self.get(run_id)
        if run is None:
            raise NotFound("run", run_id)
        live = self._coordinator.load(run.id)
        effects = sorted(live.standing.effects.values(), key=lambda e: e.opened_at)
        ledger = tuple(LedgerLine(e.step, e.known, e.closing, e.error) for e in effects)
        entries = tuple(self._coordinator.journal(run.id))
        return Audit(self._view(live.record), entries, ledger)

    def retry(self, run_id: str, *, by: str, why: str) -> Run:
        """
        Try once more what a parked run could not do; return the run as it stands then.

        Args:
            by: Who decided, for the journal.
            why: The reason, for the journal.

        Raises:
            NotFound: There is no such run.
            NotParked: The run does not wait for a person.
            DefinitionChanged: The installed workflow is not the one it was begun with.
            InvalidValue: *by* or *why* is empty.
        """
        return self._decided(run_id, Repaired(RepairAction.RETRY, by, why))

    def compensate(self, run_id: str, *, by: str, why: str) -> Run:
        """
        Take a parked run back, also if it is past its pivot; return the run as it stands then.

        Raises:
            NotFound: There is no such run.
            NotParked: The run does not wait for a person.
            DefinitionChanged: The installed workflow is not the one it was begun with.
            InvalidValue: *by* or *why* is empty.
        """
        return self._decided(run_id, Repaired(RepairAction.COMPENSATE, by, why))

    def waive(self, run_id: str, step: str, *, by: str, why: str) -> Run:
        """
        Let the effect of *step* stand that cannot be taken back, and go on with the others.

        Its line in the ledger is closed as waived, by this person for this reason.

        Raises:
            NotFound: There is no such run, or it has no open effect of that step.
            NotParked: The run does not wait for a person.
            DefinitionChanged: The installed workflow is not the one it was begun with.
            InvalidValue: *by* or *why* is empty.
        """
        lines = self.audit(run_id).ledger
        if not any(line.step == step and line.closing is Closing.OPEN for line in lines):
            raise NotFound(f"open effect in run {run_id}", step)
        return self._decided(run_id, Repaired(RepairAction.WAIVE, by, why, step))

    def _decided(self, run_id: str, entry: Repaired) -> Run:
        missing = [name for name in ("by", "why") if not getattr(entry, name).strip()]
        if missing:
            problems = tuple(Problem(f"$.{name}", "expected text") for name in missing)
            raise InvalidValue("a decision about a parked run", problems)
        run = self.get(run_id)
        if run is None:
            raise NotFound("run", run_id)
        return self._repair(run.id, entry)

    def _view(self, record: RunRecord) -> Run:
        return view(record, lambda: self._coordinator.load(record.run_id))
