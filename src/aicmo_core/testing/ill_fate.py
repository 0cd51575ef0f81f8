"""Which fault comes when, drawn from a seed, so that each can be left out by its number."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from enum import Enum
from random import Random

from attrs import frozen

from aicmo_core.runtime.executor import LAPSE


class SimulatedFault(Enum):
    """What becomes of one call of the store, or of the process that made it."""

    ERROR_BEFORE = "error before"
    """BackendUnavailable; nothing is written."""
    LOST_BEFORE = "lost before"
    """OutcomeUnknown; nothing is written, nor will be."""
    LOST_AFTER = "lost after"
    """OutcomeUnknown, although the batch is written, or was refused."""
    LOST_LATE = "lost, and late"
    """OutcomeUnknown, and the batch arrives after a while, among what others write."""
    DUPLICATE = "duplicate"
    """The batch is delivered twice; the second delivery is what is answered."""
    CRASH_BEFORE = "crash before"
    """The process dies; nothing is written."""
    CRASH_AFTER = "crash after"
    """The process dies, although the batch is written."""
    PAUSE_BEFORE = "pause before"
    """The process stands still, its heart too, and then makes the call."""
    PAUSE_AFTER = "pause after"
    """The process stands still before it sees the answer."""


OF_READS = (SimulatedFault.ERROR_BEFORE, SimulatedFault.CRASH_BEFORE, SimulatedFault.PAUSE_BEFORE)
"""What may become of a read, and, but for the error, of a moment in a fake of a service."""

OUTSIDE = (SimulatedFault.CRASH_BEFORE, SimulatedFault.PAUSE_BEFORE)


class Kind(Enum):
    """What a fault may hit."""

    COMMIT = "commit"
    READ = "read"
    OUTSIDE = "outside"


@frozen
class _Coming:
    """The next fault, and how many calls of its kind go well before it."""

    kind: Kind
    fault: SimulatedFault
    gap: int


class IllFate:
    """
    Draws faults, a bounded number of them.

    Args:
        random: Nobody else may draw from it.
        count: How many there are.
        without: The numbers, from 1, of those that are left out.

    Attributes:
        met: What happened, and to what, by number.
        calm: Whether nothing happens any more.
    """

    def __init__(self, random: Random, count: int, without: Collection[int] = ()) -> None:
        self.met: dict[int, tuple[SimulatedFault, str]] = {}
        self.calm = count == 0
        self._random = random
        self._left = count
        self._number = 0
        self._without = without
        self._often = random.choice([3, 8, 20])
        # Few kinds at a time go deeper than a mixture of all: two pauses, and nothing else.
        self._likely = random.sample(list(SimulatedFault), random.choice([2, 4, 9]))
        self._coming = self._draw()

    def strikes(self, kind: Kind, what: str) -> SimulatedFault | None:
        """Return the fault that this call meets; None if it goes well."""
        coming = self._coming
        if self.calm or kind is not coming.kind:
            return None
        if coming.gap:
            self._coming = _Coming(kind, coming.fault, coming.gap - 1)
            return None
        self._number += 1
        self._left -= 1
        self.calm = self._left == 0
        self._coming = self._draw()
        if self._number in self._without:
            return None
        self.met[self._number] = (coming.fault, what)
        return coming.fault

    def pause(self) -> timedelta:
        """Return how long a process stands still: sometimes short of a lapse, mostly longer."""
        return LAPSE * self._random.choice([0.1, 1.2, 1.5, 3])

    def delay(self) -> timedelta:
        """Return how long a batch is on its way whose answer was lost."""
        return timedelta(milliseconds=self._random.choice([1, 20, 300, 5000]))

    def _draw(self) -> _Coming:
        kind = self._random.choices(list(Kind), [6, 2, 1])[0]
        gap = self._random.randrange(1, self._often)
        match kind:
            case Kind.COMMIT:
                return _Coming(kind, self._random.choice(self._likely), gap)
            case Kind.READ:
                return _Coming(kind, self._one_of(OF_READS), 4 * gap)
            case Kind.OUTSIDE:
                return _Coming(kind, self._one_of(OUTSIDE), gap % 2)

    def _one_of(self, possible: Sequence[SimulatedFault]) -> SimulatedFault:
        likely = [fault for fault in possible if fault in self._likely]
        return self._random.choice(likely or possible)
