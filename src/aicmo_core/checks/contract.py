"""
The contract of a module as plain data, to be kept from one release to the next.

Docstrings, the order of names and where a class is defined are left out: they can change
without anybody noticing.
"""

from __future__ import annotations

import inspect
import types
import typing
from enum import Enum
from pathlib import Path
from typing import Any

import attrs
from attrs import field, frozen

from aicmo_core.checks.api import Api, public_methods
from aicmo_core.kernel.structuring import from_json, unstructure


@frozen
class Part:
    """
    A field of a class, or a parameter of a method.

    Attributes:
        type: As text: "tuple[QcIssueDTO, ...]".
        required: Whether it has no default.
        by_name: Whether it can be given by its name only, so that its place is free.
    """

    name: str
    type: str
    required: bool = True
    by_name: bool = False


@frozen
class Method:
    """What a port's method takes, `self` left out, and what it returns."""

    parameters: tuple[Part, ...]
    returns: str


@frozen
class Contract:
    """
    What users of a module rely on, by name.

    Attributes:
        version: The CONTRACT_VERSION that it was released as.
        records: DTOs, events and errors, with their fields in order.
        enums: Member to value.
        others: Whatever else is handed out, by name only.
    """

    version: str
    ports: dict[str, dict[str, Method]] = field(factory=dict)
    records: dict[str, tuple[Part, ...]] = field(factory=dict)
    enums: dict[str, dict[str, str]] = field(factory=dict)
    others: tuple[str, ...] = ()


def contract_of(api: Api) -> Contract:
    """Return the contract that an api offers now."""
    records = api.dtos | api.events | api.errors
    return Contract(
        api.version,
        {name: _methods(port) for name, port in sorted(api.ports.items())},
        {name: _fields(cls) for name, cls in sorted(records.items())},
        {name: _members(enum) for name, enum in sorted(api.enums.items())},
        tuple(sorted(api.others)),
    )


def load_contract(path: Path) -> Contract:
    """
    Return the contract that was kept in a file.

    Raises:
        FileNotFoundError: There is none.
        InvalidValue: The file is not one.
    """
    return from_json(path.read_text(encoding="utf-8"), Contract)


def save_contract(contract: Contract, path: Path) -> None:
    """Keep a contract in a file, readable, so that its changes show in a review."""
    import json

    text = json.dumps(unstructure(contract), indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


def _methods(port: type) -> dict[str, Method]:
    return {name: _method(function) for name, function in public_methods(port)}


def _method(function: Any) -> Method:
    hints = typing.get_type_hints(function)
    parameters = list(inspect.signature(function).parameters.values())[1:]
    parts = tuple(
        Part(
            p.name,
            type_text(hints.get(p.name, Any)),
            p.default is p.empty and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD),
            p.kind in (p.KEYWORD_ONLY, p.VAR_KEYWORD),
        )
        for p in parameters
    )
    return Method(parts, type_text(hints.get("return", Any)))


def _fields(cls: type) -> tuple[Part, ...]:
    if not attrs.has(cls):
        return ()
    hints = typing.get_type_hints(cls)
    return tuple(
        Part(a.name, type_text(hints.get(a.name, Any)), a.default is attrs.NOTHING, bool(a.kw_only))
        for a in attrs.fields(cls)
        if a.init
    )


def _members(enum: type[Enum]) -> dict[str, str]:
    return {name: repr(member.value) for name, member in enum.__members__.items()}


def type_text(hint: Any) -> str:
    """Return a type as text that stays the same when the type moves to another file."""
    if hint is None or hint is type(None):
        return "None"
    if hint is Ellipsis:
        return "..."
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return " | ".join(type_text(a) for a in arguments)
    if origin is not None and arguments:
        inner = ", ".join(
            f"[{', '.join(map(type_text, a))}]" if isinstance(a, list) else type_text(a)
            for a in arguments
        )
        return f"{type_text(origin)}[{inner}]"
    name = getattr(hint, "__name__", None) or getattr(hint, "_name", None)
    return str(name or hint)
