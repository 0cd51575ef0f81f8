"""The codec of a collection: its declaration, checked and compiled."""

from __future__ import annotations

import typing
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol

import attrs

from aicmo_core.kernel import limits, structuring
from aicmo_core.kernel.errors import InvalidValue, Problem
from aicmo_core.kernel.generated import without_none
from aicmo_core.kernel.values import Mismatch, check_text, describe
from aicmo_core.storage.columns import INDEX_BYTES, ROW_BYTES, ChildTable, ColumnType
from aicmo_core.storage.encoding import Bounded, Fields, Values, compile_encode
from aicmo_core.storage.errors import DeclarationError
from aicmo_core.storage.rows import Key, Row, Scalar, Token


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
        self._has_text_key = [self._fields.there[p] for p in self._key] == [check_text]
        self._children = [
            (name, *self._child(name, hints[name])) for name in names if name in collection.children
        ]
        self._aliases = {a.name: a.alias for a in attrs.fields(collection.item)}
        self.child_tables = tuple(
            ChildTable(name, collection.children[name], fields.columns)
            for name, fields, _ in self._children
        )
        self._encode = compile_encode(
            self._fields,
            self._key,
            [(name, fields) for name, fields, _ in self._children],
            self._texts(groups),
            self._check_bytes,
            self._check_size,
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

    def _child(self, name: str, hint: Any) -> tuple[Fields, type]:
        """Return the fields of an element, and whether they come in a list or a tuple."""
        args, container = typing.get_args(hint), typing.get_origin(hint)
        if container not in (list, tuple) or not attrs.has(args[0]):
            raise self._refuse(f"child {name!r} must be a list or tuple of an attrs class")
        element = args[0]
        hints = typing.get_type_hints(element)
        return self._plan(
            element, {a.name: hints[a.name] for a in attrs.fields(element)}
        ), container

    def _texts(self, groups: Sequence[tuple[str, ...]]) -> Bounded:
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
        if type(key) is str and self._is_plain_key(key):
            return (key,)
        parts = key if isinstance(key, tuple) else (key,)
        if len(parts) != len(self._key):
            names = ", ".join(self.columns[p].name for p in self._key)
            raise InvalidValue(
                f"a key of {self._name}",
                (Problem("$", f"expected ({names}), found {describe(key)}"),),
            )
        scalars = tuple(
            [
                self.encode_field(self.columns[p].name, part)
                for p, part in zip(self._key, parts, strict=True)
            ]
        )
        self._check_bytes("key", scalars)
        return scalars

    def _is_plain_key(self, key: str) -> bool:
        """Return whether *key* is stored as it is: the commonest of all keys."""
        return (
            self._has_text_key and key.isascii() and "\x00" not in key and len(key) <= INDEX_BYTES
        )

    def encode_field(self, name: str, value: object) -> Scalar:
        try:
            scalar: Scalar = self._fields.there[self._position[name]](value)
        except Mismatch as error:
            raise InvalidValue(self._name, (Problem(f"$.{name}", str(error)),)) from None
        return scalar

    # -- items

    def encode(self, item: Any, token: Token) -> Row:
        if type(item) is not self._item:
            found = describe(item)
            expected = f"expected a {self._item.__name__}, found {found}"
            raise InvalidValue(self._name, (Problem("$", expected),))
        try:
            return self._encode(item, token)
        except (AttributeError, Mismatch, InvalidValue):
            problems = self._problems(item)
            if not problems:
                raise  # each value is right, and they are too large
            raise InvalidValue(self._item.__name__, problems) from None

    def _problems(self, item: Any) -> tuple[Problem, ...]:
        found = self._fields.problems(item, "$")
        for name, fields, _ in self._children:
            for i, element in enumerate(getattr(item, name)):
                path = f"$.{name}[{i}]"
                if isinstance(element, fields.cls):
                    found += fields.problems(element, path)
                else:
                    expected = f"expected a {fields.cls.__name__}, found {describe(element)}"
                    found.append(Problem(path, expected))
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
            for (name, fields, make), rows in zip(self._children, row.children, strict=True):
                arguments[self._aliases[name]] = make(
                    fields.cls(**fields.arguments(v)) for v in rows
                )
            return self._item(**arguments)
        except (ValueError, TypeError, InvalidValue) as error:
            # Nothing of what is stored is repeated; so the cause is not kept either.
            message = f"row {row.key}: {structuring.discreet_message(error)}"
            raise InvalidValue(f"stored {self._name}", (Problem("$", message),)) from None
