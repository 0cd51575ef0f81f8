"""When a failed attempt is tried again. Durable: the moment is written into the journal."""

import math
from datetime import datetime, timedelta

from attrs import Attribute, field, frozen


def _at_least_one(_: object, __: "Attribute[int]", value: int) -> None:
    if value < 1:
        raise ValueError(f"max_attempts must be 1 or more, found {value}")


def _not_negative(_: object, attribute: "Attribute[timedelta]", value: timedelta) -> None:
    if value < timedelta(0):
        raise ValueError(f"{attribute.name} must not be negative, found {value}")


def _finite_growth(_: object, __: "Attribute[float]", value: float) -> None:
    if not 1 <= value < math.inf:
        raise ValueError(f"factor must be 1 or more, and finite, found {value}")


@frozen
class RetryPolicy:
    """
    How often a step is attempted, and how long is waited in between.

    Attributes:
        max_attempts: The first attempt included.
        initial: The wait after the first failed attempt.
        factor: How much longer each further wait is.
        maximum: No wait is longer.
    """

    max_attempts: int = field(default=1, validator=_at_least_one)
    initial: timedelta = field(default=timedelta(seconds=1), validator=_not_negative)
    factor: float = field(default=2.0, converter=float, validator=_finite_growth)
    maximum: timedelta = field(default=timedelta(minutes=5), validator=_not_negative)

    def delay(self, attempt: int) -> timedelta:
        """Return the wait after failed attempt number *attempt*, which counts from 1."""
        try:
            wait = self.initial * self.factor ** (attempt - 1)
        except OverflowError:
            return self.maximum
        return min(wait, self.maximum)

    def next_attempt(self, attempt: int, now: datetime) -> datetime | None:
        """Return when to try again after attempt number *attempt* failed at *now*, or None."""
        if attempt >= self.max_attempts:
            return None
        return now + self.delay(attempt)


NO_RETRY = RetryPolicy()
"""One attempt."""

PATIENT = RetryPolicy(max_attempts=5, initial=timedelta(milliseconds=200))
"""What compensations get unless they say otherwise: giving up on one parks the run."""
