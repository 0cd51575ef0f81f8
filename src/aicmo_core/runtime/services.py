"""
Adapters and providers, built anew for each unit of work.

`svcs` holds the registry and the instances of one unit of work. Nothing is shared
between runs unless a provider's own implementation shares it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import svcs
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
        self._registry = svcs.Registry()
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
        port: Any = provided.port  # an ABC, which svcs takes and its annotation refuses
        self._registry.register_factory(port, _factory(provided, module, self.owners), enter=False)

    def open(
        self, work: UnitOfWork, artifacts: Artifacts | None = None, ids: Ids | None = None
    ) -> Ports:
        """Return the ports of one unit of work, with the run's own artifacts and ids if given."""
        return Ports(_Unit(self._registry, work, artifacts, ids))


class _Unit(svcs.Container):
    """
    The instances of one unit of work, and what it was opened with.

    Values that differ from one unit of work to the next are attributes here, because
    registering them in a container would cost more than everything else in it.
    """

    def __init__(
        self,
        registry: svcs.Registry,
        work: UnitOfWork,
        artifacts: Artifacts | None,
        ids: Ids | None,
    ) -> None:
        super().__init__(registry)
        self.work = work
        self.own: dict[Any, Any] = {}
        if artifacts is not None:
            self.own[Artifacts] = artifacts
        if ids is not None:
            self.own[Ids] = ids


class Ports:
    """The ports that one unit of work reaches."""

    def __init__(self, unit: _Unit, asked_by: str = "the host") -> None:
        self._unit = unit
        self._asked_by = asked_by

    def get(self, port: Callable[..., P]) -> P:
        """
        Return the adapter or provider of *port*.

        Raises:
            PortMissing: Nobody provides it.
        """
        own = self._unit.own.get(port)
        if own is not None:
            return own  # type: ignore[no-any-return]
        try:
            return self._unit.get(port)  # type: ignore[call-overload,no-any-return]
        except svcs.exceptions.ServiceNotFoundError as error:
            if error.args and error.args[0] is not port:
                raise
            raise PortMissing(port_name(port), self._asked_by) from None


class _ModuleScope(Scope):
    """What the adapters of one module are built from."""

    def __init__(self, unit: _Unit, module: str, owners: Mapping[str, str]) -> None:
        self._ports = Ports(unit, f"module {module!r}")
        self._store = unit.work.store(module, owners)

    @property
    def store(self) -> Store:
        return self._store

    def get(self, port: Callable[..., P]) -> P:
        return self._ports.get(port)


def _factory(
    provided: Provides[Any], module: str, owners: Mapping[str, str]
) -> Callable[[_Unit], Any]:
    def build(svcs_container: _Unit) -> Any:
        return provided.build(_ModuleScope(svcs_container, module, owners))

    return build
