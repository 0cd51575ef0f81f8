"""Taking back what steps did: their compensations, and the rows that they wrote."""

from __future__ import annotations

import logging
from typing import Any

from aicmo_core.kernel.event import Retracted
from aicmo_core.runtime import undo
from aicmo_core.runtime.context import undo_of
from aicmo_core.runtime.failures import explain, say
from aicmo_core.runtime.live import LiveRun
from aicmo_core.runtime.surroundings import Surroundings
from aicmo_core.runtime.writing import Fenced
from aicmo_core.saga import Compensated, CompensationFailed
from aicmo_core.storage import Conflict, ConflictKind, Emitted, StaleItem

_log = logging.getLogger("aicmo_core.coordinator")


class Compensator:
    """Compensates steps."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around

    def compensate(self, run: LiveRun[Any], path: str, attempt: int) -> None:
        """Take back what a step did: its declared compensation, then its rows, in one commit."""
        step, effect = run.step_at(path), run.standing.effects[path]
        work = self._around.work(run)
        try:
            if step.compensation is not None:
                self._around.assure(run)
                ports = self._around.services.open(work, self._around.files(run))
                step.compensation(undo_of(run, path, effect.result, ports))
            if effect.undo is not None:
                undo.revert(work, effect.undo, self._around.collections)
            emitted = [*work.emitted, *self._retractions(run, effect.undo)]
            entry = Compensated(path, attempt)
            self._around.writer.append(run, [entry], work.changes(), emitted)
        except Conflict as conflict:
            if conflict.has(ConflictKind.FENCE):
                raise Fenced from conflict
            self._failed(run, path, attempt, conflict)
        except Fenced:
            raise
        except Exception as error:  # noqa: BLE001 - journaled; the run parks in the end
            self._failed(run, path, attempt, error)

    def _failed(self, run: LiveRun[Any], path: str, attempt: int, error: Exception) -> None:
        retry_at = None
        if not isinstance(error, StaleItem):  # trying again would not bring the row back
            failed = run.standing.effects[path].attempts + 1
            retry_at = self._around.next_attempt(
                run.step_at(path).compensation_retry.next_attempt, failed
            )
        _log.warning(
            "step %s of run %s was not compensated: %s", path, run.record.run_id, say(error)
        )
        entry = CompensationFailed(path, attempt, say(error), retry_at, explain(error))
        self._around.writer.append(run, [entry])

    def _retractions(self, run: LiveRun[Any], undoing: str | None) -> list[Emitted]:
        return [
            self._around.emitted(
                run,
                Retracted(event_ids=one.event_ids),
                self._around.collections[one.collection],
                one.key,
            )
            for one in (undo.announced(undoing) if undoing is not None else ())
        ]
