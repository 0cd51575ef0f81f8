"""What a module's `api` hands out: ports, DTOs, events, enums and errors, each of its kind."""

from __future__ import annotations

import importlib
import inspect
import typing
from abc import ABC
from collections.abc import Callable, Container, Iterable, Iterator
from enum import Enum
from types import FunctionType, ModuleType
from typing import Any

import attrs
from attrs import field, frozen

from aicmo_core.checks.finding import Finding
from aicmo_core.kernel.event import Event

_ENVELOPE = frozenset(a.name for a in attrs.fields(Event))


@frozen
class Api:
    """
    The public names of an `api` package, by kind and then by name.

    Attributes:
        package: Its dotted name.
        version: Its CONTRACT_VERSION; empty if it has none.
        names: Everything that its `__all__` lists.
        ports: Abstract base classes.
        dtos: attrs classes that are neither events nor errors.
        events: Subclasses of `Event`.
        enums: Closed sets of values.
        errors: Exceptions.
        others: Aliases, constants, and classes that are none of these.
    """

    package: str
    version: str
    names: tuple[str, ...]
    ports: dict[str, type] = field(factory=dict)
    dtos: dict[str, type] = field(factory=dict)
    events: dict[str, type[Event]] = field(factory=dict)
    enums: dict[str, type[Enum]] = field(factory=dict)
    errors: dict[str, type[Exception]] = field(factory=dict)
    others: dict[str, Any] = field(factory=dict)


def read_api(package: str) -> Api:
    """
    Import an `api` package and sort what it hands out.

    Args:
        package: Its dotted name, such as "aicmo_core.modules.qc.api".

    Raises:
        ImportError: It cannot be imported.
    """
    module = importlib.import_module(package)
    names = tuple(getattr(module, "__all__", ()))
    api = Api(package, str(getattr(module, "CONTRACT_VERSION", "")), names)
    for name in names:
        if name != "CONTRACT_VERSION" and hasattr(module, name):
            _table(api, getattr(module, name))[name] = getattr(module, name)
    return api


def _table(api: Api, value: Any) -> dict[str, Any]:
    if not isinstance(value, type):
        return api.others
    kinds: list[tuple[type, dict[str, Any]]] = [
        (Event, api.events),
        (Exception, api.errors),
        (Enum, api.enums),
        (ABC, api.ports),
    ]
    for base, table in kinds:
        if issubclass(value, base):
            return table
    return api.dtos if attrs.has(value) else api.others


def check_api(api: Api) -> list[Finding]:
    """
    Return how an api is not what one is.

    Ports are abstract, and every public method of theirs is abstract, described and
    annotated. DTOs and events are frozen attrs classes of annotated fields, and described;
    an event carries more than its envelope. CONTRACT_VERSION is a semantic version.
    """
    return [
        *_check_names(api),
        *(
            f
            for name, port in api.ports.items()
            for f in _check_port(f"{api.package}.{name}", port)
        ),
        *(f for name, dto in api.dtos.items() for f in _check_frozen(f"{api.package}.{name}", dto)),
        *(f for name, e in api.events.items() for f in _check_event(f"{api.package}.{name}", e)),
    ]


def _check_names(api: Api) -> Iterator[Finding]:
    module = importlib.import_module(api.package)
    if not api.names:
        yield Finding("api-names", api.package, "has no __all__; list in it what is handed out")
    for name in api.names:
        if not hasattr(module, name):
            message = f"__all__ lists {name!r}, which is not there"
            yield Finding("api-names", api.package, message, f"{api.package}.{name}")
    if "CONTRACT_VERSION" not in api.names:
        message = 'hands out no CONTRACT_VERSION; declare one, such as "1.0.0", and list it'
        yield Finding("contract-version", api.package, message)
    elif parse_version(api.version) is None:
        message = f"CONTRACT_VERSION is {api.version!r}, expected MAJOR.MINOR.PATCH"
        yield Finding("contract-version", api.package, message)
    for name, value in api.others.items():
        if isinstance(value, type):
            message = (
                "is a class, but neither a port (an ABC), nor a DTO or event (attrs), nor an "
                "enum, nor an error; a Protocol is no port, because nobody has to name it"
            )
            yield Finding("api-kind", f"{api.package}.{name}", message)
    events = _submodule(module, "events")
    for name, value in vars(events).items() if events is not None else ():
        own = isinstance(value, type) and value.__module__ == events.__name__ if events else False
        if own and attrs.has(value) and not issubclass(value, Event):
            message = "is declared among the events and is no subclass of aicmo_core.Event"
            yield Finding("event-base", f"{api.package}.{name}", message)


