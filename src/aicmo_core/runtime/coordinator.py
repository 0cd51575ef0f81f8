"""
The coordinator: loads, claims and advances the runs of one application.

What a run does next the saga decides; `performing` does it; `writing` commits it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, TypeVar

from attrs import evolve

from aicmo_core.kernel.clock import Clock, Ids, Waiter
from aicmo_core.kernel.errors import UnknownName
from aicmo_core.kernel.ids import CorrelationId, ExecutorId, RunId
from aicmo_core.runtime.artifacts import ArtifactStores, RunArtifacts
from aicmo_core.runtime.beginning import Beginner
from aicmo_core.runtime.definitions import Definitions
from aicmo_core.runtime.entries import to_entry
from aicmo_core.runtime.errors import DefinitionChanged, RunGone
from aicmo_core.runtime.executor import Executor
from aicmo_core.runtime.live import LiveRun
from aicmo_core.runtime.performing import Performer
from aicmo_core.runtime.records import NOBODY, RUNS, RunRecord, RunState
from aicmo_core.runtime.relay import Relay
from aicmo_core.runtime.services import Services
from aicmo_core.runtime.starting import Starter
from aicmo_core.runtime.subjects import Subjects
from aicmo_core.runtime.surroundings import Surroundings
from aicmo_core.runtime.tombstones import not_purged
from aicmo_core.runtime.wiring import try_rest
from aicmo_core.runtime.writing import CONTENTION, Fenced, RunWriter
from aicmo_core.saga import Entry, Parked, Wait, Workflow
from aicmo_core.storage import Backend, Collection, Conflict, ConflictKind, Token, UnitOfWork

In = TypeVar("In")

LOCK_POLL = timedelta(seconds=1)
"""How often a run that belongs to nobody looks whether the lock that it waits for is free."""


class Coordinator:
    """
    Advances the runs of one application.

    Args:
        workflows: By name; the only definitions that a run is ever resumed with.
        collections: All registered collections by name, for undo.
        stores: Opens the artifact store that a run was started with.

    Attributes:
        begin: See `Beginner.begin`.
        start: See `Beginner.start`.
        start_many: See `Starter.start`.
        find_key: See `Beginner.find_key`.
        perform: See `Performer.perform`.
        commit_work: See `RunWriter.commit_work`.
    """

    def __init__(
        self,
        *,
        backend: Backend,
        services: Services,
        workflows: Mapping[str, Workflow[Any]],
        collections: Mapping[str, Collection[Any]],
        clock: Clock,
        ids: Ids,
        keyed_ids: Callable[[str], Ids],
        waiter: Waiter,
        executor: Executor,
        relay: Relay,
        stores: ArtifactStores,
        artifacts: str | None,
    ) -> None:
        self.backend = backend
        self.executor = executor
        self.relay = relay
        self.waiter = waiter
        self.stores = stores
        self.workflows = workflows
        self.definitions = Definitions(backend, waiter)
        self._services = services
        self._clock = clock
        self._ids = ids
        subjects = Subjects(backend, clock)
        self._writer = RunWriter(backend, clock, waiter, relay, subjects)
        self.observers = self._writer.observers
        self.journal = self._writer.journal
        self.commit_work = self._writer.commit_work
        beginner = Beginner(
            backend=backend,
            writer=self._writer,
            definitions=self.definitions,
            subjects=subjects,
            services=services,
            clock=clock,
            ids=ids,
            keyed_ids=keyed_ids,
            executor=executor,
            artifacts=artifacts,
        )
        self.begin = beginner.begin
        self.start = beginner.start
        self.start_many = Starter(backend, waiter, beginner, subjects).start
        self.find_key = beginner.find_key
        around = Surroundings(
            backend, self._writer, services, collections, clock, ids, executor, stores
        )
        self.perform = Performer(around, self.load).perform

    def load(self, run_id: RunId, *, recovered: bool = False) -> LiveRun[Any]:
        """
        Return a run as it is stored.

        Raises:
            RunGone: There is no such run, or it was purged.
            UnknownName: Its workflow is not installed.
        """
        return self._loaded(*self._stored(run_id), recovered=recovered)

    def _stored(self, run_id: RunId) -> tuple[RunRecord, Token]:
        row = self.backend.get(RUNS, RUNS.encode_key(run_id))
        if row is None:
            raise RunGone(run_id)
        return not_purged(RUNS.decode(row)), row.token

    def _loaded(self, record: RunRecord, token: Token, *, recovered: bool) -> LiveRun[Any]:
        if record.workflow not in self.workflows:
            raise UnknownName("workflow", record.workflow, self.workflows)
        workflow = self.workflows[record.workflow]
        entries = [to_entry(e) for e in self.journal(record.run_id)]
        return LiveRun(workflow, record, token, entries, recovered=recovered)

    def refresh(self, run: LiveRun[In]) -> LiveRun[In] | None:
        """Return the run as it is stored now, or None if another executor has it."""
        fresh = self.load(run.record.run_id, recovered=run.recovered)
        return fresh if fresh.record.executor == self.executor.ensure() else None

    def claim(
        self,
        run_id: RunId,
        known: LiveRun[Any] | None = None,
        *,
        seen: ExecutorId | None = None,
    ) -> LiveRun[Any] | None:
        """
        Take a run over from its executor, or from nobody; None if somebody else was faster.

        From here on the former executor is fenced off: whatever it commits expects
        the run's row as it was. A run that has ended or is parked meanwhile is not
        written to; it is returned as it is.

        Args:
            known: A run as it was just loaded; it is claimed only if it is still so.
            seen: Whose the run was when it was found to be free: of another executor, who
                has taken it since and may well be alive, it is not taken, nor if it has ended
                or is parked meanwhile.

        Raises:
            DefinitionChanged: A newer definition has it than is installed here. It is left as
                it is, for hosts that have that: it would park here, and need not.
            RunGone: There is no such run, or it was purged.
            UnknownName: Its workflow is not installed.
        """
        run = known
        if run is None:
            stored, token = self._stored(run_id)
            if seen is not None and (stored.executor != seen or not stored.state.live):
                return None  # its journal is not read: among many workers this is frequent
            run = self._loaded(stored, token, recovered=True)
        if known is None and not run.record.state.live:
            return run
        if run.workflow.version < run.record.version:
            raise DefinitionChanged(run_id, run.record.workflow)
        record = evolve(run.record, executor=self.executor.ensure(), updated_at=self._clock.now())
        obstacle = self.definitions.obstacle(run)
        if obstacle is None:
            workflow = run.workflow
            # The run is of this definition from here on: another may be compared with it.
            self.definitions.remember(workflow)
            record = evolve(record, fingerprint=workflow.fingerprint, version=workflow.version)
        try:
            self._writer.save(run, record)
            if obstacle is not None:
                self._park_changed(run, obstacle)
        except (Conflict, Fenced):
            return None
        return run

    def release(self, run: LiveRun[Any]) -> None:
        """
        Let go of a run that this executor has: from when it is due, anybody may take it.

        Raises:
            Fenced: Somebody has written it since. Whoever sent a signal, or cancelled, left
                the run with this executor, who is to look at what it needs now.
        """
        due = run.due
        if run.awaits_lock:
            due = self.backend.now() + LOCK_POLL
        elif due is None and not isinstance(run.next, Wait):
            due = self.backend.now()
        self._writer.save(run, evolve(run.record, executor=NOBODY, next_at=due))

    def tell(self, run_id: RunId, make: Callable[[LiveRun[Any]], Entry | None]) -> LiveRun[Any]:
        """
        Add what somebody outside has to say to a run's journal, whoever advances it.

        Args:
            make: Makes the entry for the run as it stands, and may refuse by raising; None
                if nothing is to be said. Called again if the run has moved on meanwhile.

        Raises:
            RunGone: There is no such run.
        """
        for turn in range(CONTENTION):
            run = self.load(run_id)
            entry = make(run)
            if entry is None:
                return run
            if not run.record.state.live:
                run.record = evolve(run.record, executor=NOBODY)
            try:
                self._writer.append(run, [entry])
            except Conflict as conflict:
                if not conflict.has(ConflictKind.FENCE) or turn + 1 == CONTENTION:
                    raise
                continue
            return run
        raise AssertionError("unreachable")  # pragma: no cover

    def look_for_news(self, run: LiveRun[Any]) -> None:
        """
        Make sure that the run is as this thread knows it.

        Raises:
            Fenced: Somebody has written it since.
        """
        row = self.backend.get(RUNS, RUNS.encode_key(run.record.run_id))
        if row is None or row.token != run.token:
            raise Fenced

    def append(self, run: LiveRun[Any], entry: Entry) -> None:
        """Journal *entry*, which a person or the runtime decided on."""
        self._writer.append(run, [entry])

    def rehearse(self, record: RunRecord) -> None:
        """
        Build what a stored run may still ask for, with its own place for files, and drop it.

        Raises:
            PortMissing: A port has no adapter here.
            KeyError: Its workflow is not installed.
            Exception: Whatever a build raises, such as for a setting that is missing here.
        """
        workflow = self.workflows[record.workflow]
        correlation = CorrelationId(record.run_id)
        work = UnitOfWork(self.backend, self._ids, self._clock, correlation)
        files = None
        if record.artifacts is not None:
            files = RunArtifacts(self.stores.open(record.artifacts), record.run_id)
        compensating = record.state is RunState.COMPENSATING
        ports = self._services.open(work, files)
        try_rest(workflow, self._services, ports, compensating=compensating)

    def _park_changed(self, run: LiveRun[Any], obstacle: str) -> None:
        record = run.record
        reason = (
            f"workflow {record.workflow!r} has changed since the run began: version "
            f"{record.version}, shape {record.fingerprint[:8]} then, version "
            f"{run.workflow.version}, shape {run.workflow.fingerprint[:8]} now: {obstacle}; "
            "install the former definition, or give the new one a name of its own"
        )
        self._writer.append(run, [Parked(reason)])
