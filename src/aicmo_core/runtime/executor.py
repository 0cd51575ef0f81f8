"""
The executor: who advances runs in this process, and the heartbeat that shows it lives.

A lapse is a counter that stands still for a while by the observer's own monotonic
clock; no two hosts' clocks are compared.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
import weakref
from collections.abc import Callable
from datetime import timedelta

from attrs import evolve

from aicmo_core.kernel.clock import Clock, Waiter
from aicmo_core.kernel.ids import ExecutorId
from aicmo_core.runtime.at_work import AtWork
from aicmo_core.runtime.committing import write_row
from aicmo_core.runtime.records import EXECUTORS, ExecutorRecord
from aicmo_core.storage import (
    Backend,
    BackendUnavailable,
    Conflict,
    Insert,
    OutcomeUnknown,
    Remove,
    Replace,
    Row,
)

_log = logging.getLogger("aicmo_core.executor")

BEAT = timedelta(seconds=5)
"""How often a heart beats."""

LAPSE = timedelta(seconds=20)
"""How long a counter stands still before its executor is taken to be gone."""


class Executor:
    """
    This process's identity as one who advances runs.

    It registers itself and starts its heartbeat, a thread, when the first run needs
    it; a child process that was forked gets an identity of its own.

    Attributes:
        lapse: How long a counter stands still before its executor is taken to be gone.
        at_work: The runs that threads of this process work on.
    """

    def __init__(
        self,
        backend: Backend,
        clock: Clock,
        waiter: Waiter,
        beat: timedelta = BEAT,
        lapse: timedelta = LAPSE,
        draw: Callable[[], str] = lambda: secrets.token_hex(16),
    ) -> None:
        self.lapse = lapse
        self.at_work = AtWork()
        self._backend = backend
        self._clock = clock
        self._waiter = waiter
        self._beat = beat
        self._draw = draw
        self._lock = threading.Lock()
        self._pid = 0
        self._id = ExecutorId("")
        self._row: Row | None = None
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._sure_until = timedelta(0)
        self._has_heart = True
        if hasattr(os, "register_at_fork"):
            mine = weakref.ref(self)
            os.register_at_fork(after_in_child=lambda: _forget(mine()))

    def beat_by_hand(self, draw: Callable[[], str]) -> None:
        """
        Start no thread: from here on the caller beats, as in time that a test decides.

        Args:
            draw: Draws the executor's name and the tokens of its row. Never the same twice,
                among all who share the store.

        Raises:
            RuntimeError: The executor is registered already, and its heart beats.
        """
        if self._pid:
            raise RuntimeError("this executor's heart beats already; say so before its first run")
        self._has_heart, self._draw = False, draw

    @property
    def busy(self) -> bool:
        """Whether it is being registered, beats or signs off at this moment."""
        return self._lock.locked()

    @property
    def name(self) -> ExecutorId | None:
        """The id under which this process is registered; None if it is not, so far."""
        return self._id if self._pid == os.getpid() else None

    def ensure(self) -> ExecutorId:
        """Return this executor's id; register it first, if this process has not yet."""
        if self._pid == os.getpid():
            return self._id
        with self._lock:
            if self._pid != os.getpid():
                self._register()
        return self._id

    def _register(self) -> None:
        place = f"{socket.gethostname()}:{os.getpid()}"
        self._id = ExecutorId(self._draw())
        record = ExecutorRecord(self._id, 0, place, self._clock.now())
        row = EXECUTORS.encode(record, self._draw())
        started = self._waiter.elapsed()
        write_row(self._backend, self._waiter, Insert(EXECUTORS, row))
        self._row, self._sure_until = row, started + self.lapse
        self._pid = os.getpid()
        if self._has_heart:
            self._start_heart()

    def _start_heart(self) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=self._live, args=(self._stop,), name="aicmo-heartbeat", daemon=True
        )
        self._thread.start()

    def _live(self, stop: threading.Event) -> None:
        while not stop.wait(self._beat.total_seconds()):
            try:
                self.beat()
            except Exception as error:  # noqa: BLE001 - a heart that stops kills the runs
                # Not fatal: the next beat may get through. Until one does, `assure` beats.
                _log.warning("the heartbeat of %s was not written: %s", self._id, error)

    def beat(self) -> None:
        """Raise the counter once, so that observers see this executor alive."""
        with self._lock:
            if self._row is None or self._pid != os.getpid():
                return
            started = self._waiter.elapsed()
            stored = self._backend.get(EXECUTORS, self._row.key)
            if stored is None:
                # Somebody took this executor for dead. Its runs are fenced off; it
                # may go on with new ones.
                record = EXECUTORS.decode(self._row)
                row = EXECUTORS.encode(evolve(record, beat=record.beat + 1), self._draw())
                change: Insert | Replace = Insert(EXECUTORS, row)
            else:
                record = EXECUTORS.decode(stored)
                row = EXECUTORS.encode(evolve(record, beat=record.beat + 1), self._draw())
                change = Replace(EXECUTORS, row, stored.token)
            write_row(self._backend, self._waiter, change)
            self._row, self._sure_until = row, started + self.lapse

    def assure(self) -> bool:
        """
        Make sure that nobody can take this executor for dead, before it acts outside.

        Return whether that was sure all along. If not, somebody may have taken it for
        dead already, and its runs with it.

        Raises:
            BackendUnavailable: The heartbeat is old, and a new one could not be written.
        """
        if self._waiter.elapsed() < self._sure_until:
            return True
        self.beat()
        return False

    def close(self) -> None:
        """Stop the heartbeat and sign off, so that nobody waits to find this executor gone."""
        self._stop.set()
        if self._pid != os.getpid():
            return  # never started here, or the parent's
        if self._thread is not None:
            self._thread.join()
        with self._lock:
            if self._row is not None:
                row, self._row = self._row, None
                try:
                    self._backend.commit([Remove(EXECUTORS, row.key, row.token)])
                except (BackendUnavailable, OutcomeUnknown, Conflict) as error:
                    _log.warning("executor %s could not sign off: %s", self._id, error)
            self._pid = 0


def _forget(executor: Executor | None) -> None:
    """Leave to the parent what a fork copied: its name, and locks that may be held."""
    if executor is not None:
        executor._lock, executor._stop = threading.Lock(), threading.Event()
        executor._pid, executor._row, executor._thread = 0, None, None
        executor.at_work = AtWork()
