"""
Backends that are wrong on purpose, one defect each: a kit is as good as what it fails.

Each is a small subclass of the memory backend. `DEFECTS` lists them all; its classes
take the `Memory` that they share with other objects on the same rows. `case_of` tells which
case of the kit is to fail a defect.
"""

from aicmo_core.backends.memory import MemoryBackend
from aicmo_core.testing.broken.hardship import HARDSHIP_DEFECTS
from aicmo_core.testing.broken.naming import case_of
from aicmo_core.testing.broken.reads import READ_DEFECTS
from aicmo_core.testing.broken.values import VALUE_DEFECTS
from aicmo_core.testing.broken.writes import WRITE_DEFECTS

DEFECTS: tuple[type[MemoryBackend], ...] = (
    *WRITE_DEFECTS,
    *READ_DEFECTS,
    *VALUE_DEFECTS,
    *HARDSHIP_DEFECTS,
)

__all__ = ["DEFECTS", "case_of"]
