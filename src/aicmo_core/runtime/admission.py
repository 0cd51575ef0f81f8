"""
Which distributions a host lets in: by name, and by version where it says so.

An entry of a list is a requirement as installers spell it: `aicmo-legal-review`,
`aicmo-legal-review==1.2`, `other>=1,<2` (names by PEP 503, versions by PEP 440).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from attrs import frozen

from aicmo_core.kernel.errors import InvalidValue, Problem

if TYPE_CHECKING:
    from packaging.requirements import Requirement


def normal_name(distribution: str) -> str:
    """Return the name as indexes compare names (PEP 503)."""
    return re.sub(r"[-_.]+", "-", distribution).lower()


class _Versions(Protocol):
    """A set of versions, as `packaging` has it."""

    def contains(self, item: str, prereleases: bool | None = None) -> bool: ...


@frozen
class Entry:
    """
    One entry of a list.

    Attributes:
        text: As the host wrote it.
        name: The distribution, as indexes compare names.
        versions: Which versions are meant; None for all.
        prereleases: Whether the entry names a pre-release itself.
    """

    text: str
    name: str
    versions: _Versions | None
    prereleases: bool = False

    def holds(self, version: str, *, unsure: bool) -> bool:
        """
        Return whether *version* is meant.

        Args:
            unsure: The answer for a version that is not one (PEP 440), and for a
                pre-release within the range where the entry names none.
        """
        from packaging.version import InvalidVersion, Version

        if self.versions is None:
            return True
        try:
            Version(version)
        except InvalidVersion:
            return unsure
        return self.versions.contains(version, prereleases=self.prereleases or unsure)


@frozen
class Admission:
    """
    What a host allows and denies.

    Attributes:
        allow: What is let in; None for everything.
        deny: What is not let in, allowed or not.
    """

    allow: tuple[Entry, ...] | None
    deny: tuple[Entry, ...]

    @property
    def names(self) -> list[str]:
        """The distributions that the two lists name, as indexes compare names."""
        return [entry.name for entry in (*(self.allow or ()), *self.deny)]

    def refusal(self, distribution: str, version: str) -> str | None:
        """Return why this distribution is not let in, or None. In doubt it is not."""
        name = normal_name(distribution)
        for entry in self.deny:
            if entry.name == name and entry.holds(version, unsure=True):
                return f"its distribution is among the denied ones ({entry.text})"
        if self.allow is None:
            return None
        entries = [entry for entry in self.allow if entry.name == name]
        if not entries:
            return "its distribution is not among the allowed ones"
        if not any(entry.holds(version, unsure=False) for entry in entries):
            allowed = " or ".join(entry.text for entry in entries)
            return f"version {version} of its distribution is not allowed, only {allowed}"
        return None


def admission(allow: Sequence[str] | None, deny: Sequence[str] = ()) -> Admission:
    """
    Read the lists of a host.

    Raises:
        InvalidValue: An entry is not a distribution's name with or without versions.
    """
    return Admission(None if allow is None else _entries("allow", allow), _entries("deny", deny))


def _entries(which: str, texts: Sequence[str]) -> tuple[Entry, ...]:
    if isinstance(texts, str):  # a sequence too, of its letters
        raise _refused(which, "$", f"expected a list such as [{texts!r}], found {texts!r}")
    return tuple(_entry(which, f"$[{i}]", text) for i, text in enumerate(texts))


def _entry(which: str, path: str, text: str) -> Entry:
    from packaging.requirements import InvalidRequirement, Requirement

    expected = "expected a distribution such as 'legal', 'legal==1.2' or 'legal>=1,<2'"
    try:
        found = Requirement(text)
    except InvalidRequirement as error:
        reason = str(error).splitlines()[0]
        raise _refused(which, path, f"{expected}, found {text!r} ({reason})") from error
    if found.url or found.extras or found.marker:
        raise _refused(which, path, f"{expected}, found {text!r}: name and versions only")
    return _read(text, found)


def _read(text: str, found: Requirement) -> Entry:
    versions = found.specifier
    if not len(versions):
        return Entry(text, normal_name(found.name), None)
    return Entry(text, normal_name(found.name), versions, bool(versions.prereleases))


def _refused(which: str, path: str, message: str) -> InvalidValue:
    return InvalidValue(f"the list of plugins to {which}", (Problem(path, message),))
