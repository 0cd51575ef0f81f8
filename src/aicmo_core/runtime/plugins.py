"""
Finding plugins, and surviving those that are broken.

A plugin is an entry point of the group `aicmo_core`. One that raises, exits or hangs
while it is imported or in a hook, that implements a hook which does not exist, or that
was written for another version of the hooks, is left out and named, and the application
starts without it. Code that calls `os._exit`, or that hangs while it holds the
interpreter lock, cannot be survived.
"""

from __future__ import annotations

import importlib.metadata
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any, TypeVar

import pluggy
from attrs import define, field, frozen

from aicmo_core.hooks import (
    ENTRY_POINT_GROUP,
    HOOK_VERSION,
    AnySubscriber,
    ArtifactStoreProvider,
    BackendProvider,
    DocumentFormat,
    DurableSubscriber,
    EventTargetProvider,
    Hooks,
    Module,
    Provides,
    RuleChange,
    Subscriber,
)
from aicmo_core.kernel.errors import AicmoError, nearest
from aicmo_core.runtime.admission import Admission, admission, normal_name
from aicmo_core.runtime.errors import PortProvidedTwice, port_name
from aicmo_core.runtime.records import SCHEMA
from aicmo_core.saga import Workflow
from aicmo_core.storage import Collection

T = TypeVar("T")

TIME_LIMIT = 10.0
"""How many seconds the import of a plugin, and then its hooks, may take."""

VERSION_ATTRIBUTE = "AICMO_HOOK_VERSION"
"""Where a plugin may say which version of the hooks it was written for, such as "1.0"."""

OWN = "aicmo_core"
OWN_NORMAL = "aicmo-core"


@define
class PluginClash(AicmoError):
    """Two plugins claim one name. Leave one of them out by listing the plugins to load."""

    kind: str
    name: str
    first: str
    second: str

    def __str__(self) -> str:
        return (
            f"{self.kind} {self.name!r} is claimed by both {self.first} and {self.second}; "
            "load only one of them"
        )


@define
class PluginInfo:
    """
    What was found under one entry point.

    Attributes:
        name: The entry point's name.
        target: What it points to.
        distribution: Which distribution brought it, and its version.
        left_out: Why it was left out; None if it is loaded.
        offers: What it adds, such as "module qc".
    """

    name: str
    target: str = ""
    distribution: str = ""
    version: str = ""
    left_out: str | None = None
    offers: list[str] = field(factory=list)

    @property
    def origin(self) -> str:
        if not self.distribution:
            return self.name
        return f"{self.name} ({self.distribution} {self.version})"


@frozen
class Offer:
    """Something that a plugin handed over, and which plugin it was."""

    value: Any
    plugin: PluginInfo


@define
class Plugins:
    """Everything that the plugins of this process offer. Names are unique."""

    found: list[PluginInfo] = field(factory=list)
    modules: dict[str, Offer] = field(factory=dict)
    backends: dict[str, Offer] = field(factory=dict)
    artifact_stores: dict[str, Offer] = field(factory=dict)
    event_targets: dict[str, Offer] = field(factory=dict)
    document_formats: dict[str, Offer] = field(factory=dict)
    workflows: dict[str, Offer] = field(factory=dict)
    subscribers: dict[str, Offer] = field(factory=dict)
    collections: dict[str, Offer] = field(factory=dict)
    ports: dict[Any, Offer] = field(factory=dict)
    providers: list[Offer] = field(factory=list)
    rule_sets: dict[str, Offer] = field(factory=dict)
    rule_changes: list[Offer] = field(factory=list)

    def module_list(self) -> list[Module]:
        return [offer.value for offer in self.modules.values()]

    def workflow_list(self) -> list[Workflow[Any]]:
        return [offer.value for offer in self.workflows.values()]

    def subscriber_list(self) -> list[AnySubscriber]:
        return [offer.value for offer in self.subscribers.values()]

    def provider_list(self) -> list[Provides[Any]]:
        """Return the providers, those that give way to others first."""
        found: list[Provides[Any]] = [offer.value for offer in self.providers]
        return sorted(found, key=lambda provider: not provider.default)

    def with_modules(self, added: Sequence[Module]) -> list[Module]:
        """
        Return the plugins' modules and those that the host adds.

        Raises:
            PluginClash: Two of them claim one name or table, or one of the library's own.
            PortProvidedTwice: Two of them provide one port.
        """
        all_of_them = Plugins(
            modules=dict(self.modules),
            collections=dict(self.collections),
            ports=dict(self.ports),
            rule_sets=dict(self.rule_sets),
        )
        for module in added:
            _add_module(all_of_them, PluginInfo("the host's own modules"), module)
        return all_of_them.module_list()


