"""The formats of a report: chosen by a host or a caller, made by the library or by a plugin."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterable, Sequence
from importlib.metadata import entry_points
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from attrs import define
from pypdf import PdfReader

from aicmo_core import open_app
from aicmo_core.documents import Document
from aicmo_core.hooks import (
    ENTRY_POINT_GROUP,
    DocumentFormat,
    DocumentRenderer,
    DocumentUnavailable,
    RenderedDocument,
    hookimpl,
)
from aicmo_core.kernel import UnknownName
from aicmo_core.providers.typst.renderer import TypstPdf
from aicmo_core.runtime.plugins import PluginClash, load_plugins
from aicmo_core.testing.fixtures import FixedClock, SequentialIds
from scenarios.command_line import ORDER, aicmo, run
from scenarios.stores import order


@define
class Titles(DocumentRenderer):
    """The titles of a document, in capitals."""

    @property
    def format(self) -> str:
        return "titles"

    @property
    def purpose(self) -> str:
        return "To sing"

    def render(self, document: Document) -> RenderedDocument:
        return RenderedDocument("\n".join(s.title.upper() for s in document.sections).encode())


class SingingPlugin:
    """A plugin that adds a format."""

    @hookimpl
    def aicmo_document_formats(self) -> Sequence[DocumentFormat]:
        return [DocumentFormat("titles", Titles, "capitals")]


def with_plugin() -> Iterable[Any]:
    stranger = SimpleNamespace(
        name="singing",
        value="singing.plugin",
        load=SingingPlugin,
        dist=SimpleNamespace(name="singing", version="1.0"),
    )
    return [*entry_points(group=ENTRY_POINT_GROUP), stranger]


def deliver(folder: Path, **options: Any) -> Path:
    """Deliver the sample with an application that is opened with *options*."""
    clock, ids = FixedClock(), SequentialIds()
    with open_app("memory:", artifacts=folder, clock=clock, ids=ids, **options) as app:
        done = app.run("client_to_delivery", order())
        assert done.failure is None
    return folder / done.id


@pytest.fixture
def without_typst(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the extra `pdf` were not installed."""
    monkeypatch.delitem(sys.modules, "aicmo_core.providers.typst.renderer")
    monkeypatch.setitem(sys.modules, "typst", None)  # importing it raises ImportError


def test_host_that_names_pdf_gets_one(tmp_path: Path) -> None:
    """The whole report, with its date; the page offers it, and the manifest lists it."""
    package = deliver(tmp_path, documents=["pdf"])

    reader = PdfReader(io.BytesIO((package / "report.pdf").read_bytes()))
    text = " ".join(page.extract_text() for page in reader.pages)
    manifest = json.loads((package / "manifest.json").read_text())
    assert "Kaffeerösterei Grünblatt" in text
    assert "Quarterly review 1" in text
    assert 'href="report.pdf"' in (package / "index.html").read_text()
    assert "report.pdf" in [line["path"] for line in manifest["files"]]
    assert manifest["undisplayed"] == {}


def test_same_order_gives_the_same_pdf(tmp_path: Path) -> None:
    """With the same clock and ids every file has the same bytes, whichever process."""
    first = deliver(tmp_path / "a", documents=["pdf"])
    second = deliver(tmp_path / "b", documents=[TypstPdf()])

    assert {p.name: p.read_bytes() for p in first.iterdir()} == {
        p.name: p.read_bytes() for p in second.iterdir()
    }


def test_host_that_names_none_gets_html(tmp_path: Path) -> None:
    """Nobody pays for a format that nobody asked for."""
    package = deliver(tmp_path)

    assert not list(package.glob("report.pdf"))
    assert "report.pdf" not in (package / "index.html").read_text()


def test_format_of_a_plugin_is_made_like_any_other(tmp_path: Path) -> None:
    """A stranger's distribution adds a format by its entry point."""
    plugins = load_plugins(entry_points=with_plugin())

    package = deliver(tmp_path, plugins=plugins, documents=["titles"])

    assert (package / "report.titles").read_text().splitlines()[0] == "CLIENT OVERVIEW"
    assert "To sing" in (package / "index.html").read_text()


def test_format_that_nobody_offers_is_named() -> None:
    """When the application is opened, and not when the first package is made."""
    with pytest.raises(UnknownName, match=r"document format.*'pdg'.*pdf"):
        open_app(documents=["pdg"])


def test_format_is_made_once() -> None:
    """Two renderers of one format would write one file."""
    with pytest.raises(PluginClash, match="document format 'pdf'"):
        open_app(documents=["pdf", TypstPdf(paper="us-letter")])


@pytest.mark.usefixtures("without_typst")
def test_format_that_is_not_installed_says_how_to_install_it() -> None:
    """A package without what the host asked for is never made."""
    with pytest.raises(DocumentUnavailable, match=r"pip install 'aicmo_core\[pdf\]'"):
        open_app(documents=["pdf"])


def test_command_makes_a_pdf_where_it_can(tmp_path: Path) -> None:
    """Nothing needs to be asked for; the variable is as if it were not there."""
    done = run(ORDER, "--db", "memory:", "--json", folder=tmp_path, AICMO_DOCUMENTS="")

    assert (done.code, done.err) == (0, "")
    assert (Path(done.json["package"]) / "report.pdf").read_bytes().startswith(b"%PDF-")


def test_command_without_typst_says_what_is_missing(tmp_path: Path) -> None:
    """The package is made all the same; whoever asked for the format by name gets none."""
    (tmp_path / "typst.py").write_text("raise ImportError('not here')")
    hidden: dict[str, Any] = {"PYTHONPATH": str(tmp_path)}
    words = ("run", "client_to_delivery", ORDER, "--db", "memory:", "--json")

    done = aicmo(*words, folder=tmp_path, AICMO_DOCUMENTS="", **hidden)
    refused = aicmo("--documents", "pdf", *words, folder=tmp_path, **hidden)

    missing = "typst is not installed; run: pip install 'aicmo_core[pdf]'"
    assert (done.code, done.err) == (0, f"packages have no report.pdf: {missing}\n")
    assert not (Path(done.json["package"]) / "report.pdf").exists()
    assert refused.code != 0
    assert missing in refused.out + refused.err


def test_command_makes_what_is_named(tmp_path: Path) -> None:
    """A name that no plugin has is refused before anything is written."""
    words = ("run", "client_to_delivery", ORDER, "--db", "memory:")

    done = aicmo("--documents", "pdg", *words, folder=tmp_path)

    assert done.code == 2
    assert "pdg" in done.err
    assert list(tmp_path.iterdir()) == []
