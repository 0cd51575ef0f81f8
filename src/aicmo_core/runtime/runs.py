"""Looking at runs: one, a page of them, and the ledger of what each did."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from attrs import field, frozen

from aicmo_core.kernel.errors import InvalidValue, NotFound, Problem
from aicmo_core.kernel.ids import ExecutorId, RunId
from aicmo_core.kernel.structuring import to_json
from aicmo_core.runtime.coordinator import Coordinator
from aicmo_core.runtime.errors import CancelRefused, DefinitionChanged, SignalRefused
from aicmo_core.runtime.live import LiveRun
from aicmo_core.runtime.records import RUNS, JournalRecord, RunRecord, RunState
from aicmo_core.runtime.tombstones import refuse_erased
from aicmo_core.runtime.waits import Waits, waits_of
from aicmo_core.saga import (
    Cancelled,
    Closing,
    Entry,
    RepairAction,
    Repaired,
    Signal,
    Signalled,
    Yielding,
)
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
        executor: Who advances it; empty while nobody does.
        artifacts: The address of the artifact store that it writes to.
        next_at: When it has something to do next, by the store's clock; None if that is
            now, or if it waits for somebody.
        deadline: When it is taken back unless it has passed its pivot, by the store's clock.
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
    next_at: datetime | None
    deadline: datetime | None
    ended_as: RunState | None
    _load: Callable[[RunId], LiveRun[Any]] = field(repr=False, eq=False)

    def result(self, step: Yielding[Any, R]) -> R:
        """
        Return what *step* returned in this run.

        Raises:
            LookupError: It has not completed, or was compensated.
            RunGone: The run was purged meanwhile.
            RunErased: Its content was erased, with that of whom it was about.
        """
        run = self._load(self.id)
        refuse_erased(run.record)
        return run.result(step)


def view(record: RunRecord, load: Callable[[RunId], LiveRun[Any]]) -> Run:
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
        record.next_at,
        record.deadline,
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


class Advancing(Protocol):
    """What an engine does with a person's word about a run."""

    def repair(self, run_id: RunId, make: Callable[[LiveRun[Any]], Repaired]) -> Run:
        """Journal a decision about a parked run, and advance it."""

    def tell(
        self, run_id: RunId, make: Callable[[LiveRun[Any]], Entry | None], *, advance: bool
    ) -> Run:
        """Journal what somebody outside says to a run; advance it, if nobody else does."""


class Runs:
    """The runs of an application, from every process that shares its store."""

    def __init__(self, coordinator: Coordinator, engine: Advancing) -> None:
        self._coordinator = coordinator
        self._engine = engine

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

    def waits(self, run_id: str) -> Waits:
        """
        Return what a run waits for, and which locks it holds.

        Raises:
            NotFound: There is no such run.
            UnknownName: Its workflow is not installed.
            DefinitionChanged: The installed workflow is not the one it was begun with.
        """
        run = self._coordinator.load(self._stored(run_id).id)
        if not run.record.state.ended and self._coordinator.definitions.obstacle(run) is not None:
            raise DefinitionChanged(run.record.run_id, run.record.workflow)
        return waits_of(self._coordinator.backend, run)

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

    def skip(self, run_id: str, step: str, result: object = None, *, by: str, why: str) -> Run:
        """
        Take a step that a parked run cannot do past its pivot for done, and go on.

        What the step may have done outside stays in the ledger, and is kept.

        Args:
            step: The step's path, as the journal has it.
            result: What the step is taken to have returned.

        Raises:
            NotFound: There is no such run, or it is not parked at this step.
            NotParked: The run does not wait for a person.
            DefinitionChanged: The installed workflow is not the one it was begun with.
            InvalidValue: *by* or *why* is empty, or *result* is not what the step returns.
        """

        def make(run: LiveRun[Any]) -> Repaired:
            if run.standing.turned or not any(park.step == step for park in run.parks):
                raise NotFound(f"step of run {run_id} that is parked past the pivot", step)
            node = run.node_at(step)
            text = to_json(result, node.result_type if isinstance(node, Yielding) else type(None))
            return Repaired(RepairAction.SKIP, by, why, step, text)

        _check_words("a decision about a parked run", by=by, why=why)
        return self._engine.repair(self._stored(run_id).id, make)

    def cancel(self, run_id: str, *, by: str, why: str, advance: bool = True) -> Run:
        """
        Take a run back that has not passed its pivot; return the run as it stands then.

        Once this has returned, no step of the run starts. One that is under way may still
        complete, and is taken back with the others. Cancelling a run that is being taken
        back already changes nothing.

        Args:
            advance: Whether to compensate here and now, if nobody else advances the run.

        Raises:
            NotFound: There is no such run.
            CancelRefused: The run has ended, or its pivot has begun.
            DefinitionChanged: The installed workflow is not the one it was begun with.
            InvalidValue: *by* or *why* is empty.
        """

        def make(run: LiveRun[Any]) -> Entry | None:
            if run.record.state.ended:
                raise CancelRefused(run.record.run_id, f"it is {run.record.state.value}")
            if run.standing.turned:
                return None
            if run.bound:
                raise CancelRefused(run.record.run_id, "its pivot has begun: it only goes forward")
            return Cancelled(by, why)

        _check_words("a cancellation", by=by, why=why)
        return self._engine.tell(self._stored(run_id).id, make, advance=advance)

    def signal(
        self,
        run_id: str,
        signal: Signal[R] | str,
        payload: R,
        *,
        by: str,
        key: str = "",
        advance: bool = True,
    ) -> Run:
        """
        Tell a run something that it waits for, now or later; return it as it stands then.

        Each signal is taken once, by the wait for its name that comes first.

        Args:
            signal: One that the run's workflow waits for, or its name.
            payload: An instance of the signal's type.
            by: Who sends it, for the journal.
            key: Makes sending idempotent: of signals with one key, a run takes the first.
            advance: Whether to go on with the run here and now, if nobody else advances it.

        Raises:
            NotFound: There is no such run.
            SignalRefused: The run has ended or is taken back, or its workflow waits for no
                such signal.
            DefinitionChanged: The installed workflow is not the one it was begun with.
            InvalidValue: *by* is empty, or *payload* is not of the signal's type.
        """
        name = signal if isinstance(signal, str) else signal.name

        def make(run: LiveRun[Any]) -> Entry | None:
            declared = run.workflow.signals.get(name)
            if declared is None:
                known = ", ".join(run.workflow.signals) or "none"
                reason = f"workflow {run.workflow.name!r} waits for {known}"
                raise SignalRefused(run.record.run_id, name, reason)
            if key and key in run.standing.signal_keys:
                return None
            if run.record.state.ended or run.standing.turned:
                raise SignalRefused(run.record.run_id, name, f"it is {run.record.state.value}")
            return Signalled(name, to_json(payload, declared.payload), by, key)

        _check_words("a signal", by=by)
        return self._engine.tell(self._stored(run_id).id, make, advance=advance)

    def _decided(self, run_id: str, entry: Repaired) -> Run:
        _check_words("a decision about a parked run", by=entry.by, why=entry.why)
        return self._engine.repair(self._stored(run_id).id, lambda _: entry)

    def _stored(self, run_id: str) -> Run:
        run = self.get(run_id)
        if run is None:
            raise NotFound("run", run_id)
        return run

    def _view(self, record: RunRecord) -> Run:
        return view(record, self._coordinator.load)


def _check_words(what: str, **words: str) -> None:
    missing = [name for name, text in words.items() if not text.strip()]
    if missing:
        raise InvalidValue(what, tuple(Problem(f"$.{name}", "expected text") for name in missing))
