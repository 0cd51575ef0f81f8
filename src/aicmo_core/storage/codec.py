"""
The codec of a collection: its declaration, compiled.

Encoding is on the path of every commit, so that the function which reads an item's
fields and checks their values is generated, as attrs generates `__init__`: a plain
text, int or bool is checked in place, and whatever is anything else goes through the
column's own conversion, which says what is wrong.
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol, TypeAlias

import attrs

from aicmo_core.kernel import limits, structuring
from aicmo_core.kernel.errors import InvalidValue, Problem
from aicmo_core.kernel.structuring import Mismatch
from aicmo_core.storage.columns import (
    INDEX_BYTES,
    ROW_BYTES,
    ChildTable,
    Column,
    ColumnType,
    Convert,
    conversions,
    without_none,
)
from aicmo_core.storage.errors import DeclarationError
from aicmo_core.storage.rows import Key, Row, Scalar, Token

Values: TypeAlias = tuple[Scalar, ...]

_IN_PLACE: dict[Any, str] = {
    str: "type({v}) is str and {v}.isascii() and {nul!r} not in {v}",
    int: "type({v}) is int and {low} <= {v} <= {high}",
    bool: "type({v}) is bool",
}


class Declaration(Protocol):
    """What a codec reads of a collection."""

    @property
    def name(self) -> str: ...
    @property
    def item(self) -> type[Any]: ...
    @property
    def key(self) -> tuple[str, ...]: ...
    @property
    def unique(self) -> tuple[tuple[str, ...], ...]: ...
    @property
    def indexes(self) -> tuple[tuple[str, ...], ...]: ...
    @property
    def optimistic(self) -> tuple[tuple[str, ...], ...]: ...
    @property
    def children(self) -> Mapping[str, str]: ...


class Fields:
    """
    The fields of one attrs class that are columns.

    Attributes:
        names: The fields, in order.
        columns: Their columns.
        there: Field value to scalar, by position.
        back: Scalar to field value, by position.
        encode: An instance to its scalars; raises Mismatch or InvalidValue.
    """

    def __init__(
        self, cls: type, hints: Mapping[str, Any], searchable: frozenset[str] = frozenset()
    ) -> None:
        aliases = {a.name: a.alias for a in attrs.fields(cls)}
        self.cls = cls
        self.names = tuple(hints)
        self._arguments = tuple(aliases[name] for name in self.names)
        columns, self.there, self.back = [], [], []
        for name, hint in hints.items():
            try:
                column, nullable, there, back = conversions(hint)
            except TypeError as error:
                raise TypeError(f"{name}: {error}") from None
            columns.append(Column(name, column, nullable, name in searchable))
            self.there.append(there)
            self.back.append(back)
        self.columns = tuple(columns)
        self.encode = _compile(self.names, list(hints.values()), self.there)
        self._sized = tuple(
            i
            for i, column in enumerate(columns)
            if column.type in (ColumnType.TEXT, ColumnType.JSON) and not column.indexed
        )

    def length(self, values: Values) -> int:
        """Return how many characters the texts have that nothing else bounds."""
        length = 0
        for i in self._sized:
            text = values[i]
            if text is not None:
                length += len(text)  # type: ignore[arg-type]
        return length

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


def _compile(
    names: Sequence[str], hints: Sequence[Any], there: Sequence[Convert]
) -> Callable[[Any], Values]:
    """Return a function from an item to its scalars."""
    parts = []
    for i, (name, hint) in enumerate(zip(names, hints, strict=True)):
        inner, nullable = without_none(hint)
        while hasattr(inner, "__supertype__"):
            inner = inner.__supertype__
        test = _IN_PLACE.get(inner) if isinstance(inner, type) else None
        if test is None:
            parts.append(f"c{i}(item.{name})")
            continue
        test = test.format(v=f"v{i}", nul="\x00", low=structuring.INT_MIN, high=structuring.INT_MAX)
        if nullable:
            test = f"v{i} is None or {test}"
        parts.append(f"v{i} if {test} else c{i}(v{i})")
    reads = [f"    v{i} = item.{name}" for i, name in enumerate(names) if f"v{i} if" in parts[i]]
    source = "\n".join(["def encode(item):", *reads, f"    return ({', '.join(parts)},)"])
    scope: dict[str, Any] = {f"c{i}": convert for i, convert in enumerate(there)}
    exec(compile(source, "<columns>", "exec"), scope)
    function: Callable[[Any], Values] = scope["encode"]
    return function


class _Children:
    """A list field that is a table of its own."""

    def __init__(self, field: str, alias: str, container: type, fields: Fields) -> None:
        self.field = field
        self.alias = alias
        self.container = container
        self.fields = fields

    def encode(self, parent: Any) -> tuple[Values, ...]:
        encode = self.fields.encode
        return tuple([encode(element) for element in getattr(parent, self.field)])

    def decode(self, rows: Sequence[Values]) -> Any:
        fields = self.fields
        return self.container(fields.cls(**fields.arguments(values)) for values in rows)


class Codec:
    """What `Collection` looks up instead of working out."""

    def __init__(self, collection: Declaration) -> None:
        self._name = collection.name
        self._item = collection.item
        if not attrs.has(collection.item):
            raise self._refuse(f"{collection.item.__name__} is not an attrs class")
        hints = typing.get_type_hints(collection.item)
        names = [a.name for a in attrs.fields(collection.item)]
        groups = (collection.key, *collection.unique, *collection.indexes)
        self._check_names(collection, groups, names)

        self.searchable = frozenset(name for group in groups for name in group)
        own = {name: hints[name] for name in names if name not in collection.children}
        self._fields = self._plan(collection.item, own, self.searchable)
        self.columns = self._fields.columns
        self._position = {column.name: i for i, column in enumerate(self.columns)}
        self._key = tuple(self._position[name] for name in collection.key)
        self._check_searchable(collection, hints)
        self._bounded = self._texts(groups)
        self._children = [
            self._child(collection, name, hints[name])
            for name in names
            if name in collection.children
        ]
        self.child_tables = tuple(
            ChildTable(c.field, collection.children[c.field], c.fields.columns)
            for c in self._children
        )

    # -- the declaration

    def _refuse(self, reason: str) -> DeclarationError:
        return DeclarationError(self._name, reason)

    def _check_names(
        self, collection: Declaration, groups: Sequence[Sequence[str]], fields: list[str]
    ) -> None:
        named = {name for group in groups for name in group} | set(collection.children)
        for name in sorted(named - set(fields)):
            raise self._refuse(f"{collection.item.__name__} has no field {name!r}")
        for name in sorted(set(collection.children) & {n for g in groups for n in g}):
            raise self._refuse(f"{name!r} cannot be a child table and searchable at once")
        for group in sorted(set(collection.optimistic) - set(collection.unique)):
            raise self._refuse(f"optimistic {group} is not among the unique groups")
        if not collection.key:
            raise self._refuse("a key needs at least one field")

    def _check_searchable(self, collection: Declaration, hints: Mapping[str, Any]) -> None:
        for column in self.columns:
            inner, _ = without_none(hints[column.name])
            if column.indexed and (column.type is ColumnType.JSON or inner is Decimal):
                raise self._refuse(f"{column.name!r} has no order that every backend keeps")
        for name in collection.key:
            column = self.columns[self._position[name]]
            if column.nullable or column.type not in (ColumnType.TEXT, ColumnType.INTEGER):
                raise self._refuse(f"key field {name!r} must be text or int, and never None")

    def _plan(
        self, cls: type, hints: Mapping[str, Any], searchable: frozenset[str] = frozenset()
    ) -> Fields:
        try:
            return Fields(cls, hints, searchable)
        except TypeError as error:
            raise self._refuse(str(error)) from None

    def _child(self, collection: Declaration, name: str, hint: Any) -> _Children:
        args = typing.get_args(hint)
        if typing.get_origin(hint) not in (list, tuple) or not attrs.has(args[0]):
            raise self._refuse(f"child {name!r} must be a list or tuple of an attrs class")
        element = args[0]
        hints = typing.get_type_hints(element)
        fields = self._plan(element, {a.name: hints[a.name] for a in attrs.fields(element)})
        alias = next(a.alias for a in attrs.fields(collection.item) if a.name == name)
        return _Children(name, alias, typing.get_origin(hint), fields)

    def _texts(self, groups: Sequence[tuple[str, ...]]) -> list[tuple[str, tuple[int, ...]]]:
        """Return, for each group whose size is bounded, the positions of its text columns."""
        bounded = []
        for group in dict.fromkeys(groups):
            positions = tuple(
                p
                for p in (self._position[name] for name in group)
                if self.columns[p].type is ColumnType.TEXT
            )
            if positions:
                bounded.append((",".join(group), positions))
        return bounded

    # -- keys and single fields

    def key_of(self, item: Any) -> Key:
        return self.encode_key(tuple(getattr(item, self.columns[p].name) for p in self._key))

    def encode_key(self, key: object) -> Key:
        parts = key if isinstance(key, tuple) else (key,)
        if len(parts) != len(self._key):
            names = ", ".join(self.columns[p].name for p in self._key)
            raise InvalidValue(
                f"a key of {self._name}",
                (Problem("$", f"expected ({names}), found {structuring.describe(key)}"),),
            )
        scalars = tuple(
            [
                self.encode_field(self.columns[p].name, part)
                for p, part in zip(self._key, parts, strict=True)
            ]
        )
        self._check_bytes("key", scalars)
        return scalars

    def encode_field(self, name: str, value: object) -> Scalar:
        try:
            scalar: Scalar = self._fields.there[self._position[name]](value)
        except Mismatch as error:
            raise InvalidValue(self._name, (Problem(f"$.{name}", str(error)),)) from None
        return scalar

    # -- items

    def encode(self, item: Any, token: Token) -> Row:
        if type(item) is not self._item:
            found = structuring.describe(item)
            expected = f"expected a {self._item.__name__}, found {found}"
            raise InvalidValue(self._name, (Problem("$", expected),))
        try:
            values = self._fields.encode(item)
            children = tuple([child.encode(item) for child in self._children])
        except (AttributeError, Mismatch, InvalidValue):
            raise InvalidValue(self._item.__name__, self._problems(item)) from None
        for group, positions in self._bounded:
            if len(positions) == 1:
                text = values[positions[0]]
                if text is not None and len(text) > INDEX_BYTES // 4:  # type: ignore[arg-type]
                    self._check_bytes(group, (text,))
            else:
                self._check_bytes(group, [values[p] for p in positions])
        length = self._fields.length(values)
        for child, elements in zip(self._children, children, strict=True):
            length += sum(map(child.fields.length, elements))
        if length * 4 > ROW_BYTES:  # a character has four bytes at most
            self._check_size(item, values, children)
        return Row(tuple([values[p] for p in self._key]), token, values, children)

    def _problems(self, item: Any) -> tuple[Problem, ...]:
        found = self._fields.problems(item, "$")
        for child in self._children:
            cls = child.fields.cls
            for i, element in enumerate(getattr(item, child.field)):
                path = f"$.{child.field}[{i}]"
                if isinstance(element, cls):
                    found += child.fields.problems(element, path)
                else:
                    shown = structuring.describe(element)
                    found.append(Problem(path, f"expected a {cls.__name__}, found {shown}"))
        return tuple(found)

    def _check_bytes(self, group: str, scalars: Sequence[Scalar]) -> None:
        texts = [scalar for scalar in scalars if isinstance(scalar, str)]
        if sum(map(len, texts)) * 4 <= INDEX_BYTES:
            return
        size = sum(len(text.encode()) for text in texts)
        if size > INDEX_BYTES:
            message = f"expected at most {INDEX_BYTES} bytes in all, found {size}"
            raise InvalidValue(self._name, (Problem(f"$.{group}", message),))

    def _check_size(
        self, item: Any, values: Values, children: tuple[tuple[Values, ...], ...]
    ) -> None:
        texts = [v for v in values if isinstance(v, str)]
        texts += [v for child in children for e in child for v in e if isinstance(v, str)]
        if sum(len(text.encode()) for text in texts) > ROW_BYTES:
            problem = limits.too_large(item, structuring.json_bytes, ROW_BYTES)
            raise InvalidValue(self._item.__name__, (problem,))

    def decode(self, row: Row) -> Any:
        try:
            arguments = self._fields.arguments(row.values)
            for child, rows in zip(self._children, row.children, strict=True):
                arguments[child.alias] = child.decode(rows)
            return self._item(**arguments)
        except (ValueError, TypeError, InvalidValue) as error:
            # Nothing of what is stored is repeated; so the cause is not kept either.
            message = f"row {row.key}: {structuring.discreet_message(error)}"
            raise InvalidValue(f"stored {self._name}", (Problem("$", message),)) from None
