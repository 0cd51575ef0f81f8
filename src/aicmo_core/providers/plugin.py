"""The embedded providers, as a plugin like any other."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from aicmo_core.hooks import (
    ArtifactStore,
    ArtifactStoreProvider,
    ArtifactUnavailable,
    DocumentFormat,
    DocumentRenderer,
    DocumentUnavailable,
    EventTarget,
    EventTargetProvider,
    Provides,
    TargetUnavailable,
    TextProvider,
    hookimpl,
    provides,
)
from aicmo_core.kernel.clock import Clock, Ids


@hookimpl
def aicmo_artifact_stores() -> Sequence[ArtifactStoreProvider]:
    return [
        ArtifactStoreProvider("file", _open_folder),
        ArtifactStoreProvider("memory", _open_memory),
        ArtifactStoreProvider("s3", _open_s3),
    ]


@hookimpl
def aicmo_providers() -> Sequence[Provides[Any]]:
    return [
        provides(Clock).by_default(lambda _: _clock()),
        provides(Ids).by_default(lambda _: _ids()),
        provides(TextProvider).by_default(lambda _: _own_words()),
    ]


@hookimpl
def aicmo_document_formats() -> Sequence[DocumentFormat]:
    return [
        DocumentFormat("pdf", _open_pdf, "PDF, typeset by typst"),
        DocumentFormat("docx", _open_docx, "DOCX, for word processors"),
        DocumentFormat("pptx", _open_pptx, "PPTX, slides"),
    ]


@hookimpl
def aicmo_event_targets() -> Sequence[EventTargetProvider]:
    return [
        EventTargetProvider("memory", _open_memory_target, "a list in this process: memory:NAME"),
        EventTargetProvider("nats", _open_nats, "a stream: nats://host:4222?stream=agency"),
    ]


def _open_folder(url: str) -> ArtifactStore:
    from aicmo_core.providers.folder_artifacts import FolderArtifactStore

    return FolderArtifactStore.open(url)


def _open_memory(url: str) -> ArtifactStore:
    from aicmo_core.providers.memory_artifacts import MemoryArtifactStore

    return MemoryArtifactStore.open(url)


def _open_s3(url: str) -> ArtifactStore:
    try:
        from aicmo_core.providers.s3_artifacts import S3ArtifactStore
    except ImportError as error:
        reason = "its client is not installed; run: pip install 'aicmo_core[s3]'"
        raise ArtifactUnavailable(f"s3: {reason}") from error
    return S3ArtifactStore.open(url)


def _open_memory_target(url: str) -> EventTarget:
    from aicmo_core.providers.memory_target import MemoryEventTarget

    return MemoryEventTarget.open(url)


def _open_nats(url: str) -> EventTarget:
    try:
        from aicmo_core.providers.nats_target import NatsEventTarget
    except ImportError as error:
        raise _without_client(url) from error
    return NatsEventTarget.open(url)


def _open_pdf() -> DocumentRenderer:
    try:
        from aicmo_core.providers.typst.renderer import TypstPdf
    except ImportError as error:
        reason = "typst is not installed; run: pip install 'aicmo_core[pdf]'"
        raise DocumentUnavailable("pdf", reason) from error
    return TypstPdf()


def _open_docx() -> DocumentRenderer:
    try:
        from aicmo_core.providers.office.docx import WordDocx
    except ImportError as error:
        reason = "python-docx is not installed; run: pip install 'aicmo_core[docx]'"
        raise DocumentUnavailable("docx", reason) from error
    return WordDocx()


def _open_pptx() -> DocumentRenderer:
    try:
        from aicmo_core.providers.office.pptx import SlidesPptx
    except ImportError as error:
        reason = "python-pptx is not installed; run: pip install 'aicmo_core[pptx]'"
        raise DocumentUnavailable("pptx", reason) from error
    return SlidesPptx()


def _without_client(url: str) -> TargetUnavailable:
    reason = "its client is not installed; run: pip install 'aicmo_core[nats]'"
    return TargetUnavailable(url.partition(":")[0], reason)


@cache
def _own_words() -> TextProvider:
    from aicmo_core.providers.own_words import OwnWords

    return OwnWords()


@cache
def _clock() -> Clock:
    from aicmo_core.providers.clock import SystemClock

    return SystemClock()


@cache
def _ids() -> Ids:
    """Return the one source of this process: only a shared one rises across units of work."""
    from aicmo_core.providers.ids import Uuid7Ids

    return Uuid7Ids()
