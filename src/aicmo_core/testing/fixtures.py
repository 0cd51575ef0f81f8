"""Time and identity that a test decides: real implementations of the kernel's ports."""

import threading
from datetime import UTC, datetime, timedelta

from aicmo_core.kernel.clock import Clock, Ids

MONDAY_MORNING = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
"""A Monday at 09:30 UTC: where the clocks below begin unless told otherwise."""


class FixedClock(Clock):
    """
    A clock that stands still until it is set or moved.

    Attributes:
        moment: What `now` returns. Aware, UTC.
    """

    def __init__(self, moment: datetime = MONDAY_MORNING) -> None:
        self.moment = _utc(moment)

    def now(self) -> datetime:
        return self.moment

    def set(self, moment: datetime) -> None:
        """Make it *moment*, which may be earlier: clocks jump."""
        self.moment = _utc(moment)

    def advance(self, by: timedelta) -> None:
        """Move on by *by*."""
        self.moment += by


class SteppingClock(Clock):
    """
    A clock that moves on by *step* each time it is read.

    Args:
        start: What the first reading returns. Aware.
        step: The difference between two readings.
    """

    def __init__(
        self, start: datetime = MONDAY_MORNING, step: timedelta = timedelta(seconds=1)
    ) -> None:
        self._next = _utc(start)
        self._step = step
        self._lock = threading.Lock()

    def now(self) -> datetime:
        with self._lock:
            moment = self._next
            self._next += self._step
        return moment


class SequentialIds(Ids):
    """
    Ids that count up: `id-000001`, `id-000002`, and so on. They sort in that order.

    Args:
        prefix: What stands before the number, to tell two sources apart.
    """

    def __init__(self, prefix: str = "id") -> None:
        self._prefix = prefix
        self._drawn = 0
        self._lock = threading.Lock()

    def new(self) -> str:
        with self._lock:
            self._drawn += 1
            return f"{self._prefix}-{self._drawn:06d}"


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"expected an aware datetime, found {moment!r}")
    return moment.astimezone(UTC)
