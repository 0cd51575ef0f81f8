"""The inline engine: a run is advanced in the caller's own thread, until it rests."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from aicmo_core.engines.driving import Driver
from aicmo_core.engines.rehearsal import Rehearsed
from aicmo_core.kernel.ids import ExecutorId, RunId
from aicmo_core.runtime.beginning import Existing
from aicmo_core.runtime.coordinator import Coordinator
from aicmo_core.runtime.errors import DefinitionChanged, NotParked
from aicmo_core.runtime.failures import say
from aicmo_core.runtime.live import LiveRun
from aicmo_core.runtime.records import NOBODY, RunRecord, RunState
from aicmo_core.runtime.recovery import Recovered, beats, due_runs, lapsed, owners, runs_of
from aicmo_core.runtime.runs import Run, view
from aicmo_core.saga import Entry, Repaired, Workflow
from aicmo_core.storage import Conflict

_log = logging.getLogger("aicmo_core.engine")

In = TypeVar("In")


class InlineEngine:
    """
    Advances runs in the threads that ask for them.

    Attributes:
        start_many: See `Starter.start`.
    """

    def __init__(self, coordinator: Coordinator) -> None:
        self._coordinator = coordinator
        self._driver = Driver(coordinator, stays=True)
        self.start_many = coordinator.start_many

    def run(self, workflow: Workflow[In], run_input: In, key: str | None) -> Run:
        """Return the run of *workflow* on *run_input*, at rest, whoever advanced it."""
        while True:
            begun = self._coordinator.begin(workflow, run_input, key)
            if isinstance(begun, Existing):
                return self._finished(self._driver.await_rest(begun.record.run_id))
            with self._driver.at_work.on(begun.record.run_id):
                driven = self._driver.drive(begun)
            if driven is not None:
                return self._finished(driven)
            # Another run was written with this key first, or somebody took this one over.
            existing = self._coordinator.find_key(
                workflow.name, begun.record.key, begun.record.input_hash
            )
            if existing is not None:
                return self._finished(self._driver.await_rest(existing.record.run_id))

    def start(self, workflow: Workflow[In], run_input: In, key: str | None) -> Run:
        """Return a run that was written, for a worker to advance; or the run that *key* names."""
        started = self._coordinator.start(workflow, run_input, key)
        if isinstance(started, Existing):
            return view(started.record, self._coordinator.load)
        return self._finished(started)

    def recover(self, *, now: bool) -> Recovered:
        """Take over the runs whose executor is gone, or that are due, and advance each to rest."""
        coordinator = self._coordinator
        mine = coordinator.executor.ensure()
        suspects = owners(coordinator.backend) - {mine}
        gone = suspects if now else suspects - beats(coordinator.backend, suspects).keys()
        report, rehearsed = Recovered(), Rehearsed(coordinator)
        self._recover_those(runs_of(coordinator.backend, gone | {mine}), report, rehearsed)
        self._recover_those(due_runs(coordinator.backend), report, rehearsed)
        if watched := suspects - gone:
            gone = lapsed(coordinator.backend, coordinator.executor, coordinator.waiter, watched)
            report.observed = len(watched - gone)
            self._recover_those(runs_of(coordinator.backend, gone), report, rehearsed)
        report.relayed = coordinator.relay.relay_pending()
        return report

    def repair(self, run_id: RunId, make: Callable[[LiveRun[Any]], Repaired]) -> Run:
        """
        Journal what a person decided about a parked run, and advance it.

        Args:
            make: Makes the entry for the run as it stands, and may refuse by raising.

        Raises:
            NotParked: The run does not wait for a person.
            DefinitionChanged: The installed workflow is not the one it was begun with.
            RunGone: There is no such run.
        """
        coordinator = self._coordinator
        claimed = NOBODY
        with self._driver.at_work.on(run_id):
            while True:
                parked = coordinator.load(run_id)
                waits = parked.record.executor in (NOBODY, claimed) and parked.parks
                if parked.record.state is not RunState.PARKED and not waits:
                    raise NotParked(run_id, parked.record.state.value)
                if coordinator.definitions.obstacle(parked) is not None:
                    raise DefinitionChanged(run_id, parked.record.workflow)
                entry = make(parked)
                run = coordinator.claim(run_id, parked)
                if run is None:
                    continue
                claimed = run.record.executor
                try:
                    coordinator.append(run, entry)
                except Conflict:
                    continue  # another person was faster, or a signal came
                driven = self._driver.drive(run)
                break
        return self._finished(driven if driven is not None else self._driver.await_rest(run_id))

    def tell(
        self, run_id: RunId, make: Callable[[LiveRun[Any]], Entry | None], *, advance: bool
    ) -> Run:
        """
        Add what somebody outside has to say to a run; advance it, if nobody else does.

        Raises:
            DefinitionChanged: The installed workflow is not the one it was begun with.
            RunGone: There is no such run.
        """
        coordinator = self._coordinator

        def checked(run: LiveRun[Any]) -> Entry | None:
            if coordinator.definitions.obstacle(run) is not None:
                raise DefinitionChanged(run_id, run.record.workflow)
            return make(run)

        run = coordinator.tell(run_id, checked)
        if advance and run.record.executor == NOBODY and run.record.state.live:
            run = self._driver.adopt(run_id, NOBODY) or coordinator.load(run_id)
        return self._finished(run)

    def _recover_those(
        self, found: Iterable[RunRecord], report: Recovered, rehearsed: Rehearsed
    ) -> None:
        for record in found:
            if (obstacle := rehearsed.obstacle(record)) is not None:
                report.leave(record.run_id, obstacle)
            else:
                self._recover_one(record.run_id, record.executor, report)

    def _recover_one(self, run_id: RunId, seen: ExecutorId, report: Recovered) -> None:
        try:
            run = self._driver.adopt(run_id, seen)
        except Exception as error:  # noqa: BLE001 - reported; the other runs are not to wait
            _log.warning("run %s was not recovered", run_id, exc_info=True)
            report.leave(run_id, say(error))
            return
        if run is not None:
            # Its journal is not kept: there may be many.
            report.take(view(run.record, self._coordinator.load))

    def _finished(self, run: LiveRun[Any]) -> Run:
        return view(run.record, lambda _: run)
