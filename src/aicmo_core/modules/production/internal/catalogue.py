"""The catalogue: which packs there are, what their sections are called, and what they count as."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from attrs import frozen

from aicmo_core.kernel import UnknownName, from_json
from aicmo_core.modules.production.api import SectionKind


@frozen
class PackListing:
    """
    A pack as the data file has it: section ids in report order.

    Attributes:
        form: The folder of writers that come before the general ones: a campaign's
            summary is longer than that of a month of posts.
    """

    title: str
    sections: tuple[str, ...]
    form: str = ""


@frozen
class SectionListing:
    """A section as the data file has it."""

    title: str
    kinds: tuple[SectionKind, ...]


@frozen
class Catalogue:
    """All packs by name, and every section that some pack lists by id."""

    packs: dict[str, PackListing]
    sections: dict[str, SectionListing]

    def pack(self, name: str) -> PackListing:
        """
        Return a pack.

        Raises:
            UnknownName: There is none of this name.
        """
        try:
            return self.packs[name]
        except KeyError:
            raise UnknownName("pack", name, tuple(self.packs)) from None


@cache
def catalogue() -> Catalogue:
    """Return the catalogue, read from its file when first asked for."""
    text = files(__package__).joinpath("packs.json").read_text(encoding="utf-8")
    return from_json(text, Catalogue)
