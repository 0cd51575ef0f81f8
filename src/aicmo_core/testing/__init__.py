"""
The kit that third parties run: conformance suites, samples, and backends with faults.

Nothing of it is imported by the rest of the library, and pytest only with a suite.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aicmo_core.testing.conformance import BackendConformance, Level, OpenStore
    from aicmo_core.testing.crashes import CrashPoint, CrashReport, crash_points
    from aicmo_core.testing.engines import EngineConformance
    from aicmo_core.testing.faulty import Crash, Fault, FaultyBackend
    from aicmo_core.testing.modules import ModuleConformance

__all__ = [
    "BackendConformance",
    "Crash",
    "CrashPoint",
    "CrashReport",
    "EngineConformance",
    "Fault",
    "FaultyBackend",
    "Level",
    "ModuleConformance",
    "OpenStore",
    "crash_points",
]


def __getattr__(name: str) -> Any:
    if name in ("BackendConformance", "Level", "OpenStore"):
        from aicmo_core.testing import conformance

        return getattr(conformance, name)
    if name in ("CrashPoint", "CrashReport", "crash_points"):
        from aicmo_core.testing import crashes

        return getattr(crashes, name)
    if name == "EngineConformance":
        from aicmo_core.testing import engines

        return engines.EngineConformance
    if name == "ModuleConformance":
        from aicmo_core.testing import modules

        return modules.ModuleConformance
    if name in ("Crash", "Fault", "FaultyBackend"):
        from aicmo_core.testing import faulty

        return getattr(faulty, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
