"""Whether runs can be gone on with here: found out before one of them is taken over."""

from __future__ import annotations

import logging

from aicmo_core.runtime.coordinator import Coordinator
from aicmo_core.runtime.failures import say
from aicmo_core.runtime.records import RunRecord, RunState

_log = logging.getLogger("aicmo_core.engine")


class Rehearsed:
    """What keeps runs from being gone on with here; runs that ask for the same share the answer."""

    def __init__(self, coordinator: Coordinator) -> None:
        self._coordinator = coordinator
        self._known: dict[tuple[str, str, str | None, bool], str | None] = {}

    def obstacle(self, record: RunRecord) -> str | None:
        """
        Return why a run cannot be gone on with here; None if nothing is known to be in the way.

        A step that lacks a piece of the application would fail and take the run back,
        although nothing is wrong with the run. And a run of a newer version belongs to hosts
        that have that: while they replace the older ones, one of those would park it.
        """
        compensating = record.state is RunState.COMPENSATING
        kind = (record.workflow, record.fingerprint, record.artifacts, compensating)
        if kind not in self._known:
            self._known[kind] = self._try(record)
        return self._known[kind]

    def forget(self) -> None:
        """Find the obstacles out again: what was missing may have come meanwhile."""
        self._known = {kind: found for kind, found in self._known.items() if found is None}

    def _try(self, record: RunRecord) -> str | None:
        workflow = self._coordinator.workflows.get(record.workflow)
        if workflow is not None and workflow.version < record.version:
            return (
                f"it is of version {record.version} of {record.workflow}, and version "
                f"{workflow.version} is installed here"
            )
        try:
            self._coordinator.rehearse(record)
        except Exception as error:  # noqa: BLE001 - reported; other runs are not to wait
            _log.warning("runs of %s are not recovered", record.workflow, exc_info=True)
            return f"what {record.workflow} asks for cannot be built here: {say(error)}"
        return None
