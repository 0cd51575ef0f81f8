"""
The core of a modular monolith for marketing agencies.

A host opens an application on a backend and runs workflows in it:

    with aicmo_core.open_app("sqlite:///agency.db", artifacts="out") as app:
        order = aicmo_core.structure(form, aicmo_core.ClientToDeliveryInput)
        run = app.run("client_to_delivery", order, key="order-42")

Everything else is found where it is declared: ports, DTOs and events in
`aicmo_core.modules.<name>.api`, the plugin contract in `aicmo_core.hooks`, the
storage port in `aicmo_core.storage`, and the kit in `aicmo_core.testing`.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aicmo_core.app import App, open_app
    from aicmo_core.kernel import AicmoError, Event, structure, unstructure
    from aicmo_core.runtime.records import RunState
    from aicmo_core.runtime.runs import Run
    from aicmo_core.saga import (
        RetryPolicy,
        StepContext,
        StepRejected,
        UndoContext,
        Workflow,
        external_step,
        step,
    )
    from aicmo_core.workflows import ClientToDeliveryInput, client_to_delivery

__version__ = "0.1.0"

__all__ = [
    "AicmoError",
    "App",
    "ClientToDeliveryInput",
    "Event",
    "RetryPolicy",
    "Run",
    "RunState",
    "StepContext",
    "StepRejected",
    "UndoContext",
    "Workflow",
    "client_to_delivery",
    "external_step",
    "open_app",
    "step",
    "structure",
    "unstructure",
]

_HOMES = {
    "aicmo_core.app": ("App", "open_app"),
    "aicmo_core.kernel": ("AicmoError", "Event", "structure", "unstructure"),
    "aicmo_core.runtime.records": ("RunState",),
    "aicmo_core.runtime.runs": ("Run",),
    "aicmo_core.saga": (
        "RetryPolicy",
        "StepContext",
        "StepRejected",
        "UndoContext",
        "Workflow",
        "external_step",
        "step",
    ),
    "aicmo_core.workflows": ("ClientToDeliveryInput", "client_to_delivery"),
}


def __getattr__(name: str) -> Any:
    """Import a name when it is first used, so that `import aicmo_core` costs next to nothing."""
    from importlib import import_module

    for home, names in _HOMES.items():
        if name in names:
            value = globals()[name] = getattr(import_module(home), name)
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
