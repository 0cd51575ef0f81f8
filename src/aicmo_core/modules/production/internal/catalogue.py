"""The catalogue: which packs there are, what their sections are called, and what they count as."""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import frozen

from aicmo_core.kernel import Problem, UnknownName
from aicmo_core.kernel.reasons import known_names
from aicmo_core.kernel.rules import Reader, RuleSet, shipped
from aicmo_core.modules.production.api import SectionKind

_SECTION = re.compile(r"[a-z0-9_]+")
_LONGEST = 200


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
    """
    Which packs there are, and of which sections.

    Attributes:
        packs: By name: title, sections in report order, and form.
        sections: Every section that some pack lists, by id: title, and what it counts as.
    """

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


def _packs(rules: Catalogue, _: Reader) -> Iterator[Problem]:
    forms = {pack.form for pack in shipped(PACKS).rules.packs.values()}
    for name, pack in rules.packs.items():
        path = f"$.packs[{name!r}]"
        yield from line_problems(f"{path}.title", pack.title)
        yield from known_names(f"{path}.sections", "section", pack.sections, rules.sections)
        if len(set(pack.sections)) < len(pack.sections):
            yield Problem(f"{path}.sections", "a section stands twice")
        if not pack.sections:
            yield Problem(f"{path}.sections", "expected a section at least, found none")
        if pack.form not in forms:
            known = ", ".join(map(repr, sorted(forms)))
            yield Problem(f"{path}.form", f"expected one of {known}, found {pack.form!r}")
    for name, section in rules.sections.items():
        path = f"$.sections[{name!r}]"
        yield from line_problems(f"{path}.title", section.title)
        if not _SECTION.fullmatch(name):
            yield Problem(path, "expected a name of a-z, 0-9 and _")


def line_problems(path: str, text: str) -> Iterator[Problem]:
    """Yield a problem where *text* is not one line that can be read."""
    if not text.strip() or not text.isprintable() or len(text) > _LONGEST:
        expected = f"expected a line of at most {_LONGEST} characters"
        yield Problem(path, f"{expected}, found {text[:40]!r}")


PACKS = RuleSet("production.packs", Catalogue, __package__, "data/packs.json", _packs)


def catalogue() -> Catalogue:
    """Return the catalogue that is shipped."""
    return shipped(PACKS).rules