def load_plugins(
    allow: Sequence[str] | None = None,
    deny: Sequence[str] = (),
    entry_points: Iterable[Any] | None = None,
) -> Plugins:
    """
    Import the installed plugins and collect what they offer.

    Args:
        allow: The distributions whose plugins are loaded, besides this one's, by name or
            by name and versions: `"legal"`, `"legal==1.2"`, `"legal>=1,<2"`; None for all.
        deny: Distributions whose plugins are not loaded, allowed or not.
        entry_points: Instead of the installed ones.

    Raises:
        InvalidValue: An entry of *allow* or *deny* is not a name, or its versions are not.
        PluginClash: Two plugins claim one name or table.
        PortProvidedTwice: Two plugins provide one port, and neither gives way.
    """
    plugins = Plugins()
    let_in = admission(allow, deny)
    if entry_points is None:
        entry_points = importlib.metadata.entry_points(group=ENTRY_POINT_GROUP)
    manager = pluggy.PluginManager("aicmo_core")
    manager.add_hookspecs(Hooks)
    known = _distributions(entry_points)
    for point, distribution, version in sorted(known, key=lambda p: (p[1] != OWN, p[0].name)):
        info = PluginInfo(point.name, point.value, distribution, version)
        plugins.found.append(info)
        info.left_out = _unwanted(distribution, version, let_in)
        if info.left_out is None:
            offered = _guarded(info, partial(_load, manager, info, point))
            for kind, value in offered or ():
                _KINDS[kind](plugins, info, value)
    return plugins


def _distributions(points: Iterable[Any]) -> Iterator[tuple[Any, str, str]]:
    """Yield each entry point with its distribution's name and version, which are read once."""
    read: dict[int, tuple[Any, str, str]] = {id(None): (None, "unknown", "")}
    for point in points:
        found: Any = getattr(point, "dist", None)
        if id(found) not in read:  # to ask for either is to parse a file
            read[id(found)] = (found, found.name, found.version)
        _, name, version = read[id(found)]
        yield point, name, version


def _unwanted(distribution: str, version: str, let_in: Admission) -> str | None:
    """Return why the host does not want this distribution's plugins, or None."""
    if normal_name(distribution) == OWN_NORMAL:
        return None
    return let_in.refusal(distribution, version)


def _guarded(info: PluginInfo, work: Callable[[], T]) -> T | None:
    """
    Do *work* with a plugin in a thread of its own, which can be given up on.

    Whatever it raises becomes the reason for which the plugin is left out.
    """
    if info.distribution == OWN:  # this library's own, which cannot do without
        return work()
    box: list[T] = []

    def target() -> None:
        try:
            box.append(work())
        except PluginRefused as refused:
            info.left_out = str(refused)
        except BaseException as error:  # noqa: BLE001 - SystemExit too; it becomes the reason
            info.left_out = f"it raised {type(error).__name__}: {error}"

    thread = threading.Thread(target=target, name=f"plugin {info.name}", daemon=True)
    thread.start()
    thread.join(TIME_LIMIT)
    if thread.is_alive():
        info.left_out = f"it did not answer within {TIME_LIMIT:g} seconds"
        return None
    return box[0] if box else None


def _load(manager: pluggy.PluginManager, info: PluginInfo, point: Any) -> list[tuple[str, Any]]:
    return _offers(manager, info, point.load())


def _offers(manager: pluggy.PluginManager, info: PluginInfo, plugin: Any) -> list[tuple[str, Any]]:
    """Register a plugin and call its hooks alone, so that what is offered is known to be its."""
    _check_version(plugin)
    _check_hooks(manager, plugin)
    manager.register(plugin, name=info.origin)
    others = [p for p in manager.get_plugins() if p is not plugin]
    offered: list[tuple[str, Any]] = []
    try:
        for kind, (single, _) in _SHAPES.items():
            caller = manager.subset_hook_caller(kind, others)
            for value in caller():
                offered += [(kind, one) for one in ([value] if single else value)]
        for kind, one in offered:
            _check_offer(kind, one)
    except BaseException:
        manager.unregister(plugin)
        raise
    return offered


class PluginRefused(Exception):
    """A plugin is not one, and why."""


def _check_version(plugin: Any) -> None:
    wanted = getattr(plugin, VERSION_ATTRIBUTE, HOOK_VERSION)
    if str(wanted).split(".")[0] != HOOK_VERSION.split(".")[0]:
        raise PluginRefused(
            f"it was written for version {wanted} of the hooks, and this is {HOOK_VERSION}"
        )


def _check_hooks(manager: pluggy.PluginManager, plugin: Any) -> None:
    """Refuse a hook that does not exist: a misspelled one would never be called."""
    implemented = [n for n in dir(plugin) if manager.parse_hookimpl_opts(plugin, n) is not None]
    for name in implemented:
        if name not in _SHAPES:
            close = nearest(name, _SHAPES)
            hint = f"; did it mean {close!r}?" if close else ""
            raise PluginRefused(f"it implements hook {name!r}, which does not exist{hint}")


def _check_offer(kind: str, value: Any) -> None:
    _, expected = _SHAPES[kind]
    if not isinstance(value, expected):
        names = " or ".join(one.__name__ for one in expected)
        raise PluginRefused(f"its hook {kind} returned {type(value).__name__}, expected {names}")