def _submodule(module: ModuleType, name: str) -> ModuleType | None:
    try:
        return importlib.import_module(f"{module.__name__}.{name}")
    except ModuleNotFoundError as error:
        if error.name != f"{module.__name__}.{name}":
            raise
        return None


def parse_version(text: str) -> tuple[int, int, int] | None:
    """Return the three numbers of a semantic version, or None if it is not one."""
    parts = text.split(".")
    if len(parts) != 3 or not all(p.isascii() and p.isdecimal() for p in parts):
        return None
    major, minor, patch = map(int, parts)
    return major, minor, patch


# -- ports -------------------------------------------------------------------------------------


def _check_port(place: str, port: type) -> Iterator[Finding]:
    yield from _check_described(place, port)
    methods = dict(public_methods(port))
    if not methods:
        yield Finding("port-abstract", place, "has no public method; a port says what it does")
    for name, method in methods.items():
        yield from _check_method(f"{place}.{name}", name, method, port)


def public_methods(port: type) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield the public methods and properties of a port, inherited ones included, by name."""
    for name in sorted(dir(port)):
        value = inspect.getattr_static(port, name)
        if isinstance(value, property):
            value = value.fget
        elif isinstance(value, (staticmethod, classmethod)):
            value = value.__func__
        if not name.startswith("_") and isinstance(value, FunctionType):
            yield name, value


def _check_method(
    place: str, name: str, method: Callable[..., Any], port: type
) -> Iterator[Finding]:
    if name not in getattr(port, "__abstractmethods__", ()):
        message = "is not abstract; a port says what holds, and its adapter does it"
        yield Finding("port-abstract", place, message)
    if not (method.__doc__ or "").strip():
        message = "has no docstring; say what holds, and what is raised"
        yield Finding("described", place, message)
    hints, problem = _hints(method)
    if problem is not None:
        yield Finding("annotated", place, problem)
        return
    parameters = list(inspect.signature(method).parameters)[1:]
    yield from _check_annotated(place, (*parameters, "return"), hints)


def _hints(subject: Any) -> tuple[dict[str, Any], str | None]:
    try:
        return typing.get_type_hints(subject), None
    except (NameError, AttributeError, TypeError, SyntaxError) as error:
        return {}, f"its annotations do not resolve: {error}"


def _check_annotated(place: str, names: Iterable[str], hints: Container[str]) -> Iterator[Finding]:
    for name in names:
        if name not in hints:
            message = f"has no annotation of {name}"
            yield Finding("annotated", place, message, f"{place}({name})")


def _check_described(place: str, cls: type) -> Iterator[Finding]:
    if not (cls.__dict__.get("__doc__") or "").strip():
        yield Finding("described", place, "has no docstring of its own")


# -- DTOs and events -----------------------------------------------------------------------------


def _check_frozen(place: str, cls: type) -> Iterator[Finding]:
    yield from _check_described(place, cls)
    hints, problem = _hints(cls)
    if problem is not None:
        yield Finding("annotated", place, problem)
        return
    fields = attrs.fields(cls)
    yield from _check_annotated(place, [a.name for a in fields], hints)
    if fields and not _is_frozen(cls, fields[0].name):
        yield Finding("frozen", place, "can be changed after it is made; declare it with @frozen")


def _is_frozen(cls: type, name: str) -> bool:
    """Return whether setting a field of an instance, made or not, is refused."""
    try:
        setattr(object.__new__(cls), name, None)
    except attrs.exceptions.FrozenInstanceError:
        return True
    except Exception:  # noqa: BLE001 - a converter or validator of its own: it was let through
        return False
    return False


def _check_event(place: str, event: type[Event]) -> Iterator[Finding]:
    yield from _check_frozen(place, event)
    if not [a for a in attrs.fields(event) if a.name not in _ENVELOPE]:
        message = "carries nothing but its envelope; give it what a subscriber acts on"
        yield Finding("event-complete", place, message)
