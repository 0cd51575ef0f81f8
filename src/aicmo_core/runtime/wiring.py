"""
Whether adapters and workflows fit together, found out before anything runs.

When an application is opened, what its code asks for is read. Before the first run of a
workflow, and before a run is recovered, the adapters that its steps ask for are built once,
as the run would build them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from aicmo_core.hooks import Artifacts, DurableSubscriber
from aicmo_core.kernel.clock import Clock, Ids
from aicmo_core.runtime.asking import collections_opened, ports_asked
from aicmo_core.runtime.errors import AdapterUnsound, PortCircle, PortMissing, port_name
from aicmo_core.runtime.services import Ports, Provided, Services
from aicmo_core.saga import Workflow
from aicmo_core.storage import OwnershipError

OF_THE_RUN = (Artifacts, Clock, Ids)
"""What a unit of work brings with it."""

_OWN = __name__.partition(".")[0]


def check_adapters(services: Services) -> None:
    """
    Read what every adapter asks for and opens.

    Raises:
        PortMissing: Nobody provides a port that one asks for.
        PortCircle: Some need one another to be built.
        OwnershipError: One opens a collection of another module, or of none.
        AdapterUnsound: The code of one cannot be imported.
    """
    asked = {port: _asked(port, provided) for port, provided in services.provided.items()}
    for port, provided in services.provided.items():
        for wanted in asked[port]:
            if wanted not in services.provided and wanted not in OF_THE_RUN:
                raise PortMissing(port_name(wanted), _who(port, provided))
    _check_circles(asked)
    for provided in services.provided.values():
        imports = not _is_own(provided)
        _check_owned(services, provided, collections_opened(provided.by.build, imports=imports))


def check_workflows(workflows: Iterable[Workflow[Any]], services: Services) -> None:
    """
    Read what every step, compensation and preparation asks for.

    Raises:
        PortMissing: Nobody provides a port that one asks for.
    """
    for workflow in workflows:
        for what, code in _parts(workflow):
            for wanted in ports_asked(code):
                if wanted not in services.provided and wanted not in OF_THE_RUN:
                    raise PortMissing(port_name(wanted), f"{what} of workflow {workflow.name!r}")


def check_subscribers(subscribers: Iterable[DurableSubscriber], services: Services) -> None:
    """
    Read what every durable subscriber asks for.

    Raises:
        PortMissing: Nobody provides a port that one asks for.
    """
    for subscriber in subscribers:
        for wanted in ports_asked(subscriber.handle):
            if wanted not in services.provided and wanted not in (Clock, Ids):
                raise PortMissing(port_name(wanted), f"durable subscriber {subscriber.name!r}")


def try_adapters(workflow: Workflow[Any], services: Services, ports: Ports) -> None:
    """
    Build the adapters that a workflow asks for, in a unit of work that is thrown away.

    Raises:
        PortMissing: Nobody provides a port that one asks for, or there is no place for files.
        OwnershipError: One opens a collection of another module, or of none.
        AdapterUnsound: What was built is no adapter of its port.
    """
    _try_for((code for _, code in _parts(workflow)), services, ports)


def try_rest(
    workflow: Workflow[Any], services: Services, ports: Ports, *, compensating: bool
) -> None:
    """
    Build the adapters that a run may still ask for, in a unit of work that is thrown away.

    Its preparation is over; and if it is being taken back, so are its steps.

    Raises:
        PortMissing: Nobody provides a port that one asks for, or there is no place for files.
        OwnershipError: One opens a collection of another module, or of none.
        AdapterUnsound: What was built is no adapter of its port.
    """
    steps = () if compensating else [step.run for step in workflow.all_steps]
    undoing = [step.compensation for step in workflow.all_steps]
    asking = [step.was_done for step in workflow.all_steps]
    _try_for((part for part in (*steps, *undoing, *asking) if part), services, ports)


def _try_for(parts: Iterable[Callable[..., Any]], services: Services, ports: Ports) -> None:
    for code in parts:
        for port in ports_asked(code):
            adapter = ports.get(port)
            provided = services.provided.get(port)
            if provided is None:
                continue
            if isinstance(port, type) and not isinstance(adapter, port):
                reason = (
                    f"its build returned {type(adapter).__name__}, which is no {port_name(port)}"
                )
                raise AdapterUnsound(port_name(port), provided.module, reason)
            _check_owned(services, provided, collections_opened(type(adapter)))


def _asked(port: Any, provided: Provided) -> Sequence[Any]:
    try:
        return ports_asked(provided.by.build, imports=not _is_own(provided))
    except ImportError as error:
        raise AdapterUnsound(port_name(port), provided.module, str(error)) from error


def _is_own(provided: Provided) -> bool:
    """Return whether it is this library's: its imports take long, and its tests read them."""
    module = getattr(provided.by.build, "__module__", None) or ""
    return module.partition(".")[0] == _OWN


def _check_owned(services: Services, provided: Provided, opened: Sequence[Any]) -> None:
    for collection in opened:
        owner = services.owners.get(collection.name)
        if owner != provided.module:
            raise OwnershipError(provided.module, collection.name, owner)


def _check_circles(asked: Mapping[Any, Sequence[Any]]) -> None:
    done: set[Any] = set()

    def visit(port: Any, above: tuple[Any, ...]) -> None:
        if port in above:
            circle = (*above[above.index(port) :], port)
            raise PortCircle(tuple(map(port_name, circle)))
        if port not in done:
            for wanted in asked.get(port, ()):
                visit(wanted, (*above, port))
            done.add(port)

    for port in asked:
        visit(port, ())


def _parts(workflow: Workflow[Any]) -> Iterator[tuple[str, Callable[..., Any]]]:
    if workflow.prepare is not None:
        yield "the preparation", workflow.prepare
    for step in workflow.all_steps:
        yield f"step {step.name!r}", step.run
        if step.compensation is not None:
            yield f"the compensation of step {step.name!r}", step.compensation
        if step.was_done is not None:
            yield f"was_done of step {step.name!r}", step.was_done


def _who(port: Any, provided: Provided) -> str:
    if provided.module == "providers":
        return f"the provider of {port_name(port)}"
    return f"module {provided.module!r}, for its {port_name(port)},"