def _claim(table: dict[str, Offer], kind: str, name: str, info: PluginInfo, value: Any) -> None:
    earlier = table.get(name)
    if earlier is not None:
        raise PluginClash(kind, name, earlier.plugin.origin, info.origin)
    table[name] = Offer(value, info)
    info.offers.append(f"{kind} {name}")


def _add_module(plugins: Plugins, info: PluginInfo, module: Module) -> None:
    if module.name == SCHEMA.module:
        raise PluginClash("module", module.name, "the library itself", info.origin)
    _claim(plugins.modules, "module", module.name, info, module)
    own = {table.casefold() for c in SCHEMA.collections for table in _tables_of(c)}
    for collection in module.collections:
        for table in _tables_of(collection):
            # Databases differ in whether the case of a table's name counts.
            folded = table.casefold()
            if folded in own:
                raise PluginClash("table", table, "the library itself", info.origin)
            earlier = plugins.collections.get(folded)
            if earlier is not None:
                raise PluginClash("table", table, earlier.plugin.origin, info.origin)
            plugins.collections[folded] = Offer(collection, info)
    for adapter in module.adapters:
        _claim_port(plugins, info, adapter)
    for rule_set in module.rules:
        earlier = plugins.rule_sets.get(rule_set.name)
        if earlier is not None:
            raise PluginClash("rule set", rule_set.name, earlier.plugin.origin, info.origin)
        plugins.rule_sets[rule_set.name] = Offer(rule_set, info)


def _tables_of(collection: Collection[Any]) -> list[str]:
    return [collection.name, *collection.children.values()]


def _claim_port(plugins: Plugins, info: PluginInfo, provided: Provides[Any]) -> None:
    """Let a port have one adapter or provider, besides those that give way."""
    if provided.default:
        return
    earlier = plugins.ports.get(provided.port)
    if earlier is not None:
        raise PortProvidedTwice(port_name(provided.port), earlier.plugin.origin, info.origin)
    plugins.ports[provided.port] = Offer(provided, info)


def _add_backend(plugins: Plugins, info: PluginInfo, backend: BackendProvider) -> None:
    _claim(plugins.backends, "backend", backend.scheme, info, backend)


def _add_store(plugins: Plugins, info: PluginInfo, store: ArtifactStoreProvider) -> None:
    _claim(plugins.artifact_stores, "artifact store", store.scheme, info, store)


def _add_target(plugins: Plugins, info: PluginInfo, target: EventTargetProvider) -> None:
    _claim(plugins.event_targets, "event target", target.scheme, info, target)


def _add_format(plugins: Plugins, info: PluginInfo, added: DocumentFormat) -> None:
    _claim(plugins.document_formats, "document format", added.name, info, added)


def _add_workflow(plugins: Plugins, info: PluginInfo, workflow: Workflow[Any]) -> None:
    _claim(plugins.workflows, "workflow", workflow.name, info, workflow)


def _add_subscriber(plugins: Plugins, info: PluginInfo, subscriber: AnySubscriber) -> None:
    _claim(plugins.subscribers, "subscriber", subscriber.name, info, subscriber)


def _add_provider(plugins: Plugins, info: PluginInfo, provider: Provides[Any]) -> None:
    _claim_port(plugins, info, provider)
    plugins.providers.append(Offer(provider, info))
    info.offers.append(f"provider {port_name(provider.port)}")


def _add_rules(plugins: Plugins, info: PluginInfo, change: RuleChange) -> None:
    plugins.rule_changes.append(Offer(change, info))
    info.offers.append(f"change to rules {change.rules}")


_KINDS: dict[str, Callable[[Plugins, PluginInfo, Any], None]] = {
    "aicmo_module": _add_module,
    "aicmo_backends": _add_backend,
    "aicmo_artifact_stores": _add_store,
    "aicmo_providers": _add_provider,
    "aicmo_workflows": _add_workflow,
    "aicmo_subscribers": _add_subscriber,
    "aicmo_event_targets": _add_target,
    "aicmo_document_formats": _add_format,
    "aicmo_rules": _add_rules,
}

_SHAPES: dict[str, tuple[bool, tuple[type, ...]]] = {
    "aicmo_module": (True, (Module,)),
    "aicmo_backends": (False, (BackendProvider,)),
    "aicmo_artifact_stores": (False, (ArtifactStoreProvider,)),
    "aicmo_providers": (False, (Provides,)),
    "aicmo_workflows": (False, (Workflow,)),
    "aicmo_subscribers": (False, (Subscriber, DurableSubscriber)),
    "aicmo_event_targets": (False, (EventTargetProvider,)),
    "aicmo_document_formats": (False, (DocumentFormat,)),
    "aicmo_rules": (False, (RuleChange,)),
}
"""Per hook: whether it returns one value or a list, and of what classes."""
