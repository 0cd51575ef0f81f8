"""
How items become rows: one function for each collection, generated from its declaration.

Encoding is on the path of every commit. The function reads an item's fields and those of
its children, checks what is plain where it stands, and hands whatever is anything else to
the column's own conversion, which says what is wrong. What bounds sizes is added up on the
way: only what may be too large is measured.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any, TypeAlias
from uuid import UUID

import attrs

from aicmo_core.kernel.errors import InvalidValue, Problem
from aicmo_core.kernel.generated import function, reads, without_none
from aicmo_core.kernel.values import Mismatch
from aicmo_core.storage.columns import (
    INDEX_BYTES,
    ROW_BYTES,
    Column,
    ColumnType,
    Convert,
    conversions,
)
from aicmo_core.storage.rows import Row, Scalar, Token

Values: TypeAlias = tuple[Scalar, ...]
Encode: TypeAlias = Callable[[Any, Token], Row]
Bounded: TypeAlias = Sequence[tuple[str, Sequence[int]]]
"""Groups of columns whose text is bounded in all: how an error names one, and the columns."""

_SIZES = {datetime: 27, date: 10, UUID: 36}
"""How many bytes the text of a type has, where all of its values have as many."""


class Fields:
    """
    The fields of one attrs class that are columns.

    Attributes:
        cls: The class.
        names: The fields, in order.
        columns: Their columns.
        there: Field value to scalar, by position.
        back: Scalar to field value, by position.
    """

    def __init__(
        self, cls: type, hints: Mapping[str, Any], searchable: frozenset[str] = frozenset()
    ) -> None:
        aliases = {a.name: a.alias for a in attrs.fields(cls)}
        self.cls = cls
        self.names = tuple(hints)
        self.there: list[Convert] = []
        self.back: list[Convert] = []
        self._hints = tuple(hints.values())
        self._arguments = tuple(aliases[name] for name in self.names)
        columns = []
        for name, hint in hints.items():
            try:
                column, nullable, there, back = conversions(hint)
            except TypeError as error:
                raise TypeError(f"{name}: {error}") from None
            columns.append(Column(name, column, nullable, name in searchable))
            self.there.append(there)
            self.back.append(back)
        self.columns = tuple(columns)

    def arguments(self, values: Values) -> dict[str, Any]:
        """Return what the class is called with to make an equal instance."""
        decoded = [back(value) for back, value in zip(self.back, values, strict=True)]
        return dict(zip(self._arguments, decoded, strict=True))

    def problems(self, item: Any, path: str) -> list[Problem]:
        """Return what is wrong with *item*, field by field. Runs only after a failure."""
        found: list[Problem] = []
        for name, convert in zip(self.names, self.there, strict=True):
            try:
                convert(getattr(item, name))
            except Mismatch as error:
                found.append(Problem(f"{path}.{name}", str(error)))
            except InvalidValue as error:
                found += [Problem(f"{path}.{name}{p.path[1:]}", p.message) for p in error.problems]
        return found

    # -- as source

    def reads(self, item: str, v: str) -> Iterator[str]:
        """Yield lines that assign the scalars of variable *item* to variables *v*0, *v*1, …"""
        return reads(item, v, list(zip(self.names, self._hints, strict=True)))

    def conversions(self, v: str) -> dict[str, Convert]:
        """Return what those lines call."""
        return {f"to_{v}{i}": convert for i, convert in enumerate(self.there)}

    def scalars(self, v: str) -> str:
        """Return a tuple of those variables."""
        return "(" + "".join(f"{v}{i}, " for i in range(len(self.names))) + ")"

    def length(self, v: str) -> str:
        """Return how many characters those have that nothing else bounds."""
        sized = [
            self._length_of(i, v)
            for i, column in enumerate(self.columns)
            if column.type in (ColumnType.TEXT, ColumnType.JSON) and not column.indexed
        ]
        return " + ".join(sized)

    def _length_of(self, i: int, v: str) -> str:
        if self.columns[i].nullable:
            return f"(0 if {v}{i} is None else len({v}{i}))"
        return f"len({v}{i})"

    def is_over(self, positions: Sequence[int], v: str) -> str | None:
        """Return a test whether these texts may have too many bytes; None if they never do."""
        room, lengths = INDEX_BYTES, []
        for i in positions:
            size = _size(self._hints[i])
            if size is None:
                lengths.append(self._length_of(i, v))
            else:
                room -= size
        if not lengths and room >= 0:
            return None
        return f"{' + '.join(lengths) or 0} > {room // 4}"  # a character has four bytes at most


def _size(hint: Any) -> int | None:
    """Return how many bytes the text of any value of this type has at most, if that is known."""
    inner, _ = without_none(hint)
    if isinstance(inner, type) and issubclass(inner, Enum):
        return max(len(str(member.value).encode()) for member in inner)
    return _SIZES.get(inner)


def compile_encode(
    fields: Fields,
    key: Sequence[int],
    children: Sequence[tuple[str, Fields]],
    bounded: Bounded,
    check_bytes: Callable[[str, Sequence[Scalar]], None],
    check_size: Callable[[Any, Values, Any], None],
) -> Encode:
    """
    Return the function that makes rows of items.

    Args:
        key: Where among *fields* the key's are.
        children: The fields that are tables of their own, with the fields of their elements.
        check_bytes: Called with a group, as *bounded* names it, that may be too large.
        check_size: Called with an item that may be too large, its scalars and its children.
    """
    scope: dict[str, Any] = {"check_bytes": check_bytes, "check_size": check_size, "Row": Row}
    scope |= {"new": tuple.__new__} | fields.conversions("v")
    lines = [*fields.reads("item", "v")]
    for group, positions in bounded:
        test = fields.is_over(positions, "v")
        if test is not None:
            texts = "".join(f"v{i}, " for i in positions)
            lines.append(f"if {test}: check_bytes({group!r}, ({texts}))")
    lines.append(f"size = {fields.length('v') or 0}")
    for number, (field, elements) in enumerate(children):
        v = f"v{number}_"
        scope |= elements.conversions(v)
        lines += [f"rows{number} = []", f"for one in item.{field}:"]
        lines += [f"    {line}" for line in elements.reads("one", v)]
        if length := elements.length(v):
            lines.append(f"    size += {length}")
        lines.append(f"    rows{number}.append({elements.scalars(v)})")
    values = fields.scalars("v")
    rows = "".join(f"tuple(rows{number}), " for number in range(len(children)))
    lines += [
        f"values, children = {values}, ({rows})",
        f"if size > {ROW_BYTES // 4}: check_size(item, values, children)",
        f"return new(Row, (({''.join(f'v{i}, ' for i in key)}), token, values, children))",
    ]
    source = "\n".join(["def encode(item, token):", *(f"    {line}" for line in lines)])
    encode: Encode = function(source, scope)
    return encode
