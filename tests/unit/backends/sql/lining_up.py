"""Threads that are made to wait in line until all have come."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

from aicmo_core.backends.sql.turns import Turns

T = TypeVar("T")
PATIENCE = 60


class LineUp(Protocol):
    """Starts work in a thread, and waits until it is in line."""

    def __call__(self, work: Callable[[], T], /) -> Future[T]: ...


class Held:
    """Work that is done when somebody lets it."""

    def __init__(self) -> None:
        self.settled = False
        self.begun = threading.Event()
        self.let = threading.Event()

    def do(self, works: Sequence[Any]) -> None:
        self.begun.set()
        assert self.let.wait(PATIENCE)
        self.settled = True


class _Line(list[Any]):
    def __init__(self, came: threading.Semaphore) -> None:
        super().__init__()
        self._came = came

    def append(self, turn: Any) -> None:
        super().append(turn)
        self._came.release()


def line_up_in(turns: Turns[Any], pool: ThreadPoolExecutor) -> LineUp:
    """
    Return what starts work in a thread of *pool* and waits until it is in line.

    Somebody has to be at it meanwhile, or the work would be done and stand in no line.
    """
    came = threading.Semaphore(0)
    turns._line = _Line(came)

    def line_up(work: Callable[[], T]) -> Future[T]:
        future = pool.submit(work)
        assert came.acquire(timeout=PATIENCE)
        return future

    return line_up


@contextmanager
def holding(turns: Turns[Any]) -> Iterator[LineUp]:
    """
    Keep *turns* busy; yield what starts work in a thread and waits until it is in line.

    When the block ends, the line moves, and all that was started ends.
    """
    held = Held()
    with ThreadPoolExecutor(32) as pool:
        first = pool.submit(turns.take, held, held.do, PATIENCE)
        assert held.begun.wait(PATIENCE)
        try:
            yield line_up_in(turns, pool)
        finally:
            held.let.set()
        assert first.result(PATIENCE)
