"""Rows in this process's memory: the embedded default for tests, and a real backend."""

from aicmo_core.backends.memory.backend import MemoryBackend
from aicmo_core.backends.memory.memory import Memory

__all__ = ["Memory", "MemoryBackend"]
