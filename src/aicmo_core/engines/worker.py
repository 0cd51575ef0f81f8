"""
The worker: threads that advance whatever runs of a store are due.

It starts what was started, fires timers and retries, goes on with what was signalled,
recovers the runs of executors whose heartbeat stands still and those that a thread of its
own process had to leave, and relays events. Any number of workers, in any number of
processes, may share a store: a run is taken by comparing and swapping its row, the longest
due first.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from itertools import islice
from types import TracebackType
from typing import Self

from attrs import define

from aicmo_core.engines.driving import Driver
from aicmo_core.engines.looking import AFTER_FAILURE, DueRuns
from aicmo_core.engines.rehearsal import Rehearsed
from aicmo_core.runtime.coordinator import Coordinator
from aicmo_core.runtime.errors import DefinitionChanged
from aicmo_core.runtime.failures import say
from aicmo_core.runtime.records import NOBODY, RunRecord
from aicmo_core.runtime.recovery import Watch, due_runs

_log = logging.getLogger("aicmo_core.worker")

POLL = timedelta(milliseconds=250)
"""How often a worker that has nothing to do looks for runs that are due."""

RELAY = timedelta(seconds=1)
"""How often pending events are handed over."""

_BATCH = 4
"""How many runs are looked for at once, for each thread."""


@define
class Worked:
    """
    What a worker has done so far.

    Attributes:
        advanced: How often a run was taken and brought to rest.
        recovered: How many of those had been left by somebody.
        failed: How often something else went wrong, such as a store that did not answer.
        relayed: How many events were handed over.
    """

    advanced: int = 0
    recovered: int = 0
    failed: int = 0
    relayed: int = 0


class Worker:
    """
    Advances the runs of an application in threads of its own, until it is stopped.

    Use it as a context, or call `start` and `stop`. To stop is to drain: each thread
    finishes the step that it is at, and lets its run go for others.
    """

    def __init__(self, coordinator: Coordinator, threads: int = 4) -> None:
        if threads < 1:
            raise ValueError(f"a worker needs at least one thread, found {threads}")
        self.worked = Worked()
        self._coordinator = coordinator
        self._stopping = threading.Event()
        self._driver = Driver(coordinator, stays=False, halted=self._stopping.is_set)
        self._rehearsed = Rehearsed(coordinator)
        self._watch = Watch(coordinator.backend, coordinator.executor, coordinator.waiter)
        self._due = DueRuns(coordinator, self._rehearsed, threads * _BATCH)
        self._lock = threading.Lock()
        self._count = threads
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """
        Start the threads.

        Raises:
            RuntimeError: It was started before.
        """
        if self._threads:
            raise RuntimeError("this worker was started before; ask the application for another")
        self._coordinator.executor.ensure()
        loops = [(f"aicmo-worker-{n}", self._advance_one) for n in range(1, self._count + 1)]
        loops += [("aicmo-worker-relay", self._relay), ("aicmo-worker-watch", self._recover)]
        for name, turn in loops:
            thread = threading.Thread(target=self._loop, args=(turn,), name=name, daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self, timeout: timedelta | None = None) -> bool:
        """
        Let every thread finish the step that it is at; return whether all have.

        Args:
            timeout: How long to wait for them at most. A run whose step goes on after that
                is recovered by others, if the process ends.
        """
        self._stopping.set()
        started = self._coordinator.waiter.elapsed()
        for thread in self._threads:
            left = None
            if timeout is not None:
                passed = self._coordinator.waiter.elapsed() - started
                left = max((timeout - passed).total_seconds(), 0)
            thread.join(left)
        return not any(thread.is_alive() for thread in self._threads)

    def run_until_idle(self, *, watch: bool = False) -> Worked:
        """
        Advance, in this thread, all that is due now and what becomes due by it; return at rest.

        For tests and for hosts that have a scheduler of their own. When another thread stops
        the worker, it returns after the step that it is at.

        Args:
            watch: Whether to look at the hearts of executors too, once. The runs of one whose
                heart stood still for a lapse, as this worker's calls saw it, are taken over, and
                those that a thread of this process had to leave.
        """
        if watch:
            self._recover()
        while not self._stopping.is_set() and self._advance_one() is None:
            pass
        self._relay()
        return self.worked

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _loop(self, turn: Callable[[], timedelta | None]) -> None:
        """Take turns until stopped, with the pause that each turn asks for."""
        while not self._stopping.is_set():
            try:
                pause = turn()
            except Exception as error:  # noqa: BLE001 - such as a store that is away; it may return
                _log.warning("a worker's turn failed: %s", say(error), exc_info=True)
                self._note(failed=1)
                pause = AFTER_FAILURE
            if pause is not None:
                self._stopping.wait(pause.total_seconds())

    def _advance_one(self) -> timedelta | None:
        """Bring one run to rest; return how long to pause if there was none."""
        record = self._due.next()
        if record is None:
            return POLL
        self._advance(record)
        return None

    def _advance(self, record: RunRecord) -> bool:
        run_id = record.run_id
        try:
            if self._driver.adopt(run_id, record.executor) is None:
                if record.executor == NOBODY:
                    self._due.lost()
                return False
        except DefinitionChanged as changed:  # since it was found: a newer host had it meanwhile
            _log.info("run %s is left alone: %s", run_id, changed)
            self._due.leave(run_id)
            return False
        except Exception as error:  # noqa: BLE001 - the other runs are not to wait for this one
            _log.warning("run %s was not advanced: %s", run_id, say(error), exc_info=True)
            self._due.leave(run_id)
            self._note(failed=1)
            return False
        self._note(advanced=1)
        return True

    def _recover(self) -> timedelta:
        """Take over the runs that nobody works on, but that are somebody's."""
        self._rehearsed.forget()  # what was missing may be there now
        for record in self._watch.abandoned():
            if self._stopping.is_set():
                break
            if self._rehearsed.obstacle(record) is None and self._advance(record):
                self._note(recovered=1)
        for record in islice(due_runs(self._coordinator.backend, page=_BATCH), _BATCH):
            self._rehearsed.obstacle(record)  # says of what workflow it is, if of none here
        return self._coordinator.executor.lapse / 4

    def _relay(self) -> timedelta:
        self._note(relayed=self._coordinator.relay.relay_pending())
        return RELAY

    def _note(
        self, *, advanced: int = 0, recovered: int = 0, failed: int = 0, relayed: int = 0
    ) -> None:
        with self._lock:
            self.worked.advanced += advanced
            self.worked.recovered += recovered
            self.worked.failed += failed
            self.worked.relayed += relayed
