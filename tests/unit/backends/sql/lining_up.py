"""Threads that are made to wait in line until all have come."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from aicmo_core.backends.sql.turns import Turns

T = TypeVar("T")
PATIENCE = 60


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


@contextmanager
def holding(turns: Turns[Any]) -> Iterator[Callable[[Callable[[], T]], Future[T]]]:
    """
    Keep *turns* busy; yield what starts work in a thread and waits until it is in line.

    When the block ends, the line moves, and all that was started ends.
    """
    held, came = Held(), threading.Semaphore(0)
    with ThreadPoolExecutor(32) as pool:
        first = pool.submit(turns.take, held, held.do, PATIENCE)
        assert held.begun.wait(PATIENCE)
        turns._line = _Line(came)

        def line_up(work: Callable[[], T]) -> Future[T]:
            future = pool.submit(work)
            assert came.acquire(timeout=PATIENCE)
            return future

        try:
            yield line_up
        finally:
            held.let.set()
        assert first.result(PATIENCE)
