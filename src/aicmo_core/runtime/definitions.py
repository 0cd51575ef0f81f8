"""The definitions that runs were begun with, and whether they can go on with those of now."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from typing import Any

from aicmo_core.kernel.clock import Waiter
from aicmo_core.runtime.committing import write_row
from aicmo_core.runtime.live import LiveRun
from aicmo_core.runtime.records import DEFINITIONS, DefinitionRecord
from aicmo_core.saga import Workflow
from aicmo_core.saga.evolution import obstacle
from aicmo_core.storage import Backend, Conflict, Insert

_log = logging.getLogger("aicmo_core.coordinator")


class Definitions:
    """Remembers the shapes of workflows, by fingerprint."""

    def __init__(self, backend: Backend, waiter: Waiter) -> None:
        self._backend = backend
        self._waiter = waiter
        self._known: set[str] = set()
        self._shapes: dict[str, list[Any]] = {}

    def remember(self, workflow: Workflow[Any]) -> None:
        """Store the shape of *workflow*, before the first run of it here is begun."""
        fingerprint = workflow.fingerprint
        if fingerprint in self._known:
            return
        if self._shape(fingerprint) is None:
            shape = json.dumps(workflow.shape)
            record = DefinitionRecord(fingerprint, workflow.name, workflow.version, shape)
            change = Insert(DEFINITIONS, DEFINITIONS.encode(record, fingerprint))
            try:
                write_row(self._backend, self._waiter, change)
            except Conflict as conflict:
                _log.debug("another process remembered %s first: %s", workflow.name, conflict)
        self._known.add(fingerprint)

    def obstacle(self, run: LiveRun[Any]) -> str | None:
        """Return why *run* cannot go on with the workflow that is installed; None if it can."""
        begun = (path for entry in run.entries if (path := getattr(entry, "step", "")))
        return self.between(run.record.fingerprint, run.workflow, begun)

    def between(
        self, fingerprint: str, workflow: Workflow[Any], begun: Iterable[str]
    ) -> str | None:
        """
        Return why a run of the definition *fingerprint* cannot go on with *workflow*.

        Args:
            begun: The paths in its journal. Not asked for, if the definition is the same.
        """
        if fingerprint == workflow.fingerprint:
            return None
        then = self._shape(fingerprint)
        if then is None:
            return f"the definition it was begun with ({fingerprint[:8]}) is not known"
        return obstacle(then, workflow.shape, begun)

    def _shape(self, fingerprint: str) -> list[Any] | None:
        """Return a stored shape. It never changes, so that it is read once."""
        if fingerprint not in self._shapes:
            row = self._backend.get(DEFINITIONS, DEFINITIONS.encode_key(fingerprint))
            if row is None:
                return None
            self._shapes[fingerprint] = list(json.loads(DEFINITIONS.decode(row).shape))
        return self._shapes[fingerprint]
