"""What a URL or a name means: each opens through the plugin that offers it."""

from __future__ import annotations

from os import PathLike, fspath

from aicmo_core.hooks import ArtifactStore, DocumentRenderer, EventTarget
from aicmo_core.kernel.errors import UnknownName
from aicmo_core.runtime.plugins import Plugins
from aicmo_core.storage import Backend


def open_backend(url: str, plugins: Plugins) -> Backend:
    """
    Return the backend that *url* names, not yet prepared.

    Raises:
        UnknownName: No plugin offers its scheme.
    """
    scheme = url.partition(":")[0].partition("+")[0].lower()
    if scheme not in plugins.backends:
        raise UnknownName("database URL scheme", scheme, plugins.backends)
    backend: Backend = plugins.backends[scheme].value.open(url)
    return backend


def open_store(url: str | PathLike[str], plugins: Plugins) -> ArtifactStore:
    """
    Return the artifact store that *url*, or the path of a folder, names.

    Raises:
        UnknownName: No plugin offers its scheme.
    """
    text = fspath(url)
    scheme, colon, _ = text.partition(":")
    if not colon or len(scheme) == 1 or scheme not in plugins.artifact_stores:
        if "://" in text:
            raise UnknownName("artifact store URL scheme", scheme, plugins.artifact_stores)
        scheme = "file"
    store: ArtifactStore = plugins.artifact_stores[scheme].value.open(text)
    return store


def open_target(url: str, plugins: Plugins) -> EventTarget:
    """
    Return the target of events that *url* names. Nothing is connected yet.

    Raises:
        UnknownName: No plugin offers its scheme.
    """
    scheme = url.partition(":")[0].lower()
    if scheme not in plugins.event_targets:
        raise UnknownName("event target URL scheme", scheme, plugins.event_targets)
    target: EventTarget = plugins.event_targets[scheme].value.open(url)
    return target


def open_renderer(name: str, plugins: Plugins) -> DocumentRenderer:
    """
    Return what makes documents in the format *name*.

    Raises:
        UnknownName: No plugin offers the format.
        DocumentUnavailable: What it needs is not installed; the message says what is.
    """
    if name not in plugins.document_formats:
        raise UnknownName("document format", name, plugins.document_formats)
    renderer: DocumentRenderer = plugins.document_formats[name].value.open()
    return renderer
