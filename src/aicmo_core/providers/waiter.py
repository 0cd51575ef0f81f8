"""Elapsed time as the operating system measures it."""

import threading
import time
from datetime import timedelta

from aicmo_core.kernel.clock import Waiter


class SystemWaiter(Waiter):
    """Measures with the monotonic clock, and waits on an event that nobody sets."""

    def __init__(self) -> None:
        self._never = threading.Event()

    def elapsed(self) -> timedelta:
        return timedelta(seconds=time.monotonic())

    def wait(self, duration: timedelta) -> None:
        if duration > timedelta(0):
            self._never.wait(duration.total_seconds())
