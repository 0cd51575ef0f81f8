"""One thread at a time writes, and writes for all who wait."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar


class Work(Protocol):
    """
    What one thread wants done.

    Attributes:
        settled: Whether it was tried, in whatever way that ended. Set by who does it.
    """

    settled: bool


W = TypeVar("W", bound=Work)


class _Turn(Generic[W]):
    """
    A thread in line.

    Attributes:
        gate: Opened when the work is settled, or is this thread's to do. Only of who waits.
        left: Whether the thread is gone: interrupted, or tired of waiting.
    """

    __slots__ = ("gate", "left", "work")

    gate: threading.Lock

    def __init__(self, work: W) -> None:
        self.work = work
        self.left = False


def _let_others_run() -> None:
    time.sleep(0)


class Turns(Generic[W]):
    """
    Threads in line for what only one may do at a time.

    Whoever finds nobody at it does what all in line want, in the order in which they came,
    then hands over to the first who came meanwhile. So work that waits shares what costs
    the same once or ten times, nobody is passed over, and no thread works for others
    longer than one round.

    Args:
        let_others_run: Gives the interpreter to threads that want it, and comes back.
    """

    def __init__(self, let_others_run: Callable[[], None] = _let_others_run) -> None:
        self._let_others_run = let_others_run
        self._mutex = threading.Lock()
        self._line: list[_Turn[W]] = []
        self._taken: list[_Turn[W]] = []
        self._at_it: _Turn[W] | None = None
        self._company = 0  # how many others the last round served

    def take(self, work: W, do: Callable[[Sequence[W]], None], timeout: float) -> bool:
        """
        Return whether *work* was settled, by this thread or by another.

        Args:
            do: Settles this thread's work, and that of others. What it raises concerns
                this thread only: work that it did not settle is done by another.
            timeout: Seconds to stay in line. Work that somebody has begun is waited for.
        """
        turn = _Turn(work)
        try:
            comes_up = self._begins(turn) or self._comes_up(turn, timeout)
            if comes_up and not work.settled:
                self._let_them_come()
                do([work, *self._take_line()])
        finally:
            self._leave(turn)
        return work.settled

    def _begins(self, turn: _Turn[W]) -> bool:
        with self._mutex:
            if self._at_it is None:
                self._at_it = turn
                return True
            turn.gate = threading.Lock()
            turn.gate.acquire()
            self._line.append(turn)
            return False

    def _comes_up(self, turn: _Turn[W], timeout: float) -> bool:
        """
        Wait until the work is settled, or this thread's to do.

        Return False if neither comes in time: then nobody will come to it any more.
        """
        if turn.gate.acquire(timeout=timeout):
            return True
        with self._mutex:
            if turn in self._line:
                self._line.remove(turn)
                return False
        turn.gate.acquire()
        return True

    def _let_them_come(self) -> None:
        """
        Let others run, for as long as that brings back whom the last round has served.

        Python runs one thread at a time, so that those whom one round frees are still on
        their way when the first of them is here again. What it did alone would be
        interrupted by each of them, and shared by none.
        """
        here = len(self._line)
        while here < self._company:
            self._let_others_run()
            before, here = here, len(self._line)
            if here == before:
                break

    def _take_line(self) -> list[W]:
        self._company = len(self._line)
        if not self._company:
            return []
        with self._mutex:
            self._taken, self._line = self._line, []
            return [turn.work for turn in self._taken]

    def _leave(self, turn: _Turn[W]) -> None:
        """
        Let go of whatever this thread holds, for others wait for it.

        The thread may have been interrupted anywhere, so that what it holds is read from
        what all share.
        """
        with self._mutex:
            turn.left = True
            if self._at_it is not turn:
                if turn in self._line:
                    self._line.remove(turn)
                return
            freed = [other for other in self._taken if other.work.settled]
            self._line[:0] = [t for t in self._taken if not (t.work.settled or t.left)]
            self._taken = []
            self._at_it = self._line.pop(0) if self._line else None
            if self._at_it is not None:
                freed.append(self._at_it)
            for other in freed:
                other.gate.release()
