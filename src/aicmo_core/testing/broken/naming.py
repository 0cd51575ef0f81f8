"""Which case of the kit is to fail which defect: said where the defect is."""

from collections.abc import Callable
from typing import TypeVar

from aicmo_core.backends.memory import MemoryBackend

B = TypeVar("B", bound=type[MemoryBackend])

_CASES: dict[type[MemoryBackend], str] = {}


def failed_by(case: str) -> Callable[[B], B]:
    """Name the case whose promise the decorated backend breaks. Others may fail it too."""

    def name(defect: B) -> B:
        _CASES[defect] = case
        return defect

    return name


def case_of(defect: type[MemoryBackend]) -> str:
    """Return the name of the case that is to fail a defect."""
    return _CASES[defect]
