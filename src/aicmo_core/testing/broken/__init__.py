"""
Backends that are wrong on purpose, one defect each: a kit is as good as what it fails.

Each is a small subclass of the memory backend. `DEFECTS` lists them all; its classes
take the `Memory` that they share with other objects on the same rows.
"""

from aicmo_core.backends.memory import MemoryBackend
from aicmo_core.testing.broken.reads import READ_DEFECTS
from aicmo_core.testing.broken.values import VALUE_DEFECTS
from aicmo_core.testing.broken.writes import WRITE_DEFECTS

DEFECTS: tuple[type[MemoryBackend], ...] = (*WRITE_DEFECTS, *READ_DEFECTS, *VALUE_DEFECTS)

__all__ = ["DEFECTS"]
