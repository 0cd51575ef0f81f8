"""The report in the formats that the host has chosen, beside the page."""

from __future__ import annotations

from collections.abc import Container

from attrs import define, field

from aicmo_core.documents import Document
from aicmo_core.hooks import Documents, DocumentUnavailable
from aicmo_core.modules.delivery.internal.manifest import is_plain_name

REPORT = "report"
"""The name of the report's files, without the ending that is their format's."""


@define
class Rendition:
    """
    The report as files.

    Attributes:
        files: By name.
        purposes: What a reader wants each for.
        undisplayed: Of each that has any: the text that no font has letters for.
    """

    files: dict[str, bytes] = field(factory=dict)
    purposes: dict[str, str] = field(factory=dict)
    undisplayed: dict[str, tuple[str, ...]] = field(factory=dict)


def render_documents(documents: Documents, report: Document, taken: Container[str]) -> Rendition:
    """
    Return *report* in every format.

    Args:
        taken: The names of files that the package has already.

    Raises:
        DocumentUnavailable: It cannot be made in a format, or its file would have no name of
            its own.
    """
    found = Rendition()
    for renderer in documents.renderers:
        name = f"{REPORT}.{renderer.format}"
        if name in taken or not is_plain_name(name):
            reason = f"{name!r} is the name of another file of the package, or no file's name"
            raise DocumentUnavailable(renderer.format, reason)
        rendered = renderer.render(report)
        found.files[name] = rendered.data
        found.purposes[name] = renderer.purpose
        if rendered.undisplayed:
            found.undisplayed[name] = rendered.undisplayed
    return found
