"""What an application keeps, and for how long: `app.retention`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from aicmo_core.kernel.clock import Clock, Waiter
from aicmo_core.runtime.records import ENDED, RunState
from aicmo_core.runtime.retention.purge import Purge, Purged, older_than
from aicmo_core.storage import Backend


class Retention:
    """
    Removes what a store need not keep, for all applications that share it.

    Args:
        mark: Marks the events that were handed out here, and are not marked yet.
    """

    def __init__(
        self, backend: Backend, clock: Clock, waiter: Waiter, mark: Callable[[], None]
    ) -> None:
        self._mark = mark
        self._backend = backend
        self._clock = clock
        self._waiter = waiter

    def purge(
        self,
        age: timedelta,
        *,
        states: Sequence[RunState] = ENDED,
        unrelayed: bool = False,
        dry_run: bool = False,
    ) -> Purged:
        """
        Remove runs that ended, and events that happened, longer than *age* ago.

        A run's journal goes, with what its steps returned; its row stays as a tombstone,
        so that its key never runs twice. What its steps wrote, and its files, stay. An
        event goes when it was handed out, every durable subscriber took it, and its run
        is not open. Each commit removes a bounded number of rows, so that a purge may be
        stopped anywhere, and called again.

        Args:
            age: Measured from the run's last change of state, by the application's clock.
            states: Only runs that ended in one of these.
            unrelayed: Also what was never handed out, or not taken: for a host that has
                no subscribers. Whoever subscribes later misses it.
            dry_run: Only count; nothing is removed.

        Raises:
            InvalidValue: *age* is negative, or a state is not one in which a run has ended.
            BackendUnavailable: The store failed; what was committed before is purged.
            OutcomeUnknown: The answer was lost, and the store cannot be asked.
        """
        self._mark()
        return Purge(
            self._backend,
            self._clock,
            self._waiter,
            cutoff=older_than(self._clock, age),
            states=states,
            unrelayed=unrelayed,
            dry=dry_run,
        ).run()
