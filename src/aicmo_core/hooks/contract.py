"""The hooks themselves, and the marks that plugins and this library put on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pluggy

from aicmo_core.hooks.artifacts import ArtifactStoreProvider
from aicmo_core.hooks.backends import BackendProvider
from aicmo_core.hooks.documents import DocumentFormat
from aicmo_core.hooks.modules import Module, Provides
from aicmo_core.hooks.rules import RuleChange
from aicmo_core.hooks.subscribers import AnySubscriber
from aicmo_core.hooks.targets import EventTargetProvider

if TYPE_CHECKING:
    from aicmo_core.saga import Workflow

ENTRY_POINT_GROUP = "aicmo_core"
"""The group of entry points that plugins are found by."""


HOOK_VERSION = "1.0"
"""Semantic version of this contract. A plugin that needs another major version is refused."""

hookspec = pluggy.HookspecMarker("aicmo_core")

hookimpl = pluggy.HookimplMarker("aicmo_core")


class Hooks:
    """The hooks. A plugin implements those that it needs and leaves out the rest."""

    @hookspec
    def aicmo_module(self) -> Module:  # type: ignore[empty-body]
        """Return the module that this plugin adds."""

    @hookspec
    def aicmo_backends(self) -> Sequence[BackendProvider]:  # type: ignore[empty-body]
        """Return the backends that this plugin adds, by URL scheme."""

    @hookspec
    def aicmo_artifact_stores(self) -> Sequence[ArtifactStoreProvider]:  # type: ignore[empty-body]
        """Return the artifact stores that this plugin adds, by URL scheme."""

    @hookspec
    def aicmo_providers(self) -> Sequence[Provides[Any]]:  # type: ignore[empty-body]
        """
        Return implementations of provider ports; the host's own take precedence.

        Two plugins cannot provide one port, unless one of them does so by default.
        """

    @hookspec
    def aicmo_document_formats(self) -> Sequence[DocumentFormat]:  # type: ignore[empty-body]
        """Return the kinds of documents that this plugin adds, by the name of their format."""

    @hookspec
    def aicmo_workflows(self) -> Sequence[Workflow[Any]]:  # type: ignore[empty-body]
        """Return the workflows that this plugin adds."""

    @hookspec
    def aicmo_subscribers(self) -> Sequence[AnySubscriber]:  # type: ignore[empty-body]
        """Return the subscribers that this plugin adds, durable or not."""

    @hookspec
    def aicmo_event_targets(self) -> Sequence[EventTargetProvider]:  # type: ignore[empty-body]
        """Return the kinds of targets for events that this plugin adds, by URL scheme."""

    @hookspec
    def aicmo_rules(self) -> Sequence[RuleChange]:  # type: ignore[empty-body]
        """
        Return changes to rule sets. The host's own come after them.

        Two plugins cannot change one entry.
        """
