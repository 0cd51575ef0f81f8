"""
The plugin contract: the hooks, and what a plugin hands over through them.

A plugin is a module or object that is named by an entry point in the group
`aicmo_core` and implements some of the hooks below with `hookimpl`. The built-in
modules, backends and workflows register in exactly this way.
"""

from aicmo_core.hooks.artifacts import (
    Artifact,
    ArtifactRefused,
    Artifacts,
    ArtifactStore,
    ArtifactStoreProvider,
    ArtifactUnavailable,
)
from aicmo_core.hooks.backends import BackendProvider
from aicmo_core.hooks.contract import ENTRY_POINT_GROUP, HOOK_VERSION, Hooks, hookimpl, hookspec
from aicmo_core.hooks.documents import (
    DocumentFormat,
    DocumentRenderer,
    Documents,
    DocumentUnavailable,
    RenderedDocument,
)
from aicmo_core.hooks.modules import Module, Provides, Scope, provides
from aicmo_core.hooks.rules import RuleBook, RuleChange
from aicmo_core.hooks.subscribers import (
    PERSISTENT,
    AnySubscriber,
    DurableHandler,
    DurableSubscriber,
    EventContext,
    EventTypes,
    Handler,
    Subscriber,
)
from aicmo_core.hooks.targets import (
    EventMessage,
    EventTarget,
    EventTargetProvider,
    Refusal,
    TargetUnavailable,
)
from aicmo_core.hooks.text import (
    TextAnswer,
    TextData,
    TextPrice,
    TextProvider,
    TextRefused,
    TextRequest,
    TextUnavailable,
)

__all__ = [
    "ENTRY_POINT_GROUP",
    "HOOK_VERSION",
    "PERSISTENT",
    "AnySubscriber",
    "Artifact",
    "ArtifactRefused",
    "ArtifactStore",
    "ArtifactStoreProvider",
    "ArtifactUnavailable",
    "Artifacts",
    "BackendProvider",
    "DocumentFormat",
    "DocumentRenderer",
    "DocumentUnavailable",
    "Documents",
    "DurableHandler",
    "DurableSubscriber",
    "EventContext",
    "EventMessage",
    "EventTarget",
    "EventTargetProvider",
    "EventTypes",
    "Handler",
    "Hooks",
    "Module",
    "Provides",
    "Refusal",
    "RenderedDocument",
    "RuleBook",
    "RuleChange",
    "Scope",
    "Subscriber",
    "TargetUnavailable",
    "TextAnswer",
    "TextData",
    "TextPrice",
    "TextProvider",
    "TextRefused",
    "TextRequest",
    "TextUnavailable",
    "hookimpl",
    "hookspec",
    "provides",
]
