"""A host's own units of work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from aicmo_core.hooks import ArtifactStore
from aicmo_core.kernel.clock import Clock, Ids
from aicmo_core.kernel.ids import CorrelationId
from aicmo_core.runtime.artifacts import RunArtifacts
from aicmo_core.runtime.services import Ports, Services
from aicmo_core.storage import Backend, OutcomeUnknown, UnitOfWork

P = TypeVar("P")


class Work:
    """A host's own unit of work: ports of all modules, and one commit at the end."""

    def __init__(self, unit: UnitOfWork, ports: Ports, files: RunArtifacts | None) -> None:
        self._unit = unit
        self._ports = ports
        self._files = files

    def port(self, port: Callable[..., P]) -> P:
        """
        Return the adapter of a port, within this unit of work.

        Raises:
            PortMissing: Nobody provides it.
        """
        return self._ports.get(port)

    def _discard(self) -> None:
        """Remove the files of a unit of work that was not committed."""
        if self._files is not None:
            self._files.remove_written()


class Works:
    """Opens the units of work of one application's host."""

    def __init__(
        self,
        backend: Backend,
        services: Services,
        artifacts: ArtifactStore | None,
        clock: Clock,
        ids: Ids,
    ) -> None:
        self._backend = backend
        self._services = services
        self._artifacts = artifacts
        self._clock = clock
        self._ids = ids

    def ports(self) -> Ports:
        """Return the ports of a unit of work that nobody commits."""
        return self._open()._ports

    def _open(self) -> Work:
        correlation = CorrelationId(self._ids.new())
        unit = UnitOfWork(self._backend, self._ids, self._clock, correlation)
        files = (
            RunArtifacts(self._artifacts, f"host-{correlation}")
            if self._artifacts is not None
            else None
        )
        return Work(unit, self._services.open(unit, files), files)

    @contextmanager
    def committed(self, commit: Callable[[UnitOfWork], object]) -> Iterator[Work]:
        """Give a unit of work, and have it committed at the end of the block; see `App`."""
        work = self._open()
        try:
            yield work
        except BaseException:
            work._discard()
            raise
        try:
            commit(work._unit)
        except OutcomeUnknown:
            raise  # the rows may be there, and refer to the files
        except Exception:
            work._discard()
            raise
