"""Which runs the threads of this process work on, so that no two of them work on one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from aicmo_core.kernel.ids import RunId
from aicmo_core.kernel.latch import Latch


class AtWork:
    """
    The runs that threads of one process work on, whichever engine they are of.

    A run's row names its executor, which is the process. It does not tell a run that a
    thread here works on from one that a thread here had to leave, when the store went away.
    """

    def __init__(self) -> None:
        self._threads: Counter[RunId] = Counter()
        self._latch = Latch()

    def __contains__(self, run_id: RunId) -> bool:
        return self._threads[run_id] > 0

    @contextmanager
    def on(self, run_id: RunId) -> Iterator[None]:
        """Keep other threads here from taking the run up."""
        with self._latch:
            self._threads[run_id] += 1
        try:
            yield
        finally:
            self._leave(run_id)

    @contextmanager
    def alone_on(self, run_id: RunId) -> Iterator[bool]:
        """Like `on`, if no thread here works on the run; yield whether that is so."""
        with self._latch:
            alone = run_id not in self
            if alone:
                self._threads[run_id] = 1
        try:
            yield alone
        finally:
            if alone:
                self._leave(run_id)

    def _leave(self, run_id: RunId) -> None:
        with self._latch:
            self._threads[run_id] -= 1
            if not self._threads[run_id]:
                del self._threads[run_id]
