"""
Opening an application: what plugins offer and what the host names become its parts.

Whatever cannot be opened, or does not fit, is refused before there is an application.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from os import PathLike
from typing import Any

from aicmo_core.app.addresses import open_backend, open_renderer, open_store, open_target
from aicmo_core.app.app import App
from aicmo_core.app.parts import Parts
from aicmo_core.hooks import (
    AnySubscriber,
    ArtifactStore,
    DocumentRenderer,
    Documents,
    DurableSubscriber,
    EventTarget,
    Module,
    Provides,
)
from aicmo_core.kernel.clock import Clock, Ids, Waiter
from aicmo_core.providers.clock import SystemClock
from aicmo_core.providers.ids import Uuid7Ids
from aicmo_core.providers.waiter import SystemWaiter
from aicmo_core.runtime.plugins import PluginClash, Plugins, load_plugins
from aicmo_core.runtime.rules import HostRules, Rules
from aicmo_core.saga import Workflow
from aicmo_core.storage import Backend


def open_app(
    url: str | Backend = "memory:",
    *,
    artifacts: str | PathLike[str] | ArtifactStore | None = None,
    modules: Sequence[Module] = (),
    workflows: Sequence[Workflow[Any]] = (),
    providers: Sequence[Provides[Any]] = (),
    subscribers: Sequence[AnySubscriber] = (),
    targets: Sequence[str | EventTarget] = (),
    documents: Sequence[str | DocumentRenderer] = (),
    rules: HostRules | None = None,
    plugins: Plugins | None = None,
    allow: Sequence[str] | None = None,
    deny: Sequence[str] = (),
    clock: Clock | None = None,
    ids: Ids | None = None,
    waiter: Waiter | None = None,
) -> App:
    """
    Open an application on a backend.

    Args:
        url: `memory:`, `sqlite:///agency.db`, `postgresql://…`, or whatever a plugin
            offers; or a backend.
        artifacts: A folder or the URL of a store for files; without it, a module that
            writes files cannot.
        modules: The host's own, besides the plugins'.
        workflows: The host's own. One with a plugin workflow's name takes its place.
        providers: Implementations of provider ports, which take precedence.
        subscribers: The host's own. The durable ones are registered in the store, so that
            events are kept for them from now on.
        targets: Where `relay` sends every event that is committed from now on, such as
            `nats://broker:4222?stream=agency`, or whatever a plugin offers.
        rules: The host's changes to rule sets, by the set's name: a JSON file, or what such
            a file holds. They come after the plugins' changes.
        documents: In which formats a package has its report besides HTML, such as `["pdf"]`,
            or whatever a plugin offers; or renderers.
        plugins: What to use instead of loading the installed plugins.
        allow: Load only plugins of these distributions, besides this one's, by name or by
            name and versions: `["aicmo-legal-review==1.2", "other>=1,<2"]`.
        deny: Load no plugins of these distributions.
        clock: Instead of the system's.
        ids: Instead of UUIDv7.
        waiter: Instead of the system's.

    Raises:
        InvalidValue: An entry of *allow* or *deny* cannot be read, or a change to a rule
            set cannot be used; every wrong place of it is listed.
        UnknownName: No plugin offers the URL's scheme, or a format of documents, or no
            module has the rule set.
        DocumentUnavailable: What a format needs is not installed.
        PluginClash: Two plugins, or a plugin and the host, claim one name or table, or
            two plugins change one rule.
        PortProvidedTwice: Two modules, or two plugins' providers, provide one port.
        PortMissing: A module or a step asks for a port that nobody provides.
        PortCircle: Adapters need one another to be built.
        OwnershipError: An adapter opens a collection of another module.
        AdapterUnsound: The code of an adapter cannot be imported.
        WorkflowInvalid: A step's return annotation is missing or does not resolve.
        DeclarationError: A module's migrations are missing, or do not follow one another.
        BackendUnavailable: The store cannot be used: missing, locked, read-only,
            unmigrated, newer, or other than declared; the error says which, and what
            mends it.
    """
    found = plugins if plugins is not None else load_plugins(allow, deny)
    backend = url if isinstance(url, Backend) else open_backend(url, found)
    try:
        all_modules = found.with_modules(modules)
        everybody = _subscribers(found, subscribers)
        parts = Parts(
            backend=backend,
            modules=all_modules,
            workflows={w.name: w for w in [*found.workflow_list(), *workflows]},
            providers=[*found.provider_list(), *providers],
            subscribers=everybody,
            targets=_targets(found, targets, everybody),
            documents=_documents(found, documents),
            artifacts=_store(found, artifacts),
            open_store=lambda address: open_store(address, found),
            clock=clock or SystemClock(),
            ids=ids or Uuid7Ids(),
            waiter=waiter or SystemWaiter(),
            plugins=found,
            rules=_rules(found, all_modules, rules),
        )
        return App(parts)
    except BaseException:
        if backend is not url:
            backend.close()
        raise


def _store(
    plugins: Plugins, artifacts: str | PathLike[str] | ArtifactStore | None
) -> ArtifactStore | None:
    if artifacts is None or isinstance(artifacts, ArtifactStore):
        return artifacts
    return open_store(artifacts, plugins)


def _rules(plugins: Plugins, modules: Sequence[Module], changes: HostRules | None) -> Rules:
    declared = [rule_set for module in modules for rule_set in module.rules]
    return Rules(declared, plugins.rule_changes, changes)


def _documents(plugins: Plugins, formats: Sequence[str | DocumentRenderer]) -> Documents:
    """
    Return the renderers, opened.

    Raises:
        PluginClash: Two of them are for one format, whose files would have one name.
    """
    opened = [open_renderer(one, plugins) if isinstance(one, str) else one for one in formats]
    names = [renderer.format for renderer in opened]
    for name in names:
        if names.count(name) > 1:
            raise PluginClash("document format", name, "the host", "the host")
    return Documents(tuple(opened))


def _targets(
    plugins: Plugins, targets: Sequence[str | EventTarget], subscribers: Iterable[AnySubscriber]
) -> list[EventTarget]:
    """
    Return the targets, opened.

    Raises:
        PluginClash: One has the name of another, or of a durable subscriber, under which
            both would be remembered.
    """
    opened = [open_target(t, plugins) if isinstance(t, str) else t for t in targets]
    names = {one.name for one in subscribers if isinstance(one, DurableSubscriber)}
    for target in opened:
        if target.name in names:
            raise PluginClash("event target", target.name, "the host", "the host")
        names.add(target.name)
    return opened


def _subscribers(plugins: Plugins, added: Sequence[AnySubscriber]) -> list[AnySubscriber]:
    """
    Return the plugins' subscribers and the host's.

    Raises:
        PluginClash: Two durable ones have one name, under which both would be remembered.
    """
    everybody = [*plugins.subscriber_list(), *added]
    names: set[str] = set()
    for one in everybody:
        if isinstance(one, DurableSubscriber):
            if one.name in names:
                raise PluginClash(
                    "durable subscriber", one.name, "a plugin or the host", "the host"
                )
            names.add(one.name)
    return everybody
