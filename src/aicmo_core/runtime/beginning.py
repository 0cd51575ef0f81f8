"""How runs begin: one for each key, after their preparation."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from attrs import evolve, frozen

from aicmo_core.kernel.clock import Clock, Ids
from aicmo_core.kernel.errors import AlreadyExists
from aicmo_core.kernel.generated import evolver
from aicmo_core.kernel.ids import CorrelationId, RunId
from aicmo_core.kernel.structuring import to_json
from aicmo_core.runtime.context import preparation
from aicmo_core.runtime.definitions import Definitions
from aicmo_core.runtime.executor import Executor
from aicmo_core.runtime.live import LiveRun
from aicmo_core.runtime.records import NOBODY, RUNS, RunRecord, RunState
from aicmo_core.runtime.services import Services
from aicmo_core.runtime.subjects import Subjects
from aicmo_core.runtime.tombstones import same_input
from aicmo_core.runtime.writing import CONTENTION, Fenced, RunWriter
from aicmo_core.saga import Workflow
from aicmo_core.storage import Backend, Conflict, compile_query

_log = logging.getLogger("aicmo_core.coordinator")

In = TypeVar("In")

_owned = evolver(RunRecord, "executor", "deadline")


@frozen
class Existing:
    """A run that a key names already."""

    record: RunRecord


class Beginner:
    """Begins runs."""

    def __init__(
        self,
        *,
        backend: Backend,
        writer: RunWriter,
        definitions: Definitions,
        subjects: Subjects,
        services: Services,
        clock: Clock,
        ids: Ids,
        keyed_ids: Callable[[str], Ids],
        executor: Executor,
        artifacts: str | None,
    ) -> None:
        self._backend = backend
        self._writer = writer
        self._definitions = definitions
        self._subjects = subjects
        self._services = services
        self._clock = clock
        self._ids = ids
        self._keyed_ids = keyed_ids
        self._executor = executor
        self._artifacts = artifacts

    def begin(
        self, workflow: Workflow[In], run_input: In, key: str | None
    ) -> LiveRun[In] | Existing:
        """
        Return a new run, which is written with its first entry, or the run that *key* names.

        Raises:
            InputRefused: The workflow's preparation refused; nothing was written.
            KeyReused: The key names a run with another input.
            RunPurged: The key names a run that was purged.
            SubjectBarred: The input is about somebody whose data is, or was, erased.
            InvalidValue: The input may not be stored.
        """
        text = to_json(run_input, workflow.input)
        record = self._record(workflow, text, key, self._subjects.admit(workflow, run_input))
        if key is not None:
            RUNS.encode(record, "")  # one that may not be stored is refused before it is used
        if workflow.prepare is not None:
            if key is not None and (
                existing := self.find_key(workflow.name, key, record.input_hash)
            ):
                return existing
            run_input = self._prepare(workflow, run_input, key)
            record = evolve(record, input=to_json(run_input, workflow.input))
        self._definitions.remember(workflow)
        record = _owned(record, self._executor.ensure(), self._deadline(workflow))
        return LiveRun(workflow, record, None, [], run_input)

    def start(
        self, workflow: Workflow[In], run_input: In, key: str | None
    ) -> LiveRun[In] | Existing:
        """
        Write a new run, for whoever finds it due, or return the run that *key* names.

        Raises:
            InputRefused: The workflow's preparation refused; nothing was written.
            KeyReused: The key names a run with another input.
            RunPurged: The key names a run that was purged.
            SubjectBarred: The input is about somebody whose data is, or was, erased.
            InvalidValue: The input may not be stored.
        """
        while True:
            run = self.begin(workflow, run_input, key)
            if isinstance(run, Existing):
                return run
            due = evolve(run.record, executor=NOBODY, next_at=self._backend.now())
            try:
                self._writer.save(run, due)
            except Fenced:
                record = run.record
                existing = self.find_key(workflow.name, record.key, record.input_hash)
                if existing is not None:
                    return existing
                continue
            return run

    def find_key(self, workflow: str, key: str, digest: str) -> Existing | None:
        """
        Return the run that *key* names; None if it names none.

        Raises:
            KeyReused: It names a run whose input has another hash.
            RunPurged: It names a run that was purged.
        """
        query = compile_query(RUNS, {"workflow": workflow, "key": key})
        rows = self._backend.find(RUNS, query)
        if not rows:
            return None
        return Existing(same_input(RUNS.decode(rows[0]), digest))

    def check(self, workflow: Workflow[In], run_input: In, key: str | None) -> None:
        """
        Refuse what can never be stored. Nothing is read or written.

        Raises:
            InvalidValue: The input or the key may not be stored.
        """
        text = to_json(run_input, workflow.input)
        RUNS.encode(self._record(workflow, text, key, None), "")

    def _record(
        self, workflow: Workflow[Any], text: str, key: str | None, subject: str | None
    ) -> RunRecord:
        run_id, now = RunId(self._ids.new()), self._clock.now()
        return RunRecord(
            run_id=run_id,
            workflow=workflow.name,
            version=workflow.version,
            fingerprint=workflow.fingerprint,
            key=run_id if key is None else key,
            input_hash=hashlib.sha256(text.encode()).hexdigest(),
            input=text,
            state=RunState.RUNNING,
            executor=NOBODY,
            created_at=now,
            updated_at=now,
            artifacts=self._artifacts,
            subject=subject,
        )

    def _deadline(self, workflow: Workflow[Any]) -> datetime | None:
        return None if workflow.deadline is None else self._backend.now() + workflow.deadline

    def _prepare(self, workflow: Workflow[In], run_input: In, key: str | None) -> In:
        assert workflow.prepare is not None
        for _ in range(CONTENTION):
            ids = self._ids if key is None else self._keyed_ids(f"{workflow.name}\x1f{key}")
            correlation = CorrelationId(key if key is not None else ids.new())
            work = self._subjects.open_work(workflow, run_input, ids, correlation)
            ports = self._services.open(work, ids=ids)
            prepared = workflow.prepare(preparation(ports), run_input)
            try:
                self._writer.commit_work(work)
            except Conflict as conflict:
                _log.debug("preparing %s again: %s", workflow.name, conflict)
                continue
            return prepared
        raise AlreadyExists(workflow.name, "preparation", key or "")
