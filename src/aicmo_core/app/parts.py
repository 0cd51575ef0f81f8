"""What an application is made of, when every URL and name has been opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from attrs import frozen

from aicmo_core.hooks import (
    AnySubscriber,
    ArtifactStore,
    Documents,
    DurableSubscriber,
    EventTarget,
    Module,
    Provides,
    RuleBook,
    Subscriber,
    provides,
)
from aicmo_core.kernel.clock import Clock, Ids, Waiter
from aicmo_core.runtime.artifacts import ArtifactStores
from aicmo_core.runtime.plugins import Plugins
from aicmo_core.runtime.records import SCHEMA
from aicmo_core.runtime.rules import Rules
from aicmo_core.runtime.services import Services
from aicmo_core.runtime.wiring import check_adapters, check_subscribers, check_workflows
from aicmo_core.saga import Workflow
from aicmo_core.storage import Backend, Collection, ModuleSchema


@frozen
class Parts:
    """
    The parts of one application, the plugins' and the host's together.

    Attributes:
        workflows: By name.
        providers: Those that take precedence last.
        artifacts: Where new runs write their files; None if there is no place for them.
        open_store: Opens the store that an earlier run wrote its files to, by its URL.
    """

    backend: Backend
    modules: Sequence[Module]
    workflows: Mapping[str, Workflow[Any]]
    providers: Sequence[Provides[Any]]
    subscribers: Sequence[AnySubscriber]
    targets: Sequence[EventTarget]
    documents: Documents
    artifacts: ArtifactStore | None
    open_store: Callable[[str], ArtifactStore]
    clock: Clock
    ids: Ids
    waiter: Waiter
    plugins: Plugins
    rules: Rules

    @property
    def collections(self) -> dict[str, Collection[Any]]:
        """What the modules own, by name."""
        return {c.name: c for m in self.modules for c in m.collections}

    @property
    def durable(self) -> list[DurableSubscriber]:
        return [one for one in self.subscribers if isinstance(one, DurableSubscriber)]

    @property
    def passing(self) -> list[Subscriber]:
        """Those who are told only while this process is there."""
        return [one for one in self.subscribers if isinstance(one, Subscriber)]

    def stores(self) -> ArtifactStores:
        """Return the stores of files that runs are undone in."""
        stores = ArtifactStores(self.open_store)
        if self.artifacts is not None:
            stores.add(self.artifacts)
        return stores

    def services(self) -> Services:
        """
        Return the registry of ports, once all that is read from code has been checked.

        Raises:
            WorkflowInvalid: A step's return annotation is missing or does not resolve.
            PortProvidedTwice, PortMissing, PortCircle, OwnershipError, AdapterUnsound: What
                the parts ask of one another does not fit; see `open_app`.
        """
        for workflow in self.workflows.values():
            workflow.check()
        own: list[Provides[Any]] = [
            provides(Clock).by(lambda _: self.clock),
            provides(Ids).by(lambda _: self.ids),
            provides(RuleBook).by(lambda _: self.rules),
            provides(Documents).by(lambda _: self.documents),
        ]
        owners = {c.name: m.name for m in self.modules for c in m.collections}
        services = Services(self.modules, [*self.providers, *own], owners)
        check_adapters(services)
        check_workflows(self.workflows.values(), services)
        check_subscribers(self.durable, services)
        return services


def schemas(modules: Sequence[Module]) -> list[ModuleSchema]:
    """Return what a backend prepares for *modules*: the library's own schema first."""
    declared = [ModuleSchema(m.name, tuple(m.collections), m.migrations) for m in modules]
    return [SCHEMA, *(schema for schema in declared if schema.collections)]
