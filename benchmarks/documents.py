"""
A question: what does a report cost in each format?

    python -m benchmarks.documents [--rounds 5]

The report is that of the pack with the most sections, in memory: once from an order to a
package, and then each part of it alone. The first PDF of a process reads its fonts too, and is
made before the rounds. Whoever names no format pays for none: `client_to_delivery` elsewhere has
HTML alone.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import partial
from importlib.resources import files

from aicmo_core import ClientToDeliveryInput, open_app, structure
from aicmo_core.app import App
from aicmo_core.documents import Document
from aicmo_core.hooks import DocumentRenderer, RenderedDocument
from aicmo_core.modules.production.api import DraftGeneratePort
from aicmo_core.providers.typst.renderer import TypstPdf
from aicmo_core.testing.fixtures import FixedClock
from aicmo_core.workflows.client_to_delivery import generate_strategy
from benchmarks.answers import Row, Table
from benchmarks.asking import Effort, ask
from benchmarks.measure import Figures, interleave

SAMPLE = "dental_network.json"
HTML, PDF = "an order to a package, HTML", "an order to a package, HTML and PDF"
TEXT, FILE = "its text alone", "its PDF alone"
GOALS = {PDF: {"ms": "≤ 1,500"}, TEXT: {"CPU ms": "≤ 150"}}


class Kept(DocumentRenderer):
    """Keeps the document that it is given, and makes nothing of it."""

    documents: list[Document]

    def __init__(self) -> None:
        self.documents = []

    @property
    def format(self) -> str:
        return "txt"

    @property
    def purpose(self) -> str:
        return "To be measured"

    def render(self, document: Document) -> RenderedDocument:
        self.documents.append(document)
        return RenderedDocument(b"")


def _order() -> ClientToDeliveryInput:
    text = (files("aicmo_core.samples") / SAMPLE).read_text("utf-8")
    return structure(json.loads(text), ClientToDeliveryInput)


def _timed(work: Callable[[], object]) -> Figures:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return {
        "ms": (time.perf_counter() - wall) * 1e3,
        "CPU ms": (time.process_time() - cpu) * 1e3,
    }


def _deliver(*formats: str | DocumentRenderer) -> None:
    with open_app("memory:", artifacts="memory:", documents=formats, clock=FixedClock()) as app:
        run = app.run("client_to_delivery", _order())
        assert run.failure is None, run.failure


def _write(app: App) -> Callable[[], object]:
    """Return what writes the draft of a strategy that is there."""
    run = app.run("client_to_delivery", _order())
    strategy = run.result(generate_strategy).strategy_id

    def write() -> None:
        with app.unit_of_work() as work:
            work.port(DraftGeneratePort).generate_draft(strategy)

    return write


def answer(effort: Effort) -> list[Table]:
    """Make each once a round, after a round that is not counted."""
    kept, renderer = Kept(), TypstPdf()
    _deliver(kept, renderer)
    (document,) = kept.documents
    with open_app("memory:", artifacts="memory:", clock=FixedClock()) as app:
        ways: dict[str, Callable[[], object]] = {
            HTML: _deliver,
            PDF: partial(_deliver, renderer),
            TEXT: _write(app),
            FILE: partial(renderer.render, document),
        }
        chosen = {name: partial(_timed, way) for name, way in ways.items() if effort.only in name}
        found = interleave(chosen, effort.rounds)
    rows = tuple(
        Row(name, figures, against=(HTML,) if name == PDF else (), goals=GOALS.get(name, {}))
        for name, figures in found.items()
    )
    return [Table(f"{len(document.sections) - 3} sections", rows, less_is_better=True)]


if __name__ == "__main__":
    ask("documents", __doc__, answer)
