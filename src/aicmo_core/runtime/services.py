"""
Adapters and providers, built anew for each unit of work.

Nothing is shared between runs unless a provider's own implementation shares it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from attrs import frozen

from aicmo_core.hooks import Artifacts, Module, Provides, Scope
from aicmo_core.kernel.clock import Ids
from aicmo_core.runtime.errors import PortMissing, PortProvidedTwice, port_name
from aicmo_core.storage import Store, UnitOfWork

P = TypeVar("P")


@frozen
class Provided:
    """Who provides a port, and how: the name of a module, or "providers"."""

    by: Provides[Any]
    module: str


class Services:
    """
    The registry of one application.

    Args:
        modules: Whose adapters to register.
        providers: Implementations of provider ports, the host's own last: the last one
            wins, over adapters too.
        owners: Collection name to the name of the module that owns it.

    Raises:
        PortProvidedTwice: Two adapters are for one port.
    """

    def __init__(
        self,
        modules: Sequence[Module],
        providers: Sequence[Provides[Any]],
        owners: Mapping[str, str],
    ) -> None:
        self.owners = owners
        self.provided: dict[Any, Provided] = {}
        for module in modules:
            for adapter in module.adapters:
                self._register(adapter, module.name)
        for provider in providers:
            self._add(provider, "providers")

    def _register(self, adapter: Provides[Any], module: str) -> None:
        earlier = self.provided.get(adapter.port)
        if earlier is not None:
            raise PortProvidedTwice(port_name(adapter.port), earlier.module, module)
        self._add(adapter, module)

    def _add(self, provided: Provides[Any], module: str) -> None:
        self.provided[provided.port] = Provided(provided, module)

    def open(
        self, work: UnitOfWork, artifacts: Artifacts | None = None, ids: Ids | None = None
    ) -> Ports:
        """Return the ports of one unit of work, with the run's own artifacts and ids if given."""
        own: dict[Any, Any] = {}
        if artifacts is not None:
            own[Artifacts] = artifacts
        if ids is not None:
            own[Ids] = ids
        return Ports(_Unit(self, work, own))


class _Unit:
    """
    The instances of one unit of work.

    Attributes:
        made: What was built so far, by port, and what it was opened with.
    """

    __slots__ = ("made", "services", "work")

    def __init__(self, services: Services, work: UnitOfWork, made: dict[Any, Any]) -> None:
        self.services = services
        self.work = work
        self.made = made


class Ports:
    """
    The ports that one unit of work reaches.

    Args:
        module: Whose adapters ask for them; none if the host does.
    """

    __slots__ = ("_module", "_unit")

    def __init__(self, unit: _Unit, module: str = "") -> None:
        self._unit = unit
        self._module = module

    def get(self, port: Callable[..., P]) -> P:
        """
        Return the adapter or provider of *port*.

        Raises:
            PortMissing: Nobody provides it.
        """
        unit = self._unit
        made = unit.made.get(port)
        if made is None:
            provided = unit.services.provided.get(port)
            if provided is None:
                asked_by = f"module {self._module!r}" if self._module else "the host"
                raise PortMissing(port_name(port), asked_by)
            made = unit.made[port] = provided.by.build(_ModuleScope(unit, provided.module))
        return made  # type: ignore[no-any-return]


class _ModuleScope(Ports, Scope):
    """What the adapters of one module are built from."""

    __slots__ = ()

    @property
    def store(self) -> Store:
        return self._unit.work.store(self._module, self._unit.services.owners)
