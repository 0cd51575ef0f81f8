"""What an application keeps, and for how long: `app.retention`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from aicmo_core.hooks import ArtifactStore
from aicmo_core.kernel.clock import Clock, Waiter
from aicmo_core.runtime.coordinator import Coordinator
from aicmo_core.runtime.records import ENDED, RunState
from aicmo_core.runtime.retention.erasure import Erased, Erasure, check_decision
from aicmo_core.runtime.retention.leftovers import Leftover
from aicmo_core.runtime.retention.purge import Purge, Purged, older_than
from aicmo_core.runtime.retention.sweep import Sweep, Swept
from aicmo_core.runtime.runs import Runs
from aicmo_core.storage import Collection


class Retention:
    """
    Removes what a store need not keep, for all applications that share it.

    Args:
        collections: Of all modules, by name.
        artifacts: The application's own place for files, if it has one.
    """

    def __init__(
        self,
        coordinator: Coordinator,
        runs: Runs,
        collections: Mapping[str, Collection[Any]],
        clock: Clock,
        waiter: Waiter,
        artifacts: ArtifactStore | None = None,
    ) -> None:
        self._coordinator = coordinator
        self._runs = runs
        self._collections = collections
        self._clock = clock
        self._waiter = waiter
        self._artifacts = artifacts

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
        self._coordinator.relay.mark()  # what was handed out here need not wait for that
        return Purge(
            self._coordinator.backend,
            self._clock,
            self._waiter,
            cutoff=older_than(self._clock, age),
            states=states,
            unrelayed=unrelayed,
            dry=dry_run,
        ).run()

    def erase(self, subject: str, *, by: str, why: str) -> Erased:
        """
        Erase what is kept about one person, for good.

        The subject is barred first: no run that is about them is begun any more. Their
        open runs are taken back; an effect that cannot be is waived. Then go their rows,
        which are removed or redacted as their collection says, also from the undo of runs
        about others; the content of their runs and of these runs' events; and these runs'
        files. Each ledger stays, and balances.

        Found is what declares its subject, and what belongs to a run whose workflow does.
        Keys stay: of runs, of rows that are redacted, and of what events are about. If the
        process dies, call it again, with the same subject: it goes on, and finds what is new.

        Args:
            subject: The id, as collections, events and workflows give it.
            by: Who decided, for the journals and the subject's row.
            why: The reason, for the subject's row. It is kept, so it names nobody.

        Raises:
            InvalidValue: *subject*, *by* or *why* is empty.
            ErasureUnfinished: Something could not be erased; the subject stays barred.
            BackendUnavailable: The store failed; what was committed before is erased.
            OutcomeUnknown: The answer was lost, and the store cannot be asked.
            ArtifactUnavailable: The files of a run cannot be removed.
        """
        check_decision(subject, by, why)
        return Erasure(
            self._coordinator,
            self._runs,
            self._collections,
            self._clock,
            self._waiter,
            subject=subject,
            by=by,
            why=why,
        ).run()

    def sweep(self, *, remove: bool = False, kinds: Iterable[Leftover] = Leftover) -> Swept:
        """
        Look for what faults left behind, and belongs to no living run; return what there is.

        Where executors are registered besides this application's own, it takes a lapse of
        20 seconds to see whether their hearts beat. It may run beside whatever runs.

        Args:
            remove: Remove what is safe to remove: locks of runs that have ended, files of
                runs that were taken back, executors that are dead and have no run left,
                and marks of commits that are older than a day. The rest is only named.
            kinds: What to look for; all, if left out.

        Raises:
            BackendUnavailable: The store failed; what was committed before is removed.
            OutcomeUnknown: The answer was lost, and the store cannot be asked.
            ArtifactUnavailable: The files cannot be listed or removed.
        """
        return Sweep(
            self._coordinator.backend,
            self._coordinator.executor,
            self._artifacts,
            self._clock,
            self._waiter,
            remove=remove,
        ).run(kinds)
