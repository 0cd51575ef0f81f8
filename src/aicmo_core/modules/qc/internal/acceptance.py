"""Reads the acceptance block of an order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from aicmo_core.kernel import InvalidValue, Problem, UnknownName, nearest, structure
from aicmo_core.modules.production.api import SectionKind
from aicmo_core.modules.qc.api import AcceptanceDTO
from aicmo_core.modules.qc.internal.terms import Term, fold, term

T = TypeVar("T")

_TERMS = ("required_terms", "forbidden_terms")
_COUNTS = ("min_brand_mentions", "min_sections", "min_calendar_days")
_NOTES = ("expect", "about")
_MUST_HAVE = "must_have_"


def read_acceptance(block: Mapping[str, Any]) -> AcceptanceDTO:
    """
    Return an acceptance block in its typed form.

    Raises:
        InvalidValue: Every wrong place, with its path.
    """
    if not isinstance(block, Mapping):
        raise InvalidValue("acceptance", (Problem("$", f"expected an object, found {block!r}"),))
    reader = _Reader()
    for key, value in block.items():
        reader.read(key, value)
    reader.find_contradictions()
    if reader.problems:
        raise InvalidValue("acceptance", tuple(reader.problems))
    return AcceptanceDTO(must_have=tuple(reader.kinds), **reader.fields)


class _Reader:
    """Collects what a block says, and everything that is wrong with it."""

    def __init__(self) -> None:
        self.fields: dict[str, Any] = {}
        self.kinds: list[SectionKind] = []
        self.problems: list[Problem] = []

    def read(self, key: object, value: object) -> None:
        if key in _TERMS:
            self.fields[str(key)] = self._terms(f"$.{key}", value)
        elif key in _COUNTS:
            self.fields[str(key)] = self._count(f"$.{key}", value)
        elif isinstance(key, str) and key.startswith(_MUST_HAVE):
            self._kind(key, value)
        elif key not in _NOTES:
            self._unknown(key)

    def find_contradictions(self) -> None:
        """A term that is required and forbidden can never be satisfied."""
        forbidden = {fold(text) for text in self.fields.get("forbidden_terms", ())}
        for number, text in enumerate(self.fields.get("required_terms", ())):
            if fold(text) in forbidden:
                message = f"{text!r} is forbidden too; take it out of one of the two"
                self._refuse(f"$.required_terms[{number}]", message)

    def _terms(self, path: str, value: object) -> tuple[str, ...]:
        none: tuple[str, ...] = ()
        texts = self._structured(path, value, tuple[str, ...], none)
        for number, text in enumerate(texts):
            self._try(f"{path}[{number}]", term, text)
        return texts

    def _count(self, path: str, value: object) -> int:
        count = self._structured(path, value, int, 0)
        if count < 0:
            self._refuse(path, f"expected 0 or more, found {count}")
        return count

    def _kind(self, key: str, value: object) -> None:
        name = key.removeprefix(_MUST_HAVE)
        known = [kind.value for kind in SectionKind]
        if name not in known:
            close = nearest(name, known)
            hint = f"did you mean {_MUST_HAVE + close!r}? " if close else ""
            self._refuse(f"$.{key}", f"unknown kind {name!r}; {hint}Kinds: {', '.join(known)}")
        elif self._structured(f"$.{key}", value, bool, False):
            self.kinds.append(SectionKind(name))

    def _unknown(self, key: object) -> None:
        known = (*_TERMS, *_COUNTS, *_NOTES, f"{_MUST_HAVE}KIND")
        if isinstance(key, str):
            self._refuse(f"$.{key}", str(UnknownName("key", key, known)))
        else:
            self._refuse("$", f"expected text as a key, found {key!r}")

    def _structured(self, path: str, value: object, cls: Any, otherwise: T) -> T:
        try:
            return structure(value, cls)  # type: ignore[no-any-return]
        except InvalidValue as error:
            self.problems += [Problem(path + p.path[1:], p.message) for p in error.problems]
            return otherwise

    def _try(self, path: str, read: Callable[[str], Term], text: str) -> None:
        try:
            read(text)
        except ValueError as error:
            self._refuse(path, str(error))

    def _refuse(self, path: str, message: str) -> None:
        self.problems.append(Problem(path, message))
