"""
The kit that third parties run: conformance suites, samples, and backends with faults.

Nothing of it is imported by the rest of the library, and pytest only with a suite.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aicmo_core.testing.conformance import BackendConformance, Level, OpenStore
    from aicmo_core.testing.crashes import CrashPoint, CrashReport, crash_points
    from aicmo_core.testing.engines import EngineConformance
    from aicmo_core.testing.faulty import Crash, Fault, FaultyBackend
    from aicmo_core.testing.ill_fate import SimulatedFault
    from aicmo_core.testing.modules import ModuleConformance
    from aicmo_core.testing.seeds import Tally, simulate_seeds
    from aicmo_core.testing.simulated import Process
    from aicmo_core.testing.simulation import PromiseBroken, Simulated, simulate

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
    "Process",
    "PromiseBroken",
    "Simulated",
    "SimulatedFault",
    "Tally",
    "crash_points",
    "simulate",
    "simulate_seeds",
]


_HOMES = {
    "BackendConformance": "conformance",
    "Crash": "faulty",
    "CrashPoint": "crashes",
    "CrashReport": "crashes",
    "EngineConformance": "engines",
    "Fault": "faulty",
    "FaultyBackend": "faulty",
    "Level": "conformance",
    "ModuleConformance": "modules",
    "OpenStore": "conformance",
    "Process": "simulated",
    "PromiseBroken": "simulation",
    "Simulated": "simulation",
    "SimulatedFault": "ill_fate",
    "Tally": "seeds",
    "crash_points": "crashes",
    "simulate": "simulation",
    "simulate_seeds": "seeds",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
