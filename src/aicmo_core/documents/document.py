"""A document: a cover, and sections in order."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from aicmo_core.documents.blocks import Block


@frozen
class Section:
    """
    A part with a title of its own; it opens at the contents.

    Attributes:
        blocks: What stands below the title. Headings are of level 3 and deeper.
    """

    title: str
    blocks: tuple[Block, ...]


@frozen
class Document:
    """
    What a client reads, whatever the format.

    Attributes:
        title: On the cover, and in the file's own data.
        client: For whom it was made.
        day: The day that it states.
        reference: By what name its maker finds it again.
        facts: A few short lines for the cover.
        language: Of the words that no client wrote, as in BCP 47.
    """

    title: str
    client: str
    day: date
    reference: str
    sections: tuple[Section, ...]
    facts: tuple[str, ...] = ()
    language: str = "en"
