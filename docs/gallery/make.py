"""
Make the pictures of the gallery: `python docs/gallery/make.py`.

Each shows a page of what a sample's client gets, with a clock that stands still. The
pictures have few colours, so that they are small.
"""

from __future__ import annotations

import io
import json
from importlib.resources import files
from pathlib import Path

from attrs import frozen
from PIL import Image

from aicmo_core import ClientToDeliveryInput, open_app, structure
from aicmo_core.documents import Document
from aicmo_core.hooks import DocumentRenderer, RenderedDocument
from aicmo_core.providers.typst.renderer import TypstPdf
from aicmo_core.testing.fixtures import FixedClock, SequentialIds

HERE = Path(__file__).parent
WIDTH = 420
COLOURS = 48
PAGES = {
    "coffee_roastery": {"cover": 0, "contents": 1, "calendar": 3, "targets": -2},
    "cargo_trailer": {"cover": 0, "contents": 1, "text": 4, "budget": -1},
    "allergy_kitchen": {"cover": 0, "contents": 1, "calendar": 17, "timeline": -2},
}
"""Samples, and which of their pages are shown."""


@frozen
class Pages(DocumentRenderer):
    """Pictures of pages, and where they go."""

    sample: str

    @property
    def format(self) -> str:
        return "txt"

    @property
    def purpose(self) -> str:
        return "What was drawn"

    def render(self, document: Document) -> RenderedDocument:
        drawn = TypstPdf().pages(document, 120)
        for name, number in PAGES[self.sample].items():
            place = HERE / f"{self.sample}-{name}.png"
            place.write_bytes(small(drawn[number]))
        return RenderedDocument(f"{len(drawn)} pages".encode())


def small(png: bytes) -> bytes:
    """Return a picture of *WIDTH* and few colours."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    height = round(picture.height * WIDTH / picture.width)
    reduced = picture.resize((WIDTH, height), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    reduced.quantize(COLOURS, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def main() -> None:
    """Deliver each sample, and draw the pages of its report on the way."""
    for sample in PAGES:
        order = json.loads((files("aicmo_core.samples") / f"{sample}.json").read_text("utf-8"))
        renderer, clock, ids = Pages(sample), FixedClock(), SequentialIds()
        with open_app(
            "memory:", artifacts="memory:", documents=[renderer], clock=clock, ids=ids
        ) as app:
            run = app.run("client_to_delivery", structure(order, ClientToDeliveryInput))
            assert run.failure is None, run.failure


if __name__ == "__main__":
    main()
