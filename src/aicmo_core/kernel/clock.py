"""Time and identity as ports: nothing below `providers` reads a clock by itself."""

from abc import ABC, abstractmethod
from datetime import datetime, timedelta


class Clock(ABC):
    """The time of day, for what is written down. Never used to measure a lapse."""

    @abstractmethod
    def now(self) -> datetime:
        """Return the present moment as an aware UTC datetime with microseconds."""


class Ids(ABC):
    """A source of identifiers that nobody else draws."""

    @abstractmethod
    def new(self) -> str:
        """
        Return an id that was never returned before, by any process.

        The built-in source gives UUIDv7 text (RFC 9562, section 5.7): ids that
        are drawn later sort later, to the millisecond.
        """


class Waiter(ABC):
    """Elapsed time: how long something took, and letting time pass. Unmoved by clock changes."""

    @abstractmethod
    def elapsed(self) -> timedelta:
        """Return the time since some fixed moment of this process; it never goes backwards."""

    @abstractmethod
    def wait(self, duration: timedelta) -> None:
        """Return after *duration*, or at once if it is not positive."""
