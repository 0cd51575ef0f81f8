"""Registers `memory:`."""

from collections.abc import Sequence

from aicmo_core.hooks import BackendProvider, hookimpl
from aicmo_core.kernel import InvalidValue, Problem
from aicmo_core.storage import Backend


def _open(url: str) -> Backend:
    from aicmo_core.backends.memory.backend import MemoryBackend

    rest = url.partition(":")[2]
    if rest.strip("/"):
        problem = Problem("$", f"expected 'memory:' and nothing after it, found {url!r}")
        raise InvalidValue("database URL", (problem,))
    return MemoryBackend()


@hookimpl
def aicmo_backends() -> Sequence[BackendProvider]:
    """Rows that end with the process."""
    return [BackendProvider("memory", _open, "rows in this process, gone when it ends")]
