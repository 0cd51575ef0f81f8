"""The loop around the coordinator: a run is performed until it rests, by one thread at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from aicmo_core.kernel.ids import ExecutorId, RunId
from aicmo_core.runtime.at_work import AtWork
from aicmo_core.runtime.coordinator import Coordinator
from aicmo_core.runtime.live import LiveRun
from aicmo_core.runtime.records import NOBODY
from aicmo_core.runtime.recovery import beats
from aicmo_core.runtime.writing import Fenced
from aicmo_core.saga import Wait

_FIRST_LOOK = timedelta(milliseconds=2)
_LONGEST_LOOK = timedelta(milliseconds=250)
_LONGEST_NAP = timedelta(seconds=1)


class Driver:
    """
    Drives runs, in the threads that ask for it.

    Args:
        stays: Whether a thread stays with a run that is tried again later, or waits for a
            lock. Otherwise the run is let go of, and is taken again when it is due.
        halted: Says, between two steps, that the run is to be let go of.
    """

    def __init__(
        self,
        coordinator: Coordinator,
        *,
        stays: bool,
        halted: Callable[[], bool] = lambda: False,
    ) -> None:
        self._coordinator = coordinator
        self._stays = stays
        self._halted = halted

    def drive(self, run: LiveRun[Any]) -> LiveRun[Any] | None:
        """
        Perform until the run ends, is parked or waits; return None if somebody else has it.

        To wait for them is the caller's affair, once this thread is not taken to work
        on the run any more: otherwise it could never take the run back.
        """
        look = timedelta(0)
        while not run.over:
            try:
                if (run.token is not None and self._halted()) or not self._is_ready(run, look):
                    if run.record.executor != NOBODY:
                        self._coordinator.release(run)
                    break
                self._coordinator.perform(run)
            except Fenced:
                fresh = None if run.token is None else self._coordinator.refresh(run)
                if fresh is None:
                    return None
                run = fresh
            look = _longer(look) if run.awaits_lock else timedelta(0)
        self._coordinator.relay.mark()
        return run

    def _is_ready(self, run: LiveRun[Any], look: timedelta) -> bool:
        """
        Return whether there is something to perform; wait for it, if the thread stays.

        Raises:
            Fenced: Somebody wrote the run meanwhile: it may have been cancelled.
        """
        if run.at_once:
            return True
        if run.awaits_lock:
            if look and self._stays:
                self._coordinator.waiter.wait(look)
            return not look or self._stays
        waits = isinstance(run.next, Wait)
        due = run.due
        while due is not None:
            remaining = due - self._coordinator.backend.now()
            if remaining <= timedelta(0):
                return True
            if waits or not self._stays:
                return False
            self._coordinator.waiter.wait(min(remaining, _LONGEST_NAP))
            if remaining > _LONGEST_NAP:
                self._coordinator.look_for_news(run)
        return not waits

    def adopt(self, run_id: RunId, seen: ExecutorId) -> LiveRun[Any] | None:
        """
        Drive a run that nobody works on; None if a thread here does, or somebody claims it.

        Args:
            seen: Whose the run was when it was found: nobody's, or that of one who is gone.
        """
        with self.at_work.alone_on(run_id) as alone:
            claimed = self._coordinator.claim(run_id, seen=seen) if alone else None
            return None if claimed is None else self.drive(claimed)

    @property
    def at_work(self) -> AtWork:
        """The runs that threads of this process work on, this driver's or another's."""
        return self._coordinator.executor.at_work

    def await_rest(self, run_id: RunId) -> LiveRun[Any]:
        """
        Wait until a run that somebody else advances ends, is parked or waits.

        If nobody advances it, it is taken over.
        """
        coordinator = self._coordinator
        look, watched, since = _FIRST_LOOK, None, timedelta(0)
        while True:
            run = coordinator.load(run_id)
            if not run.record.state.live or self._is_at_rest(run):
                return run
            executor = run.record.executor
            seen = (executor, beats(coordinator.backend, [executor]).get(executor))
            if seen != watched:
                watched, since = seen, coordinator.waiter.elapsed()
            silent = coordinator.waiter.elapsed() - since
            if (
                executor in (coordinator.executor.ensure(), NOBODY)
                or seen[1] is None
                or silent >= coordinator.executor.lapse
            ) and (driven := self.adopt(run_id, executor)):
                return driven
            coordinator.waiter.wait(look)
            look = min(look * 1.5, _LONGEST_LOOK)

    def _is_at_rest(self, run: LiveRun[Any]) -> bool:
        """Return whether it belongs to nobody, because there is nothing to do for now."""
        if run.record.executor != NOBODY or not isinstance(run.next, Wait):
            return False
        return run.due is None or run.due > self._coordinator.backend.now()


def _longer(look: timedelta) -> timedelta:
    return min(look * 1.5, _LONGEST_LOOK) if look else _FIRST_LOOK
