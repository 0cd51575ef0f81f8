"""The built-in workflows, as a plugin."""

from collections.abc import Sequence
from typing import Any

from aicmo_core.hooks import hookimpl
from aicmo_core.saga import Workflow


@hookimpl
def aicmo_workflows() -> Sequence[Workflow[Any]]:
    from aicmo_core.workflows.client_to_delivery import client_to_delivery

    return [client_to_delivery]
