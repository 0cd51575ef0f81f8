"""What performing a run's commands works with: units of work, ports, files, events, moments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from attrs import frozen

from aicmo_core.kernel.clock import Clock, Ids
from aicmo_core.kernel.event import Event
from aicmo_core.kernel.ids import CorrelationId, EventId
from aicmo_core.kernel.structuring import to_json
from aicmo_core.runtime.artifacts import ArtifactStores, RunArtifacts
from aicmo_core.runtime.executor import Executor
from aicmo_core.runtime.live import LiveRun
from aicmo_core.runtime.services import Services
from aicmo_core.runtime.writing import RunWriter
from aicmo_core.storage import Backend, Collection, Emitted, Key, UnitOfWork


@frozen
class Surroundings:
    """
    One application, as the steps of its runs meet it.

    Attributes:
        collections: All registered collections by name, for undo.
        stores: Opens the artifact store that a run was started with.
    """

    backend: Backend
    writer: RunWriter
    services: Services
    collections: Mapping[str, Collection[Any]]
    clock: Clock
    ids: Ids
    executor: Executor
    stores: ArtifactStores

    def assure(self, run: LiveRun[Any]) -> None:
        """
        Make sure that nobody takes the run over while this thread acts outside.

        Raises:
            Fenced: Somebody has, while this process stood still for a lapse.
        """
        if not self.executor.assure():
            self.writer.look_again(run)

    def work(self, run: LiveRun[Any], *, checked: bool = False) -> UnitOfWork:
        """Return a unit of work for one command of the run."""
        correlation = CorrelationId(run.record.run_id)
        return UnitOfWork(self.backend, self.ids, self.clock, correlation, checked=checked)

    def files(self, run: LiveRun[Any]) -> RunArtifacts | None:
        """Return the run's place for files; None if it has none."""
        if run.record.artifacts is None:
            return None
        store = self.stores.open(run.record.artifacts)
        return RunArtifacts(store, run.record.run_id, lambda: self._before_writing(run))

    def _before_writing(self, run: LiveRun[Any]) -> None:
        """
        Make sure that the run's row leads to the file that is about to be written.

        A file cannot be fenced. So whoever has lost the run is told here, and a new
        run is stored first: otherwise nobody would find what a crash left behind.

        Raises:
            Fenced: Somebody else has the run.
        """
        if run.token is None:
            self.writer.save(run, run.record)
        else:
            self.writer.look_again(run)
        run.wrote_files = True

    def emitted(self, run: LiveRun[Any], event: Event, about: Collection[Any], key: Key) -> Emitted:
        """Return *event* as it is stored with the run's next commit."""
        correlation = CorrelationId(run.record.run_id)
        stamped = event.stamped(EventId(self.ids.new()), self.clock.now(), correlation)
        return Emitted(stamped, about, key, to_json(stamped))

    def next_attempt(
        self, policy: Callable[[int, datetime], datetime | None], attempt: int
    ) -> datetime | None:
        """Ask a retry policy by the store's clock, which all who wait for the moment share."""
        if policy(attempt, self.clock.now()) is None:
            return None
        return policy(attempt, self.backend.now())
