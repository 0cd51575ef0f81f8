"""The formats that documents are made in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING

from attrs import define, field, frozen
from attrs.validators import matches_re

from aicmo_core.kernel.errors import AicmoError

if TYPE_CHECKING:
    from aicmo_core.documents import Document


class DocumentRenderer(ABC):
    """
    Makes documents in one format. Making one has no effect outside.

    It may be asked from any thread.
    """

    @property
    @abstractmethod
    def format(self) -> str:
        """The format's name and the ending of its files: "pdf"."""

    @property
    @abstractmethod
    def purpose(self) -> str:
        """What a client wants the file for, in a few words."""

    @abstractmethod
    def render(self, document: Document) -> RenderedDocument:
        """
        Return *document* as a file: the same bytes for the same document.

        All text is text, whatever it looks like. It asks no clock and opens no connection.

        Raises:
            DocumentUnavailable: The document cannot be made.
        """


@frozen
class RenderedDocument:
    """
    A document as a file.

    Attributes:
        data: The whole file.
        undisplayed: What its fonts have no letters for, so that a reader sees boxes: the first
            such text at least.
    """

    data: bytes
    undisplayed: tuple[str, ...] = ()


@frozen
class Documents:
    """
    The formats that an application makes documents in, besides a module's own.

    Attributes:
        renderers: One for each format, in the order in which the host named them.
    """

    renderers: tuple[DocumentRenderer, ...] = ()


@frozen
class DocumentFormat:
    """
    A kind of document, found by the name of its format.

    Attributes:
        name: As `DocumentRenderer.format` gives it.
        open: Makes the renderer. It raises DocumentUnavailable if what it needs is missing.
        description: One line for `aicmo plugins`.
    """

    name: str = field(validator=matches_re(r"[a-z0-9]{1,10}"))
    open: Callable[[], DocumentRenderer]
    description: str = ""


@define
class DocumentUnavailable(AicmoError):
    """
    A document cannot be made in this format here.

    Install what the message names, or open the application without the format.
    """

    format: str
    reason: str

    def __str__(self) -> str:
        return f"no document in the format {self.format!r}: {self.reason}"
