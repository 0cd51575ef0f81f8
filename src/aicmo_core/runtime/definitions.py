"""The definitions that runs were begun with, and whether they can go on with those of now."""

from __future__ import annotations

import json
import logging
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
        if run.record.fingerprint == run.workflow.fingerprint:
            return None
        then = self._shape(run.record.fingerprint)
        if then is None:
            return f"the definition it was begun with ({run.record.fingerprint[:8]}) is not known"
        begun = [path for entry in run.entries if (path := getattr(entry, "step", ""))]
        return obstacle(then, run.workflow.shape, begun)

    def _shape(self, fingerprint: str) -> list[Any] | None:
        row = self._backend.get(DEFINITIONS, DEFINITIONS.encode_key(fingerprint))
        return None if row is None else list(json.loads(DEFINITIONS.decode(row).shape))
