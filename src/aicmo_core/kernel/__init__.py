"""What every floor speaks: ids, clocks, events, errors, money, and strict structuring."""

from aicmo_core.kernel.clock import Clock, Ids, Waiter
from aicmo_core.kernel.errors import (
    AicmoError,
    AlreadyExists,
    InvalidValue,
    NotFound,
    Problem,
    UnknownName,
    nearest,
)
from aicmo_core.kernel.event import Event, Redacted, Release, Retracted
from aicmo_core.kernel.limits import MOST_BYTES, MOST_LEVELS
from aicmo_core.kernel.money import Money
from aicmo_core.kernel.secret import Secret
from aicmo_core.kernel.structuring import from_json, structure, to_json, unstructure

__all__ = [
    "MOST_BYTES",
    "MOST_LEVELS",
    "AicmoError",
    "AlreadyExists",
    "Clock",
    "Event",
    "Ids",
    "InvalidValue",
    "Money",
    "NotFound",
    "Problem",
    "Redacted",
    "Release",
    "Retracted",
    "Secret",
    "UnknownName",
    "Waiter",
    "from_json",
    "nearest",
    "structure",
    "to_json",
    "unstructure",
]
