"""Looking for runs that are due, behind those that are left alone."""

from __future__ import annotations

import threading
from datetime import timedelta
from hashlib import sha256

from aicmo_core.engines.rehearsal import Rehearsed
from aicmo_core.kernel.ids import RunId
from aicmo_core.runtime.coordinator import Coordinator
from aicmo_core.runtime.records import RunRecord
from aicmo_core.runtime.recovery import due_runs

AFTER_FAILURE = timedelta(seconds=5)
"""How long a run, or a store, is left alone after an error that no journal could take."""

MOST_PAGES = 16
"""Out of how many pages a worker takes one, at most, where others are faster."""


class DueRuns:
    """
    The runs that are due, one after another, the longest due first; for any thread.

    Workers of other processes look at the same runs. Where one was faster, the next look
    takes its page out of several, by chance as it were: another for each executor. Where
    nobody is, the order is exact.

    What is left alone stays due, and so before all others. It is read once, and not again
    until `AFTER_FAILURE` has passed: looks begin behind it. What was committed late, with a
    moment that lies before that place, waits as long at most.

    Args:
        rehearsed: Says of which runs nothing can be done here.
        page: How many are looked for at once.
    """

    def __init__(self, coordinator: Coordinator, rehearsed: Rehearsed, page: int) -> None:
        self._coordinator = coordinator
        self._rehearsed = rehearsed
        self._page = page
        self._lock = threading.Lock()
        self._found: list[RunRecord] = []
        self._left_until: dict[RunId, timedelta] = {}
        self._behind: RunRecord | None = None
        self._begin_again = timedelta(0)
        self._spread = 1

    def next(self) -> RunRecord | None:
        """Return the run that is due for the longest; None if none is."""
        with self._lock:
            if not self._found:
                self._found = self.look()
            return self._found.pop(0) if self._found else None

    def leave(self, run_id: RunId) -> None:
        """Leave a run alone for a while, and let others have their turn."""
        self._left_until[run_id] = self._coordinator.waiter.elapsed() + AFTER_FAILURE

    def lost(self) -> None:
        """Say that another process was faster: this one looks where it does not."""
        with self._lock:
            self._found.clear()
            self._spread = min(2 * (self._spread + 1), MOST_PAGES)

    def look(self) -> list[RunRecord]:
        """Return runs that are due, a page at most, but for those that are left alone."""
        now = self._coordinator.waiter.elapsed()
        if now >= self._begin_again:
            self._start_over(now)
        spread, self._spread = self._spread, max(1, self._spread - 1)
        found: list[RunRecord] = []
        coordinator, size = self._coordinator, self._page * spread
        for record in due_runs(coordinator.backend, coordinator.workflows, size, self._behind):
            if self._is_left_alone(record, now):
                if not found:
                    self._behind = record
                continue
            found.append(record)
            if len(found) == size:
                break
        return found if spread == 1 else self._own(found)

    def _own(self, found: list[RunRecord]) -> list[RunRecord]:
        """Return a page of *found*, in its order: another one in each process."""
        mine = self._coordinator.executor.ensure()
        # No checksum: of those, what two executors draw of the same runs would be related.
        chosen = sorted(
            found, key=lambda record: sha256(f"{record.run_id} {mine}".encode()).digest()
        )
        keep = {record.run_id for record in chosen[: self._page]}
        return [record for record in found if record.run_id in keep]

    def _start_over(self, now: timedelta) -> None:
        left = self._left_until.copy()  # at one stroke: other threads add to it
        for run_id, until in left.items():
            if until <= now:
                del self._left_until[run_id]
        self._rehearsed.forget()  # what was missing may be there now
        self._behind, self._begin_again = None, now + AFTER_FAILURE

    def _is_left_alone(self, record: RunRecord, now: timedelta) -> bool:
        if self._left_until.get(record.run_id, now) > now:
            return True
        return self._rehearsed.obstacle(record) is not None
