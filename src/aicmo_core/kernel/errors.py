"""The root of all errors, and those that any floor may raise."""

from collections.abc import Iterable
from difflib import get_close_matches

from attrs import define, field, frozen


class AicmoError(Exception):
    """The root: `except AicmoError` catches whatever this library raises on purpose."""


@frozen
class Problem:
    """One thing wrong with a value: where it is, and what was found and expected there."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


@define
class InvalidValue(AicmoError):
    """
    A value does not have the declared shape, or may not be stored.

    Every problem is listed with its path, `$` being the value itself. Nothing
    was written. Mend the value at those paths and try again.
    """

    what: str
    problems: tuple[Problem, ...]

    def __str__(self) -> str:
        return f"{self.what} is not valid: " + "; ".join(map(str, self.problems))


@define
class NotFound(AicmoError):
    """
    A command named something that does not exist.

    Queries answer None instead. Check the id: ids compare byte for byte.
    """

    what: str
    key: str

    def __str__(self) -> str:
        return f"there is no {self.what} {self.key!r}"


@define
class AlreadyExists(AicmoError):
    """
    Something with this key, or this unique value, is there already. Nothing was written.

    Use the existing one, or choose another key; repeating the call cannot succeed.
    """

    collection: str
    constraint: str
    key: str

    def __str__(self) -> str:
        return f"{self.collection} already has a row with the same {self.constraint}: {self.key}"


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names))


@define
class UnknownName(AicmoError):
    """
    A name that nobody registered. The nearest registered name is suggested.

    Use a registered one, or install the plugin that brings it: see `aicmo plugins`.
    """

    kind: str
    name: str
    known: tuple[str, ...] = field(converter=_sorted)

    def __str__(self) -> str:
        close = nearest(self.name, self.known)
        if close:
            return f"unknown {self.kind} {self.name!r}; did you mean {close!r}?"
        known = ", ".join(self.known) or "none is registered"
        return f"unknown {self.kind} {self.name!r}; known: {known}"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is spelled most like *name*, or None if none is close."""
    by_folded = {k.casefold(): k for k in known}
    close = get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[close[0]] if close else None
