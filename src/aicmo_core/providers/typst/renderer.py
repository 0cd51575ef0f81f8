"""PDF by typst, which typesets in this process: no program to call, no network, no browser."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime, time
from functools import cache
from importlib.resources import files
from os import PathLike, fspath
from tempfile import gettempdir
from typing import Any

import typst

from aicmo_core.documents import Document
from aicmo_core.hooks import DocumentRenderer, DocumentUnavailable, RenderedDocument
from aicmo_core.providers.typst.data import plain

SERIF = "Libertinus Serif"
"""The face of the text, which typst brings with it, as it does the ones for other places."""

_KEPT = 10
"""For how many documents typst keeps what it worked out for one, in case it comes again."""

_UNDISPLAYED = re.compile(r"the text `(\"(?:\\.|[^\"\\])*\")` could not be displayed")
_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)")
"""How typst writes what cannot be printed, quotes and backslashes."""


class TypstPdf(DocumentRenderer):
    """
    Makes PDFs that screen readers can read (PDF/UA-1), typeset by typst.

    Text is set in *families*, and where they lack a letter in whatever typst brings:
    Latin, Greek, Cyrillic, Hebrew and Arabic among it. Only if that is not enough are the
    fonts of the machine looked at, so that another machine may make other bytes. A letter
    that is in no font is shown as a box and told of; such a file does not keep PDF/UA-1.

    Args:
        families: Names of fonts, the preferred one first.
        fonts: Folders in which further fonts are looked for.
        paper: "a4", "us-letter", or another name that typst knows.
    """

    def __init__(
        self,
        *,
        families: Sequence[str] = (SERIF,),
        fonts: Sequence[str | PathLike[str]] = (),
        paper: str = "a4",
    ) -> None:
        self._families = tuple(families)
        self._folders = tuple(fspath(folder) for folder in fonts)
        self._paper = paper

    @property
    def format(self) -> str:
        return "pdf"

    @property
    def purpose(self) -> str:
        return "The whole report, to print or to send"

    def render(self, document: Document) -> RenderedDocument:
        try:
            return self._rendered(document)
        finally:
            _forget()

    def _rendered(self, document: Document) -> RenderedDocument:
        undisplayed: tuple[str, ...] = ()
        for system in (False, True):
            try:
                return RenderedDocument(self._pdf(document, system, accessible=True))
            except typst.TypstError as error:
                undisplayed = _undisplayed(str(error))
        try:
            return RenderedDocument(self._pdf(document, True, accessible=False), undisplayed)
        except typst.TypstError as error:
            raise DocumentUnavailable(self.format, error.message) from error

    def pages(self, document: Document, ppi: float) -> list[bytes]:
        """Return each page as a PNG of so many pixels an inch, without the machine's fonts."""
        found = typst.compile(**self._input(document, False), format="png", ppi=ppi)
        return found if isinstance(found, list) else [found]

    def _pdf(self, document: Document, system: bool, *, accessible: bool) -> bytes:
        found = typst.compile(
            **self._input(document, system),
            format="pdf",
            pdf_standards=["ua-1"] if accessible else [],
            pdf_tags=accessible,
            timestamp=datetime.combine(document.day, time(), UTC),
        )
        assert isinstance(found, bytes)
        return found

    def _input(self, document: Document, system: bool) -> dict[str, Any]:
        return {
            "input": _template(),
            "root": gettempdir(),  # nothing is read there: the template opens no file
            "font_paths": _fonts(self._folders, system),
            "sys_inputs": {"document": json.dumps(plain(document, self._families, self._paper))},
        }


@cache
def _template() -> bytes:
    return files(__package__).joinpath("report.typ").read_bytes()


@cache
def _fonts(folders: tuple[str, ...], system: bool) -> typst.Fonts:
    return typst.Fonts(include_system_fonts=system, font_paths=list(folders))


def _forget() -> None:
    """
    Have typst let go of what it keeps of the document, by as many that are empty.

    No document is made twice, and each keeps some 10 MB. It has no call for that.
    """
    empty: dict[str, Any] = {"root": gettempdir(), "font_paths": _fonts((), False)}
    for _ in range(_KEPT + 1):
        typst.compile(b"", format="pdf", **empty)


def _undisplayed(message: str) -> tuple[str, ...]:
    """Return the texts that typst names as not in any font, each once."""
    quoted = _UNDISPLAYED.findall(message)
    return tuple(dict.fromkeys(_ESCAPE.sub(_unescaped, one[1:-1]) for one in quoted))


def _unescaped(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 16)) if escape[1] else escape[2]
