"""The inline engine: a run is advanced in the caller's own thread, until it ends."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from aicmo_core.kernel.ids import ExecutorId, RunId
from aicmo_core.runtime.coordinator import Coordinator, Existing, Fenced
from aicmo_core.runtime.errors import DefinitionChanged, NotParked
from aicmo_core.runtime.failures import say
from aicmo_core.runtime.live import LiveRun
from aicmo_core.runtime.records import RunRecord, RunState
from aicmo_core.runtime.recovery import LeftAlone, Recovered, beats, lapsed, live_runs
from aicmo_core.runtime.runs import Run, view
from aicmo_core.saga import Repaired, Workflow
from aicmo_core.storage import Conflict

_log = logging.getLogger("aicmo_core.engine")

In = TypeVar("In")

_FIRST_LOOK = timedelta(milliseconds=2)
_LONGEST_LOOK = timedelta(milliseconds=250)


class InlineEngine:
    """Advances runs in the threads that ask for them."""

    def __init__(self, coordinator: Coordinator) -> None:
        self._coordinator = coordinator
        self._active: set[RunId] = set()
        self._lock = threading.Lock()

    def run(self, workflow: Workflow[In], run_input: In, key: str | None) -> Run:
        """Return the run of *workflow* on *run_input*, ended or parked, whoever advanced it."""
        while True:
            begun = self._coordinator.begin(workflow, run_input, key)
            if isinstance(begun, Existing):
                return self._finished(self._await_end(begun.record.run_id))
            with self._working_on(begun.record.run_id):
                driven = self._drive(begun)
            if driven is not None:
                return self._finished(driven)
            # Another run was written with this key first, or somebody took this one over.
            existing = self._coordinator.find_key(
                workflow.name, begun.record.key, begun.record.input_hash
            )
            if existing is not None:
                return self._finished(self._await_end(existing.record.run_id))

    def recover(self, *, now: bool) -> Recovered:
        """Take over the runs whose executor is gone, and advance each until it ends."""
        coordinator = self._coordinator
        mine = coordinator.executor.ensure()
        found = sorted(live_runs(coordinator.backend), key=_due_first)
        suspects = {run.executor for run in found} - {mine}
        gone = suspects if now else suspects - beats(coordinator.backend, suspects).keys()
        report, rehearsed = Recovered(), _Rehearsed(coordinator)
        self._recover_those(found, gone | {mine}, report, rehearsed)
        if watched := suspects - gone:
            gone = lapsed(coordinator.backend, coordinator.executor, coordinator.waiter, watched)
            report.observed = len(watched - gone)
            self._recover_those(found, gone, report, rehearsed)
        report.relayed = coordinator.relay.relay_pending()
        return report

    def repair(self, run_id: RunId, entry: Repaired) -> Run:
        """
        Journal what a person decided about a parked run, and advance it.

        Raises:
            NotParked: The run does not wait for a person.
            DefinitionChanged: The installed workflow is not the one it was begun with.
            RunGone: There is no such run.
        """
        with self._working_on(run_id):
            while True:
                parked = self._coordinator.load(run_id)
                if parked.record.state is not RunState.PARKED:
                    raise NotParked(run_id, parked.record.state.value)
                if parked.record.fingerprint != parked.workflow.fingerprint:
                    raise DefinitionChanged(run_id, parked.record.workflow)
                run = self._coordinator.claim(run_id, parked)
                if run is None:
                    continue
                try:
                    self._coordinator.append(run, entry)
                except Conflict:
                    continue  # another person was faster
                driven = self._drive(run)
                break
        return self._finished(driven if driven is not None else self._await_end(run_id))

    def _recover_those(
        self,
        found: Iterable[RunRecord],
        executors: set[ExecutorId],
        report: Recovered,
        rehearsed: _Rehearsed,
    ) -> None:
        for record in found:
            if record.executor not in executors:
                continue
            if (obstacle := rehearsed.obstacle(record)) is not None:
                report.left.append(LeftAlone(record.run_id, obstacle))
            else:
                self._recover_one(record.run_id, report)

    def _recover_one(self, run_id: RunId, report: Recovered) -> None:
        try:
            run = self._adopt(run_id)
        except Exception as error:  # noqa: BLE001 - reported; the other runs are not to wait
            _log.warning("run %s was not recovered", run_id, exc_info=True)
            report.left.append(LeftAlone(run_id, say(error)))
            return
        if run is not None:
            report.runs.append(self._finished(run))

    def _drive(self, run: LiveRun[Any]) -> LiveRun[Any] | None:
        """
        Perform until the run ends or is parked; return None if somebody else has it.

        To wait for them is the caller's affair, once this thread is not taken to work
        on the run any more: otherwise it could never take the run back.
        """
        while not run.over:
            self._wait_until_due(run)
            try:
                self._coordinator.perform(run)
            except Fenced:
                fresh = None if run.token is None else self._coordinator.refresh(run)
                if fresh is None:
                    return None
                run = fresh
        self._coordinator.relay.mark()
        return run

    def _wait_until_due(self, run: LiveRun[Any]) -> None:
        due = getattr(run.next, "not_before", None)
        while due is not None:
            remaining = due - self._coordinator.backend.now()
            if remaining <= timedelta(0):
                return
            self._coordinator.waiter.wait(remaining)

    def _await_end(self, run_id: RunId) -> LiveRun[Any]:
        """Wait for a run that somebody else advances; take it over if nobody does."""
        coordinator = self._coordinator
        look, watched, since = _FIRST_LOOK, None, timedelta(0)
        while True:
            run = coordinator.load(run_id)
            if run.over and not run.record.state.live:
                return run
            executor = run.record.executor
            seen = (executor, beats(coordinator.backend, [executor]).get(executor))
            if seen != watched:
                watched, since = seen, coordinator.waiter.elapsed()
            silent = coordinator.waiter.elapsed() - since
            if (
                executor == coordinator.executor.ensure()
                or seen[1] is None
                or silent >= coordinator.executor.lapse
            ) and (driven := self._adopt(run_id)):
                return driven
            coordinator.waiter.wait(look)
            look = min(look * 1.5, _LONGEST_LOOK)

    def _adopt(self, run_id: RunId) -> LiveRun[Any] | None:
        """Advance a run that nobody works on; None if a thread here does, or somebody claims it."""
        with self._lock:
            if run_id in self._active:
                return None
            self._active.add(run_id)
        try:
            claimed = self._coordinator.claim(run_id)
            return None if claimed is None else self._drive(claimed)
        finally:
            with self._lock:
                self._active.discard(run_id)

    @contextmanager
    def _working_on(self, run_id: RunId) -> Iterator[None]:
        with self._lock:
            self._active.add(run_id)
        try:
            yield
        finally:
            with self._lock:
                self._active.discard(run_id)

    def _finished(self, run: LiveRun[Any]) -> Run:
        return view(run.record, lambda: run)


class _Rehearsed:
    """What keeps runs from being gone on with here; runs that ask for the same share the answer."""

    def __init__(self, coordinator: Coordinator) -> None:
        self._coordinator = coordinator
        self._known: dict[tuple[str, str, str | None, bool], str | None] = {}

    def obstacle(self, record: RunRecord) -> str | None:
        """
        Return why a run cannot be gone on with here; None if nothing is known to be in the way.

        A step that lacks a piece of the application would fail and take the run back,
        although nothing is wrong with the run.
        """
        compensating = record.state is RunState.COMPENSATING
        kind = (record.workflow, record.fingerprint, record.artifacts, compensating)
        if kind not in self._known:
            self._known[kind] = self._try(record)
        return self._known[kind]

    def _try(self, record: RunRecord) -> str | None:
        try:
            self._coordinator.rehearse(record)
        except Exception as error:  # noqa: BLE001 - reported; other runs are not to wait
            _log.warning("runs of %s are not recovered", record.workflow, exc_info=True)
            return f"what {record.workflow} asks for cannot be built here: {say(error)}"
        return None


def _due_first(record: RunRecord) -> datetime:
    """Sort runs that wait for a moment behind those that can go on at once."""
    return record.next_at or datetime.min.replace(tzinfo=UTC)
