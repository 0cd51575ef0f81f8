"""Whether runs can be gone on with here: found out before one of them is taken over."""

from __future__ import annotations

import logging
from typing import TypeAlias

from aicmo_core.runtime.coordinator import Coordinator
from aicmo_core.runtime.failures import say
from aicmo_core.runtime.records import RunRecord, RunState

_log = logging.getLogger("aicmo_core.engine")

_Kind: TypeAlias = tuple[str, str, str | None, bool]
"""Workflow, fingerprint, artifact store, whether it compensates: what an obstacle depends on."""


class Rehearsed:
    """What keeps runs from being gone on with here; runs that ask for the same share the answer."""

    def __init__(self, coordinator: Coordinator) -> None:
        self._coordinator = coordinator
        self._known: dict[_Kind, str | None] = {}
        self._told: dict[_Kind, str] = {}

    def obstacle(self, record: RunRecord) -> str | None:
        """
        Return why a run cannot be gone on with here; None if nothing is known to be in the way.

        A step that lacks a piece of the application would fail and take the run back,
        although nothing is wrong with the run. And a run of a newer version belongs to hosts
        that have that: while they replace the older ones, one of those would park it. Each
        obstacle is logged once for all runs that it is in the way of.
        """
        compensating = record.state is RunState.COMPENSATING
        kind = (record.workflow, record.fingerprint, record.artifacts, compensating)
        known = self._known  # another thread may forget meanwhile, which makes a new one
        if kind not in known:
            known[kind] = found = self._try(record)
            if found is not None and self._told.get(kind) != found:
                self._told[kind] = found
                _log.warning("runs of %s are left alone: %s", record.workflow, found)
        return known[kind]

    def forget(self) -> None:
        """Find the obstacles out again: what was missing may have come meanwhile."""
        known = self._known.copy()  # at one stroke: other threads add to it
        self._known = {kind: found for kind, found in known.items() if found is None}

    def _try(self, record: RunRecord) -> str | None:
        workflow = self._coordinator.workflows.get(record.workflow)
        if workflow is None:
            return f"no workflow {record.workflow!r} is installed here"
        if workflow.version < record.version:
            return (
                f"it is of version {record.version} of {record.workflow}, and version "
                f"{workflow.version} is installed here"
            )
        try:
            self._coordinator.rehearse(record)
        except Exception as error:  # noqa: BLE001 - reported; other runs are not to wait
            _log.debug("what %s asks for was not built", record.workflow, exc_info=True)
            return f"what {record.workflow} asks for cannot be built here: {say(error)}"
        return None
